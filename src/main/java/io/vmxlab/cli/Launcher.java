package io.vmxlab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The way into {@code vmxlab.jar}: loads vmxlab's own classes and files straight from the archive.
 * The JVM's class loader does the same with a URL, a manifest and a code source for each class, and
 * looks for a file in all modules of the JVM first; that is a third of the time of a small run.
 * Everything else is the JVM's own loader's.
 */
public final class Launcher extends ClassLoader {
  private static final String OWN = "io.vmxlab.";
  private static final String OWN_FILES = "io/vmxlab/";

  static {
    registerAsParallelCapable();
  }

  private final ZipFile archive;

  private Launcher(ZipFile archive, ClassLoader parent) {
    super(parent);
    this.archive = archive;
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

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    try (InputStream in = file(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length, Launcher.class.getProtectionDomain());
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  @Override
  public InputStream getResourceAsStream(String name) {
    try {
      InputStream own = name.startsWith(OWN_FILES) ? file(name) : null;
      return own == null ? super.getResourceAsStream(name) : own;
    } catch (IOException e) {
      return null;
    }
  }

  private InputStream file(String name) throws IOException {
    ZipEntry entry = archive.getEntry(name);
    return entry == null ? null : archive.getInputStream(entry);
  }
}
