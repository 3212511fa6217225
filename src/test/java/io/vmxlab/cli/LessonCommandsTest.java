package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.explain.Style;
import io.vmxlab.lab.Demo;
import io.vmxlab.lab.Exercise;
import io.vmxlab.lab.LessonTopic;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The commands {@code demo} and {@code exercise}. */
class LessonCommandsTest {
  private static final String ANSWERS = "src/test/resources/exercises/";
  private static final String ANSWER = "\nAnswer\n";

  @TempDir Path folder;

  private static String answer(String exercise, String quality) {
    return ANSWERS + exercise + "/" + quality + ".asm";
  }

  /** {@code -Dreadme.write=true} writes the output of its commands into the page. */
  @Test
  void thePageForTeachersShowsWhatHappens() throws Exception {
    Path page = Path.of("docs/demos.md");
    assertEquals(6, ConsoleBlocks.check(page, folder, Boolean.getBoolean("readme.write")));
  }

  @Test
  void theAnswerIsShownWhenAskedFor() {
    assertFalse(Cli.run("demo", "cr4-vmxe-clear").out().contains(ANSWER));
    assertTrue(Cli.run("demo", "cr4-vmxe-clear", "--answer").out().contains(ANSWER));
  }

  @ParameterizedTest
  @CsvSource({
    "feature-control-zero, --code,   -v,             3",
    "feature-control-zero, --mended, -v,             0",
    "rdtscp-not-enabled,   --code,   --launch-ready, 3",
    "rdtscp-not-enabled,   --mended, --launch-ready, 0",
  })
  void theCodeCanBeRunByItself(String name, String part, String option, int status) {
    String code = Cli.run("demo", name, part).out();
    byte[] input = code.getBytes(StandardCharsets.UTF_8);
    assertEquals(status, Cli.with(input, "run", "-", option).status(), code);
  }

  /** The command that a demo ends with does what the demo shows. */
  @ParameterizedTest
  @CsvSource({
    "cr0-ne-clear,      --set cr0.NE=0",
    "host-tss-missing,  --launch-ready --set TR=0",
    "vmread-after-vmxoff, --call run_guest --launch-ready",
    "eptp-walk-length,  --cpu skylake-sp --launch-ready",
  })
  void theCommandThatIsShownRunsTheCode(String name, String options) throws Exception {
    String shown = Cli.run("demo", name).out();
    String command = "vmxlab run mine.asm " + options;
    assertTrue(shown.replaceAll("\\s+", " ").endsWith("To run it: " + command + " "), shown);
    Path code = folder.resolve("mine.asm");
    Files.writeString(code, Cli.run("demo", name, "--code").out());
    String[] words = command.replace("mine.asm", code.toString()).split(" ");
    String run = Cli.run(Arrays.copyOfRange(words, 1, words.length)).out();
    String rule = run.replaceAll("(?s).*\n  rule +(\\S+)\n.*", "$1");
    assertTrue(shown.contains("\n  rule      " + rule + "\n"), run);
  }

  /** Hands out one line each time it is asked, and notes how much had been printed by then. */
  private static final class Reader extends InputStream {
    private final ByteArrayOutputStream out;
    private final StringBuilder seen = new StringBuilder();
    private int lines;

    Reader(ByteArrayOutputStream out, int lines) {
      this.out = out;
      this.lines = lines;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      String text = out.toString(StandardCharsets.UTF_8);
      seen.append(text.lines().count()).append(' ');
      if (lines-- == 0) {
        return -1;
      }
      bytes[offset] = '\n';
      return 1;
    }
  }

  private static Terminal terminal(InputStream in, ByteArrayOutputStream out, PrintStream err) {
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new Terminal(in, print, err, Style.PLAIN, true);
  }

  @Test
  void stepsWaitForALineAndGoOnAtTheEndOfInput() {
    String whole = Cli.run("demo", "cr0-ne-clear", "--answer").out();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Reader reader = new Reader(out, 2);
    PrintStream prompts = new PrintStream(err, true, StandardCharsets.UTF_8);
    assertEquals(0, Main.run(terminal(reader, out, prompts), "demo", "cr0-ne-clear", "--step"));
    assertEquals(whole, out.toString(StandardCharsets.UTF_8));
    String[] waits = reader.seen.toString().split(" ");
    assertEquals(3, waits.length, "after the end of the input nothing waits");
    assertTrue(Integer.parseInt(waits[0]) < Integer.parseInt(waits[1]));
    assertTrue(err.toString(StandardCharsets.UTF_8).startsWith("Press Enter"));
  }

  @Test
  void stepsNeedNoTerminal() {
    Cli.Result piped = Cli.with("\n\n".getBytes(), "demo", "cr0-ne-clear", "--step");
    assertEquals(Cli.run("demo", "cr0-ne-clear", "--answer").out(), piped.out());
    assertEquals("", piped.err());
  }

