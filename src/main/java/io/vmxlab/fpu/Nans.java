package io.vmxlab.fpu;

import static io.vmxlab.arch.FpException.IE;

/**
 * Which NaN is the result of an operation with NaNs. SDM Vol. 1 "Rules for Handling NaNs": x87 and
 * SSE choose differently.
 */
final class Nans {
  private Nans() {}

  /** SSE: the first operand's if that is a NaN. Tells whether there was one. */
  static boolean first(FpEnvironment env, Unpacked a, Unpacked b, Unpacked r) {
    if (!a.isNan() && !b.isNan()) {
      return false;
    }
    if (a.isSignaling() || b.isSignaling()) {
      env.raise(IE);
    }
    r.copy(a.isNan() ? a : b);
    r.quieten();
    return true;
  }

  /**
   * x87: a quiet one before a signaling one, else the one with the larger significand, else the
   * positive one. An encoding that is not supported gives the indefinite. Tells whether there was
   * any of these.
   */
  static boolean larger(FpEnvironment env, Unpacked a, Unpacked b, Unpacked r) {
    if (!a.noNumber() && !b.noNumber()) {
      return false;
    }
    if (a.isUnsupported() || b.isUnsupported()) {
      Exact.invalid(env, r);
      return true;
    }
    if (a.isSignaling() || b.isSignaling()) {
      env.raise(IE);
    }
    r.copy(firstWins(a, b) ? a : b);
    r.quieten();
    return true;
  }

  private static boolean firstWins(Unpacked a, Unpacked b) {
    if (!a.isNan() || !b.isNan()) {
      return a.isNan();
    }
    if (a.isSignaling() != b.isSignaling()) {
      return b.isSignaling();
    }
    int order = Long.compareUnsigned(a.high, b.high);
    return order != 0 ? order > 0 : !a.negative;
  }

  /** One operand, x87. */
  static boolean single(FpEnvironment env, Unpacked a, Unpacked r) {
    return larger(env, a, a, r);
  }
}
