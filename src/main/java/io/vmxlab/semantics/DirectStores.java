package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.A16;
import static io.vmxlab.isa.FormAttribute.A32;
import static io.vmxlab.isa.FormAttribute.A64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Stores that go past the caches, of which a run has none. SDM Vol. 2B by instruction. */
public final class DirectStores {
  // spotless:off
  static final Page MOVDIRI = page("MOVDIRI", Sdm.MOVDIRI)
      .needs(Feature.MOVDIRI)
      .form("NP 0F 38 F9 /r",         "MOVDIRI m32, r32")
      .form("NP REX.W + 0F 38 F9 /r", "MOVDIRI m64, r64")
      .does(DataTransfer.class, "mov");

  static final Page MOVDIR64B = page("MOVDIR64B", Sdm.MOVDIR64B)
      .needs(Feature.MOVDIR64B)
      .form("66 0F 38 F8 /r", "MOVDIR64B r16, m512", A16)
      .form("66 0F 38 F8 /r", "MOVDIR64B r32, m512", A32)
      .form("66 0F 38 F8 /r", "MOVDIR64B r64, m512", A64)
      .does(DirectStores.class, "movdir64b");
  // spotless:on

  private static final int BYTES = 64;
  private static final int ES = SegmentRegister.ES.ordinal();

  private DirectStores() {}

  /** 64 bytes at the offset in the first operand, segment ES, := SRC */
  public static void movdir64b(Cpu cpu, Instruction insn) {
    StateImage source = StateImage.toRead(cpu, insn, BYTES, 1, 8);
    long to = cpu.linear(ES, Width.zeroExtend(insn.addressSize, cpu.r[insn.reg]), BYTES, true);
    if ((to & BYTES - 1) != 0) {
      throw cpu.gp0(Requirement.MOVDIR64B_IS_ALIGNED);
    }
    cpu.mmu.checkWrite(Long.SIZE, to, ES);
    long[] line = new long[BYTES / Long.BYTES];
    for (int i = 0; i < line.length; i++) {
      line[i] = source.read(i * Long.BYTES, Long.SIZE);
    }
    for (int i = 0; i < line.length; i++) {
      cpu.mmu.write(Long.SIZE, to + i * Long.BYTES, ES, line[i]);
    }
  }
}
