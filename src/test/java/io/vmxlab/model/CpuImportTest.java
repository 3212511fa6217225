package io.vmxlab.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code dumps} are what tools print on the processor of the model kaby-lake. */
class CpuImportTest {
  private static final DumpedCpu KABY_LAKE = CpuModels.named("kaby-lake");
  private static final DumpedCpu OTHER = CpuModels.named("penryn");

  private static String dump(String name) throws IOException {
    try (InputStream in = CpuImportTest.class.getResourceAsStream("dumps/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static DumpedCpu imported(String name, DumpedCpu base) throws IOException {
    return CpuModels.parse(name, CpuImport.model(name, dump(name), "mine", base)).real();
  }

  private static void sameMsrs(DumpedCpu model, int first, int last) {
    for (int i = first; i <= last; i++) {
      assertEquals(KABY_LAKE.real().msr(i), model.msr(i), Integer.toHexString(i));
    }
  }

  private static void sameLeaves(DumpedCpu model) {
    for (int[] leaf : KABY_LAKE.leaves()) {
      assertArrayEquals(
          KABY_LAKE.real().cpuid(leaf[0], leaf[1]),
          model.cpuid(leaf[0], leaf[1]),
          Integer.toHexString(leaf[0]));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rdmsr.txt", "rdmsr-commands.txt", "table.txt", "aida64.txt", "virtualbox.log"})
  void capabilities(String file) throws IOException {
    sameMsrs(imported(file, OTHER), 0x480, 0x490);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpuid-r.txt", "aida64.txt", "virtualbox.log"})
  void cpuid(String file) throws IOException {
    DumpedCpu model = imported(file, null);
    sameLeaves(model);
    assertEquals(KABY_LAKE.brand(), model.brand());
  }

  /** The script shows neither the CR0 and CR4 MSRs nor IA32_VMX_VMCS_ENUM. */
  @Test
  void vmxcap() throws IOException {
    DumpedCpu model = imported("vmxcap.txt", OTHER);
    sameMsrs(model, 0x480, 0x485);
    sameMsrs(model, 0x48B, 0x491);
    assertEquals(OTHER.real().msr(0x48A), model.msr(0x48A));
    assertTrue(model.chosen(0x48A));
    assertEquals("penryn", model.base().orElseThrow());
  }

  /** Older scripts print no value in hexadecimal. */
  @Test
  void oldVmxcap() throws IOException {
    String old = dump("vmxcap.txt").replaceAll("  Hex: .*\n", "");
    DumpedCpu model = CpuModels.parse("x", CpuImport.model("x", old, "x", OTHER)).real();
    sameMsrs(model, 0x481, 0x484);
    sameMsrs(model, 0x48B, 0x48B);
    sameMsrs(model, 0x48D, 0x490);
    assertEquals(OTHER.real().msr(0x480), model.msr(0x480));
  }

  @Test
  void tertiaryControlsOfVmxcap() throws IOException {
    String more =
        dump("vmxcap.txt") + "tertiary processor-based controls\n  Enable IPI virtualization   ";
    assertEquals(OptionalLong.empty(), tertiary(more + "no\n"));
    assertEquals(OptionalLong.of(1 << 4), tertiary(more + "yes\n"));
  }

  private static OptionalLong tertiary(String text) {
    return CpuModels.parse("x", CpuImport.model("x", text, "x", OTHER)).real().msr(0x492);
  }

  @Test
  void onlyTheFirstProcessorCounts() {
    String one = "CPUID 00000000: 0000000D-756E6547-6C65746E-49656E69\n";
    String leaf1 = "CPUID 00000001: 000306A9-00100800-7FBAE3FF-BFEBFBFF\n";
    String cache = "CPUID 00000004: 1C004121-01C0003F-0000003F-00000000\n";
    String text = one + leaf1 + cache + one + leaf1.replace("0010", "0110") + cache;
    DumpedCpu model = CpuModels.parse("x", CpuImport.model("x", text, "x", null)).real();
    assertEquals(0x00100800, model.cpuid(1, 0)[1]);
    assertEquals(0, model.cpuid(4, 1)[0]);
  }

  @Test
  void wordsThatOnlyResembleNamesAreNoMsrs() {
    assertThrows(
        CpuModelException.class,
        () -> CpuImport.model("x", "misc 10\nBASIC = 5\nvmcs_enum 2\n", "x", OTHER));
  }

  @Test
  void leavesWithoutSubleafNumbersAreCounted() {
    String text =
        "CPUID 00000001: 000306A9-00100800-7FBAE3FF-BFEBFBFF\n"
            + "CPUID 00000004: 1C004121-01C0003F-0000003F-00000000\n"
            + "CPUID 00000004: 1C004122-01C0003F-0000003F-00000000\n"
            + "CPUID 0000000D: 00000007-00000340-00000340-00000000\n"
            + "CPUID 0000000D: 00000100-00000240-00000000-00000000\n";
    DumpedCpu model = CpuModels.parse("x", CpuImport.model("x", text, "x", null)).real();
    assertEquals(0x1C004122, model.cpuid(4, 1)[0]);
    assertEquals(256, model.cpuid(0xD, 2)[0]);
    assertEquals(0, model.cpuid(0xD, 1)[0]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello world   | notes.txt: no line is a CPUID leaf or a VMX capability MSR in the form of rdmsr, cpuid -r, AIDA64, VirtualBox, vmxcap or a table",
        "0x480: 0xda04 | notes.txt: the dump has no CPUID leaf 1; give --base MODEL to take CPUID from a model",
      })
  void whatIsMissingIsSaid(String text, String message) {
    CpuModelException e =
        assertThrows(
            CpuModelException.class, () -> CpuImport.model("notes.txt", text, "mine", null));
    assertEquals(message, e.getMessage());
  }
}
