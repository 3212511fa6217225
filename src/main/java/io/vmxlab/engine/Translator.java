package io.vmxlab.engine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Fault;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.FormAttribute;
import io.vmxlab.isa.Instruction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Decodes code at RIP into blocks. */
final class Translator {
  /** Instructions in a block at most. */
  static final int MAX_BLOCK = 64;

  private static final int PAGE_SIZE = 4096;

  /** Bytes in an instruction at most. */
  static final int MAX_LENGTH = 15;

  /** What is read where there is RAM that was never written, and where there is none. */
  private static final byte[] UNWRITTEN = new byte[MAX_LENGTH];

  private static final byte[] ABSENT = new byte[MAX_LENGTH];

  /** Instructions remembered, a power of two. */
  private static final int KNOWN = 8192;

  static {
    Arrays.fill(ABSENT, (byte) 0xFF);
  }

  private final Cpu cpu;
  private final Decoder decoder;

  /**
   * Operations by the first bytes of their instructions, for {@link OperationFactory#place}. Most
   * instructions of a program stand in it more than once; they then are decoded once, and share
   * what describes them.
   */
  private final Operation[] known = new Operation[KNOWN];

  /** The operations of the block that is being made. */
  private final List<Operation> operations = new ArrayList<>(MAX_BLOCK);

  /** How many of them stand for instructions that were not known. */
  private int decodedAnew;

  /** Where the last instruction read came from, if it reached into another page. */
  private long secondPage;

  Translator(Cpu cpu, Decoder decoder) {
    this.cpu = cpu;
    this.decoder = decoder;
  }

  /**
   * Decodes a block.
   *
   * @param physical address of its first byte
   * @throws Fault if the first instruction reaches into a page that cannot be fetched
   */
  Block translate(CodeSpace space, long rip, long physical) {
    operations.clear();
    secondPage = Block.NONE;
    decodedAnew = 0;
    long at = rip;
    int length = 0;
    while (operations.size() < space.mostInstructions) {
      int left = PAGE_SIZE - (int) (physical & (PAGE_SIZE - 1)) - length;
      if (left <= 0) {
        break;
      }
      Operation op = operation(space, at, physical + length, left, operations.isEmpty());
      if (op == null) {
        break;
      }
      operations.add(op);
      if (op.insn == null) {
        length += secondPage == Block.NONE ? Math.min(left, MAX_LENGTH) : MAX_LENGTH;
        break;
      }
      length += op.insn.length();
      at = Cpu.following(op.insn, at);
      if (endsBlock(op) || secondPage != Block.NONE || at < rip) {
        break;
      }
    }
    return secondPage == Block.NONE
        ? new Block(space, rip, physical, length, operations, decodedAnew)
        : new Block.AcrossPages(space, rip, physical, length, secondPage, operations, decodedAnew);
  }

  /** After it the engine has to look where to go on, or cannot go on. */
  static boolean endsBlock(Operation op) {
    return op.insn == null
        || op instanceof Branch
        || op.insn.form.has(FormAttribute.ENDS_BLOCK)
        || OperationFactory.repeats(op.insn)
        || !op.insn.form.modelled();
  }

  /**
   * @param left bytes in the page
   * @return null if the instruction reaches into the next page, which nothing has been fetched from
   *     yet, and is not the block's first: such an instruction gets a block of its own
   */
  private Operation operation(CodeSpace space, long rip, long physical, int left, boolean first) {
    byte[] code = cpu.memory.written(physical);
    int from = 0;
    if (code == null) {
      code = cpu.memory.isRam(physical) ? UNWRITTEN : ABSENT;
    } else {
      from = cpu.memory.offset(physical);
    }
    int most = (int) Math.min(MAX_LENGTH, cpu.codeLeft(rip));
    int hash = hash(code, from);
    Operation met = known[hash];
    if (met != null && stands(met.insn, code, from, Math.min(left, most), space.mode)) {
      return OperationFactory.place(met, rip);
    }
    Decoded decoded = decoder.decode(code, from, from + Math.min(left, most), space.mode);
    if (decoded instanceof Decoded.Truncated && left < most) {
      if (!first) {
        return null;
      }
      byte[] both = acrossPages(rip, physical, left);
      decoded = decoder.decode(both, 0, most, space.mode);
    }
    if (decoded instanceof Decoded.Undefined) {
      return Failing.undefined((Decoded.Undefined) decoded);
    }
    if (decoded instanceof Decoded.Valid) {
      decodedAnew++;
      known[hash] = OperationFactory.make(((Decoded.Valid) decoded).instruction());
      return OperationFactory.place(known[hash], rip);
    }
    return Failing.endless(most < MAX_LENGTH);
  }

  /** Of the first four bytes, or of fewer at the end of an array. */
  private static int hash(byte[] code, int from) {
    int first = 0;
    for (int i = from; i < Math.min(from + 4, code.length); i++) {
      first = first << 8 | code[i] & 0xFF;
    }
    return (first * 0x9E37_79B1 >>> 16) & (KNOWN - 1);
  }

  /** The instruction's bytes stand there, in as many as may be read. */
  private static boolean stands(
      Instruction insn, byte[] code, int from, int readable, CodeMode mode) {
    int length = insn.length();
    return insn.mode == mode
        && length <= readable
        && Arrays.equals(insn.bytes, 0, length, code, from, from + length);
  }

  private byte[] acrossPages(long rip, long physical, int left) {
    secondPage = cpu.mmu.fetch(cpu.codeLinear(rip + left)) & ~(PAGE_SIZE - 1L);
    byte[] both = new byte[MAX_LENGTH];
    for (int i = 0; i < MAX_LENGTH; i++) {
      both[i] = (byte) cpu.memory.read8(i < left ? physical + i : secondPage + i - left);
    }
    return both;
  }
}
