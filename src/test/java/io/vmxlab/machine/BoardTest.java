package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.State;
import io.vmxlab.explain.BootView;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of bare metal: how they begin, what they find, and how they end. */
class BoardTest {
  /** Enough for every image here, and an end for one that goes astray. */
  private static final long LIMIT = 20_000_000;

  private final BoardBuilder board = Board.builder().memory("32M").limit(LIMIT);

  private BootRun boot(byte[] image) {
    return board.build().boot("image", image);
  }

  private BootRun multiboot(String code) {
    return boot(Images.multiboot(code));
  }

  private static String text(BootRun run) {
    return new String(run.serial(), StandardCharsets.UTF_8);
  }

  @Test
  void a_multiboot_kernel_prints_and_reports() {
    BootRun run = multiboot("mov esi, text\ncall print\nmov al, 5\njmp exit\ntext: db 'hello', 0");
    assertEquals("hello", text(run));
    assertEquals(Ending.EXIT_PORT, run.ending());
    assertEquals(OptionalInt.of(5), run.reported());
    assertEquals("multiboot", run.protocol());
  }

  @Test
  void multiboot_tells_command_line_memory_and_modules() {
    board.append("one two").module("data arg", "module text".getBytes(StandardCharsets.UTF_8));
    BootRun run =
        multiboot(
            """
            cmp eax, 0x2BADB002
            jne .bad
            mov esi, [ebx + 16]     ; command line
            call print
            mov edi, [ebx + 24]     ; first module
            mov esi, [edi + 8]
            call print
            mov esi, [edi]
            mov ecx, [edi + 4]
            sub ecx, esi
            mov dx, 0x3F8
            rep outsb
            mov eax, [ebx + 8]      ; KBytes above 1 MByte
            cmp eax, 31 * 1024
            jne .bad
            mov al, 0
            jmp exit
            .bad: mov al, 1
            jmp exit
            """);
    assertEquals("image one twodata argmodule text", text(run));
    assertEquals(OptionalInt.of(0), run.reported());
  }

  @Test
  void multiboot2_tells_by_tags() {
    board.append("command");
    BootRun run =
        boot(
            Images.multiboot2(
                """
                cmp eax, 0x36D76289
                jne .bad
                lea edi, [ebx + 8]
                .next: cmp dword [edi], 0
                je .end
                cmp dword [edi], 1
                jne .other
                lea esi, [edi + 8]
                call print
                .other: cmp dword [edi], 15
                jne .skip
                lea esi, [edi + 8]
                mov ecx, 8
                mov dx, 0x3F8
                rep outsb
                .skip: mov eax, [edi + 4]
                add eax, 7
                and eax, -8
                add edi, eax
                jmp .next
                .end: mov al, 0
                jmp exit
                .bad: mov al, 1
                jmp exit
                """));
    assertEquals("commandRSD PTR ", text(run));
    assertEquals(OptionalInt.of(0), run.reported());
    assertEquals("multiboot2", run.protocol());
  }

  @Test
  void a_pvh_kernel_finds_command_line_memory_modules_and_acpi() {
    board.append("command").module("data arg", "module text".getBytes(StandardCharsets.UTF_8));
    BootRun run =
        boot(
            Images.pvh(
                """
                cmp dword [ebx], 0x336EC578
                jne .bad
                cmp dword [ebx + 12], 1 ; modules
                jne .bad
                mov ecx, cr0
                test ecx, 0x80000001    ; protected mode without paging
                jz .bad
                js .bad
                mov esi, [ebx + 24]     ; command line
                call print
                mov edi, [ebx + 16]
                mov esi, [edi]
                mov ecx, [edi + 8]
                mov dx, 0x3F8
                rep outsb
                mov esi, [edi + 16]     ; its command line
                call print
                mov esi, [ebx + 32]
                mov ecx, 8
                mov dx, 0x3F8
                rep outsb
                mov edi, [ebx + 40]     ; memory map
                mov ecx, [ebx + 48]
                .range: cmp dword [edi], 0x100000
                je .high
                add edi, 24
                loop .range
                jmp .bad
                .high: cmp dword [edi + 8], 31 << 20
                jne .bad
                cmp dword [edi + 16], 1 ; RAM
                jne .bad
                mov al, 0
                jmp exit
                .bad: mov al, 1
                jmp exit
                """));
    assertEquals("commandmodule textdata argRSD PTR ", text(run));
    assertEquals(OptionalInt.of(0), run.reported());
    assertEquals("pvh", run.protocol());
  }

