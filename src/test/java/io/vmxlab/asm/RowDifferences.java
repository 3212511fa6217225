package io.vmxlab.asm;

import io.vmxlab.isa.Form;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** The rows whose statements another assembler writes otherwise or refuses, each with a reason. */
final class RowDifferences {
  private final Set<String> entries = new HashSet<>();

  /** Reads a resource of this package: {@code bytes} or {@code refused}, then a row's syntax. */
  RowDifferences(String resource) throws IOException {
    try (InputStream in = RowDifferences.class.getResourceAsStream(resource);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      boolean reason = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("## ")) {
          reason = true;
        } else if (!line.isBlank() && !line.startsWith("#")) {
          if (!reason) {
            throw new IllegalStateException("a difference without a reason: " + line);
          }
          entries.add(line.strip());
        }
      }
    }
  }

  boolean contains(boolean refused, Form form) {
    String kind = refused ? "refused " : "bytes ";
    return entries.contains(kind + form.syntax());
  }
}
