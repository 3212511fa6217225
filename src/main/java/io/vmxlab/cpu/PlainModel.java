package io.vmxlab.cpu;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Xcr0;
import io.vmxlab.arch.XsaveArea;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A processor of no particular make that has what vmxlab models, except VMX; for tests and
 * experiments.
 */
final class PlainModel implements CpuModel {
  static final PlainModel INSTANCE = new PlainModel();

  /** What vmxlab does not model as a whole; instructions that it only names are there. */
  private static final Set<Feature> ABSENT =
      EnumSet.of(
          Feature.VMX,
          Feature.SMX,
          Feature.DS,
          Feature.ACPI,
          Feature.EIST,
          Feature.SDBG,
          Feature.PDCM,
          Feature.DCA,
          Feature.SGX,
          Feature.SGX_LC,
          Feature.SGX1,
          Feature.PT,
          Feature.HLE,
          Feature.RTM,
          Feature.RDT_M,
          Feature.RDT_A,
          Feature.MPX,
          Feature.LA57,
          Feature.CET_IBT,
          Feature.CET_SS,
          Feature.WAITPKG,
          Feature.TME,
          Feature.BUS_LOCK_DETECT,
          Feature.PKS);

  static {
    ABSENT.addAll(EnumSet.range(Feature.PTM, Feature.ENERGY_PERF_BIAS));
    ABSENT.addAll(EnumSet.of(Feature.SRBDS_CTRL, Feature.TSX_FORCE_ABORT, Feature.ARCH_LBR));
    ABSENT.addAll(EnumSet.range(Feature.AMX_BF16, Feature.L1D_FLUSH));
    ABSENT.addAll(EnumSet.of(Feature.CORE_CAPABILITIES, Feature.SSBD));
    ABSENT.addAll(EnumSet.range(Feature.SHA512, Feature.RAO_INT));
    ABSENT.addAll(EnumSet.range(Feature.LASS, Feature.WRMSRNS));
    ABSENT.addAll(EnumSet.range(Feature.AVX_IFMA, Feature.USER_MSR));
    ABSENT.addAll(EnumSet.of(Feature.AMX_FP16, Feature.XFD, Feature.L3_CDP));
    ABSENT.addAll(EnumSet.of(Feature.PT_CR3, Feature.PT_TOPA, Feature.PT_SINGLE_RANGE));
    ABSENT.addAll(EnumSet.range(Feature.GMI_CCS, Feature.PADLOCK_PMM));
  }

  private static final long CR4_ABSENT =
      Cr4.LA57
          | Cr4.VMXE
          | Cr4.SMXE
          | Cr4.KL
          | Cr4.CET
          | Cr4.PKS
          | Cr4.UINTR
          | Cr4.LASS
          | Cr4.LAM_SUP
          | Cr4.FRED;

  /** Of PKRU in an XSAVE area. */
  private static final int PKRU_PLACE = 0xA80;

  private PlainModel() {}

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public boolean has(Feature feature) {
    return !ABSENT.contains(feature);
  }

  @Override
  public int maxPhysicalAddress() {
    return 40;
  }

  @Override
  public int[] cpuid(int leaf, int subleaf) {
    int[] out = new int[4];
    switch (leaf) {
      case 0:
        out[0] = 0xD;
        break;
      case 0xD:
        extendedState(subleaf, out);
        break;
      case 0x80000000:
        out[0] = 0x80000008;
        break;
      case 0x80000008:
        out[0] = 48 << 8 | maxPhysicalAddress();
        break;
      default:
        break;
    }
    for (Feature feature : Feature.values()) {
      if (feature.leaf == leaf && feature.subleaf == subleaf && has(feature)) {
        out[feature.register.ordinal()] |= 1 << feature.bit;
      }
    }
    return out;
  }

  /** Places and sizes are those of most processors. */
  private static void extendedState(int subleaf, int[] out) {
    switch (subleaf) {
      case 0:
        out[0] = (int) (Xcr0.X87 | Xcr0.SSE | Xcr0.AVX | Xcr0.PKRU);
        out[2] = PKRU_PLACE + 8;
        break;
      case 2:
        out[0] = 256;
        out[1] = XsaveArea.LEAST;
        break;
      case 9:
        out[0] = 8;
        out[1] = PKRU_PLACE;
        break;
      default:
        break;
    }
  }

  @Override
  public OptionalLong msr(int index) {
    return OptionalLong.empty();
  }

  @Override
  public long cr4Supported() {
    return Cr4.LAYOUT.namedBits() & ~CR4_ABSENT;
  }
}
