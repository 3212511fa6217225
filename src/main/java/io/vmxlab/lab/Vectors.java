package io.vmxlab.lab;

import io.vmxlab.machine.BadInputException;
import io.vmxlab.text.Bounded;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where test vectors come from. */
public final class Vectors {
  private static final String FOLDER = "/test-vectors/";
  private static final String INDEX = "index.txt";
  private static final String ENDING = ".yaml";

  /** Far more than any collection of vectors has; a whole disk has more. */
  private static final int MOST_FILES = 100_000;

  /** Read when first asked for, which takes longer than most of what is done with them. */
  private static final class BuiltIn {
    static final List<TestVector> ALL = read();

    private static List<TestVector> read() {
      List<TestVector> vectors = new ArrayList<>();
      for (String name : builtInFiles()) {
        vectors.addAll(VectorFile.parse(name, resource(name)));
      }
      return List.copyOf(unique(vectors));
    }
  }

  private Vectors() {}

  /** The vectors that come with vmxlab. */
  public static List<TestVector> builtIn() {
    return BuiltIn.ALL;
  }

  /** Names of the files of {@link #builtIn}, within {@code test-vectors}. */
  static List<String> builtInFiles() {
    return resource(INDEX).lines().filter(l -> !l.isBlank()).toList();
  }

  /**
   * The vectors of files, and of all {@code .yaml} files of directories and what is below them.
   *
   * @throws BadInputException if one cannot be read, is no file of vectors, or repeats an id
   */
  public static List<TestVector> read(List<Path> paths) {
    List<TestVector> vectors = new ArrayList<>();
    for (Path path : paths) {
      for (Path file : files(path)) {
        vectors.addAll(VectorFile.parse(file.toString(), text(file)));
      }
    }
    return unique(vectors);
  }

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> all = Files.walk(path)) {
      List<Path> seen = all.limit(MOST_FILES + 1).toList();
      if (seen.size() > MOST_FILES) {
        throw new BadInputException(
            path.toString(), "there are more than " + MOST_FILES + " files below it", "");
      }
      return seen.stream().filter(f -> f.toString().endsWith(ENDING)).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new BadInputException(path.toString(), "the directory cannot be read", "");
    }
  }

  private static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Bounded.text(in, Bounded.DOCUMENT);
    } catch (Bounded.TooLargeException e) {
      throw new BadInputException(file.toString(), e.getMessage(), "");
    } catch (NoSuchFileException e) {
      throw new BadInputException(file.toString(), "there is no such file", "");
    } catch (IOException e) {
      throw new BadInputException(file.toString(), "the file cannot be read as UTF-8 text", "");
    }
  }

  private static List<TestVector> unique(List<TestVector> vectors) {
    Map<String, TestVector> byId = new HashMap<>();
    for (TestVector v : vectors) {
      TestVector first = byId.putIfAbsent(v.id(), v);
      if (first != null) {
        throw new BadInputException(
            v.where(), "the id \"" + v.id() + "\" was given at " + first.where(), "");
      }
    }
    return List.copyOf(vectors);
  }

  private static String resource(String name) {
    return Resources.text(FOLDER + name);
  }
}
