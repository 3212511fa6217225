package io.vmxlab.fuzz;

import java.nio.file.Path;

/**
 * Something that must not be.
 *
 * @param kind of two findings of one kind one is enough: what happened and where
 * @param detail the stack, or figures
 * @param input that brings it about
 * @param file where the input was written
 */
record Finding(String target, String kind, String detail, byte[] input, Path file) {
  /** For the console: what it is, and the command that repeats it. */
  String report() {
    return target
        + ": "
        + kind
        + "\n  input    "
        + file
        + " ("
        + input.length
        + " bytes)\n  again    mvn test -Dtest=FuzzTest#repeat -Dvmxlab.fuzz="
        + target
        + " -Dvmxlab.fuzz.input="
        + file
        + "\n  "
        + detail.strip().replace("\n", "\n  ");
  }
}
