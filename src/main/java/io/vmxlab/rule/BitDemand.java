package io.vmxlab.rule;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import java.util.function.ToLongFunction;

/**
 * Bits of one item that have to be 1 and bits that have to be 0.
 *
 * @param item whose bits are looked at
 * @param ones mask of the bits that have to be 1
 * @param zeros mask of the bits that have to be 0
 */
public record BitDemand<V extends StateView>(
    StateItem item, ToLongFunction<V> ones, ToLongFunction<V> zeros) {

  /** Bits that are 0 and have to be 1. */
  public long missing(V view) {
    return ones.applyAsLong(view) & ~view.get(item);
  }

  /** Bits that are 1 and have to be 0. */
  public long excess(V view) {
    return zeros.applyAsLong(view) & view.get(item);
  }

  boolean met(V view) {
    return (missing(view) | excess(view)) == 0;
  }
}
