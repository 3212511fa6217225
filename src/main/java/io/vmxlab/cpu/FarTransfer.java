package io.vmxlab.cpu;

import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Vector;

/**
 * Control transfers that load CS: far JMP, CALL and RET, and IRET. Each either completes, having
 * set {@code nextRip}, or throws and has changed nothing. SDM Vol. 2 "JMP", "CALL", "RET", "IRET".
 */
public final class FarTransfer {
  private static final int CS = Segmentation.CS;
  private static final int SS = Segmentation.SS;
  private static final int RPL = Segmentation.RPL;

  /** Type bits that TSSs differ in: busy, and 32 bits. */
  private static final int TSS_KINDS = Descriptor.TSS_BUSY_BIT | Descriptor.IS_32_BIT;

  private final Cpu cpu;
  private CallGate gate;

  FarTransfer(Cpu cpu) {
    this.cpu = cpu;
  }

  /**
   * Far JMP to a code segment, a call gate, a task gate or a TSS.
   *
   * @param next address of the following instruction
   */
  public void jump(int selector, long offset, long next) {
    if (cpu.realOrVirtual8086()) {
      checkRealTarget(offset);
      loadRealCs(selector);
      cpu.nextRip = offset;
      return;
    }
    long raw = descriptorOfTarget(selector);
    if (!Descriptor.isCode(Descriptor.rights(raw))) {
      if (isCallGate(raw)) {
        gate().jump(selector, raw);
      } else {
        cpu.tasks().byInstruction(TaskSwitch.Way.JUMP, task(selector, raw), next);
      }
      return;
    }
    checkCode(selector, raw, offset);
    cpu.segmentation.markAccessed(selector, raw);
    loadCs((selector & ~RPL) | cpu.cpl, raw);
    cpu.nextRip = offset;
  }

  /**
   * Far CALL to a code segment, a call gate, a task gate or a TSS.
   *
   * @param width of the values pushed for a code segment: the operand size
   * @param next address of the following instruction
   */
  public void call(int width, int selector, long offset, long next) {
    if (cpu.realOrVirtual8086()) {
      checkRealTarget(offset);
      Stack.checkPushes(cpu, width, 2);
      pushReturn(width, next);
      loadRealCs(selector);
      cpu.nextRip = offset;
      return;
    }
    long raw = descriptorOfTarget(selector);
    if (!Descriptor.isCode(Descriptor.rights(raw))) {
      if (isCallGate(raw)) {
        gate().call(selector, raw, next);
      } else {
        cpu.tasks().byInstruction(TaskSwitch.Way.CALL, task(selector, raw), next);
      }
      return;
    }
    checkCode(selector, raw, offset);
    Stack.checkPushes(cpu, width, 2);
    cpu.segmentation.markAccessed(selector, raw);
    pushReturn(width, next);
    loadCs((selector & ~RPL) | cpu.cpl, raw);
    cpu.nextRip = offset;
  }

  private void pushReturn(int width, long next) {
    Stack.push(cpu, width, cpu.segments[CS].selector);
    Stack.push(cpu, width, next);
  }

  private void checkRealTarget(long offset) {
    if (cpu.codeBeyondLimit(offset)) {
      throw cpu.gp0(Requirement.BRANCH_TARGET_WITHIN_LIMIT);
    }
  }

  private void loadRealCs(int selector) {
    Segment cs = cpu.segments[CS];
    cs.selector = selector;
    cs.base = (long) selector << 4;
  }

  private long descriptorOfTarget(int selector) {
    if (Segmentation.isNull(selector)) {
      throw cpu.gp0(Requirement.SELECTOR_IS_NOT_NULL);
    }
    return cpu.segmentation.fetch(selector, Vector.GP, 0);
  }

  private void checkCode(int selector, long raw, long offset) {
    int rights = Descriptor.rights(raw);
    int dpl = Descriptor.dpl(rights);
    boolean allowed =
        Descriptor.isConforming(rights)
            ? dpl <= cpu.cpl
            : dpl == cpu.cpl && (selector & RPL) <= cpu.cpl;
    if (!allowed) {
      throw refuse(selector, Requirement.CODE_SEGMENT_PRIVILEGE);
    }
    requireUsableCode(selector, rights);
    checkTarget(raw, offset);
  }

  /** Made when a gate is first used, which few programs do. */
  private CallGate gate() {
    if (gate == null) {
      gate = new CallGate(cpu);
    }
    return gate;
  }

  private boolean isCallGate(long raw) {
    int type = Descriptor.systemType(Descriptor.rights(raw));
    return type == Descriptor.CALL_GATE || (type == Descriptor.CALL_GATE_16 && !cpu.inIa32eMode());
  }

