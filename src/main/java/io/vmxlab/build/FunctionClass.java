package io.vmxlab.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The class of all function objects that another class makes. An object knows its number, by which
 * the methods of the functional interfaces find what to do, and the values it keeps.
 */
final class FunctionClass {
  /** What the class is called behind the name of the class it serves. */
  static final String SUFFIX = "$Lambdas";

  private static final int FINAL_SUPER_SYNTHETIC = 0x1030;
  private static final int FINAL = 0x0010;
  private static final int PUBLIC = 0x0001;
  private static final int STATIC = 0x0008;
  private static final String CODE = "Code";
  private static final String NUMBER = "number";

  private final ClassFile file;
  private final String name;

  /** Its lambdas in the order of their numbers: those of the same method together. */
  private final List<Lambda> lambdas;

  /** Types of the fields for what is kept: as many of each kind as one lambda keeps at most. */
  private final List<String> kept = new ArrayList<>();

  private final Map<Lambda, String> factories = new LinkedHashMap<>();

  private FunctionClass(ClassFile served, String nest, List<Lambda> made) {
    name = served.name() + SUFFIX;
    file = new ClassFile(served.version, FINAL_SUPER_SYNTHETIC, name, "java/lang/Object");
    Map<String, List<Lambda>> methods = new LinkedHashMap<>();
    for (Lambda l : made) {
      methods.computeIfAbsent(l.method() + l.descriptor(), m -> new ArrayList<>()).add(l);
    }
    lambdas = methods.values().stream().flatMap(List::stream).toList();
    for (Lambda l : lambdas) {
      int type = file.constants.type(l.interfaceName());
      if (!file.interfaces.contains(type)) {
        file.interfaces.add(type);
      }
    }
    for (String kind : List.of("I", "J", "F", "D", Types.OBJECT)) {
      long most = lambdas.stream().mapToLong(l -> count(l.captured(), kind)).max().orElse(0);
      for (long i = 0; i < most; i++) {
        kept.add(kind);
      }
    }
    construct();
    lambdas.forEach(this::factory);
    methods.values().forEach(this::method);
    int host = file.constants.type(nest);
    file.set(file.attributes, "NestHost", new byte[] {(byte) (host >> 8), (byte) host});
  }

  /**
   * Makes the class.
   *
   * @param nest the class whose members may see each other's private members
   */
  static FunctionClass of(ClassFile served, String nest, List<Lambda> made) {
    return new FunctionClass(served, nest, made);
  }

  String name() {
    return name;
  }

  byte[] bytes() {
    return file.bytes();
  }

  /** Name of the static method that makes the object, from the values it keeps. */
  String factoryOf(Lambda lambda) {
    return factories.get(lambda);
  }

  /** Descriptor of that method. */
  static String factoryType(Lambda lambda) {
    return "(" + String.join("", lambda.captured()) + ")L" + lambda.interfaceName() + ";";
  }

  private static long count(List<String> types, String kind) {
    return types.stream().filter(t -> Types.kept(t) == Types.kept(kind)).count();
  }

  /** Number of the field that keeps captured value {@code i}. */
  private int place(List<String> captured, int i) {
    String kind = "" + Types.kept(captured.get(i));
    int before = (int) count(captured.subList(0, i), kind.equals("A") ? Types.OBJECT : kind);
    int first = 0;
    while (!kind.equals("" + Types.kept(kept.get(first)))) {
      first++;
    }
    return first + before;
  }

  private String constructorType() {
    return "(I" + String.join("", kept) + ")V";
  }

  private void construct() {
    field(NUMBER, "I");
    CodeWriter code = new CodeWriter(file.constants);
    code.load(Types.OBJECT, 0);
    code.construct("java/lang/Object", "()V");
    code.load(Types.OBJECT, 0);
    code.load("I", 1);
    code.setField(name, NUMBER, "I");
    int local = 2;
    for (int i = 0; i < kept.size(); i++) {
      field("kept" + i, kept.get(i));
      code.load(Types.OBJECT, 0);
      code.load(kept.get(i), local);
      code.setField(name, "kept" + i, kept.get(i));
      local += Types.words(kept.get(i));
    }
    code.giveBack("V");
    method(0, "<init>", constructorType(), code.attribute(3, local));
  }

