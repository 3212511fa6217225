package io.vmxlab.explain;

import io.vmxlab.arch.PageEntry;
import io.vmxlab.machine.GuestFault.PageEntryMet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The bit of a paging-structure entry that stopped an access, changed. */
final class PageMend {
  private static final long LOW = 0xFFFF_FFFFL;

  private PageMend() {}

  static Mend of(Context context, String text) {
    Optional<PageEntryMet> stopping =
        context.walk().stream().filter(e -> e.failing() != 0).findFirst();
    if (stopping.isEmpty()) {
      return Mend.statement(text);
    }
    PageEntryMet entry = stopping.get();
    return (entry.failing() & PageEntry.P) != 0 && (entry.entry() & PageEntry.P) == 0
        ? map(context, entry, text)
        : change(context);
  }

  /** Every failing bit is the opposite of what it has to be, in each entry that has one. */
  private static Mend change(Context context) {
    List<PageEntryMet> entries = context.walk().stream().filter(e -> e.failing() != 0).toList();
    List<String> words = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (PageEntryMet e : entries) {
      long missing = e.failing() & ~e.entry();
      long excess = e.failing() & e.entry();
      words.add(Mend.words(PageEntry.LAYOUT, missing, excess) + in(e));
      lines.addAll(store(context, e, e.entry() & ~excess | missing));
    }
    return written(context, String.join(", and ", words), lines);
  }

  /** An entry that holds nothing maps the page to the same physical address, if RAM is there. */
  private static Mend map(Context context, PageEntryMet entry, String text) {
    if ((entry.entry() & PageEntry.ADDRESS) != 0) {
      String words = "set P (bit 0)";
      return write(context, entry, words, entry.entry() | PageEntry.P);
    }
    long size = size(entry.name());
    long page = context.scene().faulting().orElse(-1) & -size;
    if (size == 0 || page < 0 || page > context.scene().ram() - size) {
      return Mend.statement(text + ram(context));
    }
    long flags =
        PageEntry.P
            | PageEntry.RW
            | (size > 0x1000 ? PageEntry.PS : 0)
            | (user(context) ? PageEntry.US : 0);
    return write(
        context,
        entry,
        "use an address that is mapped, or map the page to " + Hex.literal(page),
        page | flags);
  }

  private static boolean user(Context context) {
    return !context.privileged();
  }

  private static String ram(Context context) {
    return "; the machine's RAM ends at " + Hex.literal(context.scene().ram() - 1);
  }

  /** Bytes of the page that an entry of 4-level paging can map; 0 if it can map none. */
  private static long size(String name) {
    switch (name) {
      case "PTE":
        return 0x1000;
      case "PDE":
        return 0x20_0000;
      default:
        return 0;
    }
  }

  private static Mend write(Context context, PageEntryMet entry, String words, long value) {
    return written(context, words + in(entry), store(context, entry, value));
  }

  private static String in(PageEntryMet entry) {
    return " in the " + entry.name() + " at " + Hex.literal(entry.address());
  }

  private static List<String> store(Context context, PageEntryMet entry, long value) {
    MendCode writer = context.writer();
    String register = writer.free();
    List<String> lines = new ArrayList<>();
    lines.add("mov " + register + ", " + Hex.literal(entry.address()));
    lines.add("mov dword [" + register + "], " + Hex.literal(value & LOW));
    if (writer.in64BitMode()) {
      lines.add("mov dword [" + register + " + 4], " + Hex.literal(value >>> 32));
    }
    return lines;
  }

  private static Mend written(Context context, String text, List<String> stores) {
    if (!context.privileged()) {
      return Mend.statement(text + ", from code at CPL 0");
    }
    String register = context.writer().free();
    List<String> lines = new ArrayList<>(stores);
    long address = context.scene().faulting().orElse(0);
    lines.add("mov " + register + ", " + Hex.literal(address));
    lines.add("invlpg [" + register + "]");
    return context.scene().flat() ? Mend.before(text, lines) : Mend.statement(text);
  }
}
