package io.vmxlab.build;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * What a call site makes: a function object whose one method does what another method does.
 *
 * @param type of the object, a functional interface
 * @param method its method
 * @param descriptor of that method, erased
 * @param captured types of the values that are kept
 * @param worker the method that does the work
 * @param seen type of the interface's method as the source says it
 */
record Lambda(
    Type type, String method, Type descriptor, List<Type> captured, Handle worker, Type seen) {
  private static final String FACTORY = "java/lang/invoke/LambdaMetafactory";

  /** Begins the names that the compiler gives to the bodies of lambdas. */
  private static final String BODY = "lambda$";

  /**
   * What a call site makes; the parameters are those of INVOKEDYNAMIC.
   *
   * @return null if it makes something else than a plain function object
   */
  static Lambda of(String name, String descriptor, Handle bootstrap, Object... arguments) {
    if (!bootstrap.getOwner().equals(FACTORY) || !bootstrap.getName().equals("metafactory")) {
      return null;
    }
    Handle worker = (Handle) arguments[1];
    return new Lambda(
        Type.getReturnType(descriptor),
        name,
        (Type) arguments[0],
        List.of(Type.getArgumentTypes(descriptor)),
        new Handle(
            worker.getTag(),
            worker.getOwner(),
            opened(worker.getName()),
            worker.getDesc(),
            worker.isInterface()),
        (Type) arguments[2]);
  }

  static boolean isBody(int access, String name) {
    return (access & Opcodes.ACC_SYNTHETIC) != 0 && name.startsWith(BODY);
  }

  /**
   * The name of a lambda's body, which is a method like others then, {@code name$0} instead of
   * {@code lambda$name$0}: tools that look at class files look for its call site otherwise.
   */
  static String opened(String name) {
    return name.startsWith(BODY) ? name.substring(BODY.length()) : name;
  }

  boolean isNew() {
    return worker.getTag() == Opcodes.H_NEWINVOKESPECIAL;
  }

  boolean isStatic() {
    return worker.getTag() == Opcodes.H_INVOKESTATIC;
  }

  /** Types that the call of the method that does the work takes, its object first if it has one. */
  List<Type> working() {
    List<Type> types = new ArrayList<>();
    if (!isStatic() && !isNew()) {
      types.add(Type.getObjectType(worker.getOwner()));
    }
    types.addAll(List.of(Type.getArgumentTypes(worker.getDesc())));
    return types;
  }

  /** What the call of the method that does the work leaves. */
  Type left() {
    return isNew() ? Type.getObjectType(worker.getOwner()) : Type.getReturnType(worker.getDesc());
  }
}
