package io.vmxlab.cli;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.model.CpuModelException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.text.Bounded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads what commands are given, and says in one line what is wrong with it. */
final class Inputs {
  static final String STANDARD_INPUT = "-";

  static final Option DIALECT =
      Option.of(
          "--dialect",
          "NAME",
          "nasm, masm or gas: whose meaning assembly text has where these differ");

  private Inputs() {}

  /** A built-in processor model, or one from a file. */
  static DumpedCpu cpu(String name) {
    try {
      return CpuModels.find(path(name).toString());
    } catch (CpuModelException e) {
      throw new UserError(OptionWords.of(e));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** The bytes of a file, or of standard input. */
  static byte[] bytes(Terminal terminal, String name) {
    try {
      if (name.equals(STANDARD_INPUT)) {
        return Bounded.bytes(terminal.in(), Bounded.PROGRAM);
      }
      try (InputStream in = Files.newInputStream(path(name))) {
        return Bounded.bytes(in, Bounded.PROGRAM);
      }
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** The text of a file, or of standard input. */
  static String text(Terminal terminal, String name) {
    byte[] bytes = bytes(terminal, name);
    if (bytes.length > Bounded.TEXT) {
      throw new UserError(
          "cannot read " + name + ": a text has at most " + (Bounded.TEXT >> 20) + " MBytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static Path path(String name) {
    if (name.isEmpty()) {
      throw new UserError("a file name is empty");
    }
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new UserError("not a file name: " + name + " (" + e.getReason() + ")");
    }
  }

  static UserError unwritable(String name, IOException e) {
    String why =
        e instanceof NoSuchFileException
            ? "no such folder"
            : e instanceof AccessDeniedException
                ? "permission denied"
                : Files.isDirectory(Path.of(name)) ? "it is a directory" : e.getMessage();
    return new UserError("cannot write " + name + ": " + why);
  }

  private static UserError unreadable(String name, IOException e) {
    return unreadable(name, Path.of(name), e);
  }

  /**
   * That something cannot be read, and why.
   *
   * @param what is to be read
   * @param file that it is in
   */
  static UserError unreadable(String what, Path file, IOException e) {
    String why =
        e instanceof NoSuchFileException
            ? "no such file"
            : e instanceof AccessDeniedException
                ? "permission denied"
                : Files.isDirectory(file) ? "it is a directory" : e.getMessage();
    return new UserError("cannot read " + what + ": " + why);
  }

  /** The mode that a number of bits means. */
  static CodeMode mode(String bits) {
    for (CodeMode m : CodeMode.values()) {
      if (bits.equals(Integer.toString(m.bits))) {
        return m;
      }
    }
    throw new UserError("there is no " + bits + "-bit mode; give 64, 32 or 16");
  }

  /** The dialect that a name means. */
  static Dialect dialect(String name) {
    for (Dialect d : List.of(Dialect.NASM, Dialect.MASM, Dialect.GAS)) {
      if (d.name().equalsIgnoreCase(name)) {
        return d;
      }
    }
    throw new UserError("unknown dialect \"" + name + "\"; give nasm, masm or gas");
  }

  /**
   * How messages call an input: a file without its folder; a device, such as /dev/null, with it.
   */
  static String name(String input) {
    if (input.equals(STANDARD_INPUT)) {
      return "standard input";
    }
    Path path = path(input);
    Path file = path.getFileName();
    boolean device = Files.exists(path) && !Files.isRegularFile(path);
    return file == null || device ? input : file.toString();
  }
}