  @Test
  void a_boot_sector_begins_at_7c00h_in_real_mode() {
    BootRun run =
        boot(
            Images.sector(
                """
                cmp dl, 0x80
                jne bad
                call here
                here: pop ax
                cmp ax, here
                jne bad
                mov al, 0
                out 0xF4, al
                bad: mov al, 1
                out 0xF4, al
                """));
    assertEquals(OptionalInt.of(0), run.reported());
    assertEquals("boot-sector", run.protocol());
  }

  @Test
  void a_call_of_a_bios_is_explained() {
    BootRun run = boot(Images.sector("mov ah, 0x0E\nmov al, 'x'\nint 0x10"));
    assertEquals(Ending.NO_FIRMWARE, run.ending());
    assertEquals(
        "INT 10h with AH = 0Eh at 7C04h: the board has no BIOS, use its devices instead",
        run.why());
  }

  /** Its handler is firmware's, which only halts: the exception is what has to be explained. */
  @Test
  void an_exception_in_a_boot_sector_is_explained() {
    BootRun run = boot(Images.sector("xor eax, eax\nvmxon [0x7E00]"));
    assertEquals(Ending.NO_FIRMWARE, run.ending());
    assertEquals("vector 06h at 7C03h has no handler: it is still what firmware left", run.why());
    GuestFault fault = run.faults().get(0);
    assertEquals("vmxon-cr4-vmxe", fault.rule().orElseThrow());
    assertEquals(0x7C03, fault.code().rip());
  }

  @Test
  void a_timeout_of_any_length_is_one() {
    Board board = Board.builder().timeout(Duration.ofSeconds(Long.MAX_VALUE)).build();
    BootRun run = board.boot("image", Images.sector("mov al, 0\nout 0xF4, al"));
    assertEquals(OptionalInt.of(0), run.reported());
  }

  @Test
  void a_call_of_a_bios_has_no_exception() {
    assertEquals(List.of(), boot(Images.sector("int 6")).faults());
  }

  @Test
  void the_timer_ticks_in_the_bios_data_area() {
    BootRun run =
        boot(
            Images.sector(
                "sti\nagain: hlt\ncmp byte [0x46C], 3\njne again\nmov al, 0\nout 0xF4, al"));
    assertEquals(OptionalInt.of(0), run.reported());
  }

  @Test
  void hlt_that_nothing_ends_ends_the_run() {
    BootRun deaf = multiboot("cli\nhlt");
    assertEquals(Ending.HALTED, deaf.ending());
    assertTrue(deaf.why().startsWith("RFLAGS.IF is 0"), deaf.why());
    assertEquals(BootRun.Activity.HALTED, deaf.processor().activity());
    assertEquals("hlt", deaf.processor().code().text());
    BootRun masked =
        Board.builder()
            .build()
            .boot("image", Images.multiboot("mov al, 0xFF\nout 0x21, al\nsti\nhlt"));
    assertEquals(Ending.HALTED, masked.ending());
    assertTrue(masked.why().startsWith("interrupts are enabled"), masked.why());
  }

  @Test
  void a_loop_that_nothing_ends_ends_the_run() {
    BootRun run = Board.builder().build().boot("image", Images.multiboot("cli\nl: jmp l"));
    assertEquals(Ending.STUCK, run.ending());
  }

  @Test
  void waiting_for_a_device_that_is_not_there_ends_the_run() {
    BootRun port = multiboot("mov dx, 0x1F7\nl: in al, dx\ntest al, 0x80\njnz l");
    assertEquals(Ending.NO_DEVICE, port.ending());
    assertEquals("it reads port 1F7h again and again", port.why());
    BootRun memory =
        Board.builder()
            .limit(LIMIT)
            .build()
            .boot("image", Images.multiboot("l: mov eax, [0xFED00000]\ntest eax, eax\njnz l"));
    assertEquals("it reads physical address FED00000h again and again", memory.why());
  }

