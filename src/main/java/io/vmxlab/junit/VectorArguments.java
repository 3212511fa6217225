package io.vmxlab.junit;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Hands the cases of a {@link VectorSource} to a parameterised test. */
@SuppressWarnings("exports") // users without JUnit must not need its modules
public final class VectorArguments implements ArgumentsProvider, AnnotationConsumer<VectorSource> {
  private VectorSource source;

  /** Made by JUnit. */
  public VectorArguments() {}

  @Override
  public void accept(VectorSource annotation) {
    source = annotation;
  }

  /** What JUnit 5.13 and later call. */
  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    return provideArguments(context);
  }

  /** What JUnit 5 before 5.13 calls. */
  @Override
  @SuppressWarnings("deprecation")
  public Stream<? extends Arguments> provideArguments(ExtensionContext context) {
    return VectorCases.of(source, context.getTags()).cases().stream().map(Arguments::of);
  }
}
