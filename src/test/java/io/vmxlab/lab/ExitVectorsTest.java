package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.VmcsField;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every exit reason that guests can have has a vector; each other one a reason why not. */
class ExitVectorsTest {
  private static final List<TestVector> VECTORS =
      Vectors.builtIn().stream()
          .filter(v -> v.expect().outcome() == TestVector.Ending.VM_EXIT)
          .toList();

  private static final String SMM = "the dual-monitor treatment of SMIs is not modelled";
  private static final String LATER = "of processors after those that are modelled";

  // spotless:off
  private static final Map<ExitReason, String> WITHOUT = Map.ofEntries(
      Map.entry(ExitReason.START_UP_IPI,               "another processor has to send it: kvm-unit-tests do"),
      Map.entry(ExitReason.IO_SMI,                     SMM),
      Map.entry(ExitReason.OTHER_SMI,                  SMM),
      Map.entry(ExitReason.RSM,                        SMM),
      Map.entry(ExitReason.GETSEC,                     "SMX is not modelled"),
      Map.entry(ExitReason.INVALID_GUEST_STATE,        "vectors of the outcome entry-failure"),
      Map.entry(ExitReason.MACHINE_CHECK,              "a machine check comes from outside"),
      Map.entry(ExitReason.ENCLS,                      "SGX is not modelled"),
      Map.entry(ExitReason.ENCLV,                      "SGX is not modelled"),
      Map.entry(ExitReason.XSAVES,                     "no supervisor state component is modelled"),
      Map.entry(ExitReason.XRSTORS,                    "no supervisor state component is modelled"),
      Map.entry(ExitReason.PCONFIG,                    "PCONFIG is not modelled"),
      Map.entry(ExitReason.UMWAIT,                     LATER),
      Map.entry(ExitReason.TPAUSE,                     LATER),
      Map.entry(ExitReason.LOADIWKEY,                  LATER),
      Map.entry(ExitReason.ENQCMD,                     LATER),
      Map.entry(ExitReason.ENQCMDS,                    LATER),
      Map.entry(ExitReason.BUS_LOCK,                   LATER),
      Map.entry(ExitReason.INSTRUCTION_TIMEOUT,        LATER),
      Map.entry(ExitReason.SEAMCALL,                   LATER),
      Map.entry(ExitReason.TDCALL,                     LATER),
      Map.entry(ExitReason.RDMSRLIST,                  LATER),
      Map.entry(ExitReason.WRMSRLIST,                  LATER));
  // spotless:on

  @ParameterizedTest
  @EnumSource(ExitReason.class)
  void everyReasonHasAVector(ExitReason reason) {
    boolean found =
        VECTORS.stream()
            .anyMatch(v -> v.expect().vmcs().get(VmcsField.EXIT_REASON) == reason.field());
    assertEquals(WITHOUT.containsKey(reason), !found, WITHOUT.getOrDefault(reason, reason.title));
  }

  @Test
  void everyVectorNamesItsReasonAndSaysWhatTheExitReports() {
    assertFalse(VECTORS.isEmpty());
    for (TestVector v : VECTORS) {
      long field = v.expect().vmcs().get(VmcsField.EXIT_REASON);
      ExitReason reason = ExitReason.of(field).orElseThrow();
      assertEquals(reason.field(), field, v.id());
      assertEquals(reason.id(), v.rule(), v.id());
      assertEquals(Sdm.BASIC_VM_EXIT_INFORMATION.cite(), v.citation(), v.id());
      boolean instruction = reason.kind == ExitReason.Kind.INSTRUCTION;
      assertTrue(
          !instruction || v.expect().vmcs().containsKey(VmcsField.VM_EXIT_INSTRUCTION_LENGTH),
          v.id());
    }
  }
}
