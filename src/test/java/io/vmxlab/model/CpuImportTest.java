package io.vmxlab.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.VmxCapability;
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
    return imported(name, dump(name), base);
  }

  private static DumpedCpu imported(String file, String text, DumpedCpu base) {
    CpuImport in = CpuImport.of(file, text).named("mine");
    if (base != null) {
      in.base(base);
    }
    return CpuModels.parse(file, in.model().text()).real();
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

  /** Other MSRs of a dump have no value in a model, but they are there. */
  @Test
  void otherMsrsArePresent() {
    String text =
        "MSR 0000001B: 0000-0000-FEE0-0900\nMSR 00000010: 0000-0000-0000-0001\n"
            + "MSR 00000011: 0000-0000-0000-0001\nMSR C0000080: 0000-0000-0000-0D01\n"
            + "MSR 0000003A: < FAILED >\nMSR 00000481: 0000-007F-0000-0016\n";
    String model = CpuImport.of("x", text).model().text();
    assertTrue(model.endsWith("\npresent 10-11 1B C0000080\n"), model);
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
    DumpedCpu model = imported("x", old, OTHER);
    sameMsrs(model, 0x481, 0x484);
    sameMsrs(model, 0x48B, 0x48B);
    sameMsrs(model, 0x48D, 0x490);
    long trueControls = VmxCapability.BASIC_TRUE_CONTROLS;
    assertEquals(
        OTHER.real().msr(0x480).orElseThrow() | trueControls, model.msr(0x480).orElseThrow());
  }

  @Test
  void tertiaryControlsOfVmxcap() throws IOException {
    String announced =
        dump("vmxcap.txt")
            .replace(
                "Activate tertiary controls               no",
                "Activate tertiary controls               yes");
    String more = announced + "tertiary processor-based controls\n  Enable IPI virtualization   ";
    assertEquals(OptionalLong.empty(), tertiary(more + "no\n"));
    assertEquals(OptionalLong.of(1 << 4), tertiary(more + "yes\n"));
  }

  private static OptionalLong tertiary(String text) {
    return imported("x", text, OTHER).msr(0x492);
  }

  @Test
  void onlyTheFirstProcessorCounts() {
    String one = "CPUID 00000000: 0000000D-756E6547-6C65746E-49656E69\n";
    String leaf1 = "CPUID 00000001: 000306A9-00100800-7FBAE3FF-BFEBFBFF\n";
    String cache = "CPUID 00000004: 1C004121-01C0003F-0000003F-00000000\n";
    String text = one + leaf1 + cache + one + leaf1.replace("0010", "0110") + cache;
    DumpedCpu model = imported("x", text, null);
    assertEquals(0x00100800, model.cpuid(1, 0)[1]);
    assertEquals(0, model.cpuid(4, 1)[0]);
  }

  @Test
  void wordsThatOnlyResembleNamesAreNoMsrs() {
    assertThrows(
        CpuModelException.class, () -> imported("x", "misc 10\nBASIC = 5\nvmcs_enum 2\n", OTHER));
  }

  @Test
  void leavesWithoutSubleafNumbersAreCounted() {
    String text =
        "CPUID 00000001: 000306A9-00100800-7FBAE3FF-BFEBFBFF\n"
            + "CPUID 00000004: 1C004121-01C0003F-0000003F-00000000\n"
            + "CPUID 00000004: 1C004122-01C0003F-0000003F-00000000\n"
            + "CPUID 0000000D: 00000007-00000340-00000340-00000000\n"
            + "CPUID 0000000D: 00000100-00000240-00000000-00000000\n";
    DumpedCpu model = imported("x", text, null);
    assertEquals(0x1C004122, model.cpuid(4, 1)[0]);
    assertEquals(256, model.cpuid(0xD, 2)[0]);
    assertEquals(0, model.cpuid(0xD, 1)[0]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "hello world           | notes.txt: no line says anything of a processor in the form of rdmsr, cpuid -r, AIDA64, InstLatx64, VirtualBox, vmxcap, libcpuid, FreeBSD's cpuid and cpucontrol, /proc/cpuinfo, or a table of MSRs",
        "0x480: 0xda04         | notes.txt:1: no processor has these values: IA32_VMX_BASIC is DA04: a region has 1 to 4096 bytes (bits 44:32)",
        "0x481: 0x3f00000000   | notes.txt:1: no processor has these values: IA32_VMX_PINBASED_CTLS is 3F00000000: every control of the default1 class (16) is 1 there",
      })
  void whatIsWrongIsSaid(String text, String message) {
    refused(text, message);
  }

  private static void refused(String text, String message) {
    CpuModelException e =
        assertThrows(
            CpuModelException.class, () -> CpuImport.of("notes.txt", text).named("mine").model());
    assertEquals(message, e.getMessage());
  }
}
