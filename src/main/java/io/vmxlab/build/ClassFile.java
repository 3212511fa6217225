package io.vmxlab.build;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A class file, taken apart. JVM specification, "The class File Format". */
final class ClassFile {
  private static final int MAGIC = 0xCAFE_BABE;

  /** An attribute; its name is a constant. */
  record Attribute(int name, byte[] bytes) {}

  /** A field or method; its name and descriptor are constants. */
  record Member(int access, int name, int descriptor, List<Attribute> attributes) {}

  final int version;
  final Constants constants;
  final int access;
  final int self;
  final int parent;
  final List<Integer> interfaces = new ArrayList<>();
  final List<Member> fields = new ArrayList<>();
  final List<Member> methods = new ArrayList<>();
  final List<Attribute> attributes = new ArrayList<>();

  /** A new class. */
  ClassFile(int version, int access, String name, String parent) {
    this.version = version;
    this.access = access;
    constants = new Constants();
    self = constants.type(name);
    this.parent = constants.type(parent);
  }

  private ClassFile(DataInputStream in) throws IOException {
    if (in.readInt() != MAGIC) {
      throw new IOException("no class file");
    }
    version = in.readInt();
    constants = Constants.read(in);
    access = in.readUnsignedShort();
    self = in.readUnsignedShort();
    parent = in.readUnsignedShort();
    for (int i = in.readUnsignedShort(); i > 0; i--) {
      interfaces.add(in.readUnsignedShort());
    }
    members(in, fields);
    members(in, methods);
    attributes(in, attributes);
  }

  static ClassFile read(byte[] bytes) throws IOException {
    return new ClassFile(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  private static void members(DataInputStream in, List<Member> into) throws IOException {
    for (int i = in.readUnsignedShort(); i > 0; i--) {
      Member member =
          new Member(
              in.readUnsignedShort(),
              in.readUnsignedShort(),
              in.readUnsignedShort(),
              new ArrayList<>());
      attributes(in, member.attributes);
      into.add(member);
    }
  }

  private static void attributes(DataInputStream in, List<Attribute> into) throws IOException {
    for (int i = in.readUnsignedShort(); i > 0; i--) {
      into.add(new Attribute(in.readUnsignedShort(), in.readNBytes(in.readInt())));
    }
  }

  String name() {
    return constants.named(self);
  }

  /** The bytes of an attribute, or null; changes to them are changes of the class. */
  byte[] attribute(List<Attribute> of, String name) {
    for (Attribute a : of) {
      if (constants.textAt(a.name).equals(name)) {
        return a.bytes;
      }
    }
    return null;
  }

  /** Adds an attribute, or replaces the one of that name. */
  void set(List<Attribute> of, String name, byte[] bytes) {
    int number = constants.text(name);
    of.removeIf(a -> constants.textAt(a.name).equals(name));
    of.add(new Attribute(number, bytes));
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeInt(MAGIC);
      out.writeInt(version);
      constants.write(out);
      out.writeShort(access);
      out.writeShort(self);
      out.writeShort(parent);
      out.writeShort(interfaces.size());
      for (int i : interfaces) {
        out.writeShort(i);
      }
      write(out, fields);
      write(out, methods);
      writeAttributes(out, attributes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, List<Member> members) throws IOException {
    out.writeShort(members.size());
    for (Member m : members) {
      out.writeShort(m.access);
      out.writeShort(m.name);
      out.writeShort(m.descriptor);
      writeAttributes(out, m.attributes);
    }
  }

  private static void writeAttributes(DataOutputStream out, List<Attribute> attributes)
      throws IOException {
    out.writeShort(attributes.size());
    for (Attribute a : attributes) {
      out.writeShort(a.name);
      out.writeInt(a.bytes.length);
      out.write(a.bytes);
    }
  }
}
