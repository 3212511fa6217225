package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** The way out of system-management mode. SDM Vol. 2B "RSM". */
public final class SystemManagement {
  // spotless:off
  static final Page RSM = page("RSM", Sdm.RSM)
      .form("0F AA", "RSM", ENDS_BLOCK)
      .does(SystemManagement.class, "rsm");
  // spotless:on

  private SystemManagement() {}

  /** Loads the state that the SMI has saved; #UD outside system-management mode. */
  public static void rsm(Cpu cpu, Instruction insn) {
    cpu.requireOrUd(cpu.smm, Requirement.IN_SMM.citing(Sdm.RSM));
    cpu.management().resume();
  }
}
