package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import io.vmxlab.isa.Decoded.Reason;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Turns bytes into instructions, for a processor with some set of features. Immutable; safe for use
 * by several threads. SDM Vol. 2A "Instruction Format".
 */
public final class Decoder {
  /** Longest instruction in bytes. */
  public static final int MAX_LENGTH = 15;

  private static final Decoded TOO_LONG = new Decoded.TooLong();
  private static final Decoded TRUNCATED = new Decoded.Truncated();
  private static final Feature[] FEATURES = Feature.values();

  private final InstructionTable table;
  private final boolean[] present = new boolean[FEATURES.length];

  /** A decoder for a processor that has exactly these features. */
  public Decoder(InstructionTable table, Set<Feature> features) {
    this(table, features::contains);
  }

  /** A decoder for a processor that has the features for which the question is answered so. */
  public Decoder(InstructionTable table, Predicate<Feature> has) {
    this.table = table;
    for (int i = 0; i < FEATURES.length; i++) {
      present[i] = has.test(FEATURES[i]);
    }
  }

  /**
   * Decodes one instruction.
   *
   * @param from of its first byte
   * @param to end of the readable bytes
   */
  public Decoded decode(byte[] code, int from, int to, CodeMode mode) {
    ByteCursor in = new ByteCursor(code, from, Math.min(to, from + MAX_LENGTH));
    DecodeState s = new DecodeState();
    s.mode = mode;
    int opcode = Prefixes.read(in, s);
    boolean badVex = s.vex == 0 ? false : !Prefixes.readVex(in, s);
    int group;
    if (s.vex != 0) {
      group = s.map;
      opcode = in.next();
    } else if (opcode == 0x0F) {
      opcode = in.next();
      group = opcode == 0x38 ? 2 : opcode == 0x3A ? 3 : 1;
      opcode = group == 1 ? opcode : in.next();
    } else {
      group = 0;
    }
    int entry = badVex || in.overrun ? InstructionTable.NONE : table.firstEntry(group, opcode);
    if (entry == InstructionTable.NONE) {
      return in.overrun ? overrun(in, to) : undefined(in, null, Reason.NO_INSTRUCTION);
    }
    boolean modrm = MatchKey.modrm(table.key(table.row(entry)));
    if (modrm) {
      s.modrm = in.next();
      if (in.overrun) {
        return overrun(in, to);
      }
    }
    int row = choose(entry, s);
    if (row < 0) {
      return whyNot(entry, s, in);
    }
    if (s.vex != 0 && table.form(row).needsSib() && !hasSib(s)) {
      return undefined(in, table.form(row), Reason.NO_INSTRUCTION);
    }
    if (s.vex != 0 && (s.size66 || s.repeat != 0 || s.lock || s.rex)) {
      return undefined(in, table.form(row), Reason.PREFIX_NOT_ALLOWED);
    }
    return finish(row, opcode, s, in, to);
  }

  /** Gathers, and loads and stores of tiles, need one. */
  private static boolean hasSib(DecodeState s) {
    return s.addressSize != 16 && (s.modrm & 7) == 4;
  }

  private static Decoded overrun(ByteCursor in, int to) {
    return in.from + MAX_LENGTH <= to ? TOO_LONG : TRUNCATED;
  }

  private static Decoded undefined(ByteCursor in, Form missing, Reason reason) {
    return new Decoded.Undefined(in.at - in.from, missing, reason);
  }

  /** The most specific row that the bytes mean, or -1. */
  int choose(int firstEntry, DecodeState s) {
    boolean extended = s.modrm < 0 && s.rexB != 0 && hasLowBitsRow(firstEntry);
    int best = -1;
    int bestValue = -1;
    for (int e = firstEntry; e != InstructionTable.NONE; e = table.nextEntry(e)) {
      int row = table.row(e);
      long key = table.key(row);
      int feature = MatchKey.feature(key);
      if (feature >= 0 && !present[feature]
          || extended && MatchKey.isPlain(key) // 41 90 is XCHG R8D, EAX and no NOP
          || MatchKey.failure(key, s) != MatchKey.MATCH) {
        continue;
      }
      int value = MatchKey.specificity(key, s);
      if (value >= bestValue) {
        best = row;
        bestValue = value;
      }
    }
    return best;
  }

  /**
   * The operand size, if prefixes, opcode and ModRM mean this row or one with the same encoding;
   * else 0.
   */
  int sizeIfMeant(Form form, int opcode, DecodeState s) {
    Encoding e = form.pattern();
    if (e.rm() >= 0 && !e.modrm()) {
      return MatchKey.effectiveSize(MatchKey.of(form), s);
    }
    int row = choose(table.firstEntry(InstructionTable.group(e), opcode), s);
    if (row < 0 || table.form(row) != form && !table.form(row).pattern().equals(e)) {
      return 0;
    }
    return MatchKey.effectiveSize(table.key(row), s);
  }

  /** The operand size, if these mean the row that the form is another spelling of; else 0. */
  int sizeIfSpelled(Form form, int opcode, DecodeState s) {
    int row = choose(table.firstEntry(InstructionTable.group(form.pattern()), opcode), s);
    boolean same = row >= 0 && table.form(row).encoding().equals(form.encoding());
    return same && form.spelling() ? MatchKey.effectiveSize(table.key(row), s) : 0;
  }

  private boolean hasLowBitsRow(int firstEntry) {
    for (int e = firstEntry; e != InstructionTable.NONE; e = table.nextEntry(e)) {
      if (MatchKey.lowBits(table.key(table.row(e)))) {
        return true;
      }
    }
    return false;
  }

