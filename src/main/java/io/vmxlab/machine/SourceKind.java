package io.vmxlab.machine;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Sources of compilers, which vmxlab does not read, by the endings of their names. */
enum SourceKind {
  // spotless:off
  C   ("C", "gcc -O2 -ffreestanding -c", List.of("c")),
  CPP ("C++", "g++ -O2 -ffreestanding -fno-exceptions -fno-rtti -c", List.of("cc", "cpp", "cxx", "c++")),
  RUST("Rust", "rustc -O --crate-type=lib --emit=obj -C panic=abort --target=x86_64-unknown-none",
       List.of("rs"));
  // spotless:on

  private final String language;
  private final String compiler;
  private final List<String> endings;

  SourceKind(String language, String compiler, List<String> endings) {
    this.language = language;
    this.compiler = compiler;
    this.endings = endings;
  }

  /** The kind of the file of that name. */
  static Optional<SourceKind> of(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    boolean has = name.indexOf('.') >= 0;
    for (SourceKind kind : values()) {
      if (has && kind.endings.contains(ending)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** What it is, for messages. */
  String description() {
    return "this is " + language + ", which vmxlab does not compile";
  }

  /** The commands that make an object of a file and call a function in it. */
  String advice(String name) {
    return "make an object that it can run: " + commands(compiler, name);
  }

  private static String commands(String compiler, String name) {
    String object = name.substring(0, Math.max(0, name.lastIndexOf('.'))) + ".o";
    return compiler + " " + name + " -o " + object + "; vmxlab run " + object + " --call FUNCTION";
  }

  /**
   * For assembly text of a dialect or with macros that vmxlab does not take: its own assembler.
   * Empty for files that no compiler driver assembles.
   */
  static String ofAssembly(String name) {
    boolean driven = name.endsWith(".S") || name.endsWith(".s");
    return driven ? "or assemble it elsewhere: " + commands("gcc -c", name) : "";
  }
}
