package io.vmxlab.machine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.FeatureControl;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.PageEntry;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.asm.Assembler;
import io.vmxlab.asm.Assembly;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.Engine;
import io.vmxlab.memory.PhysicalMemory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjLongConsumer;

/**
 * The monitor of a {@link RandomGuest}: its code ({@code random-host.asm}), the tables that this
 * reads, and the registers with which it begins. It runs in 64-bit mode.
 */
final class RandomHost {
  /** RAM below it belongs to the systems. */
  private static final int HOSTS = 0x100000;

  private static final int EACH = 0x40000;
  private static final int PAGE = 0x1000;

  // offsets in the memory of a host; those from DATA on are known to random-host.asm too
  private static final int PML4 = 0x1000;
  private static final int PDPT = 0x2000;
  private static final int DIRECTORY = 0x3000;
  private static final int GDT = 0x4000;
  private static final int TASK = 0x4100;
  private static final int IDT = 0x5000;
  private static final int STACK = 0x7000;
  private static final int VMXON_REGION = 0x7000;
  private static final int VMCS_REGION = 0x8000;
  static final int SHADOW_REGION = 0x9000;
  private static final int DATA = 0xA000;
  private static final int PLACES = 0xA080;
  private static final int GUEST = 0xA100;
  static final int ACTIONS = 0xA200;
  static final int FIELDS = 0xB000;
  static final int REPAIRS = 0xC000;
  static final int CHANGES = 0xD000;

  private static final int CODE_SELECTOR = 8;
  private static final int DATA_SELECTOR = 0x10;
  private static final int TASK_SELECTOR = 0x18;
  private static final long SHADOW = 1L << 31;
  private static final int MOST_EXITS = 60;

  /** IA32_PAT after RESET. */
  static final long PAT = 0x0007_0406_0007_0406L;

  /** The monitor's code by its address. */
  private static final Map<Integer, Assembly> CODE = new ConcurrentHashMap<>();

  private final Cpu cpu;
  private final PhysicalMemory memory;
  private final Random random;
  private final int base;
  private final Assembly code;

  RandomHost(BoardProcessor on, Random random) {
    cpu = on.cpu;
    memory = cpu.memory;
    this.random = random;
    base = HOSTS + on.number * EACH;
    code = CODE.computeIfAbsent(base, RandomHost::assemble);
  }

