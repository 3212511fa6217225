package io.vmxlab.engine;

import java.util.List;
import org.objectweb.asm.Opcodes;

/** What JVM instructions do with constants. */
final class InlineConstants {
  private InlineConstants() {}

  /** What an instruction leaves, or null where that is for the JVM to find out. */
  static Number compute(int opcode, List<Number> taken) {
    if (taken.isEmpty()) {
      return null;
    }
    Number a = taken.get(0);
    Number b = taken.get(taken.size() - 1);
    switch (opcode) {
      case Opcodes.IADD:
        return a.intValue() + b.intValue();
      case Opcodes.ISUB:
        return a.intValue() - b.intValue();
      case Opcodes.IMUL:
        return a.intValue() * b.intValue();
      case Opcodes.IDIV:
        return b.intValue() == 0 ? null : (Number) (a.intValue() / b.intValue());
      case Opcodes.INEG:
        return -a.intValue();
      case Opcodes.IAND:
        return a.intValue() & b.intValue();
      case Opcodes.IOR:
        return a.intValue() | b.intValue();
      case Opcodes.IXOR:
        return a.intValue() ^ b.intValue();
      case Opcodes.ISHL:
        return a.intValue() << b.intValue();
      case Opcodes.ISHR:
        return a.intValue() >> b.intValue();
      case Opcodes.IUSHR:
        return a.intValue() >>> b.intValue();
      case Opcodes.I2L:
        return a.longValue();
      case Opcodes.L2I:
        return a.intValue();
      case Opcodes.I2B:
        return (int) a.byteValue();
      case Opcodes.I2S:
        return (int) a.shortValue();
      case Opcodes.LADD:
        return a.longValue() + b.longValue();
      case Opcodes.LSUB:
        return a.longValue() - b.longValue();
      case Opcodes.LNEG:
        return -a.longValue();
      case Opcodes.LOR:
        return a.longValue() | b.longValue();
      case Opcodes.LXOR:
        return a.longValue() ^ b.longValue();
      case Opcodes.LAND:
        return a.longValue() & b.longValue();
      case Opcodes.LSHL:
        return a.longValue() << b.intValue();
      case Opcodes.LSHR:
        return a.longValue() >> b.intValue();
      case Opcodes.LUSHR:
        return a.longValue() >>> b.intValue();
      case Opcodes.LCMP:
        return Long.compare(a.longValue(), b.longValue());
      default:
        return null;
    }
  }

  /** The operation leaves its first operand if the second is 0. */
  static boolean leavesFirst(int opcode) {
    switch (opcode) {
      case Opcodes.LADD:
      case Opcodes.LSUB:
      case Opcodes.LOR:
      case Opcodes.LXOR:
      case Opcodes.LSHL:
      case Opcodes.LSHR:
      case Opcodes.LUSHR:
        return true;
      default:
        return false;
    }
  }

  /** Whether a branch is taken, or null where that is for the JVM to find out. */
  static Boolean jumps(int opcode, List<Number> taken) {
    if (taken.isEmpty()) {
      return null;
    }
    int a = taken.get(0).intValue();
    int b = taken.size() > 1 ? taken.get(1).intValue() : 0;
    switch (opcode) {
      case Opcodes.IFEQ:
      case Opcodes.IF_ICMPEQ:
        return a == b;
      case Opcodes.IFNE:
      case Opcodes.IF_ICMPNE:
        return a != b;
      case Opcodes.IFLT:
      case Opcodes.IF_ICMPLT:
        return a < b;
      case Opcodes.IFGE:
      case Opcodes.IF_ICMPGE:
        return a >= b;
      case Opcodes.IFGT:
      case Opcodes.IF_ICMPGT:
        return a > b;
      case Opcodes.IFLE:
      case Opcodes.IF_ICMPLE:
        return a <= b;
      default:
        return null;
    }
  }
}
