package io.vmxlab.rule;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * What mends a violated requirement, as data. Explanations make words and instructions of it for
 * the state that was met, and a test applies what they say to every vector that violates the rule.
 *
 * @param text the smallest change, as an instruction to the reader, for any state
 * @param code of {@link Kind#CODE}, {@link Kind#OPERANDS} and {@link Kind#INSTEAD}: instructions to
 *     execute
 * @param change of {@link Kind#CHANGE}: bits to change
 */
public record Remedy(Kind kind, String text, List<String> code, Optional<Change> change) {

  /** What has to be done. */
  public enum Kind {
    /** Give the bits that the rule demands their values. */
    DEMANDED,
    /** Change the bits of {@link #change}. */
    CHANGE,
    /** Execute {@link #code} before the instruction. */
    CODE,
    /** Execute {@link #code} before, which changes registers that the instruction takes. */
    OPERANDS,
    /** Execute {@link #code} instead of the instruction. */
    INSTEAD,
    /** Leave the instruction out. */
    OMIT,
    /** Execute the instruction only where the processor announces what it needs. */
    ASK,
    /** Execute WRMSR only if IA32_FEATURE_CONTROL is not locked. */
    ASK_LOCK,
    /** Give the instruction a region for a VMX structure, by its physical address. */
    REGION,
    /** Make a VMCS current. */
    CURRENT_VMCS,
    /** Enter VMX operation. */
    VMX_OPERATION,
    /** Leave real-address mode, with paging. */
    PROTECTED_MODE,
    /** Continue in a 64-bit code segment. */
    SEGMENT_64,
    /** Continue in a code segment that is no 64-bit one. */
    SEGMENT_32,
    /** Load TR with a 32-bit TSS. */
    TSS_32,
    /** Set or clear the bits of a paging-structure entry that stopped the access. */
    PAGE_ENTRY,
    /** Use another address. */
    ADDRESS,
    /** Name memory that holds what the register holds. */
    MEMORY_OPERAND,
    /** No instruction at this place can. */
    NONE
  }

  /**
   * Bits of an item that have to be changed.
   *
   * @param ones bits to set
   * @param zeros bits to clear
   */
  public record Change(
      StateItem item, ToLongFunction<StateView> ones, ToLongFunction<StateView> zeros) {}

  public Remedy {
    code = List.copyOf(code);
  }

  /** A remedy that is known by its kind. */
  public static Remedy of(Kind kind, String text) {
    return new Remedy(kind, text, List.of(), Optional.empty());
  }

  /** The bits that the rule demands. */
  public static Remedy demanded(String text) {
    return of(Kind.DEMANDED, text);
  }

  /** Other bits than the rule demands. The functions look only at what the rule reads. */
  public static Remedy change(
      String text,
      StateItem item,
      ToLongFunction<StateView> ones,
      ToLongFunction<StateView> zeros) {
    return new Remedy(Kind.CHANGE, text, List.of(), Optional.of(new Change(item, ones, zeros)));
  }

  /** Bits to set. */
  public static Remedy set(String text, StateItem item, long ones) {
    return change(text, item, v -> ones, v -> 0);
  }

  /** Bits to clear. */
  public static Remedy clear(String text, StateItem item, long zeros) {
    return change(text, item, v -> 0, v -> zeros);
  }

  /** A value to give to an item. */
  public static Remedy value(String text, StateItem item, ToLongFunction<StateView> value) {
    return change(text, item, value, v -> ~value.applyAsLong(v));
  }

  /** Instructions before the one that failed. */
  public static Remedy code(String text, String... lines) {
    return new Remedy(Kind.CODE, text, List.of(lines), Optional.empty());
  }

  /** Instructions before the one that failed that change the registers it takes. */
  public static Remedy operands(String text, String... lines) {
    return new Remedy(Kind.OPERANDS, text, List.of(lines), Optional.empty());
  }

  /** Instructions instead of the one that failed. */
  public static Remedy instead(String text, String... lines) {
    return new Remedy(Kind.INSTEAD, text, List.of(lines), Optional.empty());
  }

  /** To leave the instruction out. */
  public static Remedy omit(String text) {
    return of(Kind.OMIT, text);
  }

  /** Something that no instruction at this place can do. */
  public static Remedy none(String text) {
    return of(Kind.NONE, text);
  }
}
