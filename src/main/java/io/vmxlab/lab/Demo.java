package io.vmxlab.lab;

import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Program;
import java.util.List;

/**
 * A lesson on a mistake: code that makes it, and the same code mended. What happens is never
 * stored; it is seen by running.
 *
 * @param name as typed: {@code cr4-vmxe-clear}
 * @param title one line
 * @param mistake what people do, in one sentence
 * @param text paragraphs to read before the run
 * @param shown the mistake
 * @param change what the mended code does differently, paragraphs
 * @param mended the code without the mistake
 * @param question to think about
 * @param answer paragraphs
 */
public record Demo(
    String name,
    String title,
    String mistake,
    List<String> text,
    Part shown,
    List<String> change,
    Part mended,
    String question,
    List<String> answer) {

  /**
   * Code, where it runs, and what its run has to come to.
   *
   * @param function that is called and whose return value is shown; empty to run from the first
   *     byte
   * @param code assembly text
   */
  public record Part(LessonMachine machine, String function, String code, EndState end) {
    /**
     * Runs the code.
     *
     * @throws BadInputException if it cannot be assembled
     */
    public LessonRun run(String name) {
      Program program = Program.assembly(name + ".asm", code);
      return LessonRun.of(machine, program, function, end.isAboutOperations());
    }
  }

  /** The demos that come with vmxlab, in the order of teaching. */
  public static List<Demo> builtIn() {
    return LessonFolder.DEMOS.names().stream().map(Demo::named).toList();
  }

  /** {@link #builtIn} by topic. */
  public static List<LessonTopic> topics() {
    return LessonFolder.DEMOS.topics();
  }

  /** Names of {@link #builtIn}. */
  public static List<String> names() {
    return LessonFolder.DEMOS.names();
  }

  /**
   * A demo.
   *
   * @param nameOrFile one of {@link #names}, or the path of a {@code .yaml} file
   * @throws BadInputException if there is neither, or the file is no demo
   */
  public static Demo named(String nameOrFile) {
    LessonFolder.Found found = LessonFolder.DEMOS.find("demo", nameOrFile);
    return new LessonFile(found).demo();
  }
}
