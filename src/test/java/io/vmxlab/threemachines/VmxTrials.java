package io.vmxlab.threemachines;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.model.CpuModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the trials of an image on vmxlab and on Bochs, with the processor that Bochs has. */
final class VmxTrials {
  /** Bochs as it names itself, whose differences are known. */
  static final String VERSION = "Bochs x86 Emulator 2.7";

  private final String told;
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
    told = Findings.printedByBochs(VmxImage.of("vmx-processor.asm").trials(0, 0, 1), folder);
  }

  /** Bochs is the version that {@link VmxDifference} is about. */
  boolean isKnownVersion() {
    return told.contains(VERSION + "\n");
  }

  /** Bochs tells what its processor is; what it does not tell of, it has not. */
  private CpuModel processor() {
    return CpuModels.parse(
        "bochs",
        told.lines()
            .filter(l -> l.startsWith("CPUID ") || l.startsWith("MSR "))
            .collect(Collectors.joining("\n", "name bochs\nothers absent\n", "\n")));
  }

  /**
   * The trials of a seed from one number to before another. vmxlab makes them at full speed, and
   * again step by step, which has to come to the same.
   */
  List<VmxTrial> make(long seed, int first, int end) {
    byte[] rom = image.trials(seed, first, end);
    CpuModel processor = processor();
    List<VmxWatch> watch = new ArrayList<>();
    String printed = Vmxlab.run(rom, processor, engine -> CpuObserver.NONE);
    String again =
        Vmxlab.run(
            rom,
            processor,
            engine -> {
              watch.add(new VmxWatch(engine));
              return watch.get(0);
            });
    List<String> mine = lines(printed, end - first);
    same(mine, lines(again, end - first));
    List<String> other = lines(Findings.printedByBochs(rom, folder), end - first);
    List<VmxCourse> courses = watch.get(0).courses();
    List<VmxTrial> trials = new ArrayList<>();
    for (int i = 0; i < mine.size(); i++) {
      trials.add(VmxTrial.of(mine.get(i), courses.get(i), other.get(i)));
    }
    return trials;
  }

  private static List<String> lines(String printed, int trials) {
    List<String> lines = printed.lines().filter(VmxTrial::isTold).toList();
    if (lines.size() != trials) {
      String end = printed.substring(Math.max(0, printed.length() - 1000));
      throw new IllegalStateException(lines.size() + " of " + trials + " trials: " + end);
    }
    return lines;
  }

  private static void same(List<String> running, List<String> stepping) {
    for (int i = 0; i < running.size(); i++) {
      if (!running.get(i).equals(stepping.get(i))) {
        throw new IllegalStateException(
            "running and stepping differ:\n" + running.get(i) + "\n" + stepping.get(i));
      }
    }
  }
}
