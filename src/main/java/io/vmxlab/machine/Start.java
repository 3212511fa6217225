package io.vmxlab.machine;

import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.platform.Image;
import io.vmxlab.platform.Symbol;
import java.util.ArrayList;
import java.util.List;

/** Where a loaded program begins, and what it finds in its registers and on its stack. */
final class Start {
  private static final int PAGE = 0x1000;
  private static final int MOST_ARGUMENTS = 24;

  /** RDI, RSI, RDX, RCX, R8, R9. */
  private static final int[] SYSV = {7, 6, 2, 1, 8, 9};

  /** RCX, RDX, R8, R9. */
  private static final int[] MS = {1, 2, 8, 9};

  private static final int MS_SHADOW = 32;

  private record Buffer(long address, int size) {}

  private final Machine machine;
  private final Program program;
  private final Functions functions;
  private final Image image;
  private final long address;

  /** It begins with a function, for which the calling convention promises a state. */
  private final boolean function;

  private final List<Buffer> buffers = new ArrayList<>();

  /** Loads the program and finds its beginning; throws {@link BadInputException}. */
  Start(Machine machine, Program program, ProgramLoader loader) {
    this.machine = machine;
    this.program = program;
    Image loaded = loader.load(program);
    this.functions = new Functions(program.name(), loaded);
    if (!isCall() && !program.arguments().isEmpty()) {
      throw new BadInputException(
          program.name(), "arguments are for a function", "name it with Program.call");
    }
    if (program.arguments().size() > MOST_ARGUMENTS) {
      throw new BadInputException(
          program.name(), "more than " + MOST_ARGUMENTS + " arguments", "put them into a buffer");
    }
    Symbol named = program.function().map(functions::named).orElse(null);
    Symbol usual = loaded.entry().isPresent() ? null : functions.usual(isCall());
    Symbol first = named != null ? named : usual;
    this.function = first != null && !first.name().equals(Functions.RAW);
    boolean constructs = !loaded.constructors().isEmpty() && function;
    if (constructs) {
      this.image = loader.withConstructorCalls(loaded, first.address());
      this.address = image.symbols().find(ConstructorCalls.NAME).orElseThrow().address();
    } else {
      this.image = loaded;
      this.address = first != null ? first.address() : loaded.entry().getAsLong();
    }
  }

  /** The program as it lies in memory. */
  Image image() {
    return image;
  }

  /** Name of the program. */
  String program() {
    return program.name();
  }

  boolean isCall() {
    return program.function().isPresent();
  }

  /** Sets instruction pointer, stack and arguments. */
  void prepare() {
    long[] values = values();
    switch (machine.mode()) {
      case BITS64:
        prepare64(values);
        break;
      case BITS32:
        prepareStack(MemoryMap.STACK_TOP, 4, values, 0);
        break;
      default:
        long base = MemoryMap.STACK_TOP - 0x10000;
        prepareStack(MemoryMap.STACK_TOP, 2, values, base);
        break;
    }
    machine.cpu().rip = address;
  }

  private long[] values() {
    long next = image.end() + PAGE;
    long[] values = new long[program.arguments().size()];
    for (int i = 0; i < values.length; i++) {
      Argument a = program.arguments().get(i);
      if (a instanceof Argument.Buffer b) {
        long at = (next + PAGE - 1) & -PAGE;
        machine.write(at, new byte[b.size()]);
        buffers.add(new Buffer(at, b.size()));
        next = at + b.size();
        values[i] = at;
      } else {
        values[i] = ((Argument.Value) a).value();
      }
    }
    return values;
  }

  private void prepare64(long[] values) {
    int[] registers = program.abi() == Abi.MS ? MS : SYSV;
    int shadow = program.abi() == Abi.MS ? MS_SHADOW : 0;
    long top = MemoryMap.STACK_TOP - MemoryMap.STACK_RESERVE;
    long[] r = machine.cpu().r;
    for (int i = 0; i < values.length; i++) {
      if (i < registers.length) {
        r[registers[i]] = values[i];
      } else {
        put(top + shadow + (i - registers.length) * 8L, 8, values[i]);
      }
    }
    put(top - 8, 8, MemoryMap.PROGRAM_EXIT);
    r[RSP] = top - 8;
    if (function && program.form() == Program.Form.ELF_OBJECT) {
      machine.enableSse();
    }
  }

  private void prepareStack(long stackTop, int word, long[] values, long base) {
    long top = stackTop - MemoryMap.STACK_RESERVE;
    for (int i = 0; i < values.length; i++) {
      put(top + (long) i * word, word, values[i]);
    }
    put(top - word, word, MemoryMap.PROGRAM_EXIT);
    machine.cpu().r[RSP] = top - word - base;
  }

  private void put(long at, int bytes, long value) {
    byte[] image8 = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      image8[i] = (byte) (value >>> 8 * i);
    }
    machine.write(at, image8);
  }

  /** Contents of the buffers now. */
  List<byte[]> buffers() {
    List<byte[]> contents = new ArrayList<>();
    for (Buffer b : buffers) {
      contents.add(machine.read(b.address(), b.size()));
    }
    return contents;
  }
}
