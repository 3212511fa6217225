package io.vmxlab.engine;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Form;

/** Bytes that cannot be executed. */
final class Failing {
  private Failing() {}

  /** An instruction that exists and is not modelled yet. */
  static final class NotModelled extends Operation {
    private final Form form;

    NotModelled(Form form) {
      this.form = form;
    }

    @Override
    Operation exec(Cpu cpu) {
      throw new Unmodelled(form.syntax());
    }

    @Override
    Operation fresh() {
      return new NotModelled(form);
    }
  }

  /** #UD, for one of the reasons a decoder has. */
  static final class Undefined extends Operation {
    private final Decoded.Undefined what;

    Undefined(Decoded.Undefined what) {
      this.what = what;
    }

    @Override
    Operation exec(Cpu cpu) {
      throw cpu.ud(cause());
    }

    private Cause cause() {
      return what.missing() == null ? Sdm.OPCODE_MAP : what.missing().citation();
    }

    @Override
    Operation fresh() {
      return new Undefined(what);
    }
  }

  /** More than 15 bytes: #GP(0). */
  static final class TooLong extends Operation {
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
  static final class BeyondLimit extends Operation {
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
