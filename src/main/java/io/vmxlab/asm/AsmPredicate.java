package io.vmxlab.asm;

import io.vmxlab.isa.WrittenValue;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name that says the value of an immediate too: {@code CMPEQPS} for {@code CMPPS} with 0. SDM
 * Vol. 2A "CMPPD", table of pseudo-ops, and Vol. 2B "PCLMULQDQ".
 *
 * @param mnemonic of the rows
 * @param immediate that the name stands for
 */
record AsmPredicate(String mnemonic, int immediate) {
  /** Legacy instructions have the first eight, by their short names. */
  private static final int LEGACY = 8;

  private static final String[] PREDICATES = {
    "EQ_OQ", "LT_OS", "LE_OS", "UNORD_Q", "NEQ_UQ", "NLT_US", "NLE_US", "ORD_Q",
    "EQ_UQ", "NGE_US", "NGT_US", "FALSE_OQ", "NEQ_OQ", "GE_OS", "GT_OS", "TRUE_UQ",
    "EQ_OS", "LT_OQ", "LE_OQ", "UNORD_S", "NEQ_US", "NLT_UQ", "NLE_UQ", "ORD_S",
    "EQ_US", "NGE_UQ", "NGT_UQ", "FALSE_OS", "NEQ_OS", "GE_OQ", "GT_OQ", "TRUE_US",
  };

  private static final Map<String, Integer> NUMBERS = new HashMap<>();

  static {
    for (int n = 0; n < PREDICATES.length; n++) {
      NUMBERS.put(PREDICATES[n], n);
      NUMBERS.putIfAbsent(PREDICATES[n].substring(0, PREDICATES[n].indexOf('_')), n);
    }
  }

  private static final Pattern COMPARISON = Pattern.compile("(V?)CMP([A-Z_]+)([PS][SD])");
  private static final Pattern PRODUCT = Pattern.compile("(V?)PCLMUL([LH])Q([LH])QDQ");

  /** What the word stands for, or null. */
  static AsmPredicate of(String word) {
    String name = word.toUpperCase(Locale.ROOT);
    if (!name.contains("CMP") && !name.contains("PCLMUL")) {
      return null; // as nearly always
    }
    Matcher comparison = COMPARISON.matcher(name);
    if (comparison.matches()) {
      Integer number = NUMBERS.get(comparison.group(2));
      boolean vex = !comparison.group(1).isEmpty();
      boolean exists =
          number != null && (vex || number < LEGACY && comparison.group(2).indexOf('_') < 0);
      return exists
          ? new AsmPredicate(comparison.group(1) + "CMP" + comparison.group(3), number)
          : null;
    }
    Matcher product = PRODUCT.matcher(name);
    if (product.matches()) {
      int number = (product.group(2).equals("H") ? 1 : 0) | (product.group(3).equals("H") ? 16 : 0);
      return new AsmPredicate(product.group(1) + "PCLMULQDQ", number);
    }
    return null;
  }

  AsmOperand operand(int column) {
    AsmOperand operand = new AsmOperand(AsmOperand.Kind.VALUE, column);
    operand.value = WrittenValue.of(immediate);
    return operand;
  }
}
