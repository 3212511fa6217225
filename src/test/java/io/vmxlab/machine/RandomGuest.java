package io.vmxlab.machine;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Eptp;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.lab.DumpCheck;
import io.vmxlab.lab.VmcsDump;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.vmx.vmcs.GuestState;
import io.vmxlab.vmx.vmcs.Vmcs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes what a processor is in the middle of a guest of a virtual-machine monitor with a random
 * VMCS, and puts the processor to the beginning of that monitor. The VMCS has random controls; what
 * its rules demand is mended as they say, then some of its fields are spoiled. The monitor ({@code
 * random-host.asm}) gives spoiled fields their value back while VM entries fail.
 */
final class RandomGuest {
  /** Instructions in which two hosts come to their first VM entry. */
  static final int FIRST_ENTRY = 3_000;

  private static final int PAGE = 0x1000;

  // offsets in the memory of the host
  private static final int EPT_PML4 = 0xE000;
  private static final int EPT_PDPT = 0xF000;
  private static final int EPT_DIRECTORY = 0x10000;
  private static final int EPT_TABLE = 0x11000;
  private static final int EPT_DEVICES = 0x12000;

  /** Pages that fields point to, one after another. */
  private static final int AREAS = 0x13000;

  private static final int MSR_AREA = 0x1F000;

  private static final long APIC = 0xFEE0_0000L;

  // what the host does at an exit
  private static final int SKIP = 0;
  private static final int AGAIN = 1;
  private static final int INJECT = 2;
  private static final int JUMP = 3;
  private static final int CHANGE = 4;
  private static final int INVALIDATE = 6;
  private static final int INTERRUPT = 7;

  private static final int MOST_MENDS = 60;

  // controls with which a guest that is left alone comes on, by vector
  private static final long CALM_PIN = 0x49;
  private static final long CALM_PRIMARY = 0xFB99_BA88L & ~(1 << 27);
  private static final long CALM_SECONDARY = 0x10EA;
  private static final long CALM_EXIT = 0x7C_8200;
  private static final long CALM_ENTRY = 0xC200;
  private static final int ACKNOWLEDGE = 1 << 15;
  private static final int PAGE_FAULT = 1 << 14;

  private static final List<VmcsField> PAGES =
      List.of(
          VmcsField.IO_BITMAP_A,
          VmcsField.IO_BITMAP_B,
          VmcsField.MSR_BITMAPS,
          VmcsField.VIRTUAL_APIC_ADDRESS,
          VmcsField.APIC_ACCESS_ADDRESS,
          VmcsField.POSTED_INTERRUPT_DESCRIPTOR_ADDRESS,
          VmcsField.EPTP_LIST_ADDRESS,
          VmcsField.VMREAD_BITMAP,
          VmcsField.VMWRITE_BITMAP,
          VmcsField.VE_INFORMATION_ADDRESS,
          VmcsField.PML_ADDRESS);

  private static final List<VmcsField> WRITABLE =
      Arrays.stream(VmcsField.values()).filter(f -> !f.isReadOnly()).toList();

  /** MSRs that areas name. */
  private static final List<Msr> MSRS =
      List.of(
          Msr.IA32_SYSENTER_EIP,
          Msr.IA32_STAR,
          Msr.IA32_LSTAR,
          Msr.IA32_KERNEL_GS_BASE,
          Msr.IA32_PAT,
          Msr.IA32_TIME_STAMP_COUNTER,
          Msr.IA32_FS_BASE,
          Msr.IA32_VMX_BASIC,
          Msr.IA32_DEBUGCTL);

