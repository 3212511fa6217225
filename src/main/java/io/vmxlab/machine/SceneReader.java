package io.vmxlab.machine;

import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Operand;
import io.vmxlab.machine.MemoryOperand.Pointed;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntPredicate;

/** Looks at memory around an instruction that failed, without side effects. */
final class SceneReader {
  /** CPUID.1:ECX[31]. */
  private static final int HYPERVISOR = 1 << 31;

  /** P, DPL, S and type of a descriptor. */
  private static final int SYSTEM = 0xFF;

  private static final int PAGE_OFFSET = 0xFFF;
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /** Descriptors of the GDT that are looked at. */
  private static final int MOST_DESCRIPTORS = 32;

  private static final int CODE_DPL_0 = SegmentRights.P | SegmentRights.S | SegmentRights.CODE;
  private static final int TSS_32 = SegmentRights.P | 0x9;
  private static final int BUSY = 0x2;

  /** They take memory that holds the physical address of a region. */
  private static final Set<String> POINTED = Set.of("VMXON", "VMPTRLD", "VMCLEAR");

  private static final List<String> STACK = List.of("PUSH", "CALL", "ENTER");

  private final Cpu cpu;
  private final CodeReader reader;

  /** Where the instruction stands that was noted last; its code and mode. */
  private long noted;

  private long notedLinear;
  private CodeMode notedMode;

  /** Paging in which it was looked whether the address is the physical one, and the answer. */
  private long notedCr3;

  private boolean notedFlat;
  private long notedVmcs;

  /** The same of the last VM entry; no mode if there was none. */
  private long entry;

  private long entryVmcs;

  private long entryLinear;
  private CodeMode entryMode;
  private boolean entryFlat;

  SceneReader(Cpu cpu, CodeReader reader) {
    this.cpu = cpu;
    this.reader = reader;
  }

  /** VMLAUNCH or VMRESUME is executed. Called often, mostly at one place. */
  void note() {
    long linear = cpu.codeAddress(cpu.rip);
    long cr3 = cpu.cr3;
    if (notedMode == null || linear != notedLinear || cr3 != notedCr3) {
      notedFlat = isFlat(linear);
    }
    noted = cpu.rip;
    notedLinear = linear;
    notedCr3 = cr3;
    notedMode = cpu.codeMode();
    notedVmcs = cpu.vmx.get(VmxItem.CURRENT_VMCS);
  }

  /** What was noted last has entered a guest, or failed when guest state was checked or loaded. */
  void entered() {
    entry = noted;
    entryLinear = notedLinear;
    entryMode = notedMode;
    entryFlat = notedFlat;
    entryVmcs = notedVmcs;
  }

  /** A run begins. */
  void begin() {
    notedMode = null;
    entryMode = null;
  }

