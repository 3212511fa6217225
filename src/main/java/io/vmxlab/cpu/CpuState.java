package io.vmxlab.cpu;

import io.vmxlab.arch.Efer;
import io.vmxlab.arch.MiscEnable;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;

/** A processor's state by the names of {@link State} and {@link Msr}. */
final class CpuState {
  /** Items of one segment register, in the order of their constants. */
  private static final int SEGMENT_ITEMS = 4;

  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private static final int R15 = State.R15.ordinal();
  private static final int FIRST_SEGMENT = State.ES_SELECTOR.ordinal();
  private static final int LAST_SEGMENT = State.TR_RIGHTS.ordinal();
  private static final int DR0 = State.DR0.ordinal();
  private static final int FIRST_XMM = State.XMM0_LOW.ordinal();
  private static final int LAST_XMM = State.XMM15_HIGH.ordinal();
  private static final int DR7 = State.DR7.ordinal();

  private CpuState() {}

  static long get(Cpu cpu, StateItem item) {
    if (item instanceof Msr) {
      return item == Msr.IA32_EFER ? cpu.efer : cpu.msrs.get((Msr) item);
    }
    if (item instanceof VmxItem) {
      return cpu.vmx.get((VmxItem) item);
    }
    if (item instanceof VmcsField) {
      return cpu.vmx.field((VmcsField) item);
    }
    if (!(item instanceof State)) {
      throw new IllegalArgumentException(item.itemName());
    }
    State state = (State) item;
    if (state.ordinal() <= R15) {
      return cpu.r[state.ordinal()];
    }
    if (isSegment(state)) {
      return segmentItem(cpu, state);
    }
    if (isDebug(state)) {
      return cpu.dr[debugNumber(state)];
    }
    if (isXmm(state)) {
      return half(cpu, state)[(state.ordinal() - FIRST_XMM) / 2];
    }
    switch (state) {
      case RIP:
        return cpu.rip;
      case RFLAGS:
        return cpu.rflags();
      case CR0:
        return cpu.cr0;
      case CR2:
        return cpu.cr2;
      case CR3:
        return cpu.cr3;
      case CR4:
        return cpu.cr4;
      case CR8:
        return cpu.cr8;
      case XCR0:
        return cpu.xcr0;
      case PKRU:
        return cpu.pkru & LOW_HALF;
      case MXCSR:
        return cpu.xmm.mxcsr & LOW_HALF;
      case GDTR_BASE:
        return cpu.gdtr.base;
      case GDTR_LIMIT:
        return cpu.gdtr.limit;
      case IDTR_BASE:
        return cpu.idtr.base;
      case IDTR_LIMIT:
        return cpu.idtr.limit;
      default:
        return condition(cpu, state);
    }
  }

  private static long condition(Cpu cpu, State state) {
    switch (state) {
      case CPL:
        return cpu.cpl;
      case A20M_MODE:
        return cpu.a20m() ? 1 : 0;
      case SMX_OPERATION:
        return cpu.smxOperation ? 1 : 0;
      case SMM:
        return cpu.smm ? 1 : 0;
      case VMX_OPERATION:
        return cpu.vmxOperation;
      case INIT_BLOCKED:
        return cpu.events.blocked(Event.INIT) ? 1 : 0;
      case INIT_PENDING:
        return cpu.events.pending(Event.INIT) ? 1 : 0;
      case NMI_BLOCKED:
        return cpu.nmiBlocked ? 1 : 0;
      case INTERRUPT_SHADOW:
        return cpu.stepping.shadow();
      case ACTIVITY:
        return cpu.activity.ordinal();
      case MAXPHYADDR:
        return cpu.maxPhysicalAddress;
      case LINEAR_WIDTH:
        return cpu.linearWidth;
      case CR4_SUPPORTED:
        return cpu.controls.cr4Supported;
      case CR4_UNMODELLED:
        return cpu.controls.cr4Unmodelled;
      case UNRESTRICTED:
        return cpu.vmx.unrestricted() ? 1 : 0;
      case EFER_SUPPORTED:
        return eferSupported(cpu);
      case XCR0_SUPPORTED:
        return cpu.controls.xcr0Supported();
      default:
        return 0; // what only a register about to be written has
    }
  }

  /** IA32_MISC_ENABLE can take NXE away. */
  private static long eferSupported(Cpu cpu) {
    boolean nx = (cpu.msrs.get(Msr.IA32_MISC_ENABLE) & MiscEnable.XD_DISABLE) == 0;
    return cpu.controls.eferSupported() & (nx ? -1 : ~Efer.NXE);
  }

  private static boolean isSegment(State state) {
    return state.ordinal() >= FIRST_SEGMENT && state.ordinal() <= LAST_SEGMENT;
  }

  private static Segment segmentOf(Cpu cpu, State state) {
    return cpu.segments[(state.ordinal() - FIRST_SEGMENT) / SEGMENT_ITEMS];
  }

