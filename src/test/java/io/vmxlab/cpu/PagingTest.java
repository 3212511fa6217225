package io.vmxlab.cpu;

import static io.vmxlab.cpu.Lab.OPEN;
import static io.vmxlab.cpu.Lab.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.PageFaultCode;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.State;
import io.vmxlab.arch.Vector;
import io.vmxlab.model.CpuModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SDM Vol. 3A "Paging": "IA-32e Paging", "Access Rights", "Page-Fault Exceptions". */
class PagingTest {
  private static final int DS = 3;
  private static final long PAGE = 0x5_0000;

  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;

  private Fault readFault(long address) {
    return assertThrows(Fault.class, () -> cpu.mmu.read(32, address, DS));
  }

  private Fault writeFault(long address) {
    return assertThrows(Fault.class, () -> cpu.mmu.write(32, address, DS, 1));
  }

  /** Rights of a user, writable, executable page and what is taken from it. */
  @ParameterizedTest(name = "{0}: read {1}, write {2}, fetch {3}")
  @CsvSource({
    // situation,                     read, write, fetch; numbers are error codes, - no fault
    "supervisor-page-at-cpl-0,           -,     -,     -",
    "supervisor-page-at-cpl-3,           5,     7,  0x15",
    "user-page-at-cpl-3,                 -,     -,     -",
    "user-page-at-cpl-0,                 -,     -,     -",
    "read-only-at-cpl-3,                 -,     7,     -",
    "read-only-at-cpl-0,                 -,     3,     -",
    "read-only-at-cpl-0-wp-0,            -,     -,     -",
    "no-execute-at-cpl-0,                -,     -,  0x11",
    "smep-user-page-at-cpl-0,            -,     -,  0x11",
    "smap-user-page-at-cpl-0,            1,     3,     -",
    "smap-user-page-at-cpl-0-with-ac,    -,     -,     -",
    "smap-user-page-at-cpl-3,            -,     -,     -",
    "absent-at-cpl-0,                    0,     2,  0x10",
    "absent-at-cpl-3,                    4,     6,  0x14",
  })
  void accessRights(String situation, String read, String write, String fetch) {
    boolean user = situation.contains("user-page") || situation.contains("read-only-at-cpl-3");
    long entry = PAGE | OPEN | (user ? PageEntry.US : 0);
    if (situation.contains("read-only")) {
      entry &= ~PageEntry.RW;
    }
    if (situation.contains("no-execute")) {
      entry |= PageEntry.XD;
    }
    if (situation.contains("absent")) {
      entry &= ~PageEntry.P;
    }
    lab.page(PAGE, entry);
    if (situation.contains("wp-0")) {
      cpu.controls.loadCr0(cpu.cr0 & ~Cr0.WP);
    }
    if (situation.contains("smep")) {
      cpu.controls.loadCr4(cpu.cr4 | Cr4.SMEP);
    }
    if (situation.contains("smap")) {
      cpu.controls.loadCr4(cpu.cr4 | Cr4.SMAP);
    }
    if (situation.contains("with-ac")) {
      cpu.flagsRest |= Rflags.AC;
    }
    cpu.setCpl(situation.contains("cpl-3") ? 3 : 0);

    for (int twice = 0; twice < 2; twice++) {
      check(read, () -> cpu.mmu.read(32, PAGE, DS));
      check(write, () -> cpu.mmu.write(32, PAGE, DS, 1));
      check(fetch, () -> cpu.mmu.fetch(PAGE));
    }
  }

  private void check(String code, Runnable access) {
    if (code.equals("-")) {
      access.run();
      return;
    }
    Fault fault = assertThrows(Fault.class, access::run);
    assertEquals(Vector.PF, fault.vector());
    assertEquals((int) Integer.decode(code), fault.errorCode());
    assertEquals(PAGE, fault.address());
  }

  /** "I/D flag: ... 1 only if either CR4.SMEP = 1 or both CR4.PAE and IA32_EFER.NXE are 1". */
  @Test
  void fetchBitNeedsNxeOrSmep() {
    lab.page(PAGE, 0);
    cpu.efer &= ~Efer.NXE;
    assertEquals(0, assertThrows(Fault.class, () -> cpu.mmu.fetch(PAGE)).errorCode());
    cpu.controls.loadCr4(cpu.cr4 | Cr4.SMEP);
    assertEquals(
        PageFaultCode.ID, assertThrows(Fault.class, () -> cpu.mmu.fetch(PAGE)).errorCode());
  }

