package io.vmxlab.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a processor reports in several places agrees. SDM Vol. 3D "VMX Capability Reporting
 * Facility", Vol. 3C "Secondary Processor-Based VM-Execution Controls".
 */
class CpuDependenciesTest {
  /** Controls without which the feature's instructions are #UD in VMX non-root operation. */
  private static final Map<Feature, Integer> ENABLED_IN_PROCBASED_CTLS2 = new LinkedHashMap<>();

  /** Features and the bit of CR4 that comes with each. */
  private static final Map<Feature, Long> IN_CR4 = new LinkedHashMap<>();

  static {
    ENABLED_IN_PROCBASED_CTLS2.put(Feature.RDTSCP, 3);
    ENABLED_IN_PROCBASED_CTLS2.put(Feature.INVPCID, 12);
    ENABLED_IN_PROCBASED_CTLS2.put(Feature.XSAVES, 20);
    ENABLED_IN_PROCBASED_CTLS2.put(Feature.WAITPKG, 26);
    ENABLED_IN_PROCBASED_CTLS2.put(Feature.PCONFIG, 27);
    IN_CR4.put(Feature.UMIP, Cr4.UMIP);
    IN_CR4.put(Feature.LA57, Cr4.LA57);
    IN_CR4.put(Feature.SMX, Cr4.SMXE);
    IN_CR4.put(Feature.FSGSBASE, Cr4.FSGSBASE);
    IN_CR4.put(Feature.PCID, Cr4.PCIDE);
    IN_CR4.put(Feature.XSAVE, Cr4.OSXSAVE);
    IN_CR4.put(Feature.KL, Cr4.KL);
    IN_CR4.put(Feature.SMEP, Cr4.SMEP);
    IN_CR4.put(Feature.PKU, Cr4.PKE);
    IN_CR4.put(Feature.CET_SS, Cr4.CET);
    IN_CR4.put(Feature.UINTR, Cr4.UINTR);
  }

  static List<DumpedCpu> models() {
    return CpuModels.list();
  }

  private static boolean bit(DumpedCpu model, Msr msr, int bit) {
    return (model.msr(msr.index).orElse(0) >>> bit & 1) != 0;
  }

  @ParameterizedTest
  @MethodSource("models")
  void allOfAModelWasReadOnOneProcessor(DumpedCpu model) {
    assertTrue(model.base().isEmpty());
    assertTrue(model.source().startsWith("InstLatx64 "), model.source());
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatCpuidShowsCanBeEnabledForGuests(DumpedCpu model) {
    ENABLED_IN_PROCBASED_CTLS2.forEach(
        (feature, control) ->
            assertEquals(
                model.real().has(feature) && bit(model, Msr.IA32_VMX_PROCBASED_CTLS, 63),
                bit(model.real(), Msr.IA32_VMX_PROCBASED_CTLS2, Integer.SIZE + control),
                model + " " + feature));
  }

  /** MISC[14] is 0 on processors whose Intel PT cannot be used in VMX operation. */
  @ParameterizedTest
  @MethodSource("models")
  void processorTraceInVmxOperationNeedsProcessorTrace(DumpedCpu model) {
    assertTrue(model.real().has(Feature.PT) || !bit(model.real(), Msr.IA32_VMX_MISC, 14));
  }

  @ParameterizedTest
  @MethodSource("models")
  void bitsOfCr4ComeWithTheirFeatures(DumpedCpu model) {
    IN_CR4.forEach(
        (feature, bits) ->
            assertEquals(
                model.real().has(feature),
                (model.real().cr4Supported() & bits) != 0,
                model + " " + feature));
  }
}
