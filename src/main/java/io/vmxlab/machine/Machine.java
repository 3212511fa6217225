package io.vmxlab.machine;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.cpu.Event.STOP;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.RandomSource;
import io.vmxlab.engine.Engine;
import io.vmxlab.engine.Stop;
import io.vmxlab.isa.Decoder;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.platform.Image;
import io.vmxlab.platform.device.DebugConsole;
import io.vmxlab.platform.device.ExitPort;
import io.vmxlab.platform.device.PortBus;
import io.vmxlab.platform.device.SerialPort;
import io.vmxlab.platform.device.SystemControlPort;
import io.vmxlab.rule.Verdict;
import io.vmxlab.vmx.VmxState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/**
 * A machine with one logical processor, in the state that {@code docs/machine-state.md} describes,
 * on which programs run one after another: what one leaves behind, the next finds.
 *
 * <pre>
 * Machine machine = Machine.builder().cpu("skylake").firmware(Firmware.LOCKED_OFF).build();
 * Run run = machine.run(Program.elf("enable.o", bytes).call("enter_vmx"));
 * run.outcome().fault().ifPresent(f -&gt; System.out.println(f.title() + " " + f.rule()));
 * </pre>
 *
 * <p>A machine is for one thread; only {@link #stop} may be called from others. Two machines built
 * alike run the same program alike.
 */
public final class Machine {
  /** Events that a run keeps. */
  public static final int MOST_EVENTS = 1000;

  /** Bytes of output that a run keeps. */
  public static final int MOST_OUTPUT = 1 << 20;

  /** Instructions after which a run ends if nothing else was said. */
  public static final long DEFAULT_LIMIT = 100_000_000;

  /** What a processor does after INIT. */
  private static final String AFTER_INIT =
      "firmware at the reset vector FFFFFFF0H, which the processor fetches from after INIT";

  private static final int PAGE = 0x1000;

  private final CodeMode mode;
  private final Cpu cpu;
  private final Engine engine;
  private final CodeReader reader;
  private final Recorder recorder;
  private final ExitPort exitPort;
  private final List<Setting> settings;
  private final List<String> forced;
  private final ProcessorContext beginning;
  private final IntConsumer output;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private RunListener listener = RunListener.NONE;
  private long limit;
  private long guard;
  private boolean used;
  private volatile boolean stopping;

  /** Nanoseconds of all runs. */
  private long running;

  Machine(MachineBuilder b) {
    mode = b.mode;
    limit = b.limit;
    settings = List.copyOf(b.settings);
    output = b.output;
    cpu = new Cpu(new PhysicalMemory(b.memory), b.cpu);
    cpu.vmx = new VmxState(cpu);
    RandomSource random = RandomSource.seeded(b.seed);
    new InitialState(cpu, mode, b.atUserLevel()).apply(random.next());
    cpu.random = random;
    forced =
        settings.isEmpty() && b.featureControl == 0
            ? List.of()
            : new StateCheck(cpu, mode).apply(b.featureControl, settings, b.force);
    Decoder decoder = Engine.decoder(cpu);
    reader = new CodeReader(cpu, decoder);
    recorder = new Recorder(cpu, reader);
    cpu.observer = recorder;
    if (b.watchesStale) {
      cpu.mmu.watchStale();
    }
    exitPort = new ExitPort(() -> cpu.events.signal(STOP));
    PortBus bus = new PortBus();
    bus.attach(ExitPort.PORT, ExitPort.PORTS, exitPort);
    bus.attach(DebugConsole.PORT, 1, new DebugConsole(this::print));
    bus.attach(SerialPort.COM1, SerialPort.PORTS, new SerialPort(this::print));
    bus.attach(SystemControlPort.PORT, 1, new SystemControlPort(cpu::a20mAsserted, cpu::setA20m));
    cpu.io = bus;
    engine = new Engine(cpu, decoder, b.engine.mode);
    beginning = new ProcessorContext(cpu);
  }

  /**
   * Starts the description of a machine: {@value io.vmxlab.model.CpuModels#DEFAULT}, 64-bit mode,
   * unlocked firmware.
   */
  public static MachineBuilder builder() {
    return new MachineBuilder();
  }

