package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.FpException;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.X87Control;
import io.vmxlab.arch.X87Status;
import io.vmxlab.fpu.FpEnvironment;
import io.vmxlab.fpu.Unpacked;
import io.vmxlab.isa.Instruction;
import java.util.Arrays;

/**
 * The x87 FPU, whose registers are the MMX registers too. SDM Vol. 1 "x87 FPU Execution
 * Environment".
 *
 * <p>An instruction begins with {@link #begin}, reads its operand in memory, if any, computes in
 * {@link #env}, writes memory or registers unless {@link FpEnvironment#stopped}, and ends with
 * {@link #finish}. Until then a fault leaves no trace.
 */
public final class X87 {
  public static final int REGISTERS = 8;

  private static final int[] PRECISIONS = {24, 24, 53, 64};
  private static final int OPCODE = 0x7FF;

  /** What MMX instructions put into sign and exponent. */
  private static final int MMX_TOP = 0xFFFF;

  /** Operands, rounding, masks and flags of the current instruction. */
  public final FpEnvironment env = new FpEnvironment();

  /** By number of the physical register, R0 to R7. */
  private final long[] significands = new long[REGISTERS];

  /** Sign in bit 15, exponent below; by number of the physical register. */
  private final int[] signExponents = new int[REGISTERS];

  /** A bit for each physical register, 1 if it is not empty. */
  private int used;

  /** Number of the physical register that is ST(0). */
  private int top;

  private int control;

  /** Without TOP, ES and B. */
  private int status;

  /** Where errors are reported while CR0.NE is 0; null if nothing is connected. */
  public ErrorPins pins;

  /** FERR# is asserted. */
  private boolean reported;

  /** SF and C1 of a stack fault of the current instruction. */
  private int stackFault;

  /** Offset of the last instruction that was not one of control. */
  public long instructionOffset;

  public int instructionSelector;

  /** Offset of its operand in memory. */
  public long operandOffset;

  public int operandSelector;

  /** Its first two bytes, without the five upper bits of the first. */
  public int opcode;

  private final Cpu cpu;
  private final boolean keepsSelectors;
  private final boolean operandOnlyOfExceptions;

  X87(Cpu cpu) {
    this.cpu = cpu;
    keepsSelectors = !cpu.model.has(Feature.FCS_FDS_DEPRECATED);
    operandOnlyOfExceptions = cpu.model.has(Feature.FDP_EXCPTN_ONLY);
  }

  /** As after power-up and RESET. INIT leaves it alone. */
  void powerUp() {
    clear();
    control = X87Control.POWER_UP;
    used = (1 << REGISTERS) - 1;
  }

  /** The initial configuration of XRSTOR: as after FNINIT, and +0.0 in all registers. */
  public void clear() {
    initialise();
    Arrays.fill(significands, 0);
    Arrays.fill(signExponents, 0);
  }

  /** The state is that of {@link #clear}. */
  public boolean isInitial() {
    long pointers = instructionOffset | instructionSelector | operandOffset | operandSelector;
    long any = pointers | opcode | status | top | used | control ^ X87Control.INITIAL;
    for (int i = 0; i < REGISTERS; i++) {
      any |= significands[i] | signExponents[i];
    }
    return any == 0;
  }

  /** FNINIT. The contents of the registers stay, though they count as empty. */
  public void initialise() {
    control = X87Control.INITIAL;
    status = 0;
    statusChanged();
    top = 0;
    used = 0;
    instructionOffset = 0;
    instructionSelector = 0;
    operandOffset = 0;
    operandSelector = 0;
    opcode = 0;
  }

  /** #NM if CR0.EM or CR0.TS is 1. */
  public void requireAvailable() {
    if ((cpu.cr0 & (Cr0.EM | Cr0.TS)) != 0) {
      throw cpu.raise(Vector.NM, 0, Requirement.X87_AVAILABLE);
    }
  }

  /** #MF if an exception without mask is pending; with CR0.NE = 0, {@link #freeze} follows. */
  public void requireNothingPending() {
    if (!pending()) {
      return;
    }
    if ((cpu.cr0 & Cr0.NE) == 0) {
      if (pins == null) {
        throw new Unmodelled("FERR# and IGNNE# (CR0.NE = 0 with an x87 FPU exception pending)");
      }
      if (pins.ignores()) {
        return;
      }
    }
    throw cpu.raise(Vector.MF, 0, Requirement.NO_X87_EXCEPTION_PENDING);
  }

  /**
   * In place of #MF with CR0.NE = 0: FERR#, and the processor waits before the instruction for the
   * interrupt that it leads to.
   */
  void freeze() {
    reported = true;
    pins.error(true);
    cpu.activity = Activity.HLT;
  }

  /** The status word has changed other than by arithmetic. */
  private void statusChanged() {
    if (reported && !pending()) {
      reported = false;
      pins.error(false);
    }
  }

  private boolean pending() {
    return (status & ~control & FpException.ALL) != 0;
  }

  /** Begins an instruction that waits for pending exceptions: checks, and prepares {@link #env}. */
  public FpEnvironment begin() {
    requireAvailable();
    requireNothingPending();
    env.rounding = control >> X87Control.RC & 3;
    env.precision = PRECISIONS[control >> X87Control.PC & 3];
    env.masks = control & FpException.ALL;
    env.flags = 0;
    env.roundedUp = false;
    stackFault = 0;
    return env;
  }

