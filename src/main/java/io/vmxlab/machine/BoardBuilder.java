package io.vmxlab.machine;

import io.vmxlab.model.CpuModelException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.platform.boot.BootRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The description of a board. What is not said has the value that its method names. */
public final class BoardBuilder {
  private static final long LEAST_MEMORY = 2L << 20;
  private static final long MOST_MEMORY = 3L << 30;

  DumpedCpu cpu = CpuModels.standard();
  int cpus = 1;
  long memory = 128L << 20;
  long seed;
  long limit = Long.MAX_VALUE;
  EngineChoice engine = EngineChoice.standard();
  long timeout = Long.MAX_VALUE;
  byte[] exitOn = {};
  String commandLine = "";
  BoardListener listener = BoardListener.NONE;
  final List<Timed> events = new ArrayList<>();
  final List<BootRequest.Module> modules = new ArrayList<>();

  /** An event and its time. */
  record Timed(BoardEvent what, int processor, long time) {}

  BoardBuilder() {}

  /** The same description, for a board that tells nobody of its run. */
  BoardBuilder unheard() {
    BoardBuilder copy = new BoardBuilder();
    copy.cpu = cpu;
    copy.cpus = cpus;
    copy.memory = memory;
    copy.seed = seed;
    copy.limit = limit;
    copy.timeout = timeout;
    copy.exitOn = exitOn;
    copy.commandLine = commandLine;
    copy.events.addAll(events);
    copy.modules.addAll(modules);
    return copy;
  }

  /**
   * A built-in processor model; {@value CpuModels#DEFAULT} if not said.
   *
   * @throws BadInputException if there is none of that name
   */
  public BoardBuilder cpu(String name) {
    try {
      return cpu(CpuModels.named(name));
    } catch (CpuModelException e) {
      throw new BadInputException("cpu", e.getMessage(), "");
    }
  }

  /** A processor model. */
  public BoardBuilder cpu(DumpedCpu model) {
    cpu = model;
    return this;
  }

  /**
   * Number of processors; 1 if not said.
   *
   * @throws BadInputException if it is less than 1 or more than {@value Board#MOST_PROCESSORS}
   */
  public BoardBuilder cpus(long number) {
    if (number < 1 || number > Board.MOST_PROCESSORS) {
      throw new BadInputException(
          "cpus", number + " processors", "give a number from 1 to " + Board.MOST_PROCESSORS);
    }
    cpus = (int) number;
    return this;
  }

  /**
   * Size of RAM in bytes, rounded up to a whole MByte; 128 MBytes if not said.
   *
   * @throws BadInputException if it is less than 2 MBytes or more than 3 GBytes, where the
   *     addresses of devices begin
   */
  public BoardBuilder memory(long bytes) {
    if (bytes < LEAST_MEMORY || bytes > MOST_MEMORY) {
      throw new BadInputException(
          "memory", bytes + " bytes of memory", "give a size from 2M to 3G");
    }
    memory = bytes;
    return this;
  }

  /**
   * Size of RAM: {@code 64M}, {@code 1G}, {@code 4096K} or bytes.
   *
   * @throws BadInputException if it is no size, less than 2 MBytes or more than 3 GBytes
   */
  public BoardBuilder memory(String size) {
    long bytes = Numbers.size("memory", size);
    if (bytes == Long.MAX_VALUE) {
      throw new BadInputException("memory", size + " of memory", "give a size from 2M to 3G");
    }
    return memory(bytes);
  }

  /** Seed of RDRAND and RDSEED; 0 if not said. */
  public BoardBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** How code is run; results do not depend on it. */
  public BoardBuilder engine(EngineChoice choice) {
    engine = choice;
    return this;
  }

  /**
   * Instructions of all processors after which a run ends; none if not said.
   *
   * @throws BadInputException if it is not positive
   */
  public BoardBuilder limit(long instructions) {
    if (instructions <= 0) {
      throw new BadInputException(
          "limit", "a limit of " + instructions + " instructions", "give 1 or more");
    }
    limit = instructions;
    return this;
  }

  /**
   * Time of the host after which a run ends; none if not said.
   *
   * @throws BadInputException if it is not positive
   */
  public BoardBuilder timeout(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new BadInputException("timeout", "a time of " + time, "give more than 0");
    }
    boolean countable = time.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0;
    timeout = countable ? time.toNanos() : Long.MAX_VALUE;
    return this;
  }

  /** A text that ends the run when it comes out of COM1 or the debug console; none if not said. */
  public BoardBuilder exitOn(String text) {
    exitOn = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  /** The image's command line, without its name in front; empty if not said. */
  public BoardBuilder append(String text) {
    commandLine = text;
    return this;
  }

  /**
   * Adds a file that the image finds in memory.
   *
   * @param name of it, with arguments if there are any
   */
  public BoardBuilder module(String name, byte[] content) {
    modules.add(new BootRequest.Module(name, content.clone()));
    return this;
  }

  /**
   * Something happens to a processor from outside, in addition to what was said before.
   *
   * @param processor its number, from 0
   * @param time since the board began, in ns: every instruction takes one
   * @throws BadInputException if the time is negative
   */
  public BoardBuilder event(BoardEvent what, int processor, long time) {
    if (time < 0 || processor < 0) {
      throw new BadInputException(
          "event", what + " of processor " + processor + " at " + time, "give numbers from 0");
    }
    events.add(new Timed(what, processor, time));
    return this;
  }

  /** Is told of output and progress. */
  public BoardBuilder listener(BoardListener to) {
    listener = to;
    return this;
  }

  /**
   * Makes the board.
   *
   * @throws BadInputException if something is to happen to a processor that is not there
   */
  public Board build() {
    for (Timed t : events) {
      if (t.processor >= cpus) {
        throw new BadInputException(
            "event",
            "processor " + t.processor + " of a board with " + cpus,
            "give a number below " + cpus);
      }
    }
    return new Board(this);
  }
}
