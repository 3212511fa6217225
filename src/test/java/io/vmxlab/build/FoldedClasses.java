package io.vmxlab.build;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Has its own copy of some classes. */
final class FoldedClasses extends ClassLoader {
  private final Map<String, byte[]> files = new HashMap<>();

  /**
   * @param files by internal name
   */
  FoldedClasses(Map<String, byte[]> files) {
    super(FoldedClasses.class.getClassLoader());
    files.forEach((name, bytes) -> this.files.put(name.replace('/', '.'), bytes));
  }

  /** The class file of a class of this package. */
  static byte[] bytes(String name) throws IOException {
    try (InputStream in = FoldedClasses.class.getResourceAsStream(name + ".class")) {
      return in.readAllBytes();
    }
  }

  /** What a new object of a class of this package supplies. */
  Object supplied(String name) throws ReflectiveOperationException {
    Class<?> samples = loadClass(FoldedClasses.class.getPackageName() + "." + name);
    Constructor<?> constructor = samples.getDeclaredConstructor();
    constructor.setAccessible(true);
    return ((Supplier<?>) constructor.newInstance()).get();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      byte[] bytes = files.remove(name);
      return bytes == null
          ? super.loadClass(name, resolve)
          : defineClass(name, bytes, 0, bytes.length);
    }
  }
}
