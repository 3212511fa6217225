package io.vmxlab.junit;

import io.vmxlab.lab.TestVector;
import io.vmxlab.lab.VectorRunner;
import io.vmxlab.model.DumpedCpu;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A test vector and the processor model that it is to be run on. */
public record VectorCase(TestVector vector, DumpedCpu cpu) {
  private static final Pattern PLACE = Pattern.compile("(.+):(\\d+):(\\d+)");

  /** Runs the vector. */
  public VectorRunner.Trial run() {
    return new VectorRunner().attempt(vector, cpu);
  }

  /** The vector's place in its file, for development environments; empty for built-in ones. */
  Optional<URI> source() {
    Matcher place = PLACE.matcher(vector.where());
    if (!place.matches() || !Files.exists(Path.of(place.group(1)))) {
      return Optional.empty();
    }
    String file = Path.of(place.group(1)).toUri().toString();
    return Optional.of(URI.create(file + "?line=" + place.group(2) + "&column=" + place.group(3)));
  }

  /** {@code vmxon-cr4-vmxe-clear on skylake}. */
  @Override
  public String toString() {
    return vector.id() + " on " + cpu.name();
  }
}
