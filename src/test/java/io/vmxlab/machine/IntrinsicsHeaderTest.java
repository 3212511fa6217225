package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/examples/vmxlab.h}. */
class IntrinsicsHeaderTest {
  private static final Path EXAMPLES = Path.of("docs/examples");

  private static final String ALL =
      """
      #include "vmxlab.h"
      static u64 region[512] __attribute__((aligned(4096)));
      static u64 vmcs[512] __attribute__((aligned(4096)));

      static int enter(void) {
          u64 physical = (u64)region;
          region[0] = vmcs[0] = (u32)__readmsr(IA32_VMX_BASIC) & 0x7FFFFFFF;
          __writecr4(__readcr4() | CR4_VMXE);
          return __vmx_on(&physical);
      }
      int without_vmcs(void) { return enter() == 0 ? __vmx_vmlaunch() : -1; }
      int resume(void) { return enter() == 0 ? __vmx_vmresume() : -1; }
      int twice(void) { return enter() == 0 ? enter() : -1; }
      int clear(void) {
          u64 physical = (u64)vmcs;
          return enter() == 0 ? __vmx_vmclear(&physical) : -1;
      }
      int clear_region(void) {
          u64 physical = (u64)region;
          return enter() == 0 ? __vmx_vmclear(&physical) : -1;
      }
      int current(void) {
          u64 physical = (u64)vmcs, found = 0;
          if (enter() != 0 || __vmx_vmclear(&physical) != 0) {
              return -1;
          }
          int result = __vmx_vmptrld(&physical);
          __vmx_vmptrst(&found);
          return found == physical ? result : -2;
      }
      int fail_with_status(void) {
          u64 physical = (u64)vmcs, own = (u64)region;
          if (enter() != 0 || __vmx_vmclear(&physical) != 0 || __vmx_vmptrld(&physical) != 0) {
              return -1;
          }
          return __vmx_vmclear(&own);
      }
      int left(void) { return enter() == 0 ? __vmx_off() : -1; }
      int has_vmx(void) {
          int leaf[4];
          __cpuid(leaf, 1);
          return (leaf[2] & CPUID_1_ECX_VMX) != 0;
      }
      unsigned char fields(u64 *value) { return __vmx_vmwrite(0x6800, 1) | __vmx_vmread(0x4400, value); }
      u64 others(int leaf[4]) {
          __cpuidex(leaf, 7, 0);
          __writecr0(__readcr0());
          __writecr3(__readcr3());
          __writecr8(__readcr8());
          __writemsr(IA32_FEATURE_CONTROL, FEATURE_CONTROL_LOCK);
          return __readcr2();
      }
      """;

  private static final String MOVES =
      """
      #include "vmxlab.h"
      static u64 region[512] __attribute__((aligned(4096)));
      static u64 vmcs[512] __attribute__((aligned(4096)));
      u64 read_cr0(void) { return __readcr0(); }
      u64 read_cr2(void) { return __readcr2(); }
      u64 read_cr3(void) { return __readcr3(); }
      u64 read_cr4(void) { return __readcr4(); }
      u64 read_cr8(void) { return __readcr8(); }
      void write_cr0(u64 v) { __writecr0(v); }
      void write_cr3(u64 v) { __writecr3(v); }
      void write_cr4(u64 v) { __writecr4(v); }
      void write_cr8(u64 v) { __writecr8(v); }

      static int current(void) {
          u64 own = (u64)region, other = (u64)vmcs;
          region[0] = vmcs[0] = (u32)__readmsr(IA32_VMX_BASIC) & 0x7FFFFFFF;
          __writecr4(__readcr4() | CR4_VMXE);
          return __vmx_on(&own) + __vmx_vmclear(&other) + __vmx_vmptrld(&other);
      }
      u64 field(u64 written) {
          u64 value = 0;
          if (current() != 0 || __vmx_vmwrite(0x681E, written) != 0 || __vmx_vmread(0x681E, &value) != 0) {
              return 0;
          }
          return value;
      }
      """;

  private static final List<String> LEVELS = List.of("-O0", "-O1", "-O2", "-O3", "-Os");

  private static final List<String> DIALECTS = List.of("-masm=att", "-masm=intel");
  private static final List<String> LANGUAGES = List.of("c", "cpp");

  @TempDir Path folder;

  private byte[] compile(String language, String text, List<String> options) throws Exception {
    Path source = Files.writeString(folder.resolve("all." + language), text);
    Path object = folder.resolve("all.o");
    List<String> all = new ArrayList<>(List.of("-Wall", "-Wextra", "-Werror"));
    all.addAll(options);
    assumeTrue(Gcc.compile(source, object, EXAMPLES, all), "no compiler");
    return Files.readAllBytes(object);
  }

  private static String extern(String language, String text) {
    return language.equals("c") ? text : "extern \"C\" {\n" + text + "}\n";
  }

