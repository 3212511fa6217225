package io.vmxlab.machine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.platform.ElfFiles;
import io.vmxlab.platform.FileKind;
import io.vmxlab.platform.LoadException;
import io.vmxlab.text.Bounded;
import io.vmxlab.text.Characters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a machine is to run: code in one of several forms, and for a function its arguments.
 * Immutable; the methods that change something hand back another program.
 *
 * <pre>
 * Program.assembly("mov eax, cr4 ...")
 * Program.elf("enable.o", bytes).call("enable_vmx_operation")
 * </pre>
 */
public final class Program {
  /** The forms of code. */
  public enum Form {
    ASSEMBLY,
    FLAT,
    ELF_EXECUTABLE,
    ELF_OBJECT
  }

  private final String name;
  private final Form form;
  private final byte[] content;
  private final String function;
  private final List<Argument> arguments;
  private final Abi abi;
  private final Dialect dialect;

  private Program(
      String name,
      Form form,
      byte[] content,
      String function,
      List<Argument> arguments,
      Abi abi,
      Dialect dialect) {
    this.name = name;
    this.form = form;
    this.content = content;
    this.function = function;
    this.arguments = arguments;
    this.abi = abi;
    this.dialect = dialect;
  }

  private static Program of(String name, Form form, byte[] content) {
    return new Program(name, form, content, "", List.of(), Abi.SYSV, Dialect.BY_TEXT);
  }

  /**
   * Assembly text in Intel syntax.
   *
   * @param name of the file, for messages
   */
  public static Program assembly(String name, String text) {
    return of(name, Form.ASSEMBLY, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Assembly text in Intel syntax. */
  public static Program assembly(String text) {
    return assembly("assembly", text);
  }

  /**
   * Machine code as hexadecimal digits. White space, commas, {@code 0x} and comments from {@code ;}
   * or {@code #} to the end of the line are skipped.
   *
   * @param name of the file, for messages
   * @throws BadInputException if there is anything else, or no byte
   */
  public static Program hex(String name, String text) {
    byte[] code = HexText.bytes(name, text);
    if (code.length == 0) {
      throw new BadInputException(name, "there are no bytes in it", "give code to run");
    }
    return of(name, Form.FLAT, code);
  }

  /** Whether text is nothing but hexadecimal digits, as {@link #hex} takes them. */
  public static boolean isHex(String text) {
    return HexText.looksLikeHex(text);
  }

  /** Machine code as hexadecimal digits. */
  public static Program hex(String text) {
    return hex("hex", text);
  }

  /**
   * Machine code.
   *
   * @param name of the file, for messages
   */
  public static Program flat(String name, byte[] code) {
    return of(name, Form.FLAT, code.clone());
  }

  /** Machine code. */
  public static Program flat(byte[] code) {
    return flat("code", code);
  }

  /**
   * An ELF executable, or an object straight from {@code gcc -c}.
   *
   * @param name of the file, for messages
   * @throws BadInputException if it is something else
   */
  public static Program elf(String name, byte[] file) {
    FileKind kind = FileKind.of(file);
    if (kind != FileKind.ELF) {
      throw new BadInputException(
          name,
          kind == FileKind.RAW
              ? "this is not an ELF file"
              : "this is " + kind.description() + ", not an ELF file",
          kind.advice());
    }
    try {
      boolean object = ElfFiles.isRelocatable(file);
      return of(name, object ? Form.ELF_OBJECT : Form.ELF_EXECUTABLE, file.clone());
    } catch (LoadException e) {
      throw new BadInputException(name, e.getMessage(), e.advice());
    }
  }

  /**
   * A file of any form, recognised by its first bytes and the ending of its name: {@code .asm},
   * {@code .s}, {@code .hex}; anything else that is no known file format is flat machine code,
   * except that plain text without an ending, as from standard input, is assembly or hexadecimal.
   *
   * @throws BadInputException if the form is not supported
   */
  public static Program file(String name, byte[] content) {
    if (content.length == 0) {
      throw new BadInputException(name, "it is empty", "give code to run");
    }
    FileKind kind = FileKind.of(content);
    if (kind == FileKind.ELF) {
      return elf(name, content);
    }
    if (kind != FileKind.RAW) {
      throw new BadInputException(name, "this is " + kind.description(), kind.advice());
    }
    Optional<SourceKind> source = SourceKind.of(name);
    if (source.isPresent() && Characters.printable(content)) {
      throw new BadInputException(name, source.get().description(), source.get().advice(name));
    }
    String lower = name.toLowerCase(Locale.ROOT);
    boolean assembly = lower.endsWith(".asm") || lower.endsWith(".s") || lower.endsWith(".nasm");
    boolean digits = lower.endsWith(".hex");
    boolean code = lower.endsWith(".bin") || lower.endsWith(".com");
    if (code || !assembly && !digits && !Characters.printable(content)) {
      return flat(name, content);
    }
    if (content.length > Bounded.TEXT) {
      throw new BadInputException(
          name, "it has " + content.length + " bytes", "a text has at most " + Bounded.TEXT);
    }
    String text = new String(content, StandardCharsets.UTF_8);
    if (assembly) {
      return assembly(name, text);
    }
    if (digits) {
      return hex(name, text);
    }
    return HexText.looksLikeHex(text) ? hex(name, text) : assembly(name, text);
  }

  /**
   * Calls a function instead of beginning at the entry point. Its return value is that of the run.
   */
  public Program call(String functionName) {
    return new Program(name, form, content, functionName, arguments, abi, dialect);
  }

  /** Adds an argument for the called function. */
  public Program argument(Argument argument) {
    List<Argument> more = new ArrayList<>(arguments);
    more.add(argument);
    return new Program(name, form, content, function, List.copyOf(more), abi, dialect);
  }

  /** Adds an integer or address as an argument for the called function. */
  public Program argument(long value) {
    return argument(new Argument.Value(value));
  }

  /** How the called function gets its arguments; {@link Abi#SYSV} if not said. */
  public Program abi(Abi convention) {
    return new Program(name, form, content, function, arguments, convention, dialect);
  }

  /**
   * Whose meaning assembly text has where assemblers differ; {@link Dialect#BY_TEXT} if not said.
   */
  public Program dialect(Dialect meant) {
    return new Program(name, form, content, function, arguments, abi, meant);
  }

  /** Whose meaning assembly text has where assemblers differ. */
  public Dialect dialect() {
    return dialect;
  }

  /** Of the file, for messages. */
  public String name() {
    return name;
  }

  public Form form() {
    return form;
  }

  /** The function to call, if any. */
  public Optional<String> function() {
    return function.isEmpty() ? Optional.empty() : Optional.of(function);
  }

  public List<Argument> arguments() {
    return arguments;
  }

  public Abi abi() {
    return abi;
  }

  /** The mode that the code is for, if its form says so: ELF files do. */
  public Optional<CodeMode> mode() {
    boolean elf = form == Form.ELF_EXECUTABLE || form == Form.ELF_OBJECT;
    return elf ? Optional.of(ElfFiles.mode(content)) : Optional.empty();
  }

  /** The bytes: machine code, text or file. */
  public byte[] content() {
    return content;
  }
}
