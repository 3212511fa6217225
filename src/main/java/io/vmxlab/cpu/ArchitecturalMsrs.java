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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The MSRs that a processor has whatever the upper floors add. */
final class ArchitecturalMsrs {
  private static final int FS = SegmentRegister.FS.ordinal();
  private static final int GS = SegmentRegister.GS.ordinal();
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /** UC-, WT, WB and UC twice. SDM Vol. 3A "Page Attribute Table (PAT)". */
  private static final long PAT_RESET = 0x0007_0406_0007_0406L;

  private static final long APIC_BASE_RESET = 0xFEE0_0900L;
  private static final long APIC_BSP_AND_ENABLE = 0x900;
  private static final int APIC_EXTD = 0x400;

  /** Eight variable ranges, fixed ranges, write combining. */
  private static final long MTRR_CAP = 0x508;

  private static final int VARIABLE_RANGES = 8;
  private static final long MTRR_ENABLES = 0xC00;
  private static final long MTRR_VALID = 0x800;

  private static final long MISC_ENABLE_RESET = 0x1801;

  /** Fast strings, thermal control, SpeedStep, CPUID limit and xTPR; and what reads as set. */
  private static final long MISC_ENABLE_BITS = 0x41_1889L | 1L << 23;

  /** Trace storage and event-based sampling unavailable, performance monitoring: read-only. */
  private static final long MISC_ENABLE_FIXED = 0x1880;

  /** Freezing of counters, of which there are none. */
  private static final long DEBUGCTL_HARMLESS = 0x5800;

  private static final long DEBUGCTL_BITS = 0x5FC3;

  private static final List<MsrDefinition> ALL = new ArrayList<>();

  static {
    processor();
    memoryTypes();
    systemCalls();
  }

  private ArchitecturalMsrs() {}

  static List<MsrDefinition> all() {
    return Collections.unmodifiableList(ALL);
  }

  private static void add(MsrDefinition.Builder builder) {
    ALL.add(builder.build());
  }

  private static void processor() {
    add(
        msr(Msr.IA32_TIME_STAMP_COUNTER)
            .needs(Feature.TSC)
            .livesIn(ArchitecturalMsrs::readTsc, ArchitecturalMsrs::writeTsc));
    add(
        msr(Msr.IA32_MONITOR_FILTER_SIZE)
            .needs(Feature.MONITOR)
            .reset(model -> model.cpuid(MonitorLeaf.NUMBER, 0)[0] & MonitorLeaf.SMALLEST_LINE));
    add(msr(Msr.IA32_TSC_ADJUST).needs(Feature.TSC_ADJUST));
    add(msr(Msr.IA32_PLATFORM_ID).readOnly().reset(0));
    add(
        msr(Msr.IA32_APIC_BASE)
            .needs(Feature.APIC)
            .always(APIC_BASE_RESET)
            .supports(
                cpu ->
                    APIC_BSP_AND_ENABLE
                        | physicalPages(cpu)
                        | (cpu.model.has(Feature.X2APIC) ? APIC_EXTD : 0))
            .onWrite(ArchitecturalMsrs::writeApicBase));
    add(
        msr(Msr.IA32_BIOS_UPDT_TRIG)
            .onWrite(
                (cpu, value) -> {
                  throw new Unmodelled("microcode updates");
                }));
    add(msr(Msr.IA32_BIOS_SIGN_ID).reset(0));
    add(
        msr(Msr.IA32_SMM_MONITOR_CTL)
            .existsIf(cpu -> cpu.model.has(Feature.VMX) || cpu.model.has(Feature.SMX))
            .rules(MsrRules.ONLY_IN_SMM));
    add(msr(Msr.IA32_ARCH_CAPABILITIES).needs(Feature.ARCH_CAPABILITIES).readOnly().reset(0));
    add(msr(Msr.IA32_MCG_CAP).needs(Feature.MCA).readOnly().always(0));
    add(msr(Msr.IA32_MCG_STATUS).needs(Feature.MCA).supports(7));
    add(
        msr(Msr.IA32_MISC_ENABLE)
            .reset(model -> MISC_ENABLE_RESET | monitor(model))
            .supports(
                cpu -> MISC_ENABLE_BITS | monitor(cpu.model) | cpu.msrs.get(Msr.IA32_MISC_ENABLE))
            .onWrite(ArchitecturalMsrs::writeMiscEnable));
    add(
        msr(Msr.IA32_DEBUGCTL)
            .supports(DEBUGCTL_BITS)
            .resetByInit()
            .onWrite(ArchitecturalMsrs::writeDebugCtl));
    add(
        msr(Msr.IA32_EFER)
            .existsIf(cpu -> cpu.model.has(Feature.LM) || cpu.model.has(Feature.NX))
            .rules(MsrRules.EFER)
            .livesIn(cpu -> cpu.efer, ArchitecturalMsrs::writeEfer));
    add(
        msr(Msr.IA32_TSC_AUX)
            .existsIf(cpu -> cpu.model.has(Feature.RDTSCP) || cpu.model.has(Feature.RDPID))
            .supports(LOW_HALF));
  }

