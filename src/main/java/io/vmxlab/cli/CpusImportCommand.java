package io.vmxlab.cli;

import io.vmxlab.model.CpuImport;
import io.vmxlab.model.CpuModelException;
import io.vmxlab.model.DumpedCpu;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code cpus import FILE}: a model from what another tool printed. */
final class CpusImportCommand extends Command {
  private static final int LONGEST = 60;
  private String name = "";
  private String output = "";
  private int processor = -1;
  private DumpedCpu base;

  CpusImportCommand() {
    super("import", "Make a model file from what another tool printed.");
  }

  @Override
  List<String> details() {
    return List.of(
        "Known are: "
            + CpuImport.FORMATS
            + ". Other lines are passed over; a line that looks like one of these and cannot be read"
            + " is reported on standard error.",
        "What the dump lacks is taken from the model of --base, or else from the nearest model, which"
            + " is named on standard error. The result is a possible processor, or there is none.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.of("--name", "NAME", "name of the model; that of the file if not said"),
        Option.of("--base", "MODEL", "model that lends what the dump lacks"),
        Option.of("--processor", "N", "take this logical processor, where a dump's differ"),
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
        name = value;
        break;
      case "--base":
        base = Inputs.cpu(value);
        break;
      case "--processor":
        processor = number(value);
        break;
      default:
        output = value;
        break;
    }
  }

  private static int number(String value) {
    boolean small = !value.isEmpty() && value.length() <= 6;
    if (!small || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new UserError("--processor takes a number from 0 on, not " + value);
    }
    return Integer.parseInt(value);
  }

  @Override
  int run(Terminal terminal) {
    String input = operands().get(0);
    String file = Inputs.name(input);
    CpuImport.Imported imported = imported(file, text(Inputs.bytes(terminal, input)));
    imported.remarks().forEach(terminal::complain);
    if (output.isEmpty()) {
      terminal.print(imported.text());
    } else {
      Outputs.file(output, imported.text().getBytes(StandardCharsets.UTF_8), input);
    }
    return Exit.OK;
  }

  private CpuImport.Imported imported(String file, String text) {
    try {
      CpuImport in = CpuImport.of(file, text).named(name.isEmpty() ? stem(file) : name);
      if (processor >= 0) {
        in.processor(processor);
      } else if (in.difference().isPresent()) {
        throw new UserError(in.difference().get() + "; choose one with --processor N");
      }
      if (base != null) {
        in.base(base);
      }
      return in.model();
    } catch (CpuModelException e) {
      throw new UserError(e.getMessage());
    }
  }

  /** Windows shells write UTF-16 into files. */
  private static String text(byte[] bytes) {
    boolean little = bytes.length > 1 && (bytes[0] & 0xFF) == 0xFF && (bytes[1] & 0xFF) == 0xFE;
    boolean big = bytes.length > 1 && (bytes[0] & 0xFF) == 0xFE && (bytes[1] & 0xFF) == 0xFF;
    return new String(bytes, little || big ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8);
  }

  private static String stem(String file) {
    int dot = file.lastIndexOf('.');
    String plain = (dot < 0 ? file : file.substring(0, dot)).replaceAll("[^\\w.-]+", "-");
    return plain.isEmpty() ? "imported" : plain.substring(0, Math.min(plain.length(), LONGEST));
  }
}
