package io.vmxlab.fpu;

/** What FXAM tells apart. */
public enum NumberClass {
  UNSUPPORTED,
  NAN,
  NORMAL,
  INFINITY,
  ZERO,
  DENORMAL
}
