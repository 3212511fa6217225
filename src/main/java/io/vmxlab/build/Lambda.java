package io.vmxlab.build;

import java.util.ArrayList;
import java.util.List;

/**
 * What a call site makes: a function object whose one method does what another method does.
 *
 * @param interfaceName internal name of the functional interface
 * @param method its method
 * @param descriptor of that method, erased
 * @param captured types of the values that are kept
 * @param kind of reference to the method that does the work
 * @param tag whether that method's owner is an interface
 * @param owner of that method
 * @param name of that method
 * @param type descriptor of that method
 * @param takes types of the arguments as the source says them
 * @param gives type of the result as the source says it
 */
record Lambda(
    String interfaceName,
    String method,
    String descriptor,
    List<String> captured,
    int kind,
    int tag,
    String owner,
    String name,
    String type,
    List<String> takes,
    String gives) {
  static final int STATIC = 6;
  static final int NEW = 8;

  private static final String FACTORY = "java/lang/invoke/LambdaMetafactory";

  /**
   * What a call site makes.
   *
   * @param site constant of the call site
   * @return null if it makes something else than a plain function object
   */
  static Lambda of(ClassFile file, int site) {
    Constants c = file.constants;
    byte[] bootstraps = file.attribute(file.attributes, "BootstrapMethods");
    int at = 2;
    for (int i = c.half(site, 0); i > 0; i--) {
      at += 4 + 2 * Instructions.half(bootstraps, at + 2);
    }
    int maker = c.handled(Instructions.half(bootstraps, at));
    if (!c.owner(maker).equals(FACTORY) || !c.name(maker).equals("metafactory")) {
      return null;
    }
    String made = c.descriptor(site);
    int work = Instructions.half(bootstraps, at + 6);
    int worker = c.handled(work);
    String seen = c.named(Instructions.half(bootstraps, at + 8));
    return new Lambda(
        Types.internal(Types.result(made)),
        c.name(site),
        c.named(Instructions.half(bootstraps, at + 4)),
        Types.parameters(made),
        c.handleKind(work),
        c.tag(worker),
        c.owner(worker),
        c.name(worker),
        c.descriptor(worker),
        Types.parameters(seen),
        Types.result(seen));
  }

  /** Types that the call of the method that does the work takes, its object first if it has one. */
  List<String> working() {
    List<String> types = new ArrayList<>();
    if (kind != STATIC && kind != NEW) {
      types.add(owner.startsWith("[") ? owner : "L" + owner + ";");
    }
    types.addAll(Types.parameters(type));
    return types;
  }

  /** What the call of the method that does the work leaves. */
  String left() {
    return kind == NEW ? "L" + owner + ";" : Types.result(type);
  }
}
