package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.isa.FormAttribute.A16;
import static io.vmxlab.isa.FormAttribute.A32;
import static io.vmxlab.isa.FormAttribute.A64;
import static io.vmxlab.isa.FormAttribute.ALIAS;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.O16;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Page;

/** Jumps on conditions. SDM Vol. 1 "Control Transfer Instructions". */
public final class ConditionalJump {
  // spotless:off
  static final Page JCC = page("Jcc", Sdm.JCC)
      .form("70 cb",    "JO rel8",  FORCE64, ENDS_BLOCK)
      .form("0F 80 cw", "JO rel16", O16, NO64, ENDS_BLOCK)
      .form("0F 80 cd", "JO rel32", FORCE64, ENDS_BLOCK)
      .does(Conditions.class, "overflow")
      .form("71 cb",    "JNO rel8",  FORCE64, ENDS_BLOCK)
      .form("0F 81 cw", "JNO rel16", O16, NO64, ENDS_BLOCK)
      .form("0F 81 cd", "JNO rel32", FORCE64, ENDS_BLOCK)
      .does(Conditions.class, "notOverflow")
      .form("72 cb",    "JB rel8",    FORCE64, ENDS_BLOCK)
      .form("0F 82 cw", "JB rel16",   O16, NO64, ENDS_BLOCK)
      .form("0F 82 cd", "JB rel32",   FORCE64, ENDS_BLOCK)
      .form("72 cb",    "JC rel8",    FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 82 cw", "JC rel16",   O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 82 cd", "JC rel32",   FORCE64, ENDS_BLOCK, ALIAS)
      .form("72 cb",    "JNAE rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 82 cw", "JNAE rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 82 cd", "JNAE rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "below")
      .form("73 cb",    "JAE rel8",  FORCE64, ENDS_BLOCK)
      .form("0F 83 cw", "JAE rel16", O16, NO64, ENDS_BLOCK)
      .form("0F 83 cd", "JAE rel32", FORCE64, ENDS_BLOCK)
      .form("73 cb",    "JNB rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 83 cw", "JNB rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 83 cd", "JNB rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .form("73 cb",    "JNC rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 83 cw", "JNC rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 83 cd", "JNC rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "aboveOrEqual")
      .form("74 cb",    "JE rel8",  FORCE64, ENDS_BLOCK)
      .form("0F 84 cw", "JE rel16", O16, NO64, ENDS_BLOCK)
      .form("0F 84 cd", "JE rel32", FORCE64, ENDS_BLOCK)
      .form("74 cb",    "JZ rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 84 cw", "JZ rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 84 cd", "JZ rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "equal")
      .form("75 cb",    "JNE rel8",  FORCE64, ENDS_BLOCK)
      .form("0F 85 cw", "JNE rel16", O16, NO64, ENDS_BLOCK)
      .form("0F 85 cd", "JNE rel32", FORCE64, ENDS_BLOCK)
      .form("75 cb",    "JNZ rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 85 cw", "JNZ rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 85 cd", "JNZ rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "notEqual")
      .form("76 cb",    "JBE rel8",  FORCE64, ENDS_BLOCK)
      .form("0F 86 cw", "JBE rel16", O16, NO64, ENDS_BLOCK)
      .form("0F 86 cd", "JBE rel32", FORCE64, ENDS_BLOCK)
      .form("76 cb",    "JNA rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 86 cw", "JNA rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 86 cd", "JNA rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "belowOrEqual")
      .form("77 cb",    "JA rel8",    FORCE64, ENDS_BLOCK)
      .form("0F 87 cw", "JA rel16",   O16, NO64, ENDS_BLOCK)
      .form("0F 87 cd", "JA rel32",   FORCE64, ENDS_BLOCK)
      .form("77 cb",    "JNBE rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 87 cw", "JNBE rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 87 cd", "JNBE rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "above")
      .form("78 cb",    "JS rel8",  FORCE64, ENDS_BLOCK)
      .form("0F 88 cw", "JS rel16", O16, NO64, ENDS_BLOCK)
      .form("0F 88 cd", "JS rel32", FORCE64, ENDS_BLOCK)
      .does(Conditions.class, "sign")
      .form("79 cb",    "JNS rel8",  FORCE64, ENDS_BLOCK)
      .form("0F 89 cw", "JNS rel16", O16, NO64, ENDS_BLOCK)
      .form("0F 89 cd", "JNS rel32", FORCE64, ENDS_BLOCK)
      .does(Conditions.class, "notSign")
      .form("7A cb",    "JP rel8",   FORCE64, ENDS_BLOCK)
      .form("0F 8A cw", "JP rel16",  O16, NO64, ENDS_BLOCK)
      .form("0F 8A cd", "JP rel32",  FORCE64, ENDS_BLOCK)
      .form("7A cb",    "JPE rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 8A cw", "JPE rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 8A cd", "JPE rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "parity")
      .form("7B cb",    "JNP rel8",  FORCE64, ENDS_BLOCK)
      .form("0F 8B cw", "JNP rel16", O16, NO64, ENDS_BLOCK)
      .form("0F 8B cd", "JNP rel32", FORCE64, ENDS_BLOCK)
      .form("7B cb",    "JPO rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 8B cw", "JPO rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 8B cd", "JPO rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "notParity")
      .form("7C cb",    "JL rel8",    FORCE64, ENDS_BLOCK)
      .form("0F 8C cw", "JL rel16",   O16, NO64, ENDS_BLOCK)
      .form("0F 8C cd", "JL rel32",   FORCE64, ENDS_BLOCK)
      .form("7C cb",    "JNGE rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 8C cw", "JNGE rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 8C cd", "JNGE rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "less")
      .form("7D cb",    "JGE rel8",  FORCE64, ENDS_BLOCK)
      .form("0F 8D cw", "JGE rel16", O16, NO64, ENDS_BLOCK)
      .form("0F 8D cd", "JGE rel32", FORCE64, ENDS_BLOCK)
      .form("7D cb",    "JNL rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 8D cw", "JNL rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 8D cd", "JNL rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "greaterOrEqual")
      .form("7E cb",    "JLE rel8",  FORCE64, ENDS_BLOCK)
      .form("0F 8E cw", "JLE rel16", O16, NO64, ENDS_BLOCK)
      .form("0F 8E cd", "JLE rel32", FORCE64, ENDS_BLOCK)
      .form("7E cb",    "JNG rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 8E cw", "JNG rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 8E cd", "JNG rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "lessOrEqual")
      .form("7F cb",    "JG rel8",    FORCE64, ENDS_BLOCK)
      .form("0F 8F cw", "JG rel16",   O16, NO64, ENDS_BLOCK)
      .form("0F 8F cd", "JG rel32",   FORCE64, ENDS_BLOCK)
      .form("7F cb",    "JNLE rel8",  FORCE64, ENDS_BLOCK, ALIAS)
      .form("0F 8F cw", "JNLE rel16", O16, NO64, ENDS_BLOCK, ALIAS)
      .form("0F 8F cd", "JNLE rel32", FORCE64, ENDS_BLOCK, ALIAS)
      .does(Conditions.class, "greater")
      .form("E3 cb", "JCXZ rel8",  A16, NO64, ENDS_BLOCK)
      .form("E3 cb", "JECXZ rel8", A32, FORCE64, ENDS_BLOCK)
      .form("E3 cb", "JRCXZ rel8", A64, FORCE64, ENDS_BLOCK)
      .does(ConditionalJump.class, "jcxz");

  static final Page LOOP = page("LOOP/LOOPcc", Sdm.LOOP)
      .form("E2 cb", "LOOP rel8", FORCE64, ENDS_BLOCK)
      .does(ConditionalJump.class, "loop")
      .form("E1 cb", "LOOPE rel8", FORCE64, ENDS_BLOCK)
      .form("E1 cb", "LOOPZ rel8", FORCE64, ENDS_BLOCK, ALIAS)
      .does(ConditionalJump.class, "loope")
      .form("E0 cb", "LOOPNE rel8", FORCE64, ENDS_BLOCK)
      .form("E0 cb", "LOOPNZ rel8", FORCE64, ENDS_BLOCK, ALIAS)
      .does(ConditionalJump.class, "loopne");
  // spotless:on

  private ConditionalJump() {}

  /** CX, ECX or RCX is 0. */
  public static boolean jcxz(Cpu cpu, int addressSize) {
    return Width.zeroExtend(addressSize, cpu.r[RCX]) == 0;
  }

  /** Count := Count - 1; Count is not 0. */
  public static boolean loop(Cpu cpu, int addressSize) {
    long counted = Width.zeroExtend(addressSize, cpu.r[RCX] - 1);
    cpu.r[RCX] = addressSize == 16 ? (cpu.r[RCX] & ~0xFFFFL) | counted : counted;
    return counted != 0;
  }

  /** Count := Count - 1; Count is not 0 and ZF=1. */
  public static boolean loope(Cpu cpu, int addressSize) {
    return loop(cpu, addressSize) && cpu.zf();
  }

  /** Count := Count - 1; Count is not 0 and ZF=0. */
  public static boolean loopne(Cpu cpu, int addressSize) {
    return loop(cpu, addressSize) && !cpu.zf();
  }
}
