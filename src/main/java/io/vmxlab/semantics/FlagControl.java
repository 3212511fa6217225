package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Flags. SDM Vol. 1 "Flag Control (EFLAG) Instructions". */
public final class FlagControl {
  // spotless:off
  static final Page CLC = page("CLC", Sdm.CLC)
      .form("F8", "CLC")
      .flags("CF: 0")
      .does(FlagControl.class, "clc");

  static final Page STC = page("STC", Sdm.STC)
      .form("F9", "STC")
      .flags("CF: 1")
      .does(FlagControl.class, "stc");

  static final Page CMC = page("CMC", Sdm.CMC)
      .form("F5", "CMC")
      .flags("CF: complemented")
      .does(FlagControl.class, "cmc");

  static final Page CLD = page("CLD", Sdm.CLD)
      .form("FC", "CLD")
      .flags("DF: 0")
      .does(FlagControl.class, "cld");

  static final Page STD = page("STD", Sdm.STD)
      .form("FD", "STD")
      .flags("DF: 1")
      .does(FlagControl.class, "std");

  static final Page LAHF = page("LAHF", Sdm.LAHF)
      .form("9F", "LAHF", NO64)
      .needs(Feature.LAHF64)
      .form("9F", "LAHF", ONLY64)
      .does(FlagControl.class, "lahf");

  static final Page SAHF = page("SAHF", Sdm.SAHF)
      .form("9E", "SAHF", NO64)
      .needs(Feature.LAHF64)
      .form("9E", "SAHF", ONLY64)
      .flags("SF ZF AF PF CF: from AH")
      .does(FlagControl.class, "sahf");

  static final Page SALC = page("SALC", Sdm.SALC)
      .form("D6", "SALC", NO64)
      .does(FlagControl.class, "salc");
  // spotless:on

  private static final long IN_AH = Rflags.SF | Rflags.ZF | Rflags.AF | Rflags.PF | Rflags.CF;

  private FlagControl() {}

  /** CF := 0. */
  public static void clc(LazyFlags flags) {
    flags.setCf(false);
  }

  /** CF := 1. */
  public static void stc(LazyFlags flags) {
    flags.setCf(true);
  }

  /** CF := NOT CF. */
  public static void cmc(LazyFlags flags) {
    flags.setCf(!flags.cf());
  }

  /** DF := 0. */
  public static void cld(Cpu cpu, Instruction insn) {
    cpu.flagsRest &= ~Rflags.DF;
  }

  /** DF := 1. */
  public static void std(Cpu cpu, Instruction insn) {
    cpu.flagsRest |= Rflags.DF;
  }

  /** AH := SF:ZF:0:AF:0:PF:1:CF. */
  public static void lahf(Cpu cpu, Instruction insn) {
    long ah = cpu.status() & IN_AH | Rflags.FIXED;
    cpu.r[RAX] = (cpu.r[RAX] & ~0xFF00L) | ah << 8;
  }

  /** SF:ZF:0:AF:0:PF:1:CF := AH. */
  public static void sahf(Cpu cpu, Instruction insn) {
    cpu.setStatus(cpu.status() & Rflags.OF | cpu.r[RAX] >>> 8 & IN_AH);
  }

  /** AL := CF ? FFH : 0. */
  public static void salc(Cpu cpu, Instruction insn) {
    cpu.r[RAX] = (cpu.r[RAX] & ~0xFFL) | (cpu.cf() ? 0xFF : 0);
  }
}
