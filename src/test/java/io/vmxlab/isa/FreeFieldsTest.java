package io.vmxlab.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import io.vmxlab.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A field of ModRM that a row neither fixes nor gives to an operand is free: the processor ignores
 * it, so every value of it is the same instruction. So are the fields of VEX that the manual calls
 * ignored, and prefixes before a row that says nothing of them; the others are #UD.
 */
@DisplayName("Fields that the manual leaves free")
class FreeFieldsTest {
  /** Opcodes whose ModRM byte is a part of the opcode, each value an instruction of its own. */
  private static final Set<String> WHOLE_MODRM =
      Set.of(
          "0F01", "0F1E", "0F3849", "0F3AF0", "0FA6", "0FA7", "C6", "C7", "D9", "DA", "DB", "DE",
          "DF");

  private final InstructionTable table = Engine.table();
  private final Decoder decoder = new Decoder(table, EnumSet.allOf(Feature.class));

  @Test
  @DisplayName("every value of a free field is the same instruction")
  void everyValue() {
    Map<String, Set<String>> free = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    for (Form form : table.forms()) {
      Encoding e = form.pattern();
      if (e.space() != Encoding.Space.LEGACY || !e.modrm() || e.rm() >= 0 || form.spelling()) {
        continue;
      }
      boolean reg = e.digit() < 0 && !has(form, Operand.Place.MODRM_REG);
      boolean rm = !has(form, Operand.Place.MODRM_RM);
      boolean mod = form.has(FormAttribute.RM_IS_REGISTER);
      for (int modrm = 0; modrm < 256; modrm++) {
        int usual = e.mod() == 0 ? modrm & 0x3F : modrm | 0xC0;
        usual = e.digit() < 0 ? usual : usual & ~0x38 | e.digit() << 3;
        int free0 = (reg ? 0x38 : 0) | (rm ? 0x07 : 0) | (mod ? 0xC0 : 0);
        if (free0 == 0 || (usual & ~free0) != (modrm & ~free0)) {
          continue;
        }
        Decoded got = decode(form, modrm);
        if (!(got instanceof Decoded.Valid) || !same(((Decoded.Valid) got).instruction(), form)) {
          wrong.add(String.format("%s with ModRM %02X: %s", form.encoding(), modrm, got));
        }
      }
      note(free, "reg", reg, form);
      note(free, "r/m", rm, form);
      note(free, "mod", mod, form);
    }
    assertEquals(List.of(), wrong);
    assertEquals(Set.of("LFENCE", "MFENCE", "SFENCE"), free.get("r/m"));
    assertEquals(Set.of("MOV-CR", "MOV-DR"), free.get("mod"));
    assertEquals(Set.of("NOP", "PREFETCHW", "SETcc"), free.get("reg"));
  }

  @Test
  @DisplayName("no other row than those listed fixes the whole ModRM byte")
  void wholeByte() {
    Set<String> opcodes = new TreeSet<>();
    for (Form form : table.forms()) {
      Encoding e = form.pattern();
      if (e.modrm() && e.rm() >= 0) {
        String map = e.map() == 0 ? "" : e.map() == 1 ? "0F" : e.map() == 2 ? "0F38" : "0F3A";
        opcodes.add(map + String.format("%02X", e.opcode()));
      }
    }
    assertTrue(WHOLE_MODRM.containsAll(opcodes), opcodes::toString);
  }

