package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;
import java.util.Locale;
import java.util.Set;

/**
 * Writes instructions as text in NASM's syntax: lower case, hexadecimal numbers with {@code 0x},
 * the size before a memory operand where nothing else shows it, a symbol behind an address in angle
 * brackets. Without symbols the text assembles to the same instruction.
 */
public final class Disassembler {
  /** Pages of instructions that move the stack pointer by the operand size. */
  private static final Set<String> STACK_PAGES = Set.of("RET", "ENTER", "LEAVE", "PUSH", "POP");

  private static final int BP = 5;

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
    prefixes(out, insn);
    out.append(SizelessNames.written(insn.form));
    String separator = " ";
    for (int i = 0; i < insn.form.operands().size(); i++) {
      out.append(separator);
      operand(out, insn, i, address);
      separator = ", ";
    }
    return out.toString();
  }

  private static void prefixes(StringBuilder out, Instruction insn) {
    if (EncodingChoice.isEvexUnlessTold(insn.form.mnemonic())) {
      out.append(EncodingChoice.VEX).append(' ');
    }
    if (insn.lock) {
      out.append("lock ");
    }
    if (insn.repeat != 0 && insn.form.has(FormAttribute.REPCC)) {
      out.append(insn.repeat == 0xF3 ? "repe " : "repne ");
    } else if (insn.repeat != 0 && insn.form.has(FormAttribute.REP)) {
      out.append("rep ");
    }
    if (implied(insn)) {
      if (insn.segmentOverride) {
        out.append(RegisterName.segment(insn.segment)).append(' ');
      }
    }
    boolean hidden = implied(insn) || hiddenAddressSize(insn);
    if (hidden && insn.addressSize != insn.mode.bits) {
      out.append('a').append(insn.addressSize).append(' ');
    }
    if (showsSize(insn)) {
      out.append('o').append(insn.operandSize).append(' ');
    }
  }

  /** Has a memory operand or a counter that the syntax does not show. */
  private static boolean implied(Instruction insn) {
    String mnemonic = insn.form.mnemonic();
    return insn.form.has(FormAttribute.REP)
        || insn.form.has(FormAttribute.REPCC)
        || mnemonic.startsWith("XLAT")
        || mnemonic.startsWith("LOOP");
  }

  /** The operand size counts, is not the mode's, and neither name nor operands show it. */
  private static boolean showsSize(Instruction insn) {
    Form form = insn.form;
    boolean counts =
        form.has(FormAttribute.DEFAULT64)
            || form.has(FormAttribute.FORCE64)
            || STACK_PAGES.contains(form.page());
    boolean shown = form.operandSize() != 0 || insn.operandSize == ordinarySize(insn);
    return counts && !shown && !branchesNear(form) && !pushesNumber(form);
  }

  /** JMP rel32: the size is a word before the target. */
  private static boolean branchesNear(Form form) {
    return !form.operands().isEmpty()
        && form.operands().get(0).kind() == Operand.Kind.RELATIVE
        && form.operands().get(0).width() > 8;
  }

  private static boolean pushesNumber(Form form) {
    return form.page().equals("PUSH") && form.operands().get(0).kind() == Operand.Kind.IMMEDIATE;
  }

  private static void branchSize(StringBuilder out, Instruction insn, Operand operand) {
    boolean shown = operand.width() > 8 && insn.operandSize < 64;
    if (shown && insn.operandSize != ordinarySize(insn)) {
      String mnemonic = insn.form.mnemonic();
      out.append(mnemonic.startsWith("J") && !mnemonic.equals("JMP") ? "near " : "");
      size(out, insn.operandSize);
    }
  }

  /** Operand size of the row without prefixes. */
  private static int ordinarySize(Instruction insn) {
    DecodeState s = new DecodeState();
    s.mode = insn.mode;
    return MatchKey.effectiveSize(MatchKey.of(insn.form), s);
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
        addressSize(out, insn);
        hex(out, insn.immediate).append(']');
        break;
      case RELATIVE:
        branchSize(out, insn, operand);
        long target = address + insn.length() + insn.immediate;
        int bits = insn.operandSize;
        address(out, bits == 64 ? target : target & ((1L << bits) - 1));
        break;
      case FAR_POINTER:
        if (operand.width() != insn.mode.bits) {
          size(out, operand.width());
        }
        hex(out, insn.secondImmediate).append(':');
        hex(out, insn.immediate);
        break;
      case SEGMENT_REGISTER:
        out.append(RegisterName.segment(insn.reg & 7));
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
      case OTHER:
        other(out, insn, operand, i, address);
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

  /** Registers of the files that are not modelled, or memory in their place. */
  private void other(StringBuilder out, Instruction insn, Operand operand, int i, long address) {
    boolean memory = operand.place() == Operand.Place.MODRM_RM && insn.memory();
    if (memory && operand.memoryWidth() > 0) {
      memory(out, insn, operand, address);
      return;
    }
    String text = operand.text();
    if (text.startsWith("ST")) {
      out.append("st").append(text.equals("ST(0)") ? 0 : insn.rm & 7);
      return;
    }
    int end = 0;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    String file = text.substring(0, end);
    boolean eight = file.equals("mm") || file.equals("k") || file.equals("tmm");
    int mask = eight || insn.mode != CodeMode.BITS64 ? 7 : 15;
    int n =
        operand.place() == Operand.Place.IMMEDIATE ? (int) insn.immediate >> 4 : insn.register(i);
    if (text.startsWith("<")) {
      out.append("xmm0");
    } else {
      out.append(file).append(n & mask);
    }
  }

  private static void immediate(StringBuilder out, Instruction insn, Operand operand) {
    boolean second = operand.place() == Operand.Place.SECOND_IMMEDIATE;
    long value = second ? insn.secondImmediate : insn.immediate;
    int width = operand.width();
    if (!second && width < insn.operandSize && insn.form.extendsImmediate()) {
      width = insn.operandSize;
    }
    if (insn.form.page().equals("PUSH")) {
      pushSize(out, insn);
    }
    hex(out, width >= 64 ? value : value & ((1L << width) - 1));
  }

  private static void pushSize(StringBuilder out, Instruction insn) {
    if (insn.operandSize != ordinarySize(insn)) {
      size(out, insn.operandSize);
    }
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
      case 256 -> out.append("yword ");
      default -> {}
    }
  }

  /** The size, unless the instruction knows memory of one size only or a register shows it. */
  private static void memorySize(StringBuilder out, Form form, Operand operand) {
    boolean alone = form.operands().size() == 1;
    boolean x87 = form.mnemonic().startsWith("F") && operand.width() > 0;
    switch (operand.kind()) {
      case FAR_MEMORY:
        if (alone) {
          size(out, operand.width());
          out.append("far ");
        }
        break;
      case MEMORY:
        if (alone && x87) {
          size(out, operand.width());
        }
        break;
      case OTHER:
        if (form.mnemonic().startsWith("VCVT")) {
          size(out, operand.memoryWidth());
        }
        break;
      default:
        size(out, operand.memoryWidth());
        break;
    }
  }

  private static void segment(StringBuilder out, Instruction insn) {
    if (insn.segmentOverride) {
      out.append(RegisterName.segment(insn.segment)).append(':');
    }
  }

  private void memory(StringBuilder out, Instruction insn, Operand operand, long address) {
    memorySize(out, insn.form, operand);
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
    if (indexOnly(insn)) {
      out.append("nosplit ");
    }
    String plus = "";
    if (insn.base != Instruction.NO_REGISTER) {
      out.append(RegisterName.general(insn.base, insn.addressSize, false));
      plus = "+";
    }
    if (insn.index != Instruction.NO_REGISTER) {
      out.append(plus).append(index(insn, operand));
      if (insn.addressSize != 16) {
        out.append('*').append(1 << insn.scale);
      }
      plus = "+";
    }
    displacement(out, insn, plus.isEmpty());
    out.append(']');
  }

  /** An address without general-purpose registers, whose size NASM's brackets cannot show. */
  private static boolean hiddenAddressSize(Instruction insn) {
    if (insn.form.pattern().immediate() < 0) {
      return insn.mode == CodeMode.BITS64;
    }
    boolean vector = insn.form.vectorIndex();
    return insn.memory()
        && insn.base == Instruction.NO_REGISTER
        && (insn.index == Instruction.NO_REGISTER || vector)
        && (insn.mode == CodeMode.BITS64 || vector);
  }

  private static void addressSize(StringBuilder out, Instruction insn) {
    if (insn.addressSize == 64
        || insn.mode != CodeMode.BITS64 && insn.addressSize != insn.mode.bits) {
      size(out, insn.addressSize);
    }
  }

  /** Would be written with a base otherwise, and then mean the stack segment. */
  private static boolean indexOnly(Instruction insn) {
    return insn.base == Instruction.NO_REGISTER
        && insn.index == BP
        && insn.scale < 2
        && !insn.form.vectorIndex();
  }

  private static String index(Instruction insn, Operand operand) {
    if (operand.text().startsWith("vm")) {
      return (operand.text().endsWith("y") ? "ymm" : "xmm") + insn.index;
    }
    return RegisterName.general(insn.index, insn.addressSize, false);
  }

  private static void displacement(StringBuilder out, Instruction insn, boolean alone) {
    long d = insn.displacement;
    if (!alone) {
      if (d != 0) {
        out.append(d < 0 ? "-0x" : "+0x").append(Long.toHexString(Math.abs(d)));
      }
      return;
    }
    if (insn.addressSize != 64) {
      addressSize(out, insn);
    }
    hex(out, insn.addressSize == 64 ? d : d & ((1L << insn.addressSize) - 1));
  }
}
