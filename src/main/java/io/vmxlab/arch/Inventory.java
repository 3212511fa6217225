package io.vmxlab.arch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What processors have, and what of it a run has: the one list that reserved-bit rules, the MSR
 * file, explanations and views of a model read. Everything is one of three cases, {@link Standing}:
 * the real processor lacks it, and its use faults; it has it and so has a run; or it has it, or may
 * have it, and vmxlab does not model it, so that the run stops and names it.
 *
 * <p>The facts stand in {@link Feature} (CPUID), {@link MsrRow} (MSRs), {@link RegisterBits} (bits
 * of registers), and in the processor's model. Instructions carry their {@link Feature}.
 */
public final class Inventory {
  /** MSRs are at indices up to this, and from {@link #EXTENDED} on as many again. */
  private static final int LAST_MSR = 0x1FFF;

  private static final int EXTENDED = 0xC000_0000;

  private static final String NUMBERS =
      "processors have MSRs only at 0 to 1FFFH and at C0000000H to C0001FFFH";

  private Inventory() {}

  /** How a run on the processor treats a feature's instructions. */
  public static Standing standing(CpuModel cpu, Feature feature) {
    if (cpu.has(feature)) {
      return Standing.MODELLED;
    }
    return cpu.real().has(feature) ? Standing.UNMODELLED : Standing.ABSENT;
  }

  /** What the manual says of the MSR with that index; empty if it says nothing. */
  public static Optional<MsrRow> msr(int index) {
    Optional<Msr> named = Msr.of(index);
    if (named.isPresent()) {
      return named.map(MsrRows::of);
    }
    return MsrFamilies.rows().stream().filter(r -> r.contains(index)).findFirst();
  }

  /** All that the manual says of MSRs, by index. */
  public static List<MsrRow> msrs() {
    List<MsrRow> all = new ArrayList<>();
    for (Msr m : Msr.values()) {
      all.add(MsrRows.of(m));
    }
    for (MsrRow row : MsrFamilies.rows()) {
      if (Msr.of(row.first()).isEmpty()) {
        all.add(row);
      }
    }
    all.sort((x, y) -> Integer.compareUnsigned(x.first(), y.first()));
    return all;
  }

  /** Whether the real processor has the MSR: by what was read on it, and by what announces it. */
  public static Known known(CpuModel cpu, int index) {
    CpuModel real = cpu.real();
    Known tried = real.tried(index);
    if (tried == Known.HAS) {
      return Known.HAS;
    }
    Optional<MsrRow> row = msr(index);
    boolean shut = real.complete() && !row.map(MsrRow::modelled).orElse(false);
    if (shut || !canExist(index)) {
      return Known.LACKS;
    }
    Known announced = row.map(r -> r.presence().on(real)).orElse(Known.UNKNOWN);
    Known known = announced == Known.UNKNOWN ? tried : announced;
    return known == Known.UNKNOWN && real.complete() ? Known.LACKS : known;
  }

  private static boolean canExist(int index) {
    return (index & ~LAST_MSR) == 0 || (index & ~LAST_MSR) == EXTENDED;
  }

  /** How a run on the processor treats the MSR. */
  public static Standing standing(CpuModel cpu, Msr msr) {
    return standing(cpu, msr.index, Optional.of(MsrRows.of(msr)));
  }

  /** How a run on the processor treats the MSR with that index. */
  public static Standing standing(CpuModel cpu, int index) {
    Optional<Msr> named = Msr.of(index);
    if (named.isPresent()) {
      return standing(cpu, named.get());
    }
    return standing(cpu, index, msr(index));
  }

  private static Standing standing(CpuModel cpu, int index, Optional<MsrRow> row) {
    boolean shown =
        row.isPresent()
            && row.get().modelled()
            && row.get().presence().on(cpu) == Known.HAS
            && cpu.real().tried(index) != Known.LACKS;
    if (shown) {
      return Standing.MODELLED;
    }
    return known(cpu, index) == Known.LACKS ? Standing.ABSENT : Standing.UNMODELLED;
  }

