package io.vmxlab.host;

import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Encoding;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.FormAttribute;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Operand;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Makes cases for a row of the instruction table: bytes that decode to it, and a state to start in.
 */
final class CaseGenerator {
  private static final int[] IGNORED_OVERRIDES = {0x26, 0x2E, 0x36, 0x3E};
  private static final int GS = 0x65;
  private static final int LOCK = 0xF0;

  /** BX BX BP BP SI DI BP BX, and the indexes of the first four. */
  private static final int[] BASES_16 = {3, 3, 5, 5, 6, 7, 5, 3};

  private static final int[] INDEXES_16 = {6, 7, 6, 7};

  private final Decoder decoder;
  private final Values values;
  private final VectorChooser vectors;

  Form form;
  CodeMode mode;
  boolean mode64;
  int addressSize;
  long[] gpr;
  boolean[] pinned;
  int pokeAt;
  byte[] poke;

  private boolean rexW;
  private int rexBits;
  private boolean rex;
  private int override;
  private int repeat;
  private boolean locked;
  private int relocation;
  private long relocated;
  private final ByteArrayOutputStream tail = new ByteArrayOutputStream();

  CaseGenerator(Decoder decoder, long seed) {
    this.decoder = decoder;
    this.values = new Values(new SplittableRandom(seed));
    vectors = new VectorChooser(values);
  }

  static boolean possible(Form form, CodeMode mode) {
    if (mode == CodeMode.BITS64) {
      return !form.has(FormAttribute.NO64);
    }
    return !form.has(FormAttribute.ONLY64)
        && !form.has(FormAttribute.A64)
        && form.pattern().rexW() != 1;
  }

  /** Offset of the data page in the segments of the mode. */
  long data() {
    return mode == CodeMode.BITS16 ? 0 : Guest.DATA;
  }

  /** A case, unless the random choices did not fit together. */
  Optional<HostCase> next(Form row, CodeMode codeMode) {
    form = row;
    mode = codeMode;
    mode64 = mode == CodeMode.BITS64;
    start();
    StateChooser state = new StateChooser(this, values);
    state.beforeEncoding();
    byte[] code = encode();
    if (code == null) {
      return Optional.empty();
    }
    Decoded decoded = decoder.decode(code, 0, code.length, mode);
    boolean refused = false;
    if (decoded instanceof Decoded.Valid) {
      Instruction insn = ((Decoded.Valid) decoded).instruction();
      if (insn.length() != code.length || !same(insn.form, form)) {
        return Optional.empty();
      }
      state.afterEncoding(insn);
      vectors.choose(insn);
    } else if (locked && decoded instanceof Decoded.Undefined) {
      refused = true;
    } else {
      return Optional.empty();
    }
    if (mode64 && gpr[RSP] != canonical(gpr[RSP])) {
      return Optional.empty(); // not every processor returns to such a state, see hostrun.c
    }
    if (mode != CodeMode.BITS64) {
      for (int i = 0; i < gpr.length; i++) {
        gpr[i] &= 0xFFFF_FFFFL;
      }
    }
    boolean repeated = repeat != 0 && !refused;
    VectorState registers = VectorChooser.used(form) ? vectors.state() : VectorState.NONE;
    return Optional.of(
        new HostCase(code, mode, repeated, state.flags(), gpr, pokeAt, poke, registers));
  }

  /** Synonyms decode to the row that the disassembler shows. */
  private static boolean same(Form a, Form b) {
    return a == b || a.owner().equals(b.owner()) && a.method().equals(b.method());
  }

  private void start() {
    gpr = new long[16];
    pinned = new boolean[16];
    for (int i = 0; i < gpr.length; i++) {
      gpr[i] = 0x1111_1111_1111_1111L * i;
    }
    gpr[RSP] = 0x0000_4444_4444_4444L;
    for (int i = 0; i < 3; i++) {
      randomValue(values.below(16));
    }
    pokeAt = 0;
    poke = new byte[0];
    rexW = form.pattern().rexW() == 1;
    rexBits = 0;
    rex = false;
    override = 0;
    repeat = 0;
    locked = false;
    relocation = -1;
    addressSize = mode.bits;
    tail.reset();
  }

