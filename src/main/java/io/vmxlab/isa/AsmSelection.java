package io.vmxlab.isa;

import io.vmxlab.arch.CodeMode;
import java.util.List;

/** Chooses the row for a written instruction: the shortest encoding, the first row among equals. */
final class AsmSelection {
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

  byte[] best(String word, List<AsmOperand> operands, AsmPrefixes prefixes) {
    List<Form> forms = AsmNames.forms(table, word);
    if (forms.isEmpty()) {
      throw complaint("'" + word + "' is no instruction" + AsmDirective.nearest(table, word));
    }
    narrowMove(word, operands);
    requireSize(word, forms, operands);
    byte[] best = shortest(forms, operands, prefixes, false);
    if (best == null) {
      best = shortest(forms, operands, prefixes, true);
    }
    if (best == null) {
      best = shortest(forms, AsmNames.rearranged(word, operands), prefixes, false);
    }
    if (best == null) {
      throw complaint(refusal(word, forms, operands));
    }
    return best;
  }

  /** Among encodings of one length the one with the shorter immediate, then the first row's. */
  private byte[] shortest(
      List<Form> forms, List<AsmOperand> operands, AsmPrefixes prefixes, boolean aliases) {
    byte[] best = null;
    int immediate = 0;
    for (Form form : forms) {
      if (form.operands().size() != operands.size() || form.has(FormAttribute.ALIAS) != aliases) {
        continue;
      }
      byte[] code = new Encoder(decoder, mode, here).encode(form, operands, prefixes);
      int size = form.pattern().immediate();
      boolean better =
          code != null
              && (best == null
                  || code.length < best.length
                  || code.length == best.length && size < immediate);
      if (better) {
        best = code;
        immediate = size;
      }
    }
    return best;
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
        from.kind == AsmOperand.Kind.VALUE && from.value.known() && !from.value.relocatable();
    if (to.isGeneral(64) && number && from.size == 0 && from.value.number() >>> 32 == 0) {
      to.register = new RegisterName(RegisterName.Kind.GENERAL, 32, to.register.number(), false);
      to.size = 32;
    }
  }

  /** A memory operand beside nothing that has a size needs a size keyword. */
  private void requireSize(String word, List<Form> forms, List<AsmOperand> operands) {
    boolean open = false;
    for (AsmOperand o : operands) {
      if (o.kind == AsmOperand.Kind.REGISTER
          && !word.toLowerCase().matches("(s[ah][lr]|r[oc][lr])")) {
        return;
      }
      open |= o.kind == AsmOperand.Kind.MEMORY && o.size == 0;
    }
    int widths = 0;
    for (Form form : forms) {
      if (form.operands().size() == operands.size()) {
        for (Operand o : form.operands()) {
          widths |= o.kind() == Operand.Kind.REGISTER_OR_MEMORY ? o.width() : 0;
        }
      }
    }
    boolean several = Integer.bitCount(widths) > 1;
    if (open && several && !defaultsToOne(forms)) {
      throw complaint("the operand size is not known: write byte, word, dword or qword before [");
    }
  }

  /** PUSH, POP, CALL and JMP have one size that is meant without saying so. */
  private boolean defaultsToOne(List<Form> forms) {
    return forms.stream()
        .anyMatch(f -> f.has(FormAttribute.DEFAULT64) || f.has(FormAttribute.FORCE64));
  }

  private String refusal(String word, List<Form> forms, List<AsmOperand> operands) {
    StringBuilder text = new StringBuilder("no form of ").append(word.toUpperCase());
    text.append(" takes these operands in ").append(mode.bits).append("-bit code; it takes ");
    int shown = 0;
    for (Form form : forms) {
      boolean here64 = mode == CodeMode.BITS64;
      boolean usable = !form.has(here64 ? FormAttribute.NO64 : FormAttribute.ONLY64);
      if (usable && !form.has(FormAttribute.ALIAS) && shown < 6) {
        text.append(shown++ == 0 ? "" : "; ").append(form.syntax());
      }
    }
    return text.append(forms.size() > 6 ? "; ..." : "").toString();
  }
}
