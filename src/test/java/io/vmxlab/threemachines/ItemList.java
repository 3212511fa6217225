package io.vmxlab.threemachines;

import java.util.ArrayList;
import java.util.List;

/**
 * Items that cases go through one after another.
 *
 * @param before what is executed before the code of each
 */
record ItemList(String before, List<Item> items) {
  private static final String ITEM = "item ";

  /** What stands before the first line {@code item NAME} belongs to all. */
  static ItemList of(List<String> lines) {
    List<Item> items = new ArrayList<>();
    StringBuilder before = new StringBuilder();
    for (String line : lines) {
      if (line.startsWith(ITEM)) {
        items.add(new Item(line.substring(ITEM.length()), ""));
      } else if (items.isEmpty()) {
        before.append(line).append('\n');
      } else {
        Item last = items.remove(items.size() - 1);
        items.add(new Item(last.name(), last.code() + line + '\n'));
      }
    }
    return new ItemList(before.toString(), items);
  }

  /** These, and each together with each of those behind it. */
  ItemList withPairs() {
    List<Item> all = new ArrayList<>(items);
    for (int i = 0; i < items.size(); i++) {
      for (Item later : items.subList(i + 1, items.size())) {
        Item first = items.get(i);
        all.add(new Item(first.name() + " and " + later.name(), first.code() + later.code()));
      }
    }
    return new ItemList(before, all);
  }

  List<String> names() {
    return items.stream().map(Item::name).toList();
  }

  /** The code of each, and behind a label a name and what to call for each, and a 0. */
  String text(String label) {
    StringBuilder text = new StringBuilder();
    StringBuilder table = new StringBuilder(label + ":\n");
    for (int i = 0; i < items.size(); i++) {
      String item = label + '_' + i;
      text.append(item).append(":\n").append(before).append(items.get(i).code());
      text.append("    ret\n").append(item).append("_name: db '");
      text.append(items.get(i).name()).append("', 0\n");
      table.append("    dd ").append(item).append("_name, ").append(item).append('\n');
    }
    return text + table.toString() + "    dd 0\n";
  }
}
