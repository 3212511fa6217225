package io.vmxlab.cli;

/** Takes notes of what the tool itself does. */
interface Diary {
  /** Takes no notes, and loads no logging library for it. */
  Diary CLOSED = note -> {};

  void note(String note);
}
