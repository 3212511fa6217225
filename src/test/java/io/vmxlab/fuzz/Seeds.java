package io.vmxlab.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Inputs to begin with: files of the project. */
final class Seeds {
  private Seeds() {}

  /** Files of a folder and below, by the ending of their names. */
  static List<byte[]> folder(String folder, String ending, int most) {
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      List<byte[]> seeds = new ArrayList<>();
      for (Path file :
          files
              .filter(f -> Files.isRegularFile(f) && f.toString().endsWith(ending))
              .sorted()
              .toList()) {
        if (seeds.size() < most) {
          seeds.add(Files.readAllBytes(file));
        }
      }
      return seeds;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A test resource. */
  static byte[] resource(String name) {
    try (InputStream in = Seeds.class.getResourceAsStream("/io/vmxlab/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<byte[]> texts(String... texts) {
    return Stream.of(texts).map(FuzzTarget::bytes).toList();
  }

  static List<String> words(List<byte[]> seeds) {
    return Mutator.words(seeds.stream().map(FuzzTarget::text).toList());
  }
}
