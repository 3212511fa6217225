package io.vmxlab.lab;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.asm.Assembler;
import io.vmxlab.asm.Assembly;
import io.vmxlab.engine.Engine;
import io.vmxlab.machine.MemoryMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Part of the build: assembles the sequences into ELF executables, because assembling one takes
 * longer than running it. Argument: the directory of the compiled classes.
 */
public final class SequenceBuilder {
  private static final int HEADER = 64;
  private static final int SEGMENT_HEADER = 56;
  private static final int SECTION_HEADER = 64;
  private static final int SYMBOL = 24;
  private static final int CODE_AT = HEADER + SEGMENT_HEADER;
  private static final int SECTIONS = 4;
  private static final int SHT_PROGBITS = 1;
  private static final int SHT_SYMTAB = 2;
  private static final int SHT_STRTAB = 3;

  private SequenceBuilder() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0], "io", "vmxlab", "lab", "sequences");
    for (Sequence s : Sequence.values()) {
      Files.write(folder.resolve(s.id() + ".elf"), executable(s));
    }
  }

  /** The sequence as an ELF executable with its labels. */
  static byte[] executable(Sequence sequence) {
    Assembly assembly =
        new Assembler(
                Engine.table(),
                sequence.id() + ".asm",
                CodeMode.BITS64,
                MemoryMap.PROGRAM,
                Map.of())
            .assemble(sequence.assembly());
    Map<String, Long> labels = new LinkedHashMap<>();
    long end = assembly.origin() + assembly.bytes().length;
    assembly
        .symbols()
        .forEach(
            (name, value) -> {
              if (value >= assembly.origin() && value < end) {
                labels.put(name, value);
              }
            });
    return elf(assembly.origin(), assembly.bytes(), labels);
  }

  /** ELF64 with one segment; zeros at the end of the code are not stored. */
  private static byte[] elf(long origin, byte[] code, Map<String, Long> labels) {
    int stored = code.length;
    while (stored > 0 && code[stored - 1] == 0) {
      stored--;
    }
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    names.write(0);
    ByteBuffer symbols = buffer(SYMBOL * (labels.size() + 1));
    symbols.position(SYMBOL);
    labels.forEach(
        (name, address) -> {
          symbols.putInt(names.size()).put((byte) 0x10).put((byte) 0).putShort((short) 1);
          symbols.putLong(address).putLong(0);
          names.writeBytes((name + "\0").getBytes(StandardCharsets.US_ASCII));
        });
    int symbolsAt = CODE_AT + stored;
    int namesAt = symbolsAt + symbols.capacity();
    int sectionsAt = namesAt + names.size();
    ByteBuffer file = buffer(sectionsAt + SECTIONS * SECTION_HEADER);
    file.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1}).position(16);
    file.putShort((short) 2).putShort((short) 62).putInt(1);
    file.putLong(origin).putLong(HEADER).putLong(sectionsAt).putInt(0);
    file.putShort((short) HEADER).putShort((short) SEGMENT_HEADER).putShort((short) 1);
    file.putShort((short) SECTION_HEADER).putShort((short) SECTIONS).putShort((short) 3);
    file.putInt(1).putInt(7).putLong(CODE_AT).putLong(origin).putLong(origin);
    file.putLong(stored).putLong(code.length).putLong(0x1000);
    file.put(code, 0, stored).put(symbols.array()).put(names.toByteArray());
    file.position(sectionsAt + SECTION_HEADER);
    section(file, SHT_PROGBITS, origin, CODE_AT, stored, 0, 0);
    section(file, SHT_SYMTAB, 0, symbolsAt, symbols.capacity(), 3, SYMBOL);
    section(file, SHT_STRTAB, 0, namesAt, names.size(), 0, 0);
    return file.array();
  }

  private static void section(
      ByteBuffer file, int type, long address, int at, int size, int link, int entry) {
    file.putInt(0).putInt(type).putLong(type == SHT_PROGBITS ? 6 : 0).putLong(address);
    file.putLong(at).putLong(size).putInt(link).putInt(type == SHT_SYMTAB ? 1 : 0);
    file.putLong(1).putLong(entry);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
