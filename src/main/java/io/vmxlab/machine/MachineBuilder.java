package io.vmxlab.machine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.State;
import io.vmxlab.model.CpuModelException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;

/** The description of a machine. What is not said has the value that its method names. */
public final class MachineBuilder {
  private static final long LEAST_MEMORY = 2L << 20;
  private static final long MOST_MEMORY = 64L << 30;

  DumpedCpu cpu = CpuModels.standard();
  long memory = 256L << 20;
  long featureControl;
  long seed;
  boolean watchesStale;
  CodeMode mode = CodeMode.BITS64;
  long limit = Machine.DEFAULT_LIMIT;
  EngineChoice engine = EngineChoice.standard();
  boolean force;
  IntConsumer output = b -> {};
  final List<Setting> settings = new ArrayList<>();

  /** What is a number and not the id of a {@link Firmware}; not made before it is asked for. */
  private static final class NumberForm {
    private static final Pattern PATTERN =
        Pattern.compile("[0-9][0-9a-fx_]*h?|[0-9a-f_]+h", Pattern.CASE_INSENSITIVE);

    static boolean matches(String text) {
      return PATTERN.matcher(text).matches();
    }
  }

  MachineBuilder() {}

  /**
   * A built-in processor model; {@value CpuModels#DEFAULT} if not said.
   *
   * @throws BadInputException if there is none of that name
   */
  public MachineBuilder cpu(String name) {
    try {
      return cpu(CpuModels.named(name));
    } catch (CpuModelException e) {
      throw new BadInputException("cpu", e.getMessage(), "");
    }
  }

  /** A processor model. */
  public MachineBuilder cpu(DumpedCpu model) {
    cpu = model;
    return this;
  }

  /**
   * Size of RAM in bytes, rounded up to a whole MByte; 256 MBytes if not said.
   *
   * @throws BadInputException if it is less than 2 MBytes or more than 64 GBytes
   */
  public MachineBuilder memory(long bytes) {
    if (bytes < LEAST_MEMORY || bytes > MOST_MEMORY) {
      throw new BadInputException(
          "memory", bytes + " bytes of memory", "give a size from 2M to 64G");
    }
    memory = bytes;
    return this;
  }

  /**
   * Size of RAM: {@code 64M}, {@code 1G}, {@code 4096K} or bytes.
   *
   * @throws BadInputException if it is no size, less than 2 MBytes or more than 64 GBytes
   */
  public MachineBuilder memory(String size) {
    long bytes = Numbers.size("memory", size);
    if (bytes == Long.MAX_VALUE) {
      throw new BadInputException("memory", size + " of memory", "give a size from 2M to 64G");
    }
    return memory(bytes);
  }

  /** What IA32_FEATURE_CONTROL holds; {@link Firmware#UNLOCKED} if not said. */
  public MachineBuilder firmware(Firmware state) {
    return firmware(state.featureControl());
  }

  /**
   * What IA32_FEATURE_CONTROL holds, such as the value that a processor's firmware was seen to
   * leave.
   */
  public MachineBuilder firmware(long value) {
    featureControl = value;
    return this;
  }

  /**
   * What IA32_FEATURE_CONTROL holds: the id of a {@link Firmware}, or a number.
   *
   * @throws BadInputException if it is neither
   */
  public MachineBuilder firmware(String idOrValue) {
    return NumberForm.matches(idOrValue)
        ? firmware(Numbers.parse("firmware", idOrValue))
        : firmware(Firmware.named(idOrValue));
  }

  /** Seed of RDRAND, RDSEED and of the stack protector's canary; 0 if not said. */
  public MachineBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** Whether uses of translations that are out of date are events; not if not said. */
  public MachineBuilder watchStale(boolean watch) {
    watchesStale = watch;
    return this;
  }

  /** Mode in which programs begin; 64-bit if not said. */
  public MachineBuilder mode(CodeMode codeMode) {
    mode = codeMode;
    return this;
  }

  /**
   * Mode in which programs begin.
   *
   * @param bits 64, 32 or 16
   * @throws BadInputException for other numbers
   */
  public MachineBuilder mode(int bits) {
    for (CodeMode m : CodeMode.values()) {
      if (m.bits == bits) {
        return mode(m);
      }
    }
    throw new BadInputException("mode", "there is no " + bits + "-bit mode", "give 64, 32 or 16");
  }

  /**
   * Instructions after which a run ends; {@value Machine#DEFAULT_LIMIT} if not said.
   *
   * @throws BadInputException if it is not positive
   */
  public MachineBuilder limit(long instructions) {
    if (instructions <= 0) {
      throw new BadInputException(
          "limit", "a limit of " + instructions + " instructions", "give 1 or more");
    }
    limit = instructions;
    return this;
  }

  /** How code is run; results do not depend on it. */
  public MachineBuilder engine(EngineChoice choice) {
    engine = choice;
    return this;
  }

  /**
   * A value that a register, MSR, condition or field has before programs run: {@code cr4.VMXE=1},
   * {@code IA32_FEATURE_CONTROL.lock=0}, {@code smx=1}, {@code rax=0x1234}. {@code cpl=3} changes
   * the segments and makes all pages accessible to user code. A selector of the machine's own GDT
   * brings its descriptor along.
   *
   * @throws BadInputException if there is no such name, or the value is no number or too wide
   */
  public MachineBuilder set(String assignment) {
    settings.add(Setting.parse(assignment));
    return this;
  }

  /**
   * A value that a register, MSR, condition or field has before programs run.
   *
   * @throws BadInputException if there is no such name, or the value is no number or too wide
   */
  public MachineBuilder set(String name, String value) {
    settings.add(Setting.of(name, value));
    return this;
  }

  /**
   * Accepts settings that a processor cannot come to by itself, such as reserved bits. {@link
   * Machine#forced} says which they were.
   */
  public MachineBuilder force(boolean accept) {
    force = accept;
    return this;
  }

  /** Takes what programs write to the debug console and to COM1, byte by byte. */
  public MachineBuilder output(IntConsumer bytes) {
    output = bytes;
    return this;
  }

  /**
   * Makes the machine.
   *
   * @throws BadInputException if the settings contradict the processor model or each other
   */
  public Machine build() {
    return new Machine(this);
  }

  boolean atUserLevel() {
    boolean user = false;
    for (Setting s : settings) {
      user |= s.place().item() == State.CPL && s.value() == 3;
    }
    return user && mode != CodeMode.BITS16;
  }
}
