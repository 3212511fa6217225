package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Mxcsr;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.Xcr0;
import io.vmxlab.arch.XsaveArea;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * XSAVE, XRSTOR and their kin. SDM Vol. 1 "Managing State Using the XSAVE Feature Set", Vol. 2D by
 * instruction. EDX:EAX asks for components, of which those count that are enabled (RFBM in the
 * manual's words). Components in their initial configuration are not written where that is allowed
 * (init optimisation); whether one has changed since XRSTOR is not tracked (modified optimisation).
 */
public final class Xsave {
  // spotless:off
  static final Page XSAVE = page("XSAVE", Sdm.XSAVE)
      .needs(Feature.XSAVE)
      .form("NP 0F AE /4",         "XSAVE m")
      .form("NP REX.W + 0F AE /4", "XSAVE64 m", ONLY64)
      .does(Xsave.class, "xsave");

  static final Page XSAVEOPT = page("XSAVEOPT", Sdm.XSAVEOPT)
      .needs(Feature.XSAVEOPT)
      .form("NP 0F AE /6",         "XSAVEOPT m")
      .form("NP REX.W + 0F AE /6", "XSAVEOPT64 m", ONLY64)
      .does(Xsave.class, "xsaveopt");

  static final Page XSAVEC = page("XSAVEC", Sdm.XSAVEC)
      .needs(Feature.XSAVEC)
      .form("NP 0F C7 /4",         "XSAVEC m")
      .form("NP REX.W + 0F C7 /4", "XSAVEC64 m", ONLY64)
      .does(Xsave.class, "xsavec");

  static final Page XSAVES = page("XSAVES", Sdm.XSAVES)
      .needs(Feature.XSAVES)
      .form("NP 0F C7 /5",         "XSAVES m")
      .form("NP REX.W + 0F C7 /5", "XSAVES64 m", ONLY64)
      .does(Xsave.class, "xsaves");

  static final Page XRSTOR = page("XRSTOR", Sdm.XRSTOR)
      .needs(Feature.XSAVE)
      .form("NP 0F AE /5",         "XRSTOR m", ENDS_BLOCK)
      .form("NP REX.W + 0F AE /5", "XRSTOR64 m", ONLY64, ENDS_BLOCK)
      .does(Xsave.class, "xrstor");

  static final Page XRSTORS = page("XRSTORS", Sdm.XRSTORS)
      .needs(Feature.XSAVES)
      .form("NP 0F C7 /3",         "XRSTORS m", ENDS_BLOCK)
      .form("NP REX.W + 0F C7 /3", "XRSTORS64 m", ONLY64, ENDS_BLOCK)
      .does(Xsave.class, "xrstors");
  // spotless:on

  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /** Components whose request brings MXCSR along in the standard format. */
  private static final long WITH_MXCSR = Xcr0.SSE | Xcr0.AVX;

  private Xsave() {}

  private static void requireEnabled(Cpu cpu) {
    cpu.requireOrUd((cpu.cr4 & Cr4.OSXSAVE) != 0, Requirement.OSXSAVE_ENABLED);
    if ((cpu.cr0 & Cr0.TS) != 0) {
      throw cpu.raise(Vector.NM, 0, Requirement.TASK_NOT_SWITCHED);
    }
  }

  private static long asked(Cpu cpu) {
    return cpu.r[RAX] & LOW_HALF | cpu.r[RDX] << 32;
  }

  /** What XGETBV reports with ECX = 1: enabled components that are in use. */
  static long inUse(Cpu cpu) {
    long inUse = StateComponent.inUse(cpu);
    return cpu.xcr0 & (cpu.xmm.mxcsr == Mxcsr.INITIAL ? inUse : inUse | Xcr0.SSE);
  }

  /** DEST := the components asked for, standard format */
  public static void xsave(Cpu cpu, Instruction insn) {
    requireEnabled(cpu);
    saveStandard(cpu, insn, -1L);
  }

  /** DEST := those of the components asked for that are in use, standard format */
  public static void xsaveopt(Cpu cpu, Instruction insn) {
    requireEnabled(cpu);
    saveStandard(cpu, insn, StateComponent.inUse(cpu));
  }

  private static void saveStandard(Cpu cpu, Instruction insn, long chosen) {
    long asked = cpu.xcr0 & asked(cpu);
    long saved = asked & chosen;
    StateImage image = toWrite(cpu, insn, XsaveArea.standardSize(cpu.model, saved));
    long before = image.read(XsaveArea.XSTATE_BV, 64);
    long inUse = StateComponent.inUse(cpu);
    for (StateComponent c : StateComponent.ALL) {
      if ((saved & c.bit) != 0) {
        c.save(cpu, image, XsaveArea.offset(cpu.model, c.number), insn.operandSize == 64);
      }
    }
    if ((asked & WITH_MXCSR) != 0) {
      StateComponent.saveMxcsr(cpu, image);
    }
    image.write(XsaveArea.XSTATE_BV, 64, before & ~asked | inUse & asked);
  }

  /** DEST := those of the components asked for that are in use, compacted format */
  public static void xsavec(Cpu cpu, Instruction insn) {
    requireEnabled(cpu);
    saveCompacted(cpu, insn, cpu.xcr0);
  }

  /** The same, with supervisor components */
  public static void xsaves(Cpu cpu, Instruction insn) {
    cpu.requireEnabledForGuest(insn);
    requireEnabled(cpu);
    cpu.requireCpl0();
    cpu.intercept(insn);
    saveCompacted(cpu, insn, withSupervisor(cpu));
  }

  private static long withSupervisor(Cpu cpu) {
    return cpu.xcr0 | cpu.get(Msr.IA32_XSS);
  }

  private static void saveCompacted(Cpu cpu, Instruction insn, long enabled) {
    long asked = enabled & asked(cpu);
    long inUse = StateComponent.inUse(cpu);
    long mxcsr = cpu.xmm.mxcsr == Mxcsr.INITIAL ? 0 : Xcr0.SSE;
    long saved = asked & (inUse | mxcsr);
    StateImage image = toWrite(cpu, insn, XsaveArea.compactedSize(cpu.model, asked));
    for (StateComponent c : StateComponent.ALL) {
      if ((saved & c.bit) != 0) {
        int place = XsaveArea.compactedOffset(cpu.model, asked, c.number);
        c.save(cpu, image, place, insn.operandSize == 64);
      }
    }
    if ((saved & Xcr0.SSE) != 0) {
      StateComponent.saveMxcsr(cpu, image);
    }
    image.write(XsaveArea.XSTATE_BV, 64, saved);
    image.write(XsaveArea.XCOMP_BV, 64, asked | XsaveArea.COMPACTED);
  }

  private static StateImage toWrite(Cpu cpu, Instruction insn, int bytes) {
    return StateImage.toWrite(cpu, insn, bytes, XsaveArea.ALIGNMENT, 8);
  }

  /** The components asked for := SRC, or their initial configuration; either format */
  public static void xrstor(Cpu cpu, Instruction insn) {
    requireEnabled(cpu);
    StateImage image = header(cpu, insn);
    boolean compacted =
        cpu.model.has(Feature.XSAVEC)
            && (image.read(XsaveArea.XCOMP_BV, 64) & XsaveArea.COMPACTED) != 0;
    if (compacted) {
      restoreCompacted(cpu, insn, image, cpu.xcr0);
    } else {
      restoreStandard(cpu, insn, image);
    }
  }

  /** The same with supervisor components; compacted format */
  public static void xrstors(Cpu cpu, Instruction insn) {
    cpu.requireEnabledForGuest(insn);
    requireEnabled(cpu);
    cpu.requireCpl0();
    cpu.intercept(insn);
    StateImage image = header(cpu, insn);
    boolean compacted = (image.read(XsaveArea.XCOMP_BV, 64) & XsaveArea.COMPACTED) != 0;
    require(cpu, compacted, Requirement.XRSTORS_FORMAT_IS_COMPACTED);
    restoreCompacted(cpu, insn, image, withSupervisor(cpu));
  }

  private static StateImage header(Cpu cpu, Instruction insn) {
    return StateImage.toRead(cpu, insn, XsaveArea.LEAST, XsaveArea.ALIGNMENT, 8);
  }

  private static void require(Cpu cpu, boolean met, Requirement what) {
    if (!met) {
      throw cpu.gp0(what);
    }
  }

  private static void restoreStandard(Cpu cpu, Instruction insn, StateImage image) {
    long present = image.read(XsaveArea.XSTATE_BV, 64);
    require(cpu, (present & ~cpu.xcr0) == 0, Requirement.XSTATE_BV_IS_ENABLED);
    long reserved = image.read(XsaveArea.XCOMP_BV, 64) | image.read(XsaveArea.RESERVED, 64);
    require(cpu, reserved == 0, Requirement.STANDARD_HEADER_BYTES_CLEAR);
    long asked = cpu.xcr0 & asked(cpu);
    image.reach(XsaveArea.standardSize(cpu.model, asked & present));
    if ((asked & WITH_MXCSR) != 0) {
      cpu.xmm.mxcsr = StateComponent.mxcsr(cpu, image);
    }
    for (StateComponent c : StateComponent.ALL) {
      if ((asked & present & c.bit) != 0) {
        c.restore(cpu, image, XsaveArea.offset(cpu.model, c.number), insn.operandSize == 64);
      } else if ((asked & c.bit) != 0) {
        c.initialise(cpu);
      }
    }
  }

  private static void restoreCompacted(Cpu cpu, Instruction insn, StateImage image, long enabled) {
    long format = image.read(XsaveArea.XCOMP_BV, 64);
    long present = image.read(XsaveArea.XSTATE_BV, 64);
    long held = format & ~XsaveArea.COMPACTED;
    require(cpu, (held & ~enabled) == 0, Requirement.XCOMP_BV_IS_ENABLED);
    require(cpu, (present & ~held) == 0, Requirement.XSTATE_BV_WITHIN_XCOMP_BV);
    long reserved = 0;
    for (int place = XsaveArea.RESERVED; place < XsaveArea.LEAST; place += Long.BYTES) {
      reserved |= image.read(place, 64);
    }
    require(cpu, reserved == 0, Requirement.COMPACTED_HEADER_BYTES_CLEAR);
    long asked = enabled & asked(cpu);
    image.reach(XsaveArea.compactedSize(cpu.model, held));
    if ((asked & Xcr0.SSE) != 0) {
      boolean there = (present & Xcr0.SSE) != 0;
      cpu.xmm.mxcsr = there ? StateComponent.mxcsr(cpu, image) : Mxcsr.INITIAL;
    }
    for (StateComponent c : StateComponent.ALL) {
      if ((asked & present & c.bit) != 0) {
        int place = XsaveArea.compactedOffset(cpu.model, held, c.number);
        c.restore(cpu, image, place, insn.operandSize == 64);
      } else if ((asked & c.bit) != 0) {
        c.initialise(cpu);
      }
    }
  }
}
