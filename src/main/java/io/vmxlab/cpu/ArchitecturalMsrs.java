package io.vmxlab.cpu;

import static io.vmxlab.cpu.MsrDefinition.msr;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.MiscEnable;
import io.vmxlab.arch.MonitorLeaf;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.SegmentRegister;

/** The MSRs that are modelled whatever the upper floors add. */
final class ArchitecturalMsrs {
  private static final int FS = SegmentRegister.FS.ordinal();
  private static final int GS = SegmentRegister.GS.ordinal();
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /** UC-, WT, WB and UC twice. SDM Vol. 3A "Page Attribute Table (PAT)". */
  private static final long PAT_RESET = 0x0007_0406_0007_0406L;

  private static final long APIC_FLAGS = 0xFFF;

  /** Eight variable ranges, fixed ranges, write combining. */
  private static final long MTRR_CAP = 0x508;

  private static final long MTRR_ENABLES = 0xC00;
  private static final long MTRR_VALID = 0x800;
  private static final long MEMORY_TYPE = 0xFF;

  private static final long MISC_ENABLE_RESET = 0x1801;

  /** Trace storage and event-based sampling unavailable, performance monitoring: read-only. */
  private static final long MISC_ENABLE_FIXED = 0x1880;

  private ArchitecturalMsrs() {}

  /** The definition of an MSR, made now; null if it is none of these. */
  static MsrDefinition of(Msr msr) {
    MsrDefinition.Builder builder = builder(msr);
    return builder == null ? null : builder.build();
  }

  private static MsrDefinition.Builder builder(Msr msr) {
    switch (msr) {
      case IA32_TIME_STAMP_COUNTER:
        return msr(msr).livesIn(ArchitecturalMsrs::readTsc, ArchitecturalMsrs::writeTsc);
      case IA32_MONITOR_FILTER_SIZE:
        return msr(msr)
            .reset(model -> model.cpuid(MonitorLeaf.NUMBER, 0)[0] & MonitorLeaf.SMALLEST_LINE);
      case IA32_TSC_ADJUST:
        return msr(msr).onWrite(ArchitecturalMsrs::writeTscAdjust);
      case IA32_TSC_DEADLINE:
        return msr(msr)
            .livesIn(cpu -> cpu.apic.timer().deadline(), (cpu, v) -> cpu.apic.timer().deadline(v));
      case IA32_STAR:
        return msr(msr);
      case IA32_PLATFORM_ID:
      case IA32_BIOS_SIGN_ID:
      case IA32_ARCH_CAPABILITIES:
        return msr(msr).reset(0);
      case IA32_APIC_BASE:
        return msr(msr)
            .supports(model -> APIC_FLAGS | physicalPages(model))
            .rules(MsrRules.APIC_MODE)
            .livesIn(cpu -> cpu.apic.base(), (cpu, v) -> cpu.apic.base(v));
      case IA32_BIOS_UPDT_TRIG:
        return msr(msr)
            .onWrite(
                (cpu, value) -> {
                  throw new Unmodelled("microcode updates");
                });
      case IA32_SMM_MONITOR_CTL:
        return msr(msr).rules(MsrRules.ONLY_IN_SMM).reservesBits();
      case IA32_SMBASE:
        return msr(msr)
            .livesIn(cpu -> cpu.management().base(), (cpu, v) -> cpu.management().base(v));
      case IA32_MCG_CAP:
        return msr(msr).always(0);
      case IA32_MCG_STATUS:
        return msr(msr).reservesBits();
      case IA32_MISC_ENABLE:
        return msr(msr)
            .reset(model -> MISC_ENABLE_RESET | monitor(model))
            .reservesBits()
            .onWrite(ArchitecturalMsrs::writeMiscEnable);
      case IA32_XSS:
        return msr(msr).reservesBits();
      case IA32_DEBUGCTL:
        return msr(msr).reservesBits().resetByInit();
      case IA32_EFER:
        return msr(msr).rules(MsrRules.EFER).livesIn(cpu -> cpu.efer, ArchitecturalMsrs::writeEfer);
      case IA32_FMASK:
      case IA32_TSC_AUX:
        return msr(msr).supports(LOW_HALF);
      case IA32_SYSENTER_CS:
        return msr(msr).onWrite((cpu, v) -> cpu.msrs.keep(Msr.IA32_SYSENTER_CS, v & LOW_HALF));
      case IA32_SYSENTER_ESP:
      case IA32_SYSENTER_EIP:
      case IA32_LSTAR:
      case IA32_CSTAR:
      case IA32_KERNEL_GS_BASE:
        return msr(msr).rules(MsrRules.CANONICAL);
      case IA32_FS_BASE:
        return segmentBase(msr, FS);
      case IA32_GS_BASE:
        return segmentBase(msr, GS);
      case IA32_PAT:
        return msr(msr).always(PAT_RESET).rules(MsrRules.PAT);
      default:
        return memoryType(msr);
    }
  }

