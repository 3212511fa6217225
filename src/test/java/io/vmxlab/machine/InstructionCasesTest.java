package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small programs that ended otherwise than the manual says; the first line of each tells what. */
@DisplayName("Cases beside the manual")
class InstructionCasesTest {
  private Machine machine;

  private Run run(String name, int mode) throws IOException {
    machine = Machine.builder().firmware(Firmware.LOCKED_ON).mode(mode).build();
    try (InputStream in =
        InstructionCasesTest.class.getResourceAsStream("/io/vmxlab/cases/instructions/" + name)) {
      return machine.run(Program.file(name, in.readAllBytes()));
    }
  }

  private static String fault(Run run) {
    GuestFault fault = run.outcome().fault().orElseThrow();
    return fault.vector().orElseThrow().mnemonic() + " " + fault.rule().orElseThrow();
  }

  @Test
  @DisplayName("INT n pushes RF = 0")
  void softwareInterrupt() throws IOException {
    assertEquals(0, run("int-n-rf.asm", 64).register("rbx") & Rflags.RF);
  }

  @Test
  @DisplayName("a trap between iterations pushes RF = 1, after the last one RF = 0")
  void repeated() throws IOException {
    Run run = run("rep-single-step-rf.asm", 64);
    assertEquals(Rflags.RF, run.register("r8") & Rflags.RF);
    assertEquals(Rflags.RF, run.register("r9") & Rflags.RF);
    assertEquals(0, run.register("r10") & Rflags.RF);
    assertEquals(0, run.register("r11") & Rflags.RF);
  }

  @Test
  @DisplayName("SYSCALL with TF in IA32_FMASK: no trap at the target")
  void syscallTrapFlag() throws IOException {
    assertEquals(0, run("syscall-tf.asm", 64).register("rbx"));
  }

  @Test
  @DisplayName("SYSCALL loads SS with IA32_STAR[47:32] + 8, RPL included")
  void syscallStackSelector() throws IOException {
    run("syscall-ss.asm", 64);
    assertEquals(0x13, machine.cpu().segment(SegmentRegister.SS).selector);
    assertEquals(0x08, machine.cpu().segment(SegmentRegister.CS).selector);
  }

  @Test
  @DisplayName("SYSCALL saves RF = 0")
  void syscallResumeFlag() throws IOException {
    Run run = run("syscall-r11-rf.asm", 64);
    assertEquals(0, run.register("r11") & Rflags.RF);
    assertEquals(0, run.register("rbx") & Rflags.RF);
  }

  @Test
  @DisplayName("CLFLUSH through an execute-only segment")
  void flush() throws IOException {
    assertEquals(Outcome.Kind.COMPLETED, run("clflush-execute-only.asm", 32).kind());
  }

  @Test
  @DisplayName("real-address mode: no way past FFFFH")
  void pastTheLimit() throws IOException {
    Run run = run("real-mode-past-ffff.asm", 16);
    assertEquals("#GP code-within-limit", fault(run));
    assertEquals(0x1_0000, run.outcome().fault().orElseThrow().rip());
  }

  @Test
  @DisplayName("real-address mode: PUSHA with SP = 7 is #GP")
  void pushAll() throws IOException {
    assertEquals("#GP pusha-stack-pointer", fault(run("pusha-real-sp7.asm", 16)));
  }

  @Test
  @DisplayName("VMWRITE without a current VMCS does not read its source")
  void vmwrite() throws IOException {
    Run run = run("vmwrite-order.asm", 64);
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(Rflags.CF, machine.cpu().rflags() & Rflags.STATUS);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("fences with any r/m, and FWAIT")
  @ValueSource(strings = {"E9", "EF", "F1", "F7", "F9", "FF"})
  void fences(String modrm) throws IOException {
    assertEquals(Outcome.Kind.COMPLETED, run("fence-rm-" + modrm + ".hex", 64).kind());
    assertTrue(run("fwait.hex", 64).instructions() >= 2);
    assertEquals(Outcome.Kind.COMPLETED, run("fwait.hex", 64).kind());
  }
}
