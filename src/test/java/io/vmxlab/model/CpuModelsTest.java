package io.vmxlab.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.cpu.Cpu;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CpuModelsTest {
  /** The columns of {@code capabilities.txt}. */
  private static final int[] CAPABILITIES = {
    0x480, 0x481, 0x482, 0x483, 0x484, 0x485, 0x489, 0x48A, 0x48B, 0x48C, 0x48D, 0x48E, 0x48F, 0x490
  };

  @ParameterizedTest
  @CsvSource({
    "penryn,       36, 48, 0x005A08000000000D",
    "sandy-bridge, 46, 48, 0x00DA040000000010",
    "haswell,      39, 48, 0x00DA040000000012",
    "skylake,      39, 48, 0x00DA040000000004",
    "skylake-sp,   46, 48, 0x00DA040000000004",
    "ice-lake-sp,  46, 57, 0x00DA050000000013",
  })
  void realValuesAreThoseOfTheDump(String name, int physical, int linear, String basic) {
    DumpedCpu model = CpuModels.named(name).real();
    assertEquals(physical, model.maxPhysicalAddress());
    assertEquals(linear, model.linearAddressWidth());
    assertEquals(OptionalLong.of(Long.decode(basic)), model.msr(Msr.IA32_VMX_BASIC.index));
  }

  static List<DumpedCpu> models() {
    return CpuModels.list();
  }

  @ParameterizedTest
  @MethodSource("models")
  void aRunShowsNoBitThatTheProcessorLacks(DumpedCpu model) {
    for (int[] at : model.leaves()) {
      int[] shown = model.cpuid(at[0], at[1]);
      int[] real = model.real().cpuid(at[0], at[1]);
      if (at[0] != 0xD) { // sizes there follow from the components that a run has
        for (int i = 0; i < 4; i++) {
          assertEquals(0, shown[i] & ~real[i], String.format("leaf %X", at[0]));
        }
      }
    }
    for (int msr : model.msrs()) {
      long shown = model.msr(msr).orElseThrow();
      assertEquals(0, shown & ~model.real().msr(msr).orElseThrow(), Integer.toHexString(msr));
    }
    assertEquals(Cpu.LINEAR_WIDTH, model.linearAddressWidth());
  }

  /** SDM Vol. 3D "VMX-Fixed Bits in CR0", "VMX-Fixed Bits in CR4". */
  @ParameterizedTest
  @MethodSource("models")
  void fixedBitsAgreeWithTheBitsThatExist(DumpedCpu model) {
    assertEquals(Cr0.PE | Cr0.NE | Cr0.PG, model.msr(Msr.IA32_VMX_CR0_FIXED0.index).orElseThrow());
    assertEquals(Cr4.VMXE, model.msr(Msr.IA32_VMX_CR4_FIXED0.index).orElseThrow());
    assertEquals(model.cr4Supported(), model.msr(Msr.IA32_VMX_CR4_FIXED1.index).orElseThrow());
    assertEquals(model.has(Feature.SMX), (model.cr4Supported() & Cr4.SMXE) != 0);
    assertEquals(model.has(Feature.PCID), (model.cr4Supported() & Cr4.PCIDE) != 0);
    if (!model.name().equals("via-isaiah")) { // reports CR4.SMAP, but not the feature
      assertEquals(model.has(Feature.SMAP), (model.cr4Supported() & Cr4.SMAP) != 0);
    }
  }

  /** SDM Vol. 3D "VMX Capability Reporting Facility": which of the MSRs exist. */
  @ParameterizedTest
  @MethodSource("models")
  void trueControlsExistIfBasicSaysSo(DumpedCpu model) {
    long basic = model.msr(Msr.IA32_VMX_BASIC.index).orElseThrow();
    boolean exist = (basic & VmxCapability.BASIC_TRUE_CONTROLS) != 0;
    assertEquals(exist, model.msr(Msr.IA32_VMX_TRUE_PINBASED_CTLS.index).isPresent());
    assertEquals(exist, model.msr(Msr.IA32_VMX_TRUE_ENTRY_CTLS.index).isPresent());
  }

  /**
   * Every processor whose capability MSRs are known is a model, or one says that it shares them.
   */
  @ParameterizedTest
  @MethodSource("known")
  void everyKnownProcessorIsRepresented(String line) {
    String[] columns = line.split("; ");
    String brand = columns[0];
    long signature = Long.parseLong(columns[1], 16);
    String[] values = columns[2].split(" ");
    List<DumpedCpu> same =
        CpuModels.list().stream()
            .filter(
                m ->
                    (m.brand().equals(brand) && m.cpuid(1, 0)[0] == signature)
                        || m.also().stream()
                            .anyMatch(a -> a.startsWith(brand + ", signature " + columns[1] + " ")))
            .map(DumpedCpu::real)
            .filter(m -> has(m, values))
            .toList();
    assertEquals(1, same.size(), line + " " + same);
  }

  private static boolean has(DumpedCpu model, String[] values) {
    for (int i = 0; i < values.length; i++) {
      OptionalLong expected =
          values[i].equals("-")
              ? OptionalLong.empty()
              : OptionalLong.of(Long.parseUnsignedLong(values[i], 16));
      if (!model.msr(CAPABILITIES[i]).equals(expected)) {
        return false;
      }
    }
    return true;
  }

  static List<String> known() throws IOException {
    try (InputStream in = CpuModelsTest.class.getResourceAsStream("capabilities.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(l -> !l.startsWith("#"))
          .toList();
    }
  }

  @Test
  void theIndexNamesEveryModelOnce() throws IOException {
    List<String> files;
    try (Stream<Path> all = Files.list(Path.of("src/main/resources/io/vmxlab/model/cpus"))) {
      files =
          all.map(f -> f.getFileName().toString())
              .filter(f -> f.endsWith(".cpu"))
              .map(f -> f.substring(0, f.length() - ".cpu".length()))
              .sorted()
              .toList();
    }
    assertEquals(files, CpuModels.names().stream().sorted().toList());
  }

  @Test
  void hiddenFeaturesAreStillTheProcessors() {
    DumpedCpu skylake = CpuModels.named("Skylake");
    assertFalse(skylake.has(Feature.AVX));
    assertTrue(skylake.real().has(Feature.AVX));
    assertTrue(skylake.has(Feature.VMX));
    assertTrue(skylake.has(Feature.SYSCALL));
  }

  @Test
  void aLeafWithoutSubleavesIgnoresEcx() {
    DumpedCpu skylake = CpuModels.named("skylake");
    assertArrayEquals(skylake.cpuid(1, 0), skylake.cpuid(1, 77));
    assertArrayEquals(new int[4], skylake.cpuid(4, 4));
    assertArrayEquals(new int[4], skylake.cpuid(0x5000_0000, 0));
    assertArrayEquals(new int[4], CpuModels.named("sandy-bridge").real().cpuid(0xD, 1));
  }

  @Test
  void unknownNameSuggestsTheNearest() {
    CpuModelException e =
        assertThrows(CpuModelException.class, () -> CpuModels.named("sandybridge"));
    assertTrue(e.getMessage().contains("did you mean \"sandy-bridge\"?"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CPUID 00000001: 0-0-0                 | my.cpu:1: expected EAX-EBX-ECX-EDX, found 3 values",
        "CPUID 1: 0-0-0-0\\nfoo bar            | my.cpu:2: unknown keyword \"foo\"; expected name, title, brand, source, also, base, others, CPUID, MSR, present or absent",
        "CPUID 1: 0-0-0-0\\nCPUID 1: 0-0-0-0   | my.cpu:2: CPUID leaf 1 subleaf 0 was given before; write [SL n]",
        "MSR 480: 12345678901234567            | my.cpu:1: expected a hexadecimal number of at most 64 bits, found \"12345678901234567\"",
        "MSR 480 5                             | my.cpu:1: expected \":\"",
        "name x                                | my.cpu: a processor model needs at least CPUID leaf 1",
        "nonsense                              | my.cpu:1: expected a keyword and its value, found \"nonsense\"",
        "present 1B E8-E7                      | my.cpu:1: \"E8-E7\" ends before it begins",
        "absent xyz                            | my.cpu:1: expected a hexadecimal number of at most 32 bits, found \"xyz\"",
        "CPUID 4 [SL 0: 0-0-0-0                | my.cpu:1: expected \"]\" after the subleaf",
      })
  void malformedTextIsNamedByLine(String text, String message) {
    CpuModelException e =
        assertThrows(
            CpuModelException.class, () -> CpuModels.parse("my.cpu", text.replace("\\n", "\n")));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aDumpCanBePastedIn() {
    DumpedCpu model =
        CpuModels.parse(
            "mine.cpu",
            "# my notebook\nname mine\nCPUID 00000001: 000506E3-00100800-7FFAFBFF-BFEBFBFF\r\n"
                + "MSR 00000480: 00DA-0400-0000-0004\n");
    assertEquals("mine", model.name());
    assertTrue(model.has(Feature.VMX));
    assertEquals(36, model.maxPhysicalAddress());
    assertTrue((model.cr4Supported() & Cr4.VMXE) != 0);
  }
}