  private static MsrDefinition.Builder segmentBase(Msr msr, int segment) {
    return msr(msr)
        .rules(MsrRules.CANONICAL)
        .livesIn(cpu -> cpu.segments[segment].base, (cpu, v) -> cpu.segments[segment].base = v);
  }

  private static MsrDefinition.Builder memoryType(Msr msr) {
    String name = msr.name();
    if (msr == Msr.IA32_MTRRCAP) {
      return msr(msr).always(MTRR_CAP);
    }
    if (msr == Msr.IA32_MTRR_DEF_TYPE) {
      return msr(msr).supports(MTRR_ENABLES | MEMORY_TYPE).rules(MsrRules.MTRR_TYPE);
    }
    if (name.startsWith("IA32_MTRR_PHYSBASE")) {
      return msr(msr)
          .supports(model -> physicalPages(model) | MEMORY_TYPE)
          .rules(MsrRules.MTRR_TYPE);
    }
    if (name.startsWith("IA32_MTRR_PHYSMASK")) {
      return msr(msr).supports(model -> physicalPages(model) | MTRR_VALID);
    }
    return name.startsWith("IA32_MTRR_FIX") ? msr(msr).rules(MsrRules.MTRR_FIXED_TYPES) : null;
  }

  /** Address bits 12 to MAXPHYADDR - 1. */
  private static long physicalPages(CpuModel model) {
    return PageEntry.ADDRESS & ((1L << model.maxPhysicalAddress()) - 1);
  }

  static long readTsc(Cpu cpu) {
    return cpu.timeStamp.ticks(cpu) + cpu.tscOffset + cpu.msrs.get(Msr.IA32_TSC_ADJUST);
  }

  /** A write to the counter moves TSC_ADJUST by as much, where it exists. */
  private static void writeTsc(Cpu cpu, long value) {
    long change = value - readTsc(cpu);
    if (cpu.model.has(Feature.TSC_ADJUST)) {
      cpu.msrs.set(Msr.IA32_TSC_ADJUST, cpu.msrs.get(Msr.IA32_TSC_ADJUST) + change);
    } else {
      cpu.tscOffset += change;
    }
    cpu.apic.timer().timeStampChanged();
  }

  private static void writeTscAdjust(Cpu cpu, long value) {
    cpu.msrs.keep(Msr.IA32_TSC_ADJUST, value);
    cpu.apic.timer().timeStampChanged();
  }

  /** MONITOR is enabled after RESET, where there is one. */
  private static long monitor(CpuModel model) {
    return model.has(Feature.MONITOR) ? MiscEnable.MONITOR : 0;
  }

  private static void writeMiscEnable(Cpu cpu, long value) {
    long old = cpu.msrs.get(Msr.IA32_MISC_ENABLE);
    cpu.msrs.keep(Msr.IA32_MISC_ENABLE, (value & ~MISC_ENABLE_FIXED) | (old & MISC_ENABLE_FIXED));
  }

  private static void writeEfer(Cpu cpu, long value) {
    long kept = cpu.efer & Efer.LMA;
    boolean nxChanges = ((value ^ cpu.efer) & Efer.NXE) != 0;
    cpu.efer = (value & ~Efer.LMA) | kept;
    if (nxChanges) {
      cpu.mmu.forget();
    }
  }
}