  /**
   * No row matches: names the one that comes nearest. Bytes of an instruction that the processor
   * lacks are named as such, unless they are also a modelled instruction with a register where it
   * needs memory: that is the likelier mistake (VMXON of a register is SENDUIPI elsewhere), but not
   * where the whole ModRM byte is that of the instruction (ENCLS is no SIDT).
   */
  private Decoded whyNot(int firstEntry, DecodeState s, ByteCursor in) {
    int nearest = MatchKey.OTHER_BYTES;
    int row = -1;
    int absent = -1;
    for (int e = firstEntry; e != InstructionTable.NONE; e = table.nextEntry(e)) {
      long key = table.key(table.row(e));
      int failure = MatchKey.failure(key, s);
      if (failure == MatchKey.MATCH) {
        absent = table.row(e);
        continue;
      }
      // A row that knows the whole ModRM byte is nearer than one that knows three bits of it.
      int value =
          MatchKey.wholeModrm(key) && failure > MatchKey.OTHER_BYTES ? failure + 8 : failure;
      if (value > nearest) {
        nearest = value;
        row = table.row(e);
      }
    }
    boolean whole = absent >= 0 && MatchKey.wholeModrm(table.key(absent));
    boolean meant = nearest == MatchKey.MEMORY_NEEDED && table.form(row).modelled() && !whole;
    if (absent >= 0 && !meant) {
      return undefined(in, table.form(absent), Reason.FEATURE_ABSENT);
    }
    return undefined(in, row < 0 ? null : table.form(row), reason(nearest & 7));
  }

  private static Reason reason(int failure) {
    switch (failure) {
      case MatchKey.WRONG_MODE:
        return Reason.NOT_IN_THIS_MODE;
      case MatchKey.MEMORY_NEEDED:
        return Reason.MEMORY_OPERAND_REQUIRED;
      case MatchKey.REGISTER_NEEDED:
        return Reason.REGISTER_OPERAND_REQUIRED;
      case MatchKey.WRONG_PREFIX:
        return Reason.PREFIX_NOT_ALLOWED;
      default:
        return Reason.NO_INSTRUCTION;
    }
  }

  private Decoded finish(int row, int opcode, DecodeState s, ByteCursor in, int to) {
    Form form = table.form(row);
    long key = table.key(row);
    InstructionDraft d = new InstructionDraft();
    d.form = form;
    d.mode = s.mode;
    int effective = MatchKey.effectiveSize(key, s);
    d.operandSize = form.operandSize() != 0 ? form.operandSize() : effective;
    d.addressSize = s.addressSize;
    d.lock = s.lock;
    int taken = MatchKey.takenPrefix(key);
    d.repeat = taken == MatchKey.PREFIX_F2 || taken == MatchKey.PREFIX_F3 ? 0 : s.repeat;
    d.rex = s.rex;
    d.vvvv = s.vvvv;
    d.segmentOverride = s.segmentOverride >= 0;
    if (s.modrm >= 0) {
      d.mod = s.modrm >> 6;
      d.reg = (s.modrm >> 3) & 7 | s.rexR;
      d.rm = s.modrm & 7 | s.rexB;
      if (d.mod != 3 && !form.has(FormAttribute.RM_IS_REGISTER)) {
        AddressReader.read(in, s, d);
      }
    } else {
      d.rm = opcode & 7 | s.rexB;
    }
    if (d.segmentOverride) {
      d.segment = s.segmentOverride;
    }
    readImmediates(in, s, d);
    if (in.overrun) {
      return overrun(in, to);
    }
    boolean wrongPrefix = s.size66 && form.has(FormAttribute.NO66);
    Reason reason = wrongPrefix ? Reason.PREFIX_NOT_ALLOWED : illegal(d);
    if (reason != null) {
      return undefined(in, form, reason);
    }
    d.bytes = Arrays.copyOfRange(in.code, in.from, in.at);
    return new Decoded.Valid(d.finish());
  }

  private static void readImmediates(ByteCursor in, DecodeState s, InstructionDraft d) {
    Encoding e = d.form.pattern();
    if (e.immediate() < 0) {
      d.immediate = in.unsigned(s.addressSize / 8);
    } else if (e.immediate() > 0) {
      // The offset of a far pointer is an address; all else is a number.
      boolean address = e.secondImmediate() == 2;
      d.immediate = address ? in.unsigned(e.immediate()) : in.signed(e.immediate());
    }
    if (e.secondImmediate() > 0) {
      d.secondImmediate = in.unsigned(e.secondImmediate());
    }
  }

  /** The operand is a tile beyond the eighth. */
  private static boolean noTile(Operand operand, InstructionDraft d) {
    if (operand.text().charAt(0) != 't') {
      return false;
    }
    switch (operand.place()) {
      case MODRM_REG:
        return d.reg > 7;
      case MODRM_RM:
        return d.rm > 7;
      default:
        return d.vvvv > 7;
    }
  }

  /** What is wrong with an instruction whose bytes are complete, or null. */
  private static Reason illegal(InstructionDraft d) {
    if (d.lock && (!d.form.has(FormAttribute.LOCK) || d.mod == 3 || d.mod < 0)) {
      return Reason.LOCK_NOT_ALLOWED;
    }
    if (d.mod < 0) {
      return null;
    }
    for (int i = 0; i < d.form.operands().size(); i++) {
      Operand o = d.form.operands().get(i);
      if (o.kind() == Operand.Kind.SEGMENT_REGISTER && o.place() == Operand.Place.MODRM_REG) {
        d.reg &= 7; // REX.R is ignored
        if (d.reg > 5 || i == 0 && d.reg == 1) {
          return Reason.NO_INSTRUCTION;
        }
      } else if (o.kind() == Operand.Kind.DEBUG_REGISTER && d.reg > 7
          || o.kind() == Operand.Kind.OTHER && noTile(o, d)) {
        return Reason.NO_INSTRUCTION;
      }
    }
    return null;
  }
}
