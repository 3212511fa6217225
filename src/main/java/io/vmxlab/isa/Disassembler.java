package io.vmxlab.isa;

import java.util.Locale;

/**
 * Writes instructions as text in NASM's syntax: lower case, hexadecimal numbers with {@code 0x},
 * the size before every memory operand that has one, a symbol behind an address in angle brackets.
 */
public final class Disassembler {
  private final SymbolNames symbols;

  public Disassembler(SymbolNames symbols) {
    this.symbols = symbols;
  }

  /**
   * The text of an instruction.
   *
   * @param address where its first byte stands
   */
  public String text(Instruction insn, long address) {
    StringBuilder out = new StringBuilder();
    if (insn.lock) {
      out.append("lock ");
    }
    if (insn.repeat != 0 && insn.form.has(FormAttribute.REPCC)) {
      out.append(insn.repeat == 0xF3 ? "repe " : "repne ");
    } else if (insn.repeat != 0 && insn.form.has(FormAttribute.REP)) {
      out.append("rep ");
    }
    if (implied(insn) && insn.segmentOverride) {
      out.append(RegisterName.segment(insn.segment)).append(' ');
    }
    if (implied(insn) && insn.addressSize != insn.mode.bits) {
      out.append('a').append(insn.addressSize).append(' ');
    }
    out.append(insn.form.mnemonic().toLowerCase(Locale.ROOT));
    String separator = " ";
    for (int i = 0; i < insn.form.operands().size(); i++) {
      out.append(separator);
      operand(out, insn, i, address);
      separator = ", ";
    }
    return out.toString();
  }

  /** Has a memory operand that the syntax does not show. */
  private static boolean implied(Instruction insn) {
    return insn.form.operands().isEmpty()
        && (insn.form.has(FormAttribute.REP)
            || insn.form.has(FormAttribute.REPCC)
            || insn.form.mnemonic().startsWith("XLAT"));
  }

  private void operand(StringBuilder out, Instruction insn, int i, long address) {
    Operand operand = insn.form.operands().get(i);
    switch (operand.kind()) {
      case REGISTER_OR_MEMORY:
      case MEMORY:
      case FAR_MEMORY:
        if (insn.memory()) {
          memory(out, insn, operand, address);
          break;
        }
        register(out, insn, operand, i);
        break;
      case REGISTER:
        register(out, insn, operand, i);
        break;
      case MOFFS:
        size(out, operand.width());
        out.append('[');
        segment(out, insn);
        if (insn.addressSize == 64) {
          out.append("qword ");
        }
        hex(out, insn.immediate).append(']');
        break;
      case RELATIVE:
        long target = address + insn.length() + insn.immediate;
        int bits = insn.operandSize;
        address(out, bits == 64 ? target : target & ((1L << bits) - 1));
        break;
      case FAR_POINTER:
        hex(out, insn.secondImmediate).append(':');
        hex(out, insn.immediate & (operand.width() == 16 ? 0xFFFF : 0xFFFF_FFFFL));
        break;
      case SEGMENT_REGISTER:
        out.append((insn.reg & 7) < 6 ? RegisterName.segment(insn.reg & 7) : "s?");
        break;
      case CONTROL_REGISTER:
        out.append("cr").append(insn.reg);
        break;
      case DEBUG_REGISTER:
        out.append("dr").append(insn.reg);
        break;
      case IMMEDIATE:
        immediate(out, insn, operand);
        break;
      default:
        out.append(operand.text().toLowerCase(Locale.ROOT));
        break;
    }
  }

  private static void register(StringBuilder out, Instruction insn, Operand operand, int i) {
    int n = insn.register(i);
    boolean high = operand.width() == 8 && insn.highByte(n);
    out.append(RegisterName.general(n, operand.width(), high));
  }

  private static void immediate(StringBuilder out, Instruction insn, Operand operand) {
    boolean second = operand.place() == Operand.Place.SECOND_IMMEDIATE;
    long value = second ? insn.secondImmediate : insn.immediate;
    int width = second ? operand.width() : Math.max(destination(insn), operand.width());
    hex(out, width >= 64 ? value : value & ((1L << width) - 1));
  }

  /** Width to which an immediate is sign-extended. */
  private static int destination(Instruction insn) {
    Operand first = insn.form.operands().get(0);
    return first.kind() == Operand.Kind.IMMEDIATE
        ? (insn.form.has(FormAttribute.DEFAULT64) && insn.form.operands().size() == 1
            ? insn.operandSize
            : 0)
        : first.width();
  }

  private static StringBuilder hex(StringBuilder out, long value) {
    return out.append("0x").append(Long.toHexString(value));
  }

  private void address(StringBuilder out, long address) {
    hex(out, address);
    String name = symbols.name(address);
    if (name != null) {
      out.append(" <").append(name).append('>');
    }
  }

  private static void size(StringBuilder out, int width) {
    switch (width) {
      case 8 -> out.append("byte ");
      case 16 -> out.append("word ");
      case 32 -> out.append("dword ");
      case 64 -> out.append("qword ");
      case 80 -> out.append("tword ");
      case 128 -> out.append("oword ");
      default -> {}
    }
  }

  private static void segment(StringBuilder out, Instruction insn) {
    if (insn.segmentOverride) {
      out.append(RegisterName.segment(insn.segment)).append(':');
    }
  }

  private void memory(StringBuilder out, Instruction insn, Operand operand, long address) {
    if (operand.kind() == Operand.Kind.FAR_MEMORY) {
      out.append("far ");
    }
    size(out, operand.width());
    out.append('[');
    segment(out, insn);
    if (insn.ripRelative) {
      out.append("rel ");
      long at = address + insn.length() + insn.displacement;
      hex(out, insn.addressSize == 32 ? at & 0xFFFF_FFFFL : at).append(']');
      String name = symbols.name(at);
      if (name != null) {
        out.append(" <").append(name).append('>');
      }
      return;
    }
    String plus = "";
    if (insn.base != Instruction.NO_REGISTER) {
      out.append(RegisterName.general(insn.base, insn.addressSize, false));
      plus = "+";
    }
    if (insn.index != Instruction.NO_REGISTER) {
      out.append(plus).append(RegisterName.general(insn.index, insn.addressSize, false));
      if (insn.addressSize != 16) {
        out.append('*').append(1 << insn.scale);
      }
      plus = "+";
    }
    long d = insn.displacement;
    if (plus.isEmpty()) {
      hex(out, insn.addressSize == 64 ? d : d & ((1L << insn.addressSize) - 1));
    } else if (d != 0) {
      out.append(d < 0 ? "-0x" : "+0x").append(Long.toHexString(Math.abs(d)));
    }
    out.append(']');
  }
}
