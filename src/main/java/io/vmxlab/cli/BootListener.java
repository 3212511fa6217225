package io.vmxlab.cli;

import io.vmxlab.machine.BoardListener;
import io.vmxlab.machine.VmTransition;
import java.util.Locale;
import java.util.Optional;

/** Shows what a board does while it runs. */
final class BootListener implements BoardListener {
  /** Reports that nobody needs of a run that is over soon. */
  private static final int FIRST_REPORT = 4;

  /** Reports, about half a second apart, of which one is shown. */
  private static final int EVERY = 4;

  private final Terminal terminal;
  private final Diary diary;
  private final SerialOutput output;
  private final VmxWatch vmx;
  private final boolean json;
  private final long began = System.nanoTime();
  private long before;
  private long beforeAt = began;
  private int reports;

  BootListener(Terminal terminal, Diary diary, SerialOutput output, VmxWatch vmx, boolean json) {
    this.terminal = terminal;
    this.diary = diary;
    this.output = output;
    this.vmx = vmx;
    this.json = json;
  }

  @Override
  public void onOutput(int value) {
    output.put(value);
  }

  @Override
  public boolean wantsTransitions() {
    return vmx.wantsTransitions();
  }

  @Override
  public void onTransition(VmTransition transition) {
    vmx.on(transition, terminal, json);
  }

  @Override
  public void onProgress(long instructions, Optional<String> symbol) {
    reports++;
    if (reports < FIRST_REPORT || reports % EVERY != 0) {
      return;
    }
    long now = System.nanoTime();
    String line =
        String.format(
            Locale.ROOT,
            "%.0f s, %d million instructions, %.1f million a second%s",
            (now - began) / 1e9,
            instructions / 1_000_000,
            (instructions - before) * 1e3 / (now - beforeAt),
            symbol.map(s -> ", in " + s).orElse(""));
    before = instructions;
    beforeAt = now;
    if (terminal.progress()) {
      terminal.report(line);
    } else {
      diary.note(line);
    }
  }
}
