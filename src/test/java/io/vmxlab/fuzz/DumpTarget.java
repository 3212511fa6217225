package io.vmxlab.fuzz;

import io.vmxlab.model.CpuImport;
import io.vmxlab.model.CpuModelException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.List;
import java.util.Set;

/** What some tool printed of a processor. */
final class DumpTarget extends RunTarget {
  private static final DumpedCpu BASE = CpuModels.named(CpuModels.DEFAULT);
  private final String file;

  /**
   * @param file of the test resources, in {@code model/dumps}
   */
  DumpTarget(String file) {
    super("dump-" + file.substring(0, file.indexOf('.')));
    this.file = file;
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(Seeds.resource("model/dumps/" + file));
  }

  @Override
  public List<String> dictionary() {
    return Seeds.words(seeds());
  }

  @Override
  public Set<Class<? extends Throwable>> documented() {
    return Set.of(CpuModelException.class);
  }

  @Override
  public String feed(byte[] input) {
    String text = FuzzTarget.text(input);
    DumpedCpu base = text.hashCode() % 4 == 0 ? null : BASE;
    CpuImport reader = CpuImport.of("input.txt", text).named("input");
    if (reader.difference().isPresent()) {
      reader.processor(0);
    }
    if (base != null) {
      reader.base(base);
    }
    CpuImport.Imported model = reader.model();
    return "lines " + model.text().lines().count() + ", remarks " + model.remarks().size();
  }
}