  /** SDM Vol. 2A "VEX Prefix": W, L and vvvv of VEX, with and without a meaning in the row. */
  @Test
  @DisplayName("every value of a VEX field is the same instruction, or none")
  void vexFields() {
    List<String> wrong = new ArrayList<>();
    for (Form form : table.forms()) {
      Encoding e = form.pattern();
      if (e.space() != Encoding.Space.VEX || form.spelling()) {
        continue;
      }
      CodeMode mode = CodeMode.BITS64;
      boolean vvvv = has(form, Operand.Place.VEX_VVVV);
      for (int w = 0; w < 2; w++) {
        for (int l = 0; l < 2; l++) {
          for (int v = 0; v < 16; v++) {
            boolean tile = form.syntax().contains("tmm") && v > 7;
            boolean same =
                (e.rexW() < 0 || e.rexW() == w)
                    && (e.vexL() < 0 || e.vexL() == l)
                    && (vvvv ? !tile : v == 0);
            Decoded got = decodeVex(form, w, l, v, mode);
            boolean is =
                got instanceof Decoded.Valid
                    && ((Decoded.Valid) got).instruction().form.encoding().equals(form.encoding());
            if (is != same) {
              wrong.add(form.encoding() + " W" + w + " L" + l + " vvvv " + v + ": " + got);
            }
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** Outside 64-bit mode the highest bit of vvvv in a prefix of three bytes is ignored. */
  @Test
  void highestBitOfVvvvOutside64BitMode() {
    for (Form form : table.forms()) {
      if (form.pattern().space() == Encoding.Space.VEX
          && !form.has(FormAttribute.ONLY64)
          && form.pattern().rexW() != 1
          && !form.spelling()) {
        int w = Math.max(form.pattern().rexW(), 0);
        int l = Math.max(form.pattern().vexL(), 0);
        Decoded got = decodeVex(form, w, l, 8, CodeMode.BITS32);
        assertTrue(got instanceof Decoded.Valid, form.encoding() + " " + got);
      }
    }
  }

  /** SDM Vol. 2A "VEX and the LOCK prefix" and its neighbours. */
  @Test
  @DisplayName("66H, F2H, F3H, LOCK and REX before VEX are #UD")
  void prefixesBeforeVex() {
    for (int prefix : new int[] {0x66, 0xF2, 0xF3, 0xF0, 0x40, 0x48}) {
      for (String code : List.of("C5F877", "C5F858C0", "C4E278F2C1", "C4E1F9C4C000")) {
        byte[] bytes = HexFormat.of().parseHex(String.format("%02X", prefix) + code);
        Decoded got = decoder.decode(bytes, 0, bytes.length, CodeMode.BITS64);
        assertTrue(got instanceof Decoded.Undefined, code);
      }
    }
    byte[] segment = HexFormat.of().parseHex("6467C5F85800");
    assertTrue(decoder.decode(segment, 0, 6, CodeMode.BITS64) instanceof Decoded.Valid);
  }

  /**
   * {@code NP} and {@code NFx} forbid prefixes; a row that names none ignores them, unless they
   * make another row of the opcode.
   */
  @Test
  @DisplayName("a prefix that a row forbids is #UD, one that it does not name is ignored")
  void prefixes() {
    List<String> wrong = new ArrayList<>();
    for (Form form : table.forms()) {
      Encoding e = form.pattern();
      boolean exchange = e.map() == 0 && e.opcode() == 0x90; // of RAX with itself: NOP
      if (e.space() != Encoding.Space.LEGACY || form.spelling() || e.prefix() > 0 || exchange) {
        continue;
      }
      for (int prefix : new int[] {0x66, 0xF2, 0xF3}) {
        boolean forbidden =
            e.prefix() == Encoding.NO_PREFIX || e.prefix() == Encoding.NO_REPEAT && prefix != 0x66;
        Decoded got = decodePrefixed(form, prefix);
        Instruction insn =
            got instanceof Decoded.Valid ? ((Decoded.Valid) got).instruction() : null;
        boolean same = insn != null && insn.form.page().equals(form.page());
        boolean other = insn != null && insn.form.pattern().prefix() == prefix;
        if (forbidden ? same && !other : insn == null || !same && !other) {
          wrong.add(String.format("%02X before %s: %s", prefix, form.encoding(), got));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  private Decoded decodePrefixed(Form form, int prefix) {
    Encoding e = form.pattern();
    CodeMode mode = form.has(FormAttribute.NO64) ? CodeMode.BITS32 : CodeMode.BITS64;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(prefix);
    if (form.has(FormAttribute.A16) || form.has(FormAttribute.A32) && mode == CodeMode.BITS64) {
      out.write(0x67);
    }
    legacyOpcode(out, e);
    if (e.modrm()) {
      int digit = e.digit() < 0 ? 0 : e.digit() << 3;
      out.write(e.rm() >= 0 ? e.rm() : e.mod() == 0 ? digit : 0xC0 | digit);
    } else if (e.rm() >= 0) {
      out.write(e.rm());
    }
    out.writeBytes(new byte[10]);
    byte[] code = out.toByteArray();
    return decoder.decode(code, 0, code.length, mode);
  }

  private Decoded decodeVex(Form form, int w, int l, int vvvv, CodeMode mode) {
    Encoding e = form.pattern();
    int pp = e.prefix() == 0x66 ? 1 : e.prefix() == 0xF3 ? 2 : e.prefix() == 0xF2 ? 3 : 0;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0xC4);
    out.write(0xE0 | e.map());
    out.write(w << 7 | (~vvvv & 15) << 3 | l << 2 | pp);
    out.write(e.opcode());
    if (e.modrm()) {
      int digit = e.digit() < 0 ? 0 : e.digit() << 3;
      // a SIB byte where one is needed
      out.write(
          e.rm() >= 0
              ? e.rm()
              : e.mod() == 3 ? 0xC0 | digit : e.mod() == 0 ? 4 | digit : 0xC0 | digit);
    }
    out.writeBytes(new byte[10]);
    byte[] code = out.toByteArray();
    return decoder.decode(code, 0, code.length, mode);
  }

  /** REX if the row needs one, and the opcode. */
  private static void legacyOpcode(ByteArrayOutputStream out, Encoding e) {
    if (e.rexW() == 1 || e.rexR()) {
      out.write(0x40 | (e.rexW() == 1 ? 8 : 0) | (e.rexR() ? 4 : 0));
    }
    if (e.map() > 0) {
      out.write(0x0F);
    }
    if (e.map() > 1) {
      out.write(e.map() == 2 ? 0x38 : 0x3A);
    }
    out.write(e.opcode());
  }

  private static void note(Map<String, Set<String>> free, String field, boolean isFree, Form form) {
    if (isFree) {
      free.computeIfAbsent(field, f -> new TreeSet<>()).add(form.page());
    }
  }

  private static boolean has(Form form, Operand.Place place) {
    return form.operands().stream().anyMatch(o -> o.place() == place);
  }

  private static boolean same(Instruction got, Form form) {
    return got.form.page().equals(form.page())
        && String.valueOf(got.form.method()).equals(String.valueOf(form.method()));
  }

  private Decoded decode(Form form, int modrm) {
    Encoding e = form.pattern();
    CodeMode mode = form.has(FormAttribute.NO64) ? CodeMode.BITS32 : CodeMode.BITS64;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (e.prefix() > 0) {
      out.write(e.prefix());
    }
    legacyOpcode(out, e);
    out.write(modrm);
    out.writeBytes(new byte[8]);
    byte[] code = out.toByteArray();
    return decoder.decode(code, 0, code.length, mode);
  }
}
