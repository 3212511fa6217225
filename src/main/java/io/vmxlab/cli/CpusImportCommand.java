package io.vmxlab.cli;

import io.vmxlab.model.CpuImport;
import io.vmxlab.model.CpuModelException;
import io.vmxlab.model.DumpedCpu;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code cpus import FILE}: a model from what another tool printed. */
final class CpusImportCommand extends Command {
  private String name = "";
  private String output = "";
  private DumpedCpu base;

  CpusImportCommand() {
    super("import", "Make a model file from what another tool printed.");
  }

  @Override
  List<String> details() {
    return List.of(
        "Known are: rdmsr (\"0x480: 0x00da040000000004\", or a command line and then the value), "
            + "cpuid -r, AIDA64 and InstLatx64 dumps, VirtualBox logs, QEMU's vmxcap script, and "
            + "tables of an MSR's index or name and its value. Other lines are passed over.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.of("--name", "NAME", "name of the model; that of the file if not said"),
        Option.of("--base", "MODEL", "model that lends what the dump lacks"),
        Option.of("--output", "FILE", "write the model there instead of printing it"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(Operand.required("FILE", "what the tool printed, or - for standard input"));
  }

  @Override
  void setOwn(String option, String value) {
    switch (option) {
      case "--name":
        if (!value.matches("[\\w.-]+")) {
          throw new UserError("a model's name has letters, digits, dots and hyphens, not " + value);
        }
        name = value;
        break;
      case "--base":
        base = Inputs.cpu(value);
        break;
      default:
        output = value;
        break;
    }
  }

  @Override
  int run(Terminal terminal) {
    String input = operands().get(0);
    String file = Inputs.name(input);
    String text = Inputs.text(terminal, input);
    String called = name.isEmpty() ? stem(file) : name;
    String model;
    try {
      model = CpuImport.model(file, text, called, base);
    } catch (CpuModelException e) {
      throw new UserError(e.getMessage());
    }
    if (output.isEmpty()) {
      terminal.print(model);
    } else {
      Outputs.file(output, model.getBytes(StandardCharsets.UTF_8), input);
    }
    return Exit.OK;
  }

  private static String stem(String file) {
    String plain = file.replaceFirst("\\.[^.]*$", "").replaceAll("[^\\w.-]+", "-");
    return plain.isEmpty() ? "imported" : plain;
  }
}
