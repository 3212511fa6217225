package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.EngineChoice;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFLAGS of a guest whose access leads to a VM exit")
class ExitFlagsTest {
  /** EPT paging structures: a GByte that is mapped to itself, one that is absent, one of writes. */
  private static final String TABLES =
      """
      mov     rax, 231007h
      mov     [230000h], rax
      mov     eax, 0B7h
      mov     [231000h], rax
      mov     eax, 0B2h
      mov     [231010h], rax
      """;

  private static final long EPT = 1L << 1;
  private static final long ACTIVATE_SECONDARY = 1L << 31;

  /**
   * Each round has other flags before its access. The host, whose registers are the guest's, adds
   * them up in R14 and skips the access.
   */
  private static final String PROGRAM =
      TABLES
          + VmcsPrelude.text(
              Long.SIZE,
              Map.of(
                  VmcsField.PRIMARY_CONTROLS,
                  ACTIVATE_SECONDARY,
                  VmcsField.SECONDARY_CONTROLS,
                  EPT,
                  VmcsField.EPT_POINTER,
                  0x23_001EL))
          + """
          mov     rax, cr4
          or      eax, 600h
          mov     ecx, 6804h              ; guest CR4
          vmwrite rcx, rax
          lea     rax, [rel guest]
          mov     ecx, 681Eh              ; guest RIP
          vmwrite rcx, rax
          lea     rax, [rel host]
          mov     ecx, 6C16h              ; host RIP
          vmwrite rcx, rax
          xor     ebx, ebx
          mov     r14d, 1
          mov     r15d, 3000
          vmlaunch
          hlt
      host:
          mov     ecx, 4402h              ; exit reason
          vmread  rax, rcx
          cmp     eax, %3$d
          jne     program_exit
          mov     ecx, 6820h              ; guest RFLAGS
          vmread  r13, rcx
          imul    r14, r14, 31
          add     r14, r13
          mov     ecx, 440Ch              ; length of the instruction
          vmread  rdx, rcx
          mov     ecx, 681Eh
          vmread  rax, rcx
          add     rax, rdx
          vmwrite rcx, rax
          dec     r15d
          jz      program_exit
          vmresume
          hlt
      guest:
          mov     rsi, %2$s
          mov     r8, rsp
      again:
          add     ebx, 13h
          mov     edi, ebx
          and     edi, 7
          cmp     edi, 3
          %1$s
          mov     rsp, r8
          lea     r9, [rbx + 1]
          jmp     again
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov al, [rsi]",
        "adc [rsi + 8], rbx",
        "cvtsi2sd xmm4, dword [rsi]",
        "movups [rsi], xmm0",
        "pextrw [rsi], xmm0, 1",
        "lea rsp, [rsi + 100h]\\npush rbx",
        "lea rsp, [rsi + 100h]\\npush word 5",
        "lea rsp, [rsi + 100h]\\ncall again",
        "fld qword [rsi]",
        "cmpxchg16b [rsi]",
        "bts [rsi], rbx",
        "movsb"
      })
  void is_what_it_was_before_the_instruction(String access) {
    check(access.replace("\\n", "\n"), "40000000h", ExitReason.EPT_VIOLATION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mov al, [rsi]", "cvtsi2sd xmm4, dword [rsi]"})
  void is_what_it_was_where_ept_is_misconfigured(String access) {
    check(access, "80000000h", ExitReason.EPT_MISCONFIGURATION);
  }

  private static void check(String access, String address, ExitReason reason) {
    Program program = Program.assembly(PROGRAM.formatted(access, address, reason.field()));
    Run expected = machine(EngineChoice.INTERPRETER).run(program);
    Machine translator = machine(EngineChoice.TRANSLATOR);
    Run actual = translator.run(program);
    assertEquals(0, expected.register("r15") & 0xFFFF_FFFFL, "rounds left");
    assertNotEquals(0, expected.register("r13") & Rflags.RF, "the guest is to go on");
    assertEquals(expected.register("r14"), actual.register("r14"));
    assertTrue(translator.work().regions() > 0);
  }

  private static Machine machine(EngineChoice engine) {
    return Machine.builder().firmware(Firmware.LOCKED_ON).engine(engine).limit(1_000_000).build();
  }
}