  /** A machine with nothing out of the ordinary. */
  public static Machine create() {
    return builder().build();
  }

  private void print(int b) {
    if (kept.size() < MOST_OUTPUT) {
      kept.write(b);
    }
    output.accept(b);
  }

  /** Settings that the processor could not have come to by itself, each with the reason. */
  public List<String> forced() {
    return forced;
  }

  /** What all runs have cost so far. */
  public Work work() {
    return Work.of(engine, cpu, running);
  }

  /** Tells a listener of what happens from now on. */
  public void listener(RunListener newListener) {
    listener = newListener;
  }

  /** Instructions after which a run ends. */
  public void limit(long instructions) {
    if (instructions <= 0) {
      throw new BadInputException(
          "limit", "a limit of " + instructions + " instructions", "give 1 or more");
    }
    limit = instructions;
  }

  /** Instructions after which a run ends. */
  public long limit() {
    return limit;
  }

  /** Ends the run that is going on, soon; from any thread. Its outcome is {@code limit}. */
  public void stop() {
    stopping = true;
  }

  /**
   * Loads a program and runs it to its end.
   *
   * @throws BadInputException if it cannot be loaded or called
   */
  public Run run(Program program) {
    Course course = begin(program);
    long began = System.nanoTime();
    Stop stop = course.slices.run(() -> stopping);
    running += System.nanoTime() - began;
    return course.end(stop);
  }

  /** Loads a program, but does not run it. */
  Course begin(Program program) {
    Start start = new Start(this, program, loader());
    Image image = start.image();
    load(image);
    reader.symbols = image.symbols().and(MemoryMap.symbols());
    guard = image.end();
    start.prepare();
    return new Course(start);
  }

  /**
   * Lays a program out as {@link #run} would, and does nothing with it. For the floors above; not
   * part of the public library.
   *
   * @throws BadInputException if it cannot be loaded
   * @hidden
   */
  @SuppressWarnings("exports") // its package is closed to others on purpose
  public Image image(Program program) {
    return loader().load(program);
  }

  private ProgramLoader loader() {
    return new ProgramLoader(mode, cpu.memory.size());
  }

  /** What compilers for 64-bit mode take for granted, except where a setting says otherwise. */
  void enableSse() {
    for (long bit : new long[] {Cr4.OSFXSR, Cr4.OSXMMEXCPT}) {
      if (settings.stream().noneMatch(s -> s.covers(State.CR4, bit))) {
        cpu.controls.loadCr4(cpu.cr4 | bit);
      }
    }
  }

  private void restart() {
    beginning.restoreStart();
    for (Setting s : settings) {
      if (StateCheck.isPerRun(s)) {
        StateCheck.set(cpu, s);
      }
    }
    exitPort.clear();
    kept.reset();
    stopping = false;
    cpu.events.withdraw(STOP);
    used = true;
    recorder.begin(listener);
    engine.stepListener(listener.wantsSteps() ? new Steps(reader, listener) : null);
  }

  /** A run that has begun. */
  final class Course implements Paced<Run> {
    private final Start start;
    private final Snapshot before;
    private final long retired = engine.retired();
    private final long spent = engine.spent();
    private final Slices slices;
    private Stop stop;

    Course(Start start) {
      this.start = start;
      restart();
      before = snapshot();
      slices = new Slices(engine, recorder, cpu, limit);
    }

    @Override
    public boolean runTo(long until) {
      stop = slices.runTo(until + spent);
      return stop == null;
    }

    @Override
    public boolean goesOn() {
      return stop == null && !stopping;
    }

    @Override
    public void stop() {
      Machine.this.stop();
    }

    @Override
    public long spent() {
      return engine.spent() - spent;
    }

    @Override
    public List<Executing> processors() {
      return List.of(new Executing(0, cpu, engine, reader));
    }

    @Override
    public String ending() {
      return stop == null ? "" : (stop.kind() + " " + stop.detail()).strip();
    }

    @Override
    public ByteArrayOutputStream output() {
      return kept;
    }