  @Test
  void a_triple_fault_shows_its_exceptions() {
    BootRun run = multiboot("ud2");
    assertEquals(Ending.SHUTDOWN, run.ending());
    assertEquals(
        List.of("#UD", "#GP(33h)", "#GP(6Bh)", "#DF(0)", "#GP(43h)"),
        run.faults().stream().map(GuestFault::title).toList());
    assertEquals("ud2", run.faults().get(0).code().text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mov al, 0xFE\nout 0x64, al",
        "mov al, 1\nout 0x92, al",
        "mov al, 6\nmov dx, 0xCF9\nout dx, al"
      })
  void a_reset_ends_the_run(String code) {
    assertEquals(Ending.RESET, multiboot(code).ending());
  }

  @Test
  void power_off_ends_the_run() {
    assertEquals(Ending.POWER_OFF, multiboot("mov dx, 0x604\nmov ax, 0x2000\nout dx, ax").ending());
  }

  @Test
  void a_text_ends_the_run_even_behind_a_beginning_of_itself() {
    board.exitOn("aab");
    BootRun run = multiboot("mov esi, text\ncall print\nmov al, 0\njmp exit\ntext: db 'xaaabc', 0");
    assertEquals(Ending.TEXT, run.ending());
    assertEquals("xaaab", text(run));
  }

  @Test
  void limits_end_the_run() {
    assertEquals(Ending.LIMIT, multiboot("l: pause\njmp l").ending());
    BootRun slow =
        Board.builder()
            .timeout(Duration.ofMillis(50))
            .build()
            .boot("image", Images.multiboot("l: pause\njmp l"));
    assertEquals(Ending.TIMEOUT, slow.ending());
  }

  /** Prints the number of each processor that is started, in its turn, and the first one waits. */
  private static final String STARTER =
      """
      mov esi, trampoline
      mov edi, 0x8000
      mov ecx, trampoline_end - trampoline
      rep movsb
      mov ebx, 0xFEE00000
      mov dword [ebx + 0xF0], 0x1FF
      mov dword [ebx + 0x300], 0xC4500     ; INIT to all but itself
      mov dword [ebx + 0x300], 0xC4608     ; SIPI, page 8
      .wait: pause
      cmp dword [0x7100], COUNT
      jne .wait
      mov al, 0
      jmp exit
      trampoline:
      bits 16
      mov eax, 1
      cpuid
      shr ebx, 24
      add bl, '0'
      xor ax, ax
      mov ds, ax
      lock inc dword [0x7100]
      mov al, bl
      mov dx, 0x3F8
      out dx, al
      hlt
      trampoline_end:
      bits 32
      """;

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void processors_start_by_init_and_sipi_in_the_same_order_every_time(int count) {
    byte[] image = Images.multiboot(STARTER.replace("COUNT", "" + (count - 1)));
    BootRun first = Board.builder().cpus(count).limit(LIMIT).build().boot("image", image);
    assertEquals(OptionalInt.of(0), first.reported());
    assertEquals("1234567".substring(0, count - 1), text(first));
    BootRun second = Board.builder().cpus(count).limit(LIMIT).build().boot("image", image);
    assertArrayEquals(first.serial(), second.serial());
    assertEquals(first.instructions(), second.instructions());
    assertEquals(
        first.processors().stream().map(p -> p.state().get(State.RIP)).toList(),
        second.processors().stream().map(p -> p.state().get(State.RIP)).toList());
  }

