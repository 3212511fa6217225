package io.vmxlab.cpu;

import io.vmxlab.arch.Vector;

/** An exception with its error code: what a violated rule leads to. */
public record Raise(Vector vector, int errorCode) {
  public static final Raise UD = new Raise(Vector.UD, 0);
  public static final Raise GP0 = new Raise(Vector.GP, 0);

  /** Written out, like others that start-up uses: generated ones take milliseconds to link. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Raise r && vector == r.vector && errorCode == r.errorCode;
  }

  @Override
  public int hashCode() {
    return vector.number * 31 + errorCode;
  }
}