  /** Selector of the TSS that a task gate or TSS descriptor leads to, after its own checks. */
  private int task(int selector, long raw) {
    int rights = Descriptor.rights(raw);
    int type = Descriptor.systemType(rights);
    boolean isGate = type == Descriptor.TASK_GATE;
    boolean isTss = type >= 0 && (type & ~TSS_KINDS) == Descriptor.TSS_16;
    if (cpu.inIa32eMode() || !isGate && !isTss) {
      throw refuse(selector, Requirement.CODE_SEGMENT_TYPE);
    }
    int dpl = Descriptor.dpl(rights);
    if (dpl < cpu.cpl || dpl < (selector & RPL)) {
      throw refuse(selector, Requirement.GATE_PRIVILEGE);
    }
    if (!isGate) {
      return selector;
    }
    if (!Descriptor.present(rights)) {
      throw cpu.segmentation.refuse(Vector.NP, selector, 0, Requirement.GATE_IS_PRESENT);
    }
    return Descriptor.gateSelector(raw);
  }

  private Fault refuse(int selector, Requirement cause) {
    return cpu.segmentation.refuse(Vector.GP, selector, 0, cause);
  }

  private void requireUsableCode(int selector, int rights) {
    if (cpu.inIa32eMode() && Descriptor.isLong(rights) && Descriptor.isBig(rights)) {
      throw refuse(selector, Requirement.CODE_SEGMENT_SIZE);
    }
    if (!Descriptor.present(rights)) {
      throw cpu.segmentation.refuse(Vector.NP, selector, 0, Requirement.SEGMENT_IS_PRESENT);
    }
  }

  /** The offset is canonical in 64-bit code, within the limit elsewhere. */
  private void checkTarget(long raw, long offset) {
    if (is64Bit(raw)) {
      if (!cpu.isCanonical(offset)) {
        throw cpu.gp0(Requirement.BRANCH_TARGET_IS_CANONICAL);
      }
    } else if (offset < 0 || offset > Integer.toUnsignedLong(Descriptor.limit(raw))) {
      throw cpu.gp0(Requirement.BRANCH_TARGET_WITHIN_LIMIT);
    }
  }

  private boolean is64Bit(long raw) {
    return cpu.inIa32eMode() && Descriptor.isLong(Descriptor.rights(raw));
  }

  private void loadCs(int selector, long raw) {
    cpu.segmentation.fill(CS, selector, raw);
  }

  /**
   * Far RET.
   *
   * @param width of the popped values: the operand size
   * @param release further bytes to take off the stack
   */
  public void returnFar(int width, int release) {
    int bytes = width / 8;
    long offset = Stack.read(cpu, width, 0);
    int selector = (int) Stack.read(cpu, width, bytes) & 0xFFFF;
    if (cpu.realOrVirtual8086()) {
      checkRealTarget(offset);
      Stack.release(cpu, 2 * bytes + release);
      loadRealCs(selector);
      cpu.nextRip = offset;
      return;
    }
    long raw = targetOfReturn(selector);
    if ((selector & RPL) == cpu.cpl) {
      checkTarget(raw, offset);
      cpu.segmentation.markAccessed(selector, raw);
      Stack.release(cpu, 2 * bytes + release);
      loadCs(selector, raw);
    } else {
      long pointer = Stack.read(cpu, width, 2 * bytes + release);
      int stack = (int) Stack.read(cpu, width, 3 * bytes + release) & 0xFFFF;
      long stackRaw = stackOfReturn(stack, selector & RPL, raw);
      checkTarget(raw, offset);
      enterOuter(selector, raw, stack, stackRaw, pointer);
      Stack.release(cpu, release);
    }
    cpu.nextRip = offset;
  }

  private long targetOfReturn(int selector) {
    if (Segmentation.isNull(selector)) {
      throw cpu.gp0(Requirement.SELECTOR_IS_NOT_NULL);
    }
    long raw = cpu.segmentation.fetch(selector, Vector.GP, 0);
    int rights = Descriptor.rights(raw);
    if (!Descriptor.isCode(rights)) {
      throw refuse(selector, Requirement.CODE_SEGMENT_TYPE);
    }
    int rpl = selector & RPL;
    if (rpl < cpu.cpl) {
      throw refuse(selector, Requirement.RETURN_PRIVILEGE);
    }
    int dpl = Descriptor.dpl(rights);
    if (Descriptor.isConforming(rights) ? dpl > rpl : dpl != rpl) {
      throw refuse(selector, Requirement.CODE_SEGMENT_PRIVILEGE);
    }
    requireUsableCode(selector, rights);
    return raw;
  }

