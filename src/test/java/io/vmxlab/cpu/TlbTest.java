package io.vmxlab.cpu;

import static io.vmxlab.cpu.Lab.OPEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.PageEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SDM Vol. 3A "Caching Translation Information", above all "Operations that Invalidate TLBs". */
class TlbTest {
  private static final int DS = 3;
  private static final long PAGE = 0x5_0000;
  private static final long OLD = 0x6_0000;
  private static final long NEW = 0x7_0000;
  private static final long NO_FLUSH = 1L << 63;

  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;

  @BeforeEach
  void contents() {
    lab.memory.write(OLD, 32, 0x01D);
    lab.memory.write(NEW, 32, 0x4E3);
    lab.page(PAGE, OLD | OPEN);
  }

  private long read() {
    return cpu.mmu.read(32, PAGE, DS);
  }

  private void remap(long more) {
    lab.page(PAGE, NEW | OPEN | more);
  }

  @Test
  void aStaleEntryStaysUntilInvalidated() {
    read();
    remap(0);
    cpu.mmu.forget();
    assertEquals(0x01D, read(), "the TLB still has the old translation");
    cpu.mmu.invalidate(PAGE + 0x123);
    assertEquals(0x4E3, read());
  }

  @Test
  void aPageThatWentAwayIsStillReadable() {
    read();
    lab.page(PAGE, 0);
    assertEquals(0x01D, read());
    cpu.controls.writeCr3(Lab.PML4);
    assertThrows(Fault.class, this::read);
  }

  @Test
  void absentEntriesAreNotCached() {
    lab.page(PAGE, 0);
    assertThrows(Fault.class, this::read);
    remap(0);
    assertEquals(0x4E3, read());
  }

  /** A page fault invalidates what was cached for its address. */
  @Test
  void aPageFaultInvalidates() {
    read();
    lab.page(PAGE, NEW | PageEntry.P);
    assertThrows(Fault.class, () -> cpu.mmu.write(32, PAGE, DS, 0));
    assertEquals(0x4E3, read());
  }

  @Test
  void rightsThatGrewAreNoticedWithoutInvalidation() {
    lab.page(PAGE, OLD | PageEntry.P);
    read();
    lab.page(PAGE, OLD | OPEN);
    cpu.mmu.write(32, PAGE, DS, 5);
    assertEquals(5, lab.memory.read(OLD, 32));
  }

  @Test
  void movToCr3KeepsGlobalEntries() {
    cpu.controls.writeCr4(cpu.cr4 | Cr4.PGE);
    lab.page(PAGE, OLD | OPEN | PageEntry.G);
    read();
    remap(PageEntry.G);
    cpu.controls.writeCr3(Lab.PML4);
    assertEquals(0x01D, read());
    cpu.controls.writeCr4(cpu.cr4 & ~Cr4.PGE);
    assertEquals(0x4E3, read());
  }

  @Test
  void theGlobalBitMeansNothingWithoutPge() {
    lab.page(PAGE, OLD | OPEN | PageEntry.G);
    read();
    remap(0);
    cpu.controls.writeCr3(Lab.PML4);
    assertEquals(0x4E3, read());
  }

  @Test
  void invlpgDropsGlobalEntriesToo() {
    cpu.controls.writeCr4(cpu.cr4 | Cr4.PGE);
    lab.page(PAGE, OLD | OPEN | PageEntry.G);
    read();
    remap(PageEntry.G);
    cpu.mmu.invalidate(PAGE);
    assertEquals(0x4E3, read());
  }

  @Test
  void movToCr3WithBit63KeepsThePcid() {
    cpu.controls.writeCr4(cpu.cr4 | Cr4.PCIDE);
    cpu.controls.writeCr3(Lab.PML4 | 5);
    read();
    remap(0);
    cpu.controls.writeCr3(Lab.PML4 | 6 | NO_FLUSH);
    assertEquals(0x4E3, read(), "another PCID has its own translations");
    cpu.controls.writeCr3(Lab.PML4 | 5 | NO_FLUSH);
    assertEquals(Lab.PML4 | 5, cpu.cr3, "bit 63 is not stored");
    assertEquals(0x01D, read());
    cpu.controls.writeCr3(Lab.PML4 | 6);
    cpu.controls.writeCr3(Lab.PML4 | 5 | NO_FLUSH);
    assertEquals(0x01D, read(), "loading PCID 6 left PCID 5 alone");
    cpu.controls.writeCr3(Lab.PML4 | 5);
    assertEquals(0x4E3, read());
  }

