package io.vmxlab.machine;

import io.vmxlab.arch.Cause;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the run of a board did.
 *
 * @param image name of what was booted
 * @param protocol by which it was started, such as {@code multiboot}
 * @param ending how it ended
 * @param why of the ending in a few words, without a full stop; may be empty
 * @param reported value written to the exit port; empty if none was
 * @param faults with {@link Ending#SHUTDOWN}, the exception whose delivery failed and those that
 *     were met in delivering one another, the first one first; with {@link Ending#NO_FIRMWARE}, the
 *     exception that firmware has no handler for, if it was one
 * @param refused with {@link Ending#SHUTDOWN}, what was not met, of a state that RSM was to load or
 *     a VMX abort
 * @param processors at the end, the bootstrap processor first
 * @param current number of the processor that the ending is about
 * @param instructions executed by all of them
 * @param serial bytes that came out of COM1 and the debug console, the first {@link
 *     Board#MOST_OUTPUT}
 */
public record BootRun(
    String image,
    String protocol,
    Ending ending,
    String why,
    OptionalInt reported,
    List<GuestFault> faults,
    Optional<Cause> refused,
    List<Processor> processors,
    int current,
    long instructions,
    byte[] serial) {
  /**
   * One processor at the end.
   *
   * @param code the instruction it came to
   * @param activity what it does: active, halted, waiting for a SIPI, shut down
   * @param instructions that it executed
   * @param vmcs its current VMCS; empty if there is none
   * @param failures VMX instructions and VM entries that failed, and triple faults of guests
   * @param failure the last of them; of failures at one place for one reason the first is kept, the
   *     others are taken to be like them
   */
  public record Processor(
      Code code,
      Activity activity,
      long instructions,
      Snapshot state,
      Optional<CurrentVmcs> vmcs,
      long failures,
      Optional<Event> failure) {}

  /** Whether a processor executes. */
  public enum Activity {
    ACTIVE,
    HALTED,
    SHUTDOWN,
    WAITING_FOR_SIPI
  }

  /** The processor that the ending is about. */
  public Processor processor() {
    return processors.get(current);
  }

  /** The lines that came out of the serial port, without their ends. */
  public List<String> lines() {
    return new String(serial, StandardCharsets.UTF_8).lines().toList();
  }
}
