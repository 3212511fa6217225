package io.vmxlab.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;

/** Renames what a class file refers to. JVM specification, "The Constant Pool". */
final class ConstantPool {
  private static final int UTF8 = 1;

  private ConstantPool() {}

  /**
   * Copies a class file.
   *
   * @param names old to new value of constants; others stay
   */
  static byte[] rename(byte[] classFile, Map<String, String> names) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(classFile.length + 128);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(in.readLong());
    int count = in.readUnsignedShort();
    out.writeShort(count);
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      out.writeByte(tag);
      if (tag == UTF8) {
        String text = in.readUTF();
        out.writeUTF(names.getOrDefault(text, text));
        continue;
      }
      int size = size(tag);
      out.write(in.readNBytes(size));
      if (size == Long.BYTES) {
        i++; // long and double take two places
      }
    }
    out.write(in.readAllBytes());
    return bytes.toByteArray();
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
