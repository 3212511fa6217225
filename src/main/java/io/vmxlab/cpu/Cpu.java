package io.vmxlab.cpu;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;

/** One logical processor. */
public final class Cpu extends LazyFlags implements StateView {
  /** RAX RCX RDX RBX RSP RBP RSI RDI R8-R15; the last slot is always 0. */
  public final long[] r = new long[17];

  /** Address (CS offset) of the current instruction while it executes; else of the next one. */
  public long rip;

  /** Where execution goes on after the current instruction; branches write it. */
  public long nextRip;

  /** ES CS SS DS FS GS LDTR TR, by {@link SegmentRegister#ordinal}. */
  public final Segment[] segments = new Segment[8];

  public long cr0;
  public long cr2;
  public long cr3;
  public long cr4;
  public long efer;

  /** Current privilege level; equals SS.DPL except while it is being changed. */
  public int cpl;

  /** Instructions retired up to the running block; the base of virtual time. */
  public long retired;

  /** Instructions of the running block that stand before the current one. */
  public int position;

  /** The engine looks around when {@link #retired} has come this far. */
  public long horizon;

  public final PhysicalMemory memory;
  public final Mmu mmu;
  public CpuObserver observer = CpuObserver.NONE;
  public CodeWatch codeWatch = CodeWatch.NONE;

  private final Fault fault = new Fault();

  public Cpu(PhysicalMemory memory) {
    this.memory = memory;
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new Segment();
    }
    mmu = new Mmu(this);
  }

  public Segment segment(SegmentRegister which) {
    return segments[which.ordinal()];
  }

  /** IA-32e mode with CS.L: 64-bit mode. */
  public boolean in64BitMode() {
    return (efer & Efer.LMA) != 0 && segments[1].bit(Segment.L);
  }

  /** PE=1, whether or not VM=1. */
  public boolean protectedMode() {
    return (cr0 & Cr0.PE) != 0;
  }

  /** Sizes for the decoder. */
  public CodeMode codeMode() {
    if (in64BitMode()) {
      return CodeMode.BITS64;
    }
    return segments[1].bit(Segment.DB) ? CodeMode.BITS32 : CodeMode.BITS16;
  }

  /** Makes the exception to throw. */
  public Fault raise(Vector vector, int errorCode, Cause cause) {
    return fault.fill(vector, errorCode, cause);
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
    Rule<V> violated = set.firstViolation(view);
    if (violated != null) {
      Raise outcome = set.outcome();
      throw raise(outcome.vector(), outcome.errorCode(), violated).checkedBy(set, view);
    }
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
    return (offset + segments[segment].base) & 0xFFFF_FFFFL;
  }

  @Override
  public long get(StateItem item) {
    throw new IllegalArgumentException(item.itemName());
  }
}
