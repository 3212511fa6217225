package io.vmxlab.cpu;

import io.vmxlab.arch.Vector;

/** An exception with its error code: what a violated rule leads to. */
public record Raise(Vector vector, int errorCode) {
  public static final Raise UD = new Raise(Vector.UD, 0);
  public static final Raise GP0 = new Raise(Vector.GP, 0);
}