  /** Rights are those of all levels taken together. */
  @Test
  void readOnlyInAnUpperLevelForbidsWrites() {
    lab.memory.write(Lab.PDPT, 64, Lab.DIRECTORY | PageEntry.P | PageEntry.US);
    cpu.mmu.flushAll();
    assertEquals(PageFaultCode.P | PageFaultCode.WR, writeFault(PAGE).errorCode());
  }

  @ParameterizedTest(name = "bit {0} with MAXPHYADDR 40 and NXE {1}")
  @CsvSource({"40, 1", "51, 1", "63, 0"})
  void reservedBitsOfPte(int bit, int nxe) {
    if (nxe == 0) {
      cpu.efer &= ~Efer.NXE;
    }
    lab.page(PAGE, PAGE | OPEN | 1L << bit);
    int code = PageFaultCode.P | PageFaultCode.RSVD;
    assertEquals(code, readFault(PAGE).errorCode());
    assertEquals(Requirement.PAGE_RESERVED_BITS_CLEAR, readFault(PAGE).violated());
  }

  @Test
  void bit39IsAnAddressBitWithMaxphyaddr40() {
    lab.page(PAGE, 1L << 39 | OPEN);
    assertEquals(0xFFFF_FFFFL, cpu.mmu.read(32, PAGE, DS), "no memory there");
  }

  @Test
  void psIsReservedInPml4e() {
    lab.memory.write(Lab.PML4, 64, Lab.PDPT | OPEN | PageEntry.PS);
    assertEquals(PageFaultCode.P | PageFaultCode.RSVD, readFault(PAGE).errorCode());
  }

  @Test
  void twoMegabytePage() {
    lab.memory.write(Lab.DIRECTORY + 8, 64, 0x20_0000L | OPEN | PageEntry.PS);
    lab.memory.write(0x20_1234L, 32, 0xCAFE);
    assertEquals(0xCAFE, cpu.mmu.read(32, 0x20_1234L, DS));
    lab.memory.write(Lab.DIRECTORY + 16, 64, 0x20_2000L | OPEN | PageEntry.PS);
    assertEquals(PageFaultCode.P | PageFaultCode.RSVD, readFault(0x40_0000L).errorCode(), "bit 13");
  }

  @Test
  void oneGigabytePage() {
    lab.memory.write(Lab.PDPT + 8, 64, OPEN | PageEntry.PS);
    lab.memory.write(0x6_1234L, 32, 0xBEEF);
    assertEquals(0xBEEF, cpu.mmu.read(32, 0x4006_1234L, DS));
    lab.memory.write(Lab.PDPT + 16, 64, 0x20_0000L | OPEN | PageEntry.PS);
    assertEquals(PageFaultCode.P | PageFaultCode.RSVD, readFault(0x8000_0000L).errorCode());
  }

  /** "Accessed and Dirty Flags". */
  @Test
  void accessedByReadingAndDirtyByWriting() {
    long clear = PAGE | OPEN;
    lab.page(PAGE, clear);
    cpu.mmu.read(8, PAGE, DS);
    assertEquals(clear | PageEntry.A, lab.entry(PAGE));
    cpu.mmu.write(8, PAGE, DS, 1);
    assertEquals(clear | PageEntry.A | PageEntry.D, lab.entry(PAGE));
    assertTrue((lab.memory.read(Lab.PML4, 64) & PageEntry.A) != 0);
    assertEquals(0, lab.memory.read(Lab.PML4, 64) & PageEntry.D);
  }

  @Test
  void aRefusedWriteLeavesTheDirtyBitAlone() {
    lab.page(PAGE, PAGE | PageEntry.P);
    writeFault(PAGE);
    assertEquals(0, lab.entry(PAGE) & PageEntry.D);
  }

  /** Looking is not touching: explanations read through {@link Mmu#peek}. */
  @Test
  void peekHasNoSideEffects() {
    lab.page(PAGE, 0x6_0000 | OPEN);
    assertEquals(0x6_0010, cpu.mmu.peek(PAGE + 0x10).orElseThrow());
    assertEquals(0x6_0000 | OPEN, lab.entry(PAGE));
    lab.page(PAGE, 0);
    assertTrue(cpu.mmu.peek(PAGE).isEmpty());
    assertTrue(cpu.mmu.peek(0x8000_0000_0000L).isEmpty());
  }

