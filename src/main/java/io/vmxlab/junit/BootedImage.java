package io.vmxlab.junit;

import io.vmxlab.explain.BootView;
import io.vmxlab.explain.SerialTest;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Style;
import io.vmxlab.machine.BootRun;
import io.vmxlab.machine.Ending;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.AssertionFailedError;

/** The run of an image that {@link BootImage} booted. */
@SuppressWarnings("exports") // users without JUnit must not need its modules
public record BootedImage(BootRun run) {
  /** Lines of the serial port that a failure shows. */
  private static final int SHOWN = 20;

  /**
   * A test of every line that tells of one, in order, and a last one that holds if the image ended
   * well: wrote 0 to the exit port, switched the power off, or printed what was waited for.
   */
  public Stream<DynamicTest> tests() {
    Stream<DynamicTest> lines = new BootView(run).tests().stream().map(this::test);
    return Stream.concat(
        lines, Stream.of(DynamicTest.dynamicTest(run.image() + " ends well", this::endsWell)));
  }

  private DynamicTest test(SerialTest line) {
    return DynamicTest.dynamicTest(
        line.name(),
        () -> {
          Assumptions.assumeTrue(line.result() != SerialTest.Result.SKIP, line.name());
          if (line.result() == SerialTest.Result.FAIL) {
            throw new AssertionFailedError(run.image() + ": FAIL: " + line.name());
          }
        });
  }

  /**
   * Fails with how the image ended and the last lines of the serial port if it did not end well.
   */
  public void endsWell() {
    boolean well =
        run.ending() == Ending.POWER_OFF
            || run.ending() == Ending.TEXT
            || run.ending() == Ending.EXIT_PORT && run.reported().orElse(0) == 0;
    if (!well) {
      throw new AssertionFailedError(report());
    }
  }

  private String report() {
    Sheet sheet = new Sheet(Style.PLAIN);
    new BootView(run).text(sheet);
    List<String> lines = run.lines();
    sheet.blank().line("the last lines of its serial port").blank();
    lines.subList(Math.max(0, lines.size() - SHOWN), lines.size()).forEach(sheet::line);
    return sheet.toString();
  }
}
