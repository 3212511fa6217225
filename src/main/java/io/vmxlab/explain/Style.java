package io.vmxlab.explain;

/** Emphasis for a terminal; the text says the same without it. */
public enum Style {
  /** For files, pipes and terminals that want no colour. */
  PLAIN(false),
  /** ANSI escapes. */
  COLOUR(true);

  private static final String ESCAPE = "\u001B[";
  private static final String RESET = ESCAPE + "0m";

  private final boolean escapes;

  Style(boolean escapes) {
    this.escapes = escapes;
  }

  public String bold(String text) {
    return wrap("1m", text);
  }

  /** For what went wrong. */
  public String bad(String text) {
    return wrap("1;31m", text);
  }

  /** For what is as it has to be. */
  public String good(String text) {
    return wrap("32m", text);
  }

  /** For what matters less. */
  public String faint(String text) {
    return wrap("2m", text);
  }

  private String wrap(String code, String text) {
    return escapes && !text.isEmpty() ? ESCAPE + code + text + RESET : text;
  }
}
