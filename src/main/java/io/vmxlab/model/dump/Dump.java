package io.vmxlab.model.dump;

import io.vmxlab.arch.Msr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a text says of a machine's logical processors. */
public final class Dump {
  /** Something the user should know of a line. */
  public record Remark(int line, String text) {}

  private static final int MOST_REMARKS = 20;
  private static final int MOST_PROCESSORS = 1 << 12;

  /** What the text says without saying of which processor. */
  private final Readings every = new Readings();

  private final Map<Integer, Readings> processors = new TreeMap<>();

  /** Takes what is said of more processors than there are. */
  private final Readings beyond = new Readings();

  private final List<Remark> remarks = new ArrayList<>();
  private int more;

  /** The processor whose leaves are being listed; -1 before the first. */
  private int current = -1;

  /** A heading named the processor, so that MSRs below it are its own too. */
  private boolean headed;

  /** Reads a text in time proportional to its length. */
  public static Dump of(String text) {
    Dump dump = new Dump();
    DumpFormats.read(text, dump);
    return dump;
  }

  /** A heading says that what follows belongs to that processor. */
  void heading(int processor) {
    current = processor;
    headed = true;
  }

  /** A heading names no processor. */
  void heading() {
    current = -1;
    headed = false;
  }

  private Readings processor(int number) {
    return processors.size() < MOST_PROCESSORS
        ? processors.computeIfAbsent(number, n -> new Readings())
        : processors.getOrDefault(number, beyond);
  }

  /** Keeps a leaf. Where there are no headings, leaf 0 begins with the next processor. */
  void leaf(int leaf, int subleaf, int[] registers, DumpLine line) {
    current = Math.max(current, 0);
    if (leaf == 0 && processor(current).leaves().containsKey(new Readings.LeafKey(0, 0))) {
      current++;
    }
    processor(current).leaf(leaf, subleaf, registers, line.number());
  }

  /** What the text says without saying of which processor. */
  Readings every() {
    return every;
  }

  /** The processor whose leaves are being listed. */
  Readings listed() {
    return processor(Math.max(current, 0));
  }

  /** Keeps an MSR of the processor in whose section the line stands. */
  void msrHere(int index, long value, DumpLine line) {
    msr(headed ? current : -1, index, value, line);
  }

  /**
   * Keeps an MSR.
   *
   * @param processor -1 if the line does not say
   */
  void msr(int processor, int index, long value, DumpLine line) {
    Readings.Value first =
        (processor < 0 ? every : processor(processor)).msr(index, value, line.number());
    if (first.value() != value) {
      remark(
          line,
          String.format(
              "%s is %X here and %X in line %d; the first counts",
              Msr.of(index).orElseThrow(), value, first.value(), first.line()));
    }
  }

  /** Keeps that an MSR could not be read. */
  void denied(int processor, int index, DumpLine line) {
    (processor < 0 ? every : processor(processor)).denied(index, line.number());
  }

  void remark(DumpLine line, String text) {
    if (remarks.size() < MOST_REMARKS) {
      remarks.add(new Remark(line.number(), text));
    } else {
      more++;
    }
  }

  /** What was noticed, by line. */
  public List<Remark> remarks() {
    return List.copyOf(remarks);
  }

  /** How many remarks there would be besides. */
  public int moreRemarks() {
    return more;
  }

  /** Numbers of the processors of which the text says something; at least one. */
  public List<Integer> numbers() {
    return processors.isEmpty() ? List.of(0) : List.copyOf(processors.keySet());
  }

  /** All that the text says of a processor. */
  public Readings of(int number) {
    Readings all = new Readings();
    all.addAll(processors.getOrDefault(number, new Readings()));
    all.addAll(every);
    return all;
  }
}
