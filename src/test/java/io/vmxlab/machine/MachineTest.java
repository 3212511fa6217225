package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.State;
import io.vmxlab.arch.Vector;
import io.vmxlab.model.CpuModels;
import io.vmxlab.platform.Objects;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.Verdict;
import io.vmxlab.vmx.VmxRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineTest {
  /** Installs a handler for a vector, in 64-bit mode: the IDT is at its documented place. */
  private static final String HANDLE =
      """
      %%macro_free:
          mov     rdi, 0x2000 + %1$d * 16
          lea     rax, [rel handler]
          mov     [rdi], ax
          shr     rax, 16
          mov     [rdi + 6], ax
          shr     rax, 16
          mov     [rdi + 8], eax
      """;

  private static String handle(int vector) {
    return HANDLE.replace("%%macro_free:\n", "").replace("%1$d", Integer.toString(vector));
  }

  private static Run run(String assembly) {
    return Machine.create().run(Program.assembly(assembly));
  }

  private static GuestFault fault(Run run) {
    assertEquals(Outcome.Kind.FAULT, run.kind(), run.outcome().toString());
    return run.outcome().fault().orElseThrow();
  }

  private static GuestFault fault(Machine machine, String assembly) {
    return fault(machine.run(Program.assembly(assembly)));
  }

  static List<String> models() {
    return CpuModels.names();
  }

  @ParameterizedTest
  @MethodSource("models")
  void beginsAsDocumented(String model) {
    Machine machine = Machine.builder().cpu(model).build();
    Run run = machine.run(Program.assembly("nop"));
    Snapshot s = run.before();
    assertEquals(Cr0.PE | Cr0.MP | Cr0.ET | Cr0.NE | Cr0.WP | Cr0.AM | Cr0.PG, s.get(State.CR0));
    assertEquals(Cr4.PAE, s.get(State.CR4));
    assertEquals(0, s.get(State.CPL));
    assertEquals(2, s.get(State.RFLAGS));
    assertEquals(0x100000, s.get(State.RIP));
    assertEquals(8, s.get(State.RSP) % 16);
    assertEquals(0, machine.get("IA32_FEATURE_CONTROL"));
    assertEquals(
        machine.get("IA32_VMX_BASIC") & 0x7FFF_FFFF,
        new java.math.BigInteger(1, reversed(machine.read(0x4000, 4))).longValue());
    assertEquals(Outcome.Kind.COMPLETED, run.kind());
    assertEquals(1, run.instructions());
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] r = new byte[bytes.length];
    for (int i = 0; i < r.length; i++) {
      r[i] = bytes[bytes.length - 1 - i];
    }
    return r;
  }

  @Test
  void returningOrRunningOffTheEndCompletes() {
    assertEquals(Outcome.Kind.COMPLETED, run("mov eax, 5\nret\nud2").kind());
    assertEquals(Outcome.Kind.COMPLETED, run("mov eax, 5").kind());
    assertEquals(Outcome.Kind.HALTED, run("hlt\nnop").kind());
    assertEquals(5, run("mov eax, 5\nret").register("rax"));
  }

  @Test
  void exitPortEndsTheRun() {
    Run run = run("mov al, 7\nout 0xF4, al\nud2");
    assertEquals(new Outcome.Completed(OptionalInt.of(7)), run.outcome());
    assertEquals(2, run.instructions());
  }

  @Test
  void outputIsHandedOnAndKept() {
    StringBuilder heard = new StringBuilder();
    Machine machine = Machine.builder().output(b -> heard.append((char) b)).build();
    Run run =
        machine.run(
            Program.assembly("mov al, 'o'\nout 0xE9, al\nmov dx, 0x3F8\nmov al, 'k'\nout dx, al"));
    assertEquals("ok", heard.toString());
    assertEquals("ok", new String(run.output(), StandardCharsets.US_ASCII));
  }

  @Test
  void faultIsRecordedAsItWasDelivered() {
    GuestFault fault = fault(run("start: mov ecx, 5\nwhere: vmxon [vmxon_pointer]"));
    assertEquals(Optional.of(Vector.UD), fault.vector());
    assertEquals("#UD", fault.title());
    assertEquals(OptionalInt.empty(), fault.errorCode());
    assertEquals(Optional.of("vmxon-cr4-vmxe"), fault.rule());
    assertEquals(Optional.of("where"), fault.code().symbol());
    assertEquals("VMXON", fault.code().mnemonic());
    assertEquals(0x100005, fault.rip());
    assertEquals(5, fault.state().get(State.RCX));
    assertTrue(fault.checks().stream().anyMatch(v -> v.result() == Verdict.Result.FAIL));
  }

  @Test
  void pageFaultNamesTheAddress() {
    GuestFault fault = fault(run("xor eax, eax\nmov dword [rax + 8], 1"));
    assertEquals("#PF(2)", fault.title());
    assertEquals(OptionalLong.of(8), fault.linearAddress());
    assertEquals(Optional.of("page-is-present"), fault.rule());
  }

  @Test
  void stackHasAGuardPage() {
    GuestFault fault = fault(run("again: push rax\njmp again"));
    assertEquals(Optional.of(Vector.DF), fault.vector());
    Outcome.Fault outcome = (Outcome.Fault) run("again: push rax\njmp again").outcome();
    assertEquals(Optional.of(Vector.PF), outcome.during().get(0).vector());
    assertEquals(OptionalLong.of(0x5FFF8), outcome.during().get(0).linearAddress());
  }

  @Test
  void exceptionsOfTheProgramsOwnHandlersAreEvents() {
    Run run =
        run(
            handle(6)
                + """
                    ud2
                    mov     eax, 77
                    ret
                handler:
                    add     qword [rsp], 2
                    iretq
                """);
    assertEquals(Outcome.Kind.COMPLETED, run.kind(), run.outcome().toString());
    assertEquals(77, run.register("rax"));
    assertEquals(1, run.events().size());
    GuestFault fault = ((Event.Delivered) run.events().get(0)).fault();
    assertEquals(Optional.of(Vector.UD), fault.vector());
  }

  @Test
  void handledExceptionsAndTheFaultThatEndsTheRunAreKeptApart() {
    Run run =
        run(
            handle(6)
                + """
                    ud2
                    xor     eax, eax
                    mov     cr0, rax
                handler:
                    add     qword [rsp], 2
                    iretq
                """);
    assertEquals(1, run.events().size());
    assertEquals("#GP(0)", fault(run).title());
  }

  @Test
  void vmFailIsAnEvent() {
    Machine machine = Machine.builder().firmware(Firmware.LOCKED_ON).set("cr4.VMXE=1").build();
    Run run =
        machine.run(
            Program.assembly(
                """
                    push    qword 0x123
                    vmxon   [rsp]
                    pop     rax
                """));
    assertEquals(Outcome.Kind.COMPLETED, run.kind(), run.outcome().toString());
    Event.VmFailed event = (Event.VmFailed) run.events().get(0);
    assertEquals(OptionalInt.empty(), event.error());
    assertEquals("VMXON", event.code().mnemonic());
    assertTrue(event.cause().isPresent());
    assertEquals(event.checks(), run.checks());
    assertEquals(1, run.register("rflags") & 1);
  }

  private static List<String> rules(String checklist) {
    return VmxRules.checklists().stream()
        .filter(c -> c.name().equals(checklist))
        .flatMap(c -> c.rules().stream())
        .map(Rule::id)
        .toList();
  }

  /** The last VMX instruction's checks, as they were before it changed anything. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "VMXON    | COMPLETED  | vmxon [vmxon_pointer]",
        "VMXOFF   | COMPLETED  | vmxon [vmxon_pointer]; vmxoff",
        "VMXON    | COMPLETED  | vmxon [vmxon_pointer]; vmxoff; vmxon [vmxon_pointer]",
        "VMXON    | COMPLETED  | vmxon [vmxon_pointer]; mov ecx, 480h; rdmsr; mov rax, cr4; mov cr4, rax",
        "VMPTRLD  | COMPLETED  | vmxon [vmxon_pointer]; vmptrld [vmcs_pointer]",
      })
  void checksThatAllPassAreReported(String instruction, Outcome.Kind outcome, String code) {
    Machine machine = Machine.builder().firmware(Firmware.LOCKED_ON).set("cr4.VMXE=1").build();
    machine.write(0x30_0000, machine.read(MemoryMap.VMXON_REGION, 4));
    String data = "\nret\nvmcs_pointer: dq 300000h";
    Run run = machine.run(Program.assembly(code.replace(';', '\n') + data));
    assertEquals(outcome, run.kind());
    assertEquals(rules(instruction), run.checks().stream().map(v -> v.rule().id()).toList());
    for (Verdict<?> v : run.checks()) {
      Verdict.Result result = v.result();
      assertTrue(result == Verdict.Result.PASS || result == Verdict.Result.NOT_APPLICABLE, v + "");
    }
    assertTrue(run.checks().stream().anyMatch(v -> v.result() == Verdict.Result.PASS));
  }

  @Test
  void aFailureBeforeASuccessIsNotTheLastChecklist() {
    Machine machine = Machine.builder().firmware(Firmware.LOCKED_ON).set("cr4.VMXE=1").build();
    Run run =
        machine.run(
            Program.assembly("vmxon [vmxon_pointer]\nvmclear [zero]\nvmxoff\nret\nzero: dq 1"));
    assertEquals(1, run.events().size());
    assertEquals(rules("VMXOFF"), run.checks().stream().map(v -> v.rule().id()).toList());
  }

  @Test
  void softwareInterruptThatNobodyHandlesIsAFault() {
    GuestFault fault = fault(run("nop\nint 0x80"));
    assertEquals("interrupt 80h", fault.title());
    assertEquals(0x100001, fault.rip());
    assertEquals(Optional.empty(), fault.rule());
    assertEquals("#BP", fault(run("nop\nint3")).title());
  }

  @Test
  void tripleFaultIsShutdown() {
    Run run = run("lidt [empty]\nud2\nempty: dw 0\n dq 0");
    assertEquals(Outcome.Kind.SHUTDOWN, run.kind());
    Outcome.Shutdown shutdown = (Outcome.Shutdown) run.outcome();
    assertEquals(Optional.of(Vector.UD), shutdown.faults().get(0).vector());
    assertTrue(shutdown.faults().size() >= 2);
  }

  @Test
  void limitEndsEndlessLoops() {
    Machine machine = Machine.builder().limit(1000).build();
    Run run = machine.run(Program.assembly("again: jmp again"));
    assertEquals(Outcome.Kind.LIMIT, run.kind());
    assertEquals(1000, run.instructions());
    assertEquals(Optional.of("again"), ((Outcome.Limit) run.outcome()).code().symbol());
  }

  @Test
  void limitEndsExceptionsWithoutEnd() {
    Machine machine = Machine.builder().limit(100_000).build();
    Run run =
        machine.run(
            Program.assembly(
                handle(6)
                    + """
                        mov     byte [0x2000 + 6 * 16 + 4], 1 ; IST 1: the stack does not run out
                    handler:
                        ud2
                    """));
    assertEquals(Outcome.Kind.LIMIT, run.kind(), run.outcome().toString());
    assertEquals(Machine.MOST_EVENTS, run.events().size());
    assertTrue(run.eventsLeftOut() > 90_000);
  }

  @Test
  void whatIsNotModelledIsNamed() {
    Run run = Machine.create().run(Program.assembly("encls"));
    assertEquals(Outcome.Kind.UNMODELLED, run.kind(), run.outcome().toString());
    assertTrue(((Outcome.Unmodelled) run.outcome()).what().contains("ENCLS"));
  }

  @Test
  void nextRunFindsWhatThePreviousLeftBehind() {
    Machine machine = Machine.create();
    machine.run(Program.assembly("mov rax, cr4\nbts rax, 13\nmov cr4, rax\nmov r15, 9"));
    Run second = machine.run(Program.assembly("mov rbx, cr4\nshr ebx, 13"));
    assertEquals(1, second.register("rbx"));
    assertEquals(9, second.register("r15"));
    assertEquals("#UD", fault(machine.run(Program.assembly("ud2"))).title());
    assertEquals(Outcome.Kind.COMPLETED, machine.run(Program.assembly("nop")).kind());
  }

  @Test
  void sameMachineAndProgramGiveTheSameRun() {
    String text = "rdrand rax\nrdtsc\nadd rax, rdx";
    Run one = Machine.builder().seed(1).build().run(Program.assembly(text));
    Run same = Machine.builder().seed(1).build().run(Program.assembly(text));
    assertEquals(List.of(), one.after().changes(same.after()));
    String random = "rdrand rax";
    assertTrue(
        Machine.builder().seed(1).build().run(Program.assembly(random)).register("rax")
            != Machine.builder().seed(2).build().run(Program.assembly(random)).register("rax"));
  }

  @Test
  void callsFunctionsByLabel() {
    Program program = Program.assembly("nop\ntwice: lea rax, [rdi * 2]\nret").call("twice");
    assertEquals(OptionalLong.of(42), Machine.create().run(program.argument(21)).returnValue());
    BadInputException e =
        assertThrows(BadInputException.class, () -> Machine.create().run(program.call("twize")));
    assertTrue(e.getMessage().contains("did you mean twice?"), e.getMessage());
  }

  @Test
  void programsMayNameTheirOwnVmxonRegion() {
    Run run = run("lea rax, [rel vmxon_region]\nret\nalign 4096\nvmxon_region: times 4096 db 0");
    assertEquals(0x101000, run.register("rax"), run.outcome().toString());
  }

  @Test
  void stopEndsTheRunFromAnotherThread() throws InterruptedException {
    Machine machine = Machine.builder().limit(Long.MAX_VALUE).build();
    List<Run> runs = new ArrayList<>();
    Thread thread = new Thread(() -> runs.add(machine.run(Program.assembly("again: jmp again"))));
    thread.start();
    while (thread.isAlive()) {
      machine.stop();
      thread.join(10);
    }
    assertEquals(Outcome.Kind.LIMIT, runs.get(0).kind());
  }

  @Test
  void listenersHearEveryStep() {
    List<String> lines = new ArrayList<>();
    Machine machine = Machine.create();
    machine.listener(
        new RunListener() {
          @Override
          public boolean wantsSteps() {
            return true;
          }

          @Override
          public void onStep(Step step) {
            lines.add(step.code().text() + " " + step.before().changes(step.after()));
          }
        });
    machine.run(Program.assembly("mov eax, 5\nnop"));
    assertEquals(List.of("mov eax, 0x5 [RAX, RIP]", "nop [RIP]", "hlt [RIP, ACTIVITY]"), lines);
  }

  @Test
  void memoryIsReachable() {
    Machine machine = Machine.create();
    machine.write(0x200000, new byte[] {1, 2, 3});
    assertArrayEquals(new byte[] {2, 3, 0}, machine.read(0x200001, 3));
    assertThrows(BadInputException.class, () -> machine.read(-1, 1));
    assertThrows(BadInputException.class, () -> machine.write(1L << 40, new byte[1]));
  }

  @Test
  void vmxonIsUndefinedInRealModeAndCompatibilityMode() {
    Machine real = Machine.builder().mode(16).set("cr4.vmxe=1").build();
    assertEquals(Optional.of("vmxon-protected-mode"), fault(real, "vmxon [0x5000]").rule());
    Machine compatibility = Machine.builder().set("cs=0x30").set("cr4.vmxe=1").build();
    assertEquals("#UD", fault(compatibility, "bits 32\nvmxon [0x5000]").title());
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 32, 16})
  void runsInEveryMode(int bits) {
    Machine machine = Machine.builder().mode(bits).build();
    assertEquals(42, machine.run(Program.assembly("mov eax, 40\nadd eax, 2\nret")).register("rax"));
    assertEquals("#UD", fault(machine, "ud2").title());
    assertEquals("#DE", fault(machine, "xor ecx, ecx\ndiv ecx").title());
    assertEquals(Outcome.Kind.COMPLETED, machine.run(Program.assembly("nop")).kind());
  }

  @Test
  void runsAtUserLevel() {
    Machine machine = Machine.builder().set("cpl=3").build();
    Run run = machine.run(Program.assembly("mov eax, cs\nand eax, 3\nret"));
    assertEquals(Outcome.Kind.COMPLETED, run.kind(), run.outcome().toString());
    assertEquals(3, run.register("rax"));
    assertEquals("#GP(0)", fault(machine, "mov rax, cr0").title());
    assertEquals(3, fault(machine, "cli").state().get(State.CPL));
    assertEquals(Outcome.Kind.COMPLETED, machine.run(Program.assembly("nop")).kind());
  }

  @Test
  void programsOfAnotherModeAreRefused() {
    byte[] object = Objects.read("small-32.o");
    BadInputException e =
        assertThrows(
            BadInputException.class,
            () -> Machine.create().run(Program.elf("small-32.o", object).call("sum")));
    assertEquals(
        "small-32.o: this is 32-bit code, the machine is in 64-bit mode; choose mode 32",
        e.getMessage());
  }

  @Test
  void assemblyMistakesNameTheirPlace() {
    BadInputException e = assertThrows(BadInputException.class, () -> run("nop\n  mov eax, ["));
    assertTrue(e.where().startsWith("assembly:2:"), e.getMessage());
  }
}
