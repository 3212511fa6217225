package io.vmxlab.cpu;

import static io.vmxlab.arch.Gpr.RAX;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.ExitQualification;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.Vector;

/**
 * Hardware task switches, in the order of SDM Vol. 3A "Task Switching". Whatever is refused before
 * the new task's TSS is in TR leaves everything as it was; what is refused afterwards is an
 * exception of the new task, before its first instruction.
 */
public final class TaskSwitch {
  /** What a switch comes from. */
  public enum Way {
    JUMP(ExitQualification.TASK_JMP),
    /** CALL: the new task is nested in the old one. */
    CALL(ExitQualification.TASK_CALL),
    /** An exception or interrupt: nested too. */
    EVENT(ExitQualification.TASK_GATE),
    /** IRET with NT = 1: back to the task that this one is nested in. */
    RETURN(ExitQualification.TASK_IRET);

    /** Its number in the exit qualification of a task switch. */
    public final int source;

    Way(int source) {
      this.source = source;
    }

    private boolean nests() {
      return this == CALL || this == EVENT;
    }

    private boolean ends() {
      return this == JUMP || this == RETURN;
    }
  }

  private static final int TR = Segmentation.TR;
  private static final int LDTR = Segmentation.LDTR;
  private static final int CS = Segmentation.CS;
  private static final int SS = Segmentation.SS;
  private static final int RPL = Segmentation.RPL;
  private static final int LEAST_PRIVILEGE = 3;

  /** Data segments in the order in which they are loaded. */
  private static final SegmentRegister[] DATA = {
    SegmentRegister.DS, SegmentRegister.ES, SegmentRegister.FS, SegmentRegister.GS
  };

  private final Cpu cpu;
  private final TaskImage before;
  private final TaskImage after;

  /** The new task has begun: what goes wrong now is its own. */
  private boolean begun;

  private int ext;

  TaskSwitch(Cpu cpu) {
    this.cpu = cpu;
    before = new TaskImage(cpu);
    after = new TaskImage(cpu);
  }

  /**
   * Switches on behalf of an instruction. An exception of the new task is delivered at once, so
   * that the instruction completes; {@code nextRip} is set.
   *
   * @param way JUMP, CALL or RETURN
   * @param selector of the TSS; without meaning for RETURN
   * @param next address of the following instruction, which the old task goes on with
   */
  void byInstruction(Way way, int selector, long next) {
    begun = false;
    ext = 0;
    try {
      int target = way == Way.RETURN ? linked() : selector;
      go(way, target, next, cpu.rflags());
      checkEntry();
    } catch (Fault fault) {
      if (!begun) {
        throw fault;
      }
      cpu.deliver(fault);
    }
    cpu.nextRip = cpu.rip;
  }

  /**
   * Switches on the way of an exception or interrupt through a task gate. Afterwards {@code rip} is
   * that of the new task, also if it throws; see {@link #hasBegun}.
   */
  void byEvent(Delivery event, int selector) {
    begun = false;
    ext = event.ext();
    go(Way.EVENT, selector, event.returnAddress, event.flagsImage);
    if (event.hasCode) {
      pushCode(event.code);
    }
    checkEntry();
    cpu.nextRip = cpu.rip;
  }

  /** The last switch got as far as the new task. */
  boolean hasBegun() {
    return begun;
  }

  private int linked() {
    Segment tss = cpu.segments[TR];
    return before.at(tss.base, tss.rights).link();
  }

