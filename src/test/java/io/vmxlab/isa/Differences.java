package io.vmxlab.isa;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The listed differences between our mnemonics and another tool's, each under its reason. */
final class Differences {
  private record Entry(String ours, String theirs, boolean anyLength) {}

  private final List<Entry> entries = new ArrayList<>();

  /** Reads a resource of this package. */
  Differences(String resource) throws IOException {
    try (InputStream in = Differences.class.getResourceAsStream(resource);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      String reason = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("## ")) {
          reason = line.substring(3);
        } else if (!line.isBlank() && !line.startsWith("#")) {
          if (reason == null) {
            throw new IllegalStateException("a difference without a reason: " + line);
          }
          String[] columns = line.split(" ");
          entries.add(new Entry(columns[0], columns[1], columns.length > 2));
        }
      }
    }
  }

  boolean agree(Instruction ours, Objdump.Answer theirs) {
    if (theirs == null) {
      return false;
    }
    String mnemonic = ours.form.mnemonic().toLowerCase(Locale.ROOT);
    boolean sameLength = theirs.length() == ours.length();
    if (sameLength && mnemonic.equals(theirs.mnemonic())) {
      return true;
    }
    for (Entry e : entries) {
      if ((sameLength || e.anyLength)
          && matches(e.ours, mnemonic)
          && matches(e.theirs, theirs.mnemonic())) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String pattern, String text) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return pattern.equals(text);
    }
    return text.startsWith(pattern.substring(0, star))
        && text.endsWith(pattern.substring(star + 1));
  }
}
