package io.vmxlab.host;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RBP;
import static io.vmxlab.arch.Gpr.RBX;
import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.arch.Gpr.RDI;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.arch.Gpr.RSI;
import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.isa.FormAttribute;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Operand;

/** Chooses registers and memory such that an instruction has something to do. */
final class StateChooser {
  private static final int GS = SegmentRegister.GS.ordinal();

  private final CaseGenerator g;
  private final Values values;

  StateChooser(CaseGenerator generator, Values values) {
    this.g = generator;
    this.values = values;
  }

  /** An offset in the data page, now and then so that an access leaves it. */
  static int place(Values values) {
    int r = values.below(100);
    if (r < 75) {
      return values.between(256, Guest.PAGE - 256);
    }
    if (r < 90) {
      return values.between(16, Guest.PAGE / 16 - 16) * 16;
    }
    return r < 96 ? Guest.PAGE - values.below(17) : -values.below(17);
  }

  static void put(byte[] bytes, int at, int count, long value) {
    for (int i = 0; i < count; i++) {
      bytes[at + i] = (byte) (value >> (8 * i));
    }
  }

  /** Registers whose values the choice of a memory operand has to respect. */
  void beforeEncoding() {
    if (!values.chance(97)) {
      return; // wherever those registers happen to point
    }
    switch (g.form.page()) {
      case "PUSH", "POP", "PUSHA/PUSHAD", "POPA/POPAD", "CALL", "RET":
        pin(RSP, g.data() + place(values));
        break;
      case "ENTER":
        pin(RSP, g.data() + values.between(Guest.PAGE / 2, Guest.PAGE));
        pin(RBP, g.data() + place(values));
        break;
      case "MASKMOVQ", "MASKMOVDQU":
        pin(RDI, g.data() + place(values));
        break;
      case "LEAVE":
        pin(RBP, g.data() + place(values));
        break;
      default:
        break;
    }
  }

  private void pin(int register, long value) {
    g.gpr[register] = value;
    g.pinned[register] = true;
  }

  /** Everything else. */
  void afterEncoding(Instruction insn) {
    if (g.form.has(FormAttribute.REP) || g.form.has(FormAttribute.REPCC)) {
      string(insn);
      return;
    }
    switch (g.form.page()) {
      case "DIV", "IDIV" -> divide(insn);
      case "CMPXCHG" -> compareExchange(insn);
      case "CMPXCHG8B/CMPXCHG16B" -> compareExchangeWide(insn);
      case "XLAT/XLATB" -> translate(insn);
      case "BT", "BTS", "BTR", "BTC" -> bitOffset(insn);
      case "LOOP/LOOPcc", "Jcc" -> count(values.below(3));
      case "SAL/SAR/SHL/SHR", "RCL/RCR/ROL/ROR", "SHLD", "SHRD" -> count(values.below(70));
      case "JMP", "CALL" -> operandValue(insn, codeAddress());
      case "RET" -> pokeStack(codeAddress());
      case "BOUND" -> bounds(insn);
      default -> {}
    }
  }

  long flags() {
    long flags = values.next() * 0x9E3779B97F4A7C15L >>> 32 & Rflags.STATUS;
    boolean string = g.form.has(FormAttribute.REP) || g.form.has(FormAttribute.REPCC);
    return values.chance(string ? 40 : 10) ? flags | Rflags.DF : flags;
  }

  private void string(Instruction insn) {
    long bias = g.mode64 && insn.segment == GS ? Guest.GS_BASE : 0;
    int from = place(values);
    int to = values.chance(30) ? from + values.between(-16, 17) : place(values);
    if (values.chance(97)) {
      g.gpr[RSI] = g.upperRubbish(g.data() + from - bias);
      g.gpr[RDI] = g.upperRubbish(g.data() + to);
    }
    count(values.chance(80) ? values.below(20) : values.below(600));
  }

  private void count(long value) {
    if (!g.pinned[RCX] && values.chance(90)) {
      g.gpr[RCX] = g.upperRubbish(value);
    }
  }

  private void operandValue(Instruction insn, long value) {
    if (insn.memory()) {
      byte[] bytes = new byte[16];
      put(bytes, 0, 8, value);
      put(bytes, 8, 8, values.next());
      g.poke = bytes;
    } else if (insn.mod == 3 && !g.pinned[insn.rm]) {
      g.gpr[insn.rm] = value;
    }
  }

  private long codeAddress() {
    return values.chance(70) ? Guest.CODE + values.next() % (1L << 40) : values.next();
  }

  private void pokeStack(long value) {
    g.pokeAt = (int) g.gpr[RSP] & (Guest.PAGE - 1);
    g.poke = new byte[8];
    put(g.poke, 0, 8, value);
  }

  private int width() {
    for (Operand operand : g.form.operands()) {
      if (operand.width() != 0) {
        return operand.width();
      }
    }
    return 64;
  }

  /** Mostly quotients that fit. */
  private void divide(Instruction insn) {
    int width = width();
    long divisor = values.next();
    operandValue(insn, divisor);
    if (values.chance(20)) {
      return;
    }
    long mask = width == 64 ? -1 : (1L << width) - 1;
    long sign = (g.gpr[RAX] >>> (width - 1) & 1) != 0 ? -1 : 0;
    long magnitude = divisor & mask;
    long part = magnitude == 0 ? 0 : Long.remainderUnsigned(values.next(), magnitude);
    long upper = values.chance(30) ? 0 : values.chance(40) ? sign : part >>> values.below(4);
    if (values.chance(30)) {
      upper = ~upper;
    }
    if (width == 8) {
      g.gpr[RAX] = g.gpr[RAX] & ~0xFF00L | (upper & 0xFF) << 8;
    } else if (!g.pinned[RDX]) {
      g.gpr[RDX] = upper;
    }
  }

  private void compareExchange(Instruction insn) {
    if (values.chance(50) && !g.pinned[RAX]) {
      if (insn.memory()) {
        long value = values.next();
        operandValue(insn, value);
        g.gpr[RAX] = value;
      } else {
        g.gpr[RAX] = g.gpr[insn.rm];
      }
    }
  }

  private void compareExchangeWide(Instruction insn) {
    g.poke = new byte[16];
    boolean wide = g.form.mnemonic().equals("CMPXCHG16B");
    for (int register : new int[] {RAX, RDX, RBX, RCX}) {
      if (!g.pinned[register]) {
        g.gpr[register] = values.next();
      }
    }
    if (values.chance(70)) {
      put(g.poke, 0, wide ? 8 : 4, g.gpr[RAX]);
      put(g.poke, wide ? 8 : 4, wide ? 8 : 4, g.gpr[RDX]);
    }
  }

  private void translate(Instruction insn) {
    long bias = g.mode64 && insn.segment == GS ? Guest.GS_BASE : 0;
    g.gpr[RAX] = values.next();
    long table = g.data() + place(values) - (g.gpr[RAX] & 0xFF) - bias;
    g.gpr[RBX] = g.upperRubbish(table);
  }

  private void bitOffset(Instruction insn) {
    boolean register = g.form.operands().get(1).kind() == Operand.Kind.REGISTER;
    if (register && !g.pinned[insn.reg] && values.chance(70)) {
      g.gpr[insn.reg] = values.between(-8000, 8000);
    }
  }

  private void bounds(Instruction insn) {
    if (values.chance(60)) {
      int bytes = insn.operandSize / 8;
      g.poke = new byte[2 * bytes];
      put(g.poke, 0, bytes, g.gpr[insn.reg] - values.below(2));
      put(g.poke, bytes, bytes, g.gpr[insn.reg] + values.below(2));
    }
  }
}