  private byte[] encode() {
    Encoding e = form.pattern();
    boolean branch = form.has(FormAttribute.ENDS_BLOCK);
    int size = size();
    boolean chosen = e.space() == Encoding.Space.LEGACY && e.prefix() != -1 && e.prefix() != 0x66;
    boolean operandPrefix = chosen && size == (mode == CodeMode.BITS16 ? 32 : 16);
    if (size == 0 && !branch && e.prefix() == 0) {
      operandPrefix = values.chance(10);
      rexW |= mode64 && values.chance(20);
    } else if (size == 64 && values.chance(10)) {
      rexW = true;
      operandPrefix = !branch && e.prefix() == 0 && values.chance(30);
    }
    choosePrefixes();
    operands();
    if (tail.size() == 0 && e.modrm()) {
      return null;
    }
    immediates();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (override != 0) {
      out.write(override);
    }
    if (addressSize != mode.bits) {
      out.write(0x67);
    }
    if (locked) {
      out.write(LOCK);
    }
    if (repeat != 0) {
      out.write(repeat);
    }
    if (e.space() == Encoding.Space.VEX) {
      vex(out, e);
    } else {
      if (operandPrefix || e.prefix() == 0x66) {
        out.write(0x66);
      }
      if (e.prefix() > 0x66) {
        out.write(e.prefix());
      }
      if (mode64 && (rex || rexW || rexBits != 0)) {
        out.write(0x40 | (rexW ? 8 : 0) | rexBits);
      }
      escape(out, e);
    }
    int opcode = e.opcode();
    if (e.opcodeMask() != 0xFF) {
      opcode |= lowRegister & 7;
    }
    out.write(opcode);
    int tailAt = out.size();
    out.writeBytes(tail.toByteArray());
    byte[] code = out.toByteArray();
    if (relocation >= 0) {
      long displacement = relocated - (Guest.ENTRY + code.length);
      for (int i = 0; i < 4; i++) {
        code[tailAt + relocation + i] = (byte) (displacement >> (8 * i));
      }
    }
    return code;
  }

  private void escape(ByteArrayOutputStream out, Encoding e) {
    if (e.map() > 0) {
      out.write(0x0F);
    }
    if (e.map() > 1) {
      out.write(e.map() == 2 ? 0x38 : 0x3A);
    }
  }

  private void vex(ByteArrayOutputStream out, Encoding e) {
    int pp = e.prefix() == 0x66 ? 1 : e.prefix() == 0xF3 ? 2 : e.prefix() == 0xF2 ? 3 : 0;
    out.write(0xC4);
    out.write((~rexBits & 7) << 5 | e.map());
    out.write((rexW ? 0x80 : 0) | (~vvvv & 15) << 3 | pp);
  }

  private int vvvv;
  private int lowRegister;

  /** The operand size that the row is for; 0 if it is for all. */
  private int size() {
    if (form.has(FormAttribute.O16)) {
      return 16;
    }
    if (form.has(FormAttribute.O32)) {
      return 32;
    }
    for (Operand operand : form.operands()) {
      switch (operand.kind()) {
        case REGISTER:
        case REGISTER_OR_MEMORY:
        case RELATIVE:
        case FIXED:
          return operand.width() == 8 ? 0 : operand.width();
        default:
          break;
      }
    }
    return 0;
  }

  private void choosePrefixes() {
    Encoding e = form.pattern();
    boolean string = form.has(FormAttribute.REP) || form.has(FormAttribute.REPCC);
    if (string && values.chance(70)) {
      repeat = values.chance(70) ? 0xF3 : 0xF2;
    }
    boolean addresses = string || e.modrm() || form.page().startsWith("XLAT");
    boolean counts = form.page().startsWith("LOOP") || form.page().equals("Jcc");
    int prefixed = mode == CodeMode.BITS32 ? 16 : 32;
    int rare = mode == CodeMode.BITS32 ? 3 : 10;
    if (form.has(FormAttribute.A16) || form.has(FormAttribute.A32)) {
      addressSize = form.has(FormAttribute.A16) ? 16 : 32;
    } else if (addresses && values.chance(rare) || counts && values.chance(30)) {
      addressSize = form.has(FormAttribute.A64) ? 64 : prefixed;
    }
    if (mode64 && addresses && values.chance(8)) {
      override = GS;
    } else if (!counts && values.chance(4)) {
      override = mode64 || values.chance(80) ? IGNORED_OVERRIDES[values.below(4)] : GS;
    }
    rex = values.chance(30);
    vvvv = values.below(mode64 ? 16 : 8);
    lowRegister = values.below(mode64 ? 16 : 8);
  }

  private void operands() {
    Encoding e = form.pattern();
    if (!e.modrm()) {
      if (e.opcodeMask() != 0xFF) {
        rexBits |= lowRegister >> 3;
        randomValue(lowRegister);
      }
      return;
    }
    if (e.rm() >= 0) {
      tail.write(e.rm());
      return;
    }
    int reg = values.below(mode64 ? 16 : 8);
    if (e.digit() >= 0) {
      reg = e.digit();
    } else {
      randomValue(reg);
      rexBits |= (reg & 8) >> 1;
    }
    randomValue(vvvv);
    boolean memory = e.mod() == 0 || e.mod() < 0 && values.chance(55);
    if (!memory) {
      int rm = values.below(mode64 ? 16 : 8);
      randomValue(rm);
      rexBits |= rm >> 3;
      tail.write(0xC0 | (reg & 7) << 3 | rm & 7);
      locked = values.chance(1);
      return;
    }
    locked = values.chance(form.has(FormAttribute.LOCK) ? 25 : 1);
    if (e.space() == Encoding.Space.VEX) {
      locked = false;
    }
    memory((reg & 7) << 3);
  }

