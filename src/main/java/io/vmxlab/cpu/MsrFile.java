package io.vmxlab.cpu;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.StateView;
import io.vmxlab.rule.RuleSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The model-specific registers of one processor. */
public final class MsrFile {
  private static final RuleSet<StateView, Raise> READ_RULES =
      ControlRules.PRIVILEGED.followedBy(MsrRules.IMPLEMENTED);

  private static final RuleSet<StateView, Raise> WRITE_RULES =
      READ_RULES.followedBy(MsrRules.WRITABLE);

  /** An MSR that the processor has. */
  static final class Entry {
    final MsrDefinition definition;
    RuleSet<StateView, Raise> writeRules;
    long value;

    Entry(MsrDefinition definition) {
      this.definition = definition;
      writeRules = WRITE_RULES;
      for (RuleSet<StateView, Raise> more : definition.rules()) {
        add(more);
      }
    }

    void add(RuleSet<StateView, Raise> more) {
      writeRules = writeRules.followedBy(more);
    }
  }

  private final Cpu cpu;
  private final WriteView view;
  private final Map<Integer, Entry> entries = new HashMap<>();

  MsrFile(Cpu cpu) {
    this.cpu = cpu;
    view = new WriteView(cpu);
    for (MsrDefinition definition : ArchitecturalMsrs.all()) {
      declare(definition);
    }
  }

  /** Adds an MSR, or replaces it, if the processor's model has it; it gets its reset value. */
  public void declare(MsrDefinition definition) {
    if (definition.existsOn(cpu)) {
      Entry entry = new Entry(definition);
      entry.value = definition.resetValue(cpu.model);
      entries.put(definition.which().index, entry);
    }
  }

  /** Adds rules for writes to an MSR that the processor has; if it has not, nothing happens. */
  public void extend(Msr which, RuleSet<StateView, Raise> more) {
    Entry entry = entries.get(which.index);
    if (entry != null) {
      entry.add(more);
    }
  }

  /** The MSRs that the processor has, by ascending index. */
  public List<Msr> present() {
    List<Msr> list = new ArrayList<>();
    for (Entry entry : entries.values()) {
      list.add(entry.definition.which());
    }
    list.sort(Comparator.comparing(m -> Integer.toUnsignedLong(m.index)));
    return Collections.unmodifiableList(list);
  }

  public boolean has(int index) {
    return entries.containsKey(index);
  }

  /** RDMSR with all its checks. */
  public long read(int index) {
    Entry entry = entries.get(index);
    cpu.require(READ_RULES, view.of(index, entry, 0));
    return value(entry);
  }

  /** WRMSR with all its checks. */
  public void write(int index, long value) {
    Entry entry = entries.get(index);
    cpu.require(writeRules(index), view.of(index, entry, value));
    cpu.observer.onMsrWrite(cpu, index, value);
    store(entry, value);
  }

  /** The checklist of a write. */
  public RuleSet<StateView, Raise> writeRules(int index) {
    Entry entry = entries.get(index);
    return entry == null ? WRITE_RULES : entry.writeRules;
  }

  /** The state before a write, and the value to be written; valid until the next access. */
  public StateView view(int index, long source) {
    return view.of(index, entries.get(index), source);
  }

  /** The value without checks or side effects; 0 if the processor has no such MSR. */
  public long get(Msr which) {
    Entry entry = entries.get(which.index);
    return entry == null ? 0 : value(entry);
  }

  /** Sets the value without checks; nothing if the processor has no such MSR. */
  public void set(Msr which, long value) {
    Entry entry = entries.get(which.index);
    if (entry == null) {
      return;
    }
    if (entry.definition.reader() == null) {
      entry.value = value;
    } else {
      store(entry, value);
    }
  }

  /** Puts the value where {@link MsrDefinition.Builder#onWrite} left it to be stored. */
  void keep(Msr which, long value) {
    entries.get(which.index).value = value;
  }

  /** The values of RESET, or of INIT, which leaves most alone. */
  void reset(boolean init) {
    for (Entry entry : entries.values()) {
      if (!init || !entry.definition.keptByInit()) {
        entry.value = entry.definition.resetValue(cpu.model);
      }
    }
  }

  private long value(Entry entry) {
    return entry.definition.reader() == null
        ? entry.value
        : entry.definition.reader().applyAsLong(cpu);
  }

  private void store(Entry entry, long value) {
    if (entry.definition.writer() == null) {
      entry.value = value;
    } else {
      entry.definition.writer().accept(cpu, value);
    }
  }
}