  private void go(Way way, int selector, long next, long flagsImage) {
    cpu.codeWatch.beforeLastingWrites();
    long raw = descriptor(way, selector);
    int rights = Descriptor.rights(raw);
    after.at(Descriptor.base(raw), rights);
    if (!after.fits(Descriptor.limit(raw))) {
      throw refuse(Vector.TS, selector, Requirement.TSS_HOLDS_TASK);
    }
    if (cpu.inGuest()) {
      int length = way == Way.EVENT ? 0 : (int) (next - cpu.rip);
      cpu.interception.taskSwitch(cpu, way, selector, length);
    }
    Segment old = cpu.segments[TR];
    int oldSelector = old.selector;
    before.at(old.base, old.rights);
    if (!before.fits(old.limit)) {
      throw refuse(Vector.TS, oldSelector, Requirement.TSS_HOLDS_TASK);
    }
    before.checkSave();
    after.checkLoad(way.nests());
    if (way.ends()) {
      cpu.segmentation.checkBusy(oldSelector);
    }
    cpu.segmentation.checkBusy(selector);

    if (way.ends()) {
      cpu.segmentation.setBusy(oldSelector, false);
    }
    before.save(next, way == Way.RETURN ? flagsImage & ~Rflags.NT : flagsImage);
    after.load();
    if (way.nests()) {
      after.setLink(oldSelector);
      after.flags |= Rflags.NT;
    }
    if (way != Way.RETURN) {
      cpu.segmentation.setBusy(selector, true);
    }
    cpu.segments[TR].set(
        selector, Descriptor.base(raw), Descriptor.limit(raw), rights | Descriptor.TSS_BUSY_BIT);
    begun = true;
    enter();
  }

  /** Descriptor of the new task's TSS, after the checks that the ways have in common. */
  private long descriptor(Way way, int selector) {
    boolean back = way == Way.RETURN;
    long raw = cpu.segmentation.fetchGlobal(selector, back ? Vector.TS : Vector.GP, ext);
    int rights = Descriptor.rights(raw);
    int busy = back ? Descriptor.TSS_BUSY_BIT : 0;
    int type = Descriptor.systemType(rights) & ~Descriptor.IS_32_BIT;
    if (Descriptor.systemType(rights) < 0 || type != (Descriptor.TSS_16 | busy)) {
      throw refuse(
          back ? Vector.TS : Vector.GP,
          selector,
          back ? Requirement.LINKED_TSS_IS_BUSY : Requirement.TSS_DESCRIPTOR_TYPE);
    }
    if (!Descriptor.present(rights)) {
      throw refuse(Vector.NP, selector, Requirement.SEGMENT_IS_PRESENT);
    }
    return raw;
  }

  private Fault refuse(Vector vector, int selector, Requirement cause) {
    return cpu.segmentation.refuse(vector, selector, ext, cause);
  }

  /** The new task's registers, and then its segments with their checks. */
  private void enter() {
    cpu.rip = after.pointer;
    for (int i = 0; i < after.registers.length; i++) {
      cpu.r[RAX + i] = after.registers[i];
    }
    for (SegmentRegister r : SegmentRegister.values()) {
      if (r.ordinal() < LDTR) {
        cpu.segmentation.fillNull(r.ordinal(), after.selectors[r.ordinal()], 0);
      }
    }
    cpu.segmentation.fillNull(LDTR, after.localTable, 0);
    cpu.writeDr7(cpu.dr[7] & ~Dr7.LOCAL);
    cpu.controls.loadCr0(cpu.cr0 | Cr0.TS);
    boolean virtual8086 = (after.flags & Rflags.VM) != 0;
    cpu.setCpl(LEAST_PRIVILEGE); // until SS is known to be good
    cpu.setRflags(after.flags);
    cpu.stepping.resumeFlagLoaded();
    if (after.trap) {
      cpu.stepping.trapAfterTaskSwitch();
    }
    if ((cpu.cr0 & Cr0.PG) != 0 && after.holdsCr3()) {
      cpu.controls.loadCr3(after.pageTables);
    }
    if (virtual8086) {
      loadLocalTable(true);
      Virtual8086.loadSegments(cpu, after.selectors);
    } else {
      loadSegments();
    }
  }

  /** In the order of the table "Exception Conditions Checked During a Task Switch". */
  private void loadSegments() {
    loadLocalTable(false);
    int code = after.selectors[CS];
    int level = code & RPL;
    boolean known = !Segmentation.isNull(code) && cpu.segmentation.withinTable(code);
    long codeRaw = known ? cpu.segmentation.fetch(code, Vector.TS, ext) : 0;
    int codeRights = Descriptor.rights(codeRaw);
    if (known && Descriptor.isCode(codeRights)) {
      requireCodePrivilege(code, codeRights);
    }
    int stack = after.selectors[SS];
    long stackRaw = stack(stack, level);
    cpu.segmentation.fill(SS, stack, stackRaw);
    cpu.setCpl(level);
    requireLocalTablePresent();
    if (!known || !Descriptor.isCode(codeRights)) {
      throw refuse(Vector.TS, code, Requirement.TASK_CODE_SEGMENT);
    }
    if (!Descriptor.present(codeRights)) {
      throw refuse(Vector.NP, code, Requirement.SEGMENT_IS_PRESENT);
    }
    if ((stack & RPL) != level) {
      throw refuse(Vector.TS, stack, Requirement.STACK_SEGMENT_PRIVILEGE);
    }
    cpu.segmentation.markAccessed(stack, stackRaw);
    cpu.segmentation.markAccessed(code, codeRaw);
    cpu.segmentation.fill(CS, code, codeRaw);
    for (SegmentRegister r : DATA) {
      loadData(r.ordinal());
    }
  }