  private void randomValue(int register) {
    if (!pinned[register]) {
      long value = values.next();
      gpr[register] = register == RSP ? canonical(value) : value;
    }
  }

  /** The nearest address that sign-extends bit 47. */
  private static long canonical(long address) {
    return address << 16 >> 16;
  }

  /**
   * A locked access must not cross a cache line: there are kernels and hypervisors that slow down
   * or end a program that does so.
   */
  private int place() {
    int at = StateChooser.place(values);
    if (VectorChooser.used(form) && values.chance(80)) {
      at &= -16;
    }
    boolean locks = locked || form.page().equals("XCHG");
    if (!locks || form.mnemonic().equals("CMPXCHG16B")) { // which has to be aligned by itself
      return at;
    }
    int aligned = at & -16;
    return form.page().startsWith("BT") ? aligned : aligned + values.below(9);
  }

  /** Address of a memory operand as the instruction has to compute it. */
  private long target() {
    int at = place();
    pokeAt = at & (Guest.PAGE - 1);
    poke = new byte[16];
    for (int i = 0; i < 2; i++) {
      long value = VectorChooser.used(form) ? vectors.quad(form) : values.next();
      StateChooser.put(poke, 8 * i, 8, value);
    }
    return data() + at - (override == GS && mode64 ? Guest.GS_BASE : 0);
  }

  private void memory(int regBits) {
    long address = target();
    if (addressSize == 16) {
      memory16(regBits, address);
      return;
    }
    switch (values.below(10)) {
      case 0:
        if (mode64) {
          relocation = tail.size() + 1;
          relocated = address;
        }
        tail.write(regBits | 5);
        write(address, 4);
        break;
      case 1:
        tail.write(regBits | 4);
        tail.write(0x25);
        write(address, 4);
        break;
      default:
        memory(regBits, address);
        break;
    }
  }

  private void memory16(int regBits, long address) {
    int mod = values.below(3);
    int rm = values.below(8);
    boolean direct = mod == 0 && rm == 6;
    long displacement = mod == 1 ? (byte) values.next() : mod == 2 ? values.next() : 0;
    int base = BASES_16[rm];
    if (direct) {
      displacement = address;
    } else if (pinned[base]) {
      mod = 2;
      displacement = address - gpr[base] - (rm < 4 ? gpr[INDEXES_16[rm]] : 0);
    } else if (values.chance(97)) {
      long index = rm < 4 ? gpr[INDEXES_16[rm]] : 0;
      gpr[base] = upperRubbish(address - displacement - index);
    }
    if (!direct) {
      pinned[base] = true;
      pinned[rm < 4 ? INDEXES_16[rm] : base] = true;
    }
    tail.write(mod << 6 | regBits | rm);
    write(displacement, direct ? 2 : mod);
  }

  private void memory(int regBits, long address) {
    int registers = mode64 ? 16 : 8;
    int base = values.below(registers);
    int index = values.chance(60) ? values.below(registers) : 4;
    int scale = values.below(4);
    int mod = values.below(3);
    if (mod == 0 && (base & 7) == 5) {
      mod = 1;
    }
    long displacement = mod == 0 ? 0 : mod == 1 ? (byte) values.next() : (int) values.next();
    boolean sib = index != 4 || (base & 7) == 4 || values.chance(10);
    long indexed = index == 4 ? 0 : gpr[index] << scale;
    if (values.chance(3)) {
      randomValue(base);
    } else if (!pinned[base] && base != index) {
      gpr[base] = upperRubbish(address - indexed - displacement);
    } else {
      mod = 2;
      displacement = address - indexed - gpr[base];
      if (addressSize == 64 && displacement != (int) displacement) {
        tail.reset();
        return;
      }
    }
    pinned[base] = true;
    if (index != 4) {
      pinned[index] = true;
    }
    rexBits |= base >> 3 | (index & 8) >> 2;
    tail.write(mod << 6 | regBits | (sib ? 4 : base & 7));
    if (sib) {
      tail.write(scale << 6 | (index & 7) << 3 | base & 7);
    }
    write(displacement, mod == 0 ? 0 : mod == 1 ? 1 : 4);
  }

  /** What lies above the address size must not matter. */
  long upperRubbish(long address) {
    switch (addressSize) {
      case 64:
        return address;
      case 32:
        return address & 0xFFFF_FFFFL | values.next() << 32;
      default:
        return address & 0xFFFF | values.next() << 16;
    }
  }

  private void immediates() {
    Encoding e = form.pattern();
    if (e.immediate() < 0) {
      write(target(), addressSize / 8);
    } else {
      boolean frame = form.page().equals("ENTER") && values.chance(80);
      write(frame ? values.below(256) : values.next(), e.immediate());
      write(values.chance(70) ? values.below(5) : values.next(), e.secondImmediate());
    }
  }

  private void write(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      tail.write((int) (value >> (8 * i)));
    }
  }
}
