package io.vmxlab.machine;

import io.vmxlab.platform.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a program is, a run has an outcome, or {@link BadInputException} says why not. */
class DamagedProgramTest {
  private static final int PROGRAMS = 1500;
  private static final int LIMIT = 2000;

  private static void run(Machine machine, Program program) {
    try {
      machine.run(program).outcome().kind();
    } catch (BadInputException refused) {
      // what the library documents
    }
  }

  private static Program program(String name, byte[] file) {
    Program program = Program.file(name, file);
    return program.form() == Program.Form.ELF_OBJECT
        ? program.call("enter_vmx_operation")
        : program;
  }

  @ParameterizedTest
  @ValueSource(strings = {"matrix-O0.o", "matrix-O2-no-pic.o", "start-64.elf"})
  void changedFilesRunOrAreRefused(String name) {
    byte[] original = Objects.read(name);
    Random random = new Random(1);
    for (int i = 0; i < PROGRAMS; i++) {
      byte[] file = original.clone();
      for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
        file[random.nextInt(file.length)] = (byte) random.nextInt();
      }
      Machine machine = Machine.builder().memory("16M").limit(LIMIT).build();
      try {
        run(machine, program(name, file));
      } catch (BadInputException refused) {
        // its form was not recognised
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 32, 16})
  void randomBytesRun(int bits) {
    Random random = new Random(bits);
    for (int i = 0; i < PROGRAMS; i++) {
      byte[] code = new byte[64];
      random.nextBytes(code);
      Machine machine = Machine.builder().memory("2M").mode(bits).limit(LIMIT).build();
      run(machine, Program.flat(code));
    }
  }

  @Test
  void oneMachineRunsWhateverComes() {
    Random random = new Random(3);
    Machine machine = Machine.builder().memory("2M").limit(LIMIT).build();
    for (int i = 0; i < PROGRAMS; i++) {
      byte[] code = new byte[32];
      random.nextBytes(code);
      run(machine, Program.flat(code));
    }
  }
}
