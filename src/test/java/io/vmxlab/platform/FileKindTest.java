package io.vmxlab.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FileKindTest {
  private static final Image.Room ROOM = new Image.Room(0x100000, 0x1000000);

  private static byte[] coff() {
    return ByteBuffer.allocate(200)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) 0x8664)
        .putShort((short) 2)
        .putInt(0)
        .putInt(150)
        .putInt(3)
        .array();
  }

  private static byte[] pe() {
    byte[] file = new byte[256];
    file[0] = 'M';
    file[1] = 'Z';
    file[0x3C] = (byte) 0x80;
    file[0x80] = 'P';
    file[0x81] = 'E';
    return file;
  }

  private static byte[] text(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void knowsFilesByTheirFirstBytes() {
    assertEquals(FileKind.COFF, FileKind.of(coff()));
    assertEquals(FileKind.PE, FileKind.of(pe()));
    assertEquals(FileKind.ARCHIVE, FileKind.of(text("!<arch>\n")));
    assertEquals(FileKind.BITCODE, FileKind.of(text("BC\u00C0\u00DE")));
    assertEquals(FileKind.MACH_O, FileKind.of(text("\u00CF\u00FA\u00ED\u00FE")));
    assertEquals(FileKind.ELF, FileKind.of(Objects.read("start-64.elf")));
  }

  @Test
  void takesCodeForCode() {
    assertEquals(FileKind.RAW, FileKind.of(new byte[] {}));
    assertEquals(FileKind.RAW, FileKind.of(new byte[] {0x4C, 0x01, (byte) 0xD8, (byte) 0xC3}));
    assertEquals(FileKind.RAW, FileKind.of(text("MZ is how this text begins")));
  }

  @Test
  void everyOtherKindHasAdvice() {
    for (FileKind kind : FileKind.values()) {
      boolean accepted = kind == FileKind.ELF || kind == FileKind.RAW;
      assertEquals(accepted, kind.advice().isEmpty(), kind.toString());
    }
  }

  @Test
  void namesAFileThatIsNoElf() {
    LoadException e = assertThrows(LoadException.class, () -> ExecutableLoader.load(pe(), ROOM));
    assertTrue(e.getMessage().contains("PE"), e.getMessage());
  }
}
