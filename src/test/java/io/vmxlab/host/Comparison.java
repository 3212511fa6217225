package io.vmxlab.host;

import io.vmxlab.UndefinedFlags;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Vector;
import io.vmxlab.host.Differences.Difference;
import io.vmxlab.host.Differences.Part;
import io.vmxlab.host.Differences.Seen;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Instruction;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Holds what vmxlab did against what the host processor did. */
final class Comparison {
  /** From here on Linux reports every page as present. */
  private static final long KERNEL = 0x0000_7FFF_FFFF_F000L;

  private final Decoder decoder = HostCases.decoder();
  private final CaseRunner runner;
  private final Map<Difference, Integer> used = new LinkedHashMap<>();

  /** The runner is the one whose results are compared: it tells what a part of a case does. */
  Comparison(CaseRunner runner) {
    this.runner = runner;
  }

  /** How often each difference was the only reason to accept a case. */
  Map<Difference, Integer> used() {
    return used;
  }

  /** What is not the same, or empty. */
  Optional<String> difference(HostCase test, HostResult host, HostResult mine) {
    Optional<String> found = difference(test, host, mine, EnumSet.noneOf(Part.class));
    if (found.isEmpty()) {
      return found;
    }
    Instruction insn = instruction(test);
    if (insn == null) {
      return found;
    }
    Seen seen = new Seen(insn, test, host, mine, runner);
    Set<Part> ignored = EnumSet.noneOf(Part.class);
    for (Difference d : Differences.ALL) {
      if (d.concerns(seen)) {
        ignored.addAll(d.parts());
        used.merge(d, 1, Integer::sum);
      }
    }
    return difference(test, host, mine, ignored);
  }

  private Instruction instruction(HostCase test) {
    Decoded decoded = decoder.decode(test.code(), 0, test.code().length, test.mode());
    return decoded instanceof Decoded.Valid ? ((Decoded.Valid) decoded).instruction() : null;
  }

  private Optional<String> difference(
      HostCase test, HostResult host, HostResult mine, Set<Part> ignored) {
    Optional<String> fault = ignored.contains(Part.FAULT) ? Optional.empty() : fault(host, mine);
    if (fault.isPresent()) {
      return fault;
    }
    if (host.rip() != mine.rip() && !ignored.contains(Part.FAULT)) {
      return Optional.of("RIP");
    }
    Instruction insn = instruction(test);
    long flags = (host.rflags() ^ mine.rflags()) & compared(insn, host, ignored);
    if (flags != 0) {
      return Optional.of(String.format("flags %X", flags));
    }
    for (int i = 0; i < 16; i++) {
      boolean rm = insn != null && i == insn.rm && ignored.contains(Part.RM);
      boolean upper = Differences.isCounterOrPointer(i) && ignored.contains(Part.UPPER_HALVES);
      long differing = (host.gpr()[i] ^ mine.gpr()[i]) & (upper ? 0xFFFF_FFFFL : -1);
      if (differing != 0 && !rm && !ignored.contains(Part.REGISTERS)) {
        return Optional.of("register " + i);
      }
    }
    if (!ignored.contains(Part.VECTORS) && !host.vectors().same(mine.vectors())) {
      return Optional.of("vectors");
    }
    if (!ignored.contains(Part.MEMORY) && !host.changes().equals(mine.changes())) {
      return Optional.of("memory");
    }
    return Optional.empty();
  }

  private static Optional<String> fault(HostResult host, HostResult mine) {
    if (host.vector() != mine.vector()) {
      return Optional.of("outcome");
    }
    if (host.cr2() != mine.cr2()) {
      return Optional.of("CR2");
    }
    boolean page = host.vector() == Vector.PF.number;
    int hidden = page && Long.compareUnsigned(host.cr2(), KERNEL) >= 0 ? 1 : 0;
    if ((host.errorCode() | hidden) != (mine.errorCode() | hidden)) {
      return Optional.of("error code");
    }
    return Optional.empty();
  }

  private static long compared(Instruction insn, HostResult host, Set<Part> ignored) {
    long mask = Guest.FLAGS;
    if (insn != null && host.vector() == HostResult.COMPLETED) {
      mask &= ~UndefinedFlags.of(insn.form);
    }
    mask &= ignored.contains(Part.OF) ? ~Rflags.OF : -1;
    mask &= ignored.contains(Part.CF) ? ~Rflags.CF : -1;
    return mask & (ignored.contains(Part.STATUS) ? ~Rflags.STATUS : -1);
  }
}
