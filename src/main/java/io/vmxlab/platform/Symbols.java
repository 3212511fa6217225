package io.vmxlab.platform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The names in an image, by name and by address. Immutable. */
public final class Symbols {
  public static final Symbols NONE = new Symbols(List.of());

  private final Map<String, Symbol> byName = new LinkedHashMap<>();
  private final TreeMap<Long, Symbol> byAddress = new TreeMap<>(Long::compareUnsigned);

  /** Of several symbols with one name the first counts, of several at one address the best. */
  public Symbols(Collection<Symbol> symbols) {
    for (Symbol s : symbols) {
      byName.putIfAbsent(s.name(), s);
      byAddress.merge(s.address(), s, (a, b) -> b.rank().compareTo(a.rank()) < 0 ? b : a);
    }
  }

  public Optional<Symbol> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** In the order of their addresses; one for each name. */
  public List<Symbol> all() {
    List<Symbol> list = new ArrayList<>(byName.values());
    list.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
    return list;
  }

  /**
   * {@code symbol} or {@code symbol+1Ah} for an address inside a symbol; empty where no symbol
   * reaches. One without a size reaches to the next.
   */
  public Optional<String> nameOf(long address) {
    Map.Entry<Long, Symbol> entry = byAddress.floorEntry(address);
    if (entry == null) {
      return Optional.empty();
    }
    Symbol s = entry.getValue();
    long offset = address - s.address();
    if (s.size() != 0 && Long.compareUnsigned(offset, s.size()) >= 0) {
      return Optional.empty();
    }
    return Optional.of(
        offset == 0
            ? s.name()
            : s.name() + "+" + Long.toHexString(offset).toUpperCase(Locale.ROOT) + "h");
  }

  /** These names and those of another image; these come first. */
  public Symbols and(Symbols other) {
    List<Symbol> list = new ArrayList<>(byName.values());
    list.addAll(other.byName.values());
    return new Symbols(list);
  }
}
