package io.vmxlab.threemachines;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Cases in which another machine finds something else, and why vmxlab is not mended.
 *
 * @param file of the cases
 * @param cases their names, as a regular expression
 * @param machine that differs
 * @param reason what it does, and why it is not followed; {@link #HANGS} if it does not come out
 */
record KnownDifference(String file, Pattern cases, Machine machine, String reason) {
  enum Machine {
    BOCHS,
    QEMU
  }

  // spotless:off
  static final List<KnownDifference> ALL = List.of(
      bochs("tasks", ".*16-bit (TSS|task).*",
          "sets the upper halves of registers loaded from a 16-bit TSS; the manual is silent, QEMU and KVM clear them"),
      bochs("tasks", "a TSS with a CS of another DPL",
          "looks at SS first; the manual's table compares CS with its RPL before"),
      bochs("tasks", "a TSS with an absent LDT",
          "looks at LDTR before SS; the manual's table asks for its presence afterwards"),
      qemu("tasks", "jump to a task gate with a selector of the LDT",
          "raises #TS; pseudo-code of JMP: #GP"),
      qemu("tasks", "a (TSS with (a|an) (null|read-only|absent|data segment|SS|CS|execute-only|FS|LDT selector).*|task at CPL 3 with a bad DS.*)",
          "faults of a new task have the old task's EIP, and #NP for a stack segment that is absent; the manual: the new task's context, #SS"),
      qemu("tasks", "a TSS with EIP beyond the limit",
          "does not check EIP before the new task begins"),
      qemu("tasks", "a TSS with the T flag",
          "has no trap on task switches"),
      qemu("tasks", "an exception through a task gate to (a busy task|an absent task|a task that is too short|a task with a bad DS)",
          "does not set EXT"),
      qemu("tasks", "an exception (with an error code )?through a task gate|call through a gate with a null stack selector",
          "does not set RF in the old task's image"),
      bochs("debug", "general detection.*",
          "pushes RF = 0; the manual: 1 for every fault but that of an instruction breakpoint"),
      bochs("debug", "a (single step over a )?repeated string instruction",
          "pushes RF = 0 between two iterations; the manual: 1, and seen on a processor"),
      bochs("debug", "constant bits of DR6 and DR7",
          "has RTM, so that bit 11 of DR7 can be set"),
      qemu("debug", "constant bits of DR6 and DR7",
          "lets every bit of DR7 be set"),
      qemu("debug", "a repeated string instruction",
          "pushes RF = 0 between two iterations"),
      qemu("debug", "an instruction breakpoint after MOV SS|a data breakpoint and MOV SS",
          "does not hold debug exceptions back after MOV SS"),
      qemu("debug", "a data breakpoint of 2 bytes at an odd address",
          "does not ignore the low address bits"),
      qemu("debug", "two data breakpoints at once|a data breakpoint with one that is not enabled",
          "shows one breakpoint in DR6 only"),
      qemu("debug", "a fault instead of the access",
          "does not check the types of segments"),
      qemu("debug", "a data breakpoint and a single step at once",
          "raises two exceptions"),
      qemu("debug", "an I/O breakpoint without CR4.DE",
          "does not ask for CR4.DE; the manual leaves the encoding undefined without it"),
      qemu("debug", "INT1",
          "does not have INT1"),
      qemu("debug", "general detection.*",
          "has no general detection"),
      qemu("debug", "an instruction breakpoint in a segment with a base",
          "compares with EIP, not with the linear address"),
      bochs("paging", "PAE task switch with a reserved bit in a PDPTE",
          "does not go on; the manual names no exception for task switches, vmxlab raises #GP(0) in the new task as for MOV to CR3"),
      qemu("paging", "PAE reads through a page table",
          "sets the accessed bit of PDPTEs, which have none"),
      qemu("paging", "(PAE|32-bit) .*reserved.* (page of [24] MBytes|without NXE)|PAE bit (62|51) is reserved",
          "reports P = 0 with RSVD = 1; the manual: RSVD = 1 only if P = 1"),
      qemu("paging", "PAE PDPTEs are kept until CR3 is loaded|PAE MOV to CR[034] with a reserved bit in a PDPTE|PAE task switch with a reserved bit in a PDPTE",
          "reads PDPTEs in every walk and has no PDPTE registers"),
      qemu("paging", "32-bit task switch to a TSS that is not present in memory",
          "reads the TSS in another order"),
      qemu("virtual8086", "VME .*",
          "has no CR4.VME"),
      qemu("virtual8086", "PVI .*",
          "has no CR4.PVI"));
  // spotless:on

  /** It hangs or goes down there: the case is left out. */
  private static final String HANGS = "hangs: ";

  private static KnownDifference bochs(String file, String cases, String reason) {
    return new KnownDifference(file, Pattern.compile(cases), Machine.BOCHS, reason);
  }

  private static KnownDifference qemu(String file, String cases, String reason) {
    return new KnownDifference(file, Pattern.compile(cases), Machine.QEMU, reason);
  }

  /** Cases of the file that a machine does not come out of. */
  static Predicate<String> hanging(String file, Machine machine) {
    return name ->
        ALL.stream().anyMatch(k -> k.reason.startsWith(HANGS) && k.covers(file, name, machine));
  }

  boolean covers(String inFile, String name, Machine of) {
    return file.equals(inFile) && machine == of && cases.matcher(name).matches();
  }
}
