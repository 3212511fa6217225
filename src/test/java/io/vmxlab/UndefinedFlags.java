package io.vmxlab;

import io.vmxlab.arch.Rflags;
import io.vmxlab.isa.Form;
import java.util.Map;

/** The flags that rows of the instruction table leave undefined. */
public final class UndefinedFlags {
  private static final String UNDEFINED = "undefined:";

  private static final Map<String, Long> FLAGS =
      Map.of(
          "CF", Rflags.CF, "PF", Rflags.PF, "AF", Rflags.AF, "ZF", Rflags.ZF, "SF", Rflags.SF, "OF",
          Rflags.OF);

  private UndefinedFlags() {}

  /** The bits of RFLAGS that the row leaves undefined whatever the operands. */
  public static long of(Form form) {
    long mask = 0;
    for (String clause : form.flags().split(";")) {
      int at = clause.indexOf(UNDEFINED);
      if (at >= 0) {
        for (String name : clause.substring(at + UNDEFINED.length()).trim().split(" ")) {
          mask |= FLAGS.get(name);
        }
      }
    }
    return mask;
  }
}
