package io.vmxlab.machine;

import io.vmxlab.arch.Rflags;
import io.vmxlab.isa.Instruction;
import java.util.List;
import java.util.Optional;

/**
 * Whether a program looks at the flag in which a VMX instruction has reported its failure: CF for
 * VMfailInvalid, ZF for VMfailValid. It is asked before each instruction that follows, until one
 * reads the flag or gives it another value.
 */
final class FailureWatch {
  /** Instructions that neither read nor write flags after which it gives up. */
  private static final int PATIENCE = 10_000;

  private static final List<String> STRINGS =
      List.of("MOVS", "STOS", "LODS", "SCAS", "CMPS", "INS", "OUTS");

  /** The answer so far. */
  enum Answer {
    /** Nothing has failed, or the answer was given. */
    NONE,
    WAITING,
    LOOKED_AT,
    IGNORED
  }

  private long flag;
  private int patience;

  /** An instruction has failed. */
  void begin(boolean valid) {
    flag = valid ? Rflags.ZF : Rflags.CF;
    patience = PATIENCE;
  }

  void end() {
    flag = 0;
  }

  boolean waiting() {
    return flag != 0;
  }

  /** The instruction is about to be executed; empty if the bytes are none. */
  Answer next(Optional<Instruction> insn) {
    if (flag == 0) {
      return Answer.NONE;
    }
    Answer answer = insn.isEmpty() ? Answer.WAITING : answer(insn.get());
    if (answer != Answer.WAITING) {
      end();
    }
    return answer;
  }

  /** A repeated string instruction is more than one step: whether it ignores stays open. */
  private Answer answer(Instruction insn) {
    if (FlagUse.reads(insn, flag) || repeated(insn) || --patience == 0) {
      return Answer.LOOKED_AT;
    }
    return FlagUse.writes(insn, flag) ? Answer.IGNORED : Answer.WAITING;
  }

  private static boolean repeated(Instruction insn) {
    String mnemonic = insn.form.mnemonic();
    return insn.repeat != 0 && STRINGS.stream().anyMatch(mnemonic::startsWith);
  }
}
