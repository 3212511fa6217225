package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.rule.Rule;
import io.vmxlab.vmx.entry.CheckedEntry;
import io.vmxlab.vmx.entry.EntryChecks;
import io.vmxlab.vmx.entry.EntryItems;
import io.vmxlab.vmx.vmcs.Vmcs;
import io.vmxlab.vmx.vmcs.VmcsFormat;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a VM entry does not check again would be found in order if it were: compared with a look at
 * every rule, after random changes of all that rules read.
 */
class CheckedEntryTest {
  private static final long REGION = 0x20_1000;
  private static final long OTHER_REGION = 0x24_0000;

  /** Remembered in the same place as {@link #REGION}. */
  private static final long DISPLACING_REGION = 0xA0_0000;

  private static final long LINKED = 0x24_2000;
  private static final long VIRTUAL_APIC = 0x24_3000;
  private static final long VTPR = VIRTUAL_APIC + 0x80;
  private static final long PDPT = 0x24_4000;
  private static final int STEPS = 30_000;
  private static final long TPR_SHADOW = 1L << 21;
  private static final long SECONDARY = 1L << 31;
  private static final long IA32E = 1 << 9;

  /** Guests that differ in the rules that apply. */
  enum Guest {
    PLAIN {
      @Override
      void change(Map<VmcsField, Long> fields) {}
    },
    NESTED_PAGING {
      @Override
      void change(Map<VmcsField, Long> fields) {
        fields.merge(VmcsField.PRIMARY_CONTROLS, SECONDARY, (a, b) -> a | b);
        fields.put(VmcsField.SECONDARY_CONTROLS, 2L | 1 << 5);
        fields.put(VmcsField.EPT_POINTER, 0x23_001EL);
        fields.put(VmcsField.VPID, 1L);
      }
    },
    TPR_SHADOW_AND_LINKED_VMCS {
      @Override
      void change(Map<VmcsField, Long> fields) {
        fields.merge(VmcsField.PRIMARY_CONTROLS, TPR_SHADOW, (a, b) -> a | b);
        fields.put(VmcsField.VIRTUAL_APIC_ADDRESS, VIRTUAL_APIC);
        fields.put(VmcsField.TPR_THRESHOLD, 5L);
        fields.put(VmcsField.VMCS_LINK_POINTER, LINKED);
      }
    },
    INJECTING {
      @Override
      void change(Map<VmcsField, Long> fields) {
        fields.put(VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION, 0x8000_0030L);
        fields.put(VmcsField.GUEST_RFLAGS, Rflags.FIXED | Rflags.IF);
      }
    },
    STEPPING_BEHIND_STI {
      @Override
      void change(Map<VmcsField, Long> fields) {
        fields.put(VmcsField.GUEST_RFLAGS, Rflags.FIXED | Rflags.IF | Rflags.TF);
        fields.put(VmcsField.GUEST_INTERRUPTIBILITY_STATE, 1L);
        fields.put(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS, 0x4000L);
      }
    },
    PAE_PAGING {
      @Override
      void change(Map<VmcsField, Long> fields) {
        fields.merge(VmcsField.VM_ENTRY_CONTROLS, 0L, (a, b) -> a & ~IA32E);
        fields.put(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xC09BL);
        fields.put(VmcsField.GUEST_CR3, PDPT);
      }
    };

    /** Makes the fields those of the guest. */
    abstract void change(Map<VmcsField, Long> fields);
  }

  private final Machine machine =
      Machine.builder().cpu("skylake").firmware(Firmware.LOCKED_ON).build();
  private final Map<VmcsField, Long> good = new EnumMap<>(VmcsField.class);
  private Cpu cpu;
  private Vmcs vmcs;
  private CheckedEntry checked;
  private final StateView view = this::item;

  /** A VMCS that has been entered, as it is in the processor. */
  private void begin(Guest guest) {
    String text = VmcsPrelude.text(Long.SIZE, Map.of()) + "hlt\n";
    machine.run(Program.assembly("fields.asm", text));
    for (VmcsField f : VmcsField.values()) {
      good.put(f, machine.get(f));
    }
    guest.change(good);
    cpu = machine.cpu();
    vmcs = new Vmcs(cpu);
    vmcs.makeCurrent(REGION);
    checked = new CheckedEntry(cpu, vmcs);
    mend();
    assertFalse(checked.holds(view), "what was never checked");
    assertEquals(List.of(), violated());
    checked.passed(view);
  }

