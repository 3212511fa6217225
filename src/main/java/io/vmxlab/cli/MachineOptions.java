package io.vmxlab.cli;

/** Options of the commands that make a machine and run something on it. */
final class MachineOptions {
  // spotless:off
  static final Option CPU =
      Option.of("--cpu", "MODEL",
          "processor model, by name or from a file (see: vmxlab cpus); max has all that is modelled");
  static final Option MEMORY =
      Option.of("--memory", "SIZE", "RAM, such as 64M");
  static final Option LIMIT =
      Option.of("--max-instructions", "N", "stop after so many instructions");
  static final Option SEED =
      Option.of("--seed", "N", "seed of everything random");
  static final Option ENGINE =
      Option.of("--engine", "auto|interpreter|translator|lockstep",
          "how code is run; changes nothing but the time it takes; lockstep runs it by both engines"
              + " and shows the first difference");
  // spotless:on

  private MachineOptions() {}
}
