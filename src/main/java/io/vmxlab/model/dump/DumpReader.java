package io.vmxlab.model.dump;

/**
 * What one tool prints. A reader lives for one dump and may keep state from line to line; a line
 * goes to the first reader that recognises it.
 */
interface DumpReader {
  /** The tool's name, for messages. */
  String tool();

  /** The line is of this format, whether or not it can be read. */
  boolean recognises(DumpLine line);

  /**
   * Puts into the dump what a recognised line says.
   *
   * @throws NotUnderstood if it should say something of a processor and does not; the user is told
   */
  void read(DumpLine line) throws NotUnderstood;

  /** A line came that is not of this format. */
  default void otherLine() {}

  /** The text has ended. */
  default void end() {}
}
