package io.vmxlab.machine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.asm.Assembler;
import io.vmxlab.engine.Engine;
import java.util.Map;

/** Small images of bare metal, assembled. */
public final class Images {
  /** Routines that images call; SI or ESI is the text. */
  private static final String PRINT_32 =
      """
      print:  lodsb
              test al, al
              jz .done
              mov dx, 0x3F8
              out dx, al
              jmp print
      .done:  ret
      exit:   out 0xF4, al
      .stop:  jmp .stop
      """;

  private Images() {}

  private static byte[] assembled(CodeMode mode, long origin, String text) {
    return new Assembler(Engine.table(), "image", mode, origin, Map.of()).assemble(text).bytes();
  }

  /** A Multiboot kernel at 1 MByte whose header gives addresses; code begins in 32-bit mode. */
  public static byte[] multiboot(String code) {
    return assembled(
        CodeMode.BITS32,
        0x100000,
        """
        header: dd 0x1BADB002, 0x00010000, -(0x1BADB002 + 0x00010000)
                dd header, header, 0, 0, start
        start:
        """
            + code
            + "\n"
            + PRINT_32);
  }

  /** The same by Multiboot2. */
  public static byte[] multiboot2(String code) {
    return assembled(
        CodeMode.BITS32,
        0x100000,
        """
        header: dd 0xE85250D6, 0, 64, 0x100000000 - (0xE85250D6 + 64)
                dd 2, 24, header, header, 0, 0
                dd 3, 12, start, 0
                dd 0, 8
        start:
        """
            + code
            + "\n"
            + PRINT_32);
  }

  /** A boot sector. */
  public static byte[] sector(String code) {
    return assembled(CodeMode.BITS16, 0x7C00, code + "\ntimes 510 - ($ - $$) db 0\ndw 0xAA55\n");
  }
}
