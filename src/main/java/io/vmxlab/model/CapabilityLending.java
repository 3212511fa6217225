package io.vmxlab.model;

import static io.vmxlab.arch.Msr.IA32_VMX_EPT_VPID_CAP;
import static io.vmxlab.arch.Msr.IA32_VMX_MISC;
import static io.vmxlab.arch.Msr.IA32_VMX_PROCBASED_CTLS2;

import io.vmxlab.arch.Announcement;
import io.vmxlab.arch.ControlForms;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.model.dump.Readings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Completes the capability MSRs of a dump with those of models. What is lent is changed so that it
 * agrees with what the dump says: an MSR that the dump has is announced, one that it denies is not,
 * two forms of a vector agree, and so do features of CPUID.
 */
final class CapabilityLending {
  private static final long LOW = 0xFFFF_FFFFL;
  private static final long PAGE_WALKS = 3L << 6;

  private final Readings dump;
  private final List<DumpedCpu> models;
  private final Function<Feature, Optional<Boolean>> features;
  private final Map<Integer, ModelText.MsrValue> result = new TreeMap<>();
  private final List<Msr> unknown = new ArrayList<>();

  /**
   * @param models lend what is missing, the first that has it
   * @param features what the dump says of a feature
   */
  CapabilityLending(
      Readings dump, List<DumpedCpu> models, Function<Feature, Optional<Boolean>> features) {
    this.dump = dump;
    this.models = models;
    this.features = features;
  }

  /** All capability MSRs that the processor has, by index; those that are lent are chosen. */
  Map<Integer, ModelText.MsrValue> msrs() {
    for (Msr msr : Msr.values()) {
      // 48BH comes before IA32_VMX_MISC, of which one bit depends on it
      if (Msr.isVmxCapability(msr.index) && msr != IA32_VMX_MISC) {
        put(msr);
      }
    }
    put(IA32_VMX_MISC);
    return result;
  }

  /** MSRs that are announced, but of which neither the dump nor a model has a value. */
  List<Msr> unknown() {
    return unknown;
  }

  /** How many were lent. */
  long lent() {
    return result.values().stream().filter(ModelText.MsrValue::chosen).count();
  }

  private Optional<Long> given(Msr msr) {
    return Optional.ofNullable(dump.msrs().get(msr.index)).map(Readings.Value::value);
  }

  private void put(Msr msr) {
    Optional<Long> given = given(msr);
    if (given.isPresent()) {
      result.put(msr.index, new ModelText.MsrValue(given.get(), false));
      return;
    }
    Optional<Announcement> by = VmxCapability.announcement(msr);
    boolean absent = by.isPresent() && !announces(by.get());
    if (absent || dump.denied().containsKey(msr.index)) {
      return;
    }
    Optional<Long> value = derived(msr).or(() -> lent(msr)).or(() -> partly(msr));
    if (value.isEmpty()) {
      unknown.add(msr);
    } else {
      result.put(msr.index, new ModelText.MsrValue(agreeing(msr, value.get()), true));
    }
  }

  private boolean announces(Announcement by) {
    ModelText.MsrValue value = result.get(by.by().index);
    return value != null && by.in(value.value());
  }

  /** What follows from the other form of a vector. */
  private Optional<Long> derived(Msr msr) {
    Optional<ControlForms> forms = ControlForms.of(msr);
    if (forms.isEmpty()) {
      return Optional.empty();
    }
    ControlForms f = forms.get();
    if (msr == f.plain()) {
      return given(f.exact()).map(f::plainOf);
    }
    ModelText.MsrValue plain = result.get(f.plain().index);
    return plain == null ? Optional.empty() : lent(msr).map(l -> f.exactOf(plain.value(), l));
  }

  private Optional<Long> lent(Msr msr) {
    for (DumpedCpu model : models) {
      Optional<Long> value = model.real().msr(msr.index).stream().boxed().findFirst();
      if (value.isPresent() && (msr != IA32_VMX_EPT_VPID_CAP || covers(value.get()))) {
        return value;
      }
    }
    return Optional.empty();
  }

