package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/examples/vmxlab.h}. */
class IntrinsicsHeaderTest {
  private static final Path EXAMPLES = Path.of("docs/examples");
  private static final List<String> STRICT = List.of("-O2", "-Wall", "-Wextra", "-Werror");

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

  @TempDir Path folder;

  private Path compile(String text) throws Exception {
    Path source = Files.writeString(folder.resolve("all.c"), text);
    Path object = folder.resolve("all.o");
    assumeTrue(Gcc.compile(source, object, EXAMPLES, STRICT), "no gcc");
    return object;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "#include <cpuid.h>\n", "#include <cpuid.h>\n#include <stdint.h>\n"})
  void compilesWithoutAWarning(String before) throws Exception {
    compile(before + ALL);
  }

  /** 0 success, 1 failed with a status, 2 failed without. */
  @ParameterizedTest
  @CsvSource({
    "without_vmcs,     2",
    "resume,           2",
    "twice,            2",
    "clear,            0",
    "clear_region,     2",
    "current,          0",
    "fail_with_status, 1",
    "left,             0",
    "has_vmx,          1",
  })
  void results(String function, int result) throws Exception {
    Program program = Program.elf("all.o", Files.readAllBytes(compile(ALL)));
    Machine machine = Machine.builder().firmware(Firmware.LOCKED_ON).build();
    Run run = machine.run(program.call(function));
    assertEquals(Outcome.Kind.COMPLETED, run.kind(), run.outcome().toString());
    assertEquals(result, (int) run.returnValue().orElse(-9));
  }

  @Test
  void readsWhatTheProcessorHolds() throws Exception {
    Program program =
        Program.elf(
            "all.o",
            Files.readAllBytes(
                compile("#include \"vmxlab.h\"\nu64 cr4(void) { return __readcr4(); }\n")));
    Machine machine = Machine.builder().set("cr4.VMXE", "1").build();
    assertEquals(OptionalLong.of(0x2020), machine.run(program.call("cr4")).returnValue());
  }
}
