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

  private final Map<String, Long> predefined;
  private final AsmDialect dialect;
  private Map<String, WrittenValue> old = new LinkedHashMap<>();
  private Map<String, WrittenValue> now = new LinkedHashMap<>();

  /** Labels of data without a colon, as MASM defines variables; kept from pass to pass. */
  private final Set<String> variables = new HashSet<>();

  private final Map<String, Integer> repeated = new HashMap<>();
  private String global = "";
  private String defining = "";

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
  }

  /** The pass gave every symbol the value that it had before. */
  boolean settled() {
    return now.equals(old);
  }

  /** GAS's labels with a dot belong to the whole file, NASM's to the label above. */
  private String full(String name) {
    boolean local = name.startsWith(".") && !name.startsWith("..") && !dialect.isGas();
    return local ? global + name : name;
  }

  /**
   * The value, or null.
   *
   * @param here stands for what has not been met in the first pass
   */
  WrittenValue find(String written, boolean firstPass, long here, int column) {
    String name = full(written);
    if (name.equals(defining)) {
      return null;
    }
    WrittenValue value = now.get(name);
    if (value == null) {
      value = old.get(name);
      if (value != null && !value.relocatable()) {
        dialect.refuseLaterConstant(written, column);
      }
    }
    if (value != null) {
      return value.variable(variables.contains(name));
    }
    Long given = predefined.get(name);
    if (given != null) {
      return new WrittenValue(given, true, true);
    }
    return firstPass ? new WrittenValue(here, true, false) : null;
  }

  void label(String name, long address, int column) {
    if (Character.isDigit(name.charAt(0)) || name.equals(REPEATED)) {
      int count = repeated.merge(name, 1, Integer::sum);
      now.put(repeated(name, count), new WrittenValue(address, true, true));
      return;
    }
    define(name, new WrittenValue(address, true, true), column);
    if (!name.startsWith(".")) {
      global = name;
    }
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
    if (RegisterName.of(name) != null) {
      throw new AsmScanner.Complaint(column, "'" + name + "' is a register");
    }
    defining = "";
    if (now.put(name, value) != null) {
      throw new AsmScanner.Complaint(column, "'" + name + "' is defined twice");
    }
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
