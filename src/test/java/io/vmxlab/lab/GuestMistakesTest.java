package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.explain.Explain;
import io.vmxlab.explain.Explanation;
import io.vmxlab.explain.Mend;
import io.vmxlab.machine.Event;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The mistakes that people make when they launch and enter guests: each run names the rule that it
 * breaks, and with the mend applied as printed it runs to its end without any.
 */
class GuestMistakesTest {
  /** Pages of 2 MBytes whose guest-physical addresses are the physical ones. */
  private static final String EPT =
      """
      mov dword [0x240000], 0x241007
      mov dword [0x241000], 0x242007
      mov edi, 0x242000
      mov eax, 0xB7
      ept: mov [rdi], eax
      add edi, 8
      add eax, 0x200000
      cmp eax, 0x400000B7
      jne ept
      """;

  /** The code segment of the guest becomes one of 32 bits, and its paging PAE paging. */
  private static final String PAE_GUEST =
      """
      mov ecx, 0x4012
      vmread rax, rcx
      btr eax, 9
      vmwrite rcx, rax
      mov ecx, 0x4816
      mov eax, 0xC09B
      vmwrite rcx, rax
      mov dword [0x250000], 0x251001
      mov dword [0x251000], 0x83
      mov ecx, 0x6802
      mov eax, 0x250000
      vmwrite rcx, rax
      """;

  /** A local APIC that takes vector 30H from itself, with interrupts on in the guest. */
  private static final String INTERRUPT =
      """
      mov ebx, 0xFEE00000
      mov dword [rbx + 0xF0], 0x1FF
      lea rax, [rel handler]
      mov [0x2300], ax
      mov word [0x2302], 8
      mov word [0x2304], 0x8E00
      shr rax, 16
      mov [0x2306], ax
      mov qword [0x2308], 0
      mov dword [rbx + 0x310], 0
      mov dword [rbx + 0x300], 0x4030
      """;

  /** The current VMCS is a copy of the first, without what VMCLEAR has left in it. */
  private static final String COPY =
      """
      vmclear [0x200000]
      mov esi, 0x201000
      mov edi, 0x230000
      mov ecx, 0x400
      cld
      rep movsd
      mov dword [0x230008], 0
      mov qword [0x200000], 0x230000
      vmptrld [0x200000]
      """;

  private static final String SKIP =
      "mov eax, 0x440C\nvmread rcx, rax\nmov eax, 0x681E\nvmread rdx, rax\n"
          + "add rdx, rcx\nvmwrite rax, rdx\n";

  private static final String UNTIL_VMCALL =
      "mov ecx, 0x4402\nvmread rax, rcx\ncmp eax, 18\nje program_exit\n";

  private static final long SECONDARY = 0x8000_0000L;
  private static final int ENABLE_EPT = 2;
  private static final long EPTP = 0x24_001EL;
  private static final long ACCESSED_DIRTY = 0x40;

  /**
   * A mistake.
   *
   * @param fields as {@link VmcsPrelude} takes them
   * @param before behind the VMCS's fields, before VMLAUNCH
   * @param guest what the guest executes
   * @param host what happens at its VM exit
   */
  private record Mistake(
      String name,
      String rule,
      String cpu,
      Map<VmcsField, Long> fields,
      String before,
      String guest,
      String host) {
    Mistake(String name, String rule) {
      this(name, rule, "skylake", Map.of(), "", "cpuid", "");
    }

    Mistake with(VmcsField field, long value) {
      Map<VmcsField, Long> more = new EnumMap<>(VmcsField.class);
      more.putAll(fields);
      more.put(field, value);
      return new Mistake(name, rule, cpu, more, before, guest, host);
    }

    Mistake on(String other) {
      return new Mistake(name, rule, other, fields, before, guest, host);
    }

    Mistake before(String code) {
      return new Mistake(name, rule, cpu, fields, before + code + "\n", guest, host);
    }

    Mistake guest(String code) {
      return new Mistake(name, rule, cpu, fields, before, code, host);
    }

    Mistake host(String code) {
      return new Mistake(name, rule, cpu, fields, before, guest, code);
    }

    Mistake ept(long eptp) {
      return with(VmcsField.PRIMARY_CONTROLS, SECONDARY)
          .with(VmcsField.SECONDARY_CONTROLS, ENABLE_EPT)
          .with(VmcsField.EPT_POINTER, eptp)
          .before(EPT);
    }

    String text() {
      return VmcsPrelude.text(Long.SIZE, fields)
          + "lea rax, [rel guest]\nmov ecx, 0x681E\nvmwrite rcx, rax\n"
          + "lea rax, [rel host]\nmov ecx, 0x6C16\nvmwrite rcx, rax\n"
          + before
          + "launch: vmlaunch\njmp program_exit\nhost: "
          + (host.isEmpty() ? "nop" : host)
          + "\njmp program_exit\nguest: "
          + guest
          + "\nvmcall\nhandler: push rax\nmov eax, 0xFEE000B0\nmov dword [rax], 0\npop rax\niretq\n";
    }
  }

