package io.vmxlab.cli;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.explain.Hex;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.Listing;
import io.vmxlab.machine.MemoryMap;
import io.vmxlab.machine.Numbers;
import java.util.List;

/** {@code asm INPUT}: assembles text. */
final class AsmCommand extends Command {
  private CodeMode mode = CodeMode.BITS64;
  private long origin = MemoryMap.PROGRAM;
  private Dialect dialect = Dialect.BY_TEXT;
  private String output = "";
  private boolean hex;
  private boolean json;

  AsmCommand() {
    super("asm", "Assemble Intel-syntax text, and show or store the machine code.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.of("--mode", "BITS", "64 (default), 32 or 16, until the text says bits"),
        Option.of("--org", "ADDRESS", "address of the first byte, until the text says org"),
        Inputs.DIALECT,
        Option.of("--output", "FILE", "write the machine code into a file").orShort("-o"),
        Option.flag("--hex", "print the machine code as hex digits only"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(Operand.required("FILE", "assembly text, or - for standard input"));
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
      case "--dialect":
        dialect = Inputs.dialect(value);
        break;
      case "--output":
        output = value;
        break;
      case "--hex":
        hex = true;
        break;
      default:
        json = true;
        break;
    }
  }

  @Override
  int run(Terminal terminal) {
    String input = operands().get(0);
    if (!output.isEmpty() && Outputs.isSameFile(input, output)) {
      throw new UserError(
          "the machine code would replace its source " + input + "; give --output another name");
    }
    String text = Inputs.text(terminal, input);
    Listing listing = Listing.assemble(Inputs.name(input), text, mode, origin, dialect);
    if (!output.isEmpty()) {
      Outputs.file(output, listing.bytes(), input);
    } else if (json) {
      terminal.print(JsonText.document("asm", 1, listing::json));
    } else if (hex) {
      terminal.print(Hex.bytes(listing.bytes()) + "\n");
    } else {
      Sheet sheet = terminal.sheet();
      listing.text(sheet);
      terminal.print(sheet);
    }
    return Exit.OK;
  }
}
