package io.vmxlab.model.dump;

import java.util.Optional;

/**
 * VirtualBox logs: {@code HM: MSR_IA32_VMX_BASIC = 0xda040000000004}, in old ones {@code HWACCM:}
 * and no {@code 0x}; of CPUID the line {@code Hst:} below {@code Gst:}, which has the number.
 */
final class VirtualBoxReader implements DumpReader {
  private static final String[] MODULES = {"HM: ", "HWACCM: ", "VMX: ", "CPUM: "};
  private final Dump dump;
  private Optional<Readings.LeafKey> leaf = Optional.empty();

  VirtualBoxReader(Dump dump) {
    this.dump = dump;
  }

  @Override
  public String tool() {
    return "VirtualBox";
  }

  @Override
  public boolean recognises(DumpLine line) {
    return after(line, "Gst: ") >= 0 || after(line, "Hst: ") >= 0 || module(line) >= 0;
  }

  /** Where the text begins behind a mark that begins a word; -1 without it. */
  private static int after(DumpLine line, String mark) {
    int at = line.text().indexOf(mark);
    boolean begins = at == 0 || at > 0 && line.text().charAt(at - 1) == ' ';
    return begins ? at + mark.length() : -1;
  }

  private static int module(DumpLine line) {
    for (String module : MODULES) {
      int at = after(line, module);
      if (at >= 0) {
        return at;
      }
    }
    return -1;
  }

  @Override
  public void read(DumpLine line) throws NotUnderstood {
    Cursor c = line.cursor();
    int guest = after(line, "Gst: ");
    int host = after(line, "Hst: ");
    if (guest >= 0) {
      c.goTo(guest);
      leaf = Optional.empty();
      c.blanks();
      int number = Cursor.number32(c.digits());
      if (!c.take("/")) {
        throw new NotUnderstood("no leaf and subleaf in the form of 00000007/0000");
      }
      leaf = Optional.of(new Readings.LeafKey(number, Cursor.number32(c.digits())));
    } else if (host >= 0) {
      c.goTo(host);
      c.blanks();
      Optional<Readings.LeafKey> key = leaf;
      leaf = Optional.empty();
      if (key.isEmpty()) {
        throw new NotUnderstood("no line of the guest before it says which leaf it is");
      }
      dump.leaf(key.get().leaf(), key.get().subleaf(), c.registers(" \t"), line);
    } else {
      c.goTo(module(line));
      msr(c, line);
    }
  }

  private void msr(Cursor c, DumpLine line) throws NotUnderstood {
    c.blanks();
    String name = c.word();
    int index = MsrNames.index(name);
    c.blanks();
    if (index >= 0 && c.take("=")) {
      c.blanks();
      c.take("0x");
      dump.msr(-1, index, Cursor.number(c.word()), line);
    }
  }
}
