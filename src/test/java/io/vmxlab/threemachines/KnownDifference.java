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

  /** It hangs or goes down there: the case is left out. */
  private static final String HANGS = "hangs: ";

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
          "has no CR4.PVI"),
      bochs("exceptions", "general detection in (.*CPL 3|virtual-8086 mode)",
          "raises #DB before it looks at CPL; KVM, which emulates MOV DR too, raises #GP"),
      bochs("exceptions", "general detection.*",
          "pushes RF = 0; the manual: 1 for every fault but that of an instruction breakpoint"),
      bochs("exceptions", "a single step over a repeated instruction in (compat|64).*",
          "pushes RF = 0 between two iterations; the manual: 1, and seen on a processor"),
      bochs("exceptions", "(a double fault|a page fault during a general protection exception) in .*",
          "pushes RF = 1 for a double fault; the manual names faults, and this is an abort"),
      qemu("exceptions", "an instruction breakpoint in .*(mode 16|real-address mode|virtual-8086 mode)",
          HANGS + "compares with EIP, not with the linear address, and raises it again and again"),
      qemu("exceptions", "general detection in .*",
          "has no general detection"),
      qemu("exceptions", "INT1 in .*",
          "does not have INT1"),
      qemu("exceptions", "a SIMD exception in .*",
          "has no SIMD exceptions"),
      qemu("exceptions", "a misaligned word in .*",
          "has no alignment checks"),
      qemu("exceptions", "(an unknown MSR|a page fault during a general protection exception) in .*",
          "does not check MSR addresses"),
      qemu("exceptions", "MOV to CR1 in .*",
          "looks at CPL before it looks whether there is such a register"),
      qemu("exceptions", "INT through (a gate with DPL 0|an absent gate) in .*",
          "counts the entries of an IDT of IA-32e mode twice in error codes"),
      qemu("exceptions", "an exception through an absent gate in .*",
          "does not set EXT, and counts the entries of an IDT of IA-32e mode twice"),
      bochs("longmode", "an interrupt stack table entry that is not canonical",
          "has the selector of SS in the error code; the manual: 0 or EXT"),
      bochs("longmode", "IRETD in 64-bit mode",
          "does not pop SS and RSP; the manual: always in 64-bit mode, and so does QEMU"),
      qemu("longmode", "a push to an address that is not canonical|clearing P(G|AE)|a reserved bit of CR3",
          HANGS + "does not check these"),
      qemu("longmode", "enabling paging with LME and without PAE|enabling IA-32e mode with a 16-bit TSS",
          HANGS + "does not check these"),
      qemu("longmode", "a far jump to a segment with both L and D",
          HANGS + "does not check D"),
      qemu("longmode", "a reserved bit of a page of .*|PS in a PML4 entry|bit 51 in .*|execute disable without NXE",
          "reports P = 0 with RSVD = 1; the manual: RSVD = 1 only if P = 1"),
      qemu("longmode", "a read by RBP that is not canonical",
          "raises #GP for the stack segment too"),
      qemu("longmode", "a (jump|call|return) to an address that is not canonical|IRETQ to an address that is not canonical|a gate to an address that is not canonical",
          "goes there before it raises #GP"),
      qemu("longmode", "a base of FS that is not canonical|clearing LME|an upper bit of CR0|a reserved bit of CR8|an upper bit of DR7",
          "does not check these"),
      qemu("longmode", "LAR of a task gate",
          "takes a task gate, which IA-32e mode does not have"),
      qemu("longmode", "an interrupt stack table entry",
          "makes SS null without a change of CPL; Bochs does not, nor the manual's pseudo-code"),
      qemu("longmode", "a gate of a 16-bit type|a task gate|an interrupt beyond the IDT",
          "counts the entries of the IDT twice in error codes"),
      qemu("longmode", "SYSRET to an address that is not canonical",
          "is an AMD processor here: raises #GP at CPL 3"),
      qemu("longmode", "SYSENTER.*",
          "is an AMD processor here: has no SYSENTER in IA-32e mode"),
      bochs("apic", "an IPI with an illegal vector",
          "reports a received vector and requests no interrupt; the manual: a sent one"),
      bochs("apic", "TSC deadline",
          "leaves the deadline; the manual: 0 once it has come"),
      bochs("apic", "and it starts again",
          "keeps an interrupt that came while INIT had disabled the APIC"),
      bochs("apic", "x2APIC mode from nothing|enabled again",
          "does not enable a disabled APIC without RESET, as processors with an APIC bus; the manual allows others to"),
      qemu("apic", "enabled again",
          "does not enable a disabled APIC without RESET, as processors with an APIC bus; the manual allows others to"),
      qemu("apic", "reserved bits of registers|masked while disabled by software",
          "does not check these"),
      qemu("apic", "an IPI with an illegal vector",
          "delivers it"),
      qemu("apic", "(a )?TSC deadline( that has passed)?",
          "has no TSC deadlines"),
      qemu("apic", "a reserved bit of IA32_APIC_BASE|EXTD without EN|a register of x2APIC mode in xAPIC mode|x2APIC mode.*",
          "has no x2APIC mode, and does not check IA32_APIC_BASE"),
      bochs("smm", "a handler in protected mode",
          HANGS + "does not come back from a handler that has entered protected mode; QEMU does"),
      bochs("smm", "SMBASE is moved",
          "keeps SMBASE, although its revision identifier says that it can be moved"));
  // spotless:on

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
