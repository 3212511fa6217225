package io.vmxlab.engine;

import io.vmxlab.isa.Page;

/**
 * Part of the build: class files of operations, which a run makes otherwise. Making one and having
 * it defined takes a run longer than to load it.
 */
public final class OperationFiles {
  /** Where the operations stand by name that need not be made; beside this class. */
  public static final String LIST = OperationFactory.READY_MADE;

  private OperationFiles() {}

  /**
   * The class file of an operation.
   *
   * @param name simple name of its class
   */
  public static byte[] of(String name) {
    String shape = name.substring(0, name.indexOf('_'));
    for (Page page : Pages.all()) {
      for (Page.Row row : page.rows()) {
        if (row.method() != null) {
          String made = OperationFactory.className(shape, row.method(), row.owner());
          if (name.equals(made) || name.startsWith(made + "_")) {
            return OperationFactory.file(
                name, shape, row.owner(), row.method(), RowIndexer.descriptor(row));
          }
        }
      }
    }
    throw new IllegalArgumentException("no operation is called " + name);
  }
}