  static Stream<Arguments> matrix() {
    return LANGUAGES.stream()
        .flatMap(
            language ->
                DIALECTS.stream()
                    .flatMap(d -> LEVELS.stream().map(l -> Arguments.of(language, d, l))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "#include <cpuid.h>\n", "#include <cpuid.h>\n#include <stdint.h>\n"})
  void compilesBehindOtherHeaders(String before) throws Exception {
    for (String language : LANGUAGES) {
      for (String dialect : DIALECTS) {
        compile(language, before + extern(language, ALL), List.of("-O2", dialect));
      }
    }
  }

  /** 0 success, 1 failed with a status, 2 failed without. */
  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("matrix")
  void results(String language, String dialect, String level) throws Exception {
    byte[] object = compile(language, extern(language, ALL), List.of(dialect, level));
    Map<String, Integer> expected =
        Map.of(
            "without_vmcs", 2,
            "resume", 2,
            "twice", 2,
            "clear", 0,
            "clear_region", 2,
            "current", 0,
            "fail_with_status", 1,
            "left", 0,
            "has_vmx", 1);
    Program program = Program.elf("all.o", object);
    for (Map.Entry<String, Integer> e : expected.entrySet()) {
      Machine machine = Machine.builder().firmware(Firmware.LOCKED_ON).build();
      Run run = machine.run(program.call(e.getKey()));
      assertEquals(Outcome.Kind.COMPLETED, run.kind(), e.getKey() + " " + run.outcome());
      assertEquals(e.getValue(), (int) run.returnValue().orElse(-9), e.getKey());
    }
  }

  /**
   * Every intrinsic that has two operands, with its operands in the right order: what is read
   * arrives, what is written has arrived, and nothing else changes.
   */
  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("matrix")
  void operandsStandInTheRightOrder(String language, String dialect, String level)
      throws Exception {
    byte[] object = compile(language, extern(language, MOVES), List.of(dialect, level));
    Program program = Program.elf("all.o", object);
    for (String register : List.of("cr0", "cr2", "cr3", "cr4", "cr8")) {
      Machine machine = marked();
      long expected = machine.get(register);
      Run run = machine.run(program.call("read_" + register));
      assertEquals(OptionalLong.of(expected), run.returnValue(), register);
      assertEquals(expected, machine.get(register), register);
    }
    for (String register : List.of("cr0", "cr3", "cr4", "cr8")) {
      Machine machine = marked();
      long value = register.equals("cr8") ? 9 : machine.get(register) ^ CHANGED.get(register);
      machine.run(program.call("write_" + register).argument(value));
      assertEquals(value, machine.get(register), register);
    }
    Machine machine = Machine.builder().firmware(Firmware.LOCKED_ON).build();
    Run run = machine.run(program.call("field").argument(0x1234));
    assertEquals(OptionalLong.of(0x1234), run.returnValue(), "VMWRITE and VMREAD");
  }

  private static final Map<String, Long> CHANGED =
      Map.of("cr0", 8L /* TS */, "cr3", 0x18L /* PCD PWT */, "cr4", 4L /* TSD */);

  /** Functions of 64-bit code begin with OSFXSR and OSXMMEXCPT set. */
  private static Machine marked() {
    return Machine.builder().set("cr2", "0x1234").set("cr4", "0x2620").set("cr8", "5").build();
  }

  /** In 32-bit code a register is 32 bits wide. */
  @ParameterizedTest
  @ValueSource(strings = {"-masm=att", "-masm=intel"})
  void in32BitCode(String dialect) throws Exception {
    String text =
        "#include \"vmxlab.h\"\n"
            + "u64 get(void) { return __readcr4(); }\n"
            + "void set(void) { __writecr4(__readcr4() | CR4_VMXE); }\n"
            + "u64 msr(u32 index) { return __readmsr(index); }\n"
            + "int field(void) { vmxlab_word v = 0; return __vmx_vmread(0x681E, &v); }\n";
    for (String level : LEVELS) {
      byte[] object = compile("c", text, List.of("-m32", level, dialect));
      Program program = Program.elf("all.o", object);
      Machine machine = Machine.builder().mode(32).set("cr4.TSD", "1").build();
      Run run = machine.run(program.call("get"));
      assertEquals(OptionalLong.of(4), run.returnValue());
      assertEquals(0, run.get(State.RDX));
      machine.run(program.call("set"));
      assertEquals(0x2004, machine.get("cr4"));
      run = machine.run(program.call("msr").argument(0xFE));
      assertEquals(machine.get(Msr.IA32_MTRRCAP) & 0xFFFF_FFFFL, run.returnValue().orElse(-1));
    }
  }

  /** The public case: the shipped header under {@code -masm=intel}. */
  @Test
  void readsWhatTheProcessorHolds() throws Exception {
    String text;
    try (var in = getClass().getResourceAsStream("/io/vmxlab/cases/intel-header.c")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (String dialect : DIALECTS) {
      Program program = Program.elf("all.o", compile("c", text, List.of("-O2", dialect)));
      Machine machine = Machine.builder().set("cr4.VMXE", "1").build();
      assertEquals(OptionalLong.of(0x2620), machine.run(program.call("f")).returnValue());
    }
  }
}
