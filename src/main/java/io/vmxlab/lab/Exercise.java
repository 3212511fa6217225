package io.vmxlab.lab;

import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Program;
import java.util.List;

/**
 * A broken program to mend, and the runs that tell whether it is mended.
 *
 * @param name as typed: {@code set-vmxe}
 * @param title one line
 * @param task paragraphs
 * @param function that is called if the submission has it; empty to run from the first byte
 * @param code the broken program, assembly text
 * @param hints each says a little more than the one before
 * @param cases what a submission has to come to, and where
 */
public record Exercise(
    String name,
    String title,
    List<String> task,
    String function,
    String code,
    List<String> hints,
    List<Case> cases) {

  /**
   * A run of every submission.
   *
   * @param about what is special here, in a few words
   */
  public record Case(String about, LessonMachine machine, EndState end) {
    LessonRun run(Program submission, String function) {
      return LessonRun.of(machine, submission, function, end.isAboutOperations());
    }
  }

  /** The exercises that come with vmxlab, in the order of teaching. */
  public static List<Exercise> builtIn() {
    return LessonFolder.EXERCISES.names().stream().map(Exercise::named).toList();
  }

  /** {@link #builtIn} by topic. */
  public static List<LessonTopic> topics() {
    return LessonFolder.EXERCISES.topics();
  }

  /** Names of {@link #builtIn}. */
  public static List<String> names() {
    return LessonFolder.EXERCISES.names();
  }

  /**
   * An exercise.
   *
   * @param nameOrFile one of {@link #names}, or the path of a {@code .yaml} file
   * @throws BadInputException if there is neither, or the file is no exercise
   */
  public static Exercise named(String nameOrFile) {
    LessonFolder.Found found = LessonFolder.EXERCISES.find("exercise", nameOrFile);
    return new LessonFile(found).exercise();
  }
}