  private static void memoryTypes() {
    add(msr(Msr.IA32_MTRRCAP).needs(Feature.MTRR).readOnly().always(MTRR_CAP));
    add(msr(Msr.IA32_MTRR_DEF_TYPE).needs(Feature.MTRR).supports(MTRR_ENABLES | 0xFF));
    Msr[] base = {
      Msr.IA32_MTRR_PHYSBASE0, Msr.IA32_MTRR_PHYSBASE1, Msr.IA32_MTRR_PHYSBASE2,
      Msr.IA32_MTRR_PHYSBASE3, Msr.IA32_MTRR_PHYSBASE4, Msr.IA32_MTRR_PHYSBASE5,
      Msr.IA32_MTRR_PHYSBASE6, Msr.IA32_MTRR_PHYSBASE7,
    };
    for (int i = 0; i < VARIABLE_RANGES; i++) {
      Msr mask = Msr.of(base[i].index + 1).orElseThrow();
      add(
          msr(base[i])
              .needs(Feature.MTRR)
              .supports(cpu -> physicalPages(cpu) | 0xFF)
              .rules(MsrRules.MTRR_TYPE));
      add(msr(mask).needs(Feature.MTRR).supports(cpu -> physicalPages(cpu) | MTRR_VALID));
    }
    for (Msr m : Msr.values()) {
      if (m.name().startsWith("IA32_MTRR_FIX")) {
        add(msr(m).needs(Feature.MTRR).rules(MsrRules.MTRR_FIXED_TYPES));
      }
    }
    add(msr(Msr.IA32_PAT).needs(Feature.PAT).always(PAT_RESET).rules(MsrRules.PAT));
  }

  private static void systemCalls() {
    add(
        msr(Msr.IA32_SYSENTER_CS)
            .needs(Feature.SEP)
            .onWrite((cpu, v) -> cpu.msrs.keep(Msr.IA32_SYSENTER_CS, v & LOW_HALF)));
    add(msr(Msr.IA32_SYSENTER_ESP).needs(Feature.SEP).rules(MsrRules.CANONICAL));
    add(msr(Msr.IA32_SYSENTER_EIP).needs(Feature.SEP).rules(MsrRules.CANONICAL));
    add(msr(Msr.IA32_STAR).needs(Feature.LM));
    add(msr(Msr.IA32_LSTAR).needs(Feature.LM).rules(MsrRules.CANONICAL));
    add(msr(Msr.IA32_CSTAR).needs(Feature.LM).rules(MsrRules.CANONICAL));
    add(msr(Msr.IA32_FMASK).needs(Feature.LM).supports(LOW_HALF));
    add(
        msr(Msr.IA32_FS_BASE)
            .needs(Feature.LM)
            .rules(MsrRules.CANONICAL)
            .livesIn(cpu -> cpu.segments[FS].base, (cpu, v) -> cpu.segments[FS].base = v));
    add(
        msr(Msr.IA32_GS_BASE)
            .needs(Feature.LM)
            .rules(MsrRules.CANONICAL)
            .livesIn(cpu -> cpu.segments[GS].base, (cpu, v) -> cpu.segments[GS].base = v));
    add(msr(Msr.IA32_KERNEL_GS_BASE).needs(Feature.LM).rules(MsrRules.CANONICAL));
  }

  /** Address bits 12 to MAXPHYADDR - 1. */
  private static long physicalPages(Cpu cpu) {
    return PageEntry.ADDRESS & ((1L << cpu.model.maxPhysicalAddress()) - 1);
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
  }

  private static void writeApicBase(Cpu cpu, long value) {
    if (value != cpu.msrs.get(Msr.IA32_APIC_BASE)) {
      throw new Unmodelled("changes of IA32_APIC_BASE: where and how the local APIC is reached");
    }
  }

  /** MONITOR is enabled after RESET, where there is one. */
  private static long monitor(CpuModel model) {
    return model.has(Feature.MONITOR) ? MiscEnable.MONITOR : 0;
  }

  private static void writeMiscEnable(Cpu cpu, long value) {
    long old = cpu.msrs.get(Msr.IA32_MISC_ENABLE);
    cpu.msrs.keep(Msr.IA32_MISC_ENABLE, (value & ~MISC_ENABLE_FIXED) | (old & MISC_ENABLE_FIXED));
  }

  private static void writeDebugCtl(Cpu cpu, long value) {
    if ((value & ~DEBUGCTL_HARMLESS) != 0) {
      throw new Unmodelled("branch records and traces of IA32_DEBUGCTL");
    }
    cpu.msrs.keep(Msr.IA32_DEBUGCTL, value);
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
