package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.LALOAD;
import static org.objectweb.asm.Opcodes.LASTORE;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.RETURN;
import static org.objectweb.asm.Opcodes.V17;

import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.engine.InlineCode.Value;
import io.vmxlab.engine.InlineMethods.InlineMethod;
import io.vmxlab.isa.Page;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

@DisplayName("Semantics methods taken into regions")
class InlineCodeTest {
  private static final String[] FIELDS = {"flagResult", "flagLeft", "flagRight", "flagSum"};
  private static final int[] WIDTHS = {8, 16, 32, 64};

  /** Random numbers that each method gets. */
  private static final int TIMES = 200;

  /** Those that have loops. */
  private static final Set<String> CALLED =
      Set.of(
          "BitCount.crc32Byte",
          "BitCount.crc32Word",
          "BitCount.crc32Doubleword",
          "BitCount.crc32Quadword",
          "Bmi.pdep",
          "Bmi.pext");

  private static final String NEAR_BRANCHES = "io/vmxlab/semantics/ControlTransfer";
  private static final String STACK = "io/vmxlab/semantics/StackTransfer";

  private final Random random = new Random(1);

  @Test
  @DisplayName("do what they do when called, for every width")
  void same() throws Throwable {
    Set<String> left = new TreeSet<>();
    int compared = 0;
    for (Method method : methods().values()) {
      String owner = Type.getInternalName(method.getDeclaringClass());
      InlineMethod inline =
          InlineMethods.find(owner, method.getName(), Type.getMethodDescriptor(method));
      if (inline == null) {
        left.add(method.getDeclaringClass().getSimpleName() + '.' + method.getName());
        continue;
      }
      for (int width : widths(method)) {
        compare(method, inline, width, false);
        if (method.getReturnType() == boolean.class) {
          compare(method, inline, width, true);
        }
        compared++;
      }
    }
    assertEquals(CALLED, left);
    assertTrue(compared > 200, compared + " compared");
  }

  @Test
  @DisplayName("are those of the stack too")
  void stack() {
    for (String name : List.of("jmp", "call", "ret")) {
      String descriptor = "(" + InlineCore.TYPE + "IJJ)J";
      assertNotNull(InlineMethods.find(NEAR_BRANCHES, name, descriptor), name);
    }
    assertNotNull(InlineMethods.find(STACK, "push", "(" + InlineCore.TYPE + "IJ)V"));
    assertNotNull(InlineMethods.find(STACK, "pop", "(" + InlineCore.TYPE + "I)J"));
  }

