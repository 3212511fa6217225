package io.vmxlab.cpu;

import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.arch.PageFaultCode;
import io.vmxlab.arch.Vector;

/**
 * The way through a gate in IA-32e mode. SDM Vol. 3A "Exception and Interrupt Handling in 64-bit
 * Mode".
 */
final class GateIa32e {
  private static final int ENTRY = 16;
  private static final int QUADWORD = Frame64.QUADWORD;

  /** Offset of IST1 in a 64-bit TSS. */
  private static final int IST1 = 0x24;

  private static final int SS = Segmentation.SS;
  private static final int CS = Segmentation.CS;

  private static final Requirement STACK_RULE = Requirement.HANDLER_STACK_IS_CANONICAL;

  private final Cpu cpu;
  private final Delivery event;

  GateIa32e(Cpu cpu, Delivery event) {
    this.cpu = cpu;
    this.event = event;
  }

  void go() {
    long offset = (long) event.vector * ENTRY;
    if (offset + ENTRY - 1 > cpu.idtr.limit) {
      throw event.refuseGate(Vector.GP, Requirement.IDT_ENTRY_WITHIN_LIMIT);
    }
    long gate = cpu.mmu.readSystem(64, cpu.idtr.base + offset);
    long upper = cpu.mmu.readSystem(64, cpu.idtr.base + offset + QUADWORD);
    int rights = Descriptor.rights(gate);
    checkGate(rights);
    int selector = Descriptor.gateSelector(gate);
    long code = handlerCode(selector);
    int codeRights = Descriptor.rights(code);
    int level = Descriptor.isConforming(codeRights) ? cpu.cpl : Descriptor.dpl(codeRights);
    long top = handlerStack(Descriptor.gateIst(gate), level);
    long target = Descriptor.gateOffset(gate) | upper << 32;
    int count = event.hasCode ? 6 : 5;
    int access = level == 3 ? PageFaultCode.US : 0;
    if (!cpu.isCanonical(target)) {
      throw cpu.raise(Vector.GP, event.ext(), Requirement.IDT_TARGET_OFFSET);
    }
    Frame64.checkPushes(cpu, top, count, QUADWORD, access, event.ext(), STACK_RULE);
    cpu.segmentation.markAccessed(selector, code);
    pushFrame(top, access);
    enter(selector, code, level, top - count * QUADWORD);
    event.enterHandler(Descriptor.systemType(rights) == Descriptor.INTERRUPT);
    cpu.mmu.select();
    cpu.nextRip = target;
  }

  private void checkGate(int rights) {
    int type = Descriptor.systemType(rights);
    if (type != Descriptor.INTERRUPT && type != Descriptor.TRAP) {
      throw event.refuseGate(Vector.GP, Requirement.IDT_ENTRY_IS_GATE);
    }
    if (event.source.checksDpl() && Descriptor.dpl(rights) < cpu.cpl) {
      throw event.refuseGate(Vector.GP, Requirement.IDT_GATE_DPL);
    }
    if (!Descriptor.present(rights)) {
      throw event.refuseGate(Vector.NP, Requirement.IDT_GATE_IS_PRESENT);
    }
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
    if (!Descriptor.isLong(rights) || Descriptor.isBig(rights)) {
      throw cpu.segmentation.refuse(Vector.GP, selector, ext, Requirement.IDT_TARGET_IS_64BIT);
    }
    if (!Descriptor.present(rights)) {
      throw cpu.segmentation.refuse(Vector.NP, selector, ext, Requirement.IDT_TARGET_IS_PRESENT);
    }
    return raw;
  }

  /** Top of the handler's stack, aligned to 16 bytes. */
  private long handlerStack(int ist, int level) {
    if (ist == 0 && level == cpu.cpl) {
      return cpu.r[RSP] & ~0xFL;
    }
    long top =
        ist != 0
            ? cpu.segmentation.tss64(IST1 + (ist - 1) * QUADWORD, event.ext())
            : cpu.segmentation.stackPointer64(level, event.ext());
    return Frame64.checkPointer(cpu, top, event.ext(), STACK_RULE) & ~0xFL;
  }

  private void pushFrame(long top, int access) {
    Frame64.put(cpu, top, 1, access, cpu.segments[SS].selector);
    Frame64.put(cpu, top, 2, access, cpu.r[RSP]);
    Frame64.put(cpu, top, 3, access, event.flagsImage);
    Frame64.put(cpu, top, 4, access, cpu.segments[CS].selector);
    Frame64.put(cpu, top, 5, access, event.returnAddress);
    if (event.hasCode) {
      Frame64.put(cpu, top, 6, access, Integer.toUnsignedLong(event.code));
    }
  }

  private void enter(int selector, long code, int level, long rsp) {
    if (level != cpu.cpl) {
      cpu.segmentation.fillNull(SS, level, level);
    }
    cpu.segmentation.fill(CS, (selector & ~Segmentation.RPL) | level, code);
    cpu.r[RSP] = rsp;
    cpu.setCpl(level);
  }
}
