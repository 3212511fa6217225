package io.vmxlab.machine;

import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Segment;

/** What the delivery of an exception changes, to be put back: registers, CS, SS, CPL, CR2. */
final class ProcessorContext {
  private static final int CS = SegmentRegister.CS.ordinal();
  private static final int SS = SegmentRegister.SS.ordinal();

  private final Cpu cpu;
  private final long[] r;
  private final long rip;
  private final long rflags;
  private final long cr2;
  private final int cpl;
  private final Segment cs;
  private final Segment ss;
  private final Activity activity;

  ProcessorContext(Cpu cpu) {
    this.cpu = cpu;
    r = cpu.r.clone();
    rip = cpu.rip;
    rflags = cpu.rflags();
    cr2 = cpu.cr2;
    cpl = cpu.cpl;
    cs = copy(cpu.segments[CS]);
    ss = copy(cpu.segments[SS]);
    activity = cpu.activity;
  }

  private static Segment copy(Segment s) {
    Segment copy = new Segment();
    copy.set(s.selector, s.base, s.limit, s.rights);
    return copy;
  }

  void restore() {
    System.arraycopy(r, 0, cpu.r, 0, r.length);
    cpu.rip = rip;
    cpu.cr2 = cr2;
    restoreStart();
    cpu.activity = activity;
  }

  /** Puts back what programs find at their beginning: CS, SS, CPL and RFLAGS. */
  void restoreStart() {
    cpu.segments[CS].set(cs.selector, cs.base, cs.limit, cs.rights);
    cpu.segments[SS].set(ss.selector, ss.base, ss.limit, ss.rights);
    cpu.setCpl(cpl);
    cpu.setRflags(rflags);
    cpu.activity = Activity.ACTIVE;
  }
}
