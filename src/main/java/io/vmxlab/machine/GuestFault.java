package io.vmxlab.machine;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.Vector;
import io.vmxlab.rule.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * An exception (or a software interrupt) as it was when the processor delivered it.
 *
 * @param number vector, 0-255
 * @param vector the exception of that number; empty for other vectors
 * @param errorCode that was pushed; empty if the vector pushes none
 * @param code the instruction at the address that was saved
 * @param mode sizes of that instruction
 * @param cause the requirement that was not met; empty for a software interrupt
 * @param checklist name of the checklist that raised it; empty if none did
 * @param checks the whole checklist, evaluated at that moment; empty if there is none
 * @param target what the instruction was about to load, such as CR4, or to read with RDMSR; empty
 *     if not known
 * @param linearAddress that a page fault was about, the new CR2; empty for other exceptions
 * @param walk the paging-structure entries on the way to that address, the topmost first
 * @param scene memory and tables as they were
 * @param state before delivery
 * @param retired instructions executed before it
 */
public record GuestFault(
    int number,
    Optional<Vector> vector,
    OptionalInt errorCode,
    Code code,
    CodeMode mode,
    Optional<Cause> cause,
    Optional<String> checklist,
    List<Verdict<?>> checks,
    Optional<StateItem> target,
    OptionalLong linearAddress,
    List<PageEntryMet> walk,
    Scene scene,
    Snapshot state,
    long retired) {
  /**
   * A paging-structure entry that was met.
   *
   * @param name such as PDPTE
   * @param address physical, of the entry
   * @param failing bits that kept the access from succeeding; 0 if none did
   */
  public record PageEntryMet(String name, long address, long entry, long failing) {}

  /** {@code #GP(0)}, {@code #UD}, {@code interrupt 80h}. */
  public String title() {
    String name =
        vector
            .map(Vector::mnemonic)
            .orElseGet(() -> "interrupt " + Integer.toHexString(number) + "h");
    return errorCode.isPresent()
        ? name
            + "("
            + Integer.toHexString(errorCode.getAsInt()).toUpperCase(Locale.ROOT)
            + (errorCode.getAsInt() > 9 ? "h)" : ")")
        : name;
  }

  /** Id of the violated requirement; empty if none was. */
  public Optional<String> rule() {
    return cause.map(Cause::id);
  }

  /** Offset of the instruction in CS. */
  public long rip() {
    return code.rip();
  }
}
