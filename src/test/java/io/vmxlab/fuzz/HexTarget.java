package io.vmxlab.fuzz;

import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import java.util.List;

/** A file without an ending, as from standard input: text of some kind, or machine code. */
final class HexTarget extends RunTarget {
  private static final int LIMIT = 100;

  HexTarget() {
    super("any-file");
  }

  @Override
  public int smallRun() {
    return 40;
  }

  @Override
  public List<byte[]> seeds() {
    return Seeds.texts(
        "F3 0F C7 34 25 00 50 20 00", "0x90, 0x90 ; two\n# none\n90F4", "nop\nhlt\n", "\u007FELF");
  }

  @Override
  public String feed(byte[] input) {
    return run(
        Machine.builder().memory("2M").limit(LIMIT).build(), Program.file("standard input", input));
  }
}
