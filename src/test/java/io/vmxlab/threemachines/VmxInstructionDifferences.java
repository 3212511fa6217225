package io.vmxlab.threemachines;

import static io.vmxlab.threemachines.VmxDifference.both;
import static io.vmxlab.threemachines.VmxDifference.unsure;
import static io.vmxlab.threemachines.VmxDifference.vmxlab;
import static io.vmxlab.threemachines.VmxPart.*;
import static io.vmxlab.threemachines.VmxTrial.isOutcome;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.Vector;
import io.vmxlab.arch.VmcsBits;
import io.vmxlab.isa.FormAttribute;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Operand;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** How Bochs differs in what guests' instructions do, and in the VM exits that they cause. */
final class VmxInstructionDifferences {
  private static final Set<String> COUNTER_AND_POINTERS = Set.of("r1", "r6", "r7");
  private static final Set<String> PLACES =
      Set.of(
          QUALIFICATION,
          CR2,
          LINEAR_ADDRESS,
          PHYSICAL_ADDRESS,
          CODE,
          VECTORING_CODE,
          TABLES,
          MEMORY);

  private static final Set<String> ARPL_PARTS = Set.of(QUALIFICATION, CODE, TABLES, MEMORY);

  private static final String PAGE_FAULT = "X0 80000b0e";
  private static final String DOUBLE_FAULT = "X0 80000b08";
  private static final String TRIPLE_FAULT = "X2";
  private static final String TIMER = "X34";
  private static final String XSETBV = "X37";
  private static final Set<String> RANDOM = Set.of("X39", "X3D");
  private static final long UPPER_HALF = -1L << 32;
  private static final long LAR_UNDEFINED = 0xF << 16;

  /** Where the paging structures of the guests stand. */
  private static final long FIRST_PAGING_STRUCTURE = 0x20000;

  /** Where the descriptor tables and task-state segments of the guests stand. */
  private static final long FIRST_TABLE = 0x28000;

  private static final long TABLES_END = 0x29000;

  private static final Set<Vector> MEMORY_FAULTS =
      EnumSet.of(Vector.SS, Vector.GP, Vector.PF, Vector.AC);

  /** Instructions whose operand has several parts. */
  private static final Set<String> PARTS =
      Set.of(
          "LDS", "LES", "LFS", "LGS", "LSS", "LGDT", "LIDT", "SGDT", "SIDT", "BOUND", "FLDENV",
          "FRSTOR", "FNSTENV", "FNSAVE", "FLD", "FSTP", "FBLD", "FBSTP", "RETF", "INT", "IRET",
          "IRETD", "IRETQ");

  private static final Set<String> FLAG_READERS =
      Set.of(
          "ADC",
          "CMC",
          "CMOVcc",
          "DAA",
          "DAS",
          "INT n/INTO/INT3/INT1",
          "Jcc",
          "LAHF",
          "LOOP/LOOPcc",
          "PUSHF/PUSHFD/PUSHFQ",
          "RCL/RCR/ROL/ROR",
          "SALC",
          "SBB",
          "SETcc");

  private VmxInstructionDifferences() {}

