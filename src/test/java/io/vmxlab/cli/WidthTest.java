package io.vmxlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.explain.RuleBook;
import io.vmxlab.explain.Sheet;
import io.vmxlab.lab.Demo;
import io.vmxlab.lab.Exercise;
import io.vmxlab.lab.Sequence;
import io.vmxlab.model.CpuModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Text fits a terminal; {@code --trace}, and what is data for programs, need not. */
class WidthTest {
  @TempDir static Path folder;

  @TestFactory
  Stream<DynamicTest> text_fits() throws Exception {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "rules",
                "controls --list",
                "controls --want EPT,unrestricted-guest,process-posted-interrupts",
                "controls --all-cpus --want EPT,VPID,PML",
                "vmcs",
                "vmcs GUEST_CR0",
                "vmcs 401eh",
                "cpus",
                "demo",
                "exercise",
                "sequences",
                "vectors",
                "run enter-vmx --all-cpus",
                "run enter-vmx --firmware locked-off --all-cpus",
                "run FOLDER/fault.asm",
                "run FOLDER/fault.asm --cpu penryn",
                "run FOLDER/events.asm",
                "run FOLDER/nested.asm --set idtr.limit=0",
                "run FOLDER/output.asm",
                "run FOLDER/a-file-with-a-name-that-is-long-enough-to-fill-more-than-one-line-of-a-"
                    + "terminal.asm",
                "asm FOLDER/long.asm",
                "disasm FOLDER/long.bin",
                "exercise set-vmxe FOLDER/long.asm FOLDER/fault.asm",
                "conformance --rule vmxon-feature-control-locked",
                "decode cr4 0xffffffffffffffff",
                "decode rflags 0xffff",
                "decode IA32_VMX_BASIC 0x00da040000000004 --all",
                "decode IA32_VMX_PROCBASED_CTLS2 0xffffffffffffffff --all",
                "decode IA32_EFER -1",
                "cpus compare skylake sapphire-rapids",
                "cpus compare bonnell alder-lake"));
    for (String model : CpuModels.names()) {
      lines.add("cpus show " + model);
    }
    Demo.names().forEach(d -> lines.add("demo " + d + " --answer"));
    Exercise.names().forEach(e -> lines.add("exercise " + e));
    Sequence.ids().forEach(s -> lines.add("run " + s));
    RuleBook.book().ids().forEach(r -> lines.add("rules " + r));
    write("fault.asm", "mov rax, cr4\nbts rax, 30\nmov cr4, rax\n");
    write("events.asm", "mov qword [0], 1\n");
    write("nested.asm", "ud2\n");
    write("output.asm", "mov dx, 0E9h\nmov ecx, 300\nmov al, 'x'\nl: out dx, al\nloop l\n");
    write(
        "a-file-with-a-name-that-is-long-enough-to-fill-more-than-one-line-of-a-terminal.asm",
        "l: ud2\n");
    write(
        "long.asm",
        "a_label_that_goes_on_and_on_and_on_for_longer_than_any_terminal_is_wide_or_so_it_seems:\n"
            + "mov rax, [gs:rax+8*rcx+12345678h] ; a comment that goes on and on, too, for the line\n"
            + "\tdb\t1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22\n");
    Files.write(
        folder.resolve("long.bin"),
        new byte[] {
          0x65, 0x48, (byte) 0xC7, (byte) 0x84, (byte) 0xC8, 1, 2, 3, 4, 5, 6, 7, 8, 0x0F
        });
    return lines.stream().map(l -> DynamicTest.dynamicTest(l, () -> fits(l)));
  }

  private static void write(String name, String content) throws Exception {
    Files.writeString(folder.resolve(name), content);
  }

  private static void fits(String line) {
    Cli.Result result = Cli.run(line.replace("FOLDER", folder.toString()).split(" "));
    String wide =
        result
            .out()
            .lines()
            .filter(l -> l.length() > Sheet.WIDTH)
            .filter(l -> l.strip().contains(" ")) // a long name is not broken
            .filter(l -> !l.contains(folder.toString()))
            .collect(Collectors.joining("\n"));
    assertEquals("", wide);
  }
}
