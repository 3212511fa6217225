package io.vmxlab.platform;

/** A mangled name and how far it has been read. Whatever the grammar has not ends the reading. */
abstract class CppCursor {
  /** Substitutions can double a name again and again. */
  static final int MOST_CHARACTERS = 4096;

  static final int MOST_DEPTH = 64;

  /** The grammar has no such name, or this reader has not. */
  static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unknown() {
      super(null, null, false, false);
    }
  }

  final String text;
  int at;
  int depth;

  CppCursor(String text) {
    this.text = text;
  }

  char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  char next() {
    if (at >= text.length()) {
      throw new Unknown();
    }
    return text.charAt(at++);
  }

  boolean take(String expected) {
    boolean there = text.startsWith(expected, at);
    at += there ? expected.length() : 0;
    return there;
  }

  static String bounded(String made) {
    if (made.length() > MOST_CHARACTERS) {
      throw new Unknown();
    }
    return made;
  }

  void enter() {
    if (++depth > MOST_DEPTH) {
      throw new Unknown();
    }
  }

  int number() {
    int number = 0;
    while (Character.isDigit(peek())) {
      number = number * 10 + next() - '0';
      if (number > MOST_CHARACTERS) {
        throw new Unknown();
      }
    }
    return number;
  }

  String source() {
    int length = number();
    if (length == 0 || length > text.length() - at) {
      throw new Unknown();
    }
    String name = text.substring(at, at + length);
    at += length;
    return name.startsWith("_GLOBAL__N") ? "(anonymous namespace)" : name;
  }
}
