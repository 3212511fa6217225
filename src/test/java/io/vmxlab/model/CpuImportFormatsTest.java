package io.vmxlab.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Msr;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever tool prints the values of a processor: what is imported are those values. */
class CpuImportFormatsTest {
  static List<String> msrTools() {
    List<String> tools = new ArrayList<>();
    DumpTexts.msrTools().forEach(tools::add);
    return tools;
  }

  static List<String> leafTools() {
    List<String> tools = new ArrayList<>();
    DumpTexts.leafTools().forEach(tools::add);
    return tools;
  }

  private static DumpedCpu imported(String text) {
    CpuImport.Imported result = CpuImport.of("dump.txt", text).model();
    return CpuModels.parse("dump.txt", result.text()).real();
  }

  @ParameterizedTest
  @MethodSource("msrTools")
  void capabilities_of_every_model(String tool) {
    for (DumpedCpu cpu : CpuModels.list()) {
      String text = DumpTexts.msrs(cpu, tool);
      DumpedCpu model = imported(text);
      for (int i = Msr.IA32_VMX_BASIC.index; i <= Msr.IA32_VMX_EXIT_CTLS2.index; i++) {
        String what = tool + ", " + cpu + ", " + Integer.toHexString(i);
        assertEquals(cpu.real().msr(i), model.msr(i), what);
        assertTrue(!model.chosen(i), what);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("leafTools")
  void cpuid_of_every_model(String tool) {
    for (DumpedCpu cpu : CpuModels.list()) {
      DumpedCpu model = imported(DumpTexts.leaves(cpu, tool) + DumpTexts.msrs(cpu, "index"));
      for (int[] leaf : cpu.leaves()) {
        boolean shown =
            !tool.equals("libcpuid") && !tool.equals("freebsd")
                || leaf[1] == 0 && (leaf[0] >>> 28) % 8 == 0;
        if (shown) {
          assertArrayEquals(
              cpu.real().cpuid(leaf[0], leaf[1]),
              model.cpuid(leaf[0], leaf[1]),
              String.format("%s, %s, %X/%X", tool, cpu, leaf[0], leaf[1]));
        }
      }
    }
  }

  /** Nothing in such a dump is left unread. */
  @ParameterizedTest
  @MethodSource("msrTools")
  void no_line_is_remarked_on(String tool) {
    DumpedCpu cpu = CpuModels.named("kaby-lake");
    List<String> remarks =
        CpuImport.of("dump.txt", DumpTexts.msrs(cpu, tool)).base(cpu).model().remarks();
    assertEquals(List.of(), remarks);
  }
}
