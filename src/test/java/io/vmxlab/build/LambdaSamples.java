package io.vmxlab.build;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.LongBinaryOperator;
import java.util.function.LongFunction;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** One function object of each kind; {@link LambdaFolderTest} compares folded and not folded. */
final class LambdaSamples implements Supplier<List<Object>> {
  interface Shape {
    String NAME = "shape";
    Supplier<String> SAID = () -> NAME;

    private String own() {
      return "own";
    }

    default Supplier<String> shape() {
      return this::own;
    }
  }

  private static final class Inner implements Shape {
    private final long secret = 1L << 40;

    private LongBinaryOperator adder(long more) {
      return (a, b) -> a + b + more + secret;
    }

    private String name(int i, double d) {
      return "inner " + i + " " + d;
    }
  }

  private final List<Object> results = new ArrayList<>();
  private int count = 41;

  /** Calls every function object. */
  @Override
  public List<Object> get() {
    plain();
    captured((byte) -1, 'x', true, 7, 1L << 50, 1.5F, 2.25, "text", new int[] {3});
    references();
    adapted();
    results.add(Shape.SAID.get());
    results.add(new Inner().shape().get());
    results.add(new Inner().adder(2).applyAsLong(3, 4));
    return results;
  }

  private void plain() {
    Supplier<String> constant = () -> "constant";
    results.add(constant.get());
    IntSupplier next = () -> ++count;
    results.add(next.getAsInt());
    Consumer<String> add = results::add;
    add.accept("added");
    ObjLongConsumer<String> both = (s, l) -> results.add(s + l);
    both.accept("both", 5);
    BooleanSupplier yes = () -> count == 42;
    results.add(yes.getAsBoolean());
  }

  private void captured(
      byte b, char c, boolean z, int i, long l, float f, double d, String s, int[] a) {
    Supplier<String> all = () -> "" + b + c + z + i + l + f + d + s + a[0] + count;
    results.add(all.get());
    Function<long[], String> some = x -> s + l + x[0] + d;
    results.add(some.apply(new long[] {9}));
    Callable<int[]> array = a::clone;
    try {
      results.add(array.call()[0]);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void references() {
    Function<String, Integer> length = String::length;
    results.add(length.apply("four"));
    BinaryOperator<String> concat = String::concat;
    results.add(concat.apply("a", "b"));
    Supplier<List<String>> list = ArrayList::new;
    results.add(list.get());
    IntFunction<int[]> array = int[]::new;
    results.add(array.apply(3).length);
    BiFunction<Integer, Double, String> name = new Inner()::name;
    results.add(name.apply(1, 2.0));
    Comparator<String> order = String::compareTo;
    results.add(order.compare("a", "b"));
    Function<CharSequence, Object> characters = CharSequence::isEmpty;
    results.add(characters.apply(""));
  }

  private void adapted() {
    ToLongFunction<Integer> widened = i -> i;
    results.add(widened.applyAsLong(-3));
    ToDoubleFunction<Long> unboxed = Long::longValue;
    results.add(unboxed.applyAsDouble(8L));
    LongFunction<Object> boxed = Long::valueOf;
    results.add(boxed.apply(6));
    Function<Character, Object> letter = Character::isLetter;
    results.add(letter.apply('q'));
    Consumer<Object> dropped = results::contains;
    dropped.accept(1L);
    Function<Integer, Long> absolute = i -> Math.abs((long) i);
    results.add(absolute.apply(-2));
  }
}
