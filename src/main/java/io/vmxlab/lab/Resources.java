package io.vmxlab.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Files that the build has put beside the classes of this package. */
final class Resources {
  private Resources() {}

  /**
   * A file's content.
   *
   * @param name relative to this package, or absolute
   * @throws IllegalStateException if there is none: a defect of the build
   */
  static byte[] bytes(String name) {
    try (InputStream in = Resources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of text. */
  static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }
}
