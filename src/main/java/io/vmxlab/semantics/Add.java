package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.LOCK;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Page;

/** ADD - Add. SDM Vol. 2A "ADD-Add". */
public final class Add {
  // spotless:off
  static final Page PAGE = page("ADD", Sdm.ADD)
      .form("04 ib",            "ADD AL, imm8")
      .form("05 iw",            "ADD AX, imm16")
      .form("05 id",            "ADD EAX, imm32")
      .form("REX.W + 05 id",    "ADD RAX, imm32")
      .form("80 /0 ib",         "ADD r/m8, imm8",   LOCK)
      .form("81 /0 iw",         "ADD r/m16, imm16", LOCK)
      .form("81 /0 id",         "ADD r/m32, imm32", LOCK)
      .form("REX.W + 81 /0 id", "ADD r/m64, imm32", LOCK)
      .form("83 /0 ib",         "ADD r/m16, imm8",  LOCK)
      .form("83 /0 ib",         "ADD r/m32, imm8",  LOCK)
      .form("REX.W + 83 /0 ib", "ADD r/m64, imm8",  LOCK)
      .form("00 /r",            "ADD r/m8, r8",     LOCK)
      .form("01 /r",            "ADD r/m16, r16",   LOCK)
      .form("01 /r",            "ADD r/m32, r32",   LOCK)
      .form("REX.W + 01 /r",    "ADD r/m64, r64",   LOCK)
      .form("02 /r",            "ADD r8, r/m8")
      .form("03 /r",            "ADD r16, r/m16")
      .form("03 /r",            "ADD r32, r/m32")
      .form("REX.W + 03 /r",    "ADD r64, r/m64")
      .flags("OF SF ZF AF CF PF: by result")
      .does(Add.class, "add");
  // spotless:on

  private Add() {}

  /** DEST := DEST + SRC. */
  public static long add(Cpu cpu, int width, long dest, long src) {
    long a = Width.signExtend(width, dest);
    long b = Width.signExtend(width, src);
    long r = Width.signExtend(width, a + b);
    cpu.flagsAdd(a, b, r);
    return r;
  }
}
