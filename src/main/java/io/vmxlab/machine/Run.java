package io.vmxlab.machine;

import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.rule.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a run did.
 *
 * @param program name of what ran
 * @param outcome how it ended
 * @param returnValue RAX (EAX outside 64-bit mode) of a called function that returned; else empty
 * @param instructions executed, without those of the machine's own stubs
 * @param events in order; after {@link Machine#MOST_EVENTS} only counted
 * @param eventsLeftOut events that are not in the list
 * @param checks the checklist of the fault that ended the run, else of the last instruction that
 *     failed a check or was a VMX instruction; empty if there was none
 * @param before registers when the program began
 * @param after registers when it ended; of a fault, when it was raised
 * @param vmx operation in which it ended
 * @param vmcs the current VMCS at the end; empty if there is none
 * @param output written to the debug console and COM1, at most {@link Machine#MOST_OUTPUT} bytes
 * @param buffers contents of the {@code buffer:SIZE} arguments afterwards, in their order
 */
public record Run(
    String program,
    Outcome outcome,
    OptionalLong returnValue,
    long instructions,
    List<Event> events,
    long eventsLeftOut,
    List<Verdict<?>> checks,
    Snapshot before,
    Snapshot after,
    Vmx vmx,
    Optional<CurrentVmcs> vmcs,
    byte[] output,
    List<byte[]> buffers) {
  /** Short for {@code outcome().kind()}. */
  public Outcome.Kind kind() {
    return outcome.kind();
  }

  /**
   * VMX instructions that failed without the program looking at CF or ZF before it went on: on a
   * real processor such a program would go on too, and not know.
   */
  public List<Event.VmFailed> ignoredFailures() {
    return events.stream()
        .filter(e -> e instanceof Event.VmFailed f && !f.lookedAt())
        .map(e -> (Event.VmFailed) e)
        .toList();
  }

  /** Value of a register or MSR at the end. */
  public long get(StateItem item) {
    return after.get(item);
  }

  /** Value of the register with that name at the end, such as {@code rax}. */
  public long register(String name) {
    StateItem item =
        State.find(name)
            .orElseThrow(() -> new BadInputException("register", "there is no " + name, ""));
    return after.get(item);
  }
}
