package io.vmxlab.cpu;

import static io.vmxlab.cpu.Lab.OPEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.EptEntry;
import io.vmxlab.arch.Eptp;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.model.CpuModels;
import io.vmxlab.vmx.ept.Ept;
import io.vmxlab.vmx.ept.EptExits;
import io.vmxlab.vmx.ept.EptMisconfiguration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Guest-physical translation beneath the paging of a guest, and what stays cached of it. SDM Vol.
 * 3C "The Extended Page Table Mechanism (EPT)", "Caching Translation Information".
 */
class GuestPhysicalTest {
  private static final int DS = 3;
  private static final long PAGE = 0x5_0000;
  private static final long OLD = 0x6_0000;
  private static final long NEW = 0x7_0000;

  /** Where guests are mapped to by {@link #eptp}. */
  private static final long PML4 = 0x20_0000;

  private static final long PDPT = 0x20_1000;
  private static final long DIRECTORY = 0x20_2000;
  private static final long TABLE = 0x20_3000;
  private static final long OTHER_PML4 = 0x20_4000;

  private static final long ALL = EptEntry.READ | EptEntry.WRITE | EptEntry.EXECUTE;
  private static final long WB = (long) Eptp.MEMORY_TYPE_WB << EptEntry.MEMORY_TYPE_SHIFT;
  private static final long EPTP = PML4 | Eptp.FOUR_LEVELS | Eptp.MEMORY_TYPE_WB;

  // Bits of exit qualifications
  private static final long READ = 1;
  private static final long WRITE = 2;
  private static final long FETCH = 4;
  private static final long ALLOWS_READ = 8;
  private static final long ALLOWS_FETCH = 0x20;
  private static final long ALLOWS_USER_FETCH = 0x40;
  private static final long LINEAR = 0x80;
  private static final long TRANSLATION = 0x100;
  private static final long USER_PAGE = 0x200;
  private static final long WRITABLE_PAGE = 0x400;
  private static final long NX_PAGE = 0x800;

  private static final class Exit extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String what;

