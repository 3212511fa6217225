package io.vmxlab.fpu;

import static io.vmxlab.arch.FpException.IE;

/** Comparison of numbers. */
final class Comparison {
  private Comparison() {}

  /**
   * Compares a with b.
   *
   * @param signaling a quiet NaN is invalid too
   */
  static Relation compare(FpEnvironment env, Unpacked a, Unpacked b, boolean signaling) {
    if (a.noNumber() || b.noNumber()) {
      boolean quiet = quiet(a) && quiet(b);
      env.raise(signaling || !quiet ? IE : 0);
      return Relation.UNORDERED;
    }
    Exact.denormals(env, a, b);
    return Relation.of(a, b);
  }

  private static boolean quiet(Unpacked x) {
    return !x.isSignaling() && !x.isUnsupported();
  }
}