  /** Descriptor of the stack segment to return to, or 0 for a null selector. */
  private long stackOfReturn(int selector, int level, long code) {
    if (Segmentation.isNull(selector)) {
      if (!is64Bit(code) || level == 3 || (selector & RPL) != level) {
        throw cpu.gp0(Requirement.SS_SELECTOR_IS_NOT_NULL);
      }
      return 0;
    }
    return cpu.segmentation.stackDescriptor(selector, level, Vector.GP, 0);
  }

  /** Loads CS and SS and the stack pointer, and changes CPL. */
  private void enterOuter(int selector, long raw, int stack, long stackRaw, long pointer) {
    boolean outer = (selector & RPL) != cpu.cpl;
    cpu.segmentation.markAccessed(selector, raw);
    if (stackRaw != 0) {
      cpu.segmentation.markAccessed(stack, stackRaw);
      cpu.segmentation.fill(SS, stack, stackRaw);
    } else {
      cpu.segmentation.fillNull(SS, stack, stack & RPL);
    }
    loadCs(selector, raw);
    cpu.setCpl(selector & RPL);
    Stack.setPointer(cpu, pointer);
    if (outer) {
      cpu.segmentation.dropInaccessible();
    }
  }

  /**
   * IRET, IRETD, IRETQ.
   *
   * @param width of the popped values: the operand size
   * @param next address of the following instruction
   */
  public void interruptReturn(int width, long next) {
    int bytes = width / 8;
    boolean always = cpu.in64BitMode();
    cpu.interruptReturn(); // even if the instruction faults
    boolean virtual = VirtualInterrupts.inFlags(cpu, width);
    if (cpu.inIa32eMode()) {
      if ((cpu.flagsRest & Rflags.NT) != 0) {
        throw cpu.gp0(Requirement.IRET_NOT_NESTED);
      }
    } else if (!cpu.realOrVirtual8086() && (cpu.flagsRest & Rflags.NT) != 0) {
      cpu.tasks().byInstruction(TaskSwitch.Way.RETURN, 0, next);
      return;
    }
    long offset = Stack.read(cpu, width, 0);
    int selector = (int) Stack.read(cpu, width, bytes) & 0xFFFF;
    long flags = Stack.read(cpu, width, 2 * bytes);
    if (cpu.realOrVirtual8086()) {
      checkRealTarget(offset);
      long loaded = virtual ? VirtualInterrupts.loaded(cpu, flags) : restored(width, flags);
      Stack.release(cpu, 3 * bytes);
      loadRealCs(selector);
      cpu.setRflags(loaded);
      finishInterrupt(width, offset);
      return;
    }
    boolean toVirtual8086 =
        width == 32 && !cpu.inIa32eMode() && cpu.cpl == 0 && (flags & Rflags.VM) != 0;
    if (toVirtual8086) {
      Virtual8086.enter(cpu, offset, selector, flags);
      finishInterrupt(width, offset);
      return;
    }
    long raw = targetOfReturn(selector);
    if (always || (selector & RPL) != cpu.cpl) {
      long pointer = Stack.read(cpu, width, 3 * bytes);
      int stack = (int) Stack.read(cpu, width, 4 * bytes) & 0xFFFF;
      long stackRaw = stackOfReturn(stack, selector & RPL, raw);
      checkTarget(raw, offset);
      long restored = restored(width, flags);
      enterOuter(selector, raw, stack, stackRaw, pointer);
      cpu.setRflags(restored);
    } else {
      checkTarget(raw, offset);
      cpu.segmentation.markAccessed(selector, raw);
      Stack.release(cpu, 3 * bytes);
      loadCs(selector, raw);
      restoreFlags(width, flags);
    }
    finishInterrupt(width, offset);
  }

  private void restoreFlags(int width, long image) {
    cpu.setRflags(restored(width, image));
  }

  /** With 16 bits IRET has not loaded RF, which ends with it as with other instructions. */
  private void finishInterrupt(int width, long offset) {
    if (width != 16) {
      cpu.stepping.resumeFlagLoaded();
    }
    cpu.nextRip = offset;
  }

  /** RFLAGS after IRET: which bits an image replaces depends on size and privilege. */
  private long restored(int width, long image) {
    long changed = Rflags.STATUS | Rflags.TF | Rflags.DF | Rflags.NT;
    if (width != 16) {
      changed |= Rflags.RF | Rflags.AC | Rflags.ID;
    }
    if (cpu.cpl <= cpu.iopl()) {
      changed |= Rflags.IF;
    }
    if (cpu.cpl == 0) {
      changed |= Rflags.IOPL;
      if (width != 16 && !cpu.realOrVirtual8086()) {
        changed |= Rflags.VIF | Rflags.VIP;
      }
    }
    return (cpu.rflags() & ~changed) | (image & changed);
  }
}
