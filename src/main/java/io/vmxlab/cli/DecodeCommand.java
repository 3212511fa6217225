package io.vmxlab.cli;

import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.StateItem;
import io.vmxlab.explain.BitView;
import io.vmxlab.explain.Hex;
import io.vmxlab.explain.Json;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.Registers;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Text;
import io.vmxlab.machine.Names;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code decode NAME VALUE}: a register's value, field by field. */
final class DecodeCommand extends Command {
  private boolean all;
  private boolean json;

  DecodeCommand() {
    super("decode", "Show the value of a register or MSR, field by field.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.flag("--all", "also show fields that are 0"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<String> details() {
    return List.of("For example: vmxlab decode cr4 0x2020, vmxlab decode 3Ah 5");
  }

  @Override
  List<Operand> operandList() {
    return List.of(
        Operand.required("NAME", "name of a register or MSR, or the number of an MSR"),
        Operand.required("VALUE", "such as 8192, 0x2000 or 2000h"));
  }

  @Override
  void setOwn(String option, String value) {
    all |= option.equals("--all");
    json |= option.equals("--json");
  }

  @Override
  int run(Terminal terminal) {
    Layout layout = layout(operands().get(0));
    long value = Numbers.of(operands().get(1), "the value");
    int width = layout.width();
    if (width < 64 && value >>> width != 0 && value >> width - 1 != -1) {
      throw new UserError(
          layout.name() + " has " + width + " bits; " + operands().get(1) + " needs more");
    }
    BitView view = BitView.of(layout, width == 64 ? value : value & ((1L << width) - 1));
    BitView shown = all ? view : view.set();
    if (json) {
      terminal.print(JsonText.document("decode", 1, j -> Json.bits(j, view)));
      return Exit.OK;
    }
    Sheet sheet = terminal.sheet();
    Text.bits(sheet, shown);
    if (shown.rows().isEmpty()) {
      sheet.line(
          view.rows().isEmpty()
              ? "  " + layout.name() + " has no fields"
              : "  every field is 0 (--all shows them)");
    }
    terminal.print(sheet);
    return Exit.OK;
  }

  private static Layout layout(String name) {
    Optional<StateItem> item = Registers.find(name);
    if (item.isPresent()) {
      return item.get().layout();
    }
    OptionalLong index = Numbers.parse(name);
    if (index.isPresent() && index.getAsLong() >>> 32 == 0) {
      return Msr.of((int) index.getAsLong())
          .map(Msr::layout)
          .orElseGet(() -> Layout.plain("MSR " + Hex.literal(index.getAsLong()), 64));
    }
    throw new UserError(
        "unknown register or MSR \"" + name + "\"" + Names.hint(name, Registers.names()));
  }
}
