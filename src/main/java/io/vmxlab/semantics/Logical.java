package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ALIAS;
import static io.vmxlab.isa.FormAttribute.LOCK;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Page;

/** AND, OR, XOR, NOT and TEST. SDM Vol. 1 "Logical Instructions". */
public final class Logical {
  // spotless:off
  static final Page OR = page("OR", Sdm.OR)
      .form("0C ib",            "OR AL, imm8")
      .form("0D iw",            "OR AX, imm16")
      .form("0D id",            "OR EAX, imm32")
      .form("REX.W + 0D id",    "OR RAX, imm32")
      .form("80 /1 ib",         "OR r/m8, imm8",   LOCK)
      .form("81 /1 iw",         "OR r/m16, imm16", LOCK)
      .form("81 /1 id",         "OR r/m32, imm32", LOCK)
      .form("REX.W + 81 /1 id", "OR r/m64, imm32", LOCK)
      .form("83 /1 ib",         "OR r/m16, imm8",  LOCK)
      .form("83 /1 ib",         "OR r/m32, imm8",  LOCK)
      .form("REX.W + 83 /1 ib", "OR r/m64, imm8",  LOCK)
      .form("82 /1 ib",         "OR r/m8, imm8",   LOCK, NO64, ALIAS)
      .form("08 /r",            "OR r/m8, r8",     LOCK)
      .form("09 /r",            "OR r/m16, r16",   LOCK)
      .form("09 /r",            "OR r/m32, r32",   LOCK)
      .form("REX.W + 09 /r",    "OR r/m64, r64",   LOCK)
      .form("0A /r",            "OR r8, r/m8")
      .form("0B /r",            "OR r16, r/m16")
      .form("0B /r",            "OR r32, r/m32")
      .form("REX.W + 0B /r",    "OR r64, r/m64")
      .flags("OF CF: 0; SF ZF PF: by result; undefined: AF")
      .does(Logical.class, "or");

  static final Page AND = page("AND", Sdm.AND)
      .form("24 ib",            "AND AL, imm8")
      .form("25 iw",            "AND AX, imm16")
      .form("25 id",            "AND EAX, imm32")
      .form("REX.W + 25 id",    "AND RAX, imm32")
      .form("80 /4 ib",         "AND r/m8, imm8",   LOCK)
      .form("81 /4 iw",         "AND r/m16, imm16", LOCK)
      .form("81 /4 id",         "AND r/m32, imm32", LOCK)
      .form("REX.W + 81 /4 id", "AND r/m64, imm32", LOCK)
      .form("83 /4 ib",         "AND r/m16, imm8",  LOCK)
      .form("83 /4 ib",         "AND r/m32, imm8",  LOCK)
      .form("REX.W + 83 /4 ib", "AND r/m64, imm8",  LOCK)
      .form("82 /4 ib",         "AND r/m8, imm8",   LOCK, NO64, ALIAS)
      .form("20 /r",            "AND r/m8, r8",     LOCK)
      .form("21 /r",            "AND r/m16, r16",   LOCK)
      .form("21 /r",            "AND r/m32, r32",   LOCK)
      .form("REX.W + 21 /r",    "AND r/m64, r64",   LOCK)
      .form("22 /r",            "AND r8, r/m8")
      .form("23 /r",            "AND r16, r/m16")
      .form("23 /r",            "AND r32, r/m32")
      .form("REX.W + 23 /r",    "AND r64, r/m64")
      .flags("OF CF: 0; SF ZF PF: by result; undefined: AF")
      .does(Logical.class, "and");

