package io.vmxlab.cli;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.Listing;
import io.vmxlab.machine.MemoryMap;
import io.vmxlab.machine.Numbers;
import io.vmxlab.machine.Program;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/** {@code disasm INPUT}: disassembles machine code. */
final class DisasmCommand extends Command {
  private CodeMode mode;
  private long origin = MemoryMap.PROGRAM;
  private boolean json;

  DisasmCommand() {
    super("disasm", "Disassemble machine code.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.of("--mode", "BITS", "64 (default), 32 or 16; an ELF file says its own"),
        Option.of("--org", "ADDRESS", "address of the first byte"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(
        Operand.required(
            "INPUT",
            "a file: machine code, hex digits or ELF; - for standard input; or hex digits"));
  }

  @Override
  void setOwn(String option, String value) {
    switch (option) {
      case "--mode":
        mode = Inputs.mode(value);
        break;
      case "--org":
        origin = Numbers.parse(option, value);
        break;
      default:
        json = true;
        break;
    }
  }

  @Override
  int run(Terminal terminal) {
    Program program = program(terminal, operands().get(0));
    CodeMode bits = mode != null ? mode : program.mode().orElse(CodeMode.BITS64);
    Listing listing = Listing.of(program, bits, origin);
    if (json) {
      terminal.print(JsonText.document("disasm", 1, listing::json));
    } else {
      Sheet sheet = terminal.sheet();
      listing.text(sheet);
      terminal.print(sheet);
    }
    return Exit.OK;
  }

  /** Hex digits may stand on the command line itself. */
  private static Program program(Terminal terminal, String input) {
    if (Program.isHex(input) && !Files.exists(Inputs.path(input))) {
      return Program.hex("hex", input);
    }
    byte[] content = Inputs.bytes(terminal, input);
    Program program = Program.file(Inputs.name(input), content);
    boolean flat = input.endsWith(".bin");
    if (program.form() == Program.Form.ASSEMBLY && !flat) {
      throw new UserError(
          input
              + ": this is assembly text already, or text: "
              + firstLine(new String(content, StandardCharsets.UTF_8)));
    }
    return program;
  }

  private static String firstLine(String text) {
    return text.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
  }
}