  /** An access across two pages completes or leaves no trace. */
  @Test
  void aWriteAcrossPagesWritesNothingIfTheSecondPageFaults() {
    lab.page(PAGE + 0x1000, 0);
    lab.memory.write(PAGE + 0xFFC, 32, 0x55);
    Fault fault = assertThrows(Fault.class, () -> cpu.mmu.write(64, PAGE + 0xFFC, DS, -1));
    assertEquals(PAGE + 0x1000, fault.address(), "CR2 is the first byte that faults");
    assertEquals(0x55, lab.memory.read(PAGE + 0xFFC, 32));
  }

  @Test
  void accessesAcrossPagesUseBothTranslations() {
    lab.page(PAGE, 0x6_0000 | OPEN);
    lab.page(PAGE + 0x1000, 0x7_0000 | OPEN);
    cpu.mmu.write(64, PAGE + 0xFFC, DS, 0x1122_3344_5566_7788L);
    assertEquals(0x5566_7788L, lab.memory.read(0x6_0FFC, 32));
    assertEquals(0x1122_3344L, lab.memory.read(0x7_0000, 32));
    assertEquals(0x1122_3344_5566_7788L, cpu.mmu.read(64, PAGE + 0xFFC, DS));
  }

  /** "Canonical Addressing": the last canonical address of the lower half, and the first beyond. */
  @ParameterizedTest(name = "{0} with {1} bytes through segment {2}: {3}")
  @CsvSource({
    "0x00007FFFFFFFFFFF, 1, 3, #PF",
    "0x00007FFFFFFFFFFF, 2, 3, #GP",
    "0x0000800000000000, 1, 3, #GP",
    "0x0000800000000000, 1, 2, #SS",
    "0xFFFF7FFFFFFFFFFF, 1, 3, #GP",
    "0xFFFF800000000000, 1, 3, #PF",
  })
  void canonical(String address, int bytes, int segment, String vector) {
    long at = Long.parseUnsignedLong(address.substring(2), 16);
    Fault fault = assertThrows(Fault.class, () -> cpu.mmu.read(8 * bytes, at, segment));
    assertEquals(vector, fault.vector().mnemonic());
  }

  /** "Alignment Check Exception (#AC)": CR0.AM, RFLAGS.AC and CPL 3. */
  @ParameterizedTest(name = "AM {0}, AC {1}, CPL {2}, address {3}: fault {4}")
  @CsvSource({
    "1, 1, 3, 0x30001, true",
    "1, 1, 3, 0x30004, false",
    "0, 1, 3, 0x30001, false",
    "1, 0, 3, 0x30001, false",
    "1, 1, 0, 0x30001, false",
  })
  void alignment(int am, int ac, int cpl, String address, boolean faults) {
    cpu.controls.loadCr0(cpu.cr0 | (am != 0 ? Cr0.AM : 0));
    cpu.setCpl(cpl);
    cpu.setRflags(ac != 0 ? Rflags.AC : 0);
    long at = Long.decode(address);
    cpu.mmu.read(8, at, DS);
    if (faults) {
      Fault fault = assertThrows(Fault.class, () -> cpu.mmu.read(32, at, DS));
      assertEquals(Vector.AC, fault.vector());
      assertEquals(0, fault.errorCode());
    } else {
      cpu.mmu.read(32, at, DS);
    }
  }

  @Test
  void aUserPageStaysForbiddenToSmapWhenAcGoesAway() {
    cpu.controls.loadCr4(cpu.cr4 | Cr4.SMAP);
    cpu.flagsRest |= Rflags.AC;
    cpu.mmu.read(32, USER, DS);
    cpu.mmu.write(32, USER, DS, 1);
    cpu.flagsRest &= ~Rflags.AC;
    assertEquals(PageFaultCode.P, readFault(USER).errorCode());
  }

  /** A20M masks address bit 20. SDM Vol. 3A "External Signal Compatibility". */
  @Test
  void a20mMasksBit20() {
    lab.memory.write(0x5_0000, 32, 0x1111);
    lab.memory.write(0x15_0000, 32, 0x2222);
    assertEquals(0x2222, cpu.mmu.read(32, 0x15_0000, DS));
    cpu.setA20m(true);
    assertEquals(0x1111, cpu.mmu.read(32, 0x15_0000, DS));
    cpu.setA20m(false);
    assertEquals(0x2222, cpu.mmu.read(32, 0x15_0000, DS));
  }

