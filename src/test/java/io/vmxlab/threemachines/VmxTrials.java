package io.vmxlab.threemachines;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.cpu.ExitFacts;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.model.CpuModels;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the trials of an image on vmxlab and on Bochs, with the processor that Bochs has. */
final class VmxTrials {
  private final CpuModel processor;
  private final VmxImage image;
  private final Path folder;

  /**
   * Trials of an image.
   *
   * @param folder for the files that Bochs reads and writes
   */
  VmxTrials(String file, Path folder) {
    this.folder = folder;
    image = VmxImage.of(file);
    processor = processor(folder);
  }

  /** Bochs tells what its processor is; what it does not tell of, it has not. */
  private static CpuModel processor(Path folder) {
    byte[] rom = VmxImage.of("vmx-processor.asm").trials(0, 0, 1);
    return CpuModels.parse(
        "bochs",
        Findings.printedByBochs(rom, folder)
            .lines()
            .filter(l -> l.startsWith("CPUID ") || l.startsWith("MSR "))
            .collect(Collectors.joining("\n", "name bochs\nothers absent\n", "\n")));
  }

  /** The trials of a seed from one number to before another. */
  List<VmxTrial> make(long seed, int first, int end) {
    byte[] rom = image.trials(seed, first, end);
    Causes causes = new Causes();
    List<String> mine = told(Vmxlab.run(rom, processor, causes), end - first);
    List<String> other = told(Findings.printedByBochs(rom, folder), end - first);
    List<VmxTrial> trials = new ArrayList<>();
    for (int i = 0; i < mine.size(); i++) {
      trials.add(VmxTrial.of(mine.get(i), causes.inOrder.get(i), other.get(i)));
    }
    return trials;
  }

  private static List<String> told(String printed, int trials) {
    List<String> lines = printed.lines().filter(VmxTrial::isTold).toList();
    if (lines.size() != trials) {
      String end = printed.substring(Math.max(0, printed.length() - 1000));
      throw new IllegalStateException(lines.size() + " of " + trials + " trials: " + end);
    }
    return lines;
  }

  /** Why VM entries came to what they came to: one cause for each trial. */
  private static final class Causes implements CpuObserver {
    private static final String VMWRITE = "vmcs-field-supported";

    final List<String> inOrder = new ArrayList<>();

    @Override
    public void onVmFail(
        Cpu cpu, VmFail fail, Cause violated, RuleSet<?, ?> checks, StateView view) {
      if (cpu.vmxOperation == Cpu.VMX_ROOT && !id(violated).equals(VMWRITE)) {
        inOrder.add(id(violated));
      }
    }

    @Override
    public void onEntryFailure(
        Cpu cpu,
        long exitReason,
        long qualification,
        Cause violated,
        RuleSet<?, ?> checks,
        StateView view) {
      inOrder.add(id(violated));
    }

    @Override
    public void onVmEntry(Cpu cpu) {
      inOrder.add("enters");
    }

    @Override
    public void onVmExit(Cpu cpu, ExitFacts exit) {
      if (exit.reason() == ExitReason.MSR_LOADING) {
        inOrder.add("msr-loading");
      }
    }

    private static String id(Cause cause) {
      return cause instanceof Rule<?> rule ? rule.id() : cause.toString();
    }
  }
}
