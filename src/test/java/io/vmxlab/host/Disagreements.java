package io.vmxlab.host;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Optional;

/** Runs cases on vmxlab and collects what is not as the host processor did it. */
final class Disagreements {
  private static final int SHOWN = 10;

  private final CaseRunner runner = new EngineCaseRunner();
  private final Comparison comparison = new Comparison(runner);
  private final StringBuilder text = new StringBuilder();
  private int cases;
  private int count;

  void compare(HostCase test, HostResult host) {
    cases++;
    HostResult mine = runner.run(test);
    Optional<String> difference = comparison.difference(test, host, mine);
    if (difference.isPresent() && ++count <= SHOWN) {
      text.append("\n").append(difference.get()).append(": ").append(test);
      text.append("\n  host ").append(host).append("\n  mine ").append(mine);
    }
  }

  int cases() {
    return cases;
  }

  void report() {
    if (count > 0) {
      fail(count + " of " + cases + " cases differ from the host processor" + text);
    }
  }
}
