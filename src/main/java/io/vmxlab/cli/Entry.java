package io.vmxlab.cli;

import java.util.function.Consumer;

/**
 * Runs {@link Main} for {@link Launcher}, which is another class where this one is loaded. Once it
 * is initialised, it gives itself to its loader; a call by reflection would make the JVM write
 * classes since Java 18, a tenth of a small run.
 */
final class Entry implements Consumer<String[]> {
  static {
    ClassLoader loader = Entry.class.getClassLoader();
    if (loader instanceof Consumer) {
      @SuppressWarnings("unchecked")
      Consumer<Object> launcher = (Consumer<Object>) loader;
      launcher.accept(new Entry());
    }
  }

  private Entry() {}

  @Override
  public void accept(String[] arguments) {
    Main.main(arguments);
  }
}