  private void loadLocalTable(boolean andPresent) {
    int selector = after.localTable;
    if (Segmentation.isNull(selector)) {
      return;
    }
    long raw = cpu.segmentation.fetchGlobal(selector, Vector.TS, ext);
    if (Descriptor.systemType(Descriptor.rights(raw)) != Descriptor.LDT) {
      throw refuse(Vector.TS, selector, Requirement.LDT_DESCRIPTOR_TYPE);
    }
    cpu.segments[LDTR].set(
        selector, Descriptor.base(raw), Descriptor.limit(raw), Descriptor.rights(raw));
    if (andPresent) {
      requireLocalTablePresent();
    }
  }

  private void requireLocalTablePresent() {
    Segment table = cpu.segments[LDTR];
    if (table.usable() && !Descriptor.present(table.rights)) {
      cpu.segmentation.fillNull(LDTR, table.selector, 0);
      throw refuse(Vector.TS, table.selector, Requirement.SEGMENT_IS_PRESENT);
    }
  }

  private void requireCodePrivilege(int selector, int rights) {
    int dpl = Descriptor.dpl(rights);
    int level = selector & RPL;
    if (Descriptor.isConforming(rights) ? dpl > level : dpl != level) {
      throw refuse(Vector.TS, selector, Requirement.CODE_SEGMENT_PRIVILEGE);
    }
  }

  private long stack(int selector, int level) {
    if (Segmentation.isNull(selector)) {
      throw refuse(Vector.TS, selector, Requirement.SS_SELECTOR_IS_NOT_NULL);
    }
    long raw = cpu.segmentation.fetch(selector, Vector.TS, ext);
    int rights = Descriptor.rights(raw);
    if (!Descriptor.isWritableData(rights)) {
      throw refuse(Vector.TS, selector, Requirement.STACK_SEGMENT_TYPE);
    }
    if (!Descriptor.present(rights)) {
      throw refuse(Vector.SS, selector, Requirement.STACK_SEGMENT_IS_PRESENT);
    }
    if (Descriptor.dpl(rights) != level) {
      throw refuse(Vector.TS, selector, Requirement.STACK_SEGMENT_PRIVILEGE);
    }
    return raw;
  }

  private void loadData(int segment) {
    int selector = after.selectors[segment];
    if (Segmentation.isNull(selector)) {
      return;
    }
    long raw = cpu.segmentation.fetch(selector, Vector.TS, ext);
    int rights = Descriptor.rights(raw);
    if (!Descriptor.isReadable(rights)) {
      throw refuse(Vector.TS, selector, Requirement.DATA_SEGMENT_TYPE);
    }
    if (!Descriptor.present(rights)) {
      throw refuse(Vector.NP, selector, Requirement.SEGMENT_IS_PRESENT);
    }
    int least = Math.max(cpu.cpl, selector & RPL);
    if (!Descriptor.isConforming(rights) && Descriptor.dpl(rights) < least) {
      throw refuse(Vector.TS, selector, Requirement.DATA_SEGMENT_PRIVILEGE);
    }
    cpu.segmentation.markAccessed(selector, raw);
    cpu.segmentation.fill(segment, selector, raw);
  }

  /** The new task's EIP is within its code segment. */
  private void checkEntry() {
    if (cpu.codeBeyondLimit(cpu.rip)) {
      throw cpu.raise(Vector.GP, ext, Requirement.BRANCH_TARGET_WITHIN_LIMIT);
    }
  }

  /** The error code goes onto the new task's stack, as wide as its TSS is. */
  private void pushCode(int code) {
    Stack.push(cpu, after.width(), code & 0xFFFF_FFFFL);
  }
}
