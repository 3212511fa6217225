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

  /** A 32-bit ELF file at 1 MByte whose PVH note gives the entry; its own entry is elsewhere. */
  public static byte[] pvh(String code) {
    return assembled(
        CodeMode.BITS32,
        0x100000,
        """
        file:   db 0x7F, "ELF", 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0
                dw 2, 3
                dd 1, file, 52, 0, 0
                dw 52, 32, 2, 0, 0, 0
                dd 1, 0, file, file, end - file, end - file, 7, 0x1000
                dd 4, note - file, note, note, 20, 20, 4, 4
        note:   dd 4, 4, 18
                db "Xen", 0
                dd start
        start:
        """
            + code
            + "\n"
            + PRINT_32
            + "end:\n");
  }

  /** A boot sector. */
  public static byte[] sector(String code) {
    return assembled(CodeMode.BITS16, 0x7C00, code + "\ntimes 510 - ($ - $$) db 0\ndw 0xAA55\n");
  }
}
