package io.vmxlab.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Assembly text of hot loops: random bodies of all widths and forms of operands, iterated thousands
 * of times, with branches, calls, faults whose handlers mend and go on, writes into the loop's own
 * code, and changes of translations. A fault that cannot be mended goes on at the loop's end.
 *
 * <p>Registers SI, DI, BX (and R8, R9, BP) point to data whose last page ends are near; the others
 * are free.
 */
final class LoopText {
  // variables, as offsets from their page
  private static final int LANDING = 0;
  private static final int TICKS = 8;
  private static final int KEPT_STACK = 0x10;
  private static final int COUNTS = 0x40;
  private static final int TABLES = 0x200;

  private static final int PAGE = 0x1000;
  private static final int PTE_RW = 2;

  private static final List<String> CONDITIONS =
      List.of(
          "o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g");
  private static final List<String> TWO =
      List.of("add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "mov", "test");
  private static final List<String> ONE = List.of("inc", "dec", "neg", "not");
  private static final List<String> SHIFTS =
      List.of("rol", "ror", "rcl", "rcr", "shl", "shr", "sar");
  private static final List<String> BITS = List.of("bt", "bts", "btr", "btc");
  private static final List<String> PLAIN =
      List.of("clc", "stc", "cmc", "cbw", "cwde", "cwd", "cdq", "nop", "lahf", "sahf", "cld");
  private static final List<String> STRINGS = List.of("movs", "stos", "lods", "scas", "cmps");

  private final int bits;
  private final Random random;
  private final Places at;
  private final boolean user;
  private final StringBuilder text = new StringBuilder();
  private final List<String> free;
  private final List<String> constants = new ArrayList<>();
  private int labels;
  private int loop;
  private int functions;

  /** A page of data that cannot be written stays so, and every such write goes on at the end. */
  private boolean strict;

  /** What lies where, as linear addresses, or offsets in segments with 16 bits. */
  record Places(int table, int tableCopy, int variables, int data, int pages) {}

  /**
   * @param bits 16, 32 or 64
   * @param user the loops run at CPL 3
   */
  LoopText(int bits, Random random, Places at, boolean user) {
    this.bits = bits;
    this.random = random;
    this.at = at;
    this.user = user;
    free =
        bits == 64
            ? List.of("a", "c", "d", "a", "c", "d", "10", "11", "12", "13", "14")
            : List.of("a", "c", "d");
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void line(String line) {
    text.append("  ").append(line).append('\n');
  }

  private void label(String label) {
    text.append(label).append(":\n");
  }

  private String fresh() {
    return "l" + labels++;
  }

  // --- registers

  private static String name(String family, int width) {
    boolean numbered = Character.isDigit(family.charAt(0));
    if (numbered) {
      return "r" + family + (width == 64 ? "" : width == 32 ? "d" : width == 16 ? "w" : "b");
    }
    String two = family.length() == 1 ? family + "x" : family;
    switch (width) {
      case 8:
        return family + "l";
      case 16:
        return two;
      case 32:
        return "e" + two;
      default:
        return "r" + two;
    }
  }

  private String natural(String family) {
    return name(family, bits);
  }

  private int width() {
    int w = random.nextInt(bits == 64 ? 5 : 4);
    return w == 0 ? 8 : w == 1 ? 16 : w == 4 ? 64 : 32;
  }

  /** A register to be written. */
  private String free(int width, boolean legacy) {
    String family = pick(legacy ? free.subList(0, 3) : free);
    if (width == 8 && family.length() == 1 && legacy && random.nextBoolean()) {
      return family + "h";
    }
    return name(family, width);
  }

  /** A register to be read. */
  private String any(int width, boolean legacy) {
    if (!legacy && oneIn(6)) {
      return name(pick(List.of("si", "di", "bp", "8", "9")), width);
    }
    if (oneIn(6)) {
      return width == 8 && legacy && oneIn(2) ? "bh" : name("b", width);
    }
    if (width > 8 && oneIn(8)) {
      return name(pick(List.of("si", "di", "bp", "sp")), width);
    }
    return free(width, legacy);
  }

  // --- memory

  private static String size(int width) {
    return width == 8 ? "byte" : width == 16 ? "word" : width == 32 ? "dword" : "qword";
  }

  private String displacement() {
    int d = oneIn(4) ? random.nextInt(0x400) : random.nextInt(0x40);
    return random.nextBoolean() ? "+" + d : oneIn(3) ? "-" + d : "";
  }

  /** An operand in memory; first what makes its index small. */
  private String memory(int width, boolean legacy) {
    String segment = bits == 64 && oneIn(8) ? pick(List.of("fs:", "gs:")) : "";
    if (bits != 64 && oneIn(8)) {
      segment = pick(List.of("es:", "gs:", "ds:"));
    }
    return size(width) + " [" + segment + address(!segment.isEmpty(), legacy) + "]";
  }

  private String address(boolean relative, boolean legacy) {
    if (bits == 16) {
      return pick(List.of("si", "di", "bx", "bx+si", "bx+di")) + displacement();
    }
    if (!relative && oneIn(6)) {
      String place = "" + (at.data + place());
      return bits == 64 && random.nextBoolean() ? "rel " + place : place;
    }
    String base = natural(pick(legacy || bits == 32 ? List.of("si", "di", "b") : pointers()));
    if (relative && bits == 64) { // FS and GS begin at the data
      String index = free(32, true);
      line("and " + index + ", " + (0x3FF >> random.nextInt(8)));
      return "r" + index.substring(1) + displacement();
    }
    if (oneIn(2)) {
      return base + displacement();
    }
    String index = pick(free.subList(0, legacy ? 3 : free.size()));
    line("and " + name(index, 32) + ", " + (0xFF >> random.nextInt(7)));
    String scale = pick(List.of("", "*2", "*4", "*8"));
    return base + "+" + natural(index) + scale + displacement();
  }

  private static List<String> pointers() {
    return List.of("si", "di", "b", "8", "9", "bp");
  }

  /** An offset in the data, often just before the end of a page. */
  private int place() {
    int page = random.nextInt(at.pages) * PAGE;
    return oneIn(2) ? page + PAGE - 1 - random.nextInt(16) : page + random.nextInt(PAGE);
  }

  private void pointers(boolean all) {
    for (String family : bits == 64 ? pointers() : List.of("si", "di", "b")) {
      if (all || oneIn(3)) {
        int where = Math.max(0x400, Math.min(place(), at.pages * PAGE - 0x400));
        line("mov " + natural(family) + ", " + (at.data + where));
      }
    }
  }

  // --- pieces

  /** Some instructions. */
  private void piece(int depth) {
    int kind = random.nextInt(31);
    boolean legacy = bits < 64 || oneIn(2);
    int width = legacy && bits == 64 && oneIn(3) ? 8 : width();
    if (legacy && width == 64) {
      width = 32;
    }
    switch (kind) {
      case 0, 1, 2, 3 -> line(pick(TWO) + " " + free(width, legacy) + ", " + any(width, legacy));
      case 4, 5 -> {
        String m = memory(width, legacy);
        line(pick(TWO) + " " + m + ", " + any(width, legacy));
      }
      case 6, 7 -> {
        String m = memory(width, legacy);
        String op = pick(TWO);
        line((op.equals("test") ? "xchg" : op) + " " + free(width, legacy) + ", " + m);
      }
      case 8 -> line(pick(TWO) + " " + free(width, legacy) + ", " + immediate(width));
      case 9 -> {
        String m = memory(width, legacy);
        line(pick(TWO) + " " + m + ", " + immediate(width));
      }
      case 10 -> line(pick(ONE) + " " + (oneIn(2) ? memory(width, legacy) : free(width, legacy)));
      case 11 -> shift(width, legacy);
      case 12 -> condition(width, legacy);
      case 13 -> bit(width, legacy);
      case 14 -> multiply(width, legacy);
      case 15 -> extend(legacy);
      case 16 -> line(pick(PLAIN));
      case 17 -> exchange(width, legacy);
      case 18 -> stack();
      case 19 -> string();
      case 20, 26, 27 -> vector(legacy);
      case 28 -> constant();
      case 29, 30 -> strayStack();
      case 21, 22 -> branch(depth);
      case 23 -> call();
      case 24 -> inner(depth);
      default -> rare();
    }
  }

  private String immediate(int width) {
    int value =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(256) - 128;
          case 1 -> 1 << random.nextInt(Math.min(width - 1, 30));
          case 2 -> random.nextInt(16);
          default -> random.nextInt();
        };
    return "" + (width == 8 ? value & 0x7F : width == 16 ? value & 0x7FFF : value);
  }

  private void shift(int width, boolean legacy) {
    if (oneIn(4) && width > 8) {
      String to = oneIn(2) ? memory(width, legacy) : free(width, legacy);
      String by = oneIn(2) ? "cl" : "" + random.nextInt(32);
      line(pick(List.of("shld", "shrd")) + " " + to + ", " + any(width, legacy) + ", " + by);
      return;
    }
    String to = oneIn(3) ? memory(width, legacy) : free(width, legacy);
    String by = pick(List.of("1", "cl", "" + random.nextInt(70)));
    line(pick(SHIFTS) + " " + to + ", " + by);
  }

  private void condition(int width, boolean legacy) {
    String c = pick(CONDITIONS);
    if (oneIn(2)) {
      line("set" + c + " " + (oneIn(3) ? memory(8, legacy) : free(8, legacy)));
    } else {
      int wide = Math.max(width, 16);
      String from = oneIn(2) ? memory(wide, legacy) : any(wide, legacy);
      line("cmov" + c + " " + free(wide, legacy) + ", " + from);
    }
  }

  private void bit(int width, boolean legacy) {
    int wide = Math.max(width, 16);
    switch (random.nextInt(4)) {
      case 0 -> line(pick(BITS) + " " + free(wide, legacy) + ", " + any(wide, legacy));
      case 1 -> {
        String m = memory(wide, legacy);
        line(pick(BITS) + " " + m + ", " + random.nextInt(64));
      }
      case 2 -> {
        String m = memory(wide, legacy);
        String by = free(wide, legacy);
        line("and " + by + ", " + 0xFF);
        line(pick(BITS) + " " + m + ", " + by);
      }
      default -> {
        String from = oneIn(3) ? memory(wide, legacy) : any(wide, legacy);
        line(pick(List.of("bsf", "bsr")) + " " + free(wide, legacy) + ", " + from);
      }
    }
  }

  private void multiply(int width, boolean legacy) {
    int wide = Math.max(width, 16);
    switch (random.nextInt(4)) {
      case 0 ->
          line(
              pick(List.of("mul", "imul"))
                  + " "
                  + (oneIn(3) ? memory(width, legacy) : any(width, legacy)));
      case 1 -> {
        String from = oneIn(3) ? memory(wide, legacy) : any(wide, legacy);
        line("imul " + free(wide, legacy) + ", " + from);
      }
      case 2 -> {
        String from = oneIn(3) ? memory(wide, legacy) : any(wide, legacy);
        line("imul " + free(wide, legacy) + ", " + from + ", " + immediate(wide));
      }
      default -> {
        String by = name(oneIn(2) || bits < 64 ? "c" : "10", wide);
        line("or " + by + ", 1");
        line((wide == 16 ? "and dx, 0" : "xor edx, edx"));
        line(pick(List.of("div", "div", "idiv")) + " " + by);
      }
    }
  }

  private void extend(boolean legacy) {
    switch (random.nextInt(4)) {
      case 0 -> {
        String from = oneIn(2) ? memory(8, legacy) : any(8, legacy);
        line(
            pick(List.of("movzx", "movsx")) + " " + free(oneIn(2) ? 32 : 16, legacy) + ", " + from);
      }
      case 1 -> {
        String from = oneIn(2) ? memory(16, legacy) : any(16, legacy);
        line(pick(List.of("movzx", "movsx")) + " " + free(32, legacy) + ", " + from);
      }
      case 2 -> {
        if (bits == 64) {
          String from = oneIn(2) ? memory(32, false) : any(32, false);
          line("movsxd " + free(64, false) + ", " + from);
        } else {
          line(pick(List.of("daa", "das", "aaa", "aas", "aad", "aam")));
        }
      }
      default -> {
        String m = memory(8, legacy);
        int width = bits == 64 && !legacy ? 64 : 32;
        line("lea " + free(width, legacy) + ", " + m.substring(m.indexOf('[')));
      }
    }
  }

  private void exchange(int width, boolean legacy) {
    String to = oneIn(2) ? memory(width, legacy) : free(width, legacy);
    String lock = to.indexOf('[') >= 0 && oneIn(2) ? "lock " : "";
    switch (random.nextInt(4)) {
      case 0 -> line(lock + "xadd " + to + ", " + free(width, legacy));
      case 1 -> line(lock + "cmpxchg " + to + ", " + any(width, legacy));
      case 2 -> line("xchg " + to + ", " + free(width, legacy));
      default -> line("bswap " + free(bits == 64 && !legacy ? 64 : 32, legacy));
    }
  }

  /** What is pushed is popped, be it somewhere else. */
  private void stack() {
    String reg = natural(pick(free));
    switch (random.nextInt(5)) {
      case 0 -> {
        line("push " + natural(pick(free)));
        line("add " + natural(pick(free)) + ", " + natural(pick(free)));
        line("pop " + reg);
      }
      case 1 -> {
        line("push " + (bits == 16 ? "word " : "") + random.nextInt(100));
        line("pop " + reg);
      }
      case 2 -> {
        line(flags(true));
        line("pop " + reg);
      }
      case 3 -> {
        String m = memory(bits, bits < 64);
        line("push " + m);
        String to = memory(bits, bits < 64);
        line("pop " + to);
      }
      default -> {
        String low = name("a", 16);
        line("and " + low + ", " + 0x8D5);
        line("or " + low + ", " + 0x202);
        line("push " + natural("a"));
        line(oneIn(8) ? "pop " + reg : flags(false));
      }
    }
  }

  /** A number in the code, which is written to elsewhere. */
  private void constant() {
    String label = "c" + constants.size();
    constants.add(label);
    label(label);
    int value = 0x10000 + random.nextInt(0x10000); // too large for a byte
    line(pick(List.of("mov ecx, ", "mov edx, ", "add eax, ", "xor eax, ", "cmp eax, ")) + value);
  }

  /** The stack is among the data for a moment, where its pages may be anything. */
  private void strayStack() {
    if (bits < 64 && !user) {
      line("rcr dl, 1"); // an exception would find no stack
      return;
    }
    String kept = variable(KEPT_STACK);
    String sp = natural("sp");
    line("mov " + kept + ", " + sp);
    line("lea " + sp + ", [" + natural(pick(List.of("si", "di", "b"))) + displacement() + "]");
    for (int i = random.nextInt(3); i >= 0; i--) {
      switch (random.nextInt(6)) {
        case 0 -> line("push " + natural(pick(free)));
        case 1 -> line("pop " + natural(pick(free)));
        case 2 -> line(flags(true));
        case 3 -> call();
        case 4 -> line("push " + random.nextInt(1000));
        default -> line("add " + natural(pick(free)) + ", " + natural("sp"));
      }
    }
    line("mov " + sp + ", " + kept);
  }

  private String flags(boolean push) {
    String suffix = bits == 64 ? "q" : bits == 32 ? "d" : "";
    return (push ? "pushf" : "popf") + suffix;
  }

  private void string() {
    String suffix = pick(bits == 64 ? List.of("b", "w", "d", "q") : List.of("b", "w", "d"));
    if (oneIn(2)) {
      line(pick(STRINGS) + suffix);
    } else {
      line("mov ecx, " + random.nextInt(20));
      String op = pick(STRINGS);
      boolean compares = op.equals("scas") || op.equals("cmps");
      line((compares ? pick(List.of("repe ", "repne ")) : "rep ") + op + suffix);
    }
    if (oneIn(3)) {
      pointers(false);
    }
  }

  private void vector(boolean legacy) {
    String x = "xmm" + random.nextInt(8);
    String y = "xmm" + random.nextInt(bits == 64 && !legacy ? 16 : 8);
    switch (random.nextInt(8)) {
      case 6 -> line("pmovmskb " + free(32, legacy) + ", " + x);
      case 7 -> {
        String m = memory(32, legacy);
        line(pick(List.of("cvttss2si ", "cvtsd2si ")) + free(32, legacy) + ", " + y);
        line("cvtsi2sd " + x + ", " + (oneIn(2) ? m : any(32, legacy)));
      }
      case 0 -> line(pick(List.of("paddb", "paddd", "pxor", "pand", "psubw")) + " " + x + ", " + y);
      case 1 -> line(pick(List.of("addpd", "mulps", "sqrtsd", "subss")) + " " + x + ", " + y);
      case 2 -> {
        String m = memory(32, legacy);
        line("movd " + x + ", " + (oneIn(2) ? m : any(32, legacy)));
      }
      case 3 -> {
        String m = memory(32, legacy);
        line("movd " + (oneIn(2) ? m : free(32, legacy)) + ", " + x);
      }
      case 4 -> {
        String m = memory(64, legacy);
        line("movups " + m.substring(m.indexOf('[')) + ", " + x);
      }
      default -> {
        String m = memory(32, legacy);
        line(pick(List.of("fild ", "fistp ", "fld ", "fadd ")) + m);
        line(pick(List.of("fxch", "fabs", "fchs", "ffree st0", "fincstp")));
      }
    }
  }

  private void pieces(int most, int depth) {
    for (int i = random.nextInt(most); i >= 0; i--) {
      piece(depth + 1);
    }
  }

  private void branch(int depth) {
    if (depth > 2) {
      line("test al, al");
      return;
    }
    String end = fresh();
    switch (random.nextInt(5)) {
      case 0 -> {
        String other = fresh();
        line("j" + pick(CONDITIONS) + " " + other);
        pieces(3, depth);
        line("jmp " + end);
        label(other);
        pieces(3, depth);
      }
      case 1 -> indirect(depth, end);
      case 2 -> {
        line("or ecx, 2");
        line(pick(List.of("jecxz", "loop", "loope", "loopne")) + " " + end);
        line("dec ecx");
      }
      default -> {
        line("j" + pick(CONDITIONS) + " " + end);
        pieces(3, depth);
      }
    }
    label(end);
  }

  /** A jump by a table that is filled just before, to one of two places. */
  private void indirect(int depth, String end) {
    String one = fresh();
    String other = fresh();
    String a = natural("a");
    String by = name("d", bits == 16 ? 16 : 32);
    line("mov " + a + ", " + one);
    line("test " + by + ", " + (1 << random.nextInt(8)));
    line("je " + one + "a");
    line("mov " + a + ", " + other);
    label(one + "a");
    if (oneIn(2)) {
      String slot = variable(TABLES + 8 * random.nextInt(8));
      line("mov " + slot + ", " + a);
      line("jmp " + (bits == 64 ? "qword " : bits == 32 ? "dword " : "word ") + slot);
    } else {
      line("jmp " + a);
    }
    label(one);
    pieces(2, depth);
    line("jmp " + end);
    label(other);
    pieces(2, depth);
  }

  private String variable(int offset) {
    return bits == 16 ? "[fs:" + offset + "]" : "[" + (at.variables + offset) + "]";
  }

  private void call() {
    String to = "f" + random.nextInt(functions);
    if (oneIn(3)) {
      line("mov " + natural("a") + ", " + to);
      line("call " + natural("a"));
    } else {
      line("call " + to);
    }
  }

  private void inner(int depth) {
    if (depth > 1 || bits < 64) {
      line("xor al, 1");
      return;
    }
    String again = fresh();
    line("mov r15d, " + (1 + random.nextInt(6)));
    label(again);
    for (int i = random.nextInt(3); i >= 0; i--) {
      line(pick(TWO) + " " + free(32, false) + ", " + any(32, false));
    }
    line("dec r15d");
    line("jnz " + again);
  }

  /** What would leave no loop hot if it came in every iteration. */
  private void rare() {
    String skip = fresh();
    line("test " + size(32) + " " + counter() + ", " + ((1 << 3 + random.nextInt(9)) - 1));
    line("jnz " + skip);
    switch (random.nextInt(bits == 16 ? 10 : 18)) {
      case 0, 1, 2 -> modify();
      case 3 -> line("int 30h");
      case 4 -> line(oneIn(4) ? "ud2" : "int3");
      case 5 -> line("rdtsc");
      case 6 -> line("cpuid");
      case 7 -> {
        line("std");
        line(pick(STRINGS) + "b");
        line("cld");
      }
      case 8 -> line("div " + free(oneIn(2) ? 8 : 32, true));
      case 9 -> pointers(true);
      case 10 -> line("int 31h");
      case 11, 15, 16, 17 -> protect();
      case 12 -> line(user ? "hlt" : pick(List.of("sti", "cli", "wbinvd")));
      case 13 -> line("add " + natural("si") + ", " + 0x700000 * (oneIn(2) ? 1 : -1));
      default -> {
        line("mov ecx, " + random.nextInt(0x300));
        line("rep " + pick(List.of("movs", "stos")) + pick(List.of("b", "d")));
        pointers(true);
      }
    }
    label(skip);
  }

  /** Writes into the code of this loop, or another one. */
  private void modify() {
    int of = oneIn(3) ? random.nextInt(loop + 1) : loop;
    int last = constants.size() - 1 - random.nextInt(4);
    String label = last >= 0 && oneIn(2) ? constants.get(last) : "m" + of;
    String place = (bits == 16 ? "cs:1+" : "") + label; // behind the prefix
    switch (random.nextInt(3)) {
      case 0 -> line("mov byte [" + place + "+1], " + free(8, true));
      case 1 -> line("xor byte [" + place + "], 28h"); // ADD or SUB, XOR or OR
      default -> line("add dword [" + place + "+1], " + random.nextInt(1000));
    }
  }

  /** Changes the rights of the page that a pointer points to, or where it leads. */
  private void protect() {
    String pointer = natural(pick(List.of("si", "di", "b")));
    String a = natural("a");
    line("mov " + a + ", " + pointer);
    line("shr " + a + ", 12");
    String entry = "[" + a + "*8+" + at.table;
    switch (random.nextInt(5)) {
      case 0 -> line("btr dword " + entry + "], 0");
      case 1 -> line("xor byte " + entry + "+1], 10h");
      case 2 -> line("or byte " + entry + "], 3");
      default -> line("and byte " + entry + "], " + ~PTE_RW);
    }
    if (user) {
      line("int 32h");
    } else if (oneIn(4)) {
      line("mov " + a + ", cr3");
      line("mov cr3, " + a);
    } else {
      line("invlpg [" + pointer + "]");
    }
    if (oneIn(2)) {
      line("mov eax, [" + pointer + "]");
    }
  }

  private String counter() {
    return variable(COUNTS + 4 * (loop % 32));
  }

  // --- the whole

  /**
   * The program, with the handlers {@code page}, {@code code}, {@code fault}, {@code trap}, {@code
   * tick}, {@code renew} and {@code flush}.
   *
   * @param loops so many
   * @param landing what a handler executes to go on at the loop's end
   */
  String text(int loops, String landing) {
    functions = 1 + random.nextInt(4);
    strict = oneIn(3);
    label("start");
    if (bits > 16) {
      line("int 31h");
    }
    pointers(true);
    line("fninit");
    for (loop = 0; loop < loops; loop++) {
      loop();
    }
    loop = loops - 1;
    line("jmp start");
    for (int i = 0; i < functions; i++) {
      if (oneIn(2)) {
        line("align " + PAGE);
      }
      label("f" + i);
      for (int n = random.nextInt(4); n >= 0; n--) {
        line(pick(TWO) + " " + free(32, true) + ", " + any(32, true));
      }
      line("ret");
    }
    handlers(landing);
    return text.toString();
  }

  private void loop() {
    if (oneIn(6)) { // it goes on in another page soon
      line("jmp p" + loop);
      line("align " + PAGE);
      text.append("  times ").append(PAGE - 1 - random.nextInt(60)).append(" nop\n");
      label("p" + loop);
    }
    String landing = natural("a");
    line("mov " + landing + ", t" + loop);
    line("mov " + variable(LANDING) + ", " + landing);
    line("mov dword " + counter() + ", " + (20 << random.nextInt(random.nextInt(8) == 0 ? 9 : 5)));
    label("h" + loop);
    if (oneIn(2)) {
      pointers(oneIn(2));
    }
    text.append("m").append(loop).append(":\n");
    line("add eax, " + (0x10000 + random.nextInt(0x10000)));
    for (int i = 2 + random.nextInt(oneIn(3) ? 30 : 10); i > 0; i--) {
      piece(0);
    }
    label("t" + loop);
    switch (random.nextInt(3)) {
      case 0 -> {
        line("dec dword " + counter());
        line("jnz h" + loop);
      }
      case 1 -> {
        line("sub dword " + counter() + ", 1");
        line("ja h" + loop);
      }
      default -> {
        line("add dword " + counter() + ", -1");
        line("jnz h" + loop);
      }
    }
  }

  private void handlers(String landing) {
    line("align 16");
    if (bits > 16) {
      flush();
      renew();
      pageFault();
    }
    label("code");
    label("fault");
    text.append(landing);
    label("tick");
    if (bits > 16) {
      line("push " + natural("a"));
      line("mov eax, 0FEE000B0h");
      line("mov dword [" + natural("a") + "], 0");
      line("pop " + natural("a"));
    }
    label("trap");
    line((bits == 16 ? "inc dword [cs:ticks]" : "inc dword " + variable(TICKS)));
    line(bits == 64 ? "iretq" : bits == 32 ? "iretd" : "iret");
    if (bits == 16) {
      line("ticks: dd 0");
    }
  }

  /** Translations that are held are dropped. */
  private void flush() {
    label("flush");
    line("push " + natural("a"));
    line("mov " + natural("a") + ", cr3");
    line("mov cr3, " + natural("a"));
    line("pop " + natural("a"));
    line(bits == 64 ? "iretq" : "iretd");
  }

  /** Translations of the data become what they were. */
  private void renew() {
    label("renew");
    int first = 8 * (at.data / PAGE);
    List<String> used = List.of("si", "di", "c");
    used.forEach(f -> line("push " + natural(f)));
    line("cld");
    line("mov " + natural("si") + ", " + (at.tableCopy + first));
    line("mov " + natural("di") + ", " + (at.table + first));
    line("mov ecx, " + 2 * at.pages);
    line("rep movsd");
    line("mov " + natural("si") + ", cr3");
    line("mov cr3, " + natural("si"));
    List.of("c", "di", "si").forEach(f -> line("pop " + natural(f)));
    line(bits == 64 ? "iretq" : "iretd");
  }

  /** A page of data becomes present and writable, once. */
  private void pageFault() {
    String a = natural("a");
    label("page");
    line("push " + a);
    line("mov " + a + ", cr2");
    line("sub " + a + ", " + at.data);
    line("cmp " + a + ", " + at.pages * PAGE);
    line("jae code");
    if (strict) {
      line("test byte [" + natural("sp") + "+" + bits / 8 + "], 1");
      line("jnz code");
    }
    line("shr eax, 12");
    line("lea " + a + ", [" + a + "*8+" + (at.table + 8 * (at.data / PAGE)) + "]");
    line("bts dword [" + a + "], 1");
    line("jnc changed");
    line("bts dword [" + a + "], 0");
    line("jc code");
    label("changed");
    line("or dword [" + a + "], 3");
    line("mov " + a + ", cr2");
    line("invlpg [" + a + "]");
    line("pop " + a);
    line("add " + natural("sp") + ", " + bits / 8);
    line(bits == 64 ? "iretq" : "iretd");
  }
}
