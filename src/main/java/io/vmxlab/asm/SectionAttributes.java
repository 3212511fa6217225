package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * What stands behind the name of a section in three dialects. Every attribute is done, says what a
 * flat program has anyway, or is refused.
 */
final class SectionAttributes {
  /** What all memory of a flat program is. */
  private static final Set<String> GIVEN =
      Set.of("progbits", "alloc", "exec", "write", "code", "data", "text", "public", "info");

  /** MASM's words that name what a flat program has anyway, or speak to linkers. */
  private static final Set<String> MASM_GIVEN =
      Set.of(
          "public",
          "private",
          "memory",
          "stack",
          "readonly",
          "flat",
          "execute",
          "read",
          "write",
          "nopage",
          "nocache");

  private static final Set<String> MASM_TEXT = Set.of("text", "_text", "code", "_code", "cseg");

  /** GAS's sections whose flags their names tell; others have none. */
  private static final Set<String> GAS_LOADED =
      Set.of(".text", ".data", ".bss", ".rodata", ".init", ".fini", ".tdata", ".tbss");

  private static final Set<String> GAS_UNLOADED =
      Set.of(".note", ".comment", ".debug", ".stab", ".discard", ".eh_frame", ".gnu");

  private SectionAttributes() {}

  /** {@code section .data align=16 vstart=0x1000}. */
  static void nasm(Assembler to, AsmScanner in) {
    String name = in.sectionName();
    boolean reserved = name.equalsIgnoreCase(AsmSections.BSS);
    AsmSection section = enter(to, name, reserved);
    boolean protection = false;
    int column = in.column();
    while (!in.atEnd()) {
      in.accept(",");
      int at = in.column();
      String word = in.sectionName().toLowerCase(Locale.ROOT);
      if (in.accept("=")) {
        given(to, in, section, word, at);
      } else if (word.equals("nobits") || word.equals("bss")) {
        section.reserved = true;
      } else if (word.equals("progbits") && section.reserved) {
        throw new AsmScanner.Complaint(
            at, "the section only reserves memory: give what has bytes another section");
      } else if (word.equals("noalloc")) {
        section.dropped = true;
      } else if (word.equals("noexec") || word.equals("nowrite") || word.equals("rdata")) {
        column = protection ? column : at;
        protection = true;
      } else if (word.startsWith("use")) {
        to.mode(mode(word, at));
      } else if (!GIVEN.contains(word)) {
        throw unknown(word, at);
      }
    }
    refuseBoth(section, column);
    if (protection && !section.dropped) {
      throw new AsmScanner.Complaint(
          column,
          "a flat program's memory can be written and executed: leave noexec, nowrite and rdata"
              + " out, or run the object file of nasm -f elf64");
    }
  }

  /** What nasm refuses too, or answers in a way of its own. */
  private static void refuseBoth(AsmSection s, int column) {
    String both =
        s.start != null && s.follows != null
            ? "start and follows both say where the section is loaded: leave one out"
            : s.virtualStart != null && s.virtualFollows != null
                ? "vstart and vfollows both say where the section runs: leave one out"
                : s.start != null && s.virtualAlignment > 0 && s.virtualStart == null
                    ? "valign does not move a section that has a start: write vstart"
                    : "";
    if (!both.isEmpty()) {
      throw new AsmScanner.Complaint(column, both);
    }
  }

  private static AsmSection enter(Assembler to, String name, boolean reserved) {
    AsmSection section = to.sections().enter(name, reserved);
    if (section.line == null) {
      section.line = to.line();
    }
    return section;
  }

  private static AsmScanner.Complaint unknown(String word, int column) {
    return new AsmScanner.Complaint(
        column,
        "the section attribute '"
            + AsmScanner.clip(word)
            + "' has no meaning in a flat program: leave it out");
  }