  private long item(StateItem item) {
    if (item instanceof VmcsField field) {
      return vmcs.get(field);
    }
    if (EntryItems.isOfModel(item)) {
      return EntryItems.ofModel(item, cpu.model);
    }
    if (item == VmxItem.CURRENT_VMCS) {
      return vmcs.pointer();
    }
    if (!(item instanceof VmxItem vmx)) {
      return cpu.get(item);
    }
    boolean field = vmx.name().startsWith("PDPTE") && EntryItems.pdptesAreFields(view);
    return field
        ? vmcs.get(EntryItems.pdpteField(vmx))
        : EntryItems.inMemory(vmx, view, cpu.memory);
  }

  private static Stream<Rule<StateView>> rules() {
    return EntryChecks.all().stream().flatMap(s -> s.rules().stream()).map(r -> r);
  }

  private List<String> violated() {
    return rules().filter(r -> !r.holds(view)).map(Rule::id).toList();
  }

  private void mend() {
    good.forEach(vmcs::set);
    cpu.smm = false;
    cpu.efer |= Efer.LMA;
    cpu.memory.write(LINKED, Integer.SIZE, item(Msr.IA32_VMX_BASIC) & 0x7FFF_FFFF);
    cpu.memory.write(VTPR, Byte.SIZE, 0x50);
    for (int i = 0; i < 4; i++) {
      cpu.memory.write(PDPT + i * Long.BYTES, Long.SIZE, 0);
    }
  }

  private void changeField(Random random) {
    VmcsField[] fields = VmcsField.values();
    VmcsField field =
        random.nextInt(4) == 0 ? VmcsField.GUEST_RFLAGS : fields[random.nextInt(fields.length)];
    int bits = Math.min(field.width().bits, random.nextBoolean() ? Long.SIZE : 24);
    vmcs.set(field, vmcs.get(field) ^ 1L << random.nextInt(bits));
  }

  private void changeMemory(Random random) {
    long[] places = {LINKED, VTPR, PDPT, PDPT + 3 * Long.BYTES};
    long at = places[random.nextInt(places.length)];
    cpu.memory.write(
        at, Integer.SIZE, cpu.memory.read(at, Integer.SIZE) ^ 1L << random.nextInt(Integer.SIZE));
  }

  /**
   * A VMCS that was not current comes back, perhaps with other contents.
   *
   * @return whether it has been forgotten meanwhile
   */
  private boolean changeRegion(Random random) {
    boolean forgotten = random.nextInt(4) == 0;
    vmcs.makeCurrent(forgotten ? DISPLACING_REGION : OTHER_REGION);
    if (random.nextBoolean()) {
      vmcs.set(VmcsField.GUEST_RIP, random.nextLong());
      checked.holds(view);
    }
    if (forgotten || random.nextBoolean()) {
      vmcs.makeCurrent(VmxItem.NO_VMCS);
    }
    if (random.nextBoolean()) {
      int offset = 12 + random.nextInt(vmcs.format().size() - 12);
      long at = REGION + offset;
      cpu.memory.write(
          at, Byte.SIZE, cpu.memory.read(at, Byte.SIZE) ^ 1L << random.nextInt(Byte.SIZE));
    }
    vmcs.makeCurrent(REGION);
    return forgotten;
  }

  @Test
  void regionsThatLieInARowAreRememberedSideBySide() {
    assertEquals(Vmcs.place(REGION), Vmcs.place(DISPLACING_REGION));
    for (long distance : new long[] {0x1000, 0x20_0000, 0x4000_0000}) {
      long places =
          LongStream.range(0, 512).mapToInt(i -> Vmcs.place(i * distance)).distinct().count();
      assertEquals(512, places, Long.toHexString(distance));
    }
  }

  @ParameterizedTest
  @EnumSource(Guest.class)
  void whatIsNotCheckedAgainIsInOrder(Guest guest) {
    begin(guest);
    Random random = new Random(guest.ordinal());
    Map<String, Integer> seen = new HashMap<>();
    int inOrder = 0;
    for (int i = 0; i < STEPS; i++) {
      boolean another = false;
      for (int n = random.nextInt(3); n >= 0; n--) {
        switch (random.nextInt(12)) {
          case 0:
            changeMemory(random);
            break;
          case 1:
            cpu.smm = !cpu.smm;
            break;
          case 2:
            cpu.efer ^= Efer.LMA;
            break;
          case 3:
            another |= changeRegion(random);
            break;
          default:
            changeField(random);
            break;
        }
      }
      if (random.nextInt(3) == 0) {
        mend();
      }
      boolean known = checked.holds(view);
      List<String> violated = violated();
      violated.forEach(id -> seen.merge(id, 1, Integer::sum));
      assertEquals(violated.isEmpty() && !another, known, () -> "violated: " + violated);
      inOrder += known ? 1 : 0;
      if (violated.isEmpty() && another) {
        checked.passed(view);
        assertTrue(checked.holds(view));
      }
    }
    assertTrue(inOrder > STEPS / 20, inOrder + " of " + STEPS + " in order");
    assertTrue(seen.size() > 80, seen.size() + " rules violated");
  }

