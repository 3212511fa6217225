package io.vmxlab.junit;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;

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

  /**
   * The form that every version of JUnit since 5.0 calls; the newer one mentions classes that older
   * versions do not have. What is wrong with the source comes to light when the stream is read:
   * newer versions report an exception of this method as a provider without the newer form.
   */
  @Override
  @SuppressWarnings("deprecation")
  public Stream<? extends Arguments> provideArguments(ExtensionContext context) {
    return Stream.of(source)
        .flatMap(s -> VectorCases.of(s, context.getTags()).cases().stream().map(Arguments::of));
  }
}
