package io.vmxlab.cpu;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A processor of no particular make that has what vmxlab models, except VMX; for tests and
 * experiments.
 */
final class PlainModel implements CpuModel {
  static final PlainModel INSTANCE = new PlainModel();

  private static final Set<Feature> ABSENT =
      EnumSet.of(
          Feature.VMX,
          Feature.SMX,
          Feature.X2APIC,
          Feature.SGX,
          Feature.SGX_LC,
          Feature.PT,
          Feature.LA57,
          Feature.CET_IBT,
          Feature.CET_SS,
          Feature.HLE,
          Feature.RTM,
          Feature.WAITPKG,
          Feature.PDCM);

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
        out[0] = subleaf == 0 ? 7 : 0;
        break;
      case 0x80000000:
        out[0] = 0x80000008;
        break;
      case 0x80000008:
        out[0] = Cpu.LINEAR_WIDTH << 8 | maxPhysicalAddress();
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

  @Override
  public OptionalLong msr(int index) {
    return OptionalLong.empty();
  }

  @Override
  public long cr4Supported() {
    return Cr4.LAYOUT.namedBits() & ~CR4_ABSENT;
  }
}
