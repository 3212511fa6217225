package io.vmxlab.machine;

import static io.vmxlab.cpu.Event.STOP;

import io.vmxlab.cpu.Cpu;
import java.util.List;

/** What ends the run of a board: the first reason that a device or the board gives. */
final class BoardEnd {
  private final List<BoardProcessor> processors;
  private Ending ending;
  private String why = "";

  /** The processors, to which more may be added. */
  BoardEnd(List<BoardProcessor> processors) {
    this.processors = processors;
  }

  /** Ends the run after the current instruction. */
  void because(Ending reason, String words) {
    if (ending == null) {
      ending = reason;
      why = words;
    }
    for (BoardProcessor p : processors) {
      Cpu cpu = p.cpu;
      cpu.events.signal(STOP);
    }
  }

  boolean came() {
    return ending != null;
  }

  Ending ending() {
    return ending;
  }

  String why() {
    return why;
  }
}