  /** A region stores the flags on its way out only if an instruction says that it changes them. */
  @Test
  @DisplayName("change flags if and only if the row says so")
  void flagsAreDeclared() throws ReflectiveOperationException {
    Map<String, Method> methods = methods();
    Set<String> changing = new TreeSet<>();
    for (String name : methods.keySet()) {
      if (changesFlags(methods.get(name))) {
        changing.add(name);
      }
    }
    List<String> wrong = new ArrayList<>();
    for (Page page : Pages.all()) {
      for (Page.Row row : page.rows()) {
        String name = name(row);
        if (methods.containsKey(name) && changing.contains(name) == row.flags().isEmpty()) {
          wrong.add(row.syntax() + " (" + name + ") flags \"" + row.flags() + '"');
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(changing.size() > 30, changing.size() + " change flags");
  }

  /** What the fields hold counts, not what they mean: regions keep fields. */
  private boolean changesFlags(Method method) throws ReflectiveOperationException {
    for (int width : widths(method)) {
      for (int i = 0; i < TIMES; i++) {
        long[] before = numbers(method, width);
        long[] after = before.clone();
        call(method, width, after);
        if (!Arrays.equals(before, 0, FIELDS.length, after, 0, FIELDS.length)) {
          return true;
        }
      }
    }
    return false;
  }

  private static String name(Page.Row row) {
    return row.owner() + '.' + row.method();
  }

  private static Map<String, Method> methods() {
    TreeMap<String, Method> methods = new TreeMap<>();
    for (Page page : Pages.all()) {
      for (Page.Row row : page.rows()) {
        if (row.method() != null) {
          try {
            for (Method method : Class.forName(row.owner()).getMethods()) {
              if (method.getName().equals(row.method())
                  && method.getParameterTypes()[0] == LazyFlags.class) {
                methods.put(name(row), method);
              }
            }
          } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
          }
        }
      }
    }
    return methods;
  }

  /** The widths that it is called for; 0 stands for none. */
  private static int[] widths(Method method) {
    boolean wide = method.getParameterCount() > 1 && method.getParameterTypes()[1] == int.class;
    return wide ? WIDTHS : new int[] {0};
  }

  private static int values(Method method, int width) {
    return method.getParameterCount() - (width == 0 ? 1 : 2);
  }

  /** Random ones: the flags' fields, a result, and the values that the method gets. */
  private long[] numbers(Method method, int width) {
    long[] numbers = new long[5 + values(method, width)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(width);
    }
    return numbers;
  }

  /** Calls the method, and puts the flags' fields and the result where they stand. */
  private static void call(Method method, int width, long[] numbers)
      throws ReflectiveOperationException {
    LazyFlags flags = new LazyFlags(numbers[0], numbers[1], numbers[2], numbers[3]);
    List<Object> arguments = new ArrayList<>(List.of(flags));
    if (width != 0) {
      arguments.add(width);
    }
    for (int i = 5; i < numbers.length; i++) {
      arguments.add(numbers[i]);
    }
    Object result = method.invoke(null, arguments.toArray());
    numbers[0] = flags.flagResult;
    numbers[1] = flags.flagLeft;
    numbers[2] = flags.flagRight;
    numbers[3] = flags.flagSum;
    if (result instanceof Boolean) {
      numbers[4] = (Boolean) result ? 1 : 0;
    } else if (result != null) {
      numbers[4] = (Long) result;
    }
  }

  /**
   * @param branches the method decides a branch, instead of returning a value
   */
  private void compare(Method method, InlineMethod inline, int width, boolean branches)
      throws Throwable {
    MethodHandle taken = taken(method, inline, width, values(method, width), branches);
    for (int i = 0; i < TIMES; i++) {
      long[] numbers = numbers(method, width);
      long[] expected = numbers.clone();
      long[] actual = numbers.clone();
      call(method, width, expected);
      taken.invoke(actual);
      assertArrayEquals(
          expected, actual, () -> method + " width " + width + " " + Arrays.toString(numbers));
    }
  }

  /** Zero-extended from the width, often at its ends. */
  private long number(int width) {
    long any = random.nextBoolean() ? random.nextLong() : random.nextInt(5) - 2;
    return width == 0 || width == 64 ? any : any & (1L << width) - 1;
  }

  /** A method that fetches flags and values from an array, and puts flags and the result there. */
  private static MethodHandle taken(
      Method method, InlineMethod inline, int width, int values, boolean branches)
      throws ReflectiveOperationException {
    ClassWriter out = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
    String name = Type.getInternalName(InlineCodeTest.class) + "Taken";
    out.visit(V17, ACC_FINAL, name, null, "java/lang/Object", null);
    MethodVisitor code = out.visitMethod(ACC_STATIC, "run", "([J)V", null, null);
    code.visitCode();
    FlagVariables flags = new FlagVariables(code, 0, 1);
    InlineCode writer = new InlineCode(code, flags, 40);
    List<Value> arguments = new ArrayList<>(List.of(InlineCode.flags()));
    if (width != 0) {
      arguments.add(InlineCode.constant(width));
    }
    for (int i = 0; i < FIELDS.length; i++) {
      load(code, i, flags.variable(FIELDS[i]));
    }
    for (int i = 0; i < values; i++) {
      load(code, 5 + i, 20 + 2 * i);
      arguments.add(InlineCode.variable(20 + 2 * i));
    }
    writer.begin(null);
    Value result = branches ? branch(writer, code, inline) : writer.call(inline, arguments);
    if (result != null) {
      writer.push(result);
      if (result.type == 'I') {
        code.visitInsn(I2L);
      }
      code.visitVarInsn(LSTORE, 38);
      store(code, 4, 38);
    }
    writer.settle();
    for (int i = 0; i < FIELDS.length; i++) {
      store(code, i, flags.variable(FIELDS[i]));
    }
    code.visitInsn(RETURN);
    code.visitMaxs(0, 0);
    code.visitEnd();
    out.visitEnd();
    MethodHandles.Lookup made = MethodHandles.lookup().defineHiddenClass(out.toByteArray(), true);
    return made.findStatic(
        made.lookupClass(), "run", MethodType.methodType(void.class, long[].class));
  }

  private static Value branch(InlineCode writer, MethodVisitor code, InlineMethod condition) {
    Label yes = new Label();
    Label no = new Label();
    Label end = new Label();
    writer.branch(condition, yes, no);
    writer.place(yes);
    code.visitInsn(ICONST_1);
    code.visitJumpInsn(GOTO, end);
    writer.place(no);
    code.visitInsn(ICONST_0);
    code.visitLabel(end);
    return writer.pop(Type.INT_TYPE);
  }

  private static void load(MethodVisitor code, int index, int variable) {
    code.visitVarInsn(ALOAD, 0);
    code.visitLdcInsn(index);
    code.visitInsn(LALOAD);
    code.visitVarInsn(LSTORE, variable);
  }

  private static void store(MethodVisitor code, int index, int variable) {
    code.visitVarInsn(ALOAD, 0);
    code.visitLdcInsn(index);
    code.visitVarInsn(LLOAD, variable);
    code.visitInsn(LASTORE);
  }
}
