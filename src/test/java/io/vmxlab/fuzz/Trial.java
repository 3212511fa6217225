package io.vmxlab.fuzz;

import java.util.Arrays;

/**
 * One input given to a target.
 *
 * @param signature what came of it; inputs with the same signature took the same way
 * @param fault what must not be, or empty
 * @param detail of the fault
 */
record Trial(String signature, String fault, String detail) {
  private static final int LONGEST_MESSAGE = 1000;
  private static final int FRAMES = 24;

  static Trial of(FuzzTarget target, byte[] input) {
    try {
      return new Trial(target.feed(input), "", "");
    } catch (Exception | Error e) {
      if (target.documented().contains(e.getClass())) {
        return refused(e);
      }
      return new Trial("", e.getClass().getSimpleName() + " at " + place(e), stack(e));
    }
  }

  /** The message of a documented exception is for people. */
  private static Trial refused(Throwable e) {
    String message = e.getMessage();
    if (message == null || message.isBlank()) {
      return new Trial("", "no message at " + place(e), stack(e));
    }
    if (message.codePoints().anyMatch(c -> Character.isISOControl(c) || c == 0x2028)) {
      return new Trial("", "control characters in the message at " + place(e), stack(e));
    }
    if (message.length() > LONGEST_MESSAGE) {
      return new Trial("", "a message that nobody reads at " + place(e), stack(e));
    }
    return new Trial(place(e) + " " + skeleton(message), "", "");
  }

  /** What is the same in messages that differ only in names and numbers. */
  private static String skeleton(String message) {
    StringBuilder words = new StringBuilder();
    boolean quoted = false;
    for (char c : message.toCharArray()) {
      quoted ^= c == '"';
      if (!quoted && c >= 'a' && c <= 'z') {
        words.append(c);
      }
    }
    return words.length() > 80 ? words.substring(0, 80) : words.toString();
  }

  /** The innermost places of this project. */
  private static String place(Throwable e) {
    StringBuilder place = new StringBuilder();
    int found = 0;
    for (StackTraceElement frame : e.getStackTrace()) {
      if (frame.getClassName().startsWith("io.vmxlab.") && !frame.getClassName().contains("fuzz")) {
        String name = frame.getClassName();
        place.append(found == 0 ? "" : " < ").append(name.substring(name.lastIndexOf('.') + 1));
        place.append('.').append(frame.getMethodName()).append(':').append(frame.getLineNumber());
        if (++found == 2) {
          break;
        }
      }
    }
    return place.toString();
  }

  private static String stack(Throwable e) {
    StringBuilder text = new StringBuilder(e.toString());
    StackTraceElement[] frames = e.getStackTrace();
    for (StackTraceElement frame : Arrays.copyOf(frames, Math.min(FRAMES, frames.length))) {
      text.append("\n\tat ").append(frame);
    }
    return text.toString();
  }
}
