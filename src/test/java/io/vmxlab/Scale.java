package io.vmxlab;

/**
 * How often the slow comparisons repeat themselves with other seeds: {@code mvn -Pfull test
 * -Dvmxlab.scale=10}.
 */
public final class Scale {
  private static final int FACTOR = Integer.getInteger("vmxlab.scale", 1);

  private Scale() {}

  /** 1 if nothing else was asked for. */
  public static int factor() {
    return FACTOR;
  }
}
