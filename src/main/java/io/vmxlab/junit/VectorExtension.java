package io.vmxlab.junit;

import static org.junit.platform.commons.support.AnnotationSupport.findAnnotation;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the cases of a {@link VectorSource} to a test factory. */
@SuppressWarnings("exports") // users without JUnit must not need its modules
public final class VectorExtension implements ParameterResolver {
  /** Made by JUnit. */
  public VectorExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == VectorCases.class && source(parameter).isPresent();
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return VectorCases.of(source(parameter).orElseThrow(), context.getTags());
  }

  private static Optional<VectorSource> source(ParameterContext parameter) {
    return findAnnotation(parameter.getDeclaringExecutable(), VectorSource.class);
  }
}