  private static long segmentItem(Cpu cpu, State state) {
    Segment segment = segmentOf(cpu, state);
    switch ((state.ordinal() - FIRST_SEGMENT) % SEGMENT_ITEMS) {
      case 0:
        return segment.selector;
      case 1:
        return segment.base;
      case 2:
        return segment.limit & LOW_HALF;
      default:
        return segment.rights;
    }
  }

  private static void setSegmentItem(Cpu cpu, State state, long value) {
    Segment segment = segmentOf(cpu, state);
    switch ((state.ordinal() - FIRST_SEGMENT) % SEGMENT_ITEMS) {
      case 0:
        segment.selector = (int) value & 0xFFFF;
        break;
      case 1:
        segment.base = value;
        break;
      case 2:
        segment.limit = (int) value;
        break;
      default:
        segment.rights = (int) value;
        break;
    }
  }

  private static boolean isDebug(State state) {
    return state.ordinal() >= DR0 && state.ordinal() <= DR7;
  }

  private static int debugNumber(State state) {
    int i = state.ordinal() - DR0;
    return i < 4 ? i : i + 2;
  }

  private static boolean isXmm(State state) {
    return state.ordinal() >= FIRST_XMM && state.ordinal() <= LAST_XMM;
  }

  /** The halves of all XMM registers that the item is one of. */
  private static long[] half(Cpu cpu, State state) {
    return (state.ordinal() - FIRST_XMM) % 2 == 0 ? cpu.xmm.low : cpu.xmm.high;
  }

  static void load(Cpu cpu, StateItem item, long value) {
    if (item instanceof Msr) {
      if (item == Msr.IA32_EFER) {
        cpu.efer = value;
        cpu.controls.updateLma();
      } else {
        cpu.msrs.set((Msr) item, value);
      }
    } else if (item instanceof State) {
      setState(cpu, (State) item, value);
    } else if (item instanceof VmxItem) {
      cpu.vmx.set((VmxItem) item, value);
    } else {
      throw new IllegalArgumentException(item.itemName());
    }
  }

  private static void setState(Cpu cpu, State state, long value) {
    if (state.ordinal() <= R15) {
      cpu.r[state.ordinal()] = value;
      return;
    }
    if (isSegment(state)) {
      setSegmentItem(cpu, state, value);
      return;
    }
    if (isDebug(state)) {
      cpu.dr[debugNumber(state)] = value;
      cpu.breakpoints.update();
      return;
    }
    if (isXmm(state)) {
      half(cpu, state)[(state.ordinal() - FIRST_XMM) / 2] = value;
      return;
    }
    switch (state) {
      case RIP:
        cpu.rip = value;
        break;
      case RFLAGS:
        cpu.setRflags(value);
        break;
      case CR0:
        cpu.cr0 = value;
        cpu.controls.updateLma();
        break;
      case CR2:
        cpu.cr2 = value;
        break;
      case CR3:
        cpu.cr3 = value;
        break;
      case CR4:
        cpu.cr4 = value;
        cpu.updateAccessWidth();
        cpu.breakpoints.update();
        break;
      case CR8:
        cpu.cr8 = value;
        cpu.apic.taskPriorityChanged(cpu);
        break;
      case XCR0:
        cpu.xcr0 = value;
        break;
      case PKRU:
        cpu.pkru = (int) value;
        break;
      case MXCSR:
        cpu.xmm.mxcsr = (int) value;
        break;
      case GDTR_BASE:
        cpu.gdtr.base = value;
        break;
      case GDTR_LIMIT:
        cpu.gdtr.limit = (int) value & 0xFFFF;
        break;
      case IDTR_BASE:
        cpu.idtr.base = value;
        break;
      case IDTR_LIMIT:
        cpu.idtr.limit = (int) value & 0xFFFF;
        break;
      default:
        setCondition(cpu, state, value);
        break;
    }
  }

  private static void setCondition(Cpu cpu, State state, long value) {
    switch (state) {
      case CPL:
        cpu.cpl = (int) value & 3;
        break;
      case A20M_MODE:
        cpu.setA20m(value != 0);
        break;
      case SMX_OPERATION:
        cpu.smxOperation = value != 0;
        cpu.updateA20m();
        break;
      case SMM:
        cpu.management().mode(value != 0);
        break;
      case VMX_OPERATION:
        cpu.vmxOperation = (int) value;
        cpu.updateA20m();
        break;
      case INIT_BLOCKED:
        cpu.events.setBlocked(Event.INIT, value != 0);
        break;
      case INIT_PENDING:
        cpu.events.setPending(Event.INIT, value != 0);
        break;
      case NMI_BLOCKED:
        cpu.nmiBlocked = value != 0;
        break;
      case INTERRUPT_SHADOW:
        cpu.stepping.setShadow((int) value);
        break;
      case ACTIVITY:
        cpu.activity = Activity.values()[(int) value & 3];
        break;
      default:
        throw new IllegalArgumentException(state.itemName() + " cannot be set");
    }
  }
}
