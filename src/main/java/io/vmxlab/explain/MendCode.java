package io.vmxlab.explain;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.VmcsEncoding;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Writes instructions for a mode, beside an instruction whose operands have to survive them. In
 * lines that are written for every mode AX, BX, CX, DX and SP stand for the registers of the mode's
 * full width; in 16-bit code for those of 32 bits.
 */
final class MendCode {
  private static final List<String> FAMILIES = List.of("ax", "cx", "dx", "bx");

  /** Registers that instructions use without naming them; VM entries hand all on to the guest. */
  private static final Map<String, List<String>> IMPLICIT =
      Map.ofEntries(
          Map.entry("RDMSR", List.of("cx")),
          Map.entry("WRMSR", List.of("ax", "cx", "dx")),
          Map.entry("XSETBV", List.of("ax", "cx", "dx")),
          Map.entry("XGETBV", List.of("cx")),
          Map.entry("RDPMC", List.of("cx")),
          Map.entry("MONITOR", List.of("ax", "cx", "dx")),
          Map.entry("MWAIT", List.of("ax", "cx")),
          Map.entry("RDPKRU", List.of("cx")),
          Map.entry("WRPKRU", List.of("ax", "cx", "dx")),
          Map.entry("VMLAUNCH", FAMILIES),
          Map.entry("VMRESUME", FAMILIES));

  private static final Pattern FULL = Pattern.compile("\\b([ABCD]X|SP)\\b");

  /** Bits that are changed one by one. */
  private static final int FEW = 3;

  private final CodeMode mode;
  private final Code failing;

  MendCode(CodeMode mode, Code failing) {
    this.mode = mode;
    this.failing = failing;
  }

  boolean in64BitMode() {
    return mode == CodeMode.BITS64;
  }

  /** The instruction that failed, as it can be assembled again. */
  String instruction() {
    if (!failing.text().equals(Code.NO_INSTRUCTION)) {
      return failing.text();
    }
    List<String> bytes = new ArrayList<>();
    for (byte b : failing.bytes()) {
      bytes.add(Hex.literal(b & 0xFF));
    }
    return "db " + String.join(", ", bytes);
  }

  /** Lines for every mode, as this mode has them; registers that the instruction uses are kept. */
  List<String> keeping(List<String> lines) {
    List<String> code = inMode(lines);
    List<String> kept =
        FAMILIES.stream().filter(f -> uses(f) && names(code, f)).map(this::register).toList();
    List<String> all = new ArrayList<>();
    kept.forEach(r -> all.add("push " + r));
    all.addAll(code);
    for (int i = kept.size() - 1; i >= 0; i--) {
      all.add("pop " + kept.get(i));
    }
    return all;
  }

  /** Lines for every mode, as this mode has them. */
  List<String> inMode(List<String> lines) {
    String letter = in64BitMode() ? "r" : "e";
    return lines.stream()
        .map(l -> FULL.matcher(l).replaceAll(m -> letter + m.group().toLowerCase(Locale.ROOT)))
        .toList();
  }

  private boolean uses(String family) {
    return names(List.of(failing.text()), family)
        || IMPLICIT.getOrDefault(failing.mnemonic(), List.of()).contains(family);
  }

  private static boolean names(List<String> lines, String family) {
    char letter = family.charAt(0);
    Pattern name = Pattern.compile("(?i)\\b([re]?" + family + "|" + letter + "[lh])\\b");
    return lines.stream().anyMatch(l -> name.matcher(l).find());
  }

  private String register(String family) {
    return (in64BitMode() ? "r" : "e") + family;
  }

  /** A register of full width that the instruction does not use. */
  String free(String... taken) {
    for (String family : FAMILIES) {
      if (!uses(family) && !List.of(taken).contains(register(family))) {
        return register(family);
      }
    }
    return in64BitMode() ? "r11" : "edi";
  }

  /** Changes bits of a control register. */
  List<String> controlRegister(String name, long missing, long excess) {
    String register = free();
    List<String> lines = new ArrayList<>();
    lines.add("mov " + register + ", " + name.toLowerCase(Locale.ROOT));
    lines.addAll(bits(register, missing, excess));
    lines.add("mov " + name.toLowerCase(Locale.ROOT) + ", " + register);
    return lines;
  }

