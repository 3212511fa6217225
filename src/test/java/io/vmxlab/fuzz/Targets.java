package io.vmxlab.fuzz;

import io.vmxlab.arch.Dialect;
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** Everything that takes input from outside. */
final class Targets {
  private static final String ONCE = "src/test/resources/io/vmxlab/fuzz/";

  private Targets() {}

  static List<FuzzTarget> all() {
    List<FuzzTarget> all = new ArrayList<>();
    all.add(new ElfTarget(true));
    all.add(new ElfTarget(false));
    for (Dialect d : List.of(Dialect.NASM, Dialect.MASM, Dialect.GAS)) {
      all.add(new AssemblyTarget(d));
    }
    all.add(new HexTarget());
    all.add(new FlatTarget());
    all.add(new BootTarget());
    all.add(new SettingsTarget());
    all.add(new VectorTarget());
    all.add(new LessonTarget(true));
    all.add(new LessonTarget(false));
    all.add(new ModelTarget());
    for (String dump : new File("src/test/resources/io/vmxlab/model/dumps").list()) {
      all.add(new DumpTarget(dump));
    }
    all.add(new CommandLineTarget());
    return all;
  }

  /** Inputs that once led to a fault: the files of the target's folder. */
  static List<byte[]> onceHarmful(FuzzTarget target) {
    String folder = ONCE + target.name();
    return new File(folder).isDirectory() ? Seeds.folder(folder, "", 10_000) : List.of();
  }
}
