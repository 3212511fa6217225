package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.State;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Gcc;
import io.vmxlab.machine.GuestFaultException;
import io.vmxlab.machine.Intrinsics;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MemoryMap;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.model.CpuModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sequence is the same in assembly, in Java and in C. */
class SequenceTest {
  private static final Path EXAMPLES = Path.of("docs/examples");

  @TempDir static Path folder;

  /** How a run ended: a return value or the rule of a fault, and the state that counts. */
  private record End(String result, String vmx, long cr0, long cr4, long featureControl) {
    /** OSFXSR and OSXMMEXCPT, which compiled functions of 64-bit code begin with. */
    private static final long PROMISED = 0x600;

    static End of(String result, Machine m) {
      long cr4 = m.get(State.CR4) & ~PROMISED;
      return new End(result, m.vmx().id(), m.get(State.CR0), cr4, m.get("IA32_FEATURE_CONTROL"));
    }
  }

  private static Machine machine(String cpu, Firmware firmware) {
    return Machine.builder().cpu(cpu).firmware(firmware).build();
  }

  private static End program(Program program, String cpu, Firmware firmware, Sequence s) {
    Machine m = machine(cpu, firmware);
    Run run = m.run(program);
    String returned = s.results().isEmpty() ? "0" : "" + (int) run.returnValue().orElse(-1);
    return End.of(run.outcome().fault().flatMap(f -> f.rule()).orElse(returned), m);
  }

  private static End routine(Sequence s, String cpu, Firmware firmware) {
    Machine m = machine(cpu, firmware);
    try {
      return End.of("" + Routines.run(s, new Intrinsics(m)), m);
    } catch (GuestFaultException e) {
      return End.of(e.fault().rule().orElse(""), m);
    }
  }

  /** What firmware can leave on a processor. */
  private static List<Firmware> possible(String cpu) {
    boolean smx = CpuModels.named(cpu).has(Feature.SMX);
    return Stream.of(Firmware.values()).filter(f -> smx || f != Firmware.LOCKED_SMX_ONLY).toList();
  }

  @TestFactory
  Stream<DynamicTest> javaDoesWhatAssemblyDoes() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Sequence s : Sequence.values()) {
      for (String cpu : CpuModels.names()) {
        for (Firmware f : possible(cpu)) {
          tests.add(
              DynamicTest.dynamicTest(
                  s.id() + " on " + cpu + ", " + f.id(),
                  () -> assertEquals(program(s.program(), cpu, f, s), routine(s, cpu, f))));
        }
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> cDoesWhatAssemblyDoes() throws IOException, InterruptedException {
    assumeTrue(Gcc.installed(), "no gcc for x86-64");
    List<DynamicTest> tests = new ArrayList<>();
    for (Sequence s : Sequence.values()) {
      for (String level : List.of("-O0", "-O2", "-Os")) {
        tests.add(DynamicTest.dynamicTest(s.id() + " " + level, () -> compiled(s, level)));
      }
    }
    return tests.stream();
  }

  private static void compiled(Sequence s, String level) throws Exception {
    Path object = folder.resolve(s.id() + level + ".o");
    Gcc.compile(EXAMPLES.resolve(s.id() + ".c"), object, EXAMPLES, List.of(level));
    Program program = Program.elf(s.id(), Files.readAllBytes(object)).call(s.function());
    for (Firmware f : Firmware.values()) {
      assertEquals(
          program(s.program(), "skylake", f, s), program(program, "skylake", f, s), f.id());
    }
  }

  @ParameterizedTest
  @EnumSource(Sequence.class)
  void builtWhatTheTextSays(Sequence s) throws IOException {
    assertEquals(Files.readString(EXAMPLES.resolve(s.id() + ".asm")), s.assembly());
    Program text = Program.assembly(s.id(), s.assembly()).call(s.function());
    Machine fromText = machine("skylake", Firmware.UNLOCKED);
    fromText.run(text);
    Machine fromBuild = machine("skylake", Firmware.UNLOCKED);
    fromBuild.run(s.program());
    long begin = MemoryMap.PROGRAM;
    assertArrayEquals(fromText.read(begin, 0x2000), fromBuild.read(begin, 0x2000));
  }
}
