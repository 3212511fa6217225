package io.vmxlab.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The way into {@code vmxlab.jar}: loads vmxlab's own classes and files straight from the archive.
 * The JVM's class loader does the same with a URL, a manifest and a code source for each class, and
 * looks for a file in all modules of the JVM first; that is a third of the time of a small run.
 * Everything else is the JVM's own loader's.
 *
 * <p>What a small run needs lies together in {@link #START} besides, which the build makes and
 * which is read at once. It begins with a table: a power of two, and as many places of files, 0 for
 * none. The file of a name is at the first place from {@link #slot} on that has its name. Each file
 * is the length of its name, the name, the length of its content, the content. Numbers have 32
 * bits, their highest byte first. A class file has the name of the class.
 */
public final class Launcher extends ClassLoader {
  /** Beside this class; need not be there. */
  public static final String START = "start.bin";

  private static final String OWN = "io.vmxlab.";
  private static final String OWN_FILES = "io/vmxlab/";

  static {
    registerAsParallelCapable();
  }

  private final ZipFile archive;

  /** What {@link #START} has in it, or null. */
  private final byte[] start;

  private Launcher(ZipFile archive, ClassLoader parent) throws IOException {
    super(parent);
    this.archive = archive;
    ZipEntry together = archive.getEntry(OWN_FILES + "cli/" + START);
    start = together == null ? null : new byte[(int) together.getSize()];
    if (start != null) {
      try (InputStream in = archive.getInputStream(together)) {
        in.readNBytes(start, 0, start.length);
      }
    }
  }

  /** Runs {@link Main}. */
  public static void main(String[] arguments) throws Throwable {
    ZipFile archive = new ZipFile(System.getProperty("java.class.path"));
    ClassLoader loader = new Launcher(archive, Launcher.class.getClassLoader());
    Class<?> main = loader.loadClass(OWN + "cli.Main");
    try {
      main.getMethod("main", String[].class).invoke(null, (Object) arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Number of the place in a table of so many where a name is looked for first. */
  public static int slot(String name, int slots) {
    int hash = name.hashCode();
    return (hash ^ hash >>> 16) & slots - 1;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OWN)) {
      return getParent().loadClass(name);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  /** Defines classes without a code source: the JVM would write its URL anew for each. */
  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    int at = find(name);
    if (at != 0) {
      return defineClass(name, start, at + Integer.BYTES, number(at));
    }
    try (InputStream in = archived(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  @Override
  public InputStream getResourceAsStream(String name) {
    if (!name.startsWith(OWN_FILES)) {
      return super.getResourceAsStream(name);
    }
    int at = find(name);
    if (at != 0) {
      return new ByteArrayInputStream(start, at + Integer.BYTES, number(at));
    }
    try {
      InputStream own = archived(name);
      return own == null ? super.getResourceAsStream(name) : own;
    } catch (IOException e) {
      return null;
    }
  }

  /** Where the length of a file of that name stands that is in {@link #START}; 0 if none is. */
  private int find(String name) {
    if (start == null) {
      return 0;
    }
    int slots = number(0);
    for (int i = slot(name, slots); ; i = i + 1 & slots - 1) {
      int at = number((1 + i) * Integer.BYTES);
      if (at == 0) {
        return 0;
      }
      int length = number(at);
      at += Integer.BYTES;
      if (length == name.length()
          && new String(start, at, length, StandardCharsets.ISO_8859_1).equals(name)) {
        return at + length;
      }
    }
  }

  private int number(int at) {
    return start[at] << 24
        | (start[at + 1] & 0xFF) << 16
        | (start[at + 2] & 0xFF) << 8
        | start[at + 3] & 0xFF;
  }

  private InputStream archived(String name) throws IOException {
    ZipEntry entry = archive.getEntry(name);
    return entry == null ? null : archive.getInputStream(entry);
  }
}
