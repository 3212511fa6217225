package io.vmxlab.asm;

import io.vmxlab.isa.WrittenValue;

/** A section of a text, in one pass. */
final class AsmSection {
  private static final int LEAST_ALIGNMENT = 4;

  final String name;

  /** From 1, in the order of the text; 0 for addresses without a section. */
  final int number;

  /** Only room, which a flat program has behind everything else. */
  boolean reserved;

  /** Where the pass before put it. */
  AsmLayout.Place place;

  int alignment = LEAST_ALIGNMENT;
  private boolean asked;
  long size;

  /** Its addresses move with the program; those behind {@code absolute 0} are numbers. */
  boolean relocatable = true;

  /** What {@code section} says: address to load at, address to run at; null where nothing is. */
  Long start;

  Long virtualStart;

  /** Names of sections behind which it is loaded and runs; null where nothing is said. */
  String follows;

  String virtualFollows;

  /** 0 where nothing is said. */
  int virtualAlignment;

  /** Not loaded, as GAS's sections without the flag {@code a}. */
  boolean dropped;

  private final boolean absolute;

  /** The line that began it, for what only its place shows; null for the first one. */
  AsmSource.Line line;

  AsmSection(String name, int number, boolean reserved, AsmLayout.Place place) {
    this(name, number, reserved, place, false);
  }

  private AsmSection(
      String name, int number, boolean reserved, AsmLayout.Place place, boolean absolute) {
    this.name = name;
    this.number = number;
    this.reserved = reserved;
    this.place = place;
    this.absolute = absolute;
  }

  static AsmSection absolute(WrittenValue address) {
    AsmLayout.Place place = new AsmLayout.Place(0, address.number());
    AsmSection section = new AsmSection("absolute", address.part(), true, place, true);
    section.relocatable = address.relocatable();
    return section;
  }

  /**
   * It, or something in it, begins at a multiple of so many bytes; the largest that was asked for.
   */
  void align(int bytes) {
    alignment = asked ? Math.max(alignment, bytes) : bytes;
    asked = true;
  }

  /** The text says something about alignment, so that it holds for the program's first byte too. */
  boolean isAligned() {
    return asked;
  }

  /** What is in it makes no bytes of the program. */
  boolean noBytes() {
    return absolute || dropped;
  }

  boolean isAbsolute() {
    return absolute;
  }
}
