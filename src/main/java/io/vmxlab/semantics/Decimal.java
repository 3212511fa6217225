package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Decimal arithmetic. SDM Vol. 1 "Decimal Arithmetic Instructions". */
public final class Decimal {
  // spotless:off
  static final Page DAA = page("DAA", Sdm.DAA)
      .form("27", "DAA", NO64)
      .flags("AF CF: decimal carry; SF ZF PF: by result; undefined: OF")
      .does(Decimal.class, "daa");

  static final Page DAS = page("DAS", Sdm.DAS)
      .form("2F", "DAS", NO64)
      .flags("AF CF: decimal carry; SF ZF PF: by result; undefined: OF")
      .does(Decimal.class, "das");

  static final Page AAA = page("AAA", Sdm.AAA)
      .form("37", "AAA", NO64)
      .flags("AF CF: decimal carry; undefined: OF SF ZF PF")
      .does(Decimal.class, "aaa");

  static final Page AAS = page("AAS", Sdm.AAS)
      .form("3F", "AAS", NO64)
      .flags("AF CF: decimal carry; undefined: OF SF ZF PF")
      .does(Decimal.class, "aas");

  static final Page AAM = page("AAM", Sdm.AAM)
      .form("D4 ib", "AAM imm8", NO64)
      .flags("SF ZF PF: by AL; undefined: OF AF CF")
      .does(Decimal.class, "aam");

  static final Page AAD = page("AAD", Sdm.AAD)
      .form("D5 ib", "AAD imm8", NO64)
      .flags("SF ZF PF: by AL; undefined: OF AF CF")
      .does(Decimal.class, "aad");
  // spotless:on

  private Decimal() {}

  /** Adjusts AL after the addition of two packed decimal numbers. */
  public static void daa(Cpu cpu, Instruction insn) {
    int al = (int) cpu.r[RAX] & 0xFF;
    boolean units = (al & 0xF) > 9 || cpu.af();
    boolean tens = al > 0x99 || cpu.cf();
    packed(cpu, al + (units ? 6 : 0) + (tens ? 0x60 : 0), units, tens);
  }

  /** Adjusts AL after the subtraction of two packed decimal numbers. */
  public static void das(Cpu cpu, Instruction insn) {
    int al = (int) cpu.r[RAX] & 0xFF;
    boolean units = (al & 0xF) > 9 || cpu.af();
    boolean tens = al > 0x99 || cpu.cf();
    boolean borrow = units && al < 6;
    packed(cpu, al - (units ? 6 : 0) - (tens ? 0x60 : 0), units, tens || borrow);
  }

  private static void packed(Cpu cpu, int result, boolean adjust, boolean carry) {
    cpu.r[RAX] = (cpu.r[RAX] & ~0xFFL) | (result & 0xFF);
    cpu.flagsLogic((byte) result);
    cpu.setStatus(cpu.status() | (adjust ? Rflags.AF : 0) | (carry ? Rflags.CF : 0));
  }

  /** Adjusts AX after the addition of two unpacked decimal digits. */
  public static void aaa(Cpu cpu, Instruction insn) {
    unpacked(cpu, 0x106);
  }

  /** Adjusts AX after the subtraction of two unpacked decimal digits. */
  public static void aas(Cpu cpu, Instruction insn) {
    unpacked(cpu, -0x106);
  }

  private static void unpacked(Cpu cpu, int adjustment) {
    int ax = (int) cpu.r[RAX] & 0xFFFF;
    boolean adjust = (ax & 0xF) > 9 || cpu.af();
    int result = (adjust ? ax + adjustment : ax) & 0xFF0F;
    cpu.r[RAX] = (cpu.r[RAX] & ~0xFFFFL) | result;
    cpu.flagsLogic(result);
    cpu.setStatus(cpu.status() | (adjust ? Rflags.AF | Rflags.CF : 0));
  }

  /** AH := AL / imm8; AL := AL MOD imm8. */
  public static void aam(Cpu cpu, Instruction insn) {
    int al = (int) cpu.r[RAX] & 0xFF;
    int base = (int) insn.immediate & 0xFF;
    if (base == 0) {
      throw cpu.raise(Vector.DE, 0, Requirement.AAM_BASE_IS_NOT_0);
    }
    cpu.r[RAX] = (cpu.r[RAX] & ~0xFFFFL) | al / base << 8 | al % base;
    cpu.flagsLogic((byte) (al % base));
  }

  /** AL := AL + AH * imm8; AH := 0. */
  public static void aad(Cpu cpu, Instruction insn) {
    int ax = (int) cpu.r[RAX] & 0xFFFF;
    int al = (ax + (ax >>> 8) * (int) insn.immediate) & 0xFF;
    cpu.r[RAX] = (cpu.r[RAX] & ~0xFFFFL) | al;
    cpu.flagsLogic((byte) al);
  }
}
