package io.vmxlab.vmx.vmcs;

import io.vmxlab.arch.Known;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxAbort;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;
import java.util.Arrays;

/**
 * The current VMCS, as the processor holds it: an array by the fields' dense numbers. It is read
 * from its region when it becomes current, and written there by VMCLEAR, and when another one
 * becomes current or VMX operation ends. Meanwhile its region in memory is stale, and a program
 * that looks there sees it.
 */
public final class Vmcs implements StateView {
  private static final VmcsField[] FIELDS = VmcsField.values();

  /** What {@link VmcsField#cut} leaves, by dense number. */
  private static final long[] WIDTHS = new long[FIELDS.length];

  /** A control of each vector. */
  private static final Control[] ONE_OF_EACH = {
    Control.NMI_EXITING,
    Control.HLT_EXITING,
    Control.EPT,
    Control.HLAT,
    Control.HOST_64_BIT,
    Control.EXIT_SAVE_FRED,
    Control.IA32E_GUEST,
    Control.EPTP_SWITCHING
  };

  private static final boolean[] IS_VECTOR = new boolean[FIELDS.length];

  static {
    for (VmcsField f : FIELDS) {
      WIDTHS[f.ordinal()] = f.cut(-1);
    }
    for (Control one : ONE_OF_EACH) {
      IS_VECTOR[one.vector().ordinal()] = true;
    }
  }

  private final Cpu cpu;
  private final VmcsFormat format;
  private final long[] values = new long[FIELDS.length];

  /** Of control vectors, by dense number: what counts, which is 0 of one that is not activated. */
  private final long[] active = new long[FIELDS.length];

  private long pointer = VmxItem.NO_VMCS;
  private LaunchState launchState = LaunchState.NOT_CLEARED;

  /** A bit for each field that has another value than when {@link #takeChanges} was last called. */
  private final long[] changed = new long[(FIELDS.length + Long.SIZE - 1) / Long.SIZE];

  /** No VMCS is current. */
  public Vmcs(Cpu cpu) {
    this.cpu = cpu;
    format = new VmcsFormat(cpu.model);
  }

  /** Physical address of the region; {@link VmxItem#NO_VMCS} if no VMCS is current. */
  public long pointer() {
    return pointer;
  }

  public VmcsFormat format() {
    return format;
  }

  public LaunchState launchState() {
    return launchState;
  }

  /** Whether the processor has the field. */
  public Known on(VmcsField field) {
    return field.on(cpu.model);
  }

  /** The field's value, zero-extended; 0 of a field that the processor has not. */
  public long get(VmcsField field) {
    return values[field.ordinal()];
  }

  /** The same of a field by its dense number. */
  long get(int i) {
    return values[i];
  }

  @Override
  public long get(StateItem item) {
    return get((VmcsField) item);
  }

  /** Writes a field; what is beyond its width is dropped. */
  public void set(VmcsField field, long value) {
    set(field.ordinal(), value);
  }

  /** Bits of a control vector; all are 0 while it is not activated. */
  long active(VmcsField vector) {
    return active[vector.ordinal()];
  }

  private void activate() {
    for (Control one : ONE_OF_EACH) {
      VmcsField vector = one.vector();
      boolean counts = one.activation().isEmpty() || one.activation().get().on((StateView) this);
      active[vector.ordinal()] = counts ? get(vector) : 0;
    }
  }

  /** The same of a field by its dense number. */
  void set(int i, long value) {
    long cut = value & WIDTHS[i];
    if (values[i] != cut) {
      values[i] = cut;
      changed[i / Long.SIZE] |= 1L << i;
      if (IS_VECTOR[i]) {
        activate();
      }
    }
  }

  /**
   * Tells which fields have changed since the last call, a bit for each by its dense number.
   *
   * @param to gets the bits
   */
  public void takeChanges(long[] to) {
    for (int i = 0; i < changed.length; i++) {
      to[i] = changed[i];
      changed[i] = 0;
    }
  }

  /** VMLAUNCH has succeeded. */
  public void launched() {
    launchState = LaunchState.LAUNCHED;
  }

  /** Writes the VMX-abort indicator. */
  public void abort(VmxAbort why) {
    cpu.codeWatch.beforeWrite(pointer + VmcsFormat.ABORT, Integer.BYTES);
    cpu.memory.write(pointer + VmcsFormat.ABORT, Integer.SIZE, why.number);
  }

  /**
   * Makes a VMCS current: the one before is written to its region, this one read from its own.
   *
   * @param region physical address; {@link VmxItem#NO_VMCS} for none
   */
  public void makeCurrent(long region) {
    if (region == pointer) {
      return;
    }
    store();
    pointer = region;
    launchState =
        region == VmxItem.NO_VMCS
            ? LaunchState.NOT_CLEARED
            : LaunchState.in(read(VmcsFormat.LAUNCH_STATE, Integer.SIZE));
    for (VmcsField f : FIELDS) {
      boolean there = region != VmxItem.NO_VMCS && format.has(f);
      values[f.ordinal()] = there ? read(format.offset(f), f.width().bits) : 0;
    }
    Arrays.fill(changed, -1);
    activate();
  }

  /** Makes a VMCS clear, current or not; it is not current afterwards. */
  public void clear(long region) {
    if (region == pointer) {
      launchState = LaunchState.CLEAR;
      makeCurrent(VmxItem.NO_VMCS);
    } else {
      cpu.codeWatch.beforeWrite(region + VmcsFormat.LAUNCH_STATE, Integer.BYTES);
      cpu.memory.write(region + VmcsFormat.LAUNCH_STATE, Integer.SIZE, LaunchState.CLEAR.mark);
    }
  }

  private void store() {
    if (pointer == VmxItem.NO_VMCS) {
      return;
    }
    long first = pointer + VmcsFormat.LAUNCH_STATE;
    cpu.codeWatch.beforeWrite(first, format.size() - VmcsFormat.LAUNCH_STATE);
    if (launchState != LaunchState.NOT_CLEARED) {
      cpu.memory.write(first, Integer.SIZE, launchState.mark);
    }
    for (VmcsField f : FIELDS) {
      if (format.has(f)) {
        cpu.memory.write(pointer + format.offset(f), f.width().bits, values[f.ordinal()]);
      }
    }
  }

  private long read(int offset, int width) {
    return cpu.memory.read(pointer + offset, width);
  }
}