  private final Cpu cpu;
  private final PhysicalMemory memory;
  private final Random random;
  private final RandomHost host;
  private final Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);

  /** Pages in which EPT has holes, from one to before another. */
  private final int firstHole;

  private final int lastHole;

  /** Where the monitor lets the guest go on when it does not know better; 0 for near places. */
  private final long landing;

  private RandomGuest(BoardProcessor on, Random random, int firstHole, int lastHole, long landing) {
    this.firstHole = firstHole;
    this.lastHole = lastHole;
    this.landing = landing;
    cpu = on.cpu;
    memory = cpu.memory;
    this.random = random;
    host = new RandomHost(on, random);
  }

  /** Puts a prepared processor to the beginning of the monitor whose guest it was. */
  static void enclose(BoardProcessor on, Random random) {
    new RandomGuest(on, random, 0, PAGE / 8, 0).enclose();
  }

  /**
   * The same, with a monitor that lets the guest come on: it has no mistakes, passes on interrupts,
   * and goes on elsewhere after what it cannot mend.
   *
   * @param holes address of the pages that EPT may lack
   * @param pages so many
   * @param landing where the guest goes on
   */
  static void encloseCalmly(BoardProcessor on, Random random, int holes, int pages, long landing) {
    new RandomGuest(on, random, holes / PAGE, holes / PAGE + pages, landing).enclose();
  }

  private boolean calm() {
    return landing != 0;
  }

  private void enclose() {
    guestState();
    areas();
    ept();
    host.state(this::put);
    controls();
    if (!calm()) {
      events();
    }
    mend();
    tables();
    actions();
    host.lay();
    if (calm()) {
      host.places(landing);
    }
  }

  private void put(VmcsField field, long value) {
    fields.put(field, field.cut(value));
  }

  private long page(int offset) {
    return host.page(offset);
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  // --- fields

  private void guestState() {
    Vmcs saved = new Vmcs(cpu);
    GuestState.save(cpu, saved);
    for (VmcsField f : VmcsField.values()) {
      if (f.group() == VmcsField.Group.GUEST) {
        put(f, saved.get(f));
      }
    }
    put(VmcsField.GUEST_CR0, cpu.cr0 | (!calm() && oneIn(2) ? Cr0.PE | Cr0.PG : 0) | Cr0.NE);
    put(VmcsField.GUEST_DR7, cpu.get(State.DR7));
    put(VmcsField.GUEST_IA32_EFER, cpu.efer);
    put(VmcsField.GUEST_IA32_PAT, RandomHost.PAT);
    put(VmcsField.VMCS_LINK_POINTER, -1);
    put(VmcsField.PREEMPTION_TIMER_VALUE, random.nextInt(calm() ? 0x4000 : 0x40));
    put(VmcsField.GUEST_INTERRUPT_STATUS, random.nextInt(0x10000));
    boolean pae = cpu.efer == 0 && (cpu.cr4 & Cr4.PAE) != 0;
    for (int i = 0; pae && i < 4; i++) {
      VmcsField field = VmcsField.valueOf("GUEST_PDPTE" + i);
      put(field, memory.read((cpu.get(State.CR3) & ~0x1FL) + 8 * i, 64));
    }
  }

  private void areas() {
    for (int i = 0; i < PAGES.size(); i++) {
      long at = page(AREAS + i * PAGE);
      put(PAGES.get(i), at);
      int set = oneIn(3) ? 0 : 1 << random.nextInt(9);
      for (int n = 0; n < set; n++) {
        memory.write(at + random.nextInt(PAGE), 8, random.nextInt());
      }
    }
    if (oneIn(2)) {
      put(VmcsField.APIC_ACCESS_ADDRESS, APIC);
    }
    put(VmcsField.PML_INDEX, random.nextInt(PAGE / 8));
    for (int i = 0; i < PAGE / 8; i++) {
      int entry = random.nextInt(4);
      memory.write(
          page(AREAS + PAGES.indexOf(VmcsField.EPTP_LIST_ADDRESS) * PAGE) + 8 * i,
          64,
          entry == 0 ? random.nextLong() : eptp());
    }
    for (int i = 0; i < 16; i++) {
      memory.write(page(MSR_AREA) + 16 * i, 64, MSRS.get(random.nextInt(MSRS.size())).index);
      memory.write(page(MSR_AREA) + 16 * i + 8, 64, random.nextInt());
    }
    for (String area : List.of("VM_EXIT_MSR_STORE", "VM_EXIT_MSR_LOAD", "VM_ENTRY_MSR_LOAD")) {
      put(VmcsField.valueOf(area + "_ADDRESS"), page(MSR_AREA) + 16 * random.nextInt(8));
      put(VmcsField.valueOf(area + "_COUNT"), !calm() && oneIn(4) ? random.nextInt(3) : 0);
    }
    put(VmcsField.TSC_MULTIPLIER, oneIn(2) ? 1L << 48 : random.nextLong());
    put(VmcsField.TSC_OFFSET, random.nextLong());
    put(VmcsField.VPID, 1 + random.nextInt(3));
    put(VmcsField.EPT_POINTER, eptp());
    put(VmcsField.VM_FUNCTION_CONTROLS, 1);
    put(VmcsField.TPR_THRESHOLD, random.nextInt(3));
    put(VmcsField.PLE_GAP, random.nextInt(100));
    put(VmcsField.PLE_WINDOW, random.nextInt(500));
    put(VmcsField.CR3_TARGET_COUNT, random.nextInt(5));
    put(VmcsField.CR3_TARGET_VALUE_0, cpu.get(State.CR3));
    for (String register : List.of("CR0", "CR4")) {
      put(VmcsField.valueOf(register + "_GUEST_HOST_MASK"), random.nextInt() & random.nextInt());
      put(VmcsField.valueOf(register + "_READ_SHADOW"), random.nextInt());
    }
    int exceptions = oneIn(3) ? 0 : random.nextInt() & random.nextInt();
    put(VmcsField.EXCEPTION_BITMAP, calm() ? exceptions & ~PAGE_FAULT : exceptions);
    put(VmcsField.PAGE_FAULT_ERROR_CODE_MASK, random.nextInt(32));
    put(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH, random.nextInt(32));
    put(VmcsField.XSS_EXITING_BITMAP, 0);
  }

  private long eptp() {
    boolean may = (capabilities() & VmxCapability.EPT_ACCESSED_DIRTY) != 0;
    long flags = may && oneIn(2) ? Eptp.ACCESSED_DIRTY : 0;
    return page(EPT_PML4) | Eptp.FOUR_LEVELS | Eptp.MEMORY_TYPE_WB | flags;
  }

  private long capabilities() {
    return host.value(Msr.IA32_VMX_EPT_VPID_CAP);
  }

  /** Guest-physical addresses are physical ones, with holes. */
  private void ept() {
    memory.write(page(EPT_PML4), 64, page(EPT_PDPT) | 7);
    memory.write(page(EPT_PDPT), 64, page(EPT_DIRECTORY) | 7);
    memory.write(page(EPT_PDPT) + 24, 64, page(EPT_DEVICES) | 7);
    boolean large = oneIn(4) && (capabilities() & VmxCapability.EPT_2M_PAGES) != 0;
    memory.write(page(EPT_DIRECTORY), 64, large ? 0xB7 : page(EPT_TABLE) | 7);
    for (int i = 0; i < PAGE / 8; i++) {
      boolean hole = i >= firstHole && i < lastHole && oneIn(calm() ? 4 : 60);
      memory.write(page(EPT_TABLE) + 8 * i, 64, hole ? hole(i) : (long) i * PAGE | 0x37);
    }
    memory.write(page(EPT_DEVICES) + 8 * 0x1F6, 64, 0xFEC0_0087L);
    memory.write(page(EPT_DEVICES) + 8 * 0x1F7, 64, 0xFEE0_0087L);
  }

  private long hole(int frame) {
    return switch (random.nextInt(5)) {
      case 0 -> 0;
      case 1 -> random.nextLong();
      case 2 -> (long) frame * PAGE | random.nextInt(0x80);
      case 3 -> (long) frame * PAGE | 0x37 | 1L << 63;
      default -> (long) random.nextInt(RandomSystem.RAM / PAGE) * PAGE | 0x37;
    };
  }

  private void controls() {
    boolean exact = (host.value(Msr.IA32_VMX_BASIC) & VmxCapability.BASIC_TRUE_CONTROLS) != 0;
    boolean ia32e = cpu.efer != 0;
    control(
        VmcsField.PIN_BASED_CONTROLS,
        exact ? Msr.IA32_VMX_TRUE_PINBASED_CTLS : Msr.IA32_VMX_PINBASED_CTLS,
        0,
        CALM_PIN);
    long secondary = oneIn(5) ? 0 : 1L << 31;
    control(
        VmcsField.PRIMARY_CONTROLS,
        exact ? Msr.IA32_VMX_TRUE_PROCBASED_CTLS : Msr.IA32_VMX_PROCBASED_CTLS,
        secondary | (oneIn(4) ? 0 : 1L << 28),
        CALM_PRIMARY);
    control(
        VmcsField.VM_EXIT_CONTROLS,
        exact ? Msr.IA32_VMX_TRUE_EXIT_CTLS : Msr.IA32_VMX_EXIT_CTLS,
        1L << 9 | (calm() ? ACKNOWLEDGE : 0),
        CALM_EXIT);
    control(
        VmcsField.VM_ENTRY_CONTROLS,
        exact ? Msr.IA32_VMX_TRUE_ENTRY_CTLS : Msr.IA32_VMX_ENTRY_CTLS,
        ia32e ? 1L << 9 : 0,
        CALM_ENTRY);
    if (!ia32e) {
      fields.computeIfPresent(VmcsField.VM_ENTRY_CONTROLS, (f, v) -> v & ~(1L << 9));
    }
    long ept = oneIn(3) ? 0 : 1 << 1 | (oneIn(3) ? 0 : 1 << 7);
    control(VmcsField.SECONDARY_CONTROLS, Msr.IA32_VMX_PROCBASED_CTLS2, ept, CALM_SECONDARY);
  }

  /** A quarter of the bits that may be 1, those that have to be, and those that are wanted. */
  private void control(VmcsField vector, Msr msr, long wanted, long calm) {
    long allowed = host.value(msr);
    long some = random.nextInt() & random.nextInt() & (calm() ? calm : -1);
    put(vector, (allowed | wanted | some) & allowed >>> 32);
  }

  private void events() {
    if (oneIn(3)) {
      long vector = oneIn(3) ? random.nextInt(256) : random.nextInt(32);
      long code = oneIn(3) ? 1 << 11 : 0;
      put(
          VmcsField.VM_ENTRY_INTERRUPTION_INFORMATION,
          1L << 31 | (long) random.nextInt(8) << 8 | vector | code);
      put(VmcsField.VM_ENTRY_EXCEPTION_ERROR_CODE, random.nextInt(0x10000));
      put(VmcsField.VM_ENTRY_INSTRUCTION_LENGTH, 1 + random.nextInt(15));
    }
    if (oneIn(6)) {
      put(VmcsField.GUEST_ACTIVITY_STATE, random.nextInt(4));
    }
    if (oneIn(6)) {
      put(VmcsField.GUEST_INTERRUPTIBILITY_STATE, random.nextInt(16));
    }
    if (oneIn(6)) {
      put(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS, random.nextInt() & 0x500F);
    }
    if (oneIn(6)
        && (host.value(Msr.IA32_VMX_PROCBASED_CTLS2) & VmxCapability.MAY_VMCS_SHADOWING) != 0) {
      put(VmcsField.VMCS_LINK_POINTER, page(RandomHost.SHADOW_REGION));
    }
  }

  /** What rules demand is mended, as far as they say how. */
  private void mend() {
    for (int i = 0; i < MOST_MENDS; i++) {
      DumpCheck check = new DumpCheck(new VmcsDump(fields, List.of()), cpu.model);
      var change =
          check.violations().stream().flatMap(v -> v.change().stream()).findFirst().orElse(null);
      if (change == null) {
        return;
      }
      put(change.getKey(), change.getValue());
    }
  }

  // --- what the host reads

  private void tables() {
    Map<VmcsField, Long> spoiled = new EnumMap<>(VmcsField.class);
    for (int i = calm() ? 0 : random.nextInt(6); i > 0; i--) {
      VmcsField field = WRITABLE.get(random.nextInt(WRITABLE.size()));
      spoiled.put(field, other(field));
    }
    List<VmcsField> repairs = new ArrayList<>(spoiled.keySet());
    Collections.shuffle(repairs, random);
    Map<VmcsField, Long> written = new EnumMap<>(fields);
    written.putAll(spoiled);
    table(RandomHost.FIELDS, List.copyOf(written.keySet()), written);
    table(RandomHost.REPAIRS, repairs, fields);
    Map<VmcsField, Long> changes = new EnumMap<>(VmcsField.class);
    for (int i = 0; i < 12; i++) {
      VmcsField field = WRITABLE.get(random.nextInt(WRITABLE.size()));
      if (field.group() != VmcsField.Group.HOST) {
        changes.put(field, other(field));
      }
    }
    table(RandomHost.CHANGES, List.copyOf(changes.keySet()), changes);
  }

  private long other(VmcsField field) {
    long value = fields.getOrDefault(field, 0L);
    long result =
        switch (random.nextInt(6)) {
          case 0 -> random.nextLong();
          case 1 -> value + random.nextInt(5) - 2;
          case 2 -> random.nextInt(RandomSystem.RAM) & (oneIn(2) ? -PAGE : -1);
          case 3 -> fields.getOrDefault(WRITABLE.get(random.nextInt(WRITABLE.size())), 0L);
          default -> value ^ 1L << random.nextInt(field.width().bits);
        };
    return field.cut(result);
  }

  private void table(int offset, List<VmcsField> order, Map<VmcsField, Long> values) {
    long at = page(offset);
    for (VmcsField field : order) {
      memory.write(at, 64, field.encoding());
      memory.write(at + 8, 64, values.getOrDefault(field, 0L));
      at += 16;
    }
    memory.write(at, 64, 0xFFFF_FFFFL);
  }

  private void actions() {
    boolean invalidates =
        (capabilities() & VmxCapability.INVEPT) != 0
            && (capabilities() & VmxCapability.INVVPID) != 0;
    for (int i = 0; i < 256; i++) {
      boolean any = !calm() && oneIn(8);
      memory.write8(page(RandomHost.ACTIONS) + i, any ? random.nextInt(INVALIDATE) : usual(i));
    }
    if (invalidates && !calm()) {
      memory.write8(page(RandomHost.ACTIONS) + random.nextInt(64), INVALIDATE);
    }
  }

  private int usual(int reason) {
    ExitReason known = ExitReason.of(reason).orElse(ExitReason.CPUID);
    switch (known) {
      case EXCEPTION_OR_NMI:
        return !calm() && oneIn(3) ? JUMP : INJECT;
      case EXTERNAL_INTERRUPT:
        return calm() ? INTERRUPT : AGAIN;
      case TRIPLE_FAULT, TASK_SWITCH, INIT_SIGNAL:
        return JUMP;
      case EPT_VIOLATION, EPT_MISCONFIGURATION:
        return !calm() && oneIn(3) ? CHANGE : JUMP;
      default:
        return known.kind == ExitReason.Kind.INSTRUCTION ? SKIP : AGAIN;
    }
  }
}