  /** SDM Vol. 3A "Protection Keys". Numbers are error codes, - no fault; PKRU in hexadecimal. */
  @ParameterizedTest(name = "PKRU {0} CPL {1} WP {2} R/W {3} U/S {4}: read {5}, write {6}")
  @CsvSource({
    // pkru,    cpl, wp, rw, us, read, write
    "00000000,   3,  1,  1,  1,    -,     -",
    "00000400,   3,  1,  1,  1, 0x25,  0x27",
    "00000800,   3,  1,  1,  1,    -,  0x27",
    "FFFFF3FF,   3,  1,  1,  1,    -,     -",
    "00000400,   0,  1,  1,  1, 0x21,  0x23",
    "00000800,   0,  1,  1,  1,    -,  0x23",
    "00000800,   0,  0,  1,  1,    -,     -",
    "00000400,   0,  0,  1,  1, 0x21,  0x23",
    "00000C00,   0,  1,  1,  0,    -,     -",
    "00000C00,   3,  1,  1,  0,    5,     7",
    "00000800,   3,  1,  0,  1,    -,  0x27",
  })
  void protectionKeys(String pkru, int cpl, int wp, int rw, int us, String read, String write) {
    lab.page(
        PAGE,
        PAGE | PageEntry.P | rw * PageEntry.RW | us * PageEntry.US | 5L << PageEntry.KEY_SHIFT);
    cpu.controls.loadCr0(wp == 1 ? cpu.cr0 : cpu.cr0 & ~Cr0.WP);
    cpu.controls.loadCr4(cpu.cr4 | Cr4.PKE);
    cpu.set(State.PKRU, Long.parseLong(pkru, 16));
    cpu.setCpl(cpl);
    for (int twice = 0; twice < 2; twice++) {
      check(read, () -> cpu.mmu.read(32, PAGE, DS));
      check(write, () -> cpu.mmu.write(32, PAGE, DS, 1));
    }
    check(us == 0 && cpl == 3 ? "0x15" : "-", () -> cpu.mmu.fetch(PAGE));
    cpu.controls.loadCr4(cpu.cr4 & ~Cr4.PKE);
    check(us == 0 && cpl == 3 ? "5" : "-", () -> cpu.mmu.read(32, PAGE, DS));
  }

  /** A 32-bit page directory at {@link Lab#DIRECTORY} whose entry 0 refers to the table. */
  private static void twoLevels(Lab lab, long cr4) {
    Cpu cpu = lab.cpu;
    cpu.controls.loadCr0(cpu.cr0 & ~Cr0.PG);
    cpu.efer = 0;
    cpu.controls.loadCr4(cr4);
    cpu.cr3 = Lab.DIRECTORY;
    for (int i = 0; i < 1024; i++) {
      lab.memory.write(Lab.DIRECTORY + i * 4, 32, 0);
      lab.memory.write(Lab.TABLE + i * 4, 32, (long) i << 12 | OPEN);
    }
    lab.memory.write(Lab.DIRECTORY, 32, Lab.TABLE | OPEN | PageEntry.US);
    lab.segments(Lab.CODE32, Lab.DATA, 0);
    cpu.controls.loadCr0(cpu.cr0 | Cr0.PG);
  }

  private long pte(long address) {
    return lab.memory.read(Lab.TABLE + (address >> 12) * 4, 32);
  }

  /** SDM Vol. 3A "32-Bit Paging": entries of 4 bytes, ten address bits a level. */
  @Test
  void twoLevelsTranslateAndMarkTheirEntries() {
    twoLevels(lab, 0);
    lab.memory.write(Lab.TABLE + (PAGE >> 12) * 4, 32, 0x6_0000 | OPEN);
    lab.memory.write(0x6_0010, 32, 0x1234);
    assertEquals(0x1234, cpu.mmu.read(32, PAGE + 0x10, DS));
    assertEquals(0x6_0000 | OPEN | PageEntry.A, pte(PAGE));
    assertEquals(PAGE + 0x1000 | OPEN, pte(PAGE + 0x1000), "its neighbour");
    cpu.mmu.write(32, PAGE, DS, 1);
    assertEquals(0x6_0000 | OPEN | PageEntry.A | PageEntry.D, pte(PAGE));
    assertEquals(Lab.TABLE | OPEN | PageEntry.US | PageEntry.A, lab.memory.read(Lab.DIRECTORY, 32));
    assertEquals(0x6_0010, cpu.mmu.peek(PAGE + 0x10).getAsLong());
  }

