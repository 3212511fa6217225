package io.vmxlab.cpu;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;

/**
 * Everything that is remembered of translations so that they need no further check, and the state
 * under which it is true. VM entries and VM exits exchange sets.
 */
final class WaySet {
  private static final long RIGHTS_CR0 = Cr0.PG | Cr0.WP;
  private static final long RIGHTS_CR4 = Cr4.SMEP | Cr4.SMAP | Cr4.PKE | Cr4.PCIDE;

  final ShortWays user = new ShortWays();
  final ShortWays supervisor = new ShortWays();
  final FetchedPages fetched = new FetchedPages();

  /** Number of the set, which tells apart code that was found by it. */
  final int number;

  /** When it was last taken. */
  long taken;

  private int vpid;
  private long structures;
  private long cr0;
  private long cr4;
  private long efer;
  private int pkru;
  private int pcid;

  WaySet(int number) {
    this.number = number;
  }

  /** What is remembered from now on belongs to the current state. */
  void bind(Cpu cpu, int newVpid, long newStructures) {
    vpid = newVpid;
    structures = newStructures;
    cr0 = cpu.cr0 & RIGHTS_CR0;
    cr4 = cpu.cr4 & RIGHTS_CR4;
    efer = cpu.efer & (Efer.NXE | Efer.LMA);
    pkru = cpu.pkru;
    pcid = pcid(cpu);
  }

  boolean fits(Cpu cpu, int wantedVpid, long wantedStructures) {
    return vpid == wantedVpid
        && structures == wantedStructures
        && cr0 == (cpu.cr0 & RIGHTS_CR0)
        && cr4 == (cpu.cr4 & RIGHTS_CR4)
        && efer == (cpu.efer & (Efer.NXE | Efer.LMA))
        && pkru == cpu.pkru
        && pcid == pcid(cpu);
  }

  private static int pcid(Cpu cpu) {
    return (cpu.cr4 & Cr4.PCIDE) != 0 ? (int) cpu.cr3 & 0xFFF : 0;
  }

  int vpid() {
    return vpid;
  }

  void clear() {
    user.clear();
    supervisor.clear();
    fetched.clear();
  }

  /** Drops what came from the page, of whatever size, that holds the address. */
  void clearPage(long address) {
    user.clearPage(address);
    supervisor.clearPage(address);
  }

  /** Drops the ways to the address's 4-KByte page. */
  void clear(long address) {
    user.clear(address);
    supervisor.clear(address);
  }

  void clearUnwritten() {
    user.clearUnwritten();
    supervisor.clearUnwritten();
  }

  void watch(long physicalPage) {
    user.watch(physicalPage);
    supervisor.watch(physicalPage);
  }
}