  /** {@code IA32_PERF_STATUS (MSR 198H)}, or {@code MSR 1234H}. */
  public static String name(int index) {
    return msr(index)
        .map(r -> r.name(index))
        .orElseGet(() -> String.format(Locale.ROOT, "MSR %XH", index));
  }

  /** Why the real processor lacks an MSR, as a sentence without its end. */
  public static String whyAbsent(CpuModel cpu, int index) {
    Optional<MsrRow> row = msr(index);
    if (!canExist(index)) {
      return "there is no MSR " + String.format(Locale.ROOT, "%XH", index) + ": " + NUMBERS;
    }
    if (row.isPresent() && row.get().presence().on(cpu.real()) == Known.LACKS) {
      return name(index)
          + " exists only where "
          + row.get().presence().text()
          + "; on this processor that is not so";
    }
    if (cpu.real().complete()) {
      return name(index) + " is not modelled, and this processor has only what is";
    }
    return name(index) + " could not be read on this processor when its values were taken";
  }

  /**
   * Bits of a register that the real processor has or may have: others are reserved. All bits of a
   * register that the list does not hold.
   */
  public static long bits(CpuModel cpu, StateItem register) {
    if (register == State.CR4) {
      return cpu.real().cr4Supported();
    }
    if (register == State.XCR0 || register == Msr.IA32_XSS) {
      return components(cpu.real(), register);
    }
    return bits(cpu.real(), register, false);
  }

  /** Bits of a register that a run models, or may hold because they do nothing by themselves. */
  public static long modelled(CpuModel cpu, StateItem register) {
    if (register == State.CR4) {
      return cpu.cr4Supported();
    }
    if (register == State.XCR0 || register == Msr.IA32_XSS) {
      return components(cpu, register);
    }
    return bits(cpu.real(), register, true);
  }

  private static long bits(CpuModel real, StateItem register, boolean certain) {
    List<RegisterBits.Row> rows = RegisterBits.of(register);
    long bits = rows.isEmpty() ? -1 : 0;
    for (RegisterBits.Row row : rows) {
      Known known = row.presence().on(real);
      boolean taken = certain ? row.modelled() && known == Known.HAS : known != Known.LACKS;
      bits |= taken ? row.mask() : 0;
    }
    return bits;
  }

  /** The components of the XSAVE feature set that the register can enable. */
  private static long components(CpuModel cpu, StateItem register) {
    if (!cpu.has(Feature.XSAVE)) {
      return 0;
    }
    boolean user = register == State.XCR0;
    int[] leaf = cpu.cpuid(CpuidLeaf.EXTENDED_STATE, user ? 0 : 1);
    return leaf[user ? 0 : 2] & 0xFFFF_FFFFL | (long) leaf[3] << Integer.SIZE;
  }

  /** Bits of CR4 by what CPUID says, for processors whose IA32_VMX_CR4_FIXED1 is not known. */
  public static long cr4ByCpuid(CpuModel cpu) {
    return bits(cpu, State.CR4, false);
  }

  /** What announces the bits, for those that a processor lacks; empty if the list has none. */
  public static Optional<String> announcement(StateItem register, long bits) {
    return RegisterBits.of(register).stream()
        .filter(r -> (r.mask() & bits) != 0)
        .map(r -> r.presence().text())
        .findFirst();
  }

  /** {@code CR4.VME}, or {@code bit 13 of IA32_DEBUGCTL}: the lowest of some bits. */
  public static String name(StateItem register, long bits) {
    int low = Long.numberOfTrailingZeros(bits);
    for (Field f : register.layout().fields()) {
      if (f.low() <= low && low < f.low() + f.width()) {
        return register.itemName() + "." + f.name();
      }
    }
    return "bit " + low + " of " + register.itemName();
  }
}
