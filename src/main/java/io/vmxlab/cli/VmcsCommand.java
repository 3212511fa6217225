package io.vmxlab.cli;

import io.vmxlab.arch.VmcsField;
import io.vmxlab.explain.Sheet;
import io.vmxlab.explain.VmcsView;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Numbers;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code vmcs [FIELD]}: the fields of a VMCS, or one of them. */
final class VmcsCommand extends Command {
  private Optional<DumpedCpu> cpu = Optional.empty();
  private boolean json;

  VmcsCommand() {
    super("vmcs", "List the fields of a VMCS, or show one: encoding, bits and where it exists.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.of(
            "--cpu", "MODEL", "a processor model: only its fields; or whether it has the field"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<String> details() {
    return List.of(
        "For example: vmxlab vmcs \"Guest CR0\", vmxlab vmcs GUEST_CS_AR_BYTES, vmxlab vmcs 4016h");
  }

  @Override
  List<Operand> operandList() {
    return List.of(
        Operand.optional("FIELD", "the manual's name, Linux's or Xen's, or an encoding"));
  }

  @Override
  void setOwn(String option, String value) {
    if (option.equals("--cpu")) {
      cpu = Optional.of(Inputs.cpu(value));
    } else {
      json = true;
    }
  }

  @Override
  int run(Terminal terminal) {
    Optional<VmcsField> field = operands().stream().findFirst().map(VmcsCommand::field);
    VmcsView view = new VmcsView(cpu);
    if (json) {
      terminal.print(view.json(field));
      return Exit.OK;
    }
    Sheet sheet = terminal.sheet();
    field.ifPresentOrElse(f -> view.one(sheet, f), () -> view.list(sheet));
    terminal.print(sheet);
    return Exit.OK;
  }

  private static VmcsField field(String name) {
    Optional<VmcsField> named = VmcsField.find(name);
    if (named.isPresent()) {
      return named.get();
    }
    if (Character.isDigit(name.charAt(0))) {
      long encoding = encoding(name);
      return VmcsField.of(encoding)
          .orElseThrow(
              () -> new UserError("no processor has a VMCS field with the encoding " + name));
    }
    List<String> known = new ArrayList<>();
    for (VmcsField f : VmcsField.values()) {
      known.add(f.itemName());
      known.addAll(f.aliases());
    }
    throw new UserError("unknown VMCS field \"" + name + "\"" + Names.hint(name, known));
  }

  private static long encoding(String text) {
    try {
      return Numbers.parse("the encoding", text);
    } catch (BadInputException e) {
      throw new UserError(e.getMessage());
    }
  }
}
