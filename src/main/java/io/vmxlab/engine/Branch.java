package io.vmxlab.engine;

import io.vmxlab.cpu.Cpu;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A branch with a fixed target and, unless it is unconditional, a way on. */
abstract class Branch extends Operation {
  private Operation taken;
  private Operation notTaken;

  /** Where the branch goes, cut to the operand size. */
  @Override
  public final long target() {
    return immediate;
  }

  /** It has no other way on than its target. */
  boolean always() {
    return false;
  }

  /** Finds the target, from where the instruction stands. */
  final void aim(long rip) {
    long address = Cpu.following(insn, rip) + immediate;
    immediate = insn.operandSize == 64 ? address : address & ((1L << insn.operandSize) - 1);
  }

  /** Where it has gone directly. */
  final List<Operation> ways() {
    return Stream.of(taken, notTaken).filter(Objects::nonNull).toList();
  }

  final Operation take(Cpu cpu, boolean jump) {
    cpu.retired += position() + 1;
    Operation way = jump ? taken : notTaken;
    if (way != null && cpu.retired < cpu.horizon) {
      return way;
    }
    cpu.rip = jump ? immediate : following();
    return null;
  }

  @Override
  final boolean link(long to, Operation first) {
    if (to == immediate) {
      taken = first;
    }
    if (to == following()) {
      notTaken = first;
    }
    return true;
  }

  @Override
  final boolean goesTo(Block target) {
    return taken != null && taken.block == target || notTaken != null && notTaken.block == target;
  }

  @Override
  final void leave() {
    taken = null;
    notTaken = null;
  }

  @Override
  final void unlink(Block target) {
    if (taken != null && taken.block == target) {
      taken = null;
    }
    if (notTaken != null && notTaken.block == target) {
      notTaken = null;
    }
  }
}
