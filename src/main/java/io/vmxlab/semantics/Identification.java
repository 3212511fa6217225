package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RBX;
import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.FormAttribute.SPELLING;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.CpuidLeaf;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.MiscEnable;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.XsaveArea;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Who the processor is, and random numbers. SDM Vol. 2 by instruction. */
public final class Identification {
  // spotless:off
  static final Page CPUID = page("CPUID", Sdm.CPUID)
      .form("0F A2", "CPUID")
      .does(Identification.class, "cpuid");

  static final Page RDPID = page("RDPID", Sdm.RDPID)
      .needs(Feature.RDPID)
      .form("F3 0F C7 /7", "RDPID r32", NO64)
      .form("F3 0F C7 /7", "RDPID r64", ONLY64, FORCE64)
      .form("F3 0F C7 /7", "RDPID r32", ONLY64, SPELLING)
      .does(Identification.class, "rdpid");

  static final Page RDRAND = page("RDRAND", Sdm.RDRAND)
      .needs(Feature.RDRAND)
      .form("NFx 0F C7 /6",         "RDRAND r16")
      .form("NFx 0F C7 /6",         "RDRAND r32")
      .form("NFx REX.W + 0F C7 /6", "RDRAND r64")
      .flags("CF: 1; OF SF ZF AF PF: 0")
      .does(Identification.class, "random");

  static final Page RDSEED = page("RDSEED", Sdm.RDSEED)
      .needs(Feature.RDSEED)
      .form("NFx 0F C7 /7",         "RDSEED r16")
      .form("NFx 0F C7 /7",         "RDSEED r32")
      .form("NFx REX.W + 0F C7 /7", "RDSEED r64")
      .flags("CF: 1; OF SF ZF AF PF: 0")
      .does(Identification.class, "random");
  // spotless:on

  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private static final int EXTENDED = 0x8000_0000;
  private static final int OSXSAVE = 1 << 27;
  private static final int FEATURES_LEAF = 7;
  private static final int OSPKE = 1 << 4;
  private static final int APIC = 1 << 9;
  private static final long APIC_ENABLED = 1 << 11;
  private static final int APIC_ID = 0xFF << 24;

  private static final int MONITOR = 1 << Feature.MONITOR.bit;
  private static final int LAST_IF_LIMITED = 2;

  /** Leaf whose EDX shows SYSCALL and NX. */
  private static final int EXTENDED_FEATURES = 0x8000_0001;

  private static final int SYSCALL = 1 << Feature.SYSCALL.bit;
  private static final int NX = 1 << Feature.NX.bit;

  /** EBX of leaf 0: "Genu". */
  private static final int INTEL = 0x756E_6547;

  private Identification() {}

  /** EAX, EBX, ECX, EDX := information of leaf EAX, subleaf ECX. */
  public static void cpuid(Cpu cpu, Instruction insn) {
    cpu.intercept(insn);
    int leaf = (int) cpu.r[RAX];
    int subleaf = (int) cpu.r[RCX];
    int[] out = registers(cpu, leaf, subleaf);
    cpu.cpuidFilter.apply(leaf, subleaf, out);
    cpu.r[RAX] = out[0] & LOW_HALF;
    cpu.r[RBX] = out[1] & LOW_HALF;
    cpu.r[RCX] = out[2] & LOW_HALF;
    cpu.r[RDX] = out[3] & LOW_HALF;
    if (leaf == 1) {
      cpu.msrs.set(Msr.IA32_BIOS_SIGN_ID, cpu.model.msr(Msr.IA32_BIOS_SIGN_ID.index).orElse(0));
    }
  }

  /** A leaf beyond the last gives the last basic leaf. */
  private static int[] registers(Cpu cpu, int leaf, int subleaf) {
    int last = cpu.model.cpuid(0, 0)[0];
    if ((cpu.get(Msr.IA32_MISC_ENABLE) & MiscEnable.LIMIT_CPUID) != 0) {
      last = Math.min(last, LAST_IF_LIMITED);
    }
    boolean extended = (leaf & EXTENDED) != 0;
    int highest = extended ? cpu.model.cpuid(EXTENDED, 0)[0] : last;
    int shown = Integer.compareUnsigned(leaf, highest) > 0 ? last : leaf;
    int[] out = cpu.model.cpuid(shown, subleaf).clone();
    switch (shown) {
      case 0:
        out[0] = last;
        break;
      case 1:
        out[1] &= ~APIC_ID;
        out[2] = (cpu.cr4 & Cr4.OSXSAVE) != 0 ? out[2] | OSXSAVE : out[2] & ~OSXSAVE;
        if ((cpu.get(Msr.IA32_MISC_ENABLE) & MiscEnable.MONITOR) == 0) {
          out[2] &= ~MONITOR;
        }
        if ((cpu.get(Msr.IA32_APIC_BASE) & APIC_ENABLED) == 0) {
          out[3] &= ~APIC;
        }
        break;
      case FEATURES_LEAF:
        if (subleaf == 0 && (cpu.cr4 & Cr4.PKE) != 0) {
          out[2] |= OSPKE;
        }
        break;
      case EXTENDED_FEATURES:
        out[3] = extendedFeatures(cpu, out[3]);
        break;
      case CpuidLeaf.EXTENDED_STATE:
        if (subleaf < 2) {
          out[1] = xsaveArea(cpu, subleaf);
        }
        break;
      default:
        break;
    }
    return out;
  }

  /**
   * On Intel processors SYSCALL is shown in 64-bit mode only; others show the same in every mode.
   * NX can be disabled.
   */
  private static int extendedFeatures(Cpu cpu, int edx) {
    boolean intel = cpu.model.cpuid(0, 0)[1] == INTEL;
    int shown = edx;
    if (cpu.in64BitMode()) {
      shown |= cpu.model.has(Feature.SYSCALL) ? SYSCALL : 0;
    } else if (intel) {
      shown &= ~SYSCALL;
    }
    boolean disabled = (cpu.get(Msr.IA32_MISC_ENABLE) & MiscEnable.XD_DISABLE) != 0;
    return disabled ? shown & ~NX : shown;
  }

  /** Size in bytes of the XSAVE area for what is enabled: user state, or all of it compacted. */
  private static int xsaveArea(Cpu cpu, int subleaf) {
    if (!cpu.model.has(subleaf == 0 ? Feature.XSAVE : Feature.XSAVEC)) {
      return 0;
    }
    return subleaf == 0
        ? XsaveArea.standardSize(cpu.model, cpu.xcr0)
        : XsaveArea.compactedSize(cpu.model, cpu.xcr0 | cpu.get(Msr.IA32_XSS));
  }

  /** DEST := IA32_TSC_AUX[31:0]. */
  public static void rdpid(Cpu cpu, Instruction insn) {
    cpu.requireEnabledForGuest(insn);
    int width = cpu.in64BitMode() ? 64 : 32;
    Operands.writeRegister(cpu, insn, insn.rm, width, cpu.get(Msr.IA32_TSC_AUX) & LOW_HALF);
  }

  /** DEST := random bits; CF := 1, other status flags := 0. There are always bits to be had. */
  public static void random(Cpu cpu, Instruction insn) {
    cpu.intercept(insn);
    Operands.writeRegister(cpu, insn, insn.rm, insn.operandSize, cpu.random.next());
    cpu.setStatus(Rflags.CF);
  }
}
