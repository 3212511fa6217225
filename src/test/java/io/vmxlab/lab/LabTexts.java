package io.vmxlab.lab;

import java.nio.file.Path;
import java.util.List;

/** Opens the readers of this package's files to tests elsewhere. */
public final class LabTexts {
  private LabTexts() {}

  public static List<TestVector> vectors(String text) {
    return VectorFile.parse("input.yaml", text);
  }

  public static Demo demo(String text) {
    return new LessonFile(found(text)).demo();
  }

  public static Exercise exercise(String text) {
    return new LessonFile(found(text)).exercise();
  }

  private static LessonFolder.Found found(String text) {
    return new LessonFolder.Found("input", "input.yaml", text, Path.of("no-such-folder"));
  }
}
