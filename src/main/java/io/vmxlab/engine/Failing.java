package io.vmxlab.engine;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Enabling;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Form;

/** Bytes that cannot be executed. */
final class Failing {
  private Failing() {}

  /** The instruction of a row that is not modelled. */
  static Operation notModelled(Form form) {
    return new NotModelled(form);
  }

  /** What the decoder could make nothing of. */
  static Operation undefined(Decoded.Undefined what) {
    return new Undefined(what);
  }

  /** An instruction that does not end where it has to. */
  static Operation endless(boolean limited) {
    return limited ? new BeyondLimit() : new TooLong();
  }

  /**
   * An instruction that exists and is not modelled yet; #UD while the program has not enabled it.
   */
  private static final class NotModelled extends Operation {
    private final Form form;

    NotModelled(Form form) {
      this.form = form;
    }

    @Override
    Operation exec(Cpu cpu) {
      Requirement missing = Enabling.missing(cpu, form);
      if (missing != null) {
        throw cpu.ud(missing);
      }
      throw new Unmodelled(form.syntax());
    }

    @Override
    Operation fresh() {
      return new NotModelled(form);
    }
  }

  /** #UD, for one of the reasons a decoder has. */
  private static final class Undefined extends Operation {
    private final Decoded.Undefined what;

    Undefined(Decoded.Undefined what) {
      this.what = what;
    }

    @Override
    Operation exec(Cpu cpu) {
      throw cpu.ud(cause());
    }

    private Cause cause() {
      if (what.missing() == null) {
        return Sdm.OPCODE_MAP;
      }
      Sdm page = what.missing().citation();
      switch (what.reason() == null ? Decoded.Reason.NO_INSTRUCTION : what.reason()) {
        case FEATURE_ABSENT:
          return Requirement.INSTRUCTION_PRESENT.citing(page);
        case NOT_IN_THIS_MODE:
          return Requirement.INSTRUCTION_IN_THIS_MODE.citing(page);
        case LOCK_NOT_ALLOWED:
          return Requirement.LOCK_ALLOWED.citing(page);
        case MEMORY_OPERAND_REQUIRED:
          return Requirement.OPERAND_IN_MEMORY.citing(page);
        case REGISTER_OPERAND_REQUIRED:
          return Requirement.OPERAND_IN_REGISTER.citing(page);
        case PREFIX_NOT_ALLOWED:
          return Requirement.PREFIXES_ALLOWED.citing(page);
        default:
          return page;
      }
    }

    @Override
    Operation fresh() {
      return new Undefined(what);
    }
  }

  /** More than 15 bytes: #GP(0). */
  private static final class TooLong extends Operation {
    @Override
    Operation exec(Cpu cpu) {
      throw cpu.gp0(Requirement.INSTRUCTION_LENGTH);
    }

    @Override
    Operation fresh() {
      return new TooLong();
    }
  }

  /** The instruction's bytes reach beyond the code segment's limit: #GP(0). */
  private static final class BeyondLimit extends Operation {
    @Override
    Operation exec(Cpu cpu) {
      throw cpu.gp0(Requirement.CODE_WITHIN_LIMIT);
    }

    @Override
    Operation fresh() {
      return new BeyondLimit();
    }
  }
}
