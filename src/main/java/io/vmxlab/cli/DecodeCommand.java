package io.vmxlab.cli;

import io.vmxlab.arch.Layout;
import io.vmxlab.explain.BitView;
import io.vmxlab.explain.Json;
import io.vmxlab.explain.JsonText;
import io.vmxlab.explain.NumberView;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.Text;
import io.vmxlab.machine.Setting;
import java.util.List;

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
    Setting setting = Setting.of(name(operands().get(0)), operands().get(1));
    Layout whole = setting.place().item().layout();
    if (whole.fields().isEmpty() && setting.place().field().isEmpty()) {
      number(terminal, new NumberView(whole.name(), whole.width(), setting.value()));
      return Exit.OK;
    }
    BitView view =
        setting
            .place()
            .field()
            .map(f -> BitView.field(setting.place().name(), f, setting.value()))
            .orElseGet(() -> BitView.of(whole, setting.value()));
    if (json) {
      terminal.print(JsonText.document("decode", 1, j -> Json.bits(j, view)));
      return Exit.OK;
    }
    BitView shown = all ? view : view.set();
    Sheet sheet = terminal.sheet();
    Text.bits(sheet, shown);
    if (shown.rows().isEmpty()) {
      sheet.line(view.rows().isEmpty() ? "  no fields" : "  every field is 0 (--all shows them)");
    }
    terminal.print(sheet);
    return Exit.OK;
  }

  private void number(Terminal terminal, NumberView view) {
    if (json) {
      terminal.print(JsonText.document("decode", 1, j -> Json.number(j, view)));
      return;
    }
    Sheet sheet = terminal.sheet();
    Text.number(sheet, view);
    terminal.print(sheet);
  }

  /** A bare number is that of an MSR. */
  private static String name(String operand) {
    boolean number = !operand.isEmpty() && Character.isDigit(operand.charAt(0));
    return number ? "msr[" + operand + "]" : operand;
  }
}