  @Test
  void invpcidTypes() {
    cpu.controls.writeCr4(cpu.cr4 | Cr4.PCIDE | Cr4.PGE);
    cpu.controls.writeCr3(Lab.PML4 | 5);
    for (int type = 0; type <= 3; type++) {
      lab.page(PAGE, OLD | OPEN);
      cpu.mmu.flushAll();
      read();
      remap(0);
      cpu.mmu.invalidateByPcid(type, 6, PAGE);
      assertEquals(type >= 2 ? 0x4E3 : 0x01D, read(), "another PCID, type " + type);
      lab.page(PAGE, OLD | OPEN);
      cpu.mmu.flushAll();
      read();
      remap(0);
      cpu.mmu.invalidateByPcid(type, 5, PAGE);
      assertEquals(0x4E3, read(), "type " + type);
    }
    lab.page(PAGE, OLD | OPEN | PageEntry.G);
    cpu.mmu.flushAll();
    read();
    remap(PageEntry.G);
    cpu.mmu.invalidateByPcid(3, 0, 0);
    assertEquals(0x01D, read(), "type 3 spares global translations");
    cpu.mmu.invalidateByPcid(2, 0, 0);
    assertEquals(0x4E3, read());
  }

  @Test
  void clearingPcideFlushesEverything() {
    cpu.controls.writeCr4(cpu.cr4 | Cr4.PCIDE);
    read();
    remap(0);
    cpu.controls.writeCr4(cpu.cr4 & ~Cr4.PCIDE);
    assertEquals(0x4E3, read());
  }

  @Test
  void bitsOfCr0AndCr4ThatAreNotNamedFlushNothing() {
    read();
    remap(0);
    cpu.controls.writeCr0(cpu.cr0 | Cr0.TS);
    cpu.controls.writeCr0(cpu.cr0 & ~Cr0.WP);
    cpu.controls.writeCr4(cpu.cr4 | Cr4.TSD | Cr4.OSFXSR | Cr4.SMAP);
    assertEquals(0x01D, read());
  }

  @Test
  void manyPagesDisplaceOldEntries() {
    read();
    remap(0);
    long set = 128 << 12;
    for (int i = 1; i <= 12; i++) {
      cpu.mmu.read(8, PAGE % set + (i & 3) * set, DS);
    }
    cpu.mmu.forget();
    assertEquals(0x01D, read(), "four pages of one set displace nothing");
  }

  /** Code of a page that is remapped runs from the old frame until invalidated. */
  @Test
  void fetchesUseTheTlbToo() {
    lab.memory.write(OLD, new byte[] {(byte) 0xB0, 1, (byte) 0xF4});
    lab.memory.write(NEW, new byte[] {(byte) 0xB0, 2, (byte) 0xF4});
    cpu.rip = PAGE;
    lab.run();
    assertEquals(1, cpu.r[0] & 0xFF);
    remap(0);
    cpu.activity = Activity.ACTIVE;
    cpu.rip = PAGE;
    lab.run();
    assertEquals(1, cpu.r[0] & 0xFF);
    cpu.mmu.invalidate(PAGE);
    cpu.activity = Activity.ACTIVE;
    cpu.rip = PAGE;
    lab.run();
    assertEquals(2, cpu.r[0] & 0xFF);
  }

  /** Their table grows, and what was found before is found, and flushed, after that. */
  @Test
  void tagsStayTheSameHoweverManyThereAre() {
    int most = 1 << 14;
    TlbTags tags = new TlbTags();
    TlbTag[] made = new TlbTag[most];
    for (int i = 0; i < most; i++) {
      made[i] = tags.get(i & 0xFF, i >> 8, 0x1000L * i);
    }
    for (int i = 0; i < most; i++) {
      assertSame(made[i], tags.get(i & 0xFF, i >> 8, 0x1000L * i));
    }
    assertNull(tags.get(1, 1, 0), "one more");
    tags.flush(TlbScope.ALL, 7);
    for (TlbTag tag : made) {
      assertEquals(7, tag.flushed);
    }
    tags.clear();
    assertNotSame(made[0], tags.get(0, 0, 0));
  }
}
