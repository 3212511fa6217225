package com.example.grader;

import io.vmxlab.explain.Explain;
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
    Machine machine = Machine.create();
    machine.writeLong(0x301000, 0x300000); // a pointer to the VMXON region
    Run run = machine.run(Program.assembly("vmxon [301000h]"));
    run.outcome()
        .fault()
        .ifPresent(f -> System.out.println(f.title() + ": " + f.rule().orElse("")));
    System.out.print(Explain.text(run));

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
