package io.vmxlab.junit;

import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.model.CpuModels;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives test methods a {@link Machine}, or a {@link MachineBuilder} to finish, as a parameter. Each
 * parameter is a machine of its own.
 *
 * <p>The annotation of the parameter counts; if it has none that of the method, then that of the
 * class, then those of the classes that it is nested in. They are not mixed: what is not said in
 * the one that counts has its default. It can be put on other annotations, so that a project can
 * name its machines.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
@ExtendWith(MachineExtension.class)
@SuppressWarnings("exports") // users without JUnit must not need its modules
public @interface OnMachine {
  /** A built-in processor model, or else the path of a model file. */
  String cpu() default CpuModels.DEFAULT;

  /** What firmware has left in IA32_FEATURE_CONTROL. */
  Firmware firmware() default Firmware.UNLOCKED;

  /** Mode in which programs begin: 64, 32 or 16. */
  int mode() default 64;

  /** Size of RAM, such as {@code 64M}. */
  String memory() default "256M";

  /** Seed of RDRAND, RDSEED and of the stack protector's canary. */
  long seed() default 0;

  /** Instructions after which a run ends. */
  long limit() default Machine.DEFAULT_LIMIT;

  /**
   * Values of registers, MSRs, conditions and fields before programs run, as {@link
   * MachineBuilder#set(String)} takes them: {@code "cr4.VMXE=1"}.
   */
  String[] set() default {};

  /** Accepts settings that a processor cannot come to by itself. */
  boolean force() default false;
}
