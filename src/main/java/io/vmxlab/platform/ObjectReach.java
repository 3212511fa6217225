package io.vmxlab.platform;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.Operand;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of an object can be reached from the functions that run: over relocations, and over branches
 * and addresses within a section, which need none. Where it is not certain that something cannot be
 * reached, it counts as reached.
 */
final class ObjectReach {
  private static final int PC_FIELD = 4;

  /** No instruction after these is reached from them. */
  private static final Set<String> ENDS_FLOW =
      Set.of("RET", "RETF", "JMP", "UD2", "UD1", "UD0", "IRET", "IRETD", "IRETQ", "SYSRET");

  private record Place(int section, long offset) {}

  /** A relocation with what its value is relative to, from its place on. */
  private record Reference(Elf.Relocation relocation, long toEnd) {}

  private final ObjectSections object;
  private final Decoder decoder;
  private final CodeMode mode;
  private final Map<Integer, TreeMap<Long, Reference>> references = new HashMap<>();

  /** Functions and variables that have a size, by section and offset. */
  private final Map<Integer, TreeMap<Long, Elf.Entry>> sized = new HashMap<>();

  /** Beginnings of data that something refers to, by section. */
  private final Map<Integer, TreeSet<Long>> labels = new HashMap<>();

  private final Map<Integer, BitSet> reached = new HashMap<>();
  private final Deque<Place> todo = new ArrayDeque<>();

  ObjectReach(ObjectSections object, InstructionTable table) {
    this.object = object;
    this.decoder = new Decoder(table, EnumSet.allOf(Feature.class));
    this.mode = object.elf.wide ? CodeMode.BITS64 : CodeMode.BITS32;
    for (Elf.Entry e : object.entries) {
      boolean whole = e.type() == Elf.STT_FUNC || e.type() == Elf.STT_OBJECT;
      if (whole && e.size() > 0 && object.isLoaded(e.section())) {
        sized.computeIfAbsent(e.section(), k -> new TreeMap<>()).putIfAbsent(e.value(), e);
      }
    }
    for (ObjectSections.Table relocations : object.tables) {
      TreeMap<Long, Reference> of =
          references.computeIfAbsent(relocations.target().index(), k -> new TreeMap<>());
      relocations.relocations().forEach(r -> of.put(r.offset(), new Reference(r, PC_FIELD)));
    }
    references.keySet().forEach(this::findEnds);
    references.forEach((section, all) -> all.values().forEach(r -> label(section, r)));
  }

  /** The value of a relative reference in code counts from the end of its instruction. */
  private void findEnds(int section) {
    if (!isCode(section)) {
      return;
    }
    TreeMap<Long, Reference> all = references.get(section);
    TreeSet<Long> beginnings = new TreeSet<>();
    for (Elf.Entry e : object.entries) {
      if (e.section() == section) {
        beginnings.add(e.value());
      }
    }
    byte[] code = object.contents.get(section).array();
    int at = 0;
    while (at < code.length) {
      Long next = beginnings.higher((long) at);
      int limit = next == null ? code.length : (int) Math.min(code.length, Math.max(at, next));
      int end = at + length(code, at, Math.max(limit, at + 1));
      for (Reference r : all.subMap((long) at, (long) end).values()) {
        all.put(r.relocation.offset(), new Reference(r.relocation, end - r.relocation.offset()));
      }
      at = end;
    }
  }

  private int length(byte[] code, int at, int limit) {
    return instruction(code, at, limit).map(Instruction::length).orElse(1);
  }

  private Optional<Instruction> instruction(byte[] code, int at, int limit) {
    Decoded d = decoder.decode(code, at, limit, mode);
    return d instanceof Decoded.Valid v ? Optional.of(v.instruction()) : Optional.empty();
  }

  private void label(int section, Reference r) {
    target(section, r, 0)
        .filter(p -> !isCode(p.section))
        .ifPresent(p -> labels.computeIfAbsent(p.section, k -> new TreeSet<>()).add(p.offset));
  }

  private boolean isCode(int section) {
    return object.loaded.get(section).has(Elf.SHF_EXECINSTR);
  }

  /** Everything that the code or data at an offset of a section can reach. */
  void from(int section, long offset) {
    todo.add(new Place(section, offset));
    while (!todo.isEmpty()) {
      visit(todo.remove());
    }
  }

  /** All of a section, as for a list of functions. */
  void fromAll(Elf.Section section) {
    range(section.index(), 0, section.size());
    while (!todo.isEmpty()) {
      visit(todo.remove());
    }
  }

  /** Whether a relocation's place has been reached. */
  boolean reaches(int section, long offset) {
    BitSet set = reached.get(section);
    return set != null && offset >= 0 && offset <= Integer.MAX_VALUE && set.get((int) offset);
  }

