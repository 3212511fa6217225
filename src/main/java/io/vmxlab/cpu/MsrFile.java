package io.vmxlab.cpu;

import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.MsrRow;
import io.vmxlab.arch.Standing;
import io.vmxlab.arch.StateView;
import io.vmxlab.rule.RuleSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;

/**
 * The model-specific registers of one processor. Each is made when it is first asked for: a program
 * touches few of them.
 */
public final class MsrFile {
  private static final RuleSet<StateView, Raise> READ_RULES =
      ControlRules.PRIVILEGED.followedBy(MsrRules.IMPLEMENTED).followedBy(MsrRules.READABLE);

  private static final RuleSet<StateView, Raise> WRITE_RULES =
      ControlRules.PRIVILEGED.followedBy(MsrRules.IMPLEMENTED).followedBy(MsrRules.WRITABLE);

  /** An MSR that a run has. */
  static final class Entry {
    final MsrDefinition definition;

    /** Bits that are not reserved, and of these those that a run may change. */
    final long supported;

    final long modelled;
    final MsrRow.Access access;
    final ToLongFunction<Cpu> reader;
    final ObjLongConsumer<Cpu> writer;
    RuleSet<StateView, Raise> writeRules;
    long value;

    Entry(MsrDefinition definition, Cpu cpu) {
      this.definition = definition;
      supported = definition.supported(cpu.model);
      modelled = definition.modelled(cpu.model);
      access = MsrRow.of(definition.which()).access();
      reader = definition.reader();
      writer = definition.writer();
      value = definition.resetValue(cpu.model);
      writeRules = WRITE_RULES;
      for (RuleSet<StateView, Raise> more : definition.rules()) {
        add(more);
      }
    }

    private Entry() {
      definition = null;
      supported = 0;
      modelled = 0;
      access = MsrRow.Access.READ_WRITE;
      reader = null;
      writer = null;
    }

    void add(RuleSet<StateView, Raise> more) {
      writeRules = writeRules.followedBy(more);
    }
  }

  /** Stands for an MSR that a run has not. */
  private static final Entry NONE = new Entry();

  private final Cpu cpu;
  private final WriteView view;
  private final List<Function<Msr, MsrDefinition>> sources = new ArrayList<>();

  /** What was written to those that only keep it; others of them are 0. */
  private final Map<Integer, Long> kept = new HashMap<>();

  /** Each made when first asked for. */
  private final Entry[] byMsr = new Entry[Msr.values().length];

  MsrFile(Cpu cpu) {
    this.cpu = cpu;
    view = new WriteView(cpu);
    sources.add(ArchitecturalMsrs::of);
  }

  /**
   * Adds MSRs, of which those exist that the processor has and a run shows.
   *
   * @param source makes the definition of an MSR; null for those of others
   */
  public void declare(Function<Msr, MsrDefinition> source) {
    sources.add(source);
  }

  /** The MSR of a run with that index, or null. */
  private Entry entry(int index) {
    return Msr.of(index).map(this::entry).orElse(null);
  }

  /** The MSR of a run, or null. */
  private Entry entry(Msr which) {
    Entry found = made(which);
    return found == NONE ? null : found;
  }

  private Entry made(Msr which) {
    Entry found = byMsr[which.ordinal()];
    if (found == null) {
      found = make(which);
      byMsr[which.ordinal()] = found;
    }
    return found;
  }

  private Entry make(Msr msr) {
    if (Inventory.standing(cpu.model, msr) == Standing.MODELLED) {
      for (Function<Msr, MsrDefinition> source : sources) {
        MsrDefinition definition = source.apply(msr);
        if (definition != null) {
          return new Entry(definition, cpu);
        }
      }
    }
    return NONE;
  }

  /** The MSRs that a run has, by ascending index. */
  public List<Msr> present() {
    List<Msr> list = new ArrayList<>();
    for (Msr msr : Msr.values()) {
      if (has(msr.index)) {
        list.add(msr);
      }
    }
    list.sort(Comparator.comparing(m -> Integer.toUnsignedLong(m.index)));
    return Collections.unmodifiableList(list);
  }

  /** A run has the MSR. */
  public boolean has(int index) {
    return entry(index) != null || isKept(index);
  }

