package io.vmxlab.cli;

import java.util.List;

final class ConformanceCommand extends Command {
  ConformanceCommand() {
    super("conformance", "stub");
  }

  List<Option> ownOptions() {
    return List.of();
  }

  void setOwn(String o, String v) {}

  int run(Terminal t) {
    return 0;
  }
}
