package io.vmxlab.junit;

import io.vmxlab.model.CpuModels;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Boots an image of bare metal for a parameter of the type {@link BootedImage}, of which a test
 * factory makes a test of every {@code PASS:}, {@code FAIL:} and {@code SKIP:} line that came out
 * of the serial port, and one of how it ended.
 *
 * <pre>
 * &#64;TestFactory
 * &#64;BootImage(value = "build/kernel.elf", cpus = 2, timeout = 60)
 * Stream&lt;DynamicTest&gt; kernel(BootedImage image) {
 *   return image.tests();
 * }
 * </pre>
 *
 * <p>The annotation of the parameter counts; if it has none, that of the method. It can be put on
 * other annotations.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
@ExtendWith(BootExtension.class)
@SuppressWarnings("exports") // users without JUnit must not need its modules
public @interface BootImage {
  /** File of the image, relative to the working directory. */
  String value();

  /** Command line of the image. */
  String append() default "";

  /** Files that the image finds in memory. */
  String[] modules() default {};

  /** Size of RAM, such as {@code 64M}. */
  String memory() default "128M";

  /** Number of processors. */
  int cpus() default 1;

  /** A built-in processor model, or else the path of a model file. */
  String cpu() default CpuModels.DEFAULT;

  /** Instructions after which the run ends. */
  long limit() default Long.MAX_VALUE;

  /** Seconds after which the run ends; 0 for never. */
  long timeout() default 0;

  /** A text that ends the run when the guest has printed it. */
  String exitOn() default "";
}