  private static Assembly assemble(int base) {
    try (InputStream in = RandomHost.class.getResourceAsStream("random-host.asm")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Assembler(
              Engine.table(), "random-host.asm", CodeMode.BITS64, base, Map.of("BASE", (long) base))
          .assemble(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The monitor ends after so many VM exits. */
  static void mostExits(BoardProcessor on, int exits) {
    on.cpu.memory.write(HOSTS + on.number * EACH + DATA + 0x20, 32, exits);
  }

  /** The monitor lets its guest go on at one place only. */
  void places(long place) {
    for (int i = 0; i < 16; i++) {
      memory.write(page(PLACES) + 8 * i, 64, place);
    }
  }

  /** Address of something in the host's memory. */
  long page(int offset) {
    return base + offset;
  }

  /** Value of an MSR; 0 if the processor has it not. */
  long value(Msr msr) {
    return cpu.msrs.has(msr.index) ? cpu.get(msr) : 0;
  }

  /** The fields of the host-state area. */
  void state(ObjLongConsumer<VmcsField> to) {
    to.accept(VmcsField.HOST_CR0, hostCr0());
    to.accept(VmcsField.HOST_CR3, page(PML4));
    to.accept(VmcsField.HOST_CR4, hostCr4());
    to.accept(VmcsField.HOST_IA32_EFER, Efer.LME | Efer.LMA | Efer.NXE);
    to.accept(VmcsField.HOST_IA32_PAT, PAT);
    to.accept(VmcsField.HOST_CS_SELECTOR, CODE_SELECTOR);
    to.accept(VmcsField.HOST_SS_SELECTOR, DATA_SELECTOR);
    to.accept(VmcsField.HOST_TR_SELECTOR, TASK_SELECTOR);
    to.accept(VmcsField.HOST_TR_BASE, page(TASK));
    to.accept(VmcsField.HOST_GDTR_BASE, page(GDT));
    to.accept(VmcsField.HOST_IDTR_BASE, page(IDT));
    to.accept(VmcsField.HOST_RSP, page(STACK));
    to.accept(VmcsField.HOST_RIP, code.symbols().get("exit"));
  }

  private long hostCr0() {
    long wanted = Cr0.PE | Cr0.PG | Cr0.NE | Cr0.ET;
    return (wanted | value(Msr.IA32_VMX_CR0_FIXED0)) & value(Msr.IA32_VMX_CR0_FIXED1);
  }

  private long hostCr4() {
    long wanted = Cr4.PAE | Cr4.MCE | Cr4.OSFXSR | value(Msr.IA32_VMX_CR4_FIXED0);
    return wanted & value(Msr.IA32_VMX_CR4_FIXED1);
  }

  /** Lays everything into memory, and puts the processor to the beginning of the code. */
  void lay() {
    memory.write(base, code.bytes());
    pages();
    descriptors();
    data();
    registers();
  }

  private void pages() {
    long open = PageEntry.P | PageEntry.RW;
    memory.write(page(PML4), 64, page(PDPT) | open);
    memory.write(page(PDPT), 64, page(DIRECTORY) | open);
    memory.write(page(DIRECTORY), 64, PageEntry.PS | open);
  }

  private void descriptors() {
    memory.write(page(GDT) + CODE_SELECTOR, 64, 0x00AF_9B00_0000_FFFFL);
    memory.write(page(GDT) + DATA_SELECTOR, 64, 0x00CF_9300_0000_FFFFL);
    for (int vector = 0; vector < 256; vector++) {
      long at = code.symbols().get(vector == 2 ? "nmi" : vector == 18 ? "check" : "stop");
      long gate = at & 0xFFFF | (long) CODE_SELECTOR << 16 | 0x8E00L << 32 | (at >> 16) << 48;
      memory.write(page(IDT) + 16 * vector, 64, gate);
    }
  }

  private void data() {
    long revision = value(Msr.IA32_VMX_BASIC) & VmxCapability.BASIC_REVISION;
    for (int region : List.of(VMXON_REGION, VMCS_REGION, SHADOW_REGION)) {
      memory.write(page(region), 32, revision);
      memory.write(page(DATA) + (region - VMXON_REGION) / PAGE * 8L, 64, page(region));
    }
    memory.write(page(DATA) + 0x18, 32, revision | SHADOW);
    memory.write(page(DATA) + 0x20, 32, 1 + random.nextInt(MOST_EXITS));
    memory.write(page(DATA) + 0x30, 64, page(REPAIRS));
    memory.write(page(DATA) + 0x38, 64, page(CHANGES));
    for (int i = 0; i < 16; i++) {
      long near = cpu.rip + random.nextInt(0x4000) - 0x2000;
      memory.write(page(PLACES) + 8 * i, 64, cpu.rip < 0x10000 ? near & 0xFFFF : near);
      memory.write(page(GUEST) + 8 * i, 64, cpu.r[i]);
    }
  }

  private void registers() {
    cpu.set(Msr.IA32_FEATURE_CONTROL, FeatureControl.LOCK | FeatureControl.VMX_OUTSIDE_SMX);
    cpu.set(State.CR4, hostCr4());
    cpu.efer = Efer.LME | Efer.LMA | Efer.NXE;
    cpu.set(State.CR3, page(PML4));
    cpu.set(State.CR0, hostCr0());
    cpu.set(State.DR7, 0x400);
    cpu.activity = Activity.ACTIVE;
    cpu.gdtr.set(page(GDT), 0xFFFF);
    cpu.idtr.set(page(IDT), 0xFFFF);
    int flat = SegmentRights.DB | SegmentRights.G;
    for (SegmentRegister which : SegmentRegister.values()) {
      cpu.segment(which).set(DATA_SELECTOR, 0, -1, 0x93 | flat);
    }
    cpu.segment(SegmentRegister.CS)
        .set(CODE_SELECTOR, 0, -1, 0x9B | SegmentRights.L | SegmentRights.G);
    cpu.segment(SegmentRegister.LDTR).set(0, 0, 0, SegmentRights.UNUSABLE);
    cpu.segment(SegmentRegister.TR).set(TASK_SELECTOR, page(TASK), 0x67, 0x8B);
    cpu.r[4] = page(STACK);
    cpu.rip = base;
    cpu.nextRip = base;
    cpu.setRflags(Rflags.FIXED);
    cpu.setCpl(0);
    cpu.mmu.flushAll();
  }
}
