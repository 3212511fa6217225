package io.vmxlab.fuzz;

import io.vmxlab.lab.LabTexts;
import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.VectorExport;
import io.vmxlab.lab.VectorExport.Format;
import io.vmxlab.lab.VectorResult;
import io.vmxlab.lab.VectorRunner;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.List;

/** A file of test vectors: read, exported in every form, and the first ones run. */
final class VectorTarget extends RunTarget {
  private static final int MOST_RUN = 2;
  private static final DumpedCpu CPU = CpuModels.named(CpuModels.DEFAULT);
  private final VectorRunner runner = new VectorRunner();

  VectorTarget() {
    super("vectors");
  }

  /** The head of each file and a few of its vectors. */
  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (byte[] file : Seeds.folder("test-vectors", ".yaml", 12)) {
      String text = FuzzTarget.text(file);
      int end = text.length();
      int at = text.indexOf("\n- ");
      for (int i = 0; i < 3 && at >= 0; i++) {
        end = at = text.indexOf("\n- ", at + 1);
      }
      seeds.add(FuzzTarget.bytes(end < 0 ? text : text.substring(0, end + 1)));
    }
    return seeds;
  }

  @Override
  public List<String> dictionary() {
    return Seeds.words(seeds());
  }

  @Override
  public int longest() {
    return 1 << 13;
  }

  @Override
  public String feed(byte[] input) {
    List<TestVector> vectors = LabTexts.vectors(FuzzTarget.text(input));
    StringBuilder way = new StringBuilder();
    for (Format format : Format.values()) {
      way.append(Integer.toString(VectorExport.files(vectors, format).size()).length());
    }
    for (TestVector v : vectors.subList(0, Math.min(MOST_RUN, vectors.size()))) {
      VectorResult result = runner.run(v, CPU);
      way.append(result.status());
      for (String difference : result.differences()) {
        way.append(difference.replaceAll("[^a-z]+", ""), 0, 0);
      }
    }
    return way.toString();
  }
}