    Exit(String what) {
      this.what = what;
    }
  }

  private final Lab lab = new Lab(CpuModels.named("ice-lake-sp"));
  private final Cpu cpu = lab.cpu;
  private final Ept ept = new Ept(cpu, new Exits());

  private static final class Exits implements EptExits {
    @Override
    public RuntimeException violation(
        long address, long qualification, GuestAccess purpose, boolean convertible) {
      return new Exit(
          String.format("%s %X %X %X", purpose.use(), address, purpose.linear(), qualification));
    }

    @Override
    public RuntimeException misconfiguration(long address, EptMisconfiguration broken) {
      return new Exit(String.format("%s %X", broken, address));
    }

    @Override
    public RuntimeException subPages(long address, boolean miss, GuestAccess purpose) {
      String what = miss ? "SPP miss" : "SPP misconfiguration";
      return new Exit(String.format("%s %X %X", what, address, purpose.linear()));
    }

    @Override
    public void becomesDirty(long address) {
      throw new Exit(String.format("DIRTY %X", address));
    }
  }

  @BeforeEach
  void contents() {
    lab.memory.write(OLD, 32, 0x01D);
    lab.memory.write(NEW, 32, 0x4E3);
    lab.memory.write(PML4, 64, PDPT | ALL);
    lab.memory.write(OTHER_PML4, 64, PDPT | ALL);
    lab.memory.write(PDPT, 64, DIRECTORY | ALL);
    lab.memory.write(DIRECTORY, 64, TABLE | ALL);
    for (long page = 0; page < 512; page++) {
      map(page << 12, page << 12 | ALL | WB);
    }
    map(PAGE, OLD | ALL | WB);
  }

  /** Writes the EPT PTE of an address below 2 MBytes. */
  private void map(long guestPhysical, long entry) {
    lab.memory.write(TABLE + (guestPhysical >> 12) * 8, 64, entry);
  }

  private void remap() {
    map(PAGE, NEW | ALL | WB);
  }

  private void guest(int vpid, long eptp) {
    ept.enter(eptp, false, false, Ept.NO_SUB_PAGES);
    cpu.mmu.exchange(vpid, ept);
  }

  private void disablePaging() {
    cpu.cr0 &= ~Cr0.PG;
    cpu.cr4 = 0;
    cpu.efer = 0;
  }

  private void host() {
    cpu.mmu.exchange(0, null);
  }

  private long read() {
    return cpu.mmu.read(32, PAGE, DS);
  }

  private void write() {
    cpu.mmu.write(32, PAGE, DS, 1);
  }

  private static String hex(String use, long qualification) {
    return String.format("%s %X %X %X", use, PAGE, PAGE, qualification);
  }

  private void leaves(String expected, Runnable access) {
    Exit exit = assertThrows(Exit.class, access::run);
    assertEquals(expected, exit.what);
  }

  private void violates(long qualification, Runnable access) {
    leaves(hex("MEMORY", qualification | LINEAR | TRANSLATION | WRITABLE_PAGE), access);
  }

  @Test
  void aGuestSeesWhatItsEptMaps() {
    guest(1, EPTP);
    assertEquals(0x01D, read());
    write();
    assertEquals(1, lab.memory.read(OLD, 32));
    host();
    assertEquals(0, read(), "the host has an identity map");
  }

  @Test
  void withoutPagingLinearAddressesAreGuestPhysical() {
    disablePaging();
    guest(1, EPTP);
    assertEquals(0x01D, read());
    map(PAGE, 0);
    cpu.mmu.invalidateByStructures(PML4);
    leaves(hex("MEMORY", READ | LINEAR | TRANSLATION | USER_PAGE | WRITABLE_PAGE), this::read);
  }

  @Test
  void violationsSayWhatWasTriedAndWhatIsAllowed() {
    guest(1, EPTP);
    map(PAGE, 0);
    violates(READ, this::read);
    violates(WRITE, this::write);
    violates(FETCH, () -> cpu.mmu.fetch(PAGE));
    map(PAGE, OLD | EptEntry.READ | WB);
    assertEquals(0x01D, read());
    violates(WRITE | ALLOWS_READ, this::write);
    violates(FETCH | ALLOWS_READ, () -> cpu.mmu.fetch(PAGE));
    map(PAGE, OLD | EptEntry.EXECUTE | WB);
    cpu.mmu.invalidateByStructures(PML4);
    assertEquals(OLD, cpu.mmu.fetch(PAGE));
    violates(READ | ALLOWS_FETCH, this::read);
    violates(WRITE | ALLOWS_FETCH, this::write);
    map(PAGE, OLD | ALL | WB);
    assertEquals(0x01D, read(), "rights that grew are noticed without invalidation");
  }

  @Test
  void violationsReportTheGuestsOwnRights() {
    lab.page(PAGE, PAGE | PageEntry.P | PageEntry.US | PageEntry.XD);
    guest(1, EPTP);
    map(PAGE, 0);
    leaves(hex("MEMORY", READ | LINEAR | TRANSLATION | USER_PAGE | NX_PAGE), this::read);
  }

  @Test
  void modeBasedExecuteControlTellsUserPagesApart() {
    ept.enter(EPTP, true, false, Ept.NO_SUB_PAGES);
    cpu.mmu.exchange(1, ept);
    for (long table : new long[] {PML4, PDPT, DIRECTORY}) {
      lab.memory.write(table, 64, lab.memory.read(table, 64) | EptEntry.USER_EXECUTE);
    }
    map(PAGE, OLD | EptEntry.READ | EptEntry.EXECUTE | WB);
    assertEquals(OLD, cpu.mmu.fetch(PAGE));
    lab.page(PAGE, PAGE | OPEN | PageEntry.US);
    cpu.mmu.invalidate(PAGE);
    violates(FETCH | ALLOWS_READ | ALLOWS_FETCH | USER_PAGE, () -> cpu.mmu.fetch(PAGE));
    map(PAGE, OLD | EptEntry.READ | EptEntry.USER_EXECUTE | WB);
    assertEquals(OLD, cpu.mmu.fetch(PAGE));
    lab.page(PAGE, PAGE | OPEN);
    cpu.mmu.invalidate(PAGE);
    violates(FETCH | ALLOWS_READ | ALLOWS_USER_FETCH, () -> cpu.mmu.fetch(PAGE));
  }

  /**
   * Without accessed and dirty flags for EPT a walk reads, and writes only to set its own flags.
   */
  @Test
  void theGuestsPagingStructuresGoThroughEpt() {
    long walk = READ | WRITE | LINEAR | ALLOWS_READ;
    guest(1, EPTP);
    map(Lab.TABLE, Lab.TABLE | EptEntry.READ | WB);
    String update = String.format("PAGE_WALK %X %X %X", Lab.TABLE + PAGE / 4096 * 8, PAGE, walk);
    leaves(update, this::read);
    lab.page(PAGE, PAGE | OPEN | PageEntry.A);
    assertEquals(0x01D, read());
    leaves(update, this::write);
    lab.page(PAGE, PAGE | OPEN | PageEntry.A | PageEntry.D);
    write();
  }

  @Test
  void withAccessedAndDirtyFlagsAWalkWrites() {
    guest(1, EPTP | Eptp.ACCESSED_DIRTY);
    lab.page(PAGE, PAGE | OPEN | PageEntry.A | PageEntry.D);
    read();
    assertEquals(EptEntry.A, entry(PAGE) & (EptEntry.A | EptEntry.D));
    assertEquals(EptEntry.A | EptEntry.D, entry(Lab.TABLE) & (EptEntry.A | EptEntry.D));
    assertEquals(EptEntry.A, lab.memory.read(PML4, 64) & (EptEntry.A | EptEntry.D));
    write();
    assertEquals(EptEntry.A | EptEntry.D, entry(PAGE) & (EptEntry.A | EptEntry.D));
    map(Lab.TABLE, Lab.TABLE | EptEntry.READ | WB);
    cpu.mmu.invalidateDerived();
    long qualification = READ | WRITE | LINEAR | ALLOWS_READ;
    leaves(
        String.format("PAGE_WALK %X %X %X", Lab.TABLE + PAGE / 4096 * 8, PAGE, qualification),
        this::read);
  }

  private long entry(long guestPhysical) {
    return lab.memory.read(TABLE + (guestPhysical >> 12) * 8, 64);
  }

  @Test
  void loadingPdptesReportsNoLinearAddress() {
    guest(1, EPTP);
    map(PAGE, 0);
    leaves(String.format("PDPTES %X 0 %X", PAGE, READ), () -> cpu.mmu.readPdptes(PAGE));
  }

  @Test
  void misconfigurations() {
    guest(1, EPTP);
    for (long entry :
        List.of(OLD | EptEntry.WRITE | WB, OLD | EptEntry.WRITE | EptEntry.EXECUTE | WB)) {
      map(PAGE, entry);
      leaves(String.format("WRITABLE_BUT_NOT_READABLE %X", PAGE), this::read);
    }
    for (int type = 0; type < 8; type++) {
      map(PAGE, OLD | ALL | (long) type << EptEntry.MEMORY_TYPE_SHIFT);
      cpu.mmu.invalidateDerived();
      if (List.of(2, 3, 7).contains(type)) {
        leaves(String.format("MEMORY_TYPE %X", PAGE), this::read);
      } else {
        assertEquals(0x01D, read());
      }
    }
    int width = cpu.maxPhysicalAddress;
    map(PAGE, OLD | ALL | WB | 1L << width);
    leaves(String.format("RESERVED %X", PAGE), this::write);
    map(PAGE, OLD | ALL | WB | 1L << 11 | 0xFFFL << 52);
    assertEquals(0x01D, read(), "the other bits are ignored");
    lab.memory.write(DIRECTORY, 64, TABLE | ALL | 1L << 3);
    cpu.mmu.invalidateDerived();
    leaves(String.format("RESERVED %X", Lab.PML4), this::read);
  }

  @Test
  void largePages() {
    lab.memory.write(DIRECTORY, 64, 0 | ALL | WB | EptEntry.PS);
    guest(1, EPTP);
    lab.memory.write(PAGE + 4, 32, 0x99);
    assertEquals(0x99, cpu.mmu.read(32, PAGE + 4, DS));
    lab.memory.write(DIRECTORY, 64, 0x1000 | ALL | WB | EptEntry.PS);
    cpu.mmu.invalidateByStructures(PML4);
    leaves(String.format("RESERVED %X", Lab.PML4), this::read);
    lab.memory.write(DIRECTORY, 64, TABLE | ALL);
    lab.memory.write(PDPT, 64, 0 | ALL | WB | EptEntry.PS);
    assertEquals(0x99, cpu.mmu.read(32, PAGE + 4, DS));
  }

  /** What each operation drops of what a guest of VPID 1 has cached. */
  @Test
  void whatInvalidatesCombinedMappings() {
    assertEquals(
        List.of("stale", "stale", "new", "new", "new", "new", "new", "new"), afterEachOperation());
  }

  /** Guest-physical mappings have no VPID. */
  @Test
  void whatInvalidatesGuestPhysicalMappings() {
    disablePaging();
    assertEquals(
        List.of("stale", "stale", "new", "new", "stale", "stale", "stale", "stale"),
        afterEachOperation());
  }

  private List<String> afterEachOperation() {
    List<String> found = new ArrayList<>();
    List<Runnable> operations =
        List.of(
            () -> {},
            () -> cpu.mmu.invalidateByStructures(OTHER_PML4),
            () -> cpu.mmu.invalidateByStructures(PML4),
            () -> cpu.mmu.invalidateDerived(),
            () -> cpu.mmu.invalidateByVpid(0, 1, PAGE),
            () -> cpu.mmu.invalidateByVpid(1, 1, 0),
            () -> cpu.mmu.invalidateByVpid(2, 0, 0),
            () -> cpu.mmu.invalidateByVpid(3, 1, 0));
    for (Runnable operation : operations) {
      map(PAGE, OLD | ALL | WB);
      lab.page(PAGE, PAGE | OPEN);
      cpu.mmu.flushAll();
      guest(1, EPTP);
      read();
      remap();
      host();
      operation.run();
      guest(1, EPTP);
      found.add(read() == 0x01D ? "stale" : "new");
    }
    return found;
  }

  /** The same for a change of the guest's own paging structures, which has no part in EPT. */
  @Test
  void whatInvalidatesWhatComesOfTheGuestsPaging() {
    List<String> found = new ArrayList<>();
    List<Runnable> operations =
        List.of(
            () -> {},
            () -> cpu.mmu.invalidateByStructures(OTHER_PML4),
            () -> cpu.mmu.invalidateByStructures(PML4),
            () -> cpu.mmu.invalidateByVpid(0, 1, PAGE + 0x1000),
            () -> cpu.mmu.invalidateByVpid(0, 2, PAGE),
            () -> cpu.mmu.invalidateByVpid(0, 1, PAGE),
            () -> cpu.mmu.invalidateByVpid(1, 2, 0),
            () -> cpu.mmu.invalidateByVpid(1, 1, 0),
            () -> cpu.mmu.invalidateByVpid(2, 0, 0),
            () -> cpu.mmu.invalidate(PAGE),
            () -> cpu.controls.writeCr3(Lab.PML4));
    for (Runnable operation : operations) {
      lab.page(PAGE, PAGE | OPEN);
      cpu.mmu.flushAll();
      guest(1, EPTP);
      read();
      lab.page(PAGE, NEW | OPEN);
      host();
      operation.run();
      guest(1, EPTP);
      found.add(read() == 0x01D ? "stale" : "new");
    }
    assertEquals(
        List.of(
            "stale", "stale", "new", "stale", "stale", "new", "stale", "new", "new", "stale",
            "stale"),
        found,
        "the last two act on VPID 0");
  }

  @Test
  void invvpidRetainsGlobalsOnRequest() {
    cpu.controls.writeCr4(cpu.cr4 | 0x80);
    lab.page(PAGE, OLD | OPEN | PageEntry.G);
    cpu.mmu.exchange(1, null);
    read();
    lab.page(PAGE, NEW | OPEN);
    cpu.mmu.invalidateByVpid(3, 1, 0);
    assertEquals(0x01D, read());
    cpu.mmu.invalidateByVpid(1, 1, 0);
    assertEquals(0x4E3, read());
  }

  @Test
  void transitionsDropWhatVpid0HasIfTheGuestHasNoOther() {
    lab.page(PAGE, OLD | OPEN);
    read();
    lab.page(PAGE, NEW | OPEN);
    cpu.mmu.exchange(1, null);
    host();
    assertEquals(0x01D, read(), "a guest with a VPID of its own");
    cpu.mmu.exchange(0, null);
    assertEquals(0x4E3, read());
  }

  @Test
  void guestsAndHostKeepTheirOwn() {
    lab.page(PAGE, OLD | OPEN);
    read();
    lab.page(PAGE, NEW | OPEN);
    cpu.mmu.exchange(2, null);
    assertEquals(0x4E3, read(), "another VPID");
    lab.page(PAGE, PAGE | OPEN);
    guest(1, EPTP);
    assertEquals(0x01D, read(), "other structures");
    lab.page(PAGE, 0);
    cpu.mmu.exchange(2, null);
    assertEquals(0x4E3, read());
    guest(1, EPTP);
    assertEquals(0x01D, read());
    host();
    assertEquals(0x01D, read());
    cpu.mmu.exchange(3, null);
    assertThrows(Fault.class, this::read);
  }

  /** Code is found by its linear address; each side has its own. */
  @Test
  void codeOfTwoAddressSpacesIsNotMixedUp() {
    lab.memory.write(OLD, new byte[] {(byte) 0xB0, 1, (byte) 0xF4});
    lab.memory.write(NEW, new byte[] {(byte) 0xB0, 2, (byte) 0xF4});
    lab.page(PAGE, NEW | OPEN);
    for (int turn = 0; turn < 3; turn++) {
      host();
      assertEquals(2, run());
      lab.page(PAGE, PAGE | OPEN);
      guest(1, EPTP);
      assertEquals(1, run());
    }
  }

  private long run() {
    cpu.activity = Activity.ACTIVE;
    cpu.rip = PAGE;
    lab.run();
    return cpu.r[0] & 0xFF;
  }
}
