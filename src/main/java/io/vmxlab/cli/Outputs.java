package io.vmxlab.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Files that commands write. */
final class Outputs {
  private Outputs() {}

  /** Both names are of one file that exists. */
  static boolean isSameFile(String one, String other) {
    try {
      return !one.equals(Inputs.STANDARD_INPUT)
          && Files.exists(Inputs.path(other))
          && Files.isSameFile(Inputs.path(one), Inputs.path(other));
    } catch (IOException e) {
      return false; // reading the one or writing the other says what is wrong
    }
  }

  /**
   * Writes a file, or replaces it.
   *
   * @throws UserError if it cannot be written
   */
  static void file(String name, byte[] content) {
    try {
      Files.write(Inputs.path(name), content);
    } catch (IOException e) {
      throw Inputs.unwritable(name, e);
    }
  }

  /**
   * Writes what was made of an input.
   *
   * @throws UserError if it cannot be written, or the input would be overwritten
   */
  static void file(String name, byte[] content, String source) {
    Path file = Inputs.path(name);
    try {
      if (!source.equals(Inputs.STANDARD_INPUT)
          && Files.exists(file)
          && Files.isSameFile(file, Inputs.path(source))) {
        throw new UserError("cannot write " + name + ": it is the source; give another name");
      }
    } catch (IOException e) {
      throw Inputs.unwritable(name, e);
    }
    file(name, content);
  }

  /**
   * Writes a file of text where there is none.
   *
   * @throws UserError if there is one, or it cannot be written
   */
  static void newFile(String name, String content) {
    try {
      Files.writeString(Inputs.path(name), content, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new UserError("cannot write " + name + ": it exists; give the name of a new file");
    } catch (IOException e) {
      throw Inputs.unwritable(name, e);
    }
  }

  /** Writes a file of text. */
  static void file(String name, String content) {
    file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes files into a directory, which is made if there is none.
   *
   * @param files contents by name
   * @return how many, in words
   */
  static String files(String directory, Map<String, String> files) {
    Path folder = Inputs.path(directory);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw Inputs.unwritable(directory, e);
    }
    files.forEach((name, content) -> file(folder.resolve(name).toString(), content));
    return files.size() + (files.size() == 1 ? " file" : " files") + " in " + directory;
  }
}
