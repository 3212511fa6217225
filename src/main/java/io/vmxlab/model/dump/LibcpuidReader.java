package io.vmxlab.model.dump;

import java.util.Map;

/**
 * Raw files of libcpuid, also at the head of its test files: {@code basic_cpuid[1]=000506e3
 * 00100800 7ffafbff bfebfbff}. Numbers in brackets are decimal.
 */
final class LibcpuidReader implements DumpReader {
  private static final int EXTENDED = 0x8000_0000;

  /** Arrays whose index is the subleaf, with their leaf. */
  private static final Map<String, Integer> SUBLEAVES =
      Map.of(
          "intel_fn4", 4,
          "intel_fn11", 0xB,
          "intel_fn12h", 0x12,
          "intel_fn14h", 0x14,
          "amd_fn8000001dh", 0x8000_001D,
          "amd_fn80000026h", 0x8000_0026);

  private static final String HEADING = "Logical CPU #";
  private final Dump dump;

  LibcpuidReader(Dump dump) {
    this.dump = dump;
  }

  @Override
  public String tool() {
    return "libcpuid";
  }

  @Override
  public boolean recognises(DumpLine line) {
    Cursor c = line.cursor();
    String word = c.word();
    return heading(line)
        || c.next() == '['
            && (word.equals("basic_cpuid")
                || word.equals("ext_cpuid")
                || SUBLEAVES.containsKey(word));
  }

  private static boolean heading(DumpLine line) {
    return line.text().startsWith("___") && line.text().contains(HEADING);
  }

  @Override
  public void read(DumpLine line) throws NotUnderstood {
    Cursor c = line.cursor();
    if (heading(line)) {
      c.goTo(line.text().indexOf(HEADING) + HEADING.length());
      int processor = Cursor.small(c.decimals());
      if (processor < 0) {
        throw new NotUnderstood("the heading names no processor");
      }
      dump.heading(processor);
      return;
    }
    String array = c.word();
    c.take("[");
    int number = Cursor.small(c.decimals());
    if (number < 0 || !c.take("]")) {
      throw new NotUnderstood("no decimal number in brackets after " + array);
    }
    c.any("= \t");
    int[] registers = c.registers(" \t");
    if (SUBLEAVES.containsKey(array)) {
      dump.leaf(SUBLEAVES.get(array), number, registers, line);
    } else {
      dump.leaf(array.startsWith("ext") ? EXTENDED + number : number, 0, registers, line);
    }
  }
}
