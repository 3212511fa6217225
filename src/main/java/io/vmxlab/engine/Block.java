package io.vmxlab.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Straight-line code: one entry, decoded once. A program has a block for each few instructions, so
 * what a block has is kept small: it takes {@value #BLOCK} bytes.
 */
class Block {
  private static final int PAGE_SIZE = 4096;

  /** What a block, an operation and what describes an instruction take, in bytes. */
  private static final int BLOCK = 72;

  private static final int OPERATION = 48;
  private static final int LINKS = 16;
  private static final int INSTRUCTION = 128;

  /** The place of a block in {@link BlockTable}, which is filled by half at most. */
  private static final int PLACE = 16;

  /** No second page. */
  static final long NONE = -1;

  final CodeSpace space;

  /** Offset of the first instruction in CS. */
  final long rip;

  /** Physical address of the first byte, and number of bytes. */
  final long start;

  final short length;

  /** Number of instructions. */
  final byte count;

  /** Of these instructions, those that no other block had yet. */
  private final byte decoded;

  /** Branch targets may lie outside the code segment or be non-canonical. */
  final boolean checksTargets;

  /** False once the code has been dropped. */
  boolean valid = true;

  /** Sequences have been made of its operations. */
  private boolean joined;

  /** Looks that met the block, as far as a short holds them. */
  short heat;

  /** Where the block begins: its first operation, or the region that stands in its place. */
  private Operation first;

  /** Where the block is left, and links to other blocks are kept. */
  private final Operation exit;

  private List<Region> regions = List.of();

  /**
   * Last operations of other blocks that come here directly: two, and if there are more, the
   * others. What goes elsewhere by now may still stand here, so that leaving takes no search.
   */
  private Operation oneIncoming;

  private Operation otherIncoming;
  private Incoming moreIncoming;

  /** Another block that begins in the same line of memory, see {@link PageCode}. */
  Block nextInLine;

  /**
   * @param decoded of its instructions, which no other block had yet
   */
  Block(
      CodeSpace space, long rip, long start, int length, List<Operation> operations, int decoded) {
    this.space = space;
    this.rip = rip;
    this.start = start;
    this.length = (short) length;
    this.first = operations.get(0);
    this.count = (byte) operations.size();
    this.decoded = (byte) decoded;
    this.checksTargets = space.checksTargets(rip);
    int bytes = 0;
    for (int i = 0; i < count; i++) {
      Operation op = operations.get(i);
      op.stand(this, i, bytes);
      op.next = i + 1 < count ? operations.get(i + 1) : null;
      bytes += op.insn == null ? 0 : op.insn.length();
    }
    Operation last = operations.get(count - 1);
    if (!Translator.endsBlock(last)) {
      FallThrough end = new FallThrough();
      end.insn = last.insn;
      end.stand(this, count - 1, bytes - last.insn.length());
      last.next = end;
      last = end;
    }
    exit = last;
  }

  /** A block whose first and only instruction ends in another page. */
  static final class AcrossPages extends Block {
    private final long second;

    AcrossPages(
        CodeSpace space,
        long rip,
        long start,
        int length,
        long second,
        List<Operation> operations,
        int decoded) {
      super(space, rip, start, length, operations, decoded);
      this.second = second;
    }

    @Override
    long secondPage() {
      return second;
    }
  }

  /** Memory that it takes, about, in bytes. */
  final int size() {
    int targets = exit instanceof Indirect ? Indirect.SIZE_OF_OTHERS : 0;
    return BLOCK + PLACE + LINKS + targets + count * OPERATION + decoded * INSTRUCTION;
  }

  /** An address in CS lies in the page of the first instruction. */
  final boolean isInPage(long other) {
    return ((other ^ rip) & -PAGE_SIZE) == 0;
  }

  /** Physical page of the first byte. */
  final long page() {
    return start & -PAGE_SIZE;
  }

  /** Physical page of the last byte if that is another one, else {@link #NONE}. */
  long secondPage() {
    return NONE;
  }

  final Operation first() {
    return first;
  }

  /** What was made of the block and of others. */
  final List<Region> regions() {
    return regions;
  }

  /** The block has become part of a region. */
  final void join(Region region) {
    if (regions.isEmpty()) {
      regions = new ArrayList<>(2);
    }
    regions.add(region);
  }

  /** The first operation, whatever stands in its place: a region has it for its next one. */
  final Operation plain() {
    return first instanceof Region ? first.next : first;
  }

  /** The last operation. */
  final Operation exit() {
    return exit;
  }

  /** Executes several instructions as one operation where that is possible. */
  final void join() {
    if (joined) {
      return;
    }
    joined = true;
    List<Operation> operations = Sequences.of(operations());
    for (int i = 0; i + 1 < operations.size(); i++) {
      operations.get(i).next = operations.get(i + 1);
      operations.get(i).actual().next = operations.get(i + 1);
    }
    if (first instanceof Region) {
      first.next = operations.get(0);
    } else {
      unlink();
      first = operations.get(0);
    }
  }

  /** All operations of single instructions, and the last one. */
  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (Operation op = plain(); op != null; op = op.next) {
      if (op instanceof Sequence) {
        operations.addAll(List.of(((Sequence) op).parts));
      } else {
        operations.add(op);
      }
    }
    return operations;
  }

  /** From now on the region stands in the block's place. */
  final void replaceBy(Region region) {
    unlink();
    region.block = this;
    region.next = plain();
    first = region;
  }

  /** The block stands for itself again. */
  final void restore() {
    unlink();
    first = plain();
  }

  /** The block behind this one in the same page, or null. */
  final Block following() {
    return space.find(exit.following(), start + (exit.following() - rip));
  }

  /** Physical address of the block's last byte in its first page. */
  final long lastByte() {
    return secondPage() == NONE ? start + length - 1 : page() + PAGE_SIZE - 1;
  }

  /** Number of the block's bytes in its second page. */
  final int bytesInSecondPage() {
    return (int) (start + length - (page() + PAGE_SIZE));
  }

  /** Lets the other block's last operation come here directly. */
  final boolean linkFrom(Operation last) {
    if (!last.link(rip, first)) {
      return false;
    }
    if (isFree(oneIncoming)) {
      oneIncoming = last;
    } else if (isFree(otherIncoming)) {
      otherIncoming = last;
    } else {
      if (moreIncoming == null) {
        moreIncoming = new Incoming(this);
      }
      moreIncoming.add(last);
    }
    return true;
  }

  /** Nothing comes here by way of what stands there. */
  private boolean isFree(Operation incoming) {
    return incoming == null || !incoming.goesTo(this);
  }

  /** Cuts every direct way to this block and from it. */
  final void isolate() {
    unlink();
    exit.leave();
  }

  /** Cuts every direct way to this block. */
  final void unlink() {
    cut(oneIncoming);
    cut(otherIncoming);
    oneIncoming = null;
    otherIncoming = null;
    if (moreIncoming != null) {
      moreIncoming.unlink();
      moreIncoming = null;
    }
  }

  private void cut(Operation incoming) {
    if (incoming != null) {
      incoming.unlink(this);
    }
  }
}
