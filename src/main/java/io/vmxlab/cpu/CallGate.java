package io.vmxlab.cpu;

import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.arch.PageFaultCode;
import io.vmxlab.arch.Vector;

/**
 * Far CALL and far JMP through a call gate. SDM Vol. 3A "Accessing a Code Segment Through a Call
 * Gate", Vol. 2A "CALL", "JMP".
 */
final class CallGate {
  private static final int CS = Segmentation.CS;
  private static final int SS = Segmentation.SS;

  /** Parameters that a call copies, in the gate's second doubleword. */
  private static final int COUNT = 0x1F;

  /** Bits 12:8 of the last doubleword of a 16-byte gate, which have to be 0. */
  private static final long UPPER_TYPE = 0x1F00L << 32;

  private static final Requirement STACK_RULE = Requirement.ADDRESS_IS_CANONICAL;

  private final Cpu cpu;
  private final InnerStack inner;
  private final long[] parameters = new long[COUNT];

  // the gate in use
  private int width;
  private long offset;
  private int selector;
  private long code;

  CallGate(Cpu cpu) {
    this.cpu = cpu;
    inner = new InnerStack(cpu);
  }

  /**
   * JMP: stays at CPL.
   *
   * @param gate selector of the gate
   * @param raw its first 8 bytes, of a call gate's type
   */
  void jump(int gate, long raw) {
    read(gate, raw);
    int rights = Descriptor.rights(code);
    int dpl = Descriptor.dpl(rights);
    if (Descriptor.isConforming(rights) ? dpl > cpu.cpl : dpl != cpu.cpl) {
      throw refuse(Vector.GP, Requirement.CODE_SEGMENT_PRIVILEGE);
    }
    requireUsable(rights);
    checkTarget();
    cpu.segmentation.markAccessed(selector, code);
    enter(cpu.cpl);
  }

  /**
   * CALL.
   *
   * @param next the return address
   */
  void call(int gate, long raw, long next) {
    read(gate, raw);
    int rights = Descriptor.rights(code);
    int dpl = Descriptor.dpl(rights);
    if (dpl > cpu.cpl) {
      throw refuse(Vector.GP, Requirement.CODE_SEGMENT_PRIVILEGE);
    }
    requireUsable(rights);
    boolean inward = !Descriptor.isConforming(rights) && dpl < cpu.cpl;
    if (!inward) {
      callSameLevel(next);
    } else if (cpu.inIa32eMode()) {
      callInward64(dpl, next);
    } else {
      callInward(dpl, (int) (raw >>> 32) & COUNT, next);
    }
  }

  /** The gate's own checks, and its target's descriptor. */
  private void read(int gate, long raw) {
    int rights = Descriptor.rights(raw);
    int dpl = Descriptor.dpl(rights);
    if (dpl < cpu.cpl || dpl < (gate & Segmentation.RPL)) {
      throw cpu.segmentation.refuse(Vector.GP, gate, 0, Requirement.GATE_PRIVILEGE);
    }
    offset = Descriptor.gateOffset(raw);
    if (cpu.inIa32eMode()) {
      width = 64;
      long upper = cpu.segmentation.fetchUpper(gate);
      if ((upper & UPPER_TYPE) != 0) {
        throw cpu.segmentation.refuse(Vector.GP, gate, 0, Requirement.GATE_UPPER_TYPE_IS_0);
      }
      offset |= upper << 32;
    } else {
      width = (rights & Descriptor.IS_32_BIT) != 0 ? 32 : 16;
      offset = Width.zeroExtend(width, offset);
    }
    if (!Descriptor.present(rights)) {
      throw cpu.segmentation.refuse(Vector.NP, gate, 0, Requirement.GATE_IS_PRESENT);
    }
    selector = Descriptor.gateSelector(raw);
    if (Segmentation.isNull(selector)) {
      throw cpu.gp0(Requirement.SELECTOR_IS_NOT_NULL);
    }
    code = cpu.segmentation.fetch(selector, Vector.GP, 0);
    if (!Descriptor.isCode(Descriptor.rights(code))) {
      throw refuse(Vector.GP, Requirement.CODE_SEGMENT_TYPE);
    }
  }

