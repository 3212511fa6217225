package io.vmxlab.host;

import io.vmxlab.isa.Form;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Records test-vectors/host anew; see the README there. */
final class HostCasesRecorder {
  private static final int COUNT = 80_000;
  private static final long SEED = 20261123;

  private HostCasesRecorder() {}

  /** Argument: the file to write. */
  public static void main(String[] arguments) throws Exception {
    NativeRunner host = NativeRunner.build(Files.createTempDirectory("host"));
    List<Form> forms = HostCases.forms(NativeRunner.features());
    List<HostCase> cases = HostCases.make(forms, COUNT, SEED);
    List<HostResult> results = host.runAll(cases);
    try (OutputStream out = Files.newOutputStream(Path.of(arguments[0]))) {
      PackedCases.write(out, cases, results);
    }
  }
}
