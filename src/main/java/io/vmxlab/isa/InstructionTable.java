package io.vmxlab.isa;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** All rows, found by prefix scheme, opcode map and opcode byte. */
public final class InstructionTable {
  private static final int MAPS = 4;
  private static final Form[] NONE = {};

  private final List<Form> forms;
  private final Form[][] legacy = new Form[MAPS * 256][];
  private final Form[][] vex = new Form[MAPS * 256][];
  private final Form[][] evex = new Form[MAPS * 256][];

  InstructionTable(List<Form> forms) {
    this.forms = Collections.unmodifiableList(forms);
    for (Form form : forms) {
      Encoding e = form.pattern();
      int last = e.opcode() | (~e.opcodeMask() & 0xFF);
      for (int opcode = e.opcode(); opcode <= last; opcode++) {
        add(slots(e.space()), e.map() << 8 | opcode, form);
      }
    }
    for (Form[][] slots : List.of(legacy, vex, evex)) {
      for (Form[] candidates : slots) {
        if (candidates != null) {
          Arrays.sort(candidates, Comparator.comparingInt(InstructionTable::generality));
        }
      }
    }
  }

  private Form[][] slots(Encoding.Space space) {
    switch (space) {
      case VEX:
        return vex;
      case EVEX:
        return evex;
      default:
        return legacy;
    }
  }

  private static void add(Form[][] slots, int at, Form form) {
    Form[] old = slots[at] == null ? NONE : slots[at];
    slots[at] = Arrays.copyOf(old, old.length + 1);
    slots[at][old.length] = form;
  }

  /** The fewer bytes a row fits, the earlier it is tried. */
  private static int generality(Form form) {
    Encoding e = form.pattern();
    return (form.has(FormAttribute.ALIAS) ? 128 : 0)
        + (e.opcodeMask() == 0xFF ? 0 : 64)
        + (e.prefix() > 0 ? 0 : 32)
        + (e.rm() >= 0 ? 0 : 16)
        + (e.digit() >= 0 ? 0 : 8)
        + (e.rexW() == 1 ? 0 : 4)
        + (e.mod() >= 0 ? 0 : 2)
        + (form.feature() != null ? 0 : 1);
  }

  /** Every row in the order of the pages. */
  public List<Form> forms() {
    return forms;
  }

  /** Rows with that opcode, the most specific first; may be empty. */
  Form[] candidates(Encoding.Space space, int map, int opcode) {
    Form[] found = slots(space)[map << 8 | opcode];
    return found == null ? NONE : found;
  }

  /** Rows with that mnemonic, case-insensitively. */
  public List<Form> named(String mnemonic) {
    List<Form> found = new ArrayList<>();
    for (Form form : forms) {
      if (form.mnemonic().equalsIgnoreCase(mnemonic)) {
        found.add(form);
      }
    }
    return found;
  }
}
