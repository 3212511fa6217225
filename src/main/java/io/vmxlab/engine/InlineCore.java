package io.vmxlab.engine;

import io.vmxlab.arch.Gpr;
import io.vmxlab.cpu.Core;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.DataSize;
import io.vmxlab.cpu.Mmu;
import io.vmxlab.engine.InlineCode.Value;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * The processor as methods find it that work on the stack, when they are taken into a region of
 * 64-bit code: registers are local variables, segments have no effect, memory is accessed by a
 * short way. Where there is none, or a branch goes where only few may, the operation itself goes
 * on.
 */
final class InlineCore {
  /** The first parameter of such a method. */
  static final String TYPE = Type.getDescriptor(Core.class);

  private static final String CORE = Type.getInternalName(Core.class);
  private static final String CPU = Type.getInternalName(Cpu.class);
  private static final String MMU = Type.getInternalName(Mmu.class);

  private static final Set<String> FIELDS = Set.of(CORE + ".cpu", CORE + ".r", CPU + ".mmu");
  private static final Set<String> METHODS =
      Set.of(
          CPU + ".stackWidth()I",
          CPU + ".linear(IJIZ)J",
          CPU + ".checkBranchTarget(IJ)V",
          MMU + ".read(IJI)J",
          MMU + ".write(IJIJ)V");

  private final RegionMethod method;
  private final Operation op;

  /** For the code of an operation. */
  InlineCore(RegionMethod method, Operation op) {
    this.method = method;
    this.op = op;
  }

  /** The field is one of those that such methods use. */
  static boolean knows(FieldInsnNode field) {
    return field.getOpcode() == Opcodes.GETSTATIC
        ? field.desc.equals("I") && InlineMethods.isOurs(field.owner) && isConstant(field)
        : field.getOpcode() == Opcodes.GETFIELD && FIELDS.contains(field.owner + '.' + field.name);
  }

  /** The method is one of those that such methods call, and is not taken in itself. */
  static boolean knows(MethodInsnNode call) {
    return METHODS.contains(call.owner + '.' + call.name + call.desc);
  }

  /** The processor, as an argument. */
  static Value argument() {
    return Value.object('C');
  }

  /** What a field holds. */
  static Value field(FieldInsnNode field) {
    return Value.object(field.name.equals("r") ? 'R' : field.name.equals("mmu") ? 'M' : 'C');
  }

  /** What a static field holds, which is final. */
  static int constant(FieldInsnNode field) {
    try {
      Field found = reflected(field);
      found.setAccessible(true);
      return found.getInt(null);
    } catch (NoSuchFieldException | IllegalAccessException e) {
      throw new IllegalStateException(field.name, e);
    }
  }

  /** The class named there has a final field of that name itself, not by inheritance. */
  private static boolean isConstant(FieldInsnNode field) {
    try {
      return Modifier.isFinal(reflected(field).getModifiers());
    } catch (NoSuchFieldException e) {
      return false;
    }
  }

  private static Field reflected(FieldInsnNode field) throws NoSuchFieldException {
    try {
      return Class.forName(Type.getObjectType(field.owner).getClassName())
          .getDeclaredField(field.name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(field.owner, e);
    }
  }

  /** Does what a method does. Returns what it returns, or null. */
  static Value call(InlineCore core, String name, List<Value> arguments) {
    switch (name) {
      case "stackWidth":
        return Value.of(64);
      case "linear":
        return arguments.get(2);
      case "checkBranchTarget":
        core.checkTarget(arguments.get(2));
        return null;
      case "read":
        return core.read(size(arguments.get(1)), arguments.get(2));
      default:
        core.write(size(arguments.get(1)), arguments.get(2), arguments.get(4));
        return null;
    }
  }

  private static DataSize size(Value width) {
    return DataSize.of(width.constant.intValue());
  }

  /** A whole register, as it is now. */
  Value register(int number) {
    return method.registers.whole(number & Gpr.LAST);
  }

  /** Changes a whole register. */
  void register(int number, Value value) {
    method.registers.set(number, value);
  }

  private Value read(DataSize size, Value address) {
    method.operands.find(size, address, false, true, method.before(op));
    return method.operands.found();
  }

  private void write(DataSize size, Value address, Value value) {
    method.operands.find(size, address, true, false, method.before(op));
    method.operands.put(size, value);
  }

  private void checkTarget(Value offset) {
    if (offset.constant != null
        && Cpu.isCanonical(offset.constant.longValue(), CodeSpace.SURE_WIDTH)) {
      return;
    }
    method.inline.push(offset);
    method.operands.ifCanonical(CodeSpace.SURE_WIDTH, method.before(op));
  }
}
