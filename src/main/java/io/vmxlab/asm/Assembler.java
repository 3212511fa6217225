package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.arch.Feature;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.WrittenValue;
import io.vmxlab.text.Dictionary;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Assembles Intel-syntax text with NASM's meaning; MASM's and GAS's spellings are accepted where
 * they mean the same, and refused where they mean something else. Every instruction gets its
 * shortest encoding. Passes are repeated until no address changes any more; a text whose addresses
 * go on to change is refused.
 */
public final class Assembler {
  private static final int PASSES = 1000;

  /** Lines, items and repeated statements that all passes may read. */
  private static final long MOST_WORK = 3_000_000;

  /** So many passes may find mistakes that better values of symbols mend. */
  private static final int FAULTY_PASSES = 4;

  /** Where linkers let a program begin. */
  private static final String START = "_start";

  private static final int MOST_MISTAKES = 20;

  final InstructionTable table;
  final Decoder decoder;
  private final String file;
  private final CodeMode startMode;
  private final long startOrigin;
  private final AsmDialect dialect;
  private final AsmLabels labels;
  private final AsmConstants constants;
  private final AsmSections sections = new AsmSections();
  private final AsmReader reader;

  /** A table's mnemonics, arranged for guesses: that takes longer than to read a program. */
  private record Mnemonics(InstructionTable of, Dictionary words) {}

  private static volatile Mnemonics mnemonics;

  private List<Assembly.Line> listing;
  private List<AssemblyException.Mistake> mistakes;

  /** What was wrong in the pass before. */
  private List<AssemblyException.Mistake> earlier = List.of();

  private CodeMode mode;
  private long origin;

  /** The text says where the program begins. */
  private boolean originSaid;

  private boolean defaultRelative;
  private boolean before386;

  /** Symbols that other files may use. */
  private final Set<String> globals = new HashSet<>();

  /** Where the text says that it begins, or null. */
  private WrittenValue entry;

  private boolean ended;
  private AsmSource.Line line;

  /** Address of the statement that is read: what {@code $} is. */
  private long here;

  /** The line that is read looked at symbols or at where it stands. */
  private boolean placed;

  /** Instructions that are the same wherever they stand, by line, once all words are known. */
  private final Map<AsmSource.Line, Remembered> remembered = new IdentityHashMap<>();

  /** Code of a line, and what it depends on beside its text. */
  private record Remembered(byte[] code, CodeMode mode, boolean relative) {}

  private boolean last;
  private int pass;
  private long work;

  /**
   * Prepares an assembler.
   *
   * @param file name for messages
   * @param mode code size until {@code bits} says otherwise
   * @param origin address of the first byte until {@code org} says otherwise
   * @param predefined symbols that the text may use
   */
  public Assembler(
      InstructionTable table,
      String file,
      CodeMode mode,
      long origin,
      Map<String, Long> predefined) {
    this(table, file, mode, origin, predefined, Dialect.BY_TEXT);
  }

  /**
   * Prepares an assembler for one dialect.
   *
   * @param chosen whose meaning counts where assemblers differ
   */
  public Assembler(
      InstructionTable table,
      String file,
      CodeMode mode,
      long origin,
      Map<String, Long> predefined,
      Dialect chosen) {
    this.table = table;
    this.decoder = new Decoder(table, EnumSet.allOf(Feature.class));
    this.file = file;
    this.startMode = mode;
    this.startOrigin = origin;
    this.dialect = new AsmDialect(chosen);
    this.labels = new AsmLabels(Map.copyOf(predefined), dialect);
    this.constants = new AsmConstants(labels, dialect);
    this.reader = new AsmReader(this);
  }