  /** Ends it: flags, C1, and the pointers. */
  public void finish(Instruction insn) {
    int reported = env.reported();
    status = status & ~X87Status.C1 | reported | stackFault;
    if (env.roundedUp && !env.stopped()) {
      status |= X87Status.C1;
    }
    boolean exception = (reported & ~env.masks) != 0;
    instructionOffset = cpu.rip;
    instructionSelector = keepsSelectors ? cpu.segment(SegmentRegister.CS).selector : 0;
    if (exception) {
      opcode = (insn.form.pattern().opcode() << 8 | lastByte(insn)) & OPCODE;
    }
    if (insn.memory() && (exception || !operandOnlyOfExceptions)) {
      operandOffset = Operands.offset(cpu, insn);
      operandSelector = keepsSelectors ? cpu.segments[insn.segment].selector : 0;
    }
  }

  /** Loads the pointers' selectors, which stay 0 where CPUID shows that they are deprecated. */
  public void setSelectors(int instruction, int operand) {
    instructionSelector = keepsSelectors ? instruction : 0;
    operandSelector = keepsSelectors ? operand : 0;
  }

  private static int lastByte(Instruction insn) {
    int at = 0;
    while ((insn.bytes[at] & 0xFF) != insn.form.pattern().opcode()) {
      at++;
    }
    return insn.bytes[at + 1] & 0xFF;
  }

  /** Stack underflow: an operand is empty. The result becomes the indefinite. */
  public void underflow() {
    stackFault(X87Status.SF);
  }

  /** Stack overflow: the register to load is not empty. The result becomes the indefinite. */
  public void overflow() {
    stackFault(X87Status.SF | X87Status.C1);
  }

  /** The current instruction has found a stack fault. */
  public boolean stackFaulted() {
    return stackFault != 0;
  }

  private void stackFault(int bits) {
    env.flags |= FpException.IE;
    env.roundedUp = false;
    env.indefinite();
    stackFault = bits;
  }

  /** Sets condition codes; C1 only until {@link #finish}. */
  public void setCodes(int codes) {
    status = status & ~X87Status.CODES | codes;
  }

  /** {@link #finish} will leave C1 as it is now, which else becomes 0 unless something sets it. */
  public void keepC1() {
    stackFault |= status & X87Status.C1;
  }

  /** Sets C1 at {@link #finish}. */
  public void setC1() {
    stackFault |= X87Status.C1;
  }

  public boolean isEmpty(int i) {
    return (used >> number(i) & 1) == 0;
  }

  /** Takes ST(i) apart. */
  public void load(int i, Unpacked to) {
    int n = number(i);
    to.setExtended(signExponents[n], significands[n]);
  }

  /** ST(i) := the result in {@link #env}; it is not empty then. */
  public void store(int i) {
    set(i, env.signExponent, env.significand);
    used |= 1 << number(i);
  }

  /** The result in {@link #env} becomes ST(0), what was there ST(1). */
  public void push() {
    top = top - 1 & 7;
    store(0);
  }

  /** ST(0) becomes empty, and ST(1) becomes ST(0). */
  public void pop() {
    free(0);
    turn(1);
  }

  /** ST(i) becomes empty. */
  public void free(int i) {
    used &= ~(1 << number(i));
  }

  /** TOP := TOP + by. */
  public void turn(int by) {
    top = top + by & 7;
  }

  public long significand(int i) {
    return significands[number(i)];
  }

  public int signExponent(int i) {
    return signExponents[number(i)];
  }

  /** Writes ST(i), whose tag stays. */
  public void set(int i, int signExponent, long significand) {
    int n = number(i);
    signExponents[n] = signExponent;
    significands[n] = significand;
  }

  private int number(int i) {
    return top + i & 7;
  }

  public int control() {
    return control;
  }

  public void setControl(int value) {
    control = value & X87Control.WRITABLE | X87Control.FIXED;
  }

  /** The status word. */
  public int status() {
    int summary = pending() ? X87Status.ES | X87Status.B : 0;
    return status | top << X87Status.TOP | summary;
  }

  /** Sets the status word; ES and B follow from flags and masks. */
  public void setStatus(int value) {
    status = value & (FpException.ALL | X87Status.SF | X87Status.CODES);
    statusChanged();
    top = value >> X87Status.TOP & 7;
  }

  /** Flags and ES become 0: FNCLEX. */
  public void clearExceptions() {
    status &= X87Status.CODES;
    statusChanged();
  }

  /** A bit for each physical register, 1 if it is not empty: the abridged tag word. */
  public int used() {
    return used;
  }

  public void setUsed(int bits) {
    used = bits & (1 << REGISTERS) - 1;
  }

  /**
   * The MMX register, which is bits 63:0 of the physical register of that number.
   *
   * @param n 0 to 7
   */
  public long mmx(int n) {
    return significands[n];
  }

  /** Writes an MMX register: sign and exponent become ones. */
  public void setMmx(int n, long value) {
    significands[n] = value;
    signExponents[n] = MMX_TOP;
  }

  /** What every MMX instruction but EMMS does: TOP becomes 0, and no register is empty. */
  public void enterMmx() {
    top = 0;
    used = (1 << REGISTERS) - 1;
  }

  /** EMMS: every register is empty. */
  public void leaveMmx() {
    top = 0;
    used = 0;
  }
}
