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
 *
 * <p>Of VMCSs that were current before it remembers what they held, so that it can tell what has
 * changed when one becomes current again, by whatever way.
 */
public final class Vmcs implements StateView {
  private static final VmcsField[] FIELDS = VmcsField.values();

  /** What {@link VmcsField#cut} leaves, by dense number. */
  private static final long[] WIDTHS = new long[FIELDS.length];

  /** A control of each vector; a vector that activates others comes before them. */
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

  private static final int CHANGES = (FIELDS.length + Long.SIZE - 1) / Long.SIZE;

  private static final boolean[] IS_VECTOR = new boolean[FIELDS.length];

  static {
    for (VmcsField f : FIELDS) {
      WIDTHS[f.ordinal()] = f.cut(-1);
    }
    for (Control one : ONE_OF_EACH) {
      IS_VECTOR[one.vector().ordinal()] = true;
    }
  }

  /** VMCSs remembered at most; a power of two, of {@link #PLACE_BITS} bits. */
  private static final int REMEMBERED = 2048;

  private static final int PLACE_BITS = 11;

  private static final int PAGE_BITS = 12;

  /** A VMCS as it was when it ceased to be current. */
  private static final class Former {
    private final long[] values = new long[FIELDS.length];
    private final long[] changed = new long[CHANGES];
    private long pointer = VmxItem.NO_VMCS;
  }

  private final Cpu cpu;
  private final VmcsFormat format;

  /** By {@link #place}; made when the second VMCS becomes current. */
  private Former[] former;

  private final long[] values = new long[FIELDS.length];

  /** Of control vectors, by dense number: what counts, which is 0 of one that is not activated. */
  private final long[] active = new long[FIELDS.length];

  private long pointer = VmxItem.NO_VMCS;
  private LaunchState launchState = LaunchState.NOT_CLEARED;

  /** A bit for each field that has another value than when {@link #takeChanges} was last called. */
  private final long[] changed = new long[CHANGES];

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
      boolean counts = one.activation().isEmpty() || one.activation().get().on(this);
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
   * Tells which fields of the current VMCS have changed since the last call while it was current, a
   * bit for each by its dense number. All bits are 1 if that is not known.
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
    if (pointer != VmxItem.NO_VMCS) {
      store();
      remember();
    }
    pointer = region;
    if (region == VmxItem.NO_VMCS) {
      launchState = LaunchState.NOT_CLEARED;
      Arrays.fill(values, 0);
    } else {
      long mark = cpu.memory.read(region + VmcsFormat.LAUNCH_STATE, Integer.SIZE);
      launchState = LaunchState.in(mark);
      format.read(cpu.memory, region, values);
    }
    noteChanges();
    activate();
  }

  /** Where a VMCS is remembered, if it is. Neighbours in memory have places of their own. */
  public static int place(long region) {
    long page = region >>> PAGE_BITS;
    return (int) (page ^ page >>> PLACE_BITS ^ page >>> 2 * PLACE_BITS) & REMEMBERED - 1;
  }

  /** Number of {@link #place}s. */
  public static int places() {
    return REMEMBERED;
  }

  private void remember() {
    if (former == null) {
      former = new Former[REMEMBERED];
    }
    int place = place(pointer);
    if (former[place] == null) {
      former[place] = new Former();
    }
    Former left = former[place];
    left.pointer = pointer;
    System.arraycopy(values, 0, left.values, 0, values.length);
    System.arraycopy(changed, 0, left.changed, 0, changed.length);
  }

  /** Compares with what the VMCS held when it was last current. */
  private void noteChanges() {
    Former before = former == null ? null : former[place(pointer)];
    if (before == null || before.pointer != pointer) {
      Arrays.fill(changed, -1);
      return;
    }
    System.arraycopy(before.changed, 0, changed, 0, changed.length);
    int from = Arrays.mismatch(values, before.values);
    for (int i = from; i >= 0 && i < values.length; i++) {
      if (values[i] != before.values[i]) {
        changed[i / Long.SIZE] |= 1L << i;
      }
    }
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
    long first = pointer + VmcsFormat.LAUNCH_STATE;
    cpu.codeWatch.beforeWrite(first, format.size() - VmcsFormat.LAUNCH_STATE);
    if (launchState != LaunchState.NOT_CLEARED) {
      cpu.memory.write(first, Integer.SIZE, launchState.mark);
    }
    format.write(cpu.memory, pointer, values);
  }
}