  /** The last VM entry, if its VMCS is the current one still, whose fields can be read. */
  Optional<Entered> lastEntry() {
    if (entryMode == null
        || cpu.vmxOperation == Cpu.OUTSIDE_VMX
        || cpu.get(VmxItem.CURRENT_VMCS) != entryVmcs) {
      return Optional.empty();
    }
    Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);
    Entered.FIELDS.forEach(f -> fields.put(f, cpu.get(f)));
    Code code = reader.at(entry, entryLinear, entryMode);
    return Optional.of(new Entered(code, entryMode, entryFlat, Map.copyOf(fields)));
  }

  /** What there is to see at {@code cpu.rip}. */
  Scene read(Optional<Code> lockedBy, OptionalLong faulting) {
    Optional<Instruction> insn = reader.instruction(cpu.rip);
    return new Scene(
        insn.flatMap(this::operand),
        insn.map(this::source).orElseGet(OptionalLong::empty),
        selector(r -> code(r) && (r & SegmentRights.L) != 0),
        selector(r -> code(r) && (r & (SegmentRights.L | SegmentRights.DB)) == SegmentRights.DB),
        selector(r -> (r & SYSTEM & ~BUSY) == TSS_32),
        cpu.gdtr.base,
        lockedBy,
        cpu.memory.size(),
        reader.missing(cpu.rip),
        (int) cpu.get(State.LINEAR_WIDTH),
        isFlat(cpu.codeAddress(cpu.rip)),
        faulting,
        cpu.model.has(Feature.VMX),
        (cpu.model.cpuid(1, 0)[Feature.Out.ECX.ordinal()] & HYPERVISOR) != 0,
        lastEntry());
  }

  private boolean isFlat(long linear) {
    OptionalLong physical = cpu.mmu.peek(linear);
    return physical.isPresent() && physical.getAsLong() == linear;
  }

  private static boolean code(int rights) {
    int dpl = 3 << SegmentRights.DPL_SHIFT;
    return (rights & (CODE_DPL_0 | dpl)) == CODE_DPL_0;
  }

  private OptionalInt selector(IntPredicate wanted) {
    int end = Math.min(cpu.gdtr.limit + 1, MOST_DESCRIPTORS * Long.BYTES);
    for (int selector = Long.BYTES; selector + Long.BYTES <= end; selector += Long.BYTES) {
      OptionalLong descriptor = linear64(cpu.gdtr.base + selector);
      if (descriptor.isPresent() && wanted.test((int) (descriptor.getAsLong() >>> 40) & 0xF0FF)) {
        return OptionalInt.of(selector);
      }
    }
    return OptionalInt.empty();
  }

  private OptionalLong source(Instruction insn) {
    List<Operand> operands = insn.form.operands();
    boolean cr3 =
        !operands.isEmpty()
            && operands.get(0).kind() == Operand.Kind.CONTROL_REGISTER
            && insn.register(0) == 3;
    if (!cr3) {
      return OptionalLong.empty();
    }
    long value = cpu.r[insn.register(1)];
    return cpu.isCanonical(value) ? cpu.mmu.peek(value) : OptionalLong.empty();
  }

  private Optional<MemoryOperand> operand(Instruction insn) {
    String mnemonic = insn.form.mnemonic();
    if (insn.memory() && !mnemonic.equals("LEA")) {
      long offset = Operands.offset(cpu, insn);
      boolean based = !cpu.in64BitMode() || insn.segment >= SegmentRegister.FS.ordinal();
      long base = based ? cpu.segments[insn.segment].base : 0;
      return Optional.of(at(offset + base, POINTED.contains(mnemonic)));
    }
    if (cpu.in64BitMode() && STACK.stream().anyMatch(mnemonic::startsWith)) {
      return Optional.of(at(cpu.r[RSP] - Long.BYTES, false));
    }
    boolean reads = mnemonic.startsWith("POP") || mnemonic.startsWith("RET");
    return cpu.in64BitMode() && reads ? Optional.of(at(cpu.r[RSP], false)) : Optional.empty();
  }

  private MemoryOperand at(long address, boolean toRegion) {
    long linear = cpu.codeMode() == CodeMode.BITS64 ? address : address & LOW_HALF;
    boolean canonical = cpu.isCanonical(linear);
    OptionalLong physical = canonical ? cpu.mmu.peek(linear) : OptionalLong.empty();
    OptionalLong pointer = canonical ? linear64(linear) : OptionalLong.empty();
    if (!toRegion || pointer.isEmpty()) {
      return new MemoryOperand(
          linear, canonical, physical, pointer, Pointed.REGION, OptionalLong.empty());
    }
    return pointed(linear, physical, pointer.getAsLong());
  }

  private MemoryOperand pointed(long linear, OptionalLong physical, long pointer) {
    Pointed pointed = isRam(pointer) ? Pointed.REGION : Pointed.NO_RAM;
    OptionalLong meant = OptionalLong.empty();
    if (!isRegion(pointer)) {
      OptionalLong mapped = cpu.isCanonical(pointer) ? cpu.mmu.peek(pointer) : OptionalLong.empty();
      OptionalLong next = isRam(pointer) ? physical64(pointer) : OptionalLong.empty();
      if (physical.isPresent() && isRegion(physical.getAsLong())) {
        pointed = Pointed.NOT_A_POINTER;
        meant = physical;
      } else if (next.isPresent() && isRegion(next.getAsLong())) {
        pointed = Pointed.POINTER;
        meant = next;
      } else if (mapped.isPresent() && mapped.getAsLong() != pointer && aligned(mapped)) {
        pointed = Pointed.VIRTUAL;
        meant = mapped;
      }
    }
    return new MemoryOperand(linear, true, physical, OptionalLong.of(pointer), pointed, meant);
  }

  private static boolean aligned(OptionalLong address) {
    return (address.getAsLong() & PAGE_OFFSET) == 0;
  }

  private boolean isRam(long address) {
    return address >= 0 && address <= cpu.memory.size() - Long.BYTES;
  }

  /** A page that begins with the processor's VMCS revision identifier. */
  private boolean isRegion(long address) {
    long revision = cpu.get(Msr.IA32_VMX_BASIC) & VmxCapability.BASIC_REVISION;
    return (address & PAGE_OFFSET) == 0
        && isRam(address)
        && cpu.memory.read(address, 32) == revision;
  }

  private OptionalLong physical64(long address) {
    return OptionalLong.of(cpu.memory.read(address, 64));
  }

  private OptionalLong linear64(long linear) {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      OptionalLong physical = cpu.mmu.peek(linear + i);
      if (physical.isEmpty()) {
        return physical;
      }
      value |= (long) cpu.memory.read8(physical.getAsLong()) << i * Byte.SIZE;
    }
    return OptionalLong.of(value);
  }
}
