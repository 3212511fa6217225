package io.vmxlab.junit;

import static org.junit.platform.commons.support.AnnotationSupport.findAnnotation;

import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import java.lang.reflect.Modifier;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Makes the {@link Machine} and {@link MachineBuilder} parameters of tests as {@link OnMachine}
 * says; registered by that annotation, or by itself for machines with nothing out of the ordinary.
 */
@SuppressWarnings("exports") // users without JUnit must not need its modules
public final class MachineExtension implements ParameterResolver {
  /** Made by JUnit. */
  public MachineExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Machine.class || type == MachineBuilder.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    MachineBuilder builder =
        description(parameter, context).map(MachineExtension::builder).orElseGet(Machine::builder);
    return parameter.getParameter().getType() == Machine.class ? builder.build() : builder;
  }

  private static Optional<OnMachine> description(
      ParameterContext parameter, ExtensionContext context) {
    return parameter
        .findAnnotation(OnMachine.class)
        .or(() -> findAnnotation(parameter.getDeclaringExecutable(), OnMachine.class))
        .or(() -> onClass(context));
  }

  private static Optional<OnMachine> onClass(ExtensionContext context) {
    Optional<OnMachine> found = Optional.empty();
    Class<?> c = context.getRequiredTestClass();
    while (found.isEmpty() && c != null) {
      found = findAnnotation(c, OnMachine.class);
      c = Modifier.isStatic(c.getModifiers()) ? null : c.getEnclosingClass();
    }
    return found;
  }

  private static MachineBuilder builder(OnMachine description) {
    MachineBuilder builder =
        Machine.builder()
            .cpu(Processors.find(description.cpu()))
            .firmware(description.firmware())
            .mode(description.mode())
            .memory(description.memory())
            .seed(description.seed())
            .limit(description.limit())
            .force(description.force());
    for (String assignment : description.set()) {
      builder.set(assignment);
    }
    return builder;
  }
}
