package io.vmxlab.fuzz;

import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.platform.Objects;
import java.util.List;

/** An ELF file: an object one of whose functions is called, or an executable. */
final class ElfTarget extends RunTarget {
  private static final int LIMIT = 300;
  private final boolean object;

  ElfTarget(boolean object) {
    super(object ? "elf-object" : "elf-executable");
    this.object = object;
  }

  @Override
  public List<byte[]> seeds() {
    return Objects.LOADABLE.stream()
        .filter(n -> n.endsWith(object ? ".o" : ".elf"))
        .map(Objects::read)
        .toList();
  }

  @Override
  public List<String> dictionary() {
    return List.of(
        ".text",
        ".rela.text",
        ".data",
        ".bss",
        ".init_array",
        ".symtab",
        ".strtab",
        ".shstrtab",
        "main",
        "memcpy",
        "enter_vmx_operation",
        "_GLOBAL_OFFSET_TABLE_");
  }

  @Override
  public String feed(byte[] input) {
    Program program = Program.elf("input", input);
    if (program.form() == Program.Form.ELF_OBJECT) {
      program = program.call("enter_vmx_operation");
    }
    int bits = program.mode().map(m -> m.bits).orElse(64);
    return run(Machine.builder().mode(bits).memory("16M").limit(LIMIT).build(), program);
  }
}
