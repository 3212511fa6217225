package io.vmxlab.engine;

import io.vmxlab.isa.Page;
import io.vmxlab.isa.RowIndex;
import java.io.IOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Part of the build: writes the index of all rows, so that a run learns the table without loading
 * the classes that hold it. Argument: the directory of the compiled classes.
 */
public final class RowIndexer {
  private RowIndexer() {}

  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[0], "io", "vmxlab", "engine", Rows.RESOURCE);
    StringBuilder text = new StringBuilder();
    for (Page page : Pages.all()) {
      for (Page.Row row : page.rows()) {
        text.append(RowIndex.line(row, descriptor(row))).append('\n');
      }
    }
    Files.writeString(target, text, StandardCharsets.UTF_8);
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