  // spotless:off
  static final List<VmxDifference> ALL = List.of(
      vmxlab("string instructions that overwrite themselves", "end after the iteration that does; they are one instruction",
          (t, p) -> t.course().overwritesItself()),
      both("registers of repeated instructions with 32-bit addresses", "keep their upper halves until an iteration succeeds; the manual leaves it open",
          (t, p) -> COUNTER_AND_POINTERS.contains(p) && t.course().endsWith(i -> isRepeatedString(i) && i.addressSize == 32) && t.sameLowerHalf(p)),
      unsure("flags between two iterations", "are those of the last comparison; the manual speaks of faults alone, which leave the flags as they were",
          (t, p) -> p.equals(RFLAGS) && t.course().endsWith("CMPSB", "CMPSW", "CMPSD", "CMPSQ", "SCASB", "SCASW", "SCASD", "SCASQ")
              && t.course().endsWith(VmxInstructionDifferences::isRepeatedString) && t.mine().orZero(RIP) == t.other().orZero(RIP)),
      vmxlab("RF between two iterations", "is 0 in what a single step pushes; it is 1, and seen so on a processor",
          (t, p) -> p.equals(MEMORY) && t.course().endsWith(VmxInstructionDifferences::isRepeatedString) && t.course().delivered() == Vector.DB),
      both("time and random numbers", "are not the same",
          (t, p) -> (p.startsWith("r") || p.equals(RSP)) && t.course().executed("RDTSC", "RDTSCP", "RDRAND", "RDSEED")),
      both("order of accesses", "of an operand with several parts is another, so that another address faults, or a part has been stored; the manual leaves it open",
          (t, p) -> t.course().endsWith(VmxInstructionDifferences::hasParts) && (PLACES.contains(p) && faults(t) || isOutcome(p) && isMemoryFault(t.mine()) && isMemoryFault(t.other()))),
      both("ENTER", "has pushed when the new top of the stack faults; the manual leaves it open",
          (t, p) -> Set.of(MEMORY, CR2, TABLES).contains(p) && t.course().endsWith("ENTER")),
      vmxlab("ENTER with 66H in 64-bit mode", "pushes 64 bits; the operand size is 16",
          (t, p) -> p.equals(QUALIFICATION) && t.course().endsWith("ENTER") && t.course().last().mode() == CodeMode.BITS64),
      vmxlab("near CALL", "has pushed when its target is beyond the limit or not canonical; the pseudo-code looks at the limit before it pushes",
          (t, p) -> Set.of(MEMORY, TABLES).contains(p) && t.course().endsWith("CALL") && raises(t, Vector.GP)),
      both("PUSH of a segment register with 32 bits", "writes 16 bits; the manual leaves the upper half open",
          (t, p) -> p.equals(MEMORY) && t.course().executed(i -> i.form.page().equals("PUSH-Sreg") && i.operandSize == 32)),
      both("bits 19:16 of LAR's result", "are those of the descriptor; the manual leaves them undefined",
          (t, p) -> (p.startsWith("r") || p.equals(RSP)) && ((t.mine().orZero(p) ^ t.other().orZero(p)) & ~LAR_UNDEFINED) == 0 && t.course().executed("LAR")),
      vmxlab("SMAP", "RFLAGS.AC lets accesses to descriptor tables through; AC does not count for implicit accesses",
          (t, p) -> faultsInTables(t) && (t.course().last().cr4() & Cr4.SMAP) != 0 && (t.course().last().rflags() & Rflags.AC) != 0),
      vmxlab("POPF in virtual-8086 mode", "has read the stack when IOPL below 3 is #GP; the pseudo-code looks at IOPL before",
          (t, p) -> (p.equals(TABLES) || isOutcome(p)) && t.course().endsWith("POPF", "POPFD") && t.course().last().cpl() == 3 && raises(t, Vector.GP)),
      vmxlab("RDPMC", "reads any counter as 0; counters that do not exist are #GP",
          (t, p) -> t.course().endsWith("RDPMC") && raises(t, Vector.GP)),
      vmxlab("XSETBV at CPL 3", "leaves; faults of privilege come before VM exits",
          (t, p) -> isOutcome(p) && t.course().endsWith("XSETBV") && t.course().last().cpl() == 3 && t.other().kind().equals(XSETBV)),
      unsure("MONITOR and MWAIT with a mandatory prefix", "are #UD; the manual gives their encoding without a word on prefixes",
          (t, p) -> t.course().endsWith("MONITOR", "MWAIT") && t.course().endsWith(i -> code(i).matches("(..)*(66|F2|F3)(..)*0F01C[89]"))),
      vmxlab("MONITOR and MWAIT outside 64-bit mode", "look at all of RCX for extensions; ECX is what there is",
          (t, p) -> t.course().endsWith("MONITOR", "MWAIT") && t.course().last().mode() != CodeMode.BITS64 && (t.course().last().rcx() & UPPER_HALF) != 0),
      vmxlab("IA32_MONITOR_FILTER_SIZE", "is #GP; it exists where MONITOR does",
          (t, p) -> t.course().endsWith("RDMSR", "WRMSR") && (int) t.course().last().rcx() == Msr.IA32_MONITOR_FILTER_SIZE.index && !raises(t, Vector.GP)),
      vmxlab("operand size of LGDT and the like", "is never reported; bit 11 of the instruction information outside 64-bit mode",
          (t, p) -> p.equals(INFORMATION) && t.mine().kind().equals("X2E") && t.changed(p, 0) == 1 << 11),
      both("bit 31 of the information of LLDT and the like", "is 1; the manual leaves it open",
          (t, p) -> p.equals(INFORMATION) && t.mine().kind().equals("X2F") && t.changed(p, 0) == 1L << 31),
      both("bit 10 of RDRAND's and RDSEED's information", "is 1; the manual leaves it open",
          (t, p) -> p.equals(INFORMATION) && RANDOM.contains(t.mine().kind()) && t.changed(p, 0) == 1 << 10),
      vmxlab("operand size of RDRAND and RDSEED", "is reported as the address size is; bits 12:11 of the instruction information are the operand size",
          (t, p) -> p.equals(INFORMATION) && RANDOM.contains(t.mine().kind()) && (t.changed(p, 0) & ~0x1C00) == 0),
      unsure("ARPL", "reads its operand as for a write, as error codes, qualifications and dirty flags say; the manual is silent",
          (t, p) -> t.course().endsWith("ARPL") && (ARPL_PARTS.contains(p) || isOutcome(p)) || p.equals(TABLES) && t.course().executed("ARPL")),
      vmxlab("displacements of 16 bits", "are not sign-extended in exit qualifications; the manual: to 64 bits",
          (t, p) -> p.equals(QUALIFICATION) && t.mine().orZero(p) == (short) t.other().orZero(p)),
      vmxlab("XSAVES and XRSTORS that are not enabled", "are looked at for CPL and CR0.TS first; without the control they are #UD",
          (t, p) -> isOutcome(p) && t.course().endsWith("XSAVES", "XSAVES64", "XRSTORS", "XRSTORS64") && raises(t, Vector.UD)),
      unsure("MOV to and from debug registers at CPL 3", "finds general detection before the privilege; the manual is silent",
          (t, p) -> t.course().endsWith(VmxInstructionDifferences::movesDebugRegister) && t.course().last().cpl() == 3 && raises(t, Vector.GP)),
      vmxlab("DR8 to DR15", "exist for VM exits; a debug register with REX.R is #UD, which comes before VM exits",
          (t, p) -> isOutcome(p) && raises(t, Vector.UD) && t.undecoded().matches("(..)*4[4-7C-F]0F2[13].*")),
      vmxlab("debug faults of general detection", "have no RF in what is pushed; all faults but instruction breakpoints have it",
          (t, p) -> p.equals(MEMORY) && t.course().endsWith(VmxInstructionDifferences::movesDebugRegister) && t.course().delivered() == Vector.DB),
      both("MOV SS behind MOV SS", "does not block events; the manual promises that for the first alone",
          (t, p) -> p.equals(INTERRUPTIBILITY) && t.changed(p, 0) == VmcsBits.BLOCKING_BY_MOV_SS && (t.bits(p) & VmcsBits.BLOCKING_BY_MOV_SS) != 0
              && t.course().executed(VmxInstructionDifferences::loadsSs)),
      vmxlab("INT n in virtual-8086 mode", "reports a vector on the way where IOPL below 3 is #GP; delivery has not begun",
          (t, p) -> t.guest().equals(VmxTrial.V86) && Set.of(VECTORING, LENGTH).contains(p) && t.course().endsWith("INT") && raises(t, Vector.GP)),
      unsure("redirection of INT n in virtual-8086 mode", "reports a vector where the bitmap in the TSS faults; the manual does not say whether delivery has begun",
          (t, p) -> p.equals(VECTORING) && t.guest().equals(VmxTrial.V86) && t.course().endsWith("INT") && (t.course().last().cr4() & Cr4.VME) != 0 && t.mine().get(p) == null),
      vmxlab("REX.R with a segment register", "is #UD for another number; REX.R is ignored for segment registers",
          (t, p) -> isOutcome(p) && t.course().executed(i -> code(i).matches("(..)*4[4-7C-F]8[CE].*"))),
      vmxlab("PG in a guest that is not unrestricted", "can be cleared by MOV to CR0; it is fixed to 1",
          (t, p) -> isOutcome(p) && t.course().endsWith(i -> writesControlRegister(i, 0)) && raises(t, Vector.GP)),
      both("paging structures where no memory is", "read as other values",
          (t, p) -> t.course().executed(i -> writesControlRegister(i, 3)) && (isStrange(t.mine().get(CR3)) || isStrange(t.other().get(CR3)))),
      unsure("a single step behind HLT", "finds the processor halted; the manual is silent",
          (t, p) -> (p.equals(ACTIVITY) || isOutcome(p) && t.other().kind().equals(TIMER)) && t.course().endsWith("HLT") && (t.course().last().rflags() & Rflags.TF) != 0),
      both("how far a guest comes before time is up", "is not the same",
          (t, p) -> t.mine().kind().equals(TIMER) && t.other().kind().equals(TIMER) && t.course().last() != VmxCourse.Step.NONE),
      both("what follows from undefined flags", "differs with them: what conditions, arithmetic and what pushes flags make of them",
          (t, p) -> t.course().undefinedFlags() != 0
              && (p.equals(MEMORY) && t.flags() != 0 || t.course().executed(i -> FLAG_READERS.contains(i.form.page())))));
  // spotless:on

