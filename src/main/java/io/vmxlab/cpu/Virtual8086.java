package io.vmxlab.cpu;

import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.arch.SegmentRegister;

/** The ways into and out of virtual-8086 mode. SDM Vol. 3B "Virtual-8086 Mode". */
public final class Virtual8086 {
  /** Data segments whose selectors are saved on leaving: GS, FS, DS and ES. */
  static final int DATA_SEGMENTS = 4;

  private static final int LIMIT = 0xFFFF;

  /** Read/write data, accessed, S = 1, DPL 3, present. */
  private static final int RIGHTS = 0xF3;

  private static final int LEVEL = 3;

  /** Where the image of ESP lies in the frame that IRETD pops, in doublewords. */
  private static final int POINTER_AT = 3;

  /** In the order in which IRETD pops them, from {@link #POINTER_AT} + 1 on. */
  private static final SegmentRegister[] POPPED = {
    SegmentRegister.SS,
    SegmentRegister.ES,
    SegmentRegister.DS,
    SegmentRegister.FS,
    SegmentRegister.GS
  };

  private Virtual8086() {}

  /**
   * The rest of an IRETD whose EFLAGS image has VM = 1, at CPL 0.
   *
   * @param offset popped EIP
   * @param selector popped CS
   * @param flags popped EFLAGS, all of whose bits are loaded
   */
  static void enter(Cpu cpu, long offset, int selector, long flags) {
    long pointer = Stack.read(cpu, 32, POINTER_AT * 4);
    int[] selectors = new int[POPPED.length];
    for (int i = 0; i < POPPED.length; i++) {
      selectors[i] = (int) Stack.read(cpu, 32, (POINTER_AT + 1 + i) * 4) & 0xFFFF;
    }
    if (offset > LIMIT) {
      throw cpu.gp0(Requirement.BRANCH_TARGET_WITHIN_LIMIT);
    }
    load(cpu, SegmentRegister.CS, selector);
    for (int i = 0; i < POPPED.length; i++) {
      load(cpu, POPPED[i], selectors[i]);
    }
    cpu.r[RSP] = pointer;
    cpu.setRflags(flags);
    cpu.setCpl(LEVEL);
  }

  /**
   * The segment registers of a task that begins in virtual-8086 mode.
   *
   * @param selectors by the numbers of the segment registers
   */
  static void loadSegments(Cpu cpu, int[] selectors) {
    load(cpu, SegmentRegister.CS, selectors[SegmentRegister.CS.ordinal()]);
    for (SegmentRegister which : POPPED) {
      load(cpu, which, selectors[which.ordinal()]);
    }
  }

  private static void load(Cpu cpu, SegmentRegister which, int selector) {
    cpu.segment(which).set(selector, (long) selector << 4, LIMIT, RIGHTS);
  }

  /** Pushes GS, FS, DS and ES and makes them null, on the handler's stack. */
  static void saveDataSegments(Cpu cpu, int width) {
    for (int i = POPPED.length - 1; i > 0; i--) {
      int number = POPPED[i].ordinal();
      Stack.push(cpu, width, cpu.segments[number].selector);
      cpu.segmentation.fillNull(number, 0, 0);
    }
  }
}
