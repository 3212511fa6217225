package io.vmxlab.machine;

import io.vmxlab.platform.CppName;
import io.vmxlab.platform.Image;
import io.vmxlab.platform.Symbol;
import io.vmxlab.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The functions of a loaded program, by the names that people give. */
final class Functions {
  /** The entry that sets up everything itself, constructors included. */
  static final String RAW = "_start";

  private static final int MOST_NAMES = 20;

  private final String program;
  private final Image image;

  Functions(String program, Image image) {
    this.program = program;
    this.image = image;
  }

  /**
   * What a program without an entry point begins with.
   *
   * @param called a function is named, so that none is needed
   * @return null if a function is named
   */
  Symbol usual(boolean called) {
    if (called) {
      return null;
    }
    for (String usual : Image.USUAL_ENTRIES) {
      Optional<Symbol> s = image.symbols().find(usual);
      if (s.isPresent()) {
        return s.get();
      }
    }
    throw new BadInputException(
        program, "an object file has no entry point", "name a function with Program.call" + list());
  }

  /**
   * The function of a name, as the symbol table or as a C++ source has it.
   *
   * @throws BadInputException if there is none, or more than one
   */
  Symbol named(String name) {
    List<String> all = new ArrayList<>();
    for (Symbol s : image.symbols().all()) {
      all.add(s.name());
    }
    Map<Long, Symbol> found = new TreeMap<>();
    Symbol variable = null;
    for (String symbol : CppName.matching(name, all)) {
      Symbol s = image.symbols().find(symbol).orElseThrow();
      if (s.rank() == Symbol.Rank.OBJECT) {
        variable = s;
      } else {
        found.putIfAbsent(s.address(), s);
      }
    }
    if (found.size() == 1) {
      return found.values().iterator().next();
    }
    if (!found.isEmpty()) {
      throw new BadInputException(
          program,
          name + " is overloaded",
          "name one of " + shown(new ArrayList<>(found.values())));
    }
    if (variable != null) {
      throw new BadInputException(
          program, name + " is a variable, not a function", functionsShown());
    }
    List<String> names = functions().stream().map(s -> CppName.shown(s.name())).toList();
    String advice = (Names.advice(name, names) + " " + functionsShown()).strip();
    throw new BadInputException(program, "there is no function " + name, advice);
  }

  private List<Symbol> functions() {
    List<Symbol> all = image.symbols().all();
    boolean typed = all.stream().anyMatch(s -> s.rank() == Symbol.Rank.FUNCTION);
    return all.stream().filter(s -> !typed || s.rank() == Symbol.Rank.FUNCTION).toList();
  }

  private String list() {
    String shown = functionsShown();
    return shown.isEmpty() ? "" : " (" + shown + ")";
  }

  private String functionsShown() {
    List<Symbol> all = functions();
    return all.isEmpty() ? "" : "there are " + shown(all);
  }

  private static String shown(List<Symbol> symbols) {
    List<String> names =
        symbols.stream().map(s -> CppName.shown(s.name())).distinct().limit(MOST_NAMES).toList();
    return String.join(", ", names) + (symbols.size() > MOST_NAMES ? ", ..." : "");
  }
}
