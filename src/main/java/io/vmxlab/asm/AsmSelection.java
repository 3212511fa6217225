package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Encoder;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.FormAttribute;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.Operand;
import io.vmxlab.isa.RegisterName;
import io.vmxlab.isa.WrittenPrefixes;
import java.util.List;
import java.util.Set;

/** Chooses the row for a written instruction: the shortest encoding, the first row among equals. */
final class AsmSelection {
  private static final Set<String> STACK_PAGES = Set.of("PUSH", "POP", "CALL", "JMP");

  private final InstructionTable table;
  private final Decoder decoder;
  private final CodeMode mode;
  private final long here;
  private final int column;

  AsmSelection(InstructionTable table, Decoder decoder, CodeMode mode, long here, int column) {
    this.table = table;
    this.decoder = decoder;
    this.mode = mode;
    this.here = here;
    this.column = column;
  }

  byte[] best(String word, List<AsmOperand> operands, WrittenPrefixes prefixes) {
    List<Form> forms = AsmNames.forms(table, word);
    narrowMove(word, operands);
    if (word.equalsIgnoreCase("xchg") && isNop(operands, prefixes)) {
      return operands.get(0).size == Math.min(mode.bits, 32)
          ? new byte[] {(byte) 0x90}
          : new byte[] {0x66, (byte) 0x90};
    }
    byte[] best = shortest(forms, operands, prefixes);
    if (word.equalsIgnoreCase("xchg") && registers(operands)) {
      byte[] swapped = shortest(forms, List.of(operands.get(1), operands.get(0)), prefixes);
      best = swapped != null && (best == null || swapped.length <= best.length) ? swapped : best;
    }
    if (best == null) {
      best = shortest(forms, AsmNames.rearranged(word, operands), prefixes);
    }
    if (best == null) {
      throw new AsmRefusal(decoder, mode, here).complaint(word, forms, operands, column);
    }
    return best;
  }

  /**
   * The shortest encoding; of several the one with the shorter immediate, then of the first row.
   */
  private byte[] shortest(List<Form> forms, List<AsmOperand> operands, WrittenPrefixes prefixes) {
    byte[] best = null;
    int cost = 0;
    int width = 0;
    for (Form form : forms) {
      if (form.operands().size() != operands.size()) {
        continue;
      }
      byte[] code = new Encoder(decoder, mode, here).encode(form, operands, prefixes);
      if (code == null) {
        continue;
      }
      int formWidth = openWidth(form, operands);
      if (width != 0 && formWidth != 0 && width != formWidth) {
        throw complaint("the operand size is not known: write byte, word, dword or qword before [");
      }
      width = Math.max(width, formWidth);
      int formCost = 256 * code.length + form.pattern().immediate();
      formCost = 2 * formCost + (form.has(FormAttribute.ALIAS) ? 1 : 0);
      if (best == null || formCost < cost) {
        best = code;
        cost = formCost;
      }
    }
    return best;
  }

  /** Width that the row would give to memory written without a size; 0 if that is not in doubt. */
  private static int openWidth(Form form, List<AsmOperand> operands) {
    boolean stack = form.has(FormAttribute.DEFAULT64) || form.has(FormAttribute.FORCE64);
    if (stack && operands.size() == 1 || STACK_PAGES.contains(form.page())) {
      return 0; // PUSH, POP, CALL and JMP have one size that is meant without saying so
    }
    for (int i = 0; i < operands.size(); i++) {
      AsmOperand o = operands.get(i);
      if (o.kind == AsmOperand.Kind.MEMORY && o.size == 0 && !o.far) {
        Operand want = form.operands().get(i);
        return want.kind() == Operand.Kind.MOFFS ? 0 : want.memoryWidth();
      }
    }
    return 0;
  }

  /** XCHG of the accumulator with itself, where it changes nothing: nasm writes NOP. */
  private boolean isNop(List<AsmOperand> operands, WrittenPrefixes prefixes) {
    boolean plain =
        prefixes.bytes().length == 0 && prefixes.operandSize() == 0 && prefixes.addressSize() == 0;
    return plain
        && operands.size() == 2
        && operands.stream()
            .allMatch(
                o ->
                    o.isGeneral(16) && o.register.number() == 0
                        || o.isGeneral(32) && o.register.number() == 0 && mode != CodeMode.BITS64)
        && operands.get(0).size == operands.get(1).size;
  }

  /** XCHG is symmetric: nasm takes the second register for the one that may be memory. */
  private static boolean registers(List<AsmOperand> operands) {
    return operands.size() == 2
        && operands.stream().allMatch(o -> o.kind == AsmOperand.Kind.REGISTER);
  }

  private AsmScanner.Complaint complaint(String message) {
    return new AsmScanner.Complaint(column, message);
  }

  /** MOV r64 of a number below 2^32 is the same as MOV r32, which clears the upper half. */
  private void narrowMove(String word, List<AsmOperand> operands) {
    if (!word.equalsIgnoreCase("mov") || operands.size() != 2 || mode != CodeMode.BITS64) {
      return;
    }
    AsmOperand to = operands.get(0);
    AsmOperand from = operands.get(1);
    boolean number =
        from.kind == AsmOperand.Kind.VALUE && !(from.value.known() && from.value.relocatable());
    boolean plain = from.size == 0 || from.size == 64 && !from.strict;
    boolean small = !from.value.known() || from.value.number() >>> 32 == 0;
    if (to.isGeneral(64) && number && plain && small) {
      to.register = new RegisterName(RegisterName.Kind.GENERAL, 32, to.register.number(), false);
      to.size = 32;
    }
  }
}
