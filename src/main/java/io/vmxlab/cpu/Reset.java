package io.vmxlab.cpu;

import static io.vmxlab.arch.Gpr.RDX;

import io.vmxlab.arch.ApicBase;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import java.util.Arrays;

/**
 * The state after power-up or RESET, and after INIT. SDM Vol. 3A "Processor State After Reset",
 * table "IA-32 and Intel 64 Processor States Following Power-up, Reset, or INIT".
 */
public final class Reset {
  // spotless:off
  private static final long CR0_POWER_UP  = Cr0.CD | Cr0.NW | Cr0.ET;
  private static final long RIP           = 0xFFF0;
  private static final int  CS_SELECTOR   = 0xF000;
  private static final long CS_BASE       = 0xFFFF_0000L;
  private static final int  LIMIT         = 0xFFFF;
  /** Present, read/write data (or for CS, code), accessed. */
  private static final int  DATA_RIGHTS   = 0x93;
  private static final int  CODE_RIGHTS   = 0x9B;
  private static final int  LDT_RIGHTS    = 0x82;
  /** Busy 32-bit TSS. */
  private static final int  TSS_RIGHTS    = 0x8B;
  // spotless:on

  private Reset() {}

  /** Power-up and RESET. */
  public static void powerUp(Cpu cpu) {
    reset(cpu, false);
  }

  /** INIT: caches, most MSRs and CR0.CD and CR0.NW stay. */
  public static void init(Cpu cpu) {
    reset(cpu, true);
  }

  /**
   * SIPI: code begins in real-address mode at a page below 1 MByte. SDM Vol. 3A "Typical BSP
   * Initialization Sequence".
   */
  static void startUp(Cpu cpu, int page) {
    Segment cs = cpu.segment(SegmentRegister.CS);
    cs.selector = page << 8;
    cs.base = (long) page << 12;
    cpu.rip = 0;
    cpu.nextRip = 0;
    cpu.activity = Activity.ACTIVE;
  }

  /** INIT lets a processor wait for a SIPI unless IA32_APIC_BASE calls it the bootstrap one. */
  private static Activity afterInit(Cpu cpu) {
    boolean waits =
        cpu.msrs.has(Msr.IA32_APIC_BASE.index)
            && (cpu.msrs.get(Msr.IA32_APIC_BASE) & ApicBase.BSP) == 0;
    return waits ? Activity.WAIT_FOR_SIPI : Activity.ACTIVE;
  }

  private static void reset(Cpu cpu, boolean init) {
    long cacheBits = init ? cpu.cr0 & (Cr0.CD | Cr0.NW) : CR0_POWER_UP;
    Arrays.fill(cpu.r, 0);
    cpu.r[RDX] = Integer.toUnsignedLong(cpu.model.cpuid(1, 0)[0]);
    cpu.rip = RIP;
    cpu.nextRip = RIP;
    cpu.setStatus(0);
    cpu.flagsRest = Rflags.FIXED;
    cpu.cr0 = cacheBits | Cr0.ET;
    cpu.cr2 = 0;
    cpu.cr3 = 0;
    cpu.cr4 = 0;
    cpu.efer = 0;
    if (!init) {
      cpu.xcr0 = 1;
      cpu.tscOffset = 0;
      cpu.x87.powerUp();
      cpu.xmm.powerUp();
    }
    Arrays.fill(cpu.dr, 0);
    cpu.dr[6] = Dr6.FIXED;
    cpu.writeDr7(Dr7.FIXED);
    for (Segment segment : cpu.segments) {
      segment.set(0, 0, LIMIT, DATA_RIGHTS);
    }
    cpu.segment(SegmentRegister.CS).set(CS_SELECTOR, CS_BASE, LIMIT, CODE_RIGHTS);
    cpu.segment(SegmentRegister.LDTR).set(0, 0, LIMIT, LDT_RIGHTS);
    cpu.segment(SegmentRegister.TR).set(0, 0, LIMIT, TSS_RIGHTS);
    cpu.gdtr.set(0, LIMIT);
    cpu.idtr.set(0, LIMIT);
    cpu.cpl = 0;
    cpu.activity = init ? afterInit(cpu) : Activity.ACTIVE;
    cpu.nmiBlocked = false;
    cpu.events.withdraw(Event.INIT);
    cpu.events.withdraw(Event.NMI);
    cpu.events.withdraw(Event.MACHINE_CHECK);
    cpu.stepping.clear();
    if (!init) {
      cpu.smxOperation = false;
      cpu.resetManagement();
      cpu.events.withdraw(Event.SMI);
      cpu.setVmxOperation(Cpu.OUTSIDE_VMX);
    }
    cpu.msrs.reset(init);
    if (init) {
      cpu.apic.reset();
    } else {
      cpu.apic.powerUp();
    }
    cpu.mmu.reset();
  }
}
