package io.vmxlab.arch;

import java.util.Locale;

/**
 * What the manual says of an MSR, or of several that follow one another: when a processor has it,
 * how it can be accessed, and whether vmxlab models it. SDM Vol. 4 "Architectural MSRs".
 *
 * @param name the manual's; of several with {@code #} for the number
 * @param first index of the first
 * @param count how many follow one another
 * @param presence what announces it
 * @param modelled a run has it where it shows what announces it
 */
public record MsrRow(
    String name, int first, int count, Presence presence, Access access, boolean modelled) {
  /** Ways in which an MSR can be accessed. */
  public enum Access {
    READ_WRITE,
    READ_ONLY,
    WRITE_ONLY,
    /** Reads and writes only in system-management mode. */
    IN_SMM,
    /** Reads only, and only in system-management mode. */
    READ_ONLY_IN_SMM;

    /** It is there in system-management mode only. */
    public boolean onlyInSmm() {
      return this == IN_SMM || this == READ_ONLY_IN_SMM;
    }

    /** Writes are refused. */
    public boolean readOnly() {
      return this == READ_ONLY || this == READ_ONLY_IN_SMM;
    }
  }

  /** The row of an MSR that has a name, made now. */
  public static MsrRow of(Msr msr) {
    return MsrRows.of(msr);
  }

  boolean contains(int index) {
    return index - first >= 0 && index - first < count;
  }

  /** {@code IA32_MC3_CTL (MSR 40CH)}. */
  String name(int index) {
    String number = String.format(Locale.ROOT, "%XH", index);
    return name.replace("#", Integer.toString(index - first)) + " (MSR " + number + ")";
  }
}