    @Override
    public Run result() {
      return end(stop == null ? new Stop(Stop.Kind.LIMIT, "") : stop);
    }

    private Run end(Stop why) {
      long instructions = engine.retired() - retired;
      Outcome outcome = outcome(why, instructions);
      boolean returned = outcome.kind() == Outcome.Kind.COMPLETED && start.isCall();
      return new Run(
          start.program(),
          outcome,
          returned ? OptionalLong.of(returnValue()) : OptionalLong.empty(),
          instructions - (endedInStub(outcome) ? 1 : 0),
          recorder.events(),
          recorder.leftOut(),
          checks(outcome),
          before,
          outcome.fault().isPresent() ? outcome.fault().get().state() : snapshot(),
          vmx(),
          CurrentVmcs.of(cpu),
          kept.toByteArray(),
          start.buffers());
    }
  }

  private List<Verdict<?>> checks(Outcome outcome) {
    return outcome.fault().map(GuestFault::checks).orElseGet(recorder::lastChecks);
  }

  private long returnValue() {
    return mode == CodeMode.BITS64
        ? cpu.r[RAX]
        : cpu.r[RAX] & (mode.bits == 32 ? 0xFFFF_FFFFL : 0xFFFF);
  }

  private Outcome outcome(Stop stop, long instructions) {
    switch (stop.kind()) {
      case HALTED:
        return halted();
      case SHUTDOWN:
        List<GuestFault> faults = recorder.open();
        return new Outcome.Shutdown(
            faults.isEmpty() ? reader.at(cpu.rip) : faults.get(0).code(),
            faults,
            recorder.refused());
      case UNMODELLED:
        return unmodelled(stop.detail());
      case REQUESTED:
        recorder.close();
        return recorder
            .init()
            .<Outcome>map(code -> new Outcome.Unmodelled(code, AFTER_INIT))
            .orElseGet(() -> new Outcome.Completed(exitPort.reported()));
      default:
        recorder.close();
        return new Outcome.Limit(
            reader.at(cpu.rip), stopping ? instructions : limit, recorder.stuck());
    }
  }

  /** An exception whose delivery is not modelled would still have reached a stub. */
  private Outcome unmodelled(String what) {
    Code code = reader.at(cpu.rip);
    recorder.close();
    return new Outcome.Unmodelled(code, what);
  }

  private Outcome halted() {
    long at = cpu.rip - 1;
    long linear = cpu.codeAddress(at);
    if (isExit(linear)) {
      recorder.close();
      return new Outcome.Completed(OptionalInt.empty());
    }
    long stub = linear - MemoryMap.FAULT_STUBS;
    if (stub >= 0 && stub < 256L * MemoryMap.STUB_SIZE && stub % MemoryMap.STUB_SIZE == 0) {
      return unhandled((int) stub / MemoryMap.STUB_SIZE);
    }
    recorder.close();
    return new Outcome.Halted(reader.at(at));
  }

  private boolean isExit(long linear) {
    return linear == MemoryMap.PROGRAM_EXIT || linear == guard;
  }

  private Outcome unhandled(int vector) {
    List<GuestFault> chain = recorder.open();
    GuestFault last = chain.isEmpty() ? null : chain.get(chain.size() - 1);
    if (last == null || last.number() != vector || last.retired() != engine.retired() - 1) {
      recorder.close();
      return recorder
          .software()
          .filter(f -> f.number() == vector)
          .<Outcome>map(f -> new Outcome.Fault(f, List.of()))
          .orElseGet(() -> new Outcome.Halted(reader.at(cpu.rip - 1)));
    }
    if (isExit(cpu.codeAddress(last.rip()))) {
      return new Outcome.Completed(OptionalInt.empty()); // HLT at CPL 3
    }
    return new Outcome.Fault(last, chain.subList(0, chain.size() - 1));
  }

  private boolean endedInStub(Outcome outcome) {
    return outcome.kind() == Outcome.Kind.FAULT
        || outcome.kind() == Outcome.Kind.COMPLETED
            && ((Outcome.Completed) outcome).reported().isEmpty();
  }

  /** The registers now. */
  public Snapshot snapshot() {
    return new Snapshot(cpu);
  }

