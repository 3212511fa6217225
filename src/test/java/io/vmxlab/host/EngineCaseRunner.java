package io.vmxlab.host;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.cpu.Fault;
import io.vmxlab.cpu.Segment;
import io.vmxlab.engine.Engine;
import io.vmxlab.engine.Stop;
import io.vmxlab.memory.PhysicalMemory;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs cases on vmxlab's engine, at CPL 3 with paging, as a process of the host runs. */
final class EngineCaseRunner implements CaseRunner {
  private static final int PML4 = 0x1000;
  private static final int PDPT = 0x2000;
  private static final int DIRECTORY = 0x3000;
  private static final int TABLES = 0x4000;
  private static final int CODE_FRAME = 0x10000;
  private static final int DATA_FRAME = 0x11000;
  private static final long OPEN = PageEntry.P | PageEntry.RW | PageEntry.US;
  private static final int USER_DATA = 0xF3;
  private static final int USER_CODE = 0xFB;

  private final PhysicalMemory memory = new PhysicalMemory(PhysicalMemory.CHUNK);
  private final Cpu cpu = new Cpu(memory);
  private final Engine engine = new Engine(cpu);
  private final byte[] ram = memory.chunk(0);
  private final byte[] before = new byte[Guest.PAGE];
  private HostResult faulted;
  private VectorState before87;

  EngineCaseRunner() {
    map(Guest.CODE, CODE_FRAME, PageEntry.P | PageEntry.US, TABLES);
    map(Guest.DATA, DATA_FRAME, OPEN | PageEntry.XD, TABLES + 0x1000);
    cpu.set(State.CR4, Cr4.PAE | Cr4.OSFXSR | Cr4.OSXMMEXCPT);
    cpu.set(State.CR3, PML4);
    cpu.efer = Efer.LME | Efer.LMA | Efer.NXE;
    cpu.set(State.CR0, Cr0.PE | Cr0.PG | Cr0.NE | Cr0.WP | Cr0.ET | Cr0.AM);
    cpu.observer =
        new CpuObserver() {
          @Override
          public void onException(Cpu processor, Fault fault) {
            if (faulted == null) {
              boolean page = fault.vector().number == 14;
              int code = fault.vector().pushesErrorCode ? fault.errorCode() : 0;
              faulted = result(fault.vector().number, code, page ? fault.address() : 0);
            }
          }
        };
  }

  /** State that cases do not hold is the caller's. */
  Cpu cpu() {
    return cpu;
  }

  private void map(long linear, int frame, long rights, int table) {
    memory.write(PML4, 64, PDPT | OPEN);
    memory.write(PDPT, 64, DIRECTORY | OPEN);
    memory.write(DIRECTORY + (linear >> 21 & 511) * 8, 64, table | OPEN);
    memory.write(table + (linear >> 12 & 511) * 8, 64, frame | rights);
  }

  @Override
  public HostResult run(HostCase test) {
    prepare(test);
    faulted = null;
    do {
      Stop stop = engine.step();
      if (stop.kind() == Stop.Kind.UNMODELLED) {
        throw new IllegalStateException(stop.detail());
      }
    } while (faulted == null && test.repeated() && cpu.rip == Guest.entry(test));
    return faulted != null ? faulted : result(HostResult.COMPLETED, 0, 0);
  }

  private void prepare(HostCase test) {
    System.arraycopy(Guest.data(test), 0, before, 0, Guest.PAGE);
    System.arraycopy(before, 0, ram, DATA_FRAME, Guest.PAGE);
    Arrays.fill(ram, CODE_FRAME, CODE_FRAME + Guest.PAGE, (byte) 0xCC);
    cpu.codeWatch.beforeWrite(CODE_FRAME, Guest.PAGE);
    int entry = CODE_FRAME + (int) (Guest.ENTRY - Guest.CODE);
    System.arraycopy(test.code(), 0, ram, entry, test.code().length);
    System.arraycopy(test.gpr(), 0, cpu.r, 0, test.gpr().length);
    before87 = test.vectors();
    if (before87 != VectorState.NONE) {
      load(before87);
    }
    segments(test.mode());
    cpu.idtr.limit = 0;
    cpu.activity = Activity.ACTIVE;
    cpu.rip = Guest.entry(test);
    cpu.setCpl(3);
    cpu.setRflags(test.rflags() & Guest.FLAGS | 0x202);
  }

  private void load(VectorState vectors) {
    for (int i = 0; i < 16; i++) {
      cpu.xmm.low[i] = vectors.xmm()[2 * i];
      cpu.xmm.high[i] = vectors.xmm()[2 * i + 1];
    }
    for (int i = 0; i < 8; i++) {
      cpu.simd.setMm(i, vectors.mm()[i]);
    }
    cpu.xmm.mxcsr = vectors.mxcsr();
  }

  private void segments(CodeMode mode) {
    Segment code = cpu.segment(SegmentRegister.CS);
    for (int data : new int[] {0, 2, 3}) {
      if (mode == CodeMode.BITS16) {
        cpu.segments[data].set(0x0F, Guest.DATA, Guest.PAGE - 1, USER_DATA);
      } else {
        cpu.segments[data].set(0x2B, 0, -1, USER_DATA | SegmentRights.DB | SegmentRights.G);
      }
    }
    switch (mode) {
      case BITS16 -> code.set(0x07, Guest.CODE, Guest.PAGE - 1, USER_CODE);
      case BITS32 -> code.set(0x23, 0, -1, USER_CODE | SegmentRights.DB | SegmentRights.G);
      default -> code.set(0x33, 0, -1, USER_CODE | SegmentRights.L | SegmentRights.G);
    }
    cpu.segment(SegmentRegister.FS).set(0, 0, 0, SegmentRights.UNUSABLE);
    cpu.segment(SegmentRegister.GS).set(0, Guest.GS_BASE, 0, SegmentRights.UNUSABLE);
  }

  private HostResult result(int vector, int errorCode, long cr2) {
    SortedMap<Integer, Integer> changes = new TreeMap<>();
    for (int i = 0; i < Guest.PAGE; i++) {
      if (ram[DATA_FRAME + i] != before[i]) {
        changes.put(i, ram[DATA_FRAME + i] & 0xFF);
      }
    }
    long flags = cpu.rflags() & Guest.FLAGS;
    return new HostResult(
        vector, errorCode, cr2, cpu.rip, flags, Arrays.copyOf(cpu.r, 16), changes, vectorState());
  }

  private VectorState vectorState() {
    if (before87 == VectorState.NONE) {
      return VectorState.NONE;
    }
    long[] xmm = new long[32];
    for (int i = 0; i < 16; i++) {
      xmm[2 * i] = cpu.xmm.low[i];
      xmm[2 * i + 1] = cpu.xmm.high[i];
    }
    long[] mm = new long[8];
    for (int i = 0; i < mm.length; i++) {
      mm[i] = cpu.simd.mm(i);
    }
    return new VectorState(
        xmm, mm, cpu.xmm.mxcsr, before87.top(), before87.tags(), before87.ones());
  }
}
