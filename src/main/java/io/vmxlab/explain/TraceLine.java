package io.vmxlab.explain;

import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.machine.Code;
import io.vmxlab.machine.RunListener.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * One executed instruction.
 *
 * @param changes what it changed, without RIP
 */
public record TraceLine(Code code, List<Change> changes) {
  private static final int ADDRESS_DIGITS = 8;
  private static final int SYMBOL_WIDTH = 24;
  private static final int BYTES_WIDTH = 21;
  private static final int TEXT_WIDTH = 26;

  /** Something that has a new value. */
  public record Change(String name, long value) {}

  /** The line for a step. */
  public static TraceLine of(Step step) {
    List<Change> changes = new ArrayList<>();
    for (StateItem item : step.before().changes(step.after())) {
      if (item != State.RIP) {
        changes.add(new Change(item.itemName(), step.after().get(item)));
      }
    }
    return new TraceLine(step.code(), List.copyOf(changes));
  }

  /** Address, symbol, bytes, instruction, changes. */
  public String text() {
    boolean low = code.rip() >>> 32 == 0;
    StringBuilder text = new StringBuilder();
    text.append(low ? Hex.digits(code.rip(), ADDRESS_DIGITS) : Hex.register(code.rip(), 64));
    text.append("  ").append(Sheet.pad(code.symbol().orElse(""), SYMBOL_WIDTH));
    text.append("  ").append(Sheet.pad(Hex.bytes(code.bytes()), BYTES_WIDTH));
    text.append("  ").append(Sheet.pad(code.text(), TEXT_WIDTH));
    for (Change c : changes) {
      text.append("  ").append(c.name).append('=').append(Hex.literal(c.value));
    }
    return text.toString().stripTrailing();
  }

  /** Members of a JSON object. */
  public void json(JsonText json) {
    Json.code(json, code);
    json.object("changes", j -> changes.forEach(c -> j.hex(c.name, c.value)));
  }
}
