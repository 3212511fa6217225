package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.State;
import io.vmxlab.model.CpuModels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** SDM Vol. 3A "4-Level Paging and 5-Level Paging", "Canonical Addressing". */
@DisplayName("5-level paging")
class FiveLevelPagingTest {
  private static final long PML5 = 0x7_0000;

  /** Canonical with 57 bits only; entry 1 of the PML5 table, the first page of what that maps. */
  private static final long FAR = 1L << 48 | Lab.USER;

  private final Lab lab = new Lab(CpuModels.named("max"));
  private final Cpu cpu = lab.cpu;

  @BeforeEach
  void fiveLevels() {
    lab.memory.write(PML5, 64, Lab.PML4 | Lab.OPEN | PageEntry.US);
    lab.memory.write(PML5 + 8, 64, Lab.PML4 | Lab.OPEN | PageEntry.US);
    cpu.set(State.CR4, cpu.cr4 | Cr4.LA57);
    cpu.set(State.CR3, PML5);
    cpu.r[3] = FAR;
  }

  @Test
  @DisplayName("reads, writes and branches reach addresses of 57 bits")
  void reaches() {
    lab.memory.write(Lab.USER, 64, 0x0000_00F4_9090_9090L); // NOPs, HLT
    lab.run("mov [rbx + 800h], rbx\n mov rcx, [rbx + 800h]\n jmp rbx");
    lab.completes();
    assertEquals(FAR, cpu.r[1]);
    assertEquals(FAR + 5, cpu.rip);
    assertEquals(PageEntry.A, lab.memory.read(PML5 + 8, 64) & PageEntry.A);
  }

  @Test
  @DisplayName("bit 7 of a PML5E is reserved; a PML5E that is not present faults")
  void entries() {
    lab.memory.write(PML5 + 8, 64, Lab.PML4 | Lab.OPEN | PageEntry.PS);
    lab.run("mov rcx, [rbx]");
    lab.faults("#PF", 9, "page-reserved-bits-clear");
    PageWalk walk = cpu.mmu.walkOf(FAR);
    assertEquals("PML5E", walk.name(0));
    assertEquals(PageEntry.PS, walk.failing(0, Requirement.PAGE_RESERVED_BITS_CLEAR));
  }

  @Test
  @DisplayName("addresses whose bits 63:56 differ are not canonical")
  void canonical() {
    cpu.r[3] = 1L << 56;
    lab.run("mov rcx, [rbx]");
    lab.faults("#GP", 0, "address-is-canonical");
  }

  @Test
  @DisplayName("with 4-level paging bases take 57 bits all the same, accesses do not")
  void bases() {
    cpu.set(State.CR4, cpu.cr4 & ~Cr4.LA57);
    cpu.set(State.CR3, Lab.PML4);
    cpu.msrs.write(Msr.IA32_KERNEL_GS_BASE.index, FAR);
    assertEquals(FAR, cpu.get(Msr.IA32_KERNEL_GS_BASE));
    assertThrows(Fault.class, () -> cpu.msrs.write(Msr.IA32_LSTAR.index, 1L << 57));
    lab.run("mov rcx, [rbx]");
    lab.faults("#GP", 0, "address-is-canonical");
  }

  @Test
  @DisplayName("in IA-32e mode CR4.LA57 stays, and other bits of CR4 can change")
  void changes() {
    cpu.controls.writeCr4(cpu.cr4 | Cr4.PKE);
    assertEquals(Cr4.PKE | Cr4.LA57 | Cr4.PAE, cpu.cr4);
    assertThrows(Fault.class, () -> cpu.controls.writeCr4(cpu.cr4 & ~Cr4.LA57));
  }

  @Test
  @DisplayName("a processor without it has bases of 48 bits")
  void without() {
    Lab other = new Lab(CpuModels.named("skylake"));
    assertThrows(Fault.class, () -> other.cpu.msrs.write(Msr.IA32_KERNEL_GS_BASE.index, FAR));
  }
}
