package io.vmxlab.cli;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.model.CpuModelException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.io.IOException;
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
      throw new UserError(e.getMessage());
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** The bytes of a file, or of standard input. */
  static byte[] bytes(Terminal terminal, String name) {
    try {
      return name.equals(STANDARD_INPUT)
          ? terminal.in().readAllBytes()
          : Files.readAllBytes(path(name));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  static Path path(String name) {
    if (name.isEmpty()) {
      throw new UserError("a file name is empty");
    }
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new UserError("not a file name: " + e.getReason());
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

  static UserError unreadable(String name, IOException e) {
    String why =
        e instanceof NoSuchFileException
            ? "no such file"
            : e instanceof AccessDeniedException
                ? "permission denied"
                : Files.isDirectory(Path.of(name)) ? "it is a directory" : e.getMessage();
    return new UserError("cannot read " + name + ": " + why);
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

  /** How messages call an input. */
  static String name(String input) {
    if (input.equals(STANDARD_INPUT)) {
      return "standard input";
    }
    Path file = path(input).getFileName();
    return file == null ? input : file.toString();
  }
}
