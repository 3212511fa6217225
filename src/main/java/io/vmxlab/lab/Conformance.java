package io.vmxlab.lab;

import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.VectorResult.Status;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * What came of a conformance run: every vector on every processor model.
 *
 * @param results in the order of the vectors, then of the models
 */
public record Conformance(List<VectorResult> results) {

  /** How many vectors of a rule passed, failed and were skipped. */
  public record Tally(int passed, int failed, int skipped) {
    private Tally with(Status status) {
      return new Tally(
          passed + (status == Status.PASSED ? 1 : 0),
          failed + (status == Status.FAILED ? 1 : 0),
          skipped + (status == Status.SKIPPED ? 1 : 0));
    }
  }

  /** A part of a run that several machines share: every {@code count}th, from the first on. */
  public record Shard(int number, int count) {
    /** Everything. */
    public static final Shard WHOLE = new Shard(1, 1);

    private boolean has(int position) {
      return position % count == number - 1;
    }
  }

  /**
   * Runs vectors.
   *
   * @param shard of all pairs of a vector and a processor model
   * @param jobs threads
   * @param progress told how many are done after each, by one thread at a time
   */
  public static Conformance run(
      List<TestVector> vectors,
      List<DumpedCpu> processors,
      Shard shard,
      int jobs,
      IntConsumer progress) {
    List<Callable<VectorResult>> work = new ArrayList<>();
    AtomicInteger done = new AtomicInteger();
    VectorRunner runner = new VectorRunner();
    int position = 0;
    for (TestVector v : vectors) {
      for (DumpedCpu cpu : processors) {
        if (shard.has(position++)) {
          work.add(
              () -> {
                VectorResult result = runner.run(v, cpu);
                synchronized (done) {
                  progress.accept(done.incrementAndGet());
                }
                return result;
              });
        }
      }
    }
    return new Conformance(inParallel(work, jobs));
  }

  private static List<VectorResult> inParallel(List<Callable<VectorResult>> work, int jobs) {
    ExecutorService pool = Executors.newFixedThreadPool(jobs);
    try {
      List<VectorResult> results = new ArrayList<>();
      for (Future<VectorResult> f : pool.invokeAll(work)) {
        results.add(f.get());
      }
      return List.copyOf(results);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while vectors ran", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a vector could not be run", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  /** How many results there are of that kind. */
  public int count(Status status) {
    return (int) results.stream().filter(r -> r.status() == status).count();
  }

  /** Counts by rule, in the order of the vectors. */
  public Map<String, Tally> byRule() {
    Map<String, Tally> tallies = new LinkedHashMap<>();
    for (VectorResult r : results) {
      tallies.merge(
          r.vector().rule(),
          new Tally(0, 0, 0).with(r.status()),
          (old, one) -> old.with(r.status()));
    }
    return tallies;
  }

  /** Summary by rule, then what failed and how. */
  public void text(Sheet sheet) {
    Map<String, Tally> tallies = byRule();
    int width = "rule".length();
    for (String rule : tallies.keySet()) {
      width = Math.max(width, rule.length());
    }
    sheet.line(sheet.style().faint(Sheet.pad("rule", width) + "  passed  failed  skipped"));
    for (Map.Entry<String, Tally> e : tallies.entrySet()) {
      Tally t = e.getValue();
      String line =
          Sheet.pad(e.getKey(), width)
              + Sheet.padLeft(Integer.toString(t.passed), 8)
              + Sheet.padLeft(Integer.toString(t.failed), 8)
              + Sheet.padLeft(Integer.toString(t.skipped), 9);
      sheet.line(t.failed > 0 ? sheet.style().bad(line) : line);
    }
    for (VectorResult r : results) {
      if (r.status() == Status.FAILED) {
        sheet
            .blank()
            .line(sheet.style().bad("FAIL") + "  " + r.vector().id() + " on " + r.processor());
        sheet.labelled(6, 0, "", r.vector().about());
        r.differences().forEach(d -> sheet.labelled(6, 0, "", d));
      }
    }
    sheet.blank();
    sheet.line(
        results.size()
            + " run: "
            + count(Status.PASSED)
            + " passed, "
            + count(Status.FAILED)
            + " failed, "
            + count(Status.SKIPPED)
            + " skipped (not for that processor)");
  }

  /** Members of a JSON document. */
  public void json(JsonText json) {
    json.number("total", results.size())
        .number("passed", count(Status.PASSED))
        .number("failed", count(Status.FAILED))
        .number("skipped", count(Status.SKIPPED));
    json.array(
        "rules",
        byRule().entrySet(),
        (j, e) ->
            j.text("rule", e.getKey())
                .number("passed", e.getValue().passed)
                .number("failed", e.getValue().failed)
                .number("skipped", e.getValue().skipped));
    json.array(
        "results",
        results,
        (j, r) ->
            j.text("id", r.vector().id())
                .text("rule", r.vector().rule())
                .text("cpu", r.processor())
                .text("result", r.status().name().toLowerCase(Locale.ROOT))
                .texts("differences", r.differences()));
  }

  /** A JUnit report: one suite, a test case for each vector and model. */
  public String junitXml() {
    return JunitXml.report(
        "vmxlab conformance", results.stream().map(Conformance::testCase).toList());
  }

  private static JunitXml.Case testCase(VectorResult r) {
    String name = r.vector().id() + " on " + r.processor();
    boolean skipped = r.status() == Status.SKIPPED;
    return new JunitXml.Case(
        r.vector().rule(),
        name,
        JunitXml.Result.valueOf(r.status().name()),
        skipped ? String.join("\n", r.differences()) : r.vector().about(),
        r.differences());
  }
}
