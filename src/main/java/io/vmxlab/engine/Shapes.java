package io.vmxlab.engine;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The class files of the shapes. The build binds them into one file, since it takes a class loader
 * longer to find a file than to read it.
 */
final class Shapes {
  static final String RESOURCE = "shapes.bin";
  private static final Map<String, byte[]> FILES = read();

  private Shapes() {}

  /** The class file of the shape with that simple name. */
  static byte[] file(String shape) {
    return FILES.get(shape);
  }

  private static Map<String, byte[]> read() {
    Map<String, byte[]> files = new HashMap<>();
    try (InputStream in = Shapes.class.getResourceAsStream(RESOURCE)) {
      DataInputStream data = new DataInputStream(in);
      for (int i = data.readInt(); i > 0; i--) {
        files.put(data.readUTF(), data.readNBytes(data.readInt()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