  @Test
  void code_that_one_processor_has_executed_another_one_may_write() {
    board.cpus(2);
    BootRun run =
        multiboot(
            """
            mov word [0x8000], 0xFEEB            ; l: jmp l
            mov ebx, 0xFEE00000
            mov dword [ebx + 0xF0], 0x1FF
            mov dword [ebx + 0x300], 0xC4500
            mov dword [ebx + 0x300], 0xC4608
            mov ecx, 20000
            .let: pause
            loop .let
            mov dword [0x8002], 0xF4E607B0       ; mov al, 7; out 0xF4, al
            mov word [0x8000], 0x9090
            .wait: pause
            jmp .wait
            """);
    assertEquals(OptionalInt.of(7), run.reported());
    assertEquals(1, run.current());
  }

  /** A kernel whose SMI handler is that text, 16-bit code; others are as firmware has left them. */
  private BootRun managed(String handler, String code) {
    return multiboot(
        """
        mov esi, handler
        mov edi, 0x38000
        mov ecx, handler_end - handler
        rep movsb
        %s
        bits 16
        handler: %s
        handler_end:
        bits 32
        """
            .formatted(code, handler));
  }

  @Test
  void a_timer_can_raise_system_management_interrupts_in_hlt() {
    BootRun run =
        managed(
            "mov al, 5\nout 0xF4, al",
            """
            mov dword [0xFEE00350], 0x200   ; LINT0, where the timer arrives: SMI
            sti
            hlt
            mov al, 1
            jmp exit
            """);
    assertEquals(Ending.EXIT_PORT, run.ending());
    assertEquals(OptionalInt.of(5), run.reported());
  }

  @Test
  void the_management_port_raises_a_system_management_interrupt() {
    BootRun run =
        managed(
            "in al, 0xB3\nmov [0x500], al\nmov al, [cs:0xFFA4]\nmov [0x501], al\nrsm",
            """
            mov al, 5
            out 0xB3, al
            mov al, 9
            out 0xB2, al
            cmp al, 9                       ; RSM restores it
            jne .bad
            cmp word [0x500], 0x8305        ; the message; OUT imm8 of a byte
            jne .bad
            mov al, 3
            jmp exit
            .bad: mov al, 1
            jmp exit
            """);
    assertEquals(OptionalInt.of(3), run.reported());
  }

  @Test
  void firmware_has_left_a_handler_that_returns() {
    assertEquals(OptionalInt.of(6), multiboot("out 0xB2, al\nmov al, 6\njmp exit").reported());
  }

  /**
   * SDM Vol. 3A "Interrupt 18-Machine-Check Exception (#MC)": an abort, with RIPV in its status.
   */
  @Test
  void a_machine_check_comes_at_its_time() {
    board.event(BoardEvent.MACHINE_CHECK, 0, 5_000);
    BootRun run =
        multiboot(
            """
            sgdt [0x700]
            mov edi, idt + 18 * 8
            mov eax, caught
            mov [edi], ax
            mov word [edi + 2], 8
            mov word [edi + 4], 0x8E00
            shr eax, 16
            mov [edi + 6], ax
            lidt [pointer]
            mov eax, 0x40
            mov cr4, eax
            .wait: jmp .wait
            caught:
            mov ecx, 0x17A
            rdmsr
            jmp exit
            pointer: dw 19 * 8 - 1
            dd idt
            idt: times 19 * 8 db 0
            """);
    assertEquals(OptionalInt.of(5), run.reported());
  }

  @Test
  void a_machine_check_without_mce_shuts_down() {
    board.event(BoardEvent.MACHINE_CHECK, 0, 5_000);
    BootRun run = multiboot("wait: jmp wait");
    assertEquals(Ending.SHUTDOWN, run.ending());
    assertEquals("#MC", run.faults().get(0).title().substring(0, 3));
  }

  @Test
  void an_smi_comes_to_a_halted_processor_at_its_time() {
    board.event(BoardEvent.SMI, 0, 5_000);
    assertEquals(OptionalInt.of(9), managed("mov al, 9\nout 0xF4, al", "hlt\njmp exit").reported());
  }

  @Test
  void an_event_needs_its_processor() {
    board.event(BoardEvent.NMI, 1, 0);
    assertThrows(BadInputException.class, board::build);
  }

