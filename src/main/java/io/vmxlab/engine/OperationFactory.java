package io.vmxlab.engine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.DataSize;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.FormAttribute;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Operand;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes operations. An operation class is a shape (how operands are fetched and stored) combined
 * with a semantics method (what is done with them). The shapes are ordinary classes with a
 * placeholder call; a copy of the class file whose constant pool names the real method is defined
 * when the combination is first met.
 */
final class OperationFactory {
  private static final String CPU = "(Lio/vmxlab/cpu/Cpu;";
  private static final String CORE = "(Lio/vmxlab/cpu/Core;";
  private static final String FLAGS = "(Lio/vmxlab/cpu/LazyFlags;";
  private static final int FS = SegmentRegister.FS.ordinal();
  private static final Map<String, Operation> DEFINED = new HashMap<>();

  /** Where the operations stand that the build has made; there need be none. */
  static final String READY_MADE = "operations.txt";

  private static final Set<String> READY = ready();

  /** The same by form, whose identity counts, and by {@link #variant}. */
  private static final Map<Form, Operation[]> PROTOTYPES = new IdentityHashMap<>();

  /** Three operand sizes, three address sizes, three properties. */
  private static final int VARIANTS = 3 * 3 * 8;

  /** What the class being initialised is made of; guarded by the class lock. */
  private static Recipe pending;

  private OperationFactory() {}