  private void factory(Lambda lambda) {
    CodeWriter code = new CodeWriter(file.constants);
    List<String> captured = lambda.captured();
    int[] locals = new int[kept.size()];
    int local = 0;
    for (int i = 0; i < captured.size(); i++) {
      locals[place(captured, i)] = local + 1;
      local += Types.words(captured.get(i));
    }
    code.make(name);
    code.duplicate();
    code.number(lambdas.indexOf(lambda));
    int stack = 3;
    for (int i = 0; i < locals.length; i++) {
      if (locals[i] == 0) {
        code.nothing(kept.get(i));
      } else {
        code.load(kept.get(i), locals[i] - 1);
      }
      stack += Types.words(kept.get(i));
    }
    code.construct(name, constructorType());
    code.giveBack(Types.OBJECT);
    String factory = "make" + factories.size();
    factories.put(lambda, factory);
    method(STATIC, factory, factoryType(lambda), code.attribute(stack, local));
  }

  /** The method of an interface, for all lambdas that have it. */
  private void method(List<Lambda> bodies) {
    CodeWriter code = new CodeWriter(file.constants);
    Lambda first = bodies.get(0);
    if (bodies.size() > 1) {
      code.load(Types.OBJECT, 0);
      code.field(name, NUMBER, "I");
      code.choose(lambdas.indexOf(first), bodies.size());
    }
    int stack = 1;
    for (int i = 0; i < bodies.size(); i++) {
      if (bodies.size() > 1) {
        code.place(i, bodies.size());
      }
      stack = Math.max(stack, body(code, bodies.get(i)));
    }
    int locals = 1;
    for (String type : Types.parameters(first.descriptor())) {
      locals += Types.words(type);
    }
    method(PUBLIC, first.method(), first.descriptor(), code.attribute(stack, locals));
  }

  /** Calls the method that does the work and gives back what it leaves. */
  private int body(CodeWriter code, Lambda lambda) {
    int stack = 2;
    if (lambda.kind() == Lambda.NEW) {
      code.make(lambda.owner());
      code.duplicate();
      stack += 2;
    }
    List<String> working = lambda.working();
    List<String> captured = lambda.captured();
    for (int i = 0; i < captured.size(); i++) {
      int place = place(captured, i);
      code.load(Types.OBJECT, 0);
      code.field(name, "kept" + place, kept.get(place));
      if (!Types.isPrimitive(captured.get(i))) {
        code.adapt(Types.OBJECT, Types.OBJECT, working.get(i));
      }
      stack += 2;
    }
    List<String> given = Types.parameters(lambda.descriptor());
    int local = 1;
    for (int i = 0; i < given.size(); i++) {
      code.load(given.get(i), local);
      code.adapt(given.get(i), lambda.takes().get(i), working.get(captured.size() + i));
      local += Types.words(given.get(i));
      stack += 2;
    }
    if (lambda.kind() == Lambda.NEW) {
      code.construct(lambda.owner(), lambda.type());
    } else if (lambda.kind() == Lambda.STATIC) {
      code.callStatic(lambda.tag(), lambda.owner(), lambda.name(), lambda.type());
    } else {
      code.call(lambda.tag(), lambda.owner(), lambda.name(), lambda.type());
    }
    String result = Types.result(lambda.descriptor());
    code.adapt(lambda.left(), lambda.left(), result);
    code.giveBack(result);
    return stack;
  }

  private void field(String field, String type) {
    file.fields.add(
        new ClassFile.Member(
            FINAL, file.constants.text(field), file.constants.text(type), List.of()));
  }

  private void method(int access, String method, String type, byte[] code) {
    List<ClassFile.Attribute> attributes = new ArrayList<>();
    file.set(attributes, CODE, code);
    file.methods.add(
        new ClassFile.Member(
            access, file.constants.text(method), file.constants.text(type), attributes));
  }
}
