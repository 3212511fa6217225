package io.vmxlab.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Renames what a class file refers to. JVM specification, "The Constant Pool". */
final class ConstantPool {
  private static final int UTF8 = 1;

  /** Where the number of constants stands. */
  private static final int COUNT = 8;

  private ConstantPool() {}

  /**
   * Copies a class file.
   *
   * @param names old to new value of constants, in ASCII; others stay
   */
  static byte[] rename(byte[] classFile, Map<String, String> names) {
    byte[][] olds = new byte[names.size()][];
    byte[][] news = new byte[names.size()][];
    int n = 0;
    for (Map.Entry<String, String> name : names.entrySet()) {
      olds[n] = name.getKey().getBytes(StandardCharsets.US_ASCII);
      news[n++] = name.getValue().getBytes(StandardCharsets.US_ASCII);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(classFile.length + 128);
    int copied = 0;
    int at = COUNT + 2;
    for (int left = half(classFile, COUNT) - 1; left > 0; left--) {
      int tag = classFile[at];
      if (tag != UTF8) {
        int size = size(tag);
        at += 1 + size;
        left -= size == Long.BYTES ? 1 : 0; // long and double take two places
        continue;
      }
      int start = at + 3;
      int end = start + half(classFile, at + 1);
      for (int i = 0; i < n; i++) {
        if (end - start == olds[i].length
            && Arrays.equals(classFile, start, end, olds[i], 0, olds[i].length)) {
          out.write(classFile, copied, at + 1 - copied);
          out.write(news[i].length >> 8);
          out.write(news[i].length);
          out.writeBytes(news[i]);
          copied = end;
        }
      }
      at = end;
    }
    out.write(classFile, copied, classFile.length - copied);
    return out.toByteArray();
  }

  private static int half(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }

  private static int size(int tag) {
    switch (tag) {
      case 3: // Integer
      case 4: // Float
      case 9: // Fieldref
      case 10: // Methodref
      case 11: // InterfaceMethodref
      case 12: // NameAndType
      case 17: // Dynamic
      case 18: // InvokeDynamic
        return 4;
      case 5: // Long
      case 6: // Double
        return 8;
      case 7: // Class
      case 8: // String
      case 16: // MethodType
      case 19: // Module
      case 20: // Package
        return 2;
      case 15: // MethodHandle
        return 3;
      default:
        throw new IllegalArgumentException("constant pool tag " + tag);
    }
  }
}
