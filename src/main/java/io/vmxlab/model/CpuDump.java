package io.vmxlab.model;

import io.vmxlab.arch.Msr;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a dump of some tool says of a processor, on the way to a model file. */
final class CpuDump {
  private static final int FIRST_BRAND = 0x8000_0002;
  private static final int LAST_BRAND = 0x8000_0004;

  /** Registers EAX EBX ECX EDX by leaf and subleaf, in the order of the dump. */
  private final Map<Long, int[]> leaves = new LinkedHashMap<>();

  private final Map<Integer, Integer> lines = new LinkedHashMap<>();

  /** Leaf 0 has come a second time. */
  private boolean otherProcessor;

  private final Map<Integer, Long> msrs = new TreeMap<>();

  /**
   * Keeps a leaf. The first processor of a dump that has several counts.
   *
   * @param subleaf or -1 if the line does not say: then lines of the same leaf are numbered
   */
  void leaf(int leaf, int subleaf, int[] registers) {
    otherProcessor |= leaf == 0 && leaves.containsKey(ModelText.key(0, 0));
    if (otherProcessor) {
      return;
    }
    int number = subleaf;
    if (subleaf < 0) {
      number = lines.merge(leaf, 1, Integer::sum) - 1;
      if (leaf == 0xD && number > 0) {
        number = extendedState(registers);
      }
    }
    leaves.putIfAbsent(ModelText.key(leaf, number), registers);
  }

  /** Old dumps leave out empty subleaves of leaf 0DH; AVX state is 256 bytes from 576 on. */
  private static int extendedState(int[] registers) {
    return registers[0] == 256 && registers[1] == 576 ? 2 : 1;
  }

  /** Keeps a capability MSR; others are firmware's or the moment's and no part of a model. */
  void msr(int index, long value) {
    if (Msr.isVmxCapability(index)) {
      msrs.putIfAbsent(index, value);
    }
  }

  boolean hasLeaves() {
    return leaves.containsKey(ModelText.key(1, 0));
  }

  boolean isEmpty() {
    return leaves.isEmpty() && msrs.isEmpty();
  }

  Optional<Long> msr(int index) {
    return Optional.ofNullable(msrs.get(index));
  }

  /**
   * The model's text.
   *
   * @param source where the values come from
   * @param base lends what the dump lacks; null if it lacks nothing
   */
  String model(String name, String source, DumpedCpu base) {
    StringBuilder text = new StringBuilder();
    word(text, "name", name);
    word(text, "title", name);
    String brand = brand();
    if (!brand.isEmpty()) {
      word(text, "brand", brand);
    }
    word(text, "source", source);
    if (!hasLeaves()) {
      word(text, "base", base.name());
    }
    leaves.forEach((key, r) -> text.append(leafLine(key, r)));
    msrs.forEach((index, value) -> text.append(msrLine(index, value, "")));
    if (base != null) {
      for (int index : base.real().msrs()) {
        if (Msr.isVmxCapability(index) && !msrs.containsKey(index)) {
          text.append(msrLine(index, base.real().msr(index).orElseThrow(), " chosen"));
        }
      }
    }
    return text.toString();
  }

  private static void word(StringBuilder text, String word, String value) {
    text.append(String.format(Locale.ROOT, "%-6s %s\n", word, value));
  }

  private static String leafLine(long key, int[] r) {
    int leaf = (int) (key >>> Integer.SIZE);
    String subleaf =
        ModelText.hasSubleaves(leaf) || (int) key != 0
            ? String.format(Locale.ROOT, " [SL %02X]", (int) key)
            : "";
    return String.format(
        Locale.ROOT, "CPUID %08X%s: %08X-%08X-%08X-%08X\n", leaf, subleaf, r[0], r[1], r[2], r[3]);
  }

  private static String msrLine(int index, long value, String mark) {
    String digits = String.format(Locale.ROOT, "%016X", value);
    return String.format(
        Locale.ROOT,
        "MSR %08X: %s-%s-%s-%s%s\n",
        index,
        digits.substring(0, 4),
        digits.substring(4, 8),
        digits.substring(8, 12),
        digits.substring(12),
        mark);
  }

  private String brand() {
    ByteBuffer bytes = ByteBuffer.allocate(3 * 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int leaf = FIRST_BRAND; leaf <= LAST_BRAND; leaf++) {
      int[] registers = leaves.get(ModelText.key(leaf, 0));
      if (registers == null) {
        return "";
      }
      for (int r : registers) {
        bytes.putInt(r);
      }
    }
    String text = new String(bytes.array(), StandardCharsets.US_ASCII);
    return text.replaceAll("[^ -~]", "").strip().replaceAll(" +", " ");
  }
}