  /**
   * Assembles a whole text.
   *
   * @throws AssemblyException with every mistake found
   */
  public Assembly assemble(String text) {
    List<AsmSource.Line> lines = MasmMacros.expand(AsmSource.read(text, dialect), dialect);
    AsmLayout layout = null;
    boolean stable = false;
    for (pass = 1; !last; pass++) {
      last = stable;
      sections.beginPass(last ? layout.size() : -1);
      runPass(lines);
      layout = layOut();
      boolean settled = labels.settled() && sections.settled();
      refuse(settled);
      if (!settled && (last || pass == PASSES || work > MOST_WORK)) {
        throw new AssemblyException(List.of(unsettled(lines)));
      }
      stable = settled && pass > 1 && layout != null;
    }
    Map<String, Long> values = labels.values();
    long begin = origin;
    if (entry != null) {
      begin = entry.number();
    } else if (globals.contains(START)) {
      begin = values.getOrDefault(START, origin);
    }
    return new Assembly(
        origin, begin, sections.bytes(), layout.stored(), values, List.copyOf(listing));
  }

  /** Ends with what is wrong, once it is certain that better values of symbols do not mend it. */
  private void refuse(boolean settled) {
    if (mistakes.isEmpty() || pass == 1) {
      earlier = List.of();
      return;
    }
    if (!earlier.isEmpty() && lines(earlier).equals(lines(mistakes))) {
      throw new AssemblyException(earlier);
    }
    if (settled || last || pass > FAULTY_PASSES) {
      throw new AssemblyException(mistakes);
    }
    earlier = mistakes;
  }

  private static List<Integer> lines(List<AssemblyException.Mistake> mistakes) {
    return mistakes.stream().map(AssemblyException.Mistake::line).toList();
  }

  private AsmLayout layOut() {
    try {
      origin = originSaid ? origin : sections.begin(origin);
      return sections.endPass(origin);
    } catch (AsmLayout.Impossible e) {
      mistake(e.section.line, new AsmScanner.Complaint(1, e.getMessage()));
      return null;
    }
  }

  private void runPass(List<AsmSource.Line> lines) {
    labels.beginPass();
    constants.beginPass();
    listing = new ArrayList<>();
    mistakes = new ArrayList<>();
    mode = startMode;
    origin = startOrigin;
    originSaid = false;
    if (pass == 1) {
      sections.origin(origin);
    }
    defaultRelative = false;
    before386 = false;
    ended = false;
    entry = null;
    reader.beginPass();
    for (int i = 0; i < lines.size() && !ended; i++) {
      line = lines.get(i);
      AsmSection section = sections.place();
      long from = sections.size();
      here = sections.here();
      placed = false;
      try {
        work(1);
        reader.read(line);
      } catch (AsmScanner.Complaint c) {
        mistake(line, c);
      }
      list(section, from);
    }
    reader.endPass();
    constants.settle(this::mistake);
  }

  private void list(AsmSection section, long from) {
    if (!last || section != sections.place() || section.noBytes() || section.size == from) {
      return;
    }
    AsmLayout.Place place = section.place;
    long offset = place.offset() + from;
    int length = (int) (section.size - from);
    listing.add(
        new Assembly.Line(
            line.number(), place.address() + from, (int) offset, length, line.text().strip()));
  }

  /** Notes what is wrong with a line. */
  void mistake(AsmSource.Line at, AsmScanner.Complaint c) {
    String in = at == null || at.file() == null ? file : at.file();
    int number = at == null ? 1 : at.shown();
    if (mistakes.size() < MOST_MISTAKES) {
      mistakes.add(new AssemblyException.Mistake(in, number, c.column, c.getMessage()));
    }
  }

  /** What is wrong with a word that is no instruction. */
  String unknown(String word, boolean alone) {
    if (Avx512.isMnemonic(word)) {
      return Avx512.mnemonic(word, dialect);
    }
    return AsmNames.unknown(table, mnemonics(), word, alone);
  }

  Dictionary mnemonics() {
    Mnemonics known = mnemonics;
    if (known == null || known.of != table) {
      known = new Mnemonics(table, new Dictionary(table.mnemonics()));
      mnemonics = known;
    }
    return known.words;
  }

