package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Encoder;
import io.vmxlab.isa.Encoding;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.FormAttribute;
import io.vmxlab.isa.Operand;
import io.vmxlab.isa.RegisterName;
import io.vmxlab.isa.WrittenPrefixes;
import io.vmxlab.isa.WrittenValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Says why operands fit no row of a mnemonic, and what would fit. */
final class AsmRefusal {
  private static final int MOST_FORMS = 6;
  private static final WrittenPrefixes NO_PREFIXES = new WrittenPrefixes(new byte[0], 0, 0);

  private final Decoder decoder;
  private final CodeMode mode;
  private final long here;

  AsmRefusal(Decoder decoder, CodeMode mode, long here) {
    this.decoder = decoder;
    this.mode = mode;
    this.here = here;
  }

  AsmScanner.Complaint complaint(
      String word, List<Form> forms, List<AsmOperand> operands, int column) {
    String name = word.toUpperCase(Locale.ROOT);
    int at = operands.isEmpty() ? column : operands.get(operands.size() - 1).column;
    String counts = counts(forms);
    boolean rightCount = forms.stream().anyMatch(f -> f.operands().size() == operands.size());
    if (!rightCount) {
      return new AsmScanner.Complaint(
          column, name + " takes " + counts + ", not " + operands.size() + usable(forms, operands));
    }
    String usable = usable(forms, operands);
    if (usable.isEmpty()) {
      return new AsmScanner.Complaint(
          column, name + " does not exist in " + mode.bits + "-bit code");
    }
    String number = number(forms, operands);
    if (number != null) {
      return new AsmScanner.Complaint(at, number);
    }
    CodeMode other = mode == CodeMode.BITS64 ? CodeMode.BITS32 : CodeMode.BITS64;
    if (fits(forms, operands, other)) {
      String what = name + " with these operands exists only ";
      String where =
          mode == CodeMode.BITS64
              ? "outside 64-bit code (--mode 32, or bits 32 in the text)"
              : "in 64-bit code (--mode 64, or bits 64 in the text)";
      return new AsmScanner.Complaint(column, what + where + usable);
    }
    String reason = registers(forms, operands);
    if (reason != null) {
      return new AsmScanner.Complaint(at, reason);
    }
    return new AsmScanner.Complaint(
        column, "no form of " + name + " takes these operands" + usable(forms, operands));
  }

  private static String counts(List<Form> forms) {
    List<Integer> counts = new ArrayList<>();
    for (Form form : forms) {
      if (!counts.contains(form.operands().size())) {
        counts.add(form.operands().size());
      }
    }
    counts.sort(null);
    if (counts.equals(List.of(0))) {
      return "no operands";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < counts.size(); i++) {
      text.append(i == 0 ? "" : i + 1 == counts.size() ? " or " : ", ").append(counts.get(i));
    }
    return text.append(counts.equals(List.of(1)) ? " operand" : " operands").toString();
  }

  private boolean fits(List<Form> forms, List<AsmOperand> operands, CodeMode in) {
    for (Form form : forms) {
      boolean candidate = form.operands().size() == operands.size();
      Encoder encoder = new Encoder(decoder, in, here);
      if (candidate && encoder.encode(form, operands, NO_PREFIXES) != null) {
        return true;
      }
    }
    return false;
  }

  /** A number that is too large, a branch that is too far, an address out of reach. */
  private String number(List<Form> forms, List<AsmOperand> operands) {
    for (int i = 0; i < operands.size(); i++) {
      AsmOperand o = operands.get(i);
      WrittenValue value = o.value;
      o.value = WrittenValue.of(o.shortJump || isBranch(forms) ? here : 0);
      boolean fits = value.known() && fits(forms, operands, mode);
      o.value = value;
      if (!fits) {
        continue;
      }
      if (o.kind == AsmOperand.Kind.MEMORY) {
        String room = mode == CodeMode.BITS64 ? "32 bits, sign-extended" : mode.bits + " bits";
        return "the address " + hex(value) + " cannot be written in " + room;
      }
      if (isBranch(forms)) {
        long away = value.number() - here;
        return "the target is " + away + " bytes away, too far for this branch";
      }
      return value.number() + " (" + hex(value) + ") does not fit the other operand";
    }
    return null;
  }

  private static boolean isBranch(List<Form> forms) {
    List<Operand> operands = forms.get(0).operands();
    return !operands.isEmpty() && operands.get(0).kind() == Operand.Kind.RELATIVE;
  }

  private static String hex(WrittenValue value) {
    return "0x" + Long.toHexString(value.number());
  }

  private static String registers(List<Form> forms, List<AsmOperand> operands) {
    boolean high = false;
    boolean extended = false;
    for (AsmOperand o : operands) {
      RegisterName[] names = {o.register, o.base, o.index};
      for (RegisterName r : names) {
        boolean general = r != null && r.kind() == RegisterName.Kind.GENERAL;
        high |= general && r.high();
        extended |= general && (r.number() > 7 || r.width() == 64 || isNewByte(r));
      }
      if (o.index != null && o.index.number() == 4 && o.index.kind() == RegisterName.Kind.GENERAL) {
        return "the stack pointer cannot be an index";
      }
    }
    if (high && extended) {
      return "AH, CH, DH and BH cannot be encoded beside a register that needs REX";
    }
    int first = size(operands, 0);
    int second = size(operands, 1);
    if (first != 0 && second != 0 && first != second && Likeness.wantsOneSize(forms, operands)) {
      return "the operands have different sizes: " + first + " and " + second + " bits";
    }
    return null;
  }

  private static boolean isNewByte(RegisterName r) {
    return r.width() == 8 && !r.high() && r.number() > 3;
  }

  private static int size(List<AsmOperand> operands, int i) {
    return i < operands.size() ? operands.get(i).size : 0;
  }

  /**
   * The rows of this mode, as the manual writes them: the nearest to what is written first, and all
   * that are as near as the nearest.
   */
  private String usable(List<Form> forms, List<AsmOperand> operands) {
    List<Form> near = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    for (Form form : forms) {
      boolean here64 = mode == CodeMode.BITS64;
      boolean wide = form.pattern().rexW() == 1 && form.pattern().space() == Encoding.Space.LEGACY;
      boolean usable = !form.has(here64 ? FormAttribute.NO64 : FormAttribute.ONLY64);
      if (usable && (here64 || !wide) && !form.spelling() && !shown.contains(form.syntax())) {
        shown.add(form.syntax());
        near.add(form);
      }
    }
    if (near.isEmpty()) {
      return "";
    }
    near.sort(Comparator.comparingInt(form -> Likeness.distance(form, operands)));
    int nearest = Likeness.distance(near.get(0), operands);
    int count = 0;
    while (count < near.size()
        && (count < MOST_FORMS || Likeness.distance(near.get(count), operands) == nearest)) {
      count++;
    }
    String more = near.size() > count ? "; ..." : "";
    List<String> text = near.stream().limit(count).map(Form::syntax).toList();
    return "; it takes " + String.join("; ", text) + more;
  }
}
