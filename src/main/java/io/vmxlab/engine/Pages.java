package io.vmxlab.engine;

import io.vmxlab.isa.Page;
import io.vmxlab.semantics.Add;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;

/** Gathers the pages from the classes that hold them. Used by the build and by tests only. */
public final class Pages {
  private static final List<Class<?>> CLASSES = List.of(Add.class);

  private Pages() {}

  /** Every page of every class, in the order of the list. */
  public static List<Page> all() {
    List<Page> pages = new ArrayList<>();
    for (Class<?> owner : CLASSES) {
      for (Field field : owner.getDeclaredFields()) {
        if (field.getType() == Page.class) {
          pages.add(page(field));
        }
      }
    }
    return pages;
  }

  private static Page page(Field field) {
    try {
      field.setAccessible(true);
      return (Page) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field.toString(), e);
    }
  }
}
