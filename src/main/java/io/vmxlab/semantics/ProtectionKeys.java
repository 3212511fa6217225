package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** PKRU. SDM Vol. 2 "RDPKRU", "WRPKRU". */
public final class ProtectionKeys {
  // spotless:off
  static final Page RDPKRU = page("RDPKRU", Sdm.RDPKRU)
      .needs(Feature.PKU)
      .form("NP 0F 01 EE", "RDPKRU")
      .does(ProtectionKeys.class, "rdpkru");

  static final Page WRPKRU = page("WRPKRU", Sdm.WRPKRU)
      .needs(Feature.PKU)
      .form("NP 0F 01 EF", "WRPKRU", ENDS_BLOCK)
      .does(ProtectionKeys.class, "wrpkru");
  // spotless:on

  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private ProtectionKeys() {}

  private static void require(Cpu cpu, long zero) {
    cpu.requireOrUd((cpu.cr4 & Cr4.PKE) != 0, Requirement.PKE_ENABLED);
    if ((zero & LOW_HALF) != 0) {
      throw cpu.gp0(Requirement.PKRU_OPERANDS);
    }
  }

  /** EAX := PKRU; EDX := 0. */
  public static void rdpkru(Cpu cpu, Instruction insn) {
    require(cpu, cpu.r[RCX]);
    cpu.r[RAX] = cpu.pkru & LOW_HALF;
    cpu.r[RDX] = 0;
  }

  /** PKRU := EAX. */
  public static void wrpkru(Cpu cpu, Instruction insn) {
    require(cpu, cpu.r[RCX] | cpu.r[RDX]);
    setRights(cpu, (int) cpu.r[RAX]);
  }

  /** Changes PKRU, and what translations allow. */
  static void setRights(Cpu cpu, int rights) {
    cpu.pkru = rights;
    cpu.mmu.forget();
  }
}
