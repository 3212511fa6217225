package io.vmxlab.machine;

import io.vmxlab.cpu.RandomSource;
import java.lang.StackWalker.Option;
import java.util.Set;
import java.util.function.Predicate;

/** Runs by both engines, of which the translator can be made to give wrong answers. */
public final class Differing {
  private static final int SHORTEST = 64;

  private static final StackWalker FRAMES =
      StackWalker.getInstance(Set.of(Option.SHOW_HIDDEN_FRAMES));

  private Differing() {}

  /**
   * A run of assembly.
   *
   * @param wrong RDRAND of the translator's run gives another number
   */
  public static Lockstep<Run> run(String code, Predicate<Machine> wrong) {
    return new Lockstep<>(
        engine -> {
          Machine machine = Machine.builder().engine(engine).build();
          RandomSource right = machine.cpu().random;
          if (engine == EngineChoice.TRANSLATOR) {
            machine.cpu().random = () -> right.next() ^ (wrong.test(machine) ? 1 : 0);
          }
          return machine.begin(Program.assembly("code.asm", code));
        },
        SHORTEST);
  }

  /** Translated code is being executed. */
  static boolean inRegion() {
    return FRAMES.walk(
        frames -> frames.anyMatch(f -> f.getClassName().startsWith("io.vmxlab.engine.Region")));
  }
}
