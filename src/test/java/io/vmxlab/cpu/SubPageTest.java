package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.Eptp;
import io.vmxlab.model.CpuModels;
import io.vmxlab.vmx.ept.Ept;
import io.vmxlab.vmx.ept.EptExits;
import io.vmxlab.vmx.ept.EptMisconfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Writes to 128 bytes of a page that EPT lets a guest read. SDM Vol. 3C "Sub-Page Write
 * Permissions".
 */
class SubPageTest {
  private static final int DS = 3;
  private static final long PAGE = 0x5_0000;
  private static final long NEXT = PAGE + 0x1000;
  private static final long EPT_PML4 = 0x20_0000;
  private static final long EPT_TABLE = 0x20_3000;
  private static final long SUB_PAGES = 0x20_5000;
  private static final long VECTOR = SUB_PAGES + 0x3000 + (PAGE >> 12) * 8;
  private static final long ALL = EptEntry.READ | EptEntry.WRITE | EptEntry.EXECUTE;
  private static final long WB = (long) Eptp.MEMORY_TYPE_WB << EptEntry.MEMORY_TYPE_SHIFT;
  private static final long EPTP = EPT_PML4 | Eptp.FOUR_LEVELS | Eptp.MEMORY_TYPE_WB;
  private static final long READABLE = EptEntry.READ | WB | EptEntry.SUB_PAGE_WRITE;

  private static final class Exit extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String what;

