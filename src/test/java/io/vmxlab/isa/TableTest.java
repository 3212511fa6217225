package io.vmxlab.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import io.vmxlab.engine.Pages;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The instruction table as a whole: every row is well formed and no bytes mean two rows. */
public class TableTest {
  private static final int[] REPEATS = {0, 0xF2, 0xF3};
  private static final int[] VEX_PREFIXES = {
    MatchKey.PREFIX_NP, MatchKey.PREFIX_66, MatchKey.PREFIX_F2, MatchKey.PREFIX_F3
  };

  public static List<Page.Row> rows() {
    List<Page.Row> rows = new ArrayList<>();
    Pages.all().forEach(page -> rows.addAll(page.rows()));
    return rows;
  }

  @Test
  void everyRowIsWellFormed() {
    List<String> malformed = new ArrayList<>();
    for (Page.Row row : rows()) {
      try {
        new RowIndexWriter().add(row, null);
      } catch (TableException e) {
        malformed.add(e.getMessage());
      }
    }
    assertTrue(malformed.isEmpty(), () -> String.join("\n", malformed));
  }

  @Test
  void everyNamedMethodExistsOnce() throws ReflectiveOperationException {
    List<String> missing = new ArrayList<>();
    for (Page.Row row : rows()) {
      if (row.method() == null) {
        continue;
      }
      int found = 0;
      for (var method : Class.forName(row.owner()).getMethods()) {
        found += method.getName().equals(row.method()) ? 1 : 0;
      }
      if (found != 1) {
        missing.add(row.syntax() + ": " + row.owner() + "." + row.method() + " x" + found);
      }
    }
    assertTrue(missing.isEmpty(), missing::toString);
  }

  @Test
  void rowsOfAnOpcodeAgreeAboutModrm() {
    InstructionTable table = InstructionTable.of(rows());
    Set<String> conflicts = new TreeSet<>();
    forEachSlot(
        table,
        (group, opcode, first) -> {
          boolean modrm = MatchKey.modrm(table.key(table.row(first)));
          for (int e = first; e >= 0; e = table.nextEntry(e)) {
            if (MatchKey.modrm(table.key(table.row(e))) != modrm) {
              conflicts.add(table.form(table.row(e)) + " against " + table.form(table.row(first)));
            }
          }
        });
    assertEquals(Set.of(), conflicts);
  }

  @Test
  void noBytesMeanTwoRows() {
    InstructionTable table = InstructionTable.of(rows());
    Set<String> conflicts = new TreeSet<>();
    forEachSlot(table, (group, opcode, first) -> findConflicts(table, group, first, conflicts));
    assertTrue(conflicts.isEmpty(), () -> String.join("\n", conflicts));
  }

  @Test
  void theIndexGivesBackEveryRow() {
    List<Page.Row> rows = rows();
    InstructionTable table = InstructionTable.of(rows);
    assertEquals(rows.size(), table.forms().size());
    for (int i = 0; i < rows.size(); i++) {
      Form form = table.forms().get(i);
      assertEquals(rows.get(i).syntax().replace(" ", ""), form.syntax().replace(" ", ""));
      assertEquals(rows.get(i).encoding(), form.encoding());
      assertEquals(rows.get(i).flags(), form.flags());
      assertTrue(table.named(form.mnemonic().toLowerCase(Locale.ROOT)).contains(form));
    }
  }

  private interface SlotVisitor {
    void visit(int group, int opcode, int first);
  }

  private static void forEachSlot(InstructionTable table, SlotVisitor visitor) {
    for (int group = 0; group < InstructionTable.GROUPS; group++) {
      for (int opcode = 0; opcode < 256; opcode++) {
        int first = table.firstEntry(group, opcode);
        if (first != InstructionTable.NONE) {
          visitor.visit(group, opcode, first);
        }
      }
    }
  }

  private static void findConflicts(
      InstructionTable table, int group, int first, Set<String> conflicts) {
    if (table.nextEntry(first) == InstructionTable.NONE) {
      return;
    }
    boolean modrm = MatchKey.modrm(table.key(table.row(first)));
    DecodeState s = new DecodeState();
    s.vex = group < 4 ? 0 : group < 8 ? 0xC4 : 0x62;
    int[] prefixes = s.vex == 0 ? REPEATS : VEX_PREFIXES;
    for (CodeMode mode : CodeMode.values()) {
      s.mode = mode;
      int irrelevant = s.vex == 0 ? 4 : 9;
      for (int bits = 0; bits < 16; bits++) {
        if ((bits & irrelevant) != 0) {
          continue;
        }
        s.size66 = s.vex == 0 && (bits & 1) != 0;
        s.rexW = (bits & 2) != 0 && (mode == CodeMode.BITS64 || s.vex != 0);
        s.vexL = bits >> 2 & 1;
        s.rexR = mode == CodeMode.BITS64 ? bits & 8 : 0;
        for (int prefix : prefixes) {
          s.repeat = s.vex == 0 ? prefix : 0;
          s.vexPrefix = prefix;
          for (s.addressSize = mode.bits / 2; s.addressSize <= mode.bits; s.addressSize *= 2) {
            for (int m = 0; m < (modrm ? 256 : 1); m += m < 0xC0 ? 8 : 1) {
              s.modrm = modrm ? m : -1;
              findConflict(table, first, s, conflicts);
            }
          }
        }
      }
    }
  }

  private static void findConflict(
      InstructionTable table, int first, DecodeState s, Set<String> conflicts) {
    int best = -1;
    Form bestForm = null;
    Form rival = null;
    for (int e = first; e != InstructionTable.NONE; e = table.nextEntry(e)) {
      long key = table.key(table.row(e));
      if (MatchKey.failure(key, s) == MatchKey.MATCH) {
        int value = MatchKey.specificity(key, s);
        Form form = table.form(table.row(e));
        if (value > best) {
          best = value;
          bestForm = form;
          rival = null;
        } else if (value == best && !form.has(FormAttribute.ALIAS)) {
          rival = form;
        }
      }
    }
    if (rival != null) {
      conflicts.add(describe(bestForm) + " against " + describe(rival) + " in " + s.mode);
    }
  }

  private static String describe(Form form) {
    return form.encoding() + " " + form.syntax() + " " + form.attributes();
  }

  public static Decoder decoder() {
    return new Decoder(InstructionTable.of(rows()), EnumSet.allOf(Feature.class));
  }
}
