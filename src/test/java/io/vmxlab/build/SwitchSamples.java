package io.vmxlab.build;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Switches over enumerations, as {@link SwitchFolderTest} folds them. */
final class SwitchSamples implements Supplier<List<String>> {
  enum Colour {
    RED,
    GREEN,
    BLUE
  }

  enum Letter {
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
    K,
    L,
    M,
    N,
    O,
    P,
    Q,
    R,
    S,
    T,
    U,
    V,
    W,
    X,
    Y,
    Z
  }

  @Override
  public List<String> get() {
    List<String> all = new ArrayList<>();
    for (Colour colour : Colour.values()) {
      all.add(statement(colour) + value(colour) + chosen(colour == Colour.BLUE, colour));
    }
    for (Letter letter : Letter.values()) {
      all.add(farApart(letter));
    }
    try {
      all.add(statement(null));
    } catch (NullPointerException e) {
      all.add("null");
    }
    return all;
  }

  /** In another order than the constants', without one of them. */
  private static String statement(Colour colour) {
    switch (colour) {
      case BLUE:
        return "blue";
      case RED:
        return "red";
      default:
        return "other";
    }
  }

  private static int value(Colour colour) {
    return switch (colour) {
      case GREEN -> 1;
      case BLUE -> 2;
      case RED -> 3;
    };
  }

  /** What is looked at has branches, so the compiler's map lies on the stack at one of them. */
  private static String chosen(boolean red, Colour colour) {
    switch (red ? Colour.RED : colour) {
      case RED:
        return "RED";
      default:
        return "?";
    }
  }

  private static String farApart(Letter letter) {
    switch (letter) {
      case Z:
        return "last";
      case A:
        return "first";
      default:
        return "between";
    }
  }
}