  @Test
  void rightsOfBothLevelsCount() {
    twoLevels(lab, 0);
    cpu.setCpl(3);
    assertEquals(PageFaultCode.P | PageFaultCode.US, readFault(PAGE).errorCode());
    lab.memory.write(Lab.TABLE + (PAGE >> 12) * 4, 32, PAGE | PageEntry.P | PageEntry.US);
    cpu.mmu.read(32, PAGE, DS);
    assertEquals(
        PageFaultCode.P | PageFaultCode.US | PageFaultCode.WR, writeFault(PAGE).errorCode());
    lab.memory.write(Lab.DIRECTORY, 32, Lab.TABLE | OPEN);
    cpu.mmu.flushAll();
    assertEquals(PageFaultCode.P | PageFaultCode.US, readFault(PAGE).errorCode());
  }

  @Test
  void anAbsentEntryOfEitherLevel() {
    twoLevels(lab, 0);
    lab.memory.write(Lab.TABLE + (PAGE >> 12) * 4, 32, 0);
    assertEquals(0, readFault(PAGE).errorCode());
    assertEquals(PageFaultCode.WR, writeFault(0x40_0000).errorCode());
    assertEquals(0, assertThrows(Fault.class, () -> cpu.mmu.fetch(PAGE)).errorCode(), "no I/D");
    assertTrue(cpu.mmu.peek(PAGE).isEmpty());
  }

  /**
   * Bits 20:13 of the PDE are bits 39:32 of the address; bit 21 and those above MAXPHYADDR are
   * reserved.
   */
  @ParameterizedTest(name = "PDE bits {0}, PSE {1}: {2}")
  @CsvSource({
    "0x000080, 1, mapped",
    "0x200080, 1, reserved",
    "0x1FE080, 1, mapped",
    "0x000080, 0, table",
    "0x200080, 0, table",
  })
  void fourMbytePages(String bits, int pse, String result) {
    twoLevels(lab, pse == 0 ? 0 : Cr4.PSE);
    long more = Long.decode(bits);
    lab.memory.write(Lab.DIRECTORY + 4, 32, more | OPEN);
    long address = 0x40_0000 + 0x123;
    if (result.equals("reserved")) {
      assertEquals(PageFaultCode.P | PageFaultCode.RSVD, readFault(address).errorCode());
    } else if (result.equals("mapped")) {
      long upper = (more >> 13 & 0xFF) << 32;
      assertEquals(upper + 0x123, cpu.mmu.peek(address).getAsLong());
      assertEquals(upper + 0x12_3456, cpu.mmu.peek(0x52_3456).getAsLong());
    } else {
      assertEquals(0, readFault(0x40_0000).errorCode(), "refers to a page table");
    }
  }

  /** Penryn has 36 bits of physical address: bits 16:13 of the PDE count, 20:17 are reserved. */
  @ParameterizedTest(name = "PDE bit {0}: reserved {1}")
  @CsvSource({"16, false", "17, true", "20, true"})
  void pseAddressBitsEndAtMaxphyaddr(int bit, boolean reserved) {
    Lab penryn = new Lab(CpuModels.named("penryn"));
    twoLevels(penryn, Cr4.PSE);
    penryn.memory.write(Lab.DIRECTORY + 4, 32, PageEntry.PS | OPEN | 1L << bit);
    if (reserved) {
      Fault fault = assertThrows(Fault.class, () -> penryn.cpu.mmu.read(32, 0x40_0000, DS));
      assertEquals(PageFaultCode.P | PageFaultCode.RSVD, fault.errorCode());
    } else {
      assertEquals(1L << bit + 19, penryn.cpu.mmu.peek(0x40_0000).getAsLong());
    }
  }

  @Test
  void aFourMbytePageIsCachedWhole() {
    twoLevels(lab, Cr4.PSE);
    lab.memory.write(Lab.DIRECTORY + 4, 32, PageEntry.PS | OPEN);
    lab.memory.write(0x5_0000, 32, 0x77);
    assertEquals(0x77, cpu.mmu.read(32, 0x45_0000, DS));
    lab.memory.write(Lab.DIRECTORY + 4, 32, 0);
    assertEquals(0x77, cpu.mmu.read(32, 0x45_0000, DS), "stale");
    cpu.mmu.read(32, 0x65_0000, DS);
    cpu.mmu.invalidate(0x40_0000);
    assertEquals(0, readFault(0x65_0000).errorCode());
  }
}