  static Stream<Rule<StateView>> rulesAboutFlags() {
    return rules().filter(r -> r.reads().contains(VmcsField.GUEST_RFLAGS));
  }

  /** The bits of guest RFLAGS that make a rule due are all that it looks at. */
  @ParameterizedTest
  @MethodSource("rulesAboutFlags")
  void rulesLookAtFewFlags(Rule<StateView> rule) {
    begin(Guest.PLAIN);
    Random random = new Random(1);
    boolean segments = EntryChecks.readsOnlyVmOfFlags(rule);
    long idle = segments ? ~Rflags.VM : Rflags.STATUS | Rflags.DF;
    for (int i = 0; i < 2_000; i++) {
      for (StateItem item : rule.reads()) {
        if (item instanceof VmcsField f) {
          vmcs.set(f, random.nextBoolean() ? random.nextLong() : vmcs.get(f) ^ 1L << (i & 63));
        }
      }
      boolean holds = rule.holds(view);
      long flags = vmcs.get(VmcsField.GUEST_RFLAGS);
      vmcs.set(VmcsField.GUEST_RFLAGS, flags ^ random.nextLong() & idle);
      assertEquals(holds, rule.holds(view), rule.id());
    }
  }

  /**
   * A VM entry, and another behind a change.
   *
   * @param change code in the host, before VMRESUME
   * @param behind what stands where VMRESUME goes on if it fails, and says how
   */
  private Machine twice(Map<VmcsField, Long> fields, String before, String change) {
    String text =
        VmcsPrelude.text(Long.SIZE, fields)
            + "lea rax, [rel guest]\nmov ecx, 0x681E\nvmwrite rcx, rax\n"
            + "lea rax, [rel host]\nmov ecx, 0x6C16\nvmwrite rcx, rax\n"
            + before
            + "xor r15d, r15d\nvmlaunch\njmp failed\n"
            + "host: inc r15d\ncmp r15d, 3\nje program_exit\n"
            + "cmp r15d, 2\njne again\n"
            + change
            + "again: vmresume\n"
            + "failed: mov ecx, 0x4400\nvmread rbx, rcx\njmp program_exit\n"
            + "guest: add eax, 1\nvmcall\n";
    var run = machine.run(Program.assembly("twice.asm", text));
    assertEquals(Outcome.Kind.COMPLETED, run.kind(), run.outcome().toString());
    return machine;
  }

  private static String write(VmcsField field, long value) {
    return "mov ecx, 0x%x\nmov rax, 0x%x\nvmwrite rcx, rax\n".formatted(field.encoding(), value);
  }

  private void expectError(long error) {
    assertEquals(2, machine.get(State.R15), "entries before the one that fails");
    assertEquals(error, machine.get(State.RBX));
  }

  private void expectExit(long reason) {
    assertEquals(3, machine.get(State.R15), "VM exits, and the failure of an entry");
    assertEquals(reason, machine.get(VmcsField.EXIT_REASON));
  }

  @Test
  void nothingHasChanged() {
    twice(Map.of(), "", "");
    expectExit(18);
  }

  @Test
  void aControlIsWritten() {
    twice(Map.of(), "", write(VmcsField.PIN_BASED_CONTROLS, 0));
    expectError(7);
  }

  @Test
  void theEptPointerIsWritten() {
    Map<VmcsField, Long> fields =
        Map.of(
            VmcsField.PRIMARY_CONTROLS,
            SECONDARY,
            VmcsField.SECONDARY_CONTROLS,
            2L,
            VmcsField.EPT_POINTER,
            0x23_001EL);
    String tables = "mov rax, 0x231007\nmov [0x230000], rax\nmov rax, 0xB7\nmov [0x231000], rax\n";
    twice(fields, tables, write(VmcsField.EPT_POINTER, 0x23_001DL));
    expectError(7);
  }

