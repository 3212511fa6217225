package io.vmxlab.vmx.vmcs;

import io.vmxlab.arch.Msr;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Fault;

/**
 * An area of MSRs that VM entries and VM exits load or store: 16 bytes each, the index in the first
 * four, the value in the last eight. SDM Vol. 3C "Loading MSRs", "Saving MSRs".
 */
public final class MsrArea {
  /** All of it succeeded. */
  public static final int DONE = 0;

  private static final int ENTRY = 16;
  private static final int RESERVED = 4;
  private static final int VALUE = 8;
  private static final int X2APIC = 0x8;

  /** How many MSRs an area may hold, in the unit of IA32_VMX_MISC[27:25]. */
  private static final int UNIT = 512;

  private static final int UNITS_SHIFT = 25;
  private static final int UNITS = 7;

  private MsrArea() {}

  /**
   * Loads MSRs as WRMSR at CPL 0 does.
   *
   * @return number of the entry that failed, from 1, or {@link #DONE}
   */
  public static int load(Cpu cpu, long address, long count) {
    return count == 0 ? DONE : loadAll(cpu, address, count);
  }

  private static int loadAll(Cpu cpu, long address, long count) {
    int most = most(cpu);
    for (int i = 0; i < count; i++) {
      long at = address + (long) i * ENTRY;
      int index = (int) cpu.memory.read(at, Integer.SIZE);
      boolean base = index == Msr.IA32_FS_BASE.index || index == Msr.IA32_GS_BASE.index;
      boolean refused =
          i >= most || base || index == Msr.IA32_BIOS_UPDT_TRIG.index || special(cpu, at, index);
      if (refused || !write(cpu, index, cpu.memory.read(at + VALUE, Long.SIZE))) {
        return i + 1;
      }
    }
    return DONE;
  }

  /**
   * Stores MSRs as RDMSR at CPL 0 reads them.
   *
   * @return number of the entry that failed, from 1, or {@link #DONE}
   */
  public static int store(Cpu cpu, long address, long count) {
    return count == 0 ? DONE : storeAll(cpu, address, count);
  }

  private static int storeAll(Cpu cpu, long address, long count) {
    int most = most(cpu);
    for (int i = 0; i < count; i++) {
      long at = address + (long) i * ENTRY;
      int index = (int) cpu.memory.read(at, Integer.SIZE);
      if (i >= most || special(cpu, at, index) || !read(cpu, index, at + VALUE)) {
        return i + 1;
      }
    }
    return DONE;
  }

  /** The manual recommends no more and leaves open what happens: the first one beyond fails. */
  private static int most(Cpu cpu) {
    return UNIT * ((int) (cpu.msrs.get(Msr.IA32_VMX_MISC) >>> UNITS_SHIFT & UNITS) + 1);
  }

  private static boolean special(Cpu cpu, long at, int index) {
    return cpu.memory.read(at + RESERVED, Integer.SIZE) != 0
        || index >>> Byte.SIZE == X2APIC
        || index == Msr.IA32_SMM_MONITOR_CTL.index && !cpu.smm;
  }

  private static boolean write(Cpu cpu, int index, long value) {
    try {
      cpu.msrs.write(index, value);
      return true;
    } catch (Fault refused) {
      return false;
    }
  }

  private static boolean read(Cpu cpu, int index, long to) {
    try {
      long value = cpu.msrs.read(index);
      cpu.codeWatch.beforeWrite(to, Long.BYTES);
      cpu.memory.write(to, Long.SIZE, value);
      return true;
    } catch (Fault refused) {
      return false;
    }
  }
}