  @Test
  void hintsComeOneAtATime() {
    Cli.Result second = Cli.run("exercise", "enter-vmx", "--hint", "2");
    assertTrue(second.out().startsWith("Hint 2 of 5: "), second.out());
    assertFalse(second.out().contains("Hint 1"), second.out());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Reader reader = new Reader(out, 5);
    PrintStream prompts = new PrintStream(new ByteArrayOutputStream(), true);
    assertEquals(0, Main.run(terminal(reader, out, prompts), "exercise", "set-vmxe", "--hints"));
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("Hint 1 of 3") && text.contains("Hint 3 of 3"), text);
    assertEquals(2, reader.seen.toString().split(" ").length);
  }

  @ParameterizedTest
  @CsvSource({
    "right.asm, 0, right",
    "nearly.asm, 5, wrong",
    "wrong.asm, 5, wrong",
  })
  void theExitStatusIsTheGrade(String file, int status, String word) {
    Cli.Result result = Cli.run("exercise", "set-vmxe", ANSWERS + "set-vmxe/" + file);
    assertEquals(status, result.status());
    assertTrue(result.out().contains(file + ": " + word + ", "), result.out());
  }

  @Test
  void whatIsWrongCanBeSeenWithTheCommandThatIsShown() {
    String out = Cli.run("exercise", "set-vmxe", answer("set-vmxe", "nearly")).out();
    String flat = out.replaceAll("\\s+", " ");
    assertTrue(
        flat.contains(
            "see it vmxlab run "
                + answer("set-vmxe", "nearly")
                + " --cpu penryn --set cr4.PGE=1 --set cr4.TSD=1 --set cr4.DE=1"),
        out);
  }

  @Test
  void aClassIsGradedAtOnce() throws Exception {
    Path report = folder.resolve("grades.xml");
    Path broken = folder.resolve("broken.asm");
    Files.writeString(broken, "movv eax, 1\n");
    Cli.Result result =
        Cli.run(
            "exercise",
            "set-vmxe",
            answer("set-vmxe", "right"),
            answer("set-vmxe", "nearly"),
            broken.toString(),
            "--junit-xml",
            report.toString());
    assertEquals(2, result.status());
    assertTrue(result.out().contains("3 submissions: 1 right, 1 wrong, 1 unreadable"));
    assertTrue(result.err().contains("broken.asm:1:"), result.err());
    Document xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
    assertEquals(3, xml.getElementsByTagName("testsuite").getLength());
    Element nearly = (Element) xml.getElementsByTagName("testsuite").item(1);
    assertEquals("7", nearly.getAttribute("tests"));
    assertEquals("3", nearly.getAttribute("failures"));
    assertEquals(3, xml.getElementsByTagName("failure").getLength());
    assertEquals(1, xml.getElementsByTagName("error").getLength());
  }

  @Test
  void standardInputIsGradedToo() throws Exception {
    byte[] right = Files.readAllBytes(Path.of(answer("set-vmxe", "right")));
    assertEquals(0, Cli.with(right, "exercise", "set-vmxe", "-").status());
  }

  /** What is written can be assembled and graded, and nobody's work is overwritten. */
  @Test
  void theBrokenProgramIsWrittenOnce() throws Exception {
    Path mine = folder.resolve("mine.asm");
    Cli.Result first = Cli.run("exercise", "enter-vmx", "-o", mine.toString());
    assertEquals(0, first.status(), first.err());
    assertTrue(Files.readString(mine).startsWith("; Enter VMX operation"));
    assertEquals(5, Cli.run("exercise", "enter-vmx", mine.toString()).status());
    Files.writeString(mine, "; hours of work\n");
    Cli.Result second = Cli.run("exercise", "enter-vmx", "--output", mine.toString());
    assertEquals(2, second.status());
    assertTrue(second.err().contains("it exists"), second.err());
    assertEquals("; hours of work\n", Files.readString(mine));
  }

  @Test
  void aDemoThatIsNotAsItSaysFails() throws Exception {
    Path own = folder.resolve("own.yaml");
    String text = Files.readString(Path.of("docs/lessons/demos/cr4-vmxe-clear.yaml"));
    Files.writeString(own, text.replace("rule: vmxon-cr4-vmxe", "rule: vmxon-a20m-off"));
    Cli.Result result = Cli.run("demo", own.toString());
    assertEquals(5, result.status());
    assertTrue(result.err().contains("own is not as it says: expected #UD"), result.err());
  }

  @Test
  void listsNameEveryLesson() {
    String demos = Cli.run("demo", "--list").out();
    Demo.names().forEach(n -> assertTrue(demos.contains("\n  " + n + " "), n));
    String exercises = Cli.run("exercise").out();
    Exercise.names().forEach(n -> assertTrue(exercises.contains("\n  " + n + " "), n));
  }

  /** A line each, or two: what there is fits on few screens. */
  @Test
  void theListOfAllIsShort() {
    long lines = Cli.run("demo").out().lines().count();
    assertTrue(lines < 2L * Demo.names().size(), () -> lines + " lines");
  }

  @Test
  void aTopicListsItsLessonsWithWhatTheyAreAbout() {
    for (LessonTopic topic : Demo.topics()) {
      Cli.Result result = Cli.run("demo", "--list", topic.id());
      assertEquals(0, result.status());
      assertEquals(result.out(), Cli.run("demo", topic.id()).out());
      for (Demo demo : Demo.builtIn()) {
        boolean listed = result.out().contains("\n" + demo.name() + "\n");
        assertEquals(topic.names().contains(demo.name()), listed, demo.name());
      }
    }
    String exercises = Cli.run("exercise", "launch").out();
    assertTrue(exercises.contains("\nhlt-exiting\n    Set a control"), exercises);
  }

  @Test
  void aTopicThatThereIsNotIsRefused() {
    Cli.Result result = Cli.run("demo", "--list", "lunch");
    assertEquals(2, result.status());
    assertTrue(result.err().contains("did you mean \"launch\"?"), result.err());
    assertTrue(result.err().contains("enable, launch, entry, guest, exit"), result.err());
  }
}
