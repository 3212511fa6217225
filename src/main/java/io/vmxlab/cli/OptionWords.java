package io.vmxlab.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Messages of the library in the words of the command line: what the library calls by its methods
 * has an option or a command here.
 */
final class OptionWords {
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put("Program.call", "--call");
    WORDS.put("MachineBuilder.force", "--force");
    WORDS.put("CpuModels.names", "vmxlab cpus");
  }

  private OptionWords() {}

  /** The message of an exception. */
  static String of(Exception e) {
    String message = String.valueOf(e.getMessage());
    for (Map.Entry<String, String> word : WORDS.entrySet()) {
      message = message.replace(word.getKey(), word.getValue());
    }
    return message;
  }
}
