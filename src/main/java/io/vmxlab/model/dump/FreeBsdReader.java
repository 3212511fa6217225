package io.vmxlab.model.dump;

import io.vmxlab.arch.CpuidLeaf;

/**
 * What is at hand on FreeBSD: the table under {@code eax in eax ebx ecx edx} of {@code cpuid}, and
 * the lines of {@code cpucontrol}: {@code cpuid level 0x1: ...}, {@code MSR 0x480: 0x00da0400
 * 0x00000004}, whose first number is the upper half.
 */
final class FreeBsdReader implements DumpReader {
  private static final long LOW = 0xFFFF_FFFFL;
  private static final int LAST_FEATURE_LEAF = 2;
  private static final int LEGACY_STATE = 3;
  private static final int LEGACY_BYTES = 576;
  private final Dump dump;
  private boolean inTable;

  FreeBsdReader(Dump dump) {
    this.dump = dump;
  }

  @Override
  public String tool() {
    return "cpuid of FreeBSD";
  }

  @Override
  public boolean recognises(DumpLine line) {
    return heading(line) || inTable && row(line) || level(line) || msr(line);
  }

  private static boolean heading(DumpLine line) {
    Cursor c = line.cursor();
    return c.take("eax in")
        && c.blanks()
        && c.take("eax")
        && c.blanks()
        && c.take("ebx")
        && c.blanks()
        && c.take("ecx")
        && c.blanks()
        && c.take("edx");
  }

  /** Five numbers of eight digits. */
  private static boolean row(DumpLine line) {
    Cursor c = line.cursor();
    for (int i = 0; i < 5; i++) {
      if (c.digits().length() != 8 || !c.blanks() && !c.atEnd()) {
        return false;
      }
    }
    return true;
  }

  private static boolean level(DumpLine line) {
    return line.cursor().take("cpuid level 0x");
  }

  /** The index and two numbers, neither of which can be all of the value. */
  private static boolean msr(DumpLine line) {
    Cursor c = line.cursor();
    return c.take("MSR 0x")
        && !c.digits().isEmpty()
        && c.take(":")
        && c.blanks()
        && c.take("0x")
        && c.digits().length() == 8
        && c.blanks()
        && c.take("0x");
  }

  @Override
  public void otherLine() {
    inTable = false;
  }

  @Override
  public void read(DumpLine line) throws NotUnderstood {
    Cursor c = line.cursor();
    if (heading(line)) {
      inTable = true;
    } else if (level(line)) {
      inTable = false;
      c.take("cpuid level 0x");
      int leaf = Cursor.number32(c.digits());
      int subleaf = 0;
      if (c.take(", level_type 0x")) {
        subleaf = Cursor.number32(c.digits());
      }
      c.any(": \t");
      dump.leaf(leaf, subleaf, c.registers(" \t"), line);
    } else if (msr(line)) {
      inTable = false;
      c.take("MSR 0x");
      int index = Cursor.number32(c.digits());
      c.any(": \t");
      c.take("0x");
      long high = Cursor.number32(c.digits());
      c.blanks();
      c.take("0x");
      dump.msr(-1, index, high << Integer.SIZE | Cursor.number32(c.digits()) & LOW, line);
    } else {
      int leaf = Cursor.number32(c.digits());
      c.blanks();
      row(leaf, c.registers(" \t"), line);
    }
  }

  /** The tool leaves in ECX what happened to be there: a leaf with subleaves may be any of them. */
  private void row(int leaf, int[] r, DumpLine line) {
    if (leaf == CpuidLeaf.EXTENDED_TOPOLOGY) {
      dump.leaf(leaf, r[2] & 0xFF, r, line);
    } else if (!CpuidLeaf.hasSubleaves(leaf) || looksLikeTheFirst(leaf, r)) {
      dump.leaf(leaf, 0, r, line);
    } else if (r[0] != 0 || r[1] != 0 || r[2] != 0 || r[3] != 0) {
      dump.listed().open(leaf);
      dump.remark(
          line, String.format("leaf %X is left out: the tool does not say its subleaf", leaf));
    }
  }

  private static boolean looksLikeTheFirst(int leaf, int[] r) {
    switch (leaf) {
      case CpuidLeaf.FEATURES:
        return r[0] >= 0 && r[0] <= LAST_FEATURE_LEAF && r[1] != 0;
      case CpuidLeaf.EXTENDED_STATE:
        return (r[0] & LEGACY_STATE) == LEGACY_STATE && r[1] >= LEGACY_BYTES && r[2] >= r[1];
      default:
        return false;
    }
  }
}
