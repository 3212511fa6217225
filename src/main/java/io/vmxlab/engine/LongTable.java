package io.vmxlab.engine;

/** A map from numbers to objects that allocates nothing but its tables. */
final class LongTable<T> {
  private long[] keys = new long[16];
  private Object[] values = new Object[16];
  private int size;

  private int slot(long key) {
    long mixed = key * 0x9E37_79B9_7F4A_7C15L;
    return (int) (mixed >>> 32) & (keys.length - 1);
  }

  /** Where the key is or could be put. */
  private int find(long key) {
    int i = slot(key);
    while (values[i] != null && keys[i] != key) {
      i = (i + 1) & (keys.length - 1);
    }
    return i;
  }

  @SuppressWarnings("unchecked") // only put stores values
  private T at(int i) {
    return (T) values[i];
  }

  /** The value, or null. */
  T get(long key) {
    return at(find(key));
  }

  /** Returns the value that was there before, or null. */
  T put(long key, T value) {
    int i = find(key);
    T before = at(i);
    keys[i] = key;
    values[i] = value;
    if (before == null && ++size > keys.length / 2) {
      grow();
    }
    return before;
  }

  private void grow() {
    long[] oldKeys = keys;
    Object[] oldValues = values;
    keys = new long[2 * oldKeys.length];
    values = new Object[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != null) {
        int to = find(oldKeys[i]);
        keys[to] = oldKeys[i];
        values[to] = oldValues[i];
      }
    }
  }

  void remove(long key) {
    int gap = find(key);
    if (values[gap] == null) {
      return;
    }
    size--;
    int i = gap;
    while (true) {
      i = (i + 1) & (keys.length - 1);
      if (values[i] == null) {
        break;
      }
      int home = slot(keys[i]);
      boolean mayMove = gap <= i ? home <= gap || home > i : home <= gap && home > i;
      if (mayMove) {
        keys[gap] = keys[i];
        values[gap] = values[i];
        gap = i;
      }
    }
    values[gap] = null;
  }
}
