package io.vmxlab.vmx.vmcs;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;

/**
 * A row of the tables by which VM entries and VM exits move state: a field, or a constant, and the
 * part of the processor that belongs to it.
 */
public final class Transfer {
  private final VmcsField field;
  private final StateItem item;
  private final long constant;
  private Control control;
  private boolean wanted;
  private long kept;
  private long cleared;
  private long set;

  private Transfer(VmcsField field, StateItem item, long constant) {
    this.field = field;
    this.item = item;
    this.constant = constant;
  }

  /** The field and the item have the same value. */
  public static Transfer of(VmcsField field, StateItem item) {
    return new Transfer(field, item, 0);
  }

  /** The item gets a value that no field holds. */
  public static Transfer constant(StateItem item, long value) {
    return new Transfer(null, item, value);
  }

  /** Only while a control is 1. */
  public Transfer ifOn(Control c) {
    control = c;
    wanted = true;
    return this;
  }

  /** Only while a control is 0. */
  public Transfer ifOff(Control c) {
    control = c;
    wanted = false;
    return this;
  }

  /** Loading leaves these bits of the item as they are. */
  public Transfer keeping(long bits) {
    kept = bits;
    return this;
  }

  /** Loading makes these bits of the item 0 and those 1, whatever the field says. */
  public Transfer forcing(long to0, long to1) {
    cleared = to0;
    set = to1;
    return this;
  }

  private boolean applies(Vmcs vmcs) {
    return control == null || control.on(vmcs) == wanted;
  }

  /** Loads the processor from the table's fields. */
  public static void load(Transfer[] table, Cpu cpu, Vmcs vmcs) {
    for (Transfer row : table) {
      if (row.applies(vmcs)) {
        long value = row.field == null ? row.constant : vmcs.get(row.field);
        long old = row.kept == 0 ? 0 : cpu.get(row.item) & row.kept;
        cpu.load(row.item, value & ~row.kept & ~row.cleared | row.set | old);
      }
    }
  }

  /** Saves the processor's state to the table's fields. */
  public static void save(Transfer[] table, Cpu cpu, Vmcs vmcs) {
    for (Transfer row : table) {
      if (row.applies(vmcs)) {
        vmcs.set(row.field, cpu.get(row.item));
      }
    }
  }
}
