package io.vmxlab.model.dump;

/** {@code cpuid -r}: {@code 0x00000001 0x00: eax=0x000906e9 ebx=... ecx=... edx=...}. */
final class CpuidToolReader implements DumpReader {
  private static final String[] REGISTERS = {"eax", "ebx", "ecx", "edx"};
  private final Dump dump;

  CpuidToolReader(Dump dump) {
    this.dump = dump;
  }

  @Override
  public String tool() {
    return "cpuid -r";
  }

  @Override
  public boolean recognises(DumpLine line) {
    return processor(line) >= 0 || !line.cursor().atEnd() && leaf(line);
  }

  /** {@code CPU 0:} alone on its line; else -1. */
  private static int processor(DumpLine line) {
    Cursor c = line.cursor();
    if (!c.take("CPU ")) {
      return -1;
    }
    int number = Cursor.small(c.decimals());
    return c.take(":") && c.atEnd() ? number : -1;
  }

  private static boolean leaf(DumpLine line) {
    Cursor c = line.cursor();
    return c.take("0x")
        && !c.digits().isEmpty()
        && c.blanks()
        && c.take("0x")
        && !c.digits().isEmpty()
        && c.take(":")
        && c.blanks()
        && c.take("eax");
  }

  @Override
  public void read(DumpLine line) throws NotUnderstood {
    int processor = processor(line);
    if (processor >= 0) {
      dump.heading(processor);
      return;
    }
    Cursor c = line.cursor();
    c.take("0x");
    int leaf = Cursor.number32(c.digits());
    c.blanks();
    c.take("0x");
    int subleaf = Cursor.number32(c.digits());
    c.any(": \t");
    int[] registers = new int[REGISTERS.length];
    for (int i = 0; i < registers.length; i++) {
      if (!c.take(REGISTERS[i])) {
        throw new NotUnderstood(REGISTERS[i] + " is missing");
      }
      c.any("= \t");
      c.take("0x");
      registers[i] = Cursor.number32(c.digits());
      c.blanks();
    }
    dump.leaf(leaf, subleaf, registers, line);
  }
}
