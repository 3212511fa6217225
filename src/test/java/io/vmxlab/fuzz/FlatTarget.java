package io.vmxlab.fuzz;

import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.RunListener;
import java.util.Arrays;
import java.util.List;

/** Machine code in every mode; the first byte chooses mode and whether someone watches. */
final class FlatTarget extends RunTarget {
  private static final int LIMIT = 300;

  FlatTarget() {
    super("flat-code");
  }

  @Override
  public List<byte[]> seeds() {
    byte[] vmxon = {
      0,
      0x0F,
      0x20,
      (byte) 0xE0,
      0x0F,
      (byte) 0xBA,
      (byte) 0xE8,
      0x0D,
      0x0F,
      0x22,
      (byte) 0xE0,
      (byte) 0xB9,
      0x3A,
      0,
      0,
      0,
      (byte) 0xB8,
      5,
      0,
      0,
      0,
      0x31,
      (byte) 0xD2,
      0x0F,
      0x30,
      0x0F,
      0x20,
      (byte) 0xC0,
      (byte) 0xF3,
      0x0F,
      (byte) 0xC7,
      0x34,
      0x25,
      0,
      0x50,
      0x20,
      0,
    };
    byte[] strings = {1, (byte) 0xF3, (byte) 0xA4, (byte) 0xF3, 0x48, (byte) 0xAB, (byte) 0xCF};
    byte[] real = {
      2, (byte) 0xCD, 0x10, (byte) 0xEA, 0, 0x7C, 0, 0, 0x2E, (byte) 0x8E, (byte) 0xD8
    };
    byte[] tables = {4, 0x0F, 0x01, 0x14, 0x25, 0, 0, 0x10, 0, 0x0F, 0, (byte) 0xD8, (byte) 0x9D};
    return List.of(vmxon, strings, real, tables);
  }

  @Override
  public int longest() {
    return 256;
  }

  @Override
  public String feed(byte[] input) {
    int choice = input.length == 0 ? 0 : input[0] & 0xFF;
    int mode = new int[] {64, 32, 16}[choice % 3];
    Machine machine = Machine.builder().mode(mode).memory("2M").limit(LIMIT).build();
    if (choice / 3 % 4 == 1) {
      machine.listener(new Watcher());
    }
    byte[] code = input.length < 2 ? new byte[] {0} : Arrays.copyOfRange(input, 1, input.length);
    return run(machine, Program.flat(code)) + mode;
  }

  private static final class Watcher implements RunListener {
    @Override
    public boolean wantsSteps() {
      return true;
    }
  }
}
