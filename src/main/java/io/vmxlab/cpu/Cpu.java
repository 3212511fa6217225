package io.vmxlab.cpu;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.isa.Instruction;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;

/** One logical processor. */
public final class Cpu extends Core implements StateView {
  /** Value of {@link #vmxOperation} outside VMX operation. */
  public static final int OUTSIDE_VMX = 0;

  public static final int VMX_ROOT = 1;
  public static final int VMX_NON_ROOT = 2;

  /** Width of linear addresses in bits that 4-level paging translates. */
  private static final int WIDTH = 48;

  /** Width in bits with 5-level paging. */
  private static final int LARGE_WIDTH = 57;

  /** In place of a page's address. */
  public static final long NO_PAGE = 1;

  private static final int CS = SegmentRegister.CS.ordinal();
  private static final int SS = SegmentRegister.SS.ordinal();

  /** RFLAGS without the status flags; bit 1 always set. */
  public long flagsRest = Rflags.FIXED;

  /** Address (CS offset) of the current instruction while it executes; else of the next one. */
  public long rip;

  /** Where execution goes on after the current instruction; branches write it. */
  public long nextRip;

  /** ES CS SS DS FS GS LDTR TR, by {@link SegmentRegister#ordinal}. */
  public final Segment[] segments = new Segment[8];

  public final TableRegister gdtr = new TableRegister();
  public final TableRegister idtr = new TableRegister();

  /** Written through {@link #controls} unless everything that depends on them is seen to. */
  public long cr0;

  public long cr2;
  public long cr3;
  public long cr4;
  public long efer;
  public long xcr0;

  /** Rights of the protection keys, see {@link io.vmxlab.arch.Pkru}. */
  public int pkru;

  /** Task priority, bits 7:4 of the local APIC's TPR. */
  public long cr8;

  public final X87 x87;
  public final XmmState xmm = new XmmState();

  /** DR0-DR3, DR6 and DR7 by their numbers. */
  public final long[] dr = new long[8];

  /** Current privilege level; changed through {@link #setCpl}. */
  public int cpl;

  public Activity activity = Activity.ACTIVE;

  /** {@link #OUTSIDE_VMX}, {@link #VMX_ROOT} or {@link #VMX_NON_ROOT}. */
  public int vmxOperation;

  /** GETSEC[SENTER] was executed and GETSEC[SEXIT] not since. */
  public boolean smxOperation;

  /** In system-management mode; changed through {@link #management}. */
  public boolean smm;

  public boolean nmiBlocked;

  /**
   * Physical address of the page whose accesses in VMX non-root operation are those of an APIC; an
   * odd number if there is none. Changed through {@link #setApicAccess}.
   */
  long apicAccess = NO_PAGE;

  /** Instructions retired up to the running block; the base of virtual time. */
  public long retired;

  /**
   * Iterations of repeated string instructions so far: work that {@link #retired} does not show.
   */
  public long iterations;

  /** An instruction has led to a VM exit, which the engine completes next. */
  public boolean leaving;

  /** Instructions of the running block that stand before the current one. */
  public int position;

  /**
   * The engine looks around when {@link #retired} has come this far. What makes an event due lowers
   * it.
   */
  public long horizon;

  public final CpuModel model;

  /** Width of physical addresses in bits; kept, because the model looks it up. */
  final int maxPhysicalAddress;

  /**
   * Width of linear addresses in bits that the processor has: base addresses in its registers may
   * use it, whatever the kind of paging.
   */
  public final int linearWidth;

  /** Width of linear addresses with which memory can be accessed now. */
  private int accessWidth = WIDTH;

  /** The processor has pages of 1 GByte. */
  final boolean hugePages;

  public final PhysicalMemory memory;
  public final Mmu mmu;
  public final ControlRegisters controls;
  public final MsrFile msrs;
  public final Simd simd = new Simd(this);
  public final Segmentation segmentation;
  public final FarTransfer far;
  public final Stepping stepping = new Stepping(this);
  public final Breakpoints breakpoints = new Breakpoints(this);
  public final Events events = new Events(this);
  public VirtualTime time = new VirtualTime(this, 1);
  public CpuObserver observer = CpuObserver.NONE;
  public CodeWatch codeWatch = CodeWatch.NONE;
  public final LocalApic apic;
  public InterruptSource interrupts;
  public DeviceSpace devices = DeviceSpace.EMPTY;
  public IoSpace io = IoSpace.EMPTY;
  public TimeStamp timeStamp = TimeStamp.VIRTUAL;
  public RandomSource random = RandomSource.seeded(0);
  public VmxUnit vmx = VmxUnit.NONE;
  public Interception interception = Interception.NONE;
  public CpuidFilter cpuidFilter = CpuidFilter.NONE;

