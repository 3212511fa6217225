package io.vmxlab.host;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.vmxlab.Scale;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.FpException;
import io.vmxlab.arch.X87Status;
import io.vmxlab.cpu.X87;
import io.vmxlab.engine.Engine;
import io.vmxlab.isa.Form;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * x87 instructions do what the processor does that the tests run on: registers, tags, control and
 * status word, memory and flags to the bit, but for what the manual leaves undefined.
 */
@DisplayName("x87 instructions against the host processor")
class X87HostComparisonTest {
  private static final int BATCH = 20_000;
  private static final int SHOWN = 20;
  private static final int SPECIAL = 0x7FFF;

  /** Rows whose condition codes C0, C2 and C3 are defined, by the beginning of the mnemonic. */
  private static final List<String> CODES =
      List.of("FCOM", "FUCOM", "FICOM", "FTST", "FXAM", "FPREM", "FLDENV", "FRSTOR", "FN");

  /** Approximations: two processors may differ by a unit in the last place. */
  private static final Set<String> APPROXIMATED =
      Set.of("F2XM1", "FYL2X", "FYL2XP1", "FPTAN", "FPATAN", "FSIN", "FCOS", "FSINCOS");

  @TempDir Path directory;

  @Test
  @DisplayName("20,000 generated cases, every row")
  void someCases() throws Exception {
    compare(1, 1);
  }

  @Test
  @Tag("slow")
  @DisplayName("400,000 generated cases, every row, times the scale")
  void manyCases() throws Exception {
    compare(20 * Scale.factor(), 100);
  }

  private void compare(int batches, long seed) throws Exception {
    List<Form> forms =
        Engine.table().forms().stream()
            .filter(f -> f.modelled() && !f.spelling() && f.owner().contains(".X87"))
            .collect(Collectors.toList());
    EngineCaseRunner engine = new EngineCaseRunner();
    Map<String, Integer> wrong = new TreeMap<>();
    StringBuilder text = new StringBuilder();
    int compared = 0;
    try {
      HostRecords<X87Case, X87Result> host = X87Host.build(directory);
      for (int batch = 0; batch < batches; batch++) {
        X87Cases made = new X87Cases(seed + batch);
        List<X87Case> cases = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          cases.add(made.next(forms.get(i % forms.size())));
        }
        List<X87Result> results = host.run(cases);
        for (int i = 0; i < BATCH; i++) {
          X87Case c = cases.get(i);
          X87Result theirs = results.get(i);
          X87Result mine = run(engine, c);
          compared++;
          String difference = difference(c, theirs, mine);
          if (difference != null
              && wrong.merge(c.form().mnemonic(), 1, Integer::sum) <= 2
              && wrong.size() <= SHOWN) {
            text.append("\n").append(difference).append(": ").append(c);
            text.append("\n  host ").append(theirs).append("\n  mine ").append(mine);
          }
        }
      }
    } catch (HostUnavailable e) {
      System.out.println("x87 instructions are not compared with the host: " + e.getMessage());
      abort(e.getMessage());
    }
    if (!wrong.isEmpty()) {
      fail("of " + compared + " cases differ from the host processor: " + wrong + text);
    }
    System.out.println(compared + " x87 cases agree with " + NativeRunner.description());
  }

  private static X87Result run(EngineCaseRunner engine, X87Case c) {
    long[] gpr = new long[16];
    gpr[7] = Guest.DATA;
    HostCase test = new HostCase(c.code(), CodeMode.BITS64, false, c.flags(), gpr, 0, c.memory());
    X87 x87 = engine.cpu().x87;
    c.state().into(x87);
    HostResult result = engine.run(test);
    byte[] memory = c.memory().clone();
    result.changes().forEach((at, value) -> memory[at] = (byte) (int) value);
    int vector = result.vector() == HostResult.COMPLETED ? 0 : result.vector();
    return new X87Result(vector, X87State.of(x87), memory, result.rflags(), result.gpr()[0]);
  }

  /** What is not the same, or null. */
  private static String difference(X87Case c, X87Result host, X87Result mine) {
    if (host.vector() != mine.vector()) {
      return "outcome";
    }
    if (host.vector() != 0) {
      return null;
    }
    boolean approximated = APPROXIMATED.contains(c.form().mnemonic());
    boolean compares = c.form().owner().endsWith("Comparison");
    boolean invalid = (mine.state().status & ~c.state().control & FpException.IE) != 0;
    int compared = 0xFFFF;
    if (CODES.stream().noneMatch(c.form().mnemonic()::startsWith)) {
      compared &= ~(X87Status.C0 | X87Status.C3);
      compared &= approximated ? -1 : ~X87Status.C2;
    }
    if (approximated) {
      compared &= ~(X87Status.C1 | FpException.PE);
      compared &= (c.state().control & FpException.PE) == 0 ? ~0x8080 : -1;
      compared &= aroundSmallestNormal(host.state(), mine.state()) ? ~FpException.UE : -1;
    }
    if (compares && invalid) {
      // The manual says that codes and flags do not change; AMD processors set them.
      compared &= ~X87Status.CODES;
    }
    if (c.form().page().startsWith("FCOMI")) {
      // The manual says that C1 becomes 0; AMD processors leave it.
      compared &= ~X87Status.C1;
    }
    if (((host.state().status ^ mine.state().status) & compared) != 0) {
      return String.format("status %04X", (host.state().status ^ mine.state().status) & compared);
    }
    if (host.state().control != mine.state().control) {
      return "control";
    }
    if (host.state().used != mine.state().used) {
      return "tags";
    }
    for (int i = 0; i < X87.REGISTERS; i++) {
      if (!same(host.state(), mine.state(), i, approximated)) {
        return "ST(" + i + ")";
      }
    }
    if (host.flags() != mine.flags() && !(compares && invalid)) {
      return "flags";
    }
    if (host.rax() != mine.rax()) {
      return "AX";
    }
    return Arrays.equals(host.memory(), mine.memory()) ? null : "memory";
  }

  /** One result is the smallest normal number, the other is the largest one below. */
  private static boolean aroundSmallestNormal(X87State host, X87State mine) {
    for (int i = 0; i < 2; i++) {
      if (host.significands[i] != mine.significands[i]
          && Math.max(exponent(host, i), exponent(mine, i)) == 1
          && same(host, mine, i, true)) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(X87State host, X87State mine, int i, boolean approximated) {
    long significands = host.significands[i] - mine.significands[i];
    if (host.signExponents[i] == mine.signExponents[i] && significands == 0) {
      return true;
    }
    boolean sameSign = ((host.signExponents[i] ^ mine.signExponents[i]) & ~SPECIAL) == 0;
    int exponents = exponent(host, i) - exponent(mine, i);
    boolean numbers = (host.signExponents[i] & SPECIAL) != SPECIAL;
    long distance = significands + ((long) exponents << 63);
    return approximated
        && numbers
        && sameSign
        && Math.abs(exponents) < 2
        && Math.abs(distance) == 1;
  }

  /** Denormals have the weight of the smallest normal numbers. */
  private static int exponent(X87State state, int i) {
    return Math.max(1, state.signExponents[i] & SPECIAL);
  }
}
