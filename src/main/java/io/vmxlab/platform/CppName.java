package io.vmxlab.platform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Names of functions as C++ and Rust sources write them: {@code hv::start(int)} for {@code
 * _ZN2hv5startEi}. Itanium C++ ABI "External Names (a.k.a. Mangling)"; what its grammar has beyond
 * {@link CppNameParser} stays as the object has it.
 */
public final class CppName {
  private CppName() {}

  /** The name as its source writes it, with parameters; the name itself if it is none of C++. */
  public static String shown(String symbol) {
    return CppNameParser.parse(symbol).map(CppNameParser.Result::whole).orElse(symbol);
  }

  /**
   * The symbols that a written name means: the one of just that name, else all C++ functions of
   * that name, with or without parameters.
   */
  public static List<String> matching(String written, Collection<String> symbols) {
    if (symbols.contains(written)) {
      return List.of(written);
    }
    String wanted = written.replaceAll("\\s+", "");
    List<String> found = new ArrayList<>();
    for (String symbol : symbols) {
      Optional<CppNameParser.Result> name = CppNameParser.parse(symbol);
      if (name.isPresent() && !name.get().derived() && means(wanted, name.get())) {
        found.add(symbol);
      }
    }
    return found;
  }

  private static boolean means(String wanted, CppNameParser.Result name) {
    return wanted.equals(name.name().replace(" ", ""))
        || wanted.equals(name.whole().replace(" ", ""))
        || wanted.equals(plain(name.name()))
        || wanted.equals(plain(name.whole()))
        || wanted.equals(plain(name.template()));
  }

  /** Nobody writes unnamed namespaces. */
  private static String plain(String name) {
    return name.replace("(anonymous namespace)::", "").replace(" ", "");
  }
}