  /** Changes bits of an MSR. */
  List<String> msr(long number, long missing, long excess) {
    List<String> lines = new ArrayList<>(List.of("mov ecx, " + Hex.literal(number), "rdmsr"));
    lines.addAll(halves(missing, excess));
    lines.add("wrmsr");
    return keeping(lines);
  }

  /** Changes bits of a field of the current VMCS. */
  List<String> field(VmcsField field, long missing, long excess) {
    boolean halves = !in64BitMode() && field.width() == VmcsField.Width.QUAD;
    if (!halves) {
      return fieldPart(field.encoding(), missing, excess);
    }
    List<String> lines = new ArrayList<>();
    if (((missing | excess) & LOW) != 0) {
      lines.addAll(fieldPart(field.encoding(), missing & LOW, excess & LOW));
    }
    if ((missing | excess) >>> 32 != 0) {
      int high = field.encoding() | VmcsEncoding.HIGH;
      lines.addAll(fieldPart(high, missing >>> 32, excess >>> 32));
    }
    return lines;
  }

  private List<String> fieldPart(int encoding, long missing, long excess) {
    String number = register("dx");
    String value = register("cx");
    List<String> lines = new ArrayList<>();
    lines.add("mov edx, " + Hex.literal(encoding));
    lines.add("vmread " + value + ", " + number);
    lines.addAll(bits(value, missing, excess));
    lines.add("vmwrite " + number + ", " + value);
    return keeping(lines);
  }

  /** Changes bits of EDX:EAX. */
  static List<String> halves(long missing, long excess) {
    List<String> lines = new ArrayList<>();
    lines.addAll(half("eax", missing, excess));
    lines.addAll(half("edx", missing >>> 32, excess >>> 32));
    return lines;
  }

  private static List<String> half(String register, long missing, long excess) {
    List<String> lines = new ArrayList<>();
    if ((missing & LOW) != 0) {
      lines.add("or " + register + ", " + Hex.literal(missing & LOW));
    }
    if ((excess & LOW) != 0) {
      lines.add("and " + register + ", " + Hex.literal(~excess & LOW));
    }
    return lines;
  }

  private static final long LOW = 0xFFFF_FFFFL;

  /** Changes bits of a general register, named as in its full width or less, or of a word. */
  List<String> bits(String operand, long missing, long excess) {
    if (!operand.matches("r.*")) {
      List<String> lines = new ArrayList<>();
      String size = operand.contains("[") ? "word " : "";
      String where =
          operand.contains("[") ? size + operand.substring(operand.indexOf('[')) : operand;
      long mask = size.isEmpty() && operand.startsWith("e") ? LOW : 0xFFFF;
      if ((missing & mask) != 0) {
        lines.add("or " + where + ", " + Hex.literal(missing & mask));
      }
      if ((excess & mask) != 0) {
        lines.add("and " + where + ", " + Hex.literal(~excess & mask));
      }
      return lines;
    }
    List<String> lines = new ArrayList<>();
    long clear = excess;
    if (clear >>> 32 == LOW) {
      String half = half(operand);
      lines.add("mov " + half + ", " + half);
      clear &= LOW;
    }
    lines.addAll(wide(operand, "or", "bts", missing, missing));
    lines.addAll(wide(operand, "and", "btr", clear, ~clear));
    return lines;
  }

  /** The lower half of a 64-bit register. */
  private static String half(String register) {
    return register.matches("r[0-9]+") ? register + "d" : "e" + register.substring(1);
  }

  private List<String> wide(String operand, String whole, String single, long bits, long mask) {
    List<String> lines = new ArrayList<>();
    if (bits == 0) {
      return lines;
    }
    if (whole.equals("or") && bits == -1) {
      lines.add("mov " + operand + ", -1");
    } else if (whole.equals("or") && bits >>> 31 == 0) {
      lines.add("or " + operand + ", " + Hex.literal(bits));
    } else if (Long.bitCount(bits) <= FEW) {
      for (long rest = bits; rest != 0; rest &= rest - 1) {
        lines.add(single + " " + operand + ", " + Long.numberOfTrailingZeros(rest));
      }
    } else {
      String scratch = free(operand);
      lines.add("mov " + scratch + ", " + Hex.literal(mask));
      lines.add(whole + " " + operand + ", " + scratch);
    }
    return lines;
  }
}