  /** Added to the counted ticks on processors without IA32_TSC_ADJUST. */
  long tscOffset;

  private boolean a20mAsserted;
  private boolean a20m;
  private final Fault fault = new Fault();

  /** Made for the first exception or interrupt. */
  private Delivery delivery;

  private TaskSwitch tasks;

  /** Made for the first SMI, or the first question about SMBASE. */
  private SystemManagementMode management;

  /** A processor of no particular model, as after RESET. */
  public Cpu(PhysicalMemory memory) {
    this(memory, PlainModel.INSTANCE);
  }

  /** A processor as after RESET. */
  public Cpu(PhysicalMemory memory, CpuModel model) {
    this.memory = memory;
    this.model = model;
    maxPhysicalAddress = model.maxPhysicalAddress();
    hugePages = model.has(Feature.PAGE1GB);
    linearWidth = model.has(Feature.LA57) ? LARGE_WIDTH : WIDTH;
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new Segment();
    }
    mmu = new Mmu(this);
    controls = new ControlRegisters(this);
    msrs = new MsrFile(this);
    segmentation = new Segmentation(this);
    far = new FarTransfer(this);
    apic = new LocalApic(this);
    interrupts = apic;
    x87 = new X87(this);
    Reset.powerUp(this);
  }

  public Segment segment(SegmentRegister which) {
    return segments[which.ordinal()];
  }

  /** IA-32e mode with CS.L: 64-bit mode. */
  public boolean in64BitMode() {
    return (efer & Efer.LMA) != 0 && segments[CS].bit(SegmentRights.L);
  }

  /** IA-32e mode: 64-bit mode or compatibility mode. */
  public boolean inIa32eMode() {
    return (efer & Efer.LMA) != 0;
  }

  /** PE=1, whether or not VM=1. */
  public boolean protectedMode() {
    return (cr0 & Cr0.PE) != 0;
  }

  /** PE=0, or VM=1: segment bases are selectors times 16. */
  public boolean realOrVirtual8086() {
    return (cr0 & Cr0.PE) == 0 || inVirtual8086Mode();
  }

  /** VM=1. */
  public boolean inVirtual8086Mode() {
    return (flagsRest & Rflags.VM) != 0;
  }

  /** Sizes for the decoder. */
  public CodeMode codeMode() {
    if (in64BitMode()) {
      return CodeMode.BITS64;
    }
    return segments[CS].bit(SegmentRights.DB) ? CodeMode.BITS32 : CodeMode.BITS16;
  }

  /** Address line 20 is masked. */
  public boolean a20m() {
    return a20m;
  }

  /** A20M# is asserted, whether it is blocked or not. */
  public boolean a20mAsserted() {
    return a20mAsserted;
  }

  /** Asserts or deasserts A20M#. While it is blocked that has no effect. */
  public void setA20m(boolean asserted) {
    a20mAsserted = asserted;
    events.signal(Event.A20M);
  }

  /** A20M# may count now or may not: it has changed, or what blocks it, VMX, SMX or SMM. */
  void updateA20m() {
    boolean now = a20mAsserted && vmxOperation == OUTSIDE_VMX && !smxOperation && !smm;
    if (now != a20m) {
      a20m = now;
      mmu.maskLine20(now);
    }
  }

  /**
   * Enters VMX root or non-root operation, or leaves VMX operation.
   *
   * @param operation {@link #OUTSIDE_VMX}, {@link #VMX_ROOT} or {@link #VMX_NON_ROOT}; in the
   *     latter two A20M# is blocked, in the second INIT
   */
  public void setVmxOperation(int operation) {
    vmxOperation = operation;
    updateA20m();
    if (operation == VMX_ROOT) {
      events.block(Event.INIT);
    } else {
      events.unblock(Event.INIT);
    }
  }

  /** In VMX non-root operation. */
  public boolean inGuest() {
    return vmxOperation == VMX_NON_ROOT;
  }

  /**
   * From now on accesses to a page in VMX non-root operation go to {@link
   * Interception#readApicPage} and its like.
   *
   * @param page physical address, or {@link #NO_PAGE}
   */
  public void setApicAccess(long page) {
    if (page != apicAccess) {
      apicAccess = page;
      mmu.forget();
    }
  }

  /** In VMX non-root operation: asks whether the instruction causes a VM exit, which is thrown. */
  public void intercept(Instruction insn) {
    if (inGuest()) {
      interception.instruction(this, insn);
    }
  }

  /** The same for an instruction of CPL 0, which is #GP(0) first elsewhere. */
  public void interceptPrivileged(Instruction insn) {
    if (inGuest()) {
      requireCpl0();
      interception.instruction(this, insn);
    }
  }

  /** In VMX non-root operation: #UD unless the virtual-machine monitor enables the instruction. */
  public void requireEnabledForGuest(Instruction insn) {
    if (inGuest() && !interception.enables(this, insn)) {
      throw ud(Requirement.ENABLED_FOR_GUEST);
    }
  }

  /** The time-stamp counter as RDTSC shows it. */
  public long timeStamp() {
    long value = get(Msr.IA32_TIME_STAMP_COUNTER);
    return inGuest() ? interception.timeStamp(this, value) : value;
  }

  public void setCpl(int level) {
    cpl = level;
    mmu.select();
  }

  /** The whole register RFLAGS. */
  public long rflags() {
    return flagsRest | status();
  }

  /** Writes the whole register; reserved bits are forced to their values. */
  public void setRflags(long value) {
    setStatus(value);
    flagsRest = (value & Rflags.ALL & ~Rflags.STATUS) | Rflags.FIXED;
    mmu.select();
    events.reconsider();
  }

  /** IF := 1; the interrupts that waited for it come after the current instruction. */
  public void enableInterrupts() {
    flagsRest |= Rflags.IF;
    events.reconsider();
  }

  /** IRET, or the end of what else blocked NMIs: the next one may come. */
  public void unblockNmi() {
    nmiBlocked = false;
    events.reconsider();
  }

  /** IRET is executed, be it without success. */
  void interruptReturn() {
    if (inGuest()) {
      interception.interruptReturn(this);
    } else {
      unblockNmi();
    }
  }

  /** IOPL. */
  public int iopl() {
    return (int) (flagsRest >> 12) & 3;
  }

  /** Makes the exception to throw. */
  public Fault raise(Vector vector, int errorCode, Cause cause) {
    return fault.fill(vector, errorCode, cause);
  }

  /**
   * A debug exception.
   *
   * @param bits that it sets in DR6, see {@link io.vmxlab.arch.Dr6}
   */
  public Fault debugException(long bits, Cause cause) {
    return raise(Vector.DB, 0, cause).at(bits);
  }

  /** Invalid opcode. */
  public Fault ud(Cause cause) {
    return raise(Vector.UD, 0, cause);
  }

  /** General protection with error code 0. */
  public Fault gp0(Cause cause) {
    return raise(Vector.GP, 0, cause);
  }

  /** Page fault: CR2 becomes the linear address on delivery. */
  public Fault pageFault(int errorCode, long linearAddress, Cause cause) {
    return raise(Vector.PF, errorCode, cause).at(linearAddress);
  }

  /** Throws the set's exception if one of its rules does not hold. */
  public <V extends StateView> void require(RuleSet<V, Raise> set, V view) {
    observer.onChecks(this, set, view);
    Rule<V> violated = set.firstViolation(view);
    if (violated != null) {
      Raise outcome = set.outcome();
      throw raise(outcome.vector(), outcome.errorCode(), violated).checkedBy(set, view);
    }
  }

  /** #GP(0) unless CPL is 0. */
  public void requireCpl0() {
    if (cpl != 0) {
      require(ControlRules.PRIVILEGED, this);
    }
  }

  /** Address of the instruction that follows one in memory. */
  public long following(Instruction insn) {
    return following(insn, rip);
  }

  /**
   * Offset in CS of the instruction that follows one at an offset. Outside 64-bit mode that is EIP,
   * 32 bits wide in 16-bit code too: only branches with a 16-bit operand size cut it.
   */
  public static long following(Instruction insn, long rip) {
    long address = rip + insn.length();
    return insn.mode == CodeMode.BITS64 ? address : address & 0xFFFF_FFFFL;
  }

  /** Throws #UD unless the condition holds. */
  public void requireOrUd(boolean holds, Cause cause) {
    if (!holds) {
      throw ud(cause);
    }
  }

  /** CR4.LA57 may have changed. */
  void updateAccessWidth() {
    accessWidth = (cr4 & Cr4.LA57) != 0 ? LARGE_WIDTH : WIDTH;
  }

  /** Memory at the address can be accessed: all bits from the highest of the width on are equal. */
  public boolean isCanonical(long address) {
    return isCanonical(address, accessWidth);
  }

  /** The address can be the base of a segment or table, or a register's content. */
  public boolean isCanonicalBase(long address) {
    return isCanonical(address, linearWidth);
  }

  /** All bits from bit {@code width - 1} on are equal. */
  public static boolean isCanonical(long address, int width) {
    int above = Long.SIZE - width;
    return (address << above) >> above == address;
  }

  /**
   * Linear address of a data access through a segment, after the segment's own checks: limit, type
   * and null selector outside 64-bit mode. Canonicality is checked with the translation.
   *
   * @param offset within the segment, already cut to the address size
   * @param bytes of the access
   */
  public long linear(int segment, long offset, int bytes, boolean write) {
    if (in64BitMode()) {
      return segment >= SegmentRegister.FS.ordinal() ? offset + segments[segment].base : offset;
    }
    segmentation.checkAccess(segment, offset, bytes, write);
    return (offset + segments[segment].base) & 0xFFFF_FFFFL;
  }

  /**
   * Linear address of a byte in a segment that may be execute-only, its cache line to be flushed.
   */
  public long linearToFlush(int segment, long offset) {
    if (in64BitMode()) {
      return linear(segment, offset, 1, false);
    }
    segmentation.checkFlush(segment, offset);
    return (offset + segments[segment].base) & 0xFFFF_FFFFL;
  }

  /** Linear address of code. The first byte has to lie within the segment. */
  public long codeLinear(long offset) {
    if (!in64BitMode() && codeBeyondLimit(offset)) {
      throw gp0(Requirement.CODE_WITHIN_LIMIT);
    }
    return codeAddress(offset);
  }

  /** Linear address of an offset in CS, whatever the limit. */
  public long codeAddress(long offset) {
    return in64BitMode() ? offset : (offset + segments[CS].base) & 0xFFFF_FFFFL;
  }

  /** Outside 64-bit mode: a byte of code does not lie within the limit of CS. */
  public boolean codeBeyondLimit(long offset) {
    return offset > Integer.toUnsignedLong(segments[CS].limit);
  }

  /** Bytes of code from an offset on that lie within the limit of CS. */
  public long codeLeft(long offset) {
    return in64BitMode() ? Long.MAX_VALUE : Integer.toUnsignedLong(segments[CS].limit) + 1 - offset;
  }

  /**
   * #GP(0) if a near branch may not go to an offset in the current code segment.
   *
   * @param width of the instruction pointer that is loaded, in bits: 64 in 64-bit mode only
   */
  public void checkBranchTarget(int width, long offset) {
    if (width == 64) {
      if (!isCanonical(offset)) {
        throw gp0(Requirement.BRANCH_TARGET_IS_CANONICAL);
      }
    } else if (codeBeyondLimit(offset)) {
      throw gp0(Requirement.BRANCH_TARGET_WITHIN_LIMIT);
    }
  }

  /** Width of the stack pointer in bits: 16, 32 or 64. */
  public int stackWidth() {
    return in64BitMode() ? 64 : segments[SS].bit(SegmentRights.DB) ? 32 : 16;
  }

  /**
   * Delivers an exception that an instruction threw; {@code rip} is the instruction's address.
   * Afterwards {@code rip} is where execution goes on, or the processor is shut down.
   */
  public void deliver(Fault thrown) {
    if (thrown.vector() == Vector.MF && (cr0 & Cr0.NE) == 0) {
      x87.freeze();
      return;
    }
    try {
      delivery().deliver(thrown, stepping.paused());
    } catch (VmExit exit) {
      interception.leave(this, 0);
    }
  }

  /** Made when a task is first switched, which few programs do. */
  TaskSwitch tasks() {
    if (tasks == null) {
      tasks = new TaskSwitch(this);
    }
    return tasks;
  }

  /** The way into system-management mode and back. */
  public SystemManagementMode management() {
    if (management == null) {
      management = new SystemManagementMode(this);
    }
    return management;
  }

  /** RESET. */
  void resetManagement() {
    smm = false;
    events.manage(false);
    if (management != null) {
      management.reset();
    }
  }

  /** The event on its way to its handler, or the last one. */
  public Delivery delivery() {
    if (delivery == null) {
      delivery = new Delivery(this);
    }
    return delivery;
  }

  /** Delivers a virtual interrupt between two instructions, as an external one. */
  public void deliverInterrupt(int vector) {
    externalInterrupt(vector, Delivery.Source.EXTERNAL);
  }

  /** Delivers an external interrupt or an NMI between two instructions. */
  void externalInterrupt(int vector, Delivery.Source source) {
    boolean again = stepping.paused();
    stepping.clear();
    try {
      delivery().external(vector, source, again);
    } catch (VmExit exit) {
      interception.leave(this, 0);
    }
  }

  /**
   * Delivers the event that a VM entry injects; {@code rip} is the guest's.
   *
   * @param withCode it pushes an error code
   * @param length of the instruction that the event stands for; 0 if for none
   */
  public void inject(
      int vector, Delivery.Source source, boolean withCode, int errorCode, int length) {
    try {
      delivery().inject(vector, source, withCode, errorCode, length);
    } catch (VmExit exit) {
      interception.leave(this, 0);
    }
    nextRip = rip;
  }

  /**
   * INT n, INT3, INTO or INT1: delivers through the IDT and sets {@code nextRip}. Faults on the way
   * are thrown and leave no trace.
   *
   * @param returnAddress the saved instruction pointer
   */
  public void interrupt(int vector, Delivery.Source source, long returnAddress) {
    delivery().interrupt(vector, source, returnAddress);
  }

  /** Something has to happen after the next instruction, so it has to be executed by itself. */
  public boolean singleStepPending() {
    return stepping.pending() || breakpoints.watchCode() || mmu.watchesStale();
  }

  /** Before an instruction that is executed by itself is fetched: instruction breakpoints. */
  public void beforeFetch() {
    boolean looked = breakpoints.watchCode() && (flagsRest & Rflags.RF) == 0;
    if (looked && !stepping.holdsTraps()) {
      long met = breakpoints.atInstruction(codeAddress(rip));
      if (met != 0) {
        throw debugException(met, Requirement.NO_INSTRUCTION_BREAKPOINT);
      }
    }
  }

  /** Before an instruction that is executed by itself. */
  public void beginStep() {
    stepping.begin();
  }

  /**
   * After an instruction that was executed by itself and did not fault: debug traps.
   *
   * @param branched it has not gone on to the instruction behind it
   */
  public void endStep(boolean branched) {
    stepping.end(branched);
  }

  /** Sets DR7 without checks; breakpoints count from the next instruction on. */
  void writeDr7(long value) {
    dr[7] = value;
    breakpoints.update();
  }

  /** A VM entry or a VM exit loads DR7. */
  public void exchangeDr7(long value) {
    if (value != dr[7]) {
      writeDr7(value);
    }
  }

  @Override
  public long get(StateItem item) {
    return CpuState.get(this, item);
  }

  /** Sets an item without any check; what depends on it follows. */
  public void set(StateItem item, long value) {
    load(item, value);
    settle();
  }

  /** Sets one of several items without any check; after the last one comes {@link #settle}. */
  public void load(StateItem item, long value) {
    CpuState.load(this, item, value);
  }

  /** Whatever registers and conditions were loaded, what depends on them follows. */
  public void settle() {
    controls.updatePdptes();
    mmu.flushAll();
    mmu.select();
  }
}
