package io.vmxlab.machine;

import io.vmxlab.cpu.ApicBus;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Deadline;
import io.vmxlab.engine.Engine;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.platform.LoadException;
import io.vmxlab.platform.boot.BootImage;
import io.vmxlab.platform.boot.BootMemory;
import io.vmxlab.platform.boot.BootPlan;
import io.vmxlab.platform.boot.BootRequest;
import io.vmxlab.text.Visible;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A PC-like board: one or more processors with their local APICs, an I/O APIC, two 8259s, an 8254,
 * a clock, a serial port and the other devices that {@code docs/guests.md} lists, on which an image
 * of bare metal is booted, once.
 *
 * <pre>
 * BootRun run = Board.builder().cpus(2).limit(1_000_000_000).build().boot("kernel.elf", bytes);
 * System.out.println(run.ending() + " " + run.lines());
 * </pre>
 *
 * <p>A board is for one thread; only {@link #stop} may be called from others. Two boards built
 * alike run the same image alike, except where a time of the host ends them.
 */
public final class Board {
  /** Processors at most. */
  public static final int MOST_PROCESSORS = 32;

  /** Bytes of output that a run keeps. */
  public static final int MOST_OUTPUT = 4 << 20;

  private final BoardBuilder builder;
  final List<BoardProcessor> processors = new ArrayList<>();
  final BoardEnd end = new BoardEnd(processors);
  final BoardDevices devices;
  final ApicBus bus = new ApicBus();
  private final PhysicalMemory memory;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private int matched;
  private boolean booted;

  /** Nanoseconds of the run. */
  private long running;

  private volatile boolean stopping;

  Board(BoardBuilder builder) {
    this.builder = builder;
    memory = new PhysicalMemory(builder.memory);
    for (int i = 0; i < builder.cpus; i++) {
      processors.add(new BoardProcessor(i, memory, builder));
    }
    Cpu first = processors.get(0).cpu;
    for (BoardProcessor p : processors) {
      p.cpu.time = first.time;
      p.join(bus, builder.cpus);
    }
    Engine.share(processors.stream().map(p -> p.engine).toList());
    devices = new BoardDevices(first, bus, builder.cpus, end, this::output);
    for (BoardProcessor p : processors) {
      p.cpu.io = devices.ports;
      p.cpu.devices = devices.memory;
    }
    builder.events.forEach(this::schedule);
  }

  private void schedule(BoardBuilder.Timed timed) {
    Cpu cpu = processors.get(timed.processor()).cpu;
    Deadline due =
        new Deadline() {
          @Override
          protected void expire() {
            cpu.events.signal(timed.what().event);
          }
        };
    cpu.time.schedule(due, timed.time());
  }

  /** Starts the description of a board: one processor, 128 MBytes, no limits. */
  public static BoardBuilder builder() {
    return new BoardBuilder();
  }

  private void output(int value) {
    if (kept.size() < MOST_OUTPUT) {
      kept.write(value);
    }
    builder.listener.onOutput(value);
    if (builder.exitOn.length > 0) {
      match((byte) value);
    }
  }

  /** The text that ends the run; a beginning that turns out not to be it may hide another one. */
  private void match(byte next) {
    byte[] text = builder.exitOn;
    while (matched > 0 && text[matched] != next) {
      matched = border(text, matched);
    }
    if (text[matched] == next) {
      matched++;
    }
    if (matched == text.length) {
      matched = 0;
      end.because(Ending.TEXT, "");
    }
  }

  /** Length of the longest proper beginning of the first bytes that is also their end. */
  private static int border(byte[] text, int length) {
    for (int border = length - 1; border > 0; border--) {
      if (java.util.Arrays.equals(text, 0, border, text, length - border, length)) {
        return border;
      }
    }
    return 0;
  }

  /** Ends the run that is going on, soon; from any thread. */
  public void stop() {
    stopping = true;
  }

  /**
   * Boots an image and runs it to its end.
   *
   * @param name of the file, for messages and as the first word of the command line
   * @throws BadInputException if it is no bootable image, does not fit or demands what is not there
   * @throws IllegalStateException if the board has booted before
   */
  public BootRun boot(String name, byte[] image) {
    BootPlan plan = load(name, image);
    Turns turns = turns();
    long began = System.nanoTime();
    turns.run();
    running = System.nanoTime() - began;
    return result(name, plan, turns);
  }

  /** Boots an image, but does not run it. */
  Paced<BootRun> begin(String name, byte[] image) {
    BootPlan plan = load(name, image);
    Turns turns = turns();
    return new PacedBoard<>(this, turns, () -> result(name, plan, turns));
  }

  private Turns turns() {
    return new Turns(processors, end, builder, () -> stopping);
  }

  /** Bytes that came out of the serial port and the debug console. */
  ByteArrayOutputStream output() {
    return kept;
  }

  private BootPlan load(String name, byte[] image) {
    if (booted) {
      throw new IllegalStateException("a board boots once");
    }
    booted = true;
    BootPlan plan = plan(name, image);
    BoardFirmware.install(memory, processors.size());
    BoardFirmware.program(devices.ports);
    for (BootPlan.Piece p : plan.pieces()) {
      memory.write(p.address(), p.bytes());
    }
    processors.forEach(p -> p.reader.symbols = plan.symbols());
    BoardFirmware.begin(processors.get(0).cpu, plan);
    return plan;
  }

  /** What the run has cost. */
  public Work work() {
    return processors.stream()
        .map(p -> Work.of(p.engine, p.cpu, p.number == 0 ? running : 0))
        .reduce(Work::and)
        .orElseThrow();
  }

  private BootPlan plan(String name, byte[] image) {
    try {
      return BootImage.plan(
          image,
          new BootRequest(
              name,
              builder.commandLine,
              builder.modules,
              new BootMemory(memory.size()),
              BoardFirmware.rootPointer(processors.size())));
    } catch (LoadException e) {
      throw new BadInputException(name, e.getMessage(), e.advice());
    }
  }

  private BootRun result(String name, BootPlan plan, Turns turns) {
    BoardProcessor about = turns.current();
    return new BootRun(
        Visible.message(name),
        plan.protocol().id(),
        end.ending(),
        end.why(),
        devices.exitPort.reported(),
        end.ending() == Ending.NO_FIRMWARE
            ? about.faults.justHandled(about.cpu)
            : about.faults.faults(),
        about.faults.refused(),
        processors.stream().map(BoardProcessor::atEnd).toList(),
        about.number,
        turns.instructions(),
        kept.toByteArray());
  }
}
