package io.vmxlab.lab;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.arch.Feature;
import io.vmxlab.asm.Assembler;
import io.vmxlab.asm.Assembly;
import io.vmxlab.asm.AssemblyException;
import io.vmxlab.engine.Engine;
import io.vmxlab.explain.Hex;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Disassembler;
import io.vmxlab.isa.SymbolNames;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MemoryMap;
import io.vmxlab.machine.Program;
import io.vmxlab.platform.Image;
import io.vmxlab.platform.Symbols;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * Machine code beside its text.
 *
 * @param bytes all of the code, as a file holds it
 */
public record Listing(byte[] bytes, List<Row> rows) {
  private static final int SHOWN_BYTES = 8;
  private static final int CODE_COLUMN = 26;

  /**
   * An instruction, or a line of assembly text.
   *
   * @param label that stands before it; may be empty
   */
  public record Row(long address, String label, byte[] bytes, String text) {}

  /**
   * Assembles text.
   *
   * @param file named in errors
   * @param dialect whose meaning counts where assemblers differ
   * @throws BadInputException with file, line and column of the first mistake
   */
  public static Listing assemble(
      String file, String text, CodeMode mode, long origin, Dialect dialect) {
    Map<String, Long> known = MemoryMap.places();
    Assembly assembly;
    try {
      assembly = new Assembler(Engine.table(), file, mode, origin, known, dialect).assemble(text);
    } catch (AssemblyException e) {
      AssemblyException.Mistake m = e.mistakes().get(0);
      throw new BadInputException(m.file() + ":" + m.line() + ":" + m.column(), m.message(), "");
    }
    if (assembly.bytes().length == 0) {
      throw new BadInputException(file, "there is no code in it", "give code to assemble");
    }
    List<Row> rows = new ArrayList<>();
    for (Assembly.Line line : assembly.listing()) {
      byte[] bytes =
          Arrays.copyOfRange(assembly.bytes(), line.offset(), line.offset() + line.length());
      rows.add(new Row(line.address(), "", bytes, line.text().strip()));
    }
    byte[] stored = Arrays.copyOf(assembly.bytes(), assembly.stored());
    return new Listing(stored, List.copyOf(rows));
  }

  /**
   * Disassembles a program.
   *
   * @param origin address of flat code
   */
  public static Listing of(Program program, CodeMode mode, long origin) {
    return program.form() == Program.Form.FLAT
        ? disassemble(program.content(), mode, origin)
        : disassemble(Machine.builder().mode(mode).build().image(program));
  }

  /** Disassembles code from its first byte on. Bytes that are no instruction appear as data. */
  public static Listing disassemble(byte[] code, CodeMode mode, long origin) {
    List<Row> rows = new ArrayList<>();
    disassemble(code, mode, origin, Symbols.NONE, rows);
    return new Listing(code, List.copyOf(rows));
  }

  /** Disassembles the executable parts of an image. */
  private static Listing disassemble(Image image) {
    List<Row> rows = new ArrayList<>();
    for (Image.Piece p : image.pieces()) {
      if (p.executable()) {
        disassemble(p.bytes(), image.mode(), p.address(), image.symbols(), rows);
      }
    }
    return new Listing(new byte[0], List.copyOf(rows));
  }

  private static void disassemble(
      byte[] code, CodeMode mode, long origin, Symbols symbols, List<Row> rows) {
    Decoder decoder = new Decoder(Engine.table(), EnumSet.allOf(Feature.class));
    SymbolNames names = a -> symbols.nameOf(a).orElse(null);
    Disassembler disassembler = new Disassembler(names);
    int at = 0;
    while (at < code.length) {
      Decoded decoded = decoder.decode(code, at, code.length, mode);
      boolean valid = decoded instanceof Decoded.Valid;
      int length = decoded instanceof Decoded.Valid v ? v.instruction().length() : 1;
      byte[] bytes = Arrays.copyOfRange(code, at, at + length);
      String text =
          decoded instanceof Decoded.Valid v
              ? disassembler.text(v.instruction(), origin + at)
              : "db 0x" + Hex.digits(code[at], 2) + why(decoded);
      String label = symbols.nameOf(origin + at).filter(n -> !n.contains("+")).orElse("");
      rows.add(new Row(origin + at, valid ? label : "", bytes, text));
      at += length;
    }
  }

  private static String why(Decoded decoded) {
    if (decoded instanceof Decoded.Truncated) {
      return "   ; the code ends within an instruction";
    }
    if (decoded instanceof Decoded.Undefined u && u.missing() != null) {
      return "   ; " + u.missing().mnemonic() + " does not exist in this form or mode";
    }
    return "   ; no instruction";
  }

  /** Address, bytes and text, a line each; a line of long data shows its first bytes. */
  public void text(Sheet sheet) {
    boolean low = rows.stream().allMatch(r -> r.address >>> 32 == 0);
    for (Row r : rows) {
      if (!r.label.isEmpty()) {
        sheet.line(r.label + ":");
      }
      boolean cut = r.bytes.length > SHOWN_BYTES;
      String shown = Hex.bytes(cut ? Arrays.copyOf(r.bytes, SHOWN_BYTES) : r.bytes);
      String before =
          (low ? Hex.digits(r.address, 8) : Hex.register(r.address, 64))
              + "  "
              + Sheet.pad(shown + (cut ? ".." : ""), CODE_COLUMN)
              + "  ";
      sheet.hanging(before, before.length(), r.text.replace('\t', ' '));
    }
  }

  /** Members of a JSON document. */
  public void json(JsonText json) {
    json.array(
        "lines",
        rows,
        (j, r) -> {
          j.hex("address", r.address);
          if (!r.label.isEmpty()) {
            j.text("label", r.label);
          }
          j.text("bytes", Hex.bytes(r.bytes)).text("text", r.text);
        });
  }
}