  /** The MSR has no name of its own, and does nothing but keep what is written. */
  private boolean isKept(int index) {
    return Msr.of(index).isEmpty() && Inventory.standing(cpu.model, index) == Standing.MODELLED;
  }

  /** RDMSR with all its checks. */
  public long read(int index) {
    if (cpu.inGuest() && cpu.interception.readsMsr(cpu, index)) {
      cpu.requireCpl0();
      return cpu.interception.readMsr(cpu, index);
    }
    if (ApicRegisters.isMsr(index) && cpu.apic.isX2apic()) {
      cpu.requireCpl0();
      return cpu.apic.registers().readMsr(index);
    }
    Entry entry = entry(index);
    cpu.require(READ_RULES, view.of(index, entry, 0));
    if (entry == null) {
      if (isKept(index)) {
        return kept.getOrDefault(index, 0L);
      }
      throw unmodelled(index);
    }
    return index == Msr.IA32_TIME_STAMP_COUNTER.index ? cpu.timeStamp() : value(entry);
  }

  /** WRMSR with all its checks. */
  public void write(int index, long value) {
    if (cpu.inGuest() && cpu.interception.writeMsr(cpu, index, value)) {
      return;
    }
    if (ApicRegisters.isMsr(index) && cpu.apic.isX2apic()) {
      cpu.requireCpl0();
      cpu.apic.registers().writeMsr(index, value);
      return;
    }
    Entry entry = entry(index);
    cpu.require(writeRules(index), view.of(index, entry, value));
    if (entry == null) {
      if (!isKept(index)) {
        throw unmodelled(index);
      }
      cpu.observer.onMsrWrite(cpu, index, value);
      kept.put(index, value);
      return;
    }
    requireModelled(entry, value);
    cpu.observer.onMsrWrite(cpu, index, value);
    store(entry, value);
  }

  /** Stops the run if a bit is going to change that the processor has and that is not modelled. */
  public void requireModelled(Msr msr, long value) {
    Entry entry = entry(msr);
    if (entry != null) {
      requireModelled(entry, value);
    }
  }

  private void requireModelled(Entry entry, long value) {
    long missing = (value ^ value(entry)) & entry.supported & ~entry.modelled;
    if (missing != 0) {
      throw new Unmodelled(Inventory.name(entry.definition.which(), missing));
    }
  }

  private RuntimeException unmodelled(int index) {
    if (ApicRegisters.isMsr(index)) {
      return cpu.gp0(Requirement.X2APIC_MODE_ENABLED);
    }
    return Inventory.known(cpu.model, index) == Known.HAS
        ? new Unmodelled(Inventory.name(index))
        : Unmodelled.doubtful(Inventory.name(index));
  }

  /** The checklist of a write. */
  public RuleSet<StateView, Raise> writeRules(int index) {
    Entry entry = entry(index);
    return entry == null ? WRITE_RULES : entry.writeRules;
  }

  /** The state before a write, and the value to be written; valid until the next access. */
  public StateView view(int index, long source) {
    return view.of(index, entry(index), source);
  }

  /** The value without checks or side effects; 0 if a run has no such MSR. */
  public long get(Msr which) {
    Entry entry = entry(which);
    return entry == null ? 0 : value(entry);
  }

  /** Sets the value without checks; nothing if a run has no such MSR. */
  public void set(Msr which, long value) {
    Entry entry = entry(which);
    if (entry == null) {
      return;
    }
    if (entry.reader == null) {
      entry.value = value;
    } else {
      store(entry, value);
    }
  }

  /** Puts the value where {@link MsrDefinition.Builder#onWrite} left it to be stored. */
  void keep(Msr which, long value) {
    entry(which.index).value = value;
  }

  /** The values of RESET, or of INIT, which leaves most alone. */
  void reset(boolean init) {
    if (!init) {
      kept.clear();
    }
    for (Entry entry : byMsr) {
      if (entry != null && entry != NONE && (!init || !entry.definition.keptByInit())) {
        entry.value = entry.definition.resetValue(cpu.model);
      }
    }
  }

  private long value(Entry entry) {
    return entry.reader == null ? entry.value : entry.reader.applyAsLong(cpu);
  }

  private void store(Entry entry, long value) {
    if (entry.writer == null) {
      entry.value = value;
    } else {
      entry.writer.accept(cpu, value);
    }
  }
}