  static final Page XOR = page("XOR", Sdm.XOR)
      .form("34 ib",            "XOR AL, imm8")
      .form("35 iw",            "XOR AX, imm16")
      .form("35 id",            "XOR EAX, imm32")
      .form("REX.W + 35 id",    "XOR RAX, imm32")
      .form("80 /6 ib",         "XOR r/m8, imm8",   LOCK)
      .form("81 /6 iw",         "XOR r/m16, imm16", LOCK)
      .form("81 /6 id",         "XOR r/m32, imm32", LOCK)
      .form("REX.W + 81 /6 id", "XOR r/m64, imm32", LOCK)
      .form("83 /6 ib",         "XOR r/m16, imm8",  LOCK)
      .form("83 /6 ib",         "XOR r/m32, imm8",  LOCK)
      .form("REX.W + 83 /6 ib", "XOR r/m64, imm8",  LOCK)
      .form("82 /6 ib",         "XOR r/m8, imm8",   LOCK, NO64, ALIAS)
      .form("30 /r",            "XOR r/m8, r8",     LOCK)
      .form("31 /r",            "XOR r/m16, r16",   LOCK)
      .form("31 /r",            "XOR r/m32, r32",   LOCK)
      .form("REX.W + 31 /r",    "XOR r/m64, r64",   LOCK)
      .form("32 /r",            "XOR r8, r/m8")
      .form("33 /r",            "XOR r16, r/m16")
      .form("33 /r",            "XOR r32, r/m32")
      .form("REX.W + 33 /r",    "XOR r64, r/m64")
      .flags("OF CF: 0; SF ZF PF: by result; undefined: AF")
      .does(Logical.class, "xor");

  static final Page NOT = page("NOT", Sdm.NOT)
      .form("F6 /2",         "NOT r/m8",  LOCK)
      .form("F7 /2",         "NOT r/m16", LOCK)
      .form("F7 /2",         "NOT r/m32", LOCK)
      .form("REX.W + F7 /2", "NOT r/m64", LOCK)
      .does(Logical.class, "not");

  static final Page TEST = page("TEST", Sdm.TEST)
      .form("A8 ib",            "TEST AL, imm8")
      .form("A9 iw",            "TEST AX, imm16")
      .form("A9 id",            "TEST EAX, imm32")
      .form("REX.W + A9 id",    "TEST RAX, imm32")
      .form("F6 /0 ib",         "TEST r/m8, imm8")
      .form("F7 /0 iw",         "TEST r/m16, imm16")
      .form("F7 /0 id",         "TEST r/m32, imm32")
      .form("REX.W + F7 /0 id", "TEST r/m64, imm32")
      .form("F6 /1 ib",         "TEST r/m8, imm8",   ALIAS)
      .form("F7 /1 iw",         "TEST r/m16, imm16", ALIAS)
      .form("F7 /1 id",         "TEST r/m32, imm32", ALIAS)
      .form("REX.W + F7 /1 id", "TEST r/m64, imm32", ALIAS)
      .form("84 /r",            "TEST r/m8, r8")
      .form("85 /r",            "TEST r/m16, r16")
      .form("85 /r",            "TEST r/m32, r32")
      .form("REX.W + 85 /r",    "TEST r/m64, r64")
      .flags("OF CF: 0; SF ZF PF: by result; undefined: AF")
      .does(Logical.class, "test");
  // spotless:on

  private Logical() {}

  /** DEST := DEST OR SRC. */
  public static long or(LazyFlags flags, int width, long dest, long src) {
    long r = Width.signExtend(width, dest | src);
    flags.flagsLogic(r);
    return r;
  }

  /** DEST := DEST AND SRC. */
  public static long and(LazyFlags flags, int width, long dest, long src) {
    long r = Width.signExtend(width, dest & src);
    flags.flagsLogic(r);
    return r;
  }

  /** DEST := DEST XOR SRC. */
  public static long xor(LazyFlags flags, int width, long dest, long src) {
    long r = Width.signExtend(width, dest ^ src);
    flags.flagsLogic(r);
    return r;
  }

  /** DEST := NOT DEST. */
  public static long not(LazyFlags flags, int width, long dest) {
    return ~dest;
  }

  /** temp := SRC1 AND SRC2; only the flags stay. */
  public static void test(LazyFlags flags, int width, long src1, long src2) {
    flags.flagsLogic(Width.signExtend(width, src1 & src2));
  }
}