  private void visit(Place p) {
    Elf.Section s = object.loaded.get(p.section);
    boolean inside = p.offset >= 0 && p.offset < s.size();
    if (s.type() == Elf.SHT_NOBITS || !inside || reaches(p.section, p.offset)) {
      return;
    }
    Map.Entry<Long, Elf.Entry> around =
        sized.getOrDefault(p.section, new TreeMap<>()).floorEntry(p.offset);
    boolean within = around != null && p.offset - around.getKey() < around.getValue().size();
    if (within) {
      long start = around.getKey();
      range(p.section, start, Math.min(s.size(), start + around.getValue().size()));
    } else if (isCode(p.section)) {
      flow(p.section, (int) p.offset);
    } else {
      data(p.section, p.offset, s.size());
    }
  }

  /** Data without a name: from the label before to the label after. */
  private void data(int section, long offset, long size) {
    TreeSet<Long> known = labels.getOrDefault(section, new TreeSet<>());
    Long before = known.floor(offset);
    Long after = known.higher(offset);
    range(section, before == null ? 0 : before, after == null ? size : Math.min(size, after));
  }

  private BitSet reachedIn(int section) {
    return reached.computeIfAbsent(section, k -> new BitSet());
  }

  /** A whole function or variable; what of it has been reached before is done. */
  private void range(int section, long from, long to) {
    int size = object.contents.get(section).capacity();
    int start = (int) Math.max(0, Math.min(from, size));
    int end = (int) Math.max(start, Math.min(to, size));
    BitSet done = reachedIn(section);
    int gap = done.nextClearBit(start);
    while (gap < end) {
      int covered = done.nextSetBit(gap);
      int gapEnd = covered < 0 ? end : Math.min(end, covered);
      done.set(gap, gapEnd);
      follow(section, gap, gapEnd, isCode(section) ? -1 : start);
      if (isCode(section)) {
        sweep(section, gap, gapEnd);
      }
      gap = done.nextClearBit(gapEnd);
    }
  }

  private void sweep(int section, int from, int to) {
    byte[] bytes = object.contents.get(section).array();
    int at = from;
    while (at < to) {
      int here = at;
      Optional<Instruction> insn = instruction(bytes, at, to);
      insn.ifPresent(i -> branch(section, here, i));
      at += insn.map(Instruction::length).orElse(1);
    }
  }

  /** Code without a size: instruction by instruction, until the flow ends. */
  private void flow(int section, int from) {
    byte[] bytes = object.contents.get(section).array();
    BitSet done = reachedIn(section);
    int at = from;
    while (at < bytes.length && !done.get(at)) {
      Optional<Instruction> insn = instruction(bytes, at, bytes.length);
      int end = at + insn.map(Instruction::length).orElse(1);
      done.set(at, end);
      follow(section, at, end, -1);
      if (insn.isEmpty()) {
        return;
      }
      branch(section, at, insn.get());
      if (ENDS_FLOW.contains(insn.get().form.mnemonic())) {
        return;
      }
      at = end;
    }
  }

  /** Where relocations within a range lead. */
  private void follow(int section, long from, long to, long start) {
    TreeMap<Long, Reference> all = references.get(section);
    if (all != null) {
      all.subMap(from, to).values().forEach(r -> target(section, r, start).ifPresent(todo::add));
    }
  }

  /**
   * What a relocation refers to.
   *
   * @param start of the data that a relative reference in data counts from, as a table of branch
   *     targets does; -1 in code
   */
  private Optional<Place> target(int section, Reference r, long start) {
    Elf.Relocation relocation = r.relocation;
    Elf.Entry e = object.entry(relocation.symbol());
    Optional<RelocationKind> kind = RelocationKind.of(relocation.type(), object.elf.wide);
    if (kind.isEmpty() || !object.isLoaded(e.section())) {
      return Optional.empty();
    }
    Elf.Section own = object.loaded.get(section);
    object.checkPlace(relocation, kind.get(), own);
    long addend = kind.get().formula.needsSlot() ? 0 : object.addend(relocation, kind.get(), own);
    if (kind.get().formula == RelocationKind.Formula.RELATIVE) {
      addend += start < 0 || isCode(section) ? r.toEnd : start - relocation.offset();
    }
    return Optional.of(new Place(e.section(), e.value() + addend));
  }

  /** Branches and RIP-relative addresses that the assembler has filled in. */
  private void branch(int section, int at, Instruction insn) {
    int end = at + insn.length();
    boolean relative =
        insn.form.operands().stream().anyMatch(o -> o.kind() == Operand.Kind.RELATIVE);
    if (insn.ripRelative) {
      todo.add(new Place(section, end + insn.displacement));
    } else if (relative && !relocated(section, at, end)) {
      todo.add(new Place(section, end + insn.immediate));
    }
  }

  private boolean relocated(int section, long from, long to) {
    TreeMap<Long, Reference> all = references.get(section);
    return all != null && !all.subMap(from, to).isEmpty();
  }
}
