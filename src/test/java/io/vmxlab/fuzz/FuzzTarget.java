package io.vmxlab.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Something that takes input from outside. Whatever the input is, it has to be dealt with: soon, in
 * little memory, and with no exception but those that are documented.
 */
public interface FuzzTarget {
  /** Short, in lower case, with hyphens: part of file names and of a system property. */
  String name();

  /** Inputs to begin with; those that work lead furthest. */
  List<byte[]> seeds();

  /** Words that mean something to the target. */
  default List<String> dictionary() {
    return List.of();
  }

  /** What {@link #feed} may throw. */
  Set<Class<? extends Throwable>> documented();

  /** Bytes that an input may take besides what every input may. */
  default long guestMemory() {
    return 0;
  }

  /** Inputs of a run that is part of every build. */
  default int smallRun() {
    return 200;
  }

  /** Bytes that a mutated input has at most. */
  default int longest() {
    return 1 << 15;
  }

  /**
   * Deals with an input.
   *
   * @return what came of it in a few words; an input that leads to words not met before is kept and
   *     changed further
   * @throws Exception one of {@link #documented}
   */
  String feed(byte[] input) throws Exception;

  /** An input that is text. */
  static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
