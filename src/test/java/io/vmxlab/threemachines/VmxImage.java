package io.vmxlab.threemachines;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.asm.Assembler;
import io.vmxlab.engine.Engine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/**
 * A ROM made of {@code vmx-runtime.asm} and a file of trials, which go on from number to number.
 */
record VmxImage(byte[] bytes) {
  /** Offset of the seed, of the first trial's number, and of the number behind the last. */
  private static final int SETTINGS = 0xFFD0;

  private static final String END =
      "    times 0FFD0h - ($ - $$) db 0\nseed: dq 0\nfirst: dd 0\nlast: dd 1\n"
          + "    times 0FFF0h - ($ - $$) db 0\n    bits 16\n    jmp 0F000h:start - 0F0000h\n";

  static VmxImage of(String name) {
    String text =
        String.join("\n", RomImage.read("vmx-runtime.asm"))
            + "\n"
            + String.join("\n", RomImage.read(name))
            + "\n"
            + END;
    Assembler assembler =
        new Assembler(Engine.table(), name, CodeMode.BITS32, RomImage.BASE, Map.of());
    return new VmxImage(Arrays.copyOf(assembler.assemble(text).bytes(), RomImage.SIZE));
  }

  /** The ROM that makes the trials of a seed from one number to before another. */
  byte[] trials(long seed, int first, int end) {
    ByteBuffer rom = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    rom.putLong(SETTINGS, seed);
    rom.putInt(SETTINGS + Long.BYTES, first);
    rom.putInt(SETTINGS + Long.BYTES + Integer.BYTES, end);
    return rom.array();
  }
}