  private static Mistake of(String name, String rule) {
    return new Mistake(name, rule);
  }

  private static Mistake field(String name, String rule, VmcsField field, long value) {
    return of(name, rule).with(field, value);
  }

  // spotless:off
  private static final List<Mistake> MISTAKES = List.of(
      of("a control that has to be 1 is 0", "pin-based-controls-allowed")
          .before("mov ecx, 0x4000\nxor eax, eax\nvmwrite rcx, rax"),
      field("a control that cannot be 1 is 1", "primary-controls-allowed", VmcsField.PRIMARY_CONTROLS, 1 << 17),
      field("a secondary control that cannot be 1 is 1", "secondary-controls-allowed", VmcsField.SECONDARY_CONTROLS, 1L << 29)
          .with(VmcsField.PRIMARY_CONTROLS, SECONDARY),
      field("a VM-exit control that cannot be 1 is 1", "vm-exit-controls-allowed", VmcsField.VM_EXIT_CONTROLS, 1L << 31),
      field("a VM-entry control that cannot be 1 is 1", "vm-entry-controls-allowed", VmcsField.VM_ENTRY_CONTROLS, 1L << 31),
      field("five CR3 targets", "cr3-target-count-supported", VmcsField.CR3_TARGET_COUNT, 5),
      of("the EPTP's memory type", "vm-entry-eptp-memory-type").ept(EPTP & ~7 | 4),
      of("permissions in the EPTP", "vm-entry-eptp-memory-type").ept(EPTP & ~0x3F | 7),
      of("the EPTP's walk length", "vm-entry-eptp-page-walk-length").ept(EPTP & ~0x38),
      of("accessed and dirty flags where there are none", "vm-entry-eptp-accessed-dirty-supported").on("sandy-bridge")
          .ept(EPTP | ACCESSED_DIRTY),
      field("a null TR of the host", "host-tr-not-null", VmcsField.HOST_TR_SELECTOR, 0),
      field("a TSS that is nowhere", "host-tr-base-canonical", VmcsField.HOST_TR_BASE, 1L << 63),
      field("host EFER against host address-space size", "host-efer-agrees-with-address-space", VmcsField.VM_EXIT_CONTROLS, 1 << 21)
          .with(VmcsField.HOST_IA32_EFER, 0),
      field("a misaligned host RSP", "vector-operand-is-aligned", VmcsField.HOST_RSP, 0x2F_0004)
          .host("mov rax, cr4\nor eax, 0x600\nmov cr4, rax\nsub rsp, 16\nsave: movaps [rsp], xmm0"),
      of("VMREAD of a field that the processor lacks", "vmcs-field-supported").on("merom")
          .before("mov ecx, 0x201A\nread: vmread rax, rcx"),
      of("VMREAD after VMXOFF", "vmx-instruction-in-vmx-operation")
          .host("vmxoff\nmov ecx, 0x4400\nread: vmread rax, rcx"),
      of("VMLAUNCH of a launched VMCS", "vmlaunch-vmcs-clear")
          .host(SKIP + "lea rax, [rel end]\nmov ecx, 0x6C16\nvmwrite rcx, rax\nagain: vmlaunch\nend: nop"),
      of("VMRESUME of a VMCS that was never launched", "vmresume-vmcs-launched")
          .before("first: vmresume\njmp program_exit"),
      of("VMRESUME of a VMCS that was never cleared", "vmresume-vmcs-launched")
          .before(COPY + "first: vmresume\njmp program_exit"),
      field("the type of a code segment", "guest-cs-type", VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xA093),
      field("a limit against granularity", "guest-ds-granularity-fits-limit", VmcsField.GUEST_DS_ACCESS_RIGHTS, 0x4093),
      field("access rights as LAR gives them", "guest-ds-type", VmcsField.GUEST_DS_ACCESS_RIGHTS, 0xC09300),
      field("a null TR of the guest", "guest-tr-type", VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x1_0000),
      field("an unusable TR", "guest-tr-usable", VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x1_008B),
      field("fixed bits of CR0", "guest-cr0-fixed", VmcsField.GUEST_CR0, 0x8000_0001L),
      field("fixed bits of CR4", "guest-cr4-fixed", VmcsField.GUEST_CR4, 0x20),
      field("an interrupt injected with IF = 0", "injected-interrupt-requires-if", VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION, 0x8000_0030L)
          .before(INTERRUPT.substring(0, INTERRUPT.indexOf("mov dword [rbx + 0x310]"))),
      field("blocking by STI with IF = 0", "guest-blocking-by-sti-requires-if", VmcsField.GUEST_INTERRUPTIBILITY_STATE, 1),
      of("a RIP that is not canonical", "guest-rip-canonical")
          .before("mov ecx, 0x681E\nlea rax, [rel guest]\nbts rax, 60\nvmwrite rcx, rax"),
      field("CS.L and CS.D", "guest-cs-default-size-clear-in-64-bit-mode", VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xE09B),
      field("EFER.LMA against IA-32e mode guest", "guest-efer-lma-agrees", VmcsField.VM_ENTRY_CONTROLS, 1 << 15)
          .with(VmcsField.GUEST_IA32_EFER, 0x100),
      field("a VMCS link pointer that is not all ones", "linked-vmcs-revision-identifier", VmcsField.VMCS_LINK_POINTER, 0x23_5000),
      of("IA-32e mode guest is 0 for a 64-bit guest", "guest-pdpte0-reserved")
          .before("mov ecx, 0x4012\nvmread rax, rcx\nbtr eax, 9\nvmwrite rcx, rax"),
      of("reserved bits of a PDPTE", "guest-pdpte0-reserved")
          .before(PAE_GUEST + "or dword [0x250000], 2\nmov dword [0x250004], 0x80000000"),
      of("reserved bits of a PDPTE, with EPT", "guest-pdpte0-reserved").ept(EPTP)
          .with(VmcsField.GUEST_PDPTE0, 0x25_1023).before(PAE_GUEST),
      field("an activity state that does not exist", "guest-activity-state-supported", VmcsField.GUEST_ACTIVITY_STATE, 5),
      of("INVPCID without its control", "enabled-for-guest")
          .guest("mov eax, 2\nmov qword [0x230000], 0\nmov qword [0x230008], 0\nuse: invpcid rax, [0x230000]"),
      of("RDTSCP without its control", "enabled-for-guest").guest("use: rdtscp"),
      of("XSAVES without its control", "enabled-for-guest")
          .before("mov rax, cr4\nbts eax, 18\nmov cr4, rax\nmov ecx, 0x6804\nvmwrite rcx, rax\nmov ecx, 0x6C04\nvmwrite rcx, rax")
          .guest("mov eax, 1\nxor edx, edx\nuse: xsaves [0x230000]"),
      of("a triple fault of the guest", "idt-entry-within-limit")
          .with(VmcsField.GUEST_IDTR_LIMIT, 0)
          .before(INTERRUPT.substring(0, INTERRUPT.indexOf("mov dword [rbx + 0x310]")).replace("0x230", "0x203")).guest("int3"),
      of("page tables of the guest that EPT does not map", "ept-allows-access").ept(EPTP)
          .before("mov dword [0x242000], 0x243007\nmov edi, 0x243000\nmov eax, 0x37\n"
              + "small: mov [rdi], eax\nadd edi, 8\nadd eax, 0x1000\ncmp eax, 0x200037\njne small\n"
              + "mov qword [0x243000 + 0x10 * 8], 0"),
      of("a guest that is not moved behind the instruction", "")
          .host(UNTIL_VMCALL + "again: vmresume"),
      of("interrupts that the exit acknowledged", "acknowledged-interrupt-handled")
          .with(VmcsField.PIN_BASED_CONTROLS, 1).with(VmcsField.VM_EXIT_CONTROLS, 1 << 15)
          .with(VmcsField.GUEST_RFLAGS, 0x202).before(INTERRUPT)
          .host("mov ecx, 0x4402\nvmread rax, rcx\ncmp eax, 1\njne program_exit\nagain: vmresume"),
      field("an MSR-load area that is not aligned", "vm-entry-msr-load-address-valid", VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS, 0x24_0008)
          .with(VmcsField.VM_ENTRY_MSR_LOAD_COUNT, 1).before("mov dword [0x240000], 0xC0000082"),
      field("an MSR that no area loads", "msr-area-entry-loadable", VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS, 0x24_0000)
          .with(VmcsField.VM_ENTRY_MSR_LOAD_COUNT, 2)
          .before("mov dword [0x240000], 0xC0000100\nmov dword [0x240010], 0xC0000082"),
      field("a value that WRMSR refuses", "msr-area-entry-loadable", VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS, 0x24_0000)
          .with(VmcsField.VM_ENTRY_MSR_LOAD_COUNT, 1)
          .before("mov dword [0x240000], 0x277\nmov dword [0x240008], 2"));
  // spotless:on

