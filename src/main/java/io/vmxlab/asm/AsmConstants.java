package io.vmxlab.asm;

import io.vmxlab.isa.WrittenValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Constants that are made of symbols further down. When all of a pass has been read they are
 * evaluated in the order in which they need each other, so that a chain of them does not take a
 * pass for each link, and one that needs itself is found.
 */
final class AsmConstants {
  private static final int MOST_NAMES = 4;

  /** The value of another such constant is needed first. */
  private static final class Needed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final String name;

    Needed(String name) {
      super(null, null, false, false);
      this.name = name;
    }
  }

  /**
   * A constant whose value is not certain yet.
   *
   * @param mark where its expression begins
   * @param global label to which names with a dot belong there
   * @param here address of its line
   * @param origin address of its section's first byte
   * @param base what addresses are made of there
   */
  private record Waiting(
      AsmSource.Line line,
      AsmScanner in,
      int mark,
      String global,
      long here,
      long origin,
      WrittenValue base,
      int column) {}

  private final AsmLabels labels;
  private final AsmDialect dialect;
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();

  AsmConstants(AsmLabels labels, AsmDialect dialect) {
    this.labels = labels;
    this.dialect = dialect;
  }

  void beginPass() {
    waiting.clear();
  }

  /** The value of a name waits for others. */
  boolean waits(String name) {
    return waiting.containsKey(name);
  }

  /** A constant has been defined by an expression with symbols further down. */
  void add(
      String name,
      AsmSource.Line line,
      AsmScanner in,
      int mark,
      AsmExpression.Scope scope,
      int column) {
    waiting.put(
        labels.full(name),
        new Waiting(
            line, in, mark, labels.global(), scope.here(), scope.origin(), scope.at(0), column));
  }

  /** Says in which line something is wrong. */
  interface Mistakes {
    void add(AsmSource.Line line, AsmScanner.Complaint complaint);
  }

  /** Gives the constants their values, now that every label has one. */
  void settle(Mistakes mistakes) {
    Set<String> settled = new HashSet<>();
    List<String> names = new ArrayList<>(waiting.keySet());
    for (int i = names.size() - 1; i >= 0; i--) {
      settle(names.get(i), settled, mistakes);
    }
  }

  private void settle(String last, Set<String> settled, Mistakes mistakes) {
    List<String> stack = new ArrayList<>(List.of(last));
    Set<String> entered = new HashSet<>(stack);
    while (!stack.isEmpty()) {
      String name = stack.get(stack.size() - 1);
      Waiting constant = waiting.get(name);
      if (settled.contains(name)) {
        stack.remove(stack.size() - 1);
        continue;
      }
      try {
        labels.settle(name, value(constant, settled));
      } catch (Needed needed) {
        if (entered.add(needed.name)) {
          stack.add(needed.name);
          continue;
        }
        Waiting first = waiting.get(needed.name);
        mistakes.add(first.line, circle(first.column, stack, needed.name));
        settled.addAll(stack);
        return;
      } catch (AsmScanner.Complaint c) {
        mistakes.add(constant.line, c);
      }
      settled.add(name);
      stack.remove(stack.size() - 1);
    }
  }

  private static AsmScanner.Complaint circle(int column, List<String> stack, String name) {
    List<String> circle = stack.subList(stack.indexOf(name), stack.size());
    StringBuilder text = new StringBuilder("'" + AsmScanner.clip(name) + "' is made of itself: ");
    for (int i = 0; i < Math.min(MOST_NAMES, circle.size()); i++) {
      text.append(AsmScanner.clip(circle.get(i))).append(" needs ");
    }
    text.append(circle.size() > MOST_NAMES ? "... needs " : "").append(AsmScanner.clip(name));
    return new AsmScanner.Complaint(column, text.toString());
  }

  private WrittenValue value(Waiting constant, Set<String> settled) {
    labels.global(constant.global);
    constant.in.restart(constant.mark);
    return new AsmExpression(constant.in, new Scope(constant, settled)).evaluate();
  }

  /** Symbols after the pass. */
  private final class Scope implements AsmExpression.Scope {
    private final Waiting constant;
    private final Set<String> settled;

    Scope(Waiting constant, Set<String> settled) {
      this.constant = constant;
      this.settled = settled;
    }

    @Override
    public WrittenValue symbol(String name, int column) {
      String full = labels.full(name);
      if (waiting.containsKey(full) && !settled.contains(full)) {
        throw new Needed(full);
      }
      return labels.find(name, false, constant.here, column);
    }

    @Override
    public long here() {
      return constant.here;
    }

    @Override
    public long item() {
      return constant.here;
    }

    @Override
    public long origin() {
      return constant.origin;
    }

    @Override
    public WrittenValue at(long address) {
      WrittenValue here = constant.base;
      return new WrittenValue(address, here.relocatable(), true, false, here.part());
    }

    @Override
    public AsmDialect dialect() {
      return dialect;
    }

    @Override
    public String nearest(String label, char direction) {
      return labels.nearest(label, direction);
    }
  }
}