  private Fault refuse(Vector vector, Requirement cause) {
    return cpu.segmentation.refuse(vector, selector, 0, cause);
  }

  private void requireUsable(int rights) {
    if (cpu.inIa32eMode() && (!Descriptor.isLong(rights) || Descriptor.isBig(rights))) {
      throw refuse(Vector.GP, Requirement.GATE_TARGET_IS_64BIT);
    }
    if (!Descriptor.present(rights)) {
      throw refuse(Vector.NP, Requirement.SEGMENT_IS_PRESENT);
    }
  }

  private void checkTarget() {
    if (cpu.inIa32eMode()) {
      if (!cpu.isCanonical(offset)) {
        throw cpu.gp0(Requirement.BRANCH_TARGET_IS_CANONICAL);
      }
    } else if (offset > Integer.toUnsignedLong(Descriptor.limit(code))) {
      throw cpu.gp0(Requirement.BRANCH_TARGET_WITHIN_LIMIT);
    }
  }

  private void enter(int level) {
    cpu.segmentation.fill(CS, (selector & ~Segmentation.RPL) | level, code);
    cpu.nextRip = offset;
  }

  /** In compatibility mode too the gate decides that 64 bits are pushed. */
  private void callSameLevel(long next) {
    int oldCode = cpu.segments[CS].selector;
    checkTarget();
    if (width == 64) {
      long top = cpu.r[RSP];
      int access = cpu.cpl == 3 ? PageFaultCode.US : 0;
      Frame64.checkPushes(cpu, top, 2, 1, access, 0, STACK_RULE);
      cpu.segmentation.markAccessed(selector, code);
      Frame64.put(cpu, top, 1, access, oldCode);
      Frame64.put(cpu, top, 2, access, next);
      cpu.r[RSP] = top - 2 * Frame64.QUADWORD;
    } else {
      Stack.checkPushes(cpu, width, 2);
      cpu.segmentation.markAccessed(selector, code);
      Stack.push(cpu, width, oldCode);
      Stack.push(cpu, width, next);
    }
    enter(cpu.cpl);
  }

  /** SS and the stack pointer are pushed before the parameters are read, the last one first. */
  private void callInward(int level, int count, long next) {
    inner.find(level, 0);
    inner.checkRoom(width, 4 + count);
    checkTarget();
    inner.checkPush(width, 1);
    inner.checkPush(width, 2);
    for (int i = count - 1; i >= 0; i--) {
      parameters[i] = Stack.read(cpu, width, i * width / 8);
      inner.checkPush(width, 2 + count - i);
    }
    inner.checkPush(width, 3 + count);
    inner.checkPush(width, 4 + count);
    inner.markAccessed();
    cpu.segmentation.markAccessed(selector, code);
    int oldStack = cpu.segments[SS].selector;
    int oldCode = cpu.segments[CS].selector;
    long oldPointer = cpu.r[RSP];
    inner.enter();
    Stack.push(cpu, width, oldStack);
    Stack.push(cpu, width, oldPointer);
    for (int i = count - 1; i >= 0; i--) {
      Stack.push(cpu, width, parameters[i]);
    }
    Stack.push(cpu, width, oldCode);
    Stack.push(cpu, width, next);
    enter(level);
  }

  private void callInward64(int level, long next) {
    long top = cpu.segmentation.stackPointer64(level, 0);
    Frame64.checkPointer(cpu, top, 0, STACK_RULE);
    checkTarget();
    Frame64.checkPushes(cpu, top, 4, 1, 0, 0, STACK_RULE);
    cpu.segmentation.markAccessed(selector, code);
    Frame64.put(cpu, top, 1, 0, cpu.segments[SS].selector);
    Frame64.put(cpu, top, 2, 0, cpu.r[RSP]);
    Frame64.put(cpu, top, 3, 0, cpu.segments[CS].selector);
    Frame64.put(cpu, top, 4, 0, next);
    cpu.segmentation.fillNull(SS, level, level);
    enter(level);
    cpu.r[RSP] = top - 4 * Frame64.QUADWORD;
    cpu.setCpl(level);
  }
}