  @TestFactory
  Stream<DynamicTest> eachNamesItsRuleAndIsMended() {
    return MISTAKES.stream().map(m -> DynamicTest.dynamicTest(m.name(), () -> check(m)));
  }

  private static void check(Mistake mistake) {
    Machine machine = machine(mistake);
    Run run = machine.run(Program.assembly("mistake.asm", mistake.text()));
    Explanation first = failures(run).get(0);
    String rule = first.rule();
    assertEquals(mistake.rule(), rule, () -> Explain.text(run));
    Mend mend = first.mend().orElseThrow();
    assertFalse(mend.code().isEmpty() && mend.place() == Mend.Place.BEFORE, mend.text());
    assertTrue(mend.place() != Mend.Place.NOWHERE, mend.text());
    long at = mend.at().or(first::code).orElseThrow().rip();
    String label = machine.symbolAt(at).orElseThrow();
    String text = mended(mistake.text(), label, mend);
    Run again = machine(mistake).run(Program.assembly("mended.asm", text));
    assertEquals(
        List.of(),
        failures(again).stream().map(Explanation::title).toList(),
        () -> text + Explain.text(again));
    assertEquals(Outcome.Kind.COMPLETED, again.kind());
  }

  private static Machine machine(Mistake mistake) {
    return Machine.builder().cpu(mistake.cpu()).firmware(Firmware.LOCKED_ON).limit(20_000).build();
  }

