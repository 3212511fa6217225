package io.vmxlab.cli;

import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.VectorExport;
import io.vmxlab.lab.VectorExport.Format;
import io.vmxlab.text.Names;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** {@code vectors export [PATH...]}: test vectors for other emulators and real processors. */
final class VectorsExportCommand extends Command {
  private static final List<String> FORMATS =
      Stream.of(Format.values()).map(f -> f.name().toLowerCase(Locale.ROOT)).toList();

  private Format format = Format.JSON;
  private String output = "";
  private String rule = "";
  private final Set<String> without = new LinkedHashSet<>();

  VectorsExportCommand() {
    super("export", "Write test vectors for other emulators and real processors.");
  }

  @Override
  List<String> details() {
    return List.of(
        "json is one document, printed unless --output is given. asm is one NASM source a vector. "
            + "c is a program that boots from a disk, runs the vectors that start in 64-bit mode "
            + "and reports on the serial port COM1; build it with",
        "gcc -O1 -ffreestanding -fno-pic -no-pie -mno-red-zone -mgeneral-regs-only "
            + "-fno-stack-protector -fcf-protection=none -nostdlib -static -T vectors.ld "
            + "-Wl,--build-id=none,--oformat=binary -o vectors.img boot.S runner.c");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.of("--format", "FORMAT", "json (default), c or asm"),
        Option.of("--output", "DIRECTORY", "where the files go; for c and asm it has to be given"),
        VectorInputs.RULE,
        Option.many("--without", "ID", "leave out a vector that the other side cannot stand"));
  }

  @Override
  List<Operand> operandList() {
    return List.of(VectorInputs.PATHS);
  }

  @Override
  void setOwn(String option, String value) {
    switch (option) {
      case "--format":
        if (!FORMATS.contains(value.toLowerCase(Locale.ROOT))) {
          throw new UserError("unknown format \"" + value + "\"" + Names.hint(value, FORMATS));
        }
        format = Format.valueOf(value.toUpperCase(Locale.ROOT));
        break;
      case "--output":
        output = value;
        break;
      case "--without":
        without.add(value);
        break;
      default:
        rule = VectorInputs.rule(value);
        break;
    }
  }

  @Override
  int run(Terminal terminal) {
    List<TestVector> vectors = chosen(VectorInputs.vectors(operands(), rule));
    if (!output.isEmpty()) {
      String written = Outputs.files(output, VectorExport.files(vectors, format));
      terminal.print(vectors.size() + " vectors: " + written + "\n");
    } else if (format == Format.JSON) {
      terminal.print(VectorExport.json(vectors));
    } else {
      throw new UserError(
          "--format "
              + FORMATS.get(format.ordinal())
              + " makes several files: give --output DIRECTORY");
    }
    return Exit.OK;
  }

  private List<TestVector> chosen(List<TestVector> vectors) {
    List<String> ids = vectors.stream().map(TestVector::id).toList();
    for (String id : without) {
      if (!ids.contains(id)) {
        throw new UserError("no vector has the id \"" + id + "\"" + Names.hint(id, ids));
      }
    }
    return vectors.stream().filter(v -> !without.contains(v.id())).toList();
  }
}
