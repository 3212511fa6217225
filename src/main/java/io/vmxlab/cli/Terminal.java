package io.vmxlab.cli;

import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.text.Visible;
import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * What a command talks to. All that commands say passes here: text for people in the charset of
 * their terminal, data for programs in UTF-8, and neither with control characters that came from an
 * input.
 *
 * @param in standard input
 * @param out for results
 * @param err for messages and progress
 * @param charset of text
 * @param style of results
 * @param progress whether someone watches {@code err}
 */
record Terminal(
    InputStream in,
    OutputStream out,
    OutputStream err,
    Charset charset,
    Style style,
    boolean progress) {
  private static final int BUFFER = 1 << 16;

  /** One that takes UTF-8. */
  Terminal(InputStream in, OutputStream out, OutputStream err, Style style, boolean progress) {
    this(in, out, err, StandardCharsets.UTF_8, style, progress);
  }

  /**
   * The process's own.
   *
   * @param environment value of a variable, or null; asked only if someone may watch
   */
  static Terminal ofProcess(Function<String, String> environment) {
    String kind = interactive() ? environment.apply("TERM") : null;
    boolean someone = kind != null;
    boolean colour = someone && !kind.equals("dumb") && isEmpty(environment.apply("NO_COLOR"));
    return new Terminal(
        new RecordedInput(System.in),
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
        new FileOutputStream(FileDescriptor.err),
        localCharset(),
        colour ? Style.COLOUR : Style.PLAIN,
        someone);
  }

  private static boolean isEmpty(String value) {
    return value == null || value.isEmpty();
  }

  /** What the locale says; Java 17 has no other way to ask. */
  private static Charset localCharset() {
    String name = System.getProperty("native.encoding", "UTF-8");
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
  }

  /** Since Java 22 there may be a console where there is no terminal; only it knows. */
  private static boolean interactive() {
    if (!mayBeTerminal()) {
      return false;
    }
    Console console = System.console();
    if (console == null || Runtime.version().feature() < 22) {
      return console != null;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /**
   * Standard output is a device, or the operating system does not show what it is. Asking the JVM
   * for its console takes a tenth of a small run since Java 22.
   */
  private static boolean mayBeTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return target.startsWith("/dev/") && !target.equals("/dev/null");
    } catch (IOException | UnsupportedOperationException e) {
      return true;
    }
  }

  Sheet sheet() {
    return new Sheet(style);
  }

  /** Text for people. */
  void print(Sheet sheet) {
    text(sheet.toString());
    flush();
  }

  /** Data for programs, or the text of a file. */
  void print(String data) {
    write(Visible.lines(data).getBytes(StandardCharsets.UTF_8));
    flush();
  }

  /** Text that vmxlab says of itself, with the escapes that are in it. */
  void printOwn(String text) {
    text(text);
    flush();
  }

  /** One of many lines; without someone who watches, they are sent in larger pieces. */
  void line(String line) {
    text(Visible.line(line) + "\n");
    if (progress) {
      flush();
    }
  }

  /** A byte as it is, even if a terminal takes it as part of a command. */
  void raw(int value) {
    write(new byte[] {(byte) value});
    if (progress) {
      flush();
    }
  }

  private void text(String text) {
    write(encoded(text));
  }

  /** Characters that the charset has not got stand as escapes. */
  private byte[] encoded(String text) {
    byte[] bytes = text.getBytes(charset);
    if (new String(bytes, charset).equals(text)) {
      return bytes;
    }
    CharsetEncoder encoder = charset.newEncoder();
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              String character = Character.toString(c);
              out.append(encoder.canEncode(character) ? character : String.format("\\u%04X", c));
            });
    return out.toString().getBytes(charset);
  }

  /** A result that does not arrive is no result: a full disk, a reader that is gone. */
  private void write(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Sends what waits. */
  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw lost(e);
    }
  }

  private static UserError lost(IOException e) {
    return new UserError("cannot write to standard output: " + e.getMessage());
  }

  /** A message for the user, as one line. */
  void complain(String message) {
    report("vmxlab: " + Visible.message(message));
  }

  /** A line for the user, of any length. */
  void report(String line) {
    whisper(Visible.line(line) + "\n");
  }

  /** Anything on standard error; whether it arrives does not matter. */
  void whisper(String text) {
    try {
      err.write(encoded(text));
      err.flush();
    } catch (IOException e) {
      // there is nobody to tell
    }
  }
}
