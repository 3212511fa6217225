package com.example.grader;

import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.lab.Conformance;
import io.vmxlab.lab.Vectors;
import io.vmxlab.model.CpuModels;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import java.nio.file.Path;
import java.util.List;

/** Runs a program, then the vectors of a folder on every processor model. */
public final class Grader {
  private Grader() {}

  /** Argument: the folder. */
  public static void main(String[] arguments) {
    Run run = Machine.create().run(Program.assembly("vmxon [vmxon_pointer]"));
    run.outcome()
        .fault()
        .ifPresent(f -> System.out.println(f.title() + ": " + f.rule().orElse("")));

    Conformance report =
        Conformance.run(
            Vectors.read(List.of(Path.of(arguments[0]))),
            CpuModels.list(),
            Conformance.Shard.WHOLE,
            1,
            done -> {});
    Sheet sheet = new Sheet(Style.PLAIN);
    report.text(sheet);
    System.out.print(sheet);
  }
}
