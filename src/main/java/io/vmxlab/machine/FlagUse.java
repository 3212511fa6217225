package io.vmxlab.machine;

import io.vmxlab.arch.Rflags;
import io.vmxlab.isa.Instruction;
import java.util.List;
import java.util.Set;

/**
 * What instructions do with CF and ZF, in which VMX instructions report that they have failed. The
 * rows of the instruction table say which flags an instruction writes; which it reads is its
 * operation and stands here.
 */
final class FlagUse {
  private static final Set<String> CONDITIONS_ON_CF =
      Set.of("B", "C", "NAE", "AE", "NB", "NC", "BE", "NA", "A", "NBE");

  private static final Set<String> CONDITIONS_ON_ZF =
      Set.of("E", "Z", "NE", "NZ", "BE", "NA", "A", "NBE", "LE", "NG", "G", "NLE");

  private static final Set<String> READERS_OF_CF =
      Set.of("ADC", "SBB", "RCL", "RCR", "CMC", "SALC", "DAA", "DAS", "ADCX");

  private static final Set<String> READERS_OF_ZF = Set.of("LOOPE", "LOOPZ", "LOOPNE", "LOOPNZ");

  /** They hand all flags to somebody who may look at them. */
  private static final Set<String> READERS_OF_ALL =
      Set.of(
          "LAHF",
          "PUSHF",
          "PUSHFD",
          "PUSHFQ",
          "INT",
          "INT1",
          "INT3",
          "INTO",
          "SYSCALL",
          "SYSENTER");

  private FlagUse() {}

  /** The instruction's operation depends on the flag, CF or ZF, or stores it. */
  static boolean reads(Instruction insn, long flag) {
    String mnemonic = insn.form.mnemonic();
    boolean carry = flag == Rflags.CF;
    return READERS_OF_ALL.contains(mnemonic)
        || (carry ? READERS_OF_CF : READERS_OF_ZF).contains(mnemonic)
        || (carry ? CONDITIONS_ON_CF : CONDITIONS_ON_ZF).contains(condition(mnemonic));
  }

  /** The condition of Jcc, SETcc and CMOVcc; empty for other instructions. */
  private static String condition(String mnemonic) {
    for (String family : new String[] {"CMOV", "SET", "J"}) {
      if (mnemonic.startsWith(family)) {
        return mnemonic.substring(family.length());
      }
    }
    return "";
  }

  /** The instruction gives the flag, CF or ZF, another value. */
  static boolean writes(Instruction insn, long flag) {
    String name = flag == Rflags.CF ? "CF" : "ZF";
    for (String clause : insn.form.flags().split(";")) {
      String names = clause.contains(":") ? clause.substring(0, clause.indexOf(':')) : "";
      boolean named = List.of(names.strip().split("\\s+")).contains(name);
      if (named && !clause.endsWith("unchanged")) {
        return true;
      }
    }
    return false;
  }
}
