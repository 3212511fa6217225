package io.vmxlab.lab;

import io.vmxlab.machine.BadInputException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.text.Bounded;
import io.vmxlab.text.Names;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where lessons of a kind come from: {@code docs/lessons}, or a file that someone has written. */
enum LessonFolder {
  DEMOS("demos"),
  EXERCISES("exercises");

  private static final String ROOT = "lessons/";
  private static final String ENDING = ".yaml";
  private static final String MODEL = ".cpu";

  private final String folder;

  LessonFolder(String folder) {
    this.folder = folder;
  }

  /**
   * A lesson's text.
   *
   * @param name without the ending
   * @param file named in errors
   * @param beside folder of models that the lesson may use, besides the built-in ones
   */
  record Found(String name, String file, String text, Path beside) {
    /** A built-in model, one that belongs to the lessons, or one in a file beside the lesson. */
    DumpedCpu cpu(String model) throws IOException {
      if (CpuModels.names().contains(model)) {
        return CpuModels.named(model);
      }
      String resource = "cpus/" + model + MODEL;
      if (model.matches("[a-z0-9-]+") && LessonFolder.class.getResource(ROOT + resource) != null) {
        return CpuModels.parse(model, resource(resource));
      }
      try {
        Path own = beside.resolve(model + MODEL);
        return Files.isRegularFile(own) ? CpuModels.read(own) : CpuModels.named(model);
      } catch (InvalidPathException e) {
        return CpuModels.named(model);
      }
    }
  }

  /**
   * The built-in lessons by topic. In the index a topic begins with {@code id: title}; the names of
   * its lessons follow, indented.
   */
  List<LessonTopic> topics() {
    List<LessonTopic> topics = new ArrayList<>();
    for (String line : resource(folder + "/index.txt").lines().toList()) {
      if (line.startsWith(" ")) {
        topics.get(topics.size() - 1).names().add(line.strip());
      } else {
        int colon = line.indexOf(':');
        topics.add(
            new LessonTopic(
                line.substring(0, colon), line.substring(colon + 1).strip(), new ArrayList<>()));
      }
    }
    return topics;
  }

  /** Names of the built-in lessons, in the order of teaching. */
  List<String> names() {
    return topics().stream().flatMap(t -> t.names().stream()).toList();
  }

  /**
   * The lesson of that name, or in that file.
   *
   * @param kind what it is called in the message
   */
  Found find(String kind, String nameOrFile) {
    if (nameOrFile.endsWith(ENDING)) {
      try {
        return read(Path.of(nameOrFile));
      } catch (InvalidPathException e) {
        throw new BadInputException(nameOrFile, "this is not a file name: " + e.getReason(), "");
      }
    }
    if (!names().contains(nameOrFile)) {
      String hint = Names.hint(nameOrFile, names());
      throw new BadInputException(
          "",
          "there is no " + kind + " \"" + nameOrFile + "\"" + hint,
          hint.isEmpty() ? "vmxlab " + kind + " --list shows all" : "");
    }
    String file = folder + "/" + nameOrFile + ENDING;
    return new Found(nameOrFile, file, resource(file), Path.of(""));
  }

  private static Found read(Path path) {
    String file = path.getFileName().toString();
    String name = file.substring(0, file.length() - ENDING.length());
    try (InputStream in = Files.newInputStream(path)) {
      String text = Bounded.text(in, Bounded.DOCUMENT);
      return new Found(name, path.toString(), text, path.resolveSibling(""));
    } catch (Bounded.TooLargeException e) {
      throw new BadInputException(path.toString(), e.getMessage(), "");
    } catch (NoSuchFileException e) {
      throw new BadInputException(path.toString(), "there is no such file", "");
    } catch (IOException e) {
      throw new BadInputException(path.toString(), "the file cannot be read as UTF-8 text", "");
    }
  }

  private static String resource(String name) {
    return Resources.text(ROOT + name);
  }
}
