package io.vmxlab.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Test vectors for a parameterised test, which gets one {@link VectorCase} at a time, or for a test
 * factory, which gets all of them as {@link VectorCases}.
 *
 * <pre>
 * &#64;ParameterizedTest
 * &#64;VectorSource(value = "src/test/vectors", cpus = {"haswell", "skylake"})
 * void conforms(VectorCase vector) {
 *   assertThat(vector).passes();
 * }
 *
 * &#64;TestFactory
 * &#64;VectorSource
 * Stream&lt;DynamicNode&gt; vectors(VectorCases vectors) {
 *   return vectors.tests();
 * }
 * </pre>
 *
 * <p>A test with tags of manual sections, such as {@code @Tag("sdm-vmxon")}, gets only the vectors
 * of rules that stand there: {@link ManualTag}. A source without a single vector is an error.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@ArgumentsSource(VectorArguments.class)
@ExtendWith(VectorExtension.class)
@SuppressWarnings("exports") // users without JUnit must not need its modules
public @interface VectorSource {
  /**
   * Files of vectors and directories of such files, relative to the working directory; those that
   * come with vmxlab if none is given.
   */
  String[] value() default {};

  /** Ids of rules; vectors of all rules if none is given. */
  String[] rules() default {};

  /**
   * Built-in processor models by name, and paths of model files; six that differ most if none is
   * given. A vector that is not for a model is left out there.
   */
  String[] cpus() default {};
}
