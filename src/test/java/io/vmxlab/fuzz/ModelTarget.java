package io.vmxlab.fuzz;

import io.vmxlab.explain.CpuComparison;
import io.vmxlab.explain.CpuView;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.model.CpuModelException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A file of a processor model: shown, compared with another, and a program run on it. */
final class ModelTarget extends RunTarget {
  private static final int LIMIT = 100;

  /** One in so many is shown: that takes longer than all the rest. */
  private static final int SHOWN = 8;

  private static final DumpedCpu OTHER = CpuModels.named(CpuModels.DEFAULT);
  private static final String CODE =
      "mov eax, 7\ncpuid\nmov ecx, 480h\nrdmsr\nmov rax, cr4\nbts rax, 13\nmov cr4, rax\n"
          + "vmxon [vmxon_pointer]\nvmxoff\n";

  ModelTarget() {
    super("model");
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds =
        new ArrayList<>(Seeds.folder("src/main/resources/io/vmxlab/model/cpus", ".cpu", 100));
    seeds.addAll(Seeds.folder("docs/lessons/cpus", ".cpu", 10));
    return seeds;
  }

  @Override
  public List<String> dictionary() {
    return List.of(
        "name ",
        "title ",
        "brand ",
        "source ",
        "base ",
        "also ",
        "CPUID ",
        "MSR ",
        "[SL ",
        "]: ",
        " chosen",
        "skylake",
        "00000480",
        "FFFFFFFF",
        "=",
        "-",
        ": ",
        "\n",
        "00000007",
        "80000008");
  }

  @Override
  public Set<Class<? extends Throwable>> documented() {
    return Set.of(BadInputException.class, CpuModelException.class);
  }

  @Override
  public String feed(byte[] input) {
    DumpedCpu cpu = CpuModels.parse("input.cpu", FuzzTarget.text(input));
    if (Arrays.hashCode(input) % SHOWN == 0) {
      show(cpu);
    }
    Machine machine = Machine.builder().cpu(cpu).memory("2M").limit(LIMIT).build();
    return run(machine, Program.assembly("input", CODE));
  }

  private static void show(DumpedCpu cpu) {
    Sheet sheet = new Sheet(Style.PLAIN);
    CpuView view = CpuView.of(cpu);
    view.text(sheet);
    CpuComparison comparison = CpuComparison.of(cpu, OTHER);
    comparison.text(sheet);
    WellFormed.json(JsonText.document("cpu", 1, view::json));
    WellFormed.json(JsonText.document("cpu-comparison", 1, comparison::json));
  }
}
