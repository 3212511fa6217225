package io.vmxlab.cli;

import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.DumpReport;
import io.vmxlab.lab.VmcsDump;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.List;
import java.util.Optional;

/** {@code check-dump FILE}: every check of a VM entry on a VMCS that was printed elsewhere. */
final class CheckDumpCommand extends Command {
  private Optional<DumpedCpu> cpu = Optional.empty();
  private boolean json;

  CheckDumpCommand() {
    super(
        "check-dump",
        "Check a VMCS dump of Linux KVM, Xen, VirtualBox or HAXM, or a list of fields.");
  }

  @Override
  List<Option> ownOptions() {
    return List.of(
        Option.of(
            "--cpu", "MODEL", "the processor that it ran on; without it all models are tried"),
        Option.flag("--json", "print JSON instead of text"));
  }

  @Override
  List<String> details() {
    return List.of(
        "The file is what the kernel's log or the hypervisor's has, or lines such as"
            + " GUEST_CR0 = 0x31, Guest CR0: 31h or 6800 = 0x31. Exit status 3 if a rule is violated.");
  }

  @Override
  List<Operand> operandList() {
    return List.of(Operand.required("FILE", "the dump, or - for standard input"));
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
    String file = operands().get(0);
    VmcsDump dump;
    try {
      dump = VmcsDump.parse(Inputs.name(file), Inputs.text(terminal, file));
    } catch (BadInputException e) {
      throw new UserError(e.getMessage());
    }
    DumpReport report = new DumpReport(dump, cpu.map(List::of).orElseGet(CpuModels::list));
    if (json) {
      terminal.print(report.json());
    } else {
      Sheet sheet = terminal.sheet();
      report.text(sheet);
      terminal.print(sheet);
    }
    return report.violations().isEmpty() ? Exit.OK : Exit.FAULT;
  }
}
