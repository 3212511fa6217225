package io.vmxlab.host;

import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Instruction;
import java.util.Optional;

/** Holds what vmxlab did against what the host processor did. */
final class Comparison {
  private static final long KERNEL_HALF = Long.MIN_VALUE;
  private static final int PAGE_FAULT = 14;

  private final Decoder decoder;

  Comparison(Decoder decoder) {
    this.decoder = decoder;
  }

  /** What is not the same, or empty. */
  Optional<String> difference(HostCase test, HostResult host, HostResult mine) {
    if (host.vector() != mine.vector()) {
      return Optional.of("outcome");
    }
    if (host.vector() == PAGE_FAULT && host.cr2() != mine.cr2()) {
      return Optional.of("CR2");
    }
    // Linux hides whether a page of the kernel is present
    int hidden = host.vector() == PAGE_FAULT && (host.cr2() & KERNEL_HALF) != 0 ? 1 : 0;
    if ((host.errorCode() | hidden) != (mine.errorCode() | hidden)) {
      return Optional.of("error code");
    }
    if (host.rip() != mine.rip()) {
      return Optional.of("RIP");
    }
    Decoded decoded = decoder.decode(test.code(), 0, test.code().length, test.mode());
    Instruction insn =
        decoded instanceof Decoded.Valid ? ((Decoded.Valid) decoded).instruction() : null;
    long compared = Guest.FLAGS;
    boolean resultCounts = true;
    if (insn != null && host.vector() == HostResult.COMPLETED) {
      compared &= ~Differences.undefined(insn.form);
      for (Differences.Difference d : Differences.ALL) {
        if (d.concerns(insn, test)) {
          compared &= ~d.flags();
          resultCounts &= !d.result();
        }
      }
    }
    if (((host.rflags() ^ mine.rflags()) & compared) != 0) {
      return Optional.of(String.format("flags %X", (host.rflags() ^ mine.rflags()) & compared));
    }
    for (int i = 0; i < 16; i++) {
      boolean destination = insn != null && insn.mod == 3 && i == insn.rm;
      if (host.gpr()[i] != mine.gpr()[i] && (resultCounts || !destination)) {
        return Optional.of("register " + i);
      }
    }
    if (resultCounts && !host.changes().equals(mine.changes())) {
      return Optional.of("memory");
    }
    return Optional.empty();
  }
}
