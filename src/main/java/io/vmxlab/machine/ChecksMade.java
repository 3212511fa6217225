package io.vmxlab.machine;

import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.rule.Verdict;
import io.vmxlab.vmx.HeldState;
import io.vmxlab.vmx.VmxView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The checks that the last VMX instruction has gone through, with the values that they read.
 * Keeping them allocates nothing, for a program may execute many such instructions and only the
 * last one is asked for; verdicts are made then.
 */
final class ChecksMade {
  /** Lists that an instruction knows to hold at most, before it comes to others. */
  private static final int MOST_HELD = 4;

  /** Made for the first. */
  private Checklist[] held;

  private HeldState heldState;
  private int heldLists;
  private final List<RuleSet<?, ?>> sets = new ArrayList<>();
  private long[] values = new long[32];
  private int used;
  private long rip;
  private long time;

  /** Forgets the instruction. */
  void clear() {
    heldLists = 0;
    sets.clear();
    used = 0;
  }

  boolean none() {
    return heldLists == 0 && sets.isEmpty();
  }

  /**
   * Adds lists that hold, of the current instruction. They come before all others; with the first
   * of them one of an earlier instruction is forgotten.
   */
  void addHeld(Cpu cpu, Checklist list, VmxView view) {
    long now = cpu.retired + cpu.position;
    if (cpu.rip != rip || now != time || heldLists == 0 || held[0] == list) {
      clear();
      rip = cpu.rip;
      time = now;
      if (held == null) {
        held = new Checklist[MOST_HELD];
        heldState = new HeldState();
      }
      heldState.keep(cpu, view);
    }
    held[heldLists++] = list;
  }

  /** Adds a set of the current instruction; one of an earlier instruction is forgotten. */
  void add(Cpu cpu, RuleSet<?, ?> set, StateView view) {
    long now = cpu.retired + cpu.position;
    boolean begunAgain = sets.contains(set);
    if (begunAgain || cpu.rip != rip || now != time) {
      clear();
      rip = cpu.rip;
      time = now;
    }
    List<StateItem> reads = set.reads();
    if (used + reads.size() > values.length) {
      values = Arrays.copyOf(values, 2 * (used + reads.size()));
    }
    for (int i = 0; i < reads.size(); i++) {
      values[used++] = view.get(reads.get(i));
    }
    sets.add(set);
  }

  /** Every rule of the sets with its result. */
  List<Verdict<?>> verdicts() {
    List<Verdict<?>> all = new ArrayList<>();
    for (int i = 0; i < heldLists; i++) {
      all.addAll(held[i].evaluate(heldState));
    }
    int from = 0;
    for (RuleSet<?, ?> set : sets) {
      int end = from + set.reads().size();
      all.addAll(Checks.of(set, new Kept(set.reads(), Arrays.copyOfRange(values, from, end))));
      from = end;
    }
    return List.copyOf(all);
  }

  /** The items that a set reads, as they were. */
  private record Kept(List<StateItem> items, long[] values) implements StateView {
    @Override
    public long get(StateItem item) {
      int i = items.indexOf(item);
      if (i < 0) {
        throw new IllegalArgumentException(item.itemName() + " is not among what the set reads");
      }
      return values[i];
    }
  }
}
