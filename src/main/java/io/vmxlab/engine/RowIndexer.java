package io.vmxlab.engine;

import io.vmxlab.isa.Page;
import io.vmxlab.isa.RowIndexWriter;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Part of the build: writes the index of all rows, so that a run learns the table without loading
 * the classes that hold it, and binds the class files of the shapes. Argument: the directory of the
 * compiled classes.
 */
public final class RowIndexer {
  private RowIndexer() {}

  public static void main(String[] arguments) throws IOException {
    Path here = Path.of(arguments[0], "io", "vmxlab", "engine");
    Files.write(here.resolve(Rows.RESOURCE), rows());
    Files.write(here.resolve(Shapes.RESOURCE), shapes(here));
  }

  private static byte[] rows() {
    RowIndexWriter index = new RowIndexWriter();
    for (Page page : Pages.all()) {
      for (Page.Row row : page.rows()) {
        index.add(row, descriptor(row));
      }
    }
    return index.bytes();
  }

  private static byte[] shapes(Path classes) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(classes, "*.class")) {
      for (Path path : paths) {
        String file = path.getFileName().toString();
        String name = file.substring(0, file.length() - ".class".length());
        if (isShape(name)) {
          files.put(name, Files.readAllBytes(path));
        }
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(files.size());
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      out.writeUTF(file.getKey());
      out.writeInt(file.getValue().length);
      out.write(file.getValue());
    }
    return bytes.toByteArray();
  }

  /** A template of an operation: it stands by itself and can be made. */
  private static boolean isShape(String name) {
    try {
      Class<?> type =
          Class.forName(
              RowIndexer.class.getPackageName() + "." + name,
              false,
              RowIndexer.class.getClassLoader());
      return Operation.class.isAssignableFrom(type)
          && !Modifier.isAbstract(type.getModifiers())
          && !type.isMemberClass();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(name, e);
    }
  }

  /** JVM descriptor of the row's method, or null while it is not modelled. */
  static String descriptor(Page.Row row) {
    if (row.method() == null) {
      return null;
    }
    String found = null;
    try {
      for (Method method : Class.forName(row.owner()).getMethods()) {
        if (method.getName().equals(row.method())) {
          if (found != null) {
            throw new IllegalStateException(row.owner() + "." + row.method() + " is overloaded");
          }
          found =
              MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                  .toMethodDescriptorString();
        }
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(row.syntax(), e);
    }
    if (found == null) {
      throw new IllegalStateException(
          row.syntax() + ": no public method " + row.owner() + "." + row.method());
    }
    return found;
  }
}