  private AssemblyException.Mistake unsettled(List<AsmSource.Line> lines) {
    mistakes.clear();
    String symbol = labels.changed();
    String what =
        symbol.isEmpty() ? "the addresses of the sections" : "the value of '" + symbol + "'";
    String message =
        work > MOST_WORK
            ? "this takes too long to assemble: it has more than 3000000 lines, items and"
                + " repetitions in all passes"
            : what + " changes from pass to pass without end: something depends on its own size";
    mistake(lines.get(0), new AsmScanner.Complaint(1, message));
    return mistakes.get(0);
  }

  /** Counts what takes time, so that every text ends. */
  void work(long steps) {
    work += steps;
    if (work > MOST_WORK + PASSES) {
      throw new AsmScanner.Complaint(1, "this takes too long to assemble");
    }
  }

  /** Keeps the code of the line for later passes if it is the same wherever it stands. */
  void remember(byte[] code) {
    if (!placed && pass > 1) {
      remembered.put(line, new Remembered(code, mode, defaultRelative));
    }
  }

  /** The line's code from an earlier pass, or null. */
  byte[] remembered() {
    Remembered r = remembered.get(line);
    return r != null && r.mode == mode && r.relative == defaultRelative ? r.code : null;
  }

  private final AsmExpression.Scope scope =
      new AsmExpression.Scope() {
        @Override
        public WrittenValue symbol(String name, int column) {
          placed = true;
          if (constants.waits(labels.full(name))) {
            labels.meetAhead();
          }
          return labels.find(name, pass == 1, here, column);
        }

        @Override
        public long here() {
          placed = true;
          return here;
        }

        @Override
        public long item() {
          placed = true;
          return sections.here();
        }

        @Override
        public long origin() {
          placed = true;
          return sections.start();
        }

        @Override
        public WrittenValue at(long address) {
          return new WrittenValue(
              address, sections.place().relocatable, true, false, sections.place().number);
        }

        @Override
        public AsmDialect dialect() {
          return dialect;
        }

        @Override
        public String nearest(String label, char direction) {
          return labels.nearest(label, direction);
        }
      };

  /** What follows on the line begins at the address of the next byte. */
  void statement() {
    here = sections.here();
  }

  /** Bytes, so many times. */
  void emit(byte[] data, long times) {
    sections.emit(data, times);
  }

  /** Room of so many bytes. */
  void reserve(long bytes) {
    sections.reserve(bytes);
  }

  void absolute(WrittenValue address) {
    sections.absolute(address);
    statement();
  }

  /** {@code end start}: nothing behind it counts. */
  void end(AsmScanner in) {
    ended = true;
    entry = in.atEnd() ? null : new AsmExpression(in, scope).evaluate();
  }

  /** {@code global a, b}. */
  void global(String name) {
    globals.add(name);
    labels.name(name);
  }

  AsmDialect dialect() {
    return dialect;
  }

  AsmLabels labels() {
    return labels;
  }

  AsmConstants constants() {
    return constants;
  }

  AsmSections sections() {
    return sections;
  }

  AsmReader reader() {
    return reader;
  }

  /** The line that is read. */
  AsmSource.Line line() {
    return line;
  }

  /** The section that is read, as part of the program. */
  int part() {
    return sections.place().number;
  }

  /** The address of the next byte. */
  WrittenValue here() {
    boolean address = sections.place().relocatable;
    return new WrittenValue(sections.here(), address, true, false, part());
  }

  AsmExpression.Scope scope() {
    return scope;
  }

  boolean lastPass() {
    return last;
  }

  CodeMode mode() {
    return mode;
  }

  void mode(CodeMode newMode) {
    mode = newMode;
  }

  boolean isBefore386() {
    return before386;
  }

  void before386(boolean is) {
    before386 = is;
  }

  void origin(long newOrigin) {
    origin = newOrigin;
    originSaid = true;
    if (pass == 1) {
      sections.origin(newOrigin);
      statement();
    }
  }

  boolean defaultRelative() {
    return defaultRelative;
  }

  void defaultRelative(boolean relative) {
    defaultRelative = relative;
  }
}
