package io.vmxlab.model.dump;

import io.vmxlab.arch.CpuidLeaf;
import io.vmxlab.arch.Msr;
import java.util.HashMap;
import java.util.Map;

/**
 * Dumps of AIDA64 and InstLatx64, and model files: {@code CPUID 00000001: EAX-EBX-ECX-EDX}, {@code
 * MSR 00000480: 00DA-0400-0000-0004}.
 */
final class Aida64Reader implements DumpReader {
  private static final String HEADING = "CPU #";

  /** Digits of a value between hyphens. */
  private static final int GROUP = 4;

  private static final int GROUPS = 4;
  private final Dump dump;

  /** Lines of a leaf so far, for leaves whose lines do not number themselves. */
  private final Map<Integer, Integer> lines = new HashMap<>();

  Aida64Reader(Dump dump) {
    this.dump = dump;
  }

  @Override
  public String tool() {
    return "AIDA64";
  }

  @Override
  public boolean recognises(DumpLine line) {
    return heading(line) || numbered(line, "CPUID") || numbered(line, "MSR");
  }

  /** {@code [ Logical CPU #0 ]}, {@code [ MSR Registers ]}. */
  private static boolean heading(DumpLine line) {
    return line.text().startsWith("[ ") && line.text().contains(" ]")
        || line.text().startsWith("CPU#") && line.text().contains(" AffMask");
  }

  /** The word, white space, eight digits, and what a number is followed by. */
  private static boolean numbered(DumpLine line, String word) {
    Cursor c = line.cursor();
    return c.take(word)
        && c.blanks()
        && !c.take("0x")
        && c.digits().length() == 8
        && (c.next() == ':' || c.next() == ' ' || c.next() == '\t');
  }

  @Override
  public void read(DumpLine line) throws NotUnderstood {
    if (heading(line)) {
      head(line);
    } else if (line.text().regionMatches(true, 0, "CPUID", 0, 5)) {
      leaf(line);
    } else {
      msr(line);
    }
  }

  private void head(DumpLine line) {
    lines.clear();
    String text = line.text();
    int at = text.startsWith("CPU#") ? 4 : text.indexOf(HEADING) + HEADING.length();
    int processor = -1;
    if (at >= HEADING.length() - 1 && (text.startsWith("CPU#") || text.contains(HEADING))) {
      Cursor c = line.cursor();
      c.goTo(at);
      processor = Cursor.small(c.decimals());
    }
    if (processor >= 0) {
      dump.heading(processor);
    } else {
      dump.heading();
    }
  }

  private void leaf(DumpLine line) throws NotUnderstood {
    Cursor c = line.cursor();
    c.take("CPUID");
    c.blanks();
    int leaf = Cursor.number32(c.digits());
    c.blanks();
    int subleaf = subleaf(c);
    c.any(": \t");
    int[] registers = c.registers("-");
    c.blanks();
    subleaf = subleaf < 0 ? subleaf(c) : subleaf;
    if (leaf == 0) {
      lines.clear();
    }
    dump.leaf(leaf, subleaf < 0 ? counted(leaf, registers) : subleaf, registers, line);
  }

  /** The number in {@code [SL 01]}; -1 if there is none. */
  private static int subleaf(Cursor c) throws NotUnderstood {
    if (!c.take("[SL ")) {
      return -1;
    }
    int number = Cursor.number32(c.digits());
    c.take("]");
    c.blanks();
    return number;
  }

  /** Old dumps do not number the subleaves. */
  private int counted(int leaf, int[] registers) {
    if (!CpuidLeaf.hasSubleaves(leaf)) {
      return 0;
    }
    int number = lines.merge(leaf, 1, Integer::sum) - 1;
    return leaf == CpuidLeaf.EXTENDED_STATE && number > 0 ? extendedState(registers) : number;
  }

  /** They leave out empty subleaves of leaf 0DH too; AVX state is 256 bytes from 576 on. */
  private static int extendedState(int[] registers) {
    return registers[0] == 256 && registers[1] == 576 ? 2 : 1;
  }

  private void msr(DumpLine line) throws NotUnderstood {
    Cursor c = line.cursor();
    c.take("MSR");
    c.blanks();
    int index = Cursor.number32(c.digits());
    c.any(": \t");
    int start = c.position();
    StringBuilder digits = new StringBuilder();
    do {
      String group = c.digits();
      digits.append(group.length() == GROUP ? group : "?");
    } while (c.take("-"));
    if (digits.length() == GROUPS * GROUP && Cursor.isHex(digits.toString())) {
      dump.msrHere(index, Cursor.number(digits.toString()), line);
    } else if (Msr.isVmxCapability(index)) {
      c.goTo(start);
      throw new NotUnderstood(
          Cursor.shown(c.rest()) + " is no value in the form of 00DA-0400-0000-0004");
    }
  }
}
