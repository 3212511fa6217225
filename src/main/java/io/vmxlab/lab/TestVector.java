package io.vmxlab.lab;

import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.Firmware;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A conformance test that does not depend on vmxlab: what state a processor is in, what code it
 * runs, and what has to come of the instruction under test. {@code test-vectors/README.md} explains
 * the form to outsiders.
 *
 * @param id unique, kebab-case
 * @param where file and line it was read from
 * @param about one line of prose
 * @param rule whose requirement it probes
 * @param citation of the rule
 * @param satisfies rules that apply and hold when the instruction under test begins
 * @param violates all rules of the instruction's check lists that do not hold then
 * @param processors which processor models it is for
 * @param mode 64, 32 or 16: mode in which the code begins
 * @param origin address of the code; empty for the mode's usual one
 * @param force the initial state is one that a processor cannot come to by itself
 * @param initial registers, MSRs, conditions and fields by name, with their values
 * @param memory what lies in memory besides the machine's own structures
 * @param expect what has to come of it
 */
public record TestVector(
    String id,
    String where,
    String about,
    String rule,
    String citation,
    List<String> satisfies,
    List<String> violates,
    Processors processors,
    Firmware firmware,
    int mode,
    OptionalLong origin,
    boolean force,
    Map<String, Long> initial,
    List<Bytes> memory,
    VectorCode code,
    Expectation expect) {

  /** Bytes at a physical address. */
  public record Bytes(long at, byte[] bytes) {}

  /** The code. What stands before that of the vector is made when first asked for. */
  public static final class VectorCode {
    private final String assembly;
    private final byte[] bytes;
    private final int test;
    private Supplier<VectorCode> maker;
    private VectorCode before;

    VectorCode(String assembly, byte[] bytes, int test) {
      this.assembly = assembly;
      this.bytes = bytes;
      this.test = test;
    }

    /** The same code with other code before it. */
    VectorCode after(Supplier<VectorCode> other) {
      VectorCode both = new VectorCode(assembly, bytes, test);
      both.maker = other;
      return both;
    }

    private synchronized Optional<VectorCode> before() {
      if (maker != null && before == null) {
        before = maker.get();
      }
      return Optional.ofNullable(before);
    }

    /** All of it in the assembly language of {@code vmxlab asm}. */
    public String assembly() {
      return before().map(VectorCode::assembly).orElse("") + assembly;
    }

    /** All of it as machine code. */
    public byte[] bytes() {
      byte[] first = before().map(VectorCode::bytes).orElse(new byte[0]);
      byte[] all = Arrays.copyOf(first, first.length + bytes.length);
      System.arraycopy(bytes, 0, all, first.length, bytes.length);
      return all;
    }

    /** Offset in {@link #bytes} of the instruction under test. */
    public int test() {
      return before().map(b -> b.bytes().length).orElse(0) + test;
    }
  }

  /**
   * Processor models, by what has to hold of them; empty lists demand nothing.
   *
   * @param only names
   * @param with features that they have
   * @param without features that they lack
   */
  public record Processors(List<String> only, List<String> with, List<String> without) {
    /** Every processor model. */
    public static final Processors ALL = new Processors(List.of(), List.of(), List.of());
  }

  /** How the run of a vector ends. */
  public enum Ending {
    /** The code runs to its end; the instruction under test neither faults nor fails. */
    COMPLETED,
    /** The instruction under test raises an exception. */
    FAULT,
    /** The instruction under test is a VMX instruction that fails; the code runs to its end. */
    VMFAIL,
    /** The instruction under test is a VM entry that fails while guest state is loaded. */
    ENTRY_FAILURE,
    /** The instruction under test is a VM entry, and guest state is loaded. */
    ENTERED,
    /** The instruction under test is a guest's, instead of which or before which it leaves. */
    VM_EXIT,
    /** What follows when every check passes is beyond vmxlab. */
    UNMODELLED
  }

  /**
   * What has to come of the instruction under test.
   *
   * @param vector of the exception, such as {@code #GP}
   * @param errorCode of the exception, if it has one
   * @param error VM-instruction error; empty for VMfailInvalid
   * @param qualification exit qualification of a failed VM entry, whose exit reason is 80000021H
   * @param state of the processor afterwards; of a fault, before its delivery (but CR2 as
   *     delivered)
   * @param vmcs fields of the current VMCS afterwards
   * @param memory contents afterwards
   */
  public record Expectation(
      Ending outcome,
      Optional<String> vector,
      OptionalInt errorCode,
      OptionalInt error,
      OptionalLong qualification,
      Map<String, Long> state,
      Map<VmcsField, Long> vmcs,
      List<Bytes> memory) {}
}