  /** The operand has parts that can be accessed in one order or the other. */
  private static boolean hasParts(Instruction instruction) {
    return PARTS.contains(instruction.form.mnemonic())
        || instruction.form.page().matches("F?X(SAVE|RSTOR).*")
        || instruction.form.operands().stream().anyMatch(o -> o.kind() == Operand.Kind.FAR_MEMORY);
  }

  private static boolean isRepeatedString(Instruction instruction) {
    return instruction.repeat != 0
        && (instruction.form.has(FormAttribute.REP) || instruction.form.has(FormAttribute.REPCC));
  }

  private static boolean isMemoryFault(VmxTrial.Outcome outcome) {
    return outcome.kind().matches("X30|X31|X0 80000(30[cd]|b0[cde]|b11)");
  }

  /** An access faults on vmxlab, be it with a VM exit or through the IDT. */
  private static boolean faults(VmxTrial trial) {
    return isMemoryFault(trial.mine()) || MEMORY_FAULTS.contains(trial.course().delivered());
  }

  /** vmxlab raises the exception, be it with a VM exit or through the IDT. */
  private static boolean raises(VmxTrial trial, Vector vector) {
    long exit = trial.mine().orZero(INTERRUPTION);
    return trial.course().delivered() == vector
        || VmcsBits.type(exit) == VmcsBits.HARDWARE_EXCEPTION
            && (exit & VmcsBits.VECTOR) == vector.number;
  }

