package io.vmxlab.build;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The instructions of one method. JVM specification, "The Java Virtual Machine Instruction Set".
 */
final class CodeWriter {
  private static final int TABLESWITCH = 0xAA;
  private static final int SAME_FRAME_LIMIT = 64;
  private static final int SAME_FRAME_EXTENDED = 251;
  private static final String KINDS = "IJFDA";

  private final Constants constants;
  private final ByteArrayOutputStream code = new ByteArrayOutputStream();

  /** Offsets that are jumped to. In each, the locals are the parameters and the stack is empty. */
  private final List<Integer> targets = new ArrayList<>();

  private byte[] jumps;
  private int jumpsAt;

  CodeWriter(Constants constants) {
    this.constants = constants;
  }

  private void op(int opcode) {
    code.write(opcode);
  }

  private void op(int opcode, int constant) {
    code.write(opcode);
    code.write(constant >> 8);
    code.write(constant);
  }

  void load(String type, int local) {
    code.write(0x15 + KINDS.indexOf(Types.kept(type)));
    code.write(local);
  }

  /** 0 or null. */
  void nothing(String type) {
    op(new int[] {0x03, 0x09, 0x0B, 0x0E, 0x01}[KINDS.indexOf(Types.kept(type))]);
  }

  /** SIPUSH. */
  void number(int value) {
    op(0x11, value);
  }

  void giveBack(String type) {
    op(type.equals("V") ? 0xB1 : 0xAC + KINDS.indexOf(Types.kept(type)));
  }

  void duplicate() {
    op(0x59);
  }

  void field(String owner, String name, String type) {
    op(0xB4, constants.field(owner, name, type));
  }

  void setField(String owner, String name, String type) {
    op(0xB5, constants.field(owner, name, type));
  }

  void make(String type) {
    op(0xBB, constants.type(type));
  }

  void construct(String owner, String descriptor) {
    op(0xB7, constants.method(Constants.METHOD, owner, "<init>", descriptor));
  }

  void callStatic(int tag, String owner, String name, String descriptor) {
    op(0xB8, constants.method(tag, owner, name, descriptor));
  }

  /** Calls a method of an object, however it is reached. */
  void call(int tag, String owner, String name, String descriptor) {
    int method = constants.method(tag, owner, name, descriptor);
    if (tag == Constants.INTERFACE_METHOD) {
      int words = 1;
      for (String type : Types.parameters(descriptor)) {
        words += Types.words(type);
      }
      op(0xB9, method);
      code.write(words);
      code.write(0);
    } else {
      op(0xB6, method);
    }
  }

  private void cast(String type) {
    if (!type.equals(Types.OBJECT)) {
      op(0xC0, constants.type(Types.internal(type)));
    }
  }

  /**
   * Makes a value of one type one of another, as a function object has to: casts, boxes, unboxes,
   * widens.
   *
   * @param seen the type that a reference has where the other is primitive
   */
  void adapt(String from, String seen, String to) {
    if (to.equals("V")) {
      if (Types.words(from) > 0) {
        op(Types.words(from) == 1 ? 0x57 : 0x58);
      }
    } else if (Types.isPrimitive(from) && Types.isPrimitive(to)) {
      widen(Types.kept(from), Types.kept(to));
    } else if (Types.isPrimitive(from)) {
      String box = Types.box(from);
      callStatic(Constants.METHOD, box, "valueOf", "(" + from + ")L" + box + ";");
    } else if (Types.isPrimitive(to)) {
      String boxed = Types.boxed(seen);
      String primitive = boxed == null ? to : boxed;
      String box = Types.box(primitive);
      cast("L" + box + ";");
      call(Constants.METHOD, box, Types.unboxing(primitive), "()" + primitive);
      widen(Types.kept(primitive), Types.kept(to));
    } else if (!from.equals(to)) {
      cast(to);
    }
  }

  private void widen(char from, char to) {
    int opcode =
        switch ("" + from + to) {
          case "IJ" -> 0x85;
          case "IF" -> 0x86;
          case "ID" -> 0x87;
          case "JF" -> 0x89;
          case "JD" -> 0x8A;
          case "FD" -> 0x8D;
          default -> 0;
        };
    if (opcode != 0) {
      op(opcode);
    }
  }

  /** Jumps by a number to one of so many cases, the last of which also takes other numbers. */
  void choose(int lowest, int count) {
    jumpsAt = code.size();
    op(TABLESWITCH);
    while (code.size() % 4 != 0) {
      op(0);
    }
    jumps = new byte[4 * (count + 3)];
    put(1, lowest);
    put(2, lowest + count - 1);
    code.writeBytes(jumps);
  }

  /** What follows is case {@code i} of {@code count}. */
  void place(int i, int count) {
    targets.add(code.size());
    put(3 + i, code.size() - jumpsAt);
    if (i == count - 1) {
      put(0, code.size() - jumpsAt);
    }
  }

  private void put(int word, int value) {
    for (int i = 0; i < 4; i++) {
      jumps[4 * word + i] = (byte) (value >> (24 - 8 * i));
    }
  }

  /**
   * The attribute of the method.
   *
   * @param stack words that the stack needs at most
   * @param locals words that the parameters take
   */
  byte[] attribute(int stack, int locals) {
    byte[] bytes = code.toByteArray();
    if (jumps != null) {
      System.arraycopy(jumps, 0, bytes, (jumpsAt + 4) & ~3, jumps.length);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    half(out, stack);
    half(out, locals);
    word(out, bytes.length);
    out.writeBytes(bytes);
    half(out, 0);
    half(out, targets.isEmpty() ? 0 : 1);
    if (!targets.isEmpty()) {
      byte[] frames = frames();
      half(out, constants.text("StackMapTable"));
      word(out, frames.length);
      out.writeBytes(frames);
    }
    return out.toByteArray();
  }

  private byte[] frames() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    half(out, targets.size());
    int next = 0;
    for (int target : targets) {
      int apart = target - next;
      if (apart < SAME_FRAME_LIMIT) {
        out.write(apart);
      } else {
        out.write(SAME_FRAME_EXTENDED);
        half(out, apart);
      }
      next = target + 1;
    }
    return out.toByteArray();
  }

  private static void half(ByteArrayOutputStream out, int value) {
    out.write(value >> 8);
    out.write(value);
  }

  private static void word(ByteArrayOutputStream out, int value) {
    half(out, value >> 16);
    half(out, value);
  }
}
