package io.vmxlab.asm;

import io.vmxlab.isa.RegisterName;
import io.vmxlab.isa.WrittenValue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The symbols of a text, from pass to pass. */
final class AsmLabels {
  /** Begins the names of labels that may be defined again and again: {@code 1:}, {@code @@:}. */
  private static final String REPEATED = "@@";

  private static final int MOST_SYMBOLS = 1_000_000;

  private final Map<String, Long> predefined;
  private final AsmDialect dialect;
  private Map<String, WrittenValue> old = new LinkedHashMap<>();
  private Map<String, WrittenValue> now = new LinkedHashMap<>();

  /** Labels of data without a colon, as MASM defines variables; kept from pass to pass. */
  private final Set<String> variables = new HashSet<>();

  /** Labels of data with a colon, which only MASM's texts doubt. */
  private final Set<String> marked = new HashSet<>();

  private final Map<String, Integer> repeated = new HashMap<>();

  /** Symbols that the text says are defined elsewhere. */
  private final Set<String> externals = new HashSet<>();

  /** Symbols that something names; kept from pass to pass. */
  private final Set<String> named = new HashSet<>();

  private String global = "";
  private String defining = "";
  private String procedure = "";
  private boolean ahead;

  /** The name that is defined next is written with {@code $}. */
  private boolean escaped;

  private boolean placed;

  AsmLabels(Map<String, Long> predefined, AsmDialect dialect) {
    this.predefined = predefined;
    this.dialect = dialect;
  }

  void beginPass() {
    old = now;
    now = new LinkedHashMap<>();
    repeated.clear();
    global = "";
    defining = "";
    procedure = "";
  }

  /** The pass gave every symbol the value that it had before. */
  boolean settled() {
    return now.equals(old);
  }

  /** A symbol that the pass gave another value, or an empty string. */
  String changed() {
    for (Map.Entry<String, WrittenValue> e : now.entrySet()) {
      if (!e.getValue().equals(old.get(e.getKey()))) {
        return AsmScanner.clip(e.getKey());
      }
    }
    return "";
  }

  boolean hasGlobal() {
    return !global.isEmpty();
  }

  /** MASM's labels within a procedure belong to it. */
  void procedure(String name) {
    procedure = name;
  }

  /** A label of the procedure that is read, as it is called outside. */
  String inProcedure(String name) {
    return procedure.isEmpty() ? name : procedure + "." + name;
  }

  /** The full name of what a name means here. */
  private String visible(String written) {
    String own = inProcedure(written);
    return !procedure.isEmpty() && (now.containsKey(own) || old.containsKey(own))
        ? own
        : full(written);
  }

  /** GAS's labels with a dot belong to the whole file, NASM's to the label above. */
  String full(String name) {
    boolean local = name.startsWith(".") && !name.startsWith("..") && !dialect.isGas();
    return local ? global + name : name;
  }

  /**
   * The value, or null.
   *
   * @param here stands for what has not been met in the first pass
   */
  WrittenValue find(String written, boolean firstPass, long here, int column) {
    String name = visible(written);
    if (name.equals(defining)) {
      return null;
    }
    named.add(name);
    WrittenValue value = now.get(name);
    if (value == null) {
      ahead = true;
      value = old.get(name);
      if (value != null && !value.relocatable()) {
        dialect.refuseLaterConstant(written, column);
      }
    }
    if (value != null) {
      boolean data = dialect.isMasm() && marked.contains(name);
      return value.variable(data || variables.contains(name));
    }
    Long given = predefined.get(name);
    if (given != null) {
      return new WrittenValue(given, true, true);
    }
    if (externals.contains(name) && !firstPass) {
      throw new AsmScanner.Complaint(
          column,
          "'"
              + AsmScanner.clip(name)
              + "' is defined in another file: define it here, or run "
              + dialect.objectFile());
    }
    return firstPass ? new WrittenValue(here, true, false) : null;
  }

  void external(String name) {
    externals.add(name);
  }

  /** Something in the text names it, or says that other files may. */
  boolean isNamed(String name) {
    return named.contains(full(name));
  }

  void name(String name) {
    named.add(name);
  }

  /**
   * Whether a symbol was looked up since {@link #watch} that stands further down and whose meaning
   * does not depend on the place.
   */
  boolean metAhead() {
    return ahead && !placed;
  }

  /** A symbol was looked up whose value waits for others. */
  void meetAhead() {
    ahead = true;
  }

  void escaped(boolean is) {
    escaped = is;
  }

  void watch() {
    ahead = false;
    placed = false;
  }

  /** The label above, to which NASM's labels with a dot belong. */
  String global() {
    return global;
  }

  void global(String name) {
    global = name;
  }

  /** The pass has given it a value. */
  boolean isDefined(String name) {
    return now.containsKey(full(name));
  }

  /** A constant whose value could not be had where it stands. */
  void settle(String name, WrittenValue value) {
    now.put(name, value);
  }

  void label(String name, WrittenValue address, int column) {
    if (Character.isDigit(name.charAt(0)) || name.equals(REPEATED)) {
      int count = repeated.merge(name, 1, Integer::sum);
      now.put(repeated(name, count), address);
      return;
    }
    define(name, address, column);
    if (!name.startsWith(".")) {
      global = name;
    }
  }

  void marked(String name) {
    marked.add(full(name));
  }

  void variable(String name) {
    variables.add(full(name));
  }

  /**
   * The name of the nearest label of those with the same name.
   *
   * @param direction {@code f} for the next one, {@code b} for the one above
   */
  String nearest(String name, char direction) {
    placed = true;
    int above = repeated.getOrDefault(name, 0);
    return repeated(name, Character.toLowerCase(direction) == 'f' ? above + 1 : above);
  }

  private static String repeated(String name, int count) {
    return REPEATED + name + "#" + count;
  }

  /** What follows is the value of this name, which must not be made of itself. */
  void beginDefinition(String name) {
    defining = full(name);
  }

  void define(String written, WrittenValue value, int column) {
    String name = full(written);
    if (RegisterName.of(name) != null && !escaped) {
      throw new AsmScanner.Complaint(column, "'" + name + "' is a register");
    }
    if (now.size() >= MOST_SYMBOLS) {
      throw new AsmScanner.Complaint(column, "the text has more than 1000000 symbols");
    }
    defining = "";
    WrittenValue before = now.put(name, value);
    if (before != null && (before.relocatable() || !before.equals(value))) {
      throw new AsmScanner.Complaint(column, "'" + AsmScanner.clip(name) + "' is defined twice");
    }
  }

  /** Gives a name another value ({@code =}, {@code .set}). */
  void redefine(String written, WrittenValue value, int column) {
    now.remove(full(written));
    define(written, value, column);
  }

  /** All values that can be named from outside. */
  Map<String, Long> values() {
    Map<String, Long> values = new LinkedHashMap<>();
    now.forEach(
        (name, value) -> {
          if (!name.startsWith(REPEATED)) {
            values.put(name, value.number());
          }
        });
    return values;
  }
}
