package io.vmxlab.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import io.vmxlab.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A field of ModRM that a row neither fixes nor gives to an operand is free: the processor ignores
 * it, so every value of it is the same instruction.
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
    out.write(modrm);
    out.writeBytes(new byte[8]);
    byte[] code = out.toByteArray();
    return decoder.decode(code, 0, code.length, mode);
  }
}
