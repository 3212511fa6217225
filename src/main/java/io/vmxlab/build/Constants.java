package io.vmxlab.build;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A constant pool that can grow. JVM specification, "The Constant Pool". */
final class Constants {
  static final int METHOD = 10;
  static final int INTERFACE_METHOD = 11;

  private static final int UTF8 = 1;
  private static final int CLASS = 7;
  private static final int FIELD = 9;
  private static final int NAME_AND_TYPE = 12;

  /** Text, or the bytes behind the tag. */
  private record Constant(int tag, Object value) {
    int half(int i) {
      byte[] bytes = (byte[]) value;
      return (bytes[2 * i] & 0xFF) << 8 | bytes[2 * i + 1] & 0xFF;
    }
  }

  /** Number 0 is none, nor is the one behind a long or double. */
  private final List<Constant> all = new ArrayList<>();

  private final Map<String, Integer> numbers = new HashMap<>();

  /** An empty one. */
  Constants() {
    all.add(null);
  }

  static Constants read(DataInputStream in) throws IOException {
    Constants read = new Constants();
    int count = in.readUnsignedShort();
    while (read.all.size() < count) {
      int tag = in.readUnsignedByte();
      read.put(new Constant(tag, tag == UTF8 ? in.readUTF() : in.readNBytes(size(tag))));
    }
    return read;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeShort(all.size());
    for (Constant c : all) {
      if (c != null) {
        out.writeByte(c.tag);
        if (c.tag == UTF8) {
          out.writeUTF((String) c.value);
        } else {
          out.write((byte[]) c.value);
        }
      }
    }
  }

  private static int size(int tag) {
    switch (tag) {
      case 7: // Class
      case 8: // String
      case 16: // MethodType
      case 19: // Module
      case 20: // Package
        return 2;
      case 15: // MethodHandle
        return 3;
      case 5: // Long
      case 6: // Double
        return 8;
      default:
        return 4;
    }
  }

  private int put(Constant constant) {
    int number = all.size();
    all.add(constant);
    if (constant.tag != UTF8 && size(constant.tag) == Long.BYTES) {
      all.add(null);
    }
    numbers.putIfAbsent(key(constant), number);
    return number;
  }

  private static String key(Constant constant) {
    if (constant.tag == UTF8) {
      return "text " + constant.value;
    }
    StringBuilder key = new StringBuilder().append(constant.tag);
    for (byte b : (byte[]) constant.value) {
      key.append(' ').append(b);
    }
    return key.toString();
  }

  private int number(Constant constant) {
    Integer known = numbers.get(key(constant));
    return known != null ? known : put(constant);
  }

  private int number(int tag, int... halves) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int half : halves) {
      bytes.write(half >> 8);
      bytes.write(half);
    }
    return number(new Constant(tag, bytes.toByteArray()));
  }

  /** Number of a text, which is added if there is none. */
  int text(String text) {
    return number(new Constant(UTF8, text));
  }

  /** Number of a class, by its internal name, or of an array class, by its descriptor. */
  int type(String internalName) {
    return number(CLASS, text(internalName));
  }

  int field(String owner, String name, String descriptor) {
    return member(FIELD, owner, name, descriptor);
  }

  /**
   * Number of a method.
   *
   * @param tag {@link #METHOD} or {@link #INTERFACE_METHOD}
   */
  int method(int tag, String owner, String name, String descriptor) {
    return member(tag, owner, name, descriptor);
  }

  private int member(int tag, String owner, String name, String descriptor) {
    return number(tag, type(owner), number(NAME_AND_TYPE, text(name), text(descriptor)));
  }

  /** Changes a text for all that refer to it. */
  void replace(int text, String by) {
    Constant changed = new Constant(UTF8, by);
    numbers.remove(key(all.get(text)));
    all.set(text, changed);
    numbers.putIfAbsent(key(changed), text);
  }

  int tag(int number) {
    return all.get(number).tag;
  }

  String textAt(int number) {
    return (String) all.get(number).value;
  }

  /** The number that a constant has in its place {@code i}. */
  int half(int number, int i) {
    return all.get(number).half(i);
  }

  /** The text that a class, string or method type names. */
  String named(int number) {
    return textAt(half(number, 0));
  }

  /** Class of a field or method. */
  String owner(int member) {
    return named(half(member, 0));
  }

  /** Name of a field, method or call site. */
  String name(int member) {
    return textAt(half(half(member, 1), 0));
  }

  /** Descriptor of a field, method or call site. */
  String descriptor(int member) {
    return textAt(half(half(member, 1), 1));
  }

  /** Kind of reference of a method handle. */
  int handleKind(int handle) {
    return ((byte[]) all.get(handle).value)[0];
  }

  /** The member that a method handle refers to. */
  int handled(int handle) {
    byte[] bytes = (byte[]) all.get(handle).value;
    return (bytes[1] & 0xFF) << 8 | bytes[2] & 0xFF;
  }
}