  private static Set<String> ready() {
    try (InputStream in = OperationFactory.class.getResourceAsStream(READY_MADE)) {
      Set<String> names = new HashSet<>();
      String list = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      for (int at = 0, end; at < list.length(); at = end + 1) {
        end = list.indexOf('\n', at);
        names.add(list.substring(at, end));
      }
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For static initialisers of shapes: width of the operation in bits. */
  static int width() {
    return pending.width();
  }

  /** For static initialisers of shapes: operand number {@code i} of the syntax. */
  static Slot slot(int i) {
    return pending.slots()[i];
  }

  /** For static initialisers of shapes: faults of storing have to come before the method. */
  static boolean checksStore() {
    return !pending.onlyComputes();
  }

  /** For static initialisers of shapes: operand number {@code i} of the syntax, a vector. */
  static VectorSlot vector(int i) {
    return pending.vectors().slot(i);
  }

  /** For static initialisers of shapes: width of an element in bits. */
  static int element() {
    return pending.vectors().element();
  }

  /** For static initialisers of shapes: number of elements. */
  static int elements() {
    return pending.vectors().elements();
  }

  /** For static initialisers of shapes: what the operands demand of the processor. */
  static VectorSlot.Unit unit() {
    return pending.vectors().unit();
  }

  /** A string instruction with a repeat prefix that counts. */
  static boolean repeats(Instruction insn) {
    return insn.repeat != 0
        && (insn.form.has(FormAttribute.REP) || insn.form.has(FormAttribute.REPCC));
  }

  /** The operation of an instruction, for {@link #place} to put where the instruction stands. */
  static Operation make(Instruction insn) {
    Operation op = insn.form.modelled() ? prototype(insn).fresh() : Failing.notModelled(insn.form);
    op.insn = insn;
    op.base = (byte) insn.base;
    op.index = (byte) insn.index;
    op.address(insn.segment, insn.scale);
    op.displacement = insn.displacement;
    op.immediate = insn.immediate;
    List<Operand> operands = insn.form.operands();
    int count = operands.size();
    op.register0 = count > 0 ? register(insn, operands.get(0), 0) : 0;
    op.register1 = count > 1 ? register(insn, operands.get(1), 1) : 0;
    op.register2 = count > 2 ? register(insn, operands.get(2), 2) : 0;
    for (Operand operand : operands) {
      if (operand.kind() == Operand.Kind.MOFFS) {
        op.displacement = insn.immediate;
      } else if (isConstant(operand)) {
        op.immediate = operand.register();
      }
    }
    return op;
  }

  /** The same operation for the same instruction at a place. */
  static Operation place(Operation made, long rip) {
    Instruction insn = made.insn;
    Operation op = made.fresh();
    op.copy(made);
    if (insn.ripRelative) {
      op.displacement += rip + insn.length();
    }
    if (op instanceof Branch) {
      ((Branch) op).aim(rip);
    }
    return op;
  }

  private static boolean isConstant(Operand operand) {
    return operand.kind() == Operand.Kind.FIXED && Character.isDigit(operand.text().charAt(0));
  }

  private static byte register(Instruction insn, Operand operand, int i) {
    return (byte) number(insn, operand, i);
  }

  private static int number(Instruction insn, Operand operand, int i) {
    switch (operand.kind()) {
      case REGISTER:
      case REGISTER_OR_MEMORY:
        int number = insn.register(i);
        return operand.width() == 8 && insn.highByte(number)
            ? number - 4 + Slot.Register.HIGH_BYTE
            : number;
      case FIXED:
        return operand.register();
      case OTHER:
        return insn.register(i);
      default:
        return 0;
    }
  }

  private static synchronized Operation prototype(Instruction insn) {
    Operation[] variants = PROTOTYPES.computeIfAbsent(insn.form, f -> new Operation[VARIANTS]);
    int variant = variant(insn);
    if (variants[variant] == null) {
      variants[variant] = prototype(Recipe.of(insn));
    }
    return variants[variant];
  }

  /** What the class depends on besides the form. */
  private static int variant(Instruction insn) {
    return (insn.operandSize >> 5) * 3
        + (insn.addressSize >> 5)
        + 9 * ((insn.memory() ? 1 : 0) + (isFlat(insn) ? 2 : 0) + (repeats(insn) ? 4 : 0));
  }

  /**
   * What an operation class is made of.
   *
   * @param width of the operation in bits, or 0
   * @param slots of operands that are no vectors; null in the place of vectors
   * @param vectors null if no operand is a vector
   */
  record Recipe(Form form, String shape, int width, Slot[] slots, VectorShape vectors) {
    static Recipe of(Instruction insn) {
      VectorShape vectors = VectorShape.of(insn);
      String shape = vectors == null ? OperationFactory.shape(insn) : vectors.name();
      int width = vectors == null ? OperationFactory.width(insn, shape) : vectors.width();
      return new Recipe(
          insn.form, shape, width, OperationFactory.slots(insn, shape, vectors), vectors);
    }

    private String className() {
      StringBuilder name =
          new StringBuilder(OperationFactory.className(shape, form.method(), form.owner()));
      if (width != 0) {
        name.append('_').append(width);
      }
      for (Slot slot : slots) {
        if (slot != null) {
          name.append('_').append(slot.suffix());
        }
      }
      if (vectors != null) {
        name.append('_').append(vectors.suffix());
      }
      return name.toString();
    }

    /** Internal name of the class that has the method. */
    String owner() {
      return form.owner().replace('.', '/');
    }

    /** Operand 0 is stored. */
    boolean stores() {
      return shape.startsWith("Set") || shape.startsWith("Update") || shape.equals("MoveIf");
    }

    /** The method looks at the flags only. */
    boolean isCondition() {
      return form.descriptor().equals(FLAGS + ")Z");
    }

    /** The method can do nothing but compute a value, from its operands unless a condition. */
    boolean onlyComputes() {
      return form.flags().isEmpty() && touches() == Touched.FLAGS;
    }

    Touched touches() {
      String given = form.descriptor().substring(0, form.descriptor().indexOf(';') + 1);
      return given.equals(FLAGS) ? Touched.FLAGS : given.equals(CORE) ? Touched.CORE : Touched.ALL;
    }
  }

  /** What a method may touch besides its operands, as its first parameter says. */
  enum Touched {
    FLAGS,
    CORE,
    ALL
  }

  private static Operation prototype(Recipe recipe) {
    return DEFINED.computeIfAbsent(recipe.className(), n -> define(n, recipe));
  }

  /** The shape that goes with the method's signature; see docs/adding-an-instruction.md. */
  private static String shape(Instruction insn) {
    Form form = insn.form;
    String descriptor = form.descriptor();
    List<Operand> operands = form.operands();
    switch (descriptor) {
      case CPU + "Lio/vmxlab/isa/Instruction;)V":
        return form.has(FormAttribute.ENDS_BLOCK) || repeats(insn) ? "WholeLast" : "Whole";
      case FLAGS + ")Z":
        return operands.size() == 2
            ? "MoveIf"
            : operands.get(0).kind() == Operand.Kind.RELATIVE ? "BranchIf" : "SetIf";
      case CPU + "I)Z":
        return "BranchCounted";
      case FLAGS + ")V":
        return "Use0";
      default:
        break;
    }
    boolean relative = !operands.isEmpty() && operands.get(0).kind() == Operand.Kind.RELATIVE;
    if (form.has(FormAttribute.ENDS_BLOCK)) {
      return relative ? "BranchDirect" : "BranchIndirect";
    }
    int values = descriptor.indexOf(')') - descriptor.indexOf(';') - 2;
    if (descriptor.endsWith("V")) {
      return "Use" + values;
    }
    return values == operands.size() ? "Update" + (values - 1) : "Set" + values;
  }

  private static int width(Instruction insn, String shape) {
    switch (shape) {
      case "Whole":
      case "WholeLast":
      case "Use0":
      case "SetIf":
      case "MoveIf":
      case "BranchIf":
        return 0;
      case "BranchCounted":
        return insn.addressSize;
      case "BranchDirect":
      case "BranchIndirect":
        return insn.operandSize;
      default:
        List<Operand> operands = insn.form.operands();
        int first = operands.isEmpty() ? 0 : operands.get(0).width();
        return first == 0 || operands.get(0).kind() == Operand.Kind.IMMEDIATE
            ? insn.operandSize
            : first;
    }
  }

  private static Slot[] slots(Instruction insn, String shape, VectorShape vectors) {
    if (shape.startsWith("Whole")
        || shape.equals("Use0")
        || shape.equals("BranchIf")
        || shape.equals("BranchDirect")
        || shape.equals("BranchCounted")) {
      return new Slot[0];
    }
    List<Operand> operands = insn.form.operands();
    if (operands.isEmpty()) {
      return new Slot[] {new Slot.Immediate()};
    }
    Slot[] slots = new Slot[operands.size()];
    for (int i = 0; i < slots.length; i++) {
      Operand operand = operands.get(i);
      boolean vector = vectors != null && !vectors.takesValue(i);
      if (!vector && operand.kind() != Operand.Kind.OTHER) { // methods know <XMM0> themselves
        slots[i] = slot(insn, operand, i);
      }
    }
    return slots;
  }

  private static Slot slot(Instruction insn, Operand operand, int i) {
    switch (operand.kind()) {
      case REGISTER_OR_MEMORY:
        return insn.memory()
            ? new Slot.Memory(addressing(insn), DataSize.of(operand.memoryWidth()))
            : Slot.Register.of(i, operand.width());
      case MEMORY:
        return operand.width() == 0
            ? new Slot.Address(insn.addressSize)
            : new Slot.Memory(addressing(insn), DataSize.of(operand.width()));
      case MOFFS:
        return new Slot.Memory(addressing(insn), DataSize.of(operand.width()));
      case IMMEDIATE:
        return new Slot.Immediate();
      case REGISTER:
        return Slot.Register.of(i, operand.width());
      case FIXED:
        return isConstant(operand) ? new Slot.Immediate() : Slot.Register.of(i, operand.width());
      default:
        throw new IllegalStateException(insn.form.syntax() + ": no shape for " + operand.text());
    }
  }

  static Addressing addressing(Instruction insn) {
    return isFlat(insn) ? new Addressing.Flat() : new Addressing.Segmented(insn.addressSize);
  }

  private static boolean isFlat(Instruction insn) {
    return insn.mode == CodeMode.BITS64 && insn.addressSize == 64 && insn.segment < FS;
  }

  /** How the names of operation classes begin that have the method in the shape. */
  static String className(String shape, String method, String owner) {
    return shape + '_' + method + '_' + owner.substring(owner.lastIndexOf('.') + 1);
  }

  private static Operation define(String name, Recipe recipe) {
    Form form = recipe.form();
    pending = recipe;
    try {
      Class<?> made =
          READY.contains(name)
              ? Class.forName(OperationFactory.class.getPackageName() + '.' + name)
              : MethodHandles.lookup()
                  .defineClass(
                      file(name, recipe.shape(), form.owner(), form.method(), form.descriptor()));
      return (Operation) made.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(name, e);
    }
  }

  /** The class file of the operation that has a method in a shape. */
  static byte[] file(
      String name, String shape, String methodOwner, String method, String descriptor) {
    String prefix = "io/vmxlab/engine/";
    String owner = methodOwner.replace('.', '/');
    Map<String, String> names =
        Map.of(
            prefix + shape,
            prefix + name,
            prefix + "Placeholder",
            owner,
            prefix + "PlaceholderVoid",
            owner,
            prefix + "PlaceholderCondition",
            owner,
            "call",
            method,
            CPU + descriptor.substring(descriptor.indexOf(';') + 1),
            descriptor);
    return ConstantPool.rename(Shapes.file(shape), names);
  }
}
