package io.vmxlab.cpu;

import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Vector;

/**
 * The way to a handler in real-address mode and in protected mode without IA-32e mode. SDM Vol. 3A
 * "Exception and Interrupt Handling".
 */
final class GateLegacy {
  private static final int REAL_ENTRY = 4;
  private static final int ENTRY = 8;
  private static final int SS = Segmentation.SS;
  private static final int CS = Segmentation.CS;

  private final Cpu cpu;
  private final Delivery event;
  private final InnerStack inner;

  GateLegacy(Cpu cpu, Delivery event) {
    this.cpu = cpu;
    this.event = event;
    inner = new InnerStack(cpu);
  }

  void go() {
    if (cpu.protectedMode()) {
      goProtected();
    } else {
      goReal();
    }
  }

  private void goReal() {
    long offset = (long) event.vector * REAL_ENTRY;
    if (offset + REAL_ENTRY - 1 > cpu.idtr.limit) {
      throw event.refuseGate(Vector.GP, Requirement.IDT_ENTRY_WITHIN_LIMIT);
    }
    long entry = cpu.mmu.readSystem(32, cpu.idtr.base + offset & 0xFFFF_FFFFL);
    Stack.checkPushes(cpu, 16, 3);
    Stack.push(cpu, 16, event.flagsImage);
    Stack.push(cpu, 16, cpu.segments[CS].selector);
    Stack.push(cpu, 16, event.returnAddress);
    Segment cs = cpu.segments[CS];
    cs.selector = (int) (entry >>> 16) & 0xFFFF;
    cs.base = (long) cs.selector << 4;
    cpu.flagsRest &= ~(Rflags.IF | Rflags.TF | Rflags.AC | Rflags.RF);
    cpu.mmu.select();
    cpu.nextRip = entry & 0xFFFF;
  }

  private void goProtected() {
    long offset = (long) event.vector * ENTRY;
    if (offset + ENTRY - 1 > cpu.idtr.limit) {
      throw event.refuseGate(Vector.GP, Requirement.IDT_ENTRY_WITHIN_LIMIT);
    }
    long gate = cpu.mmu.readSystem(64, cpu.idtr.base + offset & 0xFFFF_FFFFL);
    int rights = Descriptor.rights(gate);
    int type = checkGate(rights);
    if (type == Descriptor.TASK_GATE) {
      event.throughTaskGate = true;
      cpu.tasks().byEvent(event, Descriptor.gateSelector(gate));
      return;
    }
    int width = (type & Descriptor.IS_32_BIT) != 0 ? 32 : 16;
    long target = Width.zeroExtend(width, Descriptor.gateOffset(gate));
    int selector = Descriptor.gateSelector(gate);
    long code = handlerCode(selector);
    int codeRights = Descriptor.rights(code);
    int level = Descriptor.isConforming(codeRights) ? cpu.cpl : Descriptor.dpl(codeRights);
    if (cpu.inVirtual8086Mode() && level != 0) {
      throw cpu.segmentation.refuse(
          Vector.GP, selector, event.ext(), Requirement.VIRTUAL_8086_HANDLER_PRIVILEGE);
    }
    if (level != cpu.cpl) {
      pushOnInnerStack(width, level, selector, code, target);
    } else {
      checkTarget(target, code);
      pushOnCurrentStack(width);
      cpu.segmentation.markAccessed(selector, code);
    }
    cpu.segmentation.fill(CS, (selector & ~Segmentation.RPL) | level, code);
    event.enterHandler((type & 1) == 0);
    cpu.setCpl(level);
    cpu.nextRip = target;
  }

  private int checkGate(int rights) {
    int type = Descriptor.systemType(rights);
    boolean gate =
        type == Descriptor.TASK_GATE
            || type == Descriptor.INTERRUPT
            || type == Descriptor.TRAP
            || type == Descriptor.INTERRUPT_16
            || type == Descriptor.TRAP_16;
    if (!gate) {
      throw event.refuseGate(Vector.GP, Requirement.IDT_ENTRY_IS_GATE);
    }
    if (event.source.checksDpl() && Descriptor.dpl(rights) < cpu.cpl) {
      throw event.refuseGate(Vector.GP, Requirement.IDT_GATE_DPL);
    }
    if (!Descriptor.present(rights)) {
      throw event.refuseGate(Vector.NP, Requirement.IDT_GATE_IS_PRESENT);
    }
    return type;
  }

  private long handlerCode(int selector) {
    int ext = event.ext();
    if (Segmentation.isNull(selector)) {
      throw cpu.raise(Vector.GP, ext, Requirement.IDT_TARGET_SELECTOR);
    }
    long raw = cpu.segmentation.fetch(selector, Vector.GP, ext);
    int rights = Descriptor.rights(raw);
    if (!Descriptor.isCode(rights) || Descriptor.dpl(rights) > cpu.cpl) {
      throw cpu.segmentation.refuse(Vector.GP, selector, ext, Requirement.IDT_TARGET_IS_CODE);
    }
    if (!Descriptor.present(rights)) {
      throw cpu.segmentation.refuse(Vector.NP, selector, ext, Requirement.IDT_TARGET_IS_PRESENT);
    }
    return raw;
  }

  private void pushOnCurrentStack(int width) {
    int count = event.hasCode ? 4 : 3;
    try {
      Stack.checkPushes(cpu, width, count);
    } catch (Fault fault) {
      throw fault.vector() == Vector.SS
          ? cpu.raise(Vector.SS, event.ext(), fault.violated())
          : fault;
    }
    pushReturn(width);
  }

  private void pushReturn(int width) {
    Stack.push(cpu, width, event.flagsImage);
    Stack.push(cpu, width, cpu.segments[CS].selector);
    Stack.push(cpu, width, event.returnAddress);
    if (event.hasCode) {
      Stack.push(cpu, width, event.code);
    }
  }

  private void checkTarget(long target, long code) {
    if (target > Integer.toUnsignedLong(Descriptor.limit(code))) {
      throw cpu.raise(Vector.GP, event.ext(), Requirement.IDT_TARGET_OFFSET);
    }
  }

  private void pushOnInnerStack(int width, int level, int selector, long code, long target) {
    inner.find(level, event.ext());
    boolean fromVirtual8086 = cpu.inVirtual8086Mode();
    int count = (event.hasCode ? 6 : 5) + (fromVirtual8086 ? Virtual8086.DATA_SEGMENTS : 0);
    inner.checkRoom(width, count);
    checkTarget(target, code);
    for (int i = 1; i <= count; i++) {
      inner.checkPush(width, i);
    }
    inner.markAccessed();
    cpu.segmentation.markAccessed(selector, code);
    long oldPointer = cpu.r[RSP];
    int oldStack = cpu.segments[SS].selector;
    inner.enter();
    if (fromVirtual8086) {
      Virtual8086.saveDataSegments(cpu, width);
    }
    Stack.push(cpu, width, oldStack);
    Stack.push(cpu, width, oldPointer);
    pushReturn(width);
  }
}
