package io.vmxlab.engine;

import java.util.ArrayList;
import java.util.List;

/** Straight-line code: one entry, decoded once. */
final class Block {
  private static final int PAGE_SIZE = 4096;

  /** What a block, an operation and what describes an instruction take, in bytes. */
  private static final int BLOCK = 200;

  private static final int OPERATION = 64;
  private static final int INSTRUCTION = 128;

  /** No second page. */
  static final long NONE = -1;

  final CodeSpace space;

  /** Offset of the first instruction in CS. */
  final long rip;

  /** Physical page of the first byte. */
  final long page;

  /** Physical page of the last byte if that is another one, else {@link #NONE}. */
  final long secondPage;

  /** Where the block begins: its first operation, or the region that stands in its place. */
  private Operation first;

  private Operation plain;

  /** Number of instructions. */
  final int count;

  /** Memory that it takes, about, in bytes. */
  final int size;

  /** Branch targets may lie outside the code segment or be non-canonical. */
  final boolean checksTargets;

  /** Physical address of the first byte, and number of bytes. */
  final long start;

  final int length;

  /** False once the code has been dropped. */
  boolean valid = true;

  /** Looks that met the block. */
  int heat;

  private List<Region> regions = List.of();

  /** Last operations of other blocks that come here directly. */
  private Incoming incoming;

  /** Where the block is left, and links to other blocks are kept. */
  private final Operation exit;

  private boolean joined;

  /**
   * @param decoded of its instructions, which no other block had yet
   */
  Block(
      CodeSpace space,
      long start,
      int length,
      long secondPage,
      List<Operation> operations,
      int decoded) {
    this.space = space;
    this.rip = operations.get(0).rip;
    this.start = start;
    this.length = length;
    this.page = start & ~0xFFFL;
    this.secondPage = secondPage;
    this.plain = operations.get(0);
    this.first = plain;
    this.count = operations.size();
    this.size = BLOCK + count * OPERATION + decoded * INSTRUCTION;
    this.checksTargets = space.checksTargets(rip);
    for (int i = 0; i < count; i++) {
      Operation op = operations.get(i);
      op.block = this;
      op.position = (byte) i;
      op.next = i + 1 < count ? operations.get(i + 1) : null;
    }
    Operation last = operations.get(count - 1);
    if (!Translator.endsBlock(last)) {
      FallThrough end = new FallThrough();
      end.block = this;
      end.insn = last.insn;
      end.rip = last.rip;
      end.following = last.following;
      end.position = (byte) (count - 1);
      last.next = end;
      last = end;
    }
    exit = last;
  }

  Operation first() {
    return first;
  }

  /** What was made of the block and of others. */
  List<Region> regions() {
    return regions;
  }

  /** The block has become part of a region. */
  void join(Region region) {
    if (regions.isEmpty()) {
      regions = new ArrayList<>(2);
    }
    regions.add(region);
  }

  /** The last operation. */
  Operation exit() {
    return exit;
  }

  /** Executes several instructions as one operation where that is possible. */
  void join() {
    if (joined) {
      return;
    }
    joined = true;
    List<Operation> operations = Sequences.of(operations());
    for (int i = 0; i + 1 < operations.size(); i++) {
      operations.get(i).next = operations.get(i + 1);
      operations.get(i).actual().next = operations.get(i + 1);
    }
    if (first == plain) {
      unlink();
      first = operations.get(0);
    }
    plain = operations.get(0);
  }

  /** All operations of single instructions, and the last one. */
  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (Operation op = plain; op != null; op = op.next) {
      if (op instanceof Sequence) {
        operations.addAll(List.of(((Sequence) op).parts));
      } else {
        operations.add(op);
      }
    }
    return operations;
  }

  /** From now on the region stands in the block's place. */
  void replaceBy(Region region) {
    unlink();
    region.block = this;
    first = region;
  }

  /** The block stands for itself again. */
  void restore() {
    unlink();
    first = plain;
  }

  /** The block behind this one in the same page, or null. */
  Block following() {
    return space.find(exit.following, start + (exit.following - rip));
  }

  /** Physical address of the block's first byte in one of its pages. */
  long firstByte(long ofPage) {
    return ofPage == page && page != secondPage ? start : ofPage;
  }

  /** Physical address of the block's last byte in one of its pages. */
  long lastByte(long ofPage) {
    long beyond = start + length - 1 - (page + PAGE_SIZE);
    return secondPage == NONE
        ? start + length - 1
        : ofPage == page ? page + PAGE_SIZE - 1 : secondPage + beyond;
  }

  /** Lets the other block's last operation come here directly. */
  boolean linkFrom(Operation last) {
    if (!last.link(rip, first)) {
      return false;
    }
    if (incoming == null) {
      incoming = new Incoming();
    }
    incoming.add(last);
    return true;
  }

  /** Cuts every direct way to this block and from it. */
  void isolate() {
    unlink();
    exit.leave();
  }

  void forgetIncoming(Operation last) {
    if (incoming != null) {
      incoming.leaves();
    }
  }

  /** Cuts every direct way to this block. */
  void unlink() {
    if (incoming != null) {
      incoming.unlink(this);
    }
  }
}