  @Test
  void hostStateIsWritten() {
    twice(Map.of(), "", write(VmcsField.HOST_CR4, Cr4.PAE));
    expectError(8);
  }

  @Test
  void guestStateIsWritten() {
    twice(Map.of(), "", write(VmcsField.GUEST_CR0, 0));
    expectExit(0x8000_0021L);
  }

  @Test
  void guestFlagsAreWritten() {
    twice(Map.of(), "", write(VmcsField.GUEST_RFLAGS, Rflags.FIXED | Rflags.VM));
    expectExit(0x8000_0021L);
  }

  /** The launch state is that of the region again, and another value stands in it. */
  @Test
  void theRegionIsWritten() {
    int offset = offset(VmcsField.HOST_CR0);
    String change =
        "vmclear [0x200000]\nmov qword [0x%x], 0\nvmptrld [0x200000]\nvmlaunch\njmp failed\n"
            .formatted(REGION + offset);
    twice(Map.of(), "", change);
    expectError(8);
  }

  /** A copy of the region is entered, of which a field is another. */
  @Test
  void theRegionIsCopied() {
    String change =
        """
        vmclear [0x200000]
        mov rsi, 0x%x
        mov rdi, 0x%x
        mov ecx, 512
        rep movsq
        mov qword [0x%x], 0
        mov qword [0x200008], 0x%x
        vmclear [0x200008]
        vmptrld [0x200008]
        vmlaunch
        jmp failed
        """
            .formatted(
                REGION, OTHER_REGION, OTHER_REGION + offset(VmcsField.HOST_CR4), OTHER_REGION);
    twice(Map.of(), "", change);
    expectError(8);
  }

  private int offset(VmcsField field) {
    // the field's value stands nowhere else in the region of a VMCS that holds it alone
    Cpu other = Machine.builder().cpu("skylake").build().cpu();
    Vmcs alone = new Vmcs(other);
    alone.makeCurrent(REGION);
    alone.set(field, 0x1122_3344_5566_7788L);
    alone.makeCurrent(VmxItem.NO_VMCS);
    VmcsFormat format = alone.format();
    for (int at = 0; at < format.size(); at++) {
      if (other.memory.read(REGION + at, Long.SIZE) == 0x1122_3344_5566_7788L) {
        return at;
      }
    }
    throw new AssertionError(field + " is not in the region");
  }

  @Test
  void theVmcsIsCleared() {
    twice(Map.of(), "", "vmclear [0x200000]\nvmptrld [0x200000]\n");
    expectError(5);
  }

  @Test
  void theRegionBecomesThatOfAShadowVmcs() {
    twice(Map.of(), "mov ebx, 77\n", "or dword [0x201000], 0x80000000\n");
    expectError(0); // VMfailInvalid: no error number
  }

  @Test
  void eventsAreBlockedByMovSs() {
    twice(Map.of(), "", "mov ax, ss\nmov ss, ax\n");
    expectError(26);
  }

  @Test
  void theLinkedRegionIsWritten() {
    String before = "mov eax, [0x201000]\nmov [0x%x], eax\n".formatted(LINKED);
    String change = "xor dword [0x%x], 1\n".formatted(LINKED);
    twice(Map.of(VmcsField.VMCS_LINK_POINTER, LINKED), before, change);
    expectExit(0x8000_0021L);
  }

  @Test
  void theVirtualTprIsWritten() {
    Map<VmcsField, Long> fields =
        Map.of(
            VmcsField.PRIMARY_CONTROLS,
            TPR_SHADOW,
            VmcsField.VIRTUAL_APIC_ADDRESS,
            VIRTUAL_APIC,
            VmcsField.TPR_THRESHOLD,
            5L);
    String before = "mov byte [0x%x], 0x50\n".formatted(VTPR);
    twice(fields, before, "mov byte [0x%x], 0x40\n".formatted(VTPR));
    expectError(7);
  }

  /** No rule is about it: it is read at every VM entry. */
  @Test
  void anMsrAreaIsWritten() {
    Map<VmcsField, Long> fields =
        Map.of(VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS, PDPT, VmcsField.VM_ENTRY_MSR_LOAD_COUNT, 1L);
    String before = "mov dword [0x%x], 0x174\n".formatted(PDPT);
    twice(fields, before, "mov dword [0x%x], 0xC0000100\n".formatted(PDPT));
    expectExit(0x8000_0022L);
  }
}