  private static void given(
      Assembler to, AsmScanner in, AsmSection section, String word, int column) {
    AsmData data = new AsmData(to, in);
    switch (word) {
      case "align" -> {
        int at = in.column();
        section.align(AsmData.alignment(value(data), at));
      }
      case "valign" -> {
        int at = in.column();
        section.virtualAlignment = AsmData.alignment(value(data), at);
      }
      case "start" -> section.start = once(section.start, value(data), word, column);
      case "vstart" -> section.virtualStart = once(section.virtualStart, value(data), word, column);
      case "follows" -> section.follows = in.sectionName();
      case "vfollows" -> section.virtualFollows = in.sectionName();
      default -> throw unknown(word, column);
    }
  }

  /** A section's place is said once, or again the same. */
  private static long once(Long before, long value, String word, int column) {
    if (before != null && before != value) {
      throw new AsmScanner.Complaint(
          column, word + " was " + before + " before: give the section one place");
    }
    return value;
  }

  private static long value(AsmData data) {
    return data.value().number();
  }

  private static CodeMode mode(String word, int column) {
    for (CodeMode mode : CodeMode.values()) {
      if (word.equals("use" + mode.bits)) {
        return mode;
      }
    }
    throw unknown(word, column);
  }

  /** {@code _TEXT segment para public 'CODE'}. */
  static void masm(Assembler to, String name, AsmScanner in) {
    boolean text = MASM_TEXT.contains(name.toLowerCase(Locale.ROOT));
    boolean reserved = name.equalsIgnoreCase("_bss");
    AsmSection section = enter(to, text ? AsmSections.TEXT : name, reserved);
    while (!in.atEnd()) {
      int column = in.column();
      if (in.atString()) {
        in.string();
        continue;
      }
      String word = in.word().toLowerCase(Locale.ROOT);
      switch (word) {
        case "byte" -> section.align(1);
        case "word" -> section.align(2);
        case "dword" -> section.align(4);
        case "para" -> section.align(16);
        case "page" -> section.align(256);
        case "align" -> {
          in.expect("(");
          int at = in.column();
          section.align(AsmData.alignment(value(new AsmData(to, in)), at));
          in.expect(")");
        }
        case "use16" -> to.mode(CodeMode.BITS16);
        case "use32" -> to.mode(CodeMode.BITS32);
        case "use64" -> to.mode(CodeMode.BITS64);
        case "alias" -> {
          in.expect("(");
          in.string();
          in.expect(")");
        }
        default -> {
          if (!MASM_GIVEN.contains(word)) {
            throw word.isEmpty()
                ? in.complaint("expected an attribute of the segment, found " + in.found())
                : unknown(word, column);
          }
        }
      }
    }
  }

  /** {@code .section .text, "ax", @progbits}. */
  static void gas(Assembler to, AsmScanner in) {
    int column = in.column();
    String name =
        in.atString() ? new String(in.string(), StandardCharsets.UTF_8) : in.sectionName();
    boolean loaded = begins(name, GAS_LOADED);
    boolean reserved = begins(name, Set.of(AsmSections.BSS));
    boolean flags = false;
    if (in.accept(",")) {
      flags = in.atString();
      loaded = flags ? new String(in.string(), StandardCharsets.UTF_8).contains("a") : loaded;
      if (in.accept(",") && (in.accept("@") || in.accept("%") || !in.atEnd())) {
        reserved = in.acceptWord("nobits") || in.acceptWord("@nobits");
      }
      in.skipRest(); // sizes of entries, groups and links are for linkers
    }
    if (!loaded && !flags && !begins(name, GAS_UNLOADED) && !to.sections().has(name)) {
      throw new AsmScanner.Complaint(
          column,
          "GAS gives "
              + AsmScanner.clip(name)
              + " no flags, so that it is not loaded: write .section "
              + AsmScanner.clip(name)
              + ", \"ax\"");
    }
    boolean known = to.sections().has(name);
    AsmSection section = enter(to, name, reserved);
    section.dropped = known ? section.dropped : !loaded;
  }

  private static boolean begins(String name, Set<String> beginnings) {
    for (String b : beginnings) {
      if (name.equals(b) || name.startsWith(b + ".") || name.startsWith(b + "_")) {
        return true;
      }
    }
    return false;
  }
}
