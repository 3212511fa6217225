package io.vmxlab.lab;

import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.List;

/**
 * The machine that a lesson's code runs on.
 *
 * @param mode 64, 32 or 16
 * @param settings {@code NAME=VALUE}, as {@code vmxlab run --set} takes them
 * @param launchReady whether it is in the state that {@link LaunchReady} describes
 * @param before assembly text that runs on the machine beforehand; may be empty
 */
public record LessonMachine(
    DumpedCpu cpu,
    Firmware firmware,
    int mode,
    List<String> settings,
    boolean launchReady,
    String before) {
  /** Far more than any lesson needs; an endless loop ends soon. */
  private static final long LIMIT = 100_000;

  /**
   * A new machine of that kind.
   *
   * @throws BadInputException if the settings contradict the processor model, or what runs
   *     beforehand does not run to its end
   */
  public Machine build() {
    MachineBuilder builder = Machine.builder().cpu(cpu).firmware(firmware).mode(mode).limit(LIMIT);
    settings.forEach(builder::set);
    Machine machine = builder.build();
    if (launchReady) {
      LaunchReady.prepare(machine);
    }
    if (!before.isEmpty()) {
      Run run = machine.run(Program.assembly("before", before));
      if (run.kind() != Outcome.Kind.COMPLETED) {
        throw new BadInputException("before", "the code does not run to its end", "");
      }
    }
    return machine;
  }

  /** What firmware has left if nothing is said: VMXON has to be possible before a launch. */
  static Firmware usualFirmware(boolean launchReady) {
    return launchReady ? LaunchReady.FIRMWARE : Firmware.UNLOCKED;
  }

  /** The options of {@code vmxlab run} that make the same machine, without what runs beforehand. */
  public List<String> options() {
    List<String> options = new ArrayList<>();
    if (!cpu.name().equals(CpuModels.DEFAULT)) {
      options.addAll(List.of("--cpu", cpu.name()));
    }
    if (launchReady) {
      options.add("--launch-ready");
    }
    if (firmware != usualFirmware(launchReady)) {
      options.addAll(List.of("--firmware", firmware.id()));
    }
    if (mode != 64) {
      options.addAll(List.of("--mode", Integer.toString(mode)));
    }
    for (String s : settings) {
      options.addAll(List.of("--set", s));
    }
    return options;
  }

  /** Whether {@code vmxlab run} with {@link #options} makes this machine. */
  public boolean isReproducible() {
    return before.isEmpty() && CpuModels.names().contains(cpu.name());
  }

  /** In words: processor, firmware, and what else is set. */
  public String words() {
    List<String> words = new ArrayList<>(List.of(cpu.title(), "firmware " + firmware.id()));
    if (mode != 64) {
      words.add(mode + "-bit mode");
    }
    words.addAll(settings);
    if (launchReady) {
      words.add("ready for VMLAUNCH");
    }
    return String.join(", ", words);
  }
}