  /** The trial ends on vmxlab with a page fault in a descriptor table or a task-state segment. */
  private static boolean faultsInTables(VmxTrial trial) {
    String kind = trial.mine().kind();
    boolean grave = Set.of(DOUBLE_FAULT, TRIPLE_FAULT).contains(kind);
    long address = trial.mine().orZero(grave ? CR2 : QUALIFICATION);
    return (grave || kind.equals(PAGE_FAULT)) && address >= FIRST_TABLE && address < TABLES_END;
  }

  /** The bytes in hexadecimal. */
  private static String code(Instruction instruction) {
    return HexFormat.of().withUpperCase().formatHex(instruction.bytes);
  }

  private static boolean movesDebugRegister(Instruction instruction) {
    return hasOperand(instruction, Operand.Kind.DEBUG_REGISTER);
  }

  private static boolean writesControlRegister(Instruction instruction, int number) {
    return instruction.form.syntax().startsWith("MOV CR") && instruction.reg == number;
  }

  /** Paging structures that are not the guest's, which lead to where no memory is. */
  private static boolean isStrange(Long cr3) {
    return cr3 != null && (cr3 < FIRST_PAGING_STRUCTURE || cr3 >= FIRST_TABLE);
  }

  private static boolean loadsSs(Instruction instruction) {
    return instruction.form.syntax().equals("POP SS")
        || hasOperand(instruction, Operand.Kind.SEGMENT_REGISTER)
            && (instruction.reg & 7) == SegmentRegister.SS.ordinal();
  }

  private static boolean hasOperand(Instruction instruction, Operand.Kind kind) {
    return instruction.form.operands().stream().anyMatch(o -> o.kind() == kind);
  }
}