  /** No model has the MSR, but the dump says of some bits that they are 1. */
  private Optional<Long> partly(Msr msr) {
    Readings.Bits bits = dump.msrBits().getOrDefault(msr.index, new Readings.Bits(0, 0));
    return bits.value() == 0 ? Optional.empty() : Optional.of(0L);
  }

  /** The value says something of EPT and of VPID if the processor has them. */
  private boolean covers(long value) {
    long has = result.get(IA32_VMX_PROCBASED_CTLS2.index).value();
    return ((has & VmxCapability.MAY_EPT) == 0 || (value & PAGE_WALKS) != 0)
        && ((has & VmxCapability.MAY_VPID) == 0 || (value & VmxCapability.INVVPID) != 0);
  }

  /** A lent value, changed to agree with the dump. */
  private long agreeing(Msr msr, long value) {
    long now = value;
    for (FeatureLinks.Link link : FeatureLinks.ALL) {
      if (link.msr() == msr && features.apply(link.feature()).isPresent()) {
        boolean has = features.apply(link.feature()).get();
        long bit = 1L << link.bit();
        now = !has ? now & ~bit : link.both() ? now | bit : now;
      }
    }
    for (Msr other : Msr.values()) {
      Optional<Announcement> by = VmxCapability.announcement(other);
      if (by.isPresent() && by.get().by() == msr) {
        now = announcing(other, by.get(), now);
      }
    }
    if (msr == IA32_VMX_EPT_VPID_CAP) {
      long has = result.get(IA32_VMX_PROCBASED_CTLS2.index).value();
      now &= (has & VmxCapability.MAY_EPT) == 0 ? ~LOW : -1;
      now &= (has & VmxCapability.MAY_VPID) == 0 ? LOW : -1;
    }
    ModelText.MsrValue secondary = result.get(IA32_VMX_PROCBASED_CTLS2.index);
    if (msr == IA32_VMX_MISC
        && secondary != null
        && (secondary.value() & VmxCapability.MAY_UNRESTRICTED) != 0) {
      now |= VmxCapability.MISC_STORE_LMA;
    }
    Readings.Bits bits = dump.msrBits().getOrDefault(msr.index, new Readings.Bits(0, 0));
    return now & ~bits.known() | bits.value();
  }

  private long announcing(Msr other, Announcement by, long value) {
    if (dump.denied().containsKey(other.index)) {
      return value & ~by.bits();
    }
    if (!exists(other)) {
      return value;
    }
    return other == IA32_VMX_EPT_VPID_CAP ? value | eptOrVpid() : value | by.bits();
  }

  /** The dump has the MSR, or one that another needs it for. */
  private boolean exists(Msr msr) {
    Readings.Bits bits = dump.msrBits().getOrDefault(msr.index, new Readings.Bits(0, 0));
    if (given(msr).isPresent() || bits.value() != 0) {
      return true;
    }
    for (Msr other : Msr.values()) {
      Optional<Announcement> by = VmxCapability.announcement(other);
      if (by.isPresent() && by.get().by() == msr && exists(other)) {
        return true;
      }
    }
    return false;
  }

  /** Which of the two IA32_VMX_EPT_VPID_CAP is of. */
  private long eptOrVpid() {
    Readings.Bits bits =
        dump.msrBits().getOrDefault(IA32_VMX_EPT_VPID_CAP.index, new Readings.Bits(0, 0));
    long value = given(IA32_VMX_EPT_VPID_CAP).orElse(bits.value());
    long vpid = (value & VmxCapability.INVVPID) != 0 ? VmxCapability.MAY_VPID : 0;
    return (value & LOW) != 0 || vpid == 0 ? vpid | VmxCapability.MAY_EPT : vpid;
  }
}