  /** What the run has to say, in order. */
  private static List<Explanation> failures(Run run) {
    List<Explanation> all = new ArrayList<>();
    run.events().stream()
        .filter(e -> !(e instanceof Event.Delivered))
        .forEach(e -> all.add(Explain.event(e)));
    Explain.outcome(run).ifPresent(all::add);
    return all;
  }

  /** The text with the mend where it says: before or instead of the instruction at a label. */
  private static String mended(String text, String label, Mend mend) {
    List<String> lines = new ArrayList<>();
    boolean found = false;
    for (String line : text.split("\n")) {
      if (!line.startsWith(label + ":")) {
        lines.add(line);
        continue;
      }
      found = true;
      lines.add(label + ":");
      lines.addAll(mend.code());
      if (mend.place() == Mend.Place.BEFORE) {
        lines.add(line.substring(label.length() + 1).strip());
      }
    }
    assertTrue(found, "no instruction at " + label);
    lines.addAll(mend.data());
    return String.join("\n", lines) + "\n";
  }

  /** SDM Vol. 3C "Loading Host Segment and Descriptor-Table Registers". */
  @Test
  void limitsOfTheHostsTablesAreTheGreatestAfterAnExit() {
    Mistake mistake = of("limits", "").host("nop");
    Machine machine = machine(mistake);
    machine.run(Program.assembly("limits.asm", mistake.text()));
    assertEquals(0xFFFF, machine.get("GDTR.limit"));
    assertEquals(0xFFFF, machine.get("IDTR.limit"));
    Mistake mended =
        mistake.before("sgdt [0x230000]\nsidt [0x230010]").host("lgdt [0x230000]\nlidt [0x230010]");
    Machine again = machine(mended);
    long gdt = again.get("GDTR.limit");
    again.run(Program.assembly("limits.asm", mended.text()));
    assertEquals(gdt, again.get("GDTR.limit"));
  }