  /** SDM Vol. 1 "MS-DOS Compatibility Sub-mode": FERR#, line 13 and IGNNE#. */
  @Test
  void an_x87_error_with_ne_clear_is_interrupt_line_13() {
    BootRun run =
        boot(
            Images.sector(
                """
                mov word [0x75 * 4], handler
                mov word [0x75 * 4 + 2], 0
                in al, 0xA1
                and al, 0xDF
                out 0xA1, al
                sti
                fninit
                fnstcw [0x600]
                and byte [0x600], 0xFB          ; #Z has no mask
                fldcw [0x600]
                fld1
                fldz
                fdivp st1, st0
                xor bl, bl
                fwait                           ; the interrupt comes before it
                cmp bl, 0x21
                jne bad
                mov al, 8
                out 0xF4, al
                bad: mov al, 1
                out 0xF4, al
                handler:
                out 0xF0, al
                fwait                           ; IGNNE#
                inc bl
                fnclex
                mov al, 0x20
                out 0xA0, al
                out 0x20, al
                or bl, al
                iret
                """));
    assertEquals(OptionalInt.of(8), run.reported());
  }

  @Test
  void every_processor_has_its_own_smbase() {
    board.cpus(2);
    BootRun run =
        managed(
            """
            mov dword [cs:0xFEF8], 0x60000
            mov byte [cs:0x8000], 0x0F      ; the other's handler: RSM, and SMBASE as it was
            mov byte [cs:0x8001], 0xAA
            rsm
            """,
            """
            mov dword [0xFEE00310], 0
            mov dword [0xFEE00300], 0x4200  ; SMI to the first processor
            jmp .moved
            .moved:
            mov word [0x68000], 0xAA0F      ; rsm
            mov dword [0xFEE00300], 0x4200
            jmp .returned
            .returned:
            cmp dword [0x6FEF8], 0x60000
            jne .bad
            mov al, 4
            jmp exit
            .bad: mov al, 1
            jmp exit
            """);
    assertEquals(OptionalInt.of(4), run.reported());
  }

  @Test
  void a_saved_state_that_rsm_does_not_load_is_named() {
    BootRun run = managed("or byte [cs:0xFE41], 0x20\nrsm", "out 0xB2, al\nhlt");
    assertEquals(Ending.SHUTDOWN, run.ending());
    assertEquals("saved-vmxe-is-clear", run.refused().orElseThrow().id());
    Sheet sheet = new Sheet(Style.PLAIN);
    new BootView(run).text(sheet);
    assertTrue(sheet.toString().contains("SMBASE + FE40H"), sheet::toString);
    assertEquals("RSM", run.processors().get(0).code().mnemonic());
  }

  @Test
  void images_that_cannot_be_booted_are_refused_with_the_reason() {
    refused(new byte[100], "this is no bootable image");
    refused("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8), "no bootable image");
    refused(new byte[] {0x1F, (byte) 0x8B, 8, 0}, "a gzip-compressed file");
    byte[] high = Images.multiboot("hlt");
    high[15] = high[19] = 0x70; // header_addr, load_addr
    refused(high, "where there is no free RAM");
    byte[] video = Images.multiboot("hlt");
    video[4] = 4;
    video[8] -= 4;
    refused(video, "demands a graphics mode");
    byte[] unknown = Images.multiboot("hlt");
    unknown[4] = 8;
    unknown[8] -= 8;
    refused(unknown, "demands features 8h");
  }

  private static void refused(byte[] image, String why) {
    BadInputException e =
        assertThrows(BadInputException.class, () -> Board.builder().build().boot("image", image));
    assertTrue(e.getMessage().startsWith("image: ") && e.getMessage().contains(why), e::getMessage);
  }

  @Test
  void a_description_that_makes_no_board_is_refused() {
    assertThrows(BadInputException.class, () -> Board.builder().cpus(0));
    assertThrows(BadInputException.class, () -> Board.builder().cpus(33));
    assertThrows(BadInputException.class, () -> Board.builder().memory("4G"));
    assertThrows(BadInputException.class, () -> Board.builder().memory("99999999999999G"));
    assertThrows(BadInputException.class, () -> Board.builder().limit(0));
  }
}