    Exit(String what) {
      this.what = what;
    }
  }

  private static final class Exits implements EptExits {
    @Override
    public RuntimeException violation(
        long address, long qualification, GuestAccess purpose, boolean convertible) {
      return new Exit(String.format("%s %X", purpose.use(), address));
    }

    @Override
    public RuntimeException misconfiguration(long address, EptMisconfiguration broken) {
      return new Exit(String.format("%s %X", broken, address));
    }

    @Override
    public RuntimeException subPages(long address, boolean miss, GuestAccess purpose) {
      return new Exit(String.format("%s %X", miss ? "miss" : "misconfiguration", address));
    }

    @Override
    public void becomesDirty(long address) {
      throw new Exit(String.format("dirty %X", address));
    }
  }

  private final Lab lab = new Lab(CpuModels.named("ice-lake-sp"));
  private final Cpu cpu = lab.cpu;
  private final Ept ept = new Ept(cpu, new Exits());

  @BeforeEach
  void guest() {
    for (int level = 0; level < 3; level++) {
      lab.memory.write(EPT_PML4 + level * 0x1000, 64, EPT_PML4 + (level + 1) * 0x1000 | ALL);
      lab.memory.write(SUB_PAGES + level * 0x1000, 64, SUB_PAGES + (level + 1) * 0x1000 | 1);
    }
    for (long page = 0; page < 512; page++) {
      map(page << 12, ALL | WB);
    }
    map(PAGE, READABLE);
    enter(EPTP, false, SUB_PAGES);
  }

  private void enter(long eptp, boolean logging, long subPages) {
    ept.enter(eptp, false, logging, subPages);
    cpu.mmu.exchange(1, ept);
  }

  private void map(long page, long entry) {
    lab.memory.write(EPT_TABLE + (page >> 12) * 8, 64, page | entry);
  }

  private void allow(long vector) {
    lab.memory.write(VECTOR, 64, vector);
  }

  private void write(long address) {
    cpu.mmu.write(32, address, DS, 1);
  }

  private void leaves(String expected, Runnable access) {
    assertEquals(expected, assertThrows(Exit.class, access::run).what);
  }

  private void violates(long at, Runnable access) {
    leaves(String.format("MEMORY %X", at), access);
  }

  /** Each time the tables are asked, whatever has been written or read before. */
  @Test
  void aWriteIsAllowedForItsSubPageAlone() {
    allow(0b100);
    cpu.mmu.read(32, PAGE, DS);
    write(PAGE + 0x80);
    write(PAGE + 0xFC);
    assertEquals(1, lab.memory.read(PAGE + 0xFC, 32));
    violates(PAGE, () -> write(PAGE));
    violates(PAGE + 0x100, () -> write(PAGE + 0x100));
    write(PAGE + 0x80);
    allow(1L << 62);
    violates(PAGE + 0x80, () -> write(PAGE + 0x80));
    write(PAGE + 0xF80);
    write(PAGE + 0xFFC);
  }

  @ParameterizedTest
  @CsvSource({"0, 5007E", "1, 50080", "4, 5007E"})
  void whatReachesTwoSubPagesNeedsBoth(long vector, String at) {
    allow(vector);
    violates(Long.parseLong(at, 16), () -> write(PAGE + 0x7E));
    allow(0b101);
    write(PAGE + 0x7E);
    assertEquals(1, lab.memory.read(PAGE + 0x7E, 32));
  }

  /** As before instructions with several writes. */
  @Test
  void aRangeNeedsAllThatItReaches() {
    allow(0x5555_5555_5555_5555L & ~(1L << 20));
    violates(PAGE + 0x500, () -> range(PAGE + 0x10, 0x1000));
    allow(0x5555_5555_5555_5555L);
    range(PAGE + 0x10, 0x1000);
    map(NEXT, READABLE);
    cpu.mmu.invalidateByStructures(EPT_PML4);
    lab.memory.write(VECTOR + 8, 64, 0);
    violates(NEXT, () -> range(PAGE + 0x10, 0x1000));
    range(PAGE, 0x1000);
  }

  private void range(long address, int bytes) {
    cpu.mmu.checkWrite(address, bytes, 1, 0, DS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void anEntryThatIsNotValidIsAMiss(int level) {
    long entry = SUB_PAGES + level * 0x1000;
    lab.memory.write(entry, 64, lab.memory.read(entry, 64) & ~1);
    leaves("miss 50000", () -> write(PAGE));
  }

  /** One bit at a time, in each level. */
  @Test
  void reservedBitsAreAMisconfiguration() {
    for (int level = 0; level < 3; level++) {
      long entry = SUB_PAGES + level * 0x1000;
      long good = lab.memory.read(entry, 64);
      for (int bit = 1; bit < 64; bit++) {
        boolean address = bit >= 12 && bit < cpu.model.maxPhysicalAddress();
        if (!address) {
          lab.memory.write(entry, 64, good | 1L << bit);
          leaves("misconfiguration 50000", () -> write(PAGE));
        }
      }
      lab.memory.write(entry, 64, good);
    }
    for (int bit = 1; bit < 64; bit += 2) {
      allow(1 | 1L << bit);
      leaves("misconfiguration 50000", () -> write(PAGE));
    }
    allow(1);
    write(PAGE);
  }

  @Test
  void thePermissionsAreAskedWhereControlAndPageSaySo() {
    allow(-1L >>> 1 & 0x5555_5555_5555_5555L);
    enter(EPTP, false, Ept.NO_SUB_PAGES);
    violates(PAGE, () -> write(PAGE));
    enter(EPTP, false, SUB_PAGES);
    write(PAGE);
    map(PAGE, READABLE & ~EptEntry.SUB_PAGE_WRITE);
    violates(PAGE, () -> write(PAGE));
    map(PAGE, EptEntry.EXECUTE | WB | EptEntry.SUB_PAGE_WRITE);
    violates(PAGE, () -> write(PAGE));
    lab.memory.write(EPT_PML4 + 0x2000, 64, READABLE | EptEntry.PS | EptEntry.EXECUTE);
    violates(PAGE, () -> write(PAGE));
  }

  /** The guest's paging structures are written by violations only. */
  @Test
  void walksHaveNoSubPages() {
    map(Lab.TABLE, READABLE);
    lab.memory.write(SUB_PAGES + 0x3000 + (Lab.TABLE >> 12) * 8, 64, 0x5555_5555_5555_5555L);
    leaves(String.format("PAGE_WALK %X", Lab.TABLE + (PAGE >> 12) * 8), () -> write(PAGE));
  }

  @Test
  void dirtyFlagsAreSetAndLogged() {
    allow(1);
    enter(EPTP | Eptp.ACCESSED_DIRTY, false, SUB_PAGES);
    write(PAGE);
    long entry = lab.memory.read(EPT_TABLE + (PAGE >> 12) * 8, 64);
    assertEquals(EptEntry.A | EptEntry.D, entry & (EptEntry.A | EptEntry.D));
    violates(PAGE + 0x80, () -> write(PAGE + 0x80));
    map(PAGE, READABLE);
    enter(EPTP | Eptp.ACCESSED_DIRTY, true, SUB_PAGES);
    leaves("dirty 50000", () -> write(PAGE));
  }

  @Test
  void guestsWithoutPagingHaveThemToo() {
    cpu.cr0 &= ~Cr0.PG;
    cpu.cr4 = 0;
    cpu.efer = 0;
    enter(EPTP, false, SUB_PAGES);
    allow(1);
    write(PAGE);
    violates(PAGE + 0x80, () -> write(PAGE + 0x80));
    allow(0);
    violates(PAGE, () -> write(PAGE));
  }
}