  /** A guest that comes to the same instruction by itself goes on. */
  @Test
  void aGuestThatLoopsIsNotStuck() {
    Mistake mistake =
        of("loop", "").guest("l: cpuid\njmp l").host(UNTIL_VMCALL + SKIP + "again: vmresume");
    notStuck(mistake);
  }

  /** The same instruction has another VM exit each time, of one or the other of two pages. */
  @Test
  void aGuestWhosePagesAreMappedByTurnsIsNotStuck() {
    Mistake mistake =
        of("turns", "")
            .ept(EPTP)
            .before("mov qword [0x242028], 0\nmov qword [0x242030], 0")
            .guest("mov edi, 0xA00000\nl: mov [rdi], edx\nxor edi, 0x600000\njmp l")
            .host(
                UNTIL_VMCALL
                    + "mov qword [0x242028], 0\nmov qword [0x242030], 0\n"
                    + "mov eax, 0x2400\nvmread rdx, rax\nmov ecx, edx\nshr ecx, 21\n"
                    + "and edx, 0xFFE00000\nor edx, 0xB7\nmov [0x242000 + rcx * 8], rdx\n"
                    + "mov qword [0x250000], 0x24001E\nmov qword [0x250008], 0\nmov eax, 1\n"
                    + "invept rax, [0x250000]\nagain: vmresume");
    notStuck(mistake);
  }

  /** The guest's own handler makes it go on. */
  @Test
  void aGuestThatGetsItsExceptionsIsNotStuck() {
    Mistake mistake =
        of("reflected", "")
            .with(VmcsField.EXCEPTION_BITMAP, 1 << 6)
            .before(
                "lea rax, [rel skip]\nmov [0x2060], ax\nmov word [0x2062], 8\n"
                    + "mov word [0x2064], 0x8E00\nshr rax, 16\nmov [0x2066], ax\n"
                    + "mov qword [0x2068], 0")
            .guest("l: ud2\njmp l\nskip: add qword [rsp], 2\niretq")
            .host(
                UNTIL_VMCALL
                    + "mov eax, 0x4016\nmov ecx, 0x80000306\nvmwrite rax, rcx\nagain: vmresume");
    notStuck(mistake);
  }

  private static void notStuck(Mistake mistake) {
    Run run = machine(mistake).run(Program.assembly("loop.asm", mistake.text()));
    Outcome.Limit limit = (Outcome.Limit) run.outcome();
    assertEquals(Optional.empty(), limit.stuck(), () -> Explain.text(run));
  }

  /** The chain of exceptions is told, the first one first. */
  @Test
  void aTripleFaultOfTheGuestIsExplained() {
    Mistake mistake = of("chain", "").with(VmcsField.GUEST_IDTR_LIMIT, 0).guest("ud2");
    Machine machine = machine(mistake);
    Run run = machine.run(Program.assembly("chain.asm", mistake.text()));
    assertEquals(ExitReason.TRIPLE_FAULT.number, machine.get(VmcsField.EXIT_REASON));
    Event.TripleFault event = (Event.TripleFault) run.events().get(0);
    assertEquals(
        List.of("#UD", "#GP(33h)", "#GP(6Bh)", "#DF(0)"),
        event.faults().stream().map(f -> f.title()).toList());
    assertEquals(Optional.of("guest"), event.code().symbol());
  }
}
