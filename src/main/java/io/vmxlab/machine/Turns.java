package io.vmxlab.machine;

import io.vmxlab.arch.Rflags;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.VirtualTime;
import io.vmxlab.engine.Stop;
import io.vmxlab.isa.Instruction;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The run of a board: its processors take turns of a fixed number of instructions in a fixed order,
 * so that a run is repeatable. Time passes with every instruction, whoever executes it.
 */
final class Turns {
  /** Instructions of a turn among several processors. */
  private static final long TURN = 1_000;

  /** Instructions after which a single processor's board looks around. */
  private static final long ALONE = 200_000;

  /** Deadlines after which none is expected to wake a processor. */
  private static final int MANY = 1_000_000;

  /** Between two reports of progress, in ns. */
  private static final long REPORT = 500_000_000L;

  private final List<BoardProcessor> processors;
  private final BoardEnd end;
  private final BoardBuilder builder;
  private final BooleanSupplier stopping;
  private final VirtualTime time;
  private final long began = System.nanoTime();
  private BoardProcessor current;

  /** Number of the processor whose turn is next, or goes on. */
  private int next;

  /** Instructions that a turn which was interrupted had. */
  private long had;

  /** No processor has executed to the end of its turn in this round. */
  private boolean idle = true;

  /** Deadlines that have passed since a processor last executed something. */
  private int passed;

  /** Deadlines that have passed while all waited: a limit counts them. */
  private long waited;

  private long reported = began;

  Turns(
      List<BoardProcessor> processors,
      BoardEnd end,
      BoardBuilder builder,
      BooleanSupplier stopping) {
    this.processors = processors;
    this.end = end;
    this.builder = builder;
    this.stopping = stopping;
    current = processors.get(0);
    time = current.cpu.time;
  }

  /** The processor that had the last turn. */
  BoardProcessor current() {
    return current;
  }

  /** Executed so far by all. */
  long instructions() {
    long sum = 0;
    for (BoardProcessor p : processors) {
      sum += p.engine.retired();
    }
    return sum;
  }

  /** What limits count, of all. */
  long spent() {
    long sum = waited;
    for (BoardProcessor p : processors) {
      sum += p.engine.spent();
    }
    return sum;
  }

  /** Runs until there is a reason to end. */
  void run() {
    while (!end.came()) {
      go(Long.MAX_VALUE);
      if (next == 0 && !end.came()) {
        lookAround();
      }
    }
  }

  /**
   * Runs on until so much has been spent in all, whatever the time of the host is.
   *
   * @return false if there was a reason to end
   */
  boolean runTo(long spent) {
    while (!end.came() && spent() < spent) {
      go(spent);
    }
    return !end.came();
  }

  /** The next turn, or what is left of it until so much has been spent; ends a round of turns. */
  private void go(long until) {
    BoardProcessor p = processors.get(next);
    if (p.wantsTurn() || processors.size() == 1) {
      long before = spent();
      idle &= !turn(p, until);
      had += spent() - before;
      if (!end.came() && spent() >= until && had < TURN && processors.size() > 1) {
        return;
      }
    }
    had = 0;
    next++;
    if (next < processors.size() || end.came()) {
      return;
    }
    next = 0;
    if (idle) {
      pass();
    }
    idle = true;
    if (!end.came() && spent() >= builder.limit) {
      end.because(Ending.LIMIT, "");
    }
  }

  /** Lets one execute; says whether it was active to the end of its turn. */
  private boolean turn(BoardProcessor p, long until) {
    current = p;
    boolean alone = processors.size() == 1;
    time.turn(p.cpu);
    long left = Math.min(builder.limit, until) - spent();
    long retired = p.engine.retired();
    long most = alone ? ALONE : TURN - had;
    boolean exact = alone || left <= most;
    Stop stop = exact ? p.engine.run(Math.min(left, most)) : p.engine.turn(most);
    passed = p.engine.retired() == retired ? passed : 0;
    switch (stop.kind()) {
      case SHUTDOWN:
        end.because(Ending.SHUTDOWN, "");
        return true;
      case UNMODELLED:
        end.because(Ending.UNMODELLED, stop.detail());
        return true;
      case LIMIT:
        return true;
      default:
        return false;
    }
  }

  /** All are halted: time goes on to the next deadline, if there is one. */
  private void pass() {
    if (passed == MANY || allDeaf() && !somethingComes() || !time.skipTogether()) {
      halted();
      return;
    }
    passed++;
    waited++;
    time.expire();
  }

  /** An event from outside is still ahead. */
  private boolean somethingComes() {
    return builder.events.stream().anyMatch(e -> e.time() > time.now());
  }

  /** Nothing but an NMI, or a start-up message of another one, could wake any of them. */
  private boolean allDeaf() {
    for (BoardProcessor p : processors) {
      boolean interruptible = p.cpu.activity == Activity.HLT && (p.cpu.flagsRest & Rflags.IF) != 0;
      boolean exits = p.cpu.inGuest() && p.cpu.activity != Activity.WAIT_FOR_SIPI;
      if (interruptible || exits) {
        return false;
      }
    }
    return true;
  }

  private void halted() {
    Cpu cpu = current.cpu;
    Optional<String> firmware = BoardFirmware.called(cpu);
    if (firmware.isPresent()) {
      end.because(Ending.NO_FIRMWARE, firmware.get());
      return;
    }
    boolean enabled = (cpu.flagsRest & Rflags.IF) != 0;
    end.because(
        Ending.HALTED,
        enabled
            ? "interrupts are enabled, but no device and no timer will raise one that is not masked"
            : "RFLAGS.IF is 0, so that no interrupt can wake it");
  }

  /** Looks whether somebody of the host, or its time, ends the run; tells the host about it. */
  void lookAround() {
    if (stopping.getAsBoolean()) {
      end.because(Ending.STOPPED, "");
    }
    long now = System.nanoTime();
    if (now - began >= builder.timeout) {
      end.because(Ending.TIMEOUT, "");
    }
    if (now - reported < REPORT) {
      return;
    }
    reported = now;
    builder.listener.onProgress(instructions(), current.code().symbol());
    if (processors.stream().allMatch(Turns::isStuck) && !somethingComes()) {
      end.because(Ending.STUCK, "it branches to itself with RFLAGS.IF = 0");
    }
  }

  /** It does not execute and never will, or branches to itself for ever. */
  private static boolean isStuck(BoardProcessor p) {
    Cpu cpu = p.cpu;
    if (cpu.activity == Activity.WAIT_FOR_SIPI) {
      return true;
    }
    if ((cpu.flagsRest & Rflags.IF) != 0 || cpu.inGuest()) {
      return false;
    }
    if (cpu.activity == Activity.HLT) {
      return true;
    }
    Optional<Instruction> insn = p.reader.instruction(cpu.rip);
    return insn.isPresent()
        && insn.get().form.mnemonic().equals("JMP")
        && insn.get().immediate == -insn.get().length();
  }
}
