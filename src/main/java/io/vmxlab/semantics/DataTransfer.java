package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.isa.FormAttribute.ALIAS;
import static io.vmxlab.isa.FormAttribute.O16;
import static io.vmxlab.isa.FormAttribute.O32;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Moves and conversions. SDM Vol. 1 "Data Transfer Instructions". */
public final class DataTransfer {
  // spotless:off
  static final Page MOV = page("MOV", Sdm.MOV)
      .form("88 /r",            "MOV r/m8, r8")
      .form("89 /r",            "MOV r/m16, r16")
      .form("89 /r",            "MOV r/m32, r32")
      .form("REX.W + 89 /r",    "MOV r/m64, r64")
      .form("8A /r",            "MOV r8, r/m8")
      .form("8B /r",            "MOV r16, r/m16")
      .form("8B /r",            "MOV r32, r/m32")
      .form("REX.W + 8B /r",    "MOV r64, r/m64")
      .form("A0",               "MOV AL, moffs8")
      .form("A1",               "MOV AX, moffs16")
      .form("A1",               "MOV EAX, moffs32")
      .form("REX.W + A1",       "MOV RAX, moffs64")
      .form("A2",               "MOV moffs8, AL")
      .form("A3",               "MOV moffs16, AX")
      .form("A3",               "MOV moffs32, EAX")
      .form("REX.W + A3",       "MOV moffs64, RAX")
      .form("B0+rb ib",         "MOV r8, imm8")
      .form("B8+rw iw",         "MOV r16, imm16")
      .form("B8+rd id",         "MOV r32, imm32")
      .form("REX.W + B8+rd io", "MOV r64, imm64")
      .form("C6 /0 ib",         "MOV r/m8, imm8")
      .form("C7 /0 iw",         "MOV r/m16, imm16")
      .form("C7 /0 id",         "MOV r/m32, imm32")
      .form("REX.W + C7 /0 id", "MOV r/m64, imm32")
      .does(DataTransfer.class, "mov");

  static final Page MOVZX = page("MOVZX", Sdm.MOVZX)
      .form("0F B6 /r",         "MOVZX r16, r/m8")
      .form("0F B6 /r",         "MOVZX r32, r/m8")
      .form("REX.W + 0F B6 /r", "MOVZX r64, r/m8")
      .form("0F B7 /r",         "MOVZX r16, r/m16", ALIAS)
      .form("0F B7 /r",         "MOVZX r32, r/m16")
      .form("REX.W + 0F B7 /r", "MOVZX r64, r/m16")
      .does(DataTransfer.class, "mov");

  static final Page MOVSX = page("MOVSX/MOVSXD", Sdm.MOVSX)
      .form("0F BE /r",         "MOVSX r16, r/m8")
      .form("0F BE /r",         "MOVSX r32, r/m8")
      .form("REX.W + 0F BE /r", "MOVSX r64, r/m8")
      .does(DataTransfer.class, "movsxByte")
      .form("0F BF /r",         "MOVSX r16, r/m16", ALIAS)
      .form("0F BF /r",         "MOVSX r32, r/m16")
      .form("REX.W + 0F BF /r", "MOVSX r64, r/m16")
      .does(DataTransfer.class, "movsxWord")
      .form("63 /r",         "MOVSXD r16, r/m16", ONLY64)
      .form("63 /r",         "MOVSXD r32, r/m32", ONLY64)
      .form("REX.W + 63 /r", "MOVSXD r64, r/m32", ONLY64)
      .does(DataTransfer.class, "movsxd");

  static final Page CBW = page("CBW/CWDE/CDQE", Sdm.CBW)
      .form("98",         "CBW",  O16)
      .form("98",         "CWDE", O32)
      .form("REX.W + 98", "CDQE")
      .does(DataTransfer.class, "cbw");

  static final Page CWD = page("CWD/CDQ/CQO", Sdm.CWD)
      .form("99",         "CWD", O16)
      .form("99",         "CDQ", O32)
      .form("REX.W + 99", "CQO")
      .does(DataTransfer.class, "cwd");

  static final Page BSWAP = page("BSWAP", Sdm.BSWAP)
      .form("0F C8+rw",         "BSWAP r16", ALIAS)
      .form("0F C8+rd",         "BSWAP r32")
      .form("REX.W + 0F C8+rd", "BSWAP r64")
      .does(DataTransfer.class, "bswap");

  static final Page MOVBE = page("MOVBE", Sdm.MOVBE)
      .needs(Feature.MOVBE)
      .form("NFx 0F 38 F0 /r",         "MOVBE r16, m16")
      .form("NFx 0F 38 F0 /r",         "MOVBE r32, m32")
      .form("NFx REX.W + 0F 38 F0 /r", "MOVBE r64, m64")
      .form("NFx 0F 38 F1 /r",         "MOVBE m16, r16")
      .form("NFx 0F 38 F1 /r",         "MOVBE m32, r32")
      .form("NFx REX.W + 0F 38 F1 /r", "MOVBE m64, r64")
      .does(DataTransfer.class, "movbe");

  static final Page MOVNTI = page("MOVNTI", Sdm.MOVNTI)
      .needs(Feature.SSE2)
      .form("NP 0F C3 /r",         "MOVNTI m32, r32")
      .form("NP REX.W + 0F C3 /r", "MOVNTI m64, r64")
      .does(DataTransfer.class, "mov");

  static final Page LEA = page("LEA", Sdm.LEA)
      .form("8D /r",         "LEA r16, m")
      .form("8D /r",         "LEA r32, m")
      .form("REX.W + 8D /r", "LEA r64, m")
      .does(DataTransfer.class, "mov");
  // spotless:on

  private DataTransfer() {}

  /** DEST := SRC. */
  public static long mov(LazyFlags flags, int width, long src) {
    return src;
  }

  /** DEST := SignExtend(SRC), from 8 bits. */
  public static long movsxByte(LazyFlags flags, int width, long src) {
    return (byte) src;
  }

  /** DEST := SignExtend(SRC), from 16 bits. */
  public static long movsxWord(LazyFlags flags, int width, long src) {
    return (short) src;
  }

  /** DEST := SignExtend(SRC), from 32 bits. */
  public static long movsxd(LazyFlags flags, int width, long src) {
    return (int) src;
  }

  /** AX := SignExtend(AL), EAX := SignExtend(AX) or RAX := SignExtend(EAX). */
  public static void cbw(Cpu cpu, Instruction insn) {
    long value = Width.signExtend(insn.operandSize / 2, cpu.r[RAX]);
    Operands.writeRegister(cpu, insn, RAX, insn.operandSize, value);
  }

  /** DX:AX, EDX:EAX or RDX:RAX := SignExtend(AX, EAX or RAX). */
  public static void cwd(Cpu cpu, Instruction insn) {
    long value = Width.signExtend(insn.operandSize, cpu.r[RAX]) >> 63;
    Operands.writeRegister(cpu, insn, RDX, insn.operandSize, value);
  }

  /** DEST := DEST with its bytes reversed; for 16 bits, which the manual leaves undefined, 0. */
  public static long bswap(LazyFlags flags, int width, long dest) {
    return width == 16 ? 0 : movbe(flags, width, dest);
  }

  /** DEST := SRC with its bytes reversed. */
  public static long movbe(LazyFlags flags, int width, long src) {
    return Long.reverseBytes(src) >>> (64 - width);
  }
}