  /** In which operation the processor is. */
  public Vmx vmx() {
    return Vmx.values()[cpu.vmxOperation];
  }

  /** The mode in which programs begin. */
  public CodeMode mode() {
    return mode;
  }

  /** Value of a register, MSR or condition. */
  public long get(StateItem item) {
    return cpu.get(item);
  }

  /**
   * Value of the register, MSR, condition or field of that name, such as {@code cr4.vmxe}.
   *
   * @throws BadInputException if there is none
   */
  public long get(String name) {
    StateNames.Place place = StateNames.find(name);
    long value = cpu.get(place.item());
    return place.field().map(f -> f.get(value)).orElse(value);
  }

  /**
   * Copies physical memory, which linear addresses equal as long as the program has not changed the
   * paging structures.
   *
   * @throws BadInputException if there is no RAM
   */
  public byte[] read(long address, int size) {
    checkRam(address, size);
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) cpu.memory.read8(address + i);
    }
    return bytes;
  }

  /** Address of a symbol of the program that ran last or of the machine. */
  public OptionalLong addressOf(String symbol) {
    return reader
        .symbols
        .find(symbol)
        .map(s -> OptionalLong.of(s.address()))
        .orElseGet(OptionalLong::empty);
  }

  /** Symbol and offset of an address, in the program that ran last. */
  public Optional<String> symbolAt(long address) {
    return reader.symbols.nameOf(address);
  }

  /**
   * The processor, for the floors above; not part of the public library.
   *
   * @hidden
   */
  @SuppressWarnings("exports") // its package is closed to others on purpose
  public Cpu cpu() {
    return cpu;
  }

  Engine engine() {
    return engine;
  }

  CodeReader reader() {
    return reader;
  }

  Recorder recorder() {
    return recorder;
  }

  private void load(Image image) {
    for (Image.Piece p : image.pieces()) {
      write(p.address(), p.bytes());
      if (used) {
        clear(p.address() + p.bytes().length, p.end());
      }
    }
    write(image.end(), InitialState.HALT);
  }

  /**
   * Writes physical memory, which linear addresses equal as long as the program has not changed the
   * paging structures.
   *
   * @throws BadInputException if there is no RAM
   */
  public void write(long address, byte[] bytes) {
    checkRam(address, bytes.length);
    int done = 0;
    while (done < bytes.length) {
      int here = (int) Math.min(bytes.length - done, PAGE - (address + done) % PAGE);
      cpu.codeWatch.beforeWrite(address + done, here);
      done += here;
    }
    cpu.memory.write(address, bytes);
  }

  /**
   * Writes 8 bytes of physical memory, the lowest first: a pointer, a page-table entry.
   *
   * @throws BadInputException if there is no RAM
   */
  public void writeLong(long address, long value) {
    write(address, bytes(Long.BYTES).putLong(value).array());
  }

  /**
   * Writes 4 bytes of physical memory, the lowest first: a revision identifier.
   *
   * @throws BadInputException if there is no RAM
   */
  public void writeInt(long address, int value) {
    write(address, bytes(Integer.BYTES).putInt(value).array());
  }

  /**
   * The 8 bytes of physical memory from an address on, the lowest first.
   *
   * @throws BadInputException if there is no RAM
   */
  public long readLong(long address) {
    return ByteBuffer.wrap(read(address, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /**
   * The 4 bytes of physical memory from an address on, the lowest first.
   *
   * @throws BadInputException if there is no RAM
   */
  public int readInt(long address) {
    return ByteBuffer.wrap(read(address, Integer.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void clear(long from, long end) {
    byte[] zeros = new byte[PAGE];
    for (long at = from; at < end; at += PAGE) {
      write(at, end - at < PAGE ? new byte[(int) (end - at)] : zeros);
    }
  }

  private void checkRam(long address, long size) {
    if (address < 0 || size < 0 || size > cpu.memory.size() - address) {
      throw new BadInputException(
          "memory",
          size + " bytes at " + Long.toHexString(address) + "h are not all RAM",
          "the machine has " + cpu.memory.size() + " bytes");
    }
  }
}
