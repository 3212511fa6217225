package io.vmxlab.cpu;

import io.vmxlab.arch.Cause;
import io.vmxlab.arch.Sdm;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Requirements that are checked one at a time, on the way, rather than as a list: those of an
 * address translation, of a segment load, of a way through the IDT. Their ids are the constants'
 * names in kebab case.
 */
public enum Requirement implements Cause {
  // spotless:off
  PAGE_IS_PRESENT           (Sdm.PAGE_FAULT_EXCEPTIONS, "every paging-structure entry on the way to the page is present"),
  PDPTE_RESERVED_BITS_CLEAR (Sdm.PDPTE_REGISTERS,       "reserved bits (2:1, 8:5 and those from MAXPHYADDR on) of the present PDPTEs that CR3 points to are 0"),
  PAGE_RESERVED_BITS_CLEAR  (Sdm.PAGE_FAULT_EXCEPTIONS, "reserved bits of paging-structure entries are 0"),
  PAGE_IS_USER_ACCESSIBLE   (Sdm.ACCESS_RIGHTS,         "an access at CPL 3 goes to a page whose entries all have U/S = 1"),
  PAGE_IS_WRITABLE          (Sdm.ACCESS_RIGHTS,         "a write goes to a page whose entries all have R/W = 1 (at CPL < 3 if CR0.WP = 1)"),
  PAGE_IS_EXECUTABLE        (Sdm.ACCESS_RIGHTS,         "a fetch goes to a page none of whose entries has XD = 1"),
  SMEP_NO_USER_CODE         (Sdm.ACCESS_RIGHTS,         "with CR4.SMEP = 1, code at CPL < 3 is not fetched from a user page"),
  SMAP_NO_USER_DATA         (Sdm.ACCESS_RIGHTS,         "with CR4.SMAP = 1 and RFLAGS.AC = 0, data at CPL < 3 is not in a user page"),
  PROTECTION_KEY_PERMITS    (Sdm.PROTECTION_KEYS,       "PKRU permits data accesses to user pages with the page's protection key, and writes at CPL 3 or with CR0.WP = 1"),
  ADDRESS_IS_CANONICAL      (Sdm.CANONICAL_ADDRESSING,  "the linear address is canonical"),
  BRANCH_TARGET_IS_CANONICAL(Sdm.CANONICAL_ADDRESSING,  "the branch target is canonical"),
  BRANCH_TARGET_WITHIN_LIMIT(Sdm.LIMIT_CHECKING,        "the branch target is within the limit of CS"),
  CODE_WITHIN_LIMIT         (Sdm.LIMIT_CHECKING,        "the instruction is within the limit of CS"),
  ACCESS_WITHIN_LIMIT       (Sdm.LIMIT_CHECKING,        "the access is within the segment's limit"),
  SEGMENT_IS_USABLE         (Sdm.NULL_SELECTOR,         "the segment register does not hold a null selector"),
  SEGMENT_IS_READABLE       (Sdm.TYPE_CHECKING,         "a read is not from an execute-only segment"),
  SEGMENT_IS_WRITABLE       (Sdm.TYPE_CHECKING,         "a write is to a writable data segment"),
  ACCESS_IS_ALIGNED         (Sdm.ALIGNMENT_CHECK,       "with CR0.AM = RFLAGS.AC = 1, an access at CPL 3 is aligned"),

  SELECTOR_IS_NOT_NULL      (Sdm.NULL_SELECTOR,         "the selector is not null"),
  SS_SELECTOR_IS_NOT_NULL   (Sdm.NULL_SELECTOR,         "the selector for SS is not null, except in 64-bit mode at CPL < 3 with RPL = CPL"),
  SELECTOR_WITHIN_TABLE     (Sdm.LIMIT_CHECKING,        "the descriptor lies within its descriptor table"),
  SELECTOR_REFERS_TO_GDT    (Sdm.TYPE_CHECKING,         "the selector refers to the GDT"),
  CODE_SEGMENT_TYPE         (Sdm.TYPE_CHECKING,         "the descriptor is that of a code segment"),
  DATA_SEGMENT_TYPE         (Sdm.TYPE_CHECKING,         "the descriptor is that of a data or readable code segment"),
  STACK_SEGMENT_TYPE        (Sdm.TYPE_CHECKING,         "the descriptor for SS is that of a writable data segment"),
  CODE_SEGMENT_SIZE         (Sdm.CODE_SEGMENT_64BIT,    "a code-segment descriptor does not have both L = 1 and D = 1"),
  CODE_SEGMENT_PRIVILEGE    (Sdm.PRIVILEGE_LEVELS,      "the code segment's DPL, the selector's RPL and CPL allow the transfer"),
  DATA_SEGMENT_PRIVILEGE    (Sdm.PRIVILEGE_LEVELS,      "CPL and RPL are not above the data segment's DPL"),
  STACK_SEGMENT_PRIVILEGE   (Sdm.PRIVILEGE_LEVELS,      "DPL of the stack segment and RPL of its selector equal CPL"),
  RETURN_PRIVILEGE          (Sdm.PRIVILEGE_LEVELS,      "RPL of the return CS selector is not below CPL"),
  SEGMENT_IS_PRESENT        (Sdm.SEGMENT_DESCRIPTORS,   "the segment is present"),
  STACK_SEGMENT_IS_PRESENT  (Sdm.SEGMENT_DESCRIPTORS,   "the stack segment is present"),
  LDT_DESCRIPTOR_TYPE       (Sdm.TYPE_CHECKING,         "the descriptor is that of an LDT"),
  TSS_DESCRIPTOR_TYPE       (Sdm.TYPE_CHECKING,         "the descriptor is that of an available TSS"),
  TABLE_BASE_IS_CANONICAL   (Sdm.CANONICAL_ADDRESSING,  "the base address in the descriptor or operand is canonical"),

  TRANSLATION_IS_CURRENT    (Sdm.INVALIDATING_TLBS,     "a translation that is used was invalidated after its paging structures, or EPT paging structures, had changed"),
  MSR_AREA_ENTRY_LOADABLE   (Sdm.MSR_LOADING,           "each entry of the VM-entry MSR-load area, of which there are no more than IA32_VMX_MISC[27:25] allows, has 0 in bits 63:32 and names an MSR that can be loaded so: not IA32_FS_BASE or IA32_GS_BASE, none of the x2APIC's, with a value that WRMSR accepts"),
  ACKNOWLEDGED_INTERRUPT_HANDLED(Sdm.VM_EXIT_CONTROLS,  "an interrupt that a VM exit has acknowledged is handled by the virtual-machine monitor or injected into a guest, for it does not come again"),
  EPT_ALLOWS_ACCESS         (Sdm.EPT_VIOLATIONS,        "EPT allows the access to the guest-physical address"),
  VM_FUNCTION_NUMBER        (Sdm.VMFUNC,                "EAX is at most 63: there are 64 VM functions"),
  ENABLED_FOR_GUEST         (Sdm.SECONDARY_CONTROLS,    "in VMX non-root operation the VM-execution control that enables the instruction is 1"),

  IDT_ENTRY_WITHIN_LIMIT    (Sdm.EXCEPTIONS_64BIT,      "the vector's entry lies within the limit of the IDT"),
  IDT_ENTRY_IS_GATE         (Sdm.EXCEPTIONS_64BIT,      "the IDT entry is an interrupt or trap gate of the current mode"),
  IDT_GATE_DPL              (Sdm.EXCEPTION_HANDLING,    "CPL of INT n, INT3 or INTO is not above the gate's DPL"),
  IDT_GATE_IS_PRESENT       (Sdm.IDT_DESCRIPTORS,       "the gate is present"),
  IDT_TARGET_SELECTOR       (Sdm.EXCEPTION_HANDLING,    "the gate's selector is not null and lies within its table"),
  IDT_TARGET_IS_CODE        (Sdm.EXCEPTION_HANDLING,    "the gate leads to a code segment whose DPL is not above CPL"),
  IDT_TARGET_IS_64BIT       (Sdm.EXCEPTIONS_64BIT,      "in IA-32e mode the gate leads to a 64-bit code segment"),
  IDT_TARGET_IS_PRESENT     (Sdm.EXCEPTION_HANDLING,    "the handler's code segment is present"),
  IDT_TARGET_OFFSET         (Sdm.EXCEPTION_HANDLING,    "the handler's address is canonical, or within the limit of its segment"),
  GATE_PRIVILEGE            (Sdm.PRIVILEGE_LEVELS,      "CPL and the selector's RPL are not above the DPL of the call gate, task gate or TSS"),
  GATE_IS_PRESENT           (Sdm.SEGMENT_DESCRIPTORS,   "the call gate or task gate is present"),
  GATE_UPPER_TYPE_IS_0      (Sdm.CALL_GATE_64BIT,       "in IA-32e mode bits 12:8 of the last doubleword of a call gate are 0"),
  GATE_TARGET_IS_64BIT      (Sdm.CALL_GATE_64BIT,       "in IA-32e mode a call gate leads to a 64-bit code segment"),
  TSS_HOLDS_TASK            (Sdm.TASK_SWITCHING,        "the limit of the TSS is at least 67H, of a 16-bit TSS 2BH"),
  LINKED_TSS_IS_BUSY        (Sdm.TASK_SWITCHING,        "the task to return to has a busy TSS"),
  TASK_CODE_SEGMENT         (Sdm.TASK_SWITCHING,        "the CS selector in the TSS refers to a code segment"),
  TSS_HOLDS_STACK           (Sdm.TSS_64BIT,             "the stack pointer's slot lies within the limit of the TSS"),
  TSS_STACK_SEGMENT         (Sdm.EXCEPTION_HANDLING,    "the stack selector in the TSS refers to a writable data segment of the new CPL"),
  VIRTUAL_8086_HANDLER_PRIVILEGE(Sdm.VIRTUAL_8086,      "a gate met in virtual-8086 mode leads to a nonconforming code segment with DPL 0"),
  HANDLER_STACK_IS_CANONICAL(Sdm.EXCEPTIONS_64BIT,      "the handler's stack lies at canonical addresses"),
  DOUBLE_FAULT_RULE         (Sdm.DOUBLE_FAULT,          "no contributory exception or page fault occurs while one is being delivered"),

  INSTRUCTION_LENGTH        (Sdm.INSTRUCTION_FORMAT,    "an instruction has at most 15 bytes, prefixes included"),
  DIV_QUOTIENT_FITS         (Sdm.DIV,                   "the divisor is not 0, and the quotient fits its register"),
  IDIV_QUOTIENT_FITS        (Sdm.IDIV,                  "the divisor is not 0, and the quotient fits its register"),
  AAM_BASE_IS_NOT_0         (Sdm.AAM,                   "the base, the immediate operand, is not 0"),
  INDEX_WITHIN_BOUNDS       (Sdm.BOUND,                 "the array index lies within the lower and the upper bound, both included"),
  MOVDIR64B_IS_ALIGNED      (Sdm.MOVDIR64B,             "the destination of MOVDIR64B is aligned on a 64-byte boundary"),
  CMPXCHG16B_IS_ALIGNED     (Sdm.CMPXCHG8B,             "the operand of CMPXCHG16B is aligned on a 16-byte boundary"),

  PUSHA_STACK_POINTER       (Sdm.PUSHA,                 "in real-address and virtual-8086 mode, PUSHA does not begin with SP = 7, 9, 11, 13 or 15"),
  IRET_NOT_NESTED           (Sdm.IRET,                  "RFLAGS.NT is 0 in IA-32e mode"),
  IO_PERMITTED              (Sdm.IO_PERMISSION,         "CPL is not above IOPL, or the I/O permission bitmap allows the port"),
  IOPL_PERMITS              (Sdm.IOPL_SENSITIVE,        "CPL is not above IOPL"),
  VIRTUAL_8086_IOPL_IS_3    (Sdm.VIRTUAL_8086_IOPL,     "in virtual-8086 mode, IOPL is 3"),
  NO_VIRTUAL_INTERRUPT_PENDING(Sdm.VIRTUAL_INTERRUPTS,  "RFLAGS.VIP is 0 when VIF is set"),
  VIRTUAL_8086_TF_STAYS_0   (Sdm.VIRTUAL_INTERRUPTS,    "with CR4.VME and IOPL below 3, POPF and IRET do not set TF in virtual-8086 mode"),
  REDIRECTION_MAP_WITHIN_LIMIT(Sdm.SOFTWARE_INTERRUPTS_V86, "with CR4.VME, the 32 bytes before the I/O map lie within the limit of a 32-bit TSS"),
  UMIP_CPL_IS_0             (Sdm.CONTROL_REGISTERS,     "with CR4.UMIP = 1 the instruction is executed at CPL 0"),
  SMAP_INSTRUCTION_CPL_IS_0 (Sdm.STAC,                  "CLAC and STAC are executed at CPL 0"),
  TSD_CPL_IS_0              (Sdm.CONTROL_REGISTERS,     "with CR4.TSD = 1 the time-stamp counter is read at CPL 0"),
  PCE_OR_CPL_IS_0           (Sdm.CONTROL_REGISTERS,     "with CR4.PCE = 0 performance counters are read at CPL 0"),
  FSGSBASE_ENABLED          (Sdm.CONTROL_REGISTERS,     "CR4.FSGSBASE is 1"),
  PKE_ENABLED               (Sdm.CONTROL_REGISTERS,     "CR4.PKE is 1"),
  PKRU_OPERANDS             (Sdm.WRPKRU,                "ECX is 0, and for WRPKRU EDX too"),
  MONITOR_ENABLED           (Sdm.MONITOR,               "IA32_MISC_ENABLE bit 18 is 1"),
  MONITOR_CPL_IS_0          (Sdm.MONITOR,               "MONITOR and MWAIT are executed at CPL 0"),
  MONITOR_EXTENSIONS        (Sdm.MONITOR,               "ECX is 0 (in 64-bit mode RCX)"),
  MWAIT_EXTENSIONS          (Sdm.MWAIT,                 "ECX has no bit set but bit 0, and that only if CPUID.05H:ECX[1] is 1"),
  NO_TASK_SWITCH_SINCE      (Sdm.WAIT,                  "CR0.MP and CR0.TS are not both 1"),
  X87_AVAILABLE             (Sdm.CONTROL_REGISTERS,     "CR0.EM and CR0.TS are 0"),
  NO_X87_EXCEPTION_PENDING  (Sdm.X87_EXCEPTION_HANDLING, "no x87 FPU exception without mask is pending"),
  SAVE_AREA_IS_ALIGNED      (Sdm.FXSAVE,                "the save area is aligned on a 16-byte boundary"),
  XSAVE_AREA_IS_ALIGNED     (Sdm.XSAVE_AREA,            "the XSAVE area is aligned on a 64-byte boundary"),
  STANDARD_HEADER_BYTES_CLEAR(Sdm.XSAVE_AREA,           "bytes 23:8 of the header of an XSAVE area in the standard format are 0"),
  COMPACTED_HEADER_BYTES_CLEAR(Sdm.XSAVE_AREA,          "bytes 63:16 of the header of an XSAVE area in the compacted format are 0"),
  XSTATE_BV_IS_ENABLED      (Sdm.XRSTOR,                "XSTATE_BV in the header sets no bit that XCR0 has not"),
  XCOMP_BV_IS_ENABLED       (Sdm.XRSTOR,                "XCOMP_BV in the header sets no bit, but bit 63, that XCR0 (for XRSTORS: or IA32_XSS) has not"),
  XSTATE_BV_WITHIN_XCOMP_BV (Sdm.XRSTOR,                "in the compacted format XSTATE_BV sets no bit that XCOMP_BV has not"),
  XRSTORS_FORMAT_IS_COMPACTED(Sdm.XRSTORS,              "bit 63 of XCOMP_BV is 1: XRSTORS takes the compacted format only"),
  GUEST_MSRS_STORABLE       (Sdm.VMX_ABORTS,            "each entry of the VM-exit MSR-store area, of which there are no more than IA32_VMX_MISC[27:25] allows, has 0 in bits 63:32 and names an MSR that RDMSR reads, none of the x2APIC's"),
  HOST_MSRS_LOADABLE        (Sdm.VMX_ABORTS,            "each entry of the VM-exit MSR-load area, of which there are no more than IA32_VMX_MISC[27:25] allows, has 0 in bits 63:32 and names an MSR that can be loaded so: not IA32_FS_BASE or IA32_GS_BASE, none of the x2APIC's, with a value that WRMSR accepts"),
  HOST_PDPTES_VALID         (Sdm.VMX_ABORTS,            "reserved bits of the PDPTEs that are present at the host's CR3 are 0, if the host uses PAE paging"),
  HOST_IN_MODE_OF_GUEST     (Sdm.VMX_ABORTS,            "HOST_ADDRESS_SPACE_SIZE is 1 when a VM exit leaves IA-32e mode"),
  MXCSR_RESERVED_BITS_CLEAR (Sdm.MXCSR,                 "the bits of MXCSR that MXCSR_MASK does not show are 0"),
  OSXSAVE_ENABLED           (Sdm.CONTROL_REGISTERS,     "CR4.OSXSAVE is 1"),
  NO_EMULATION              (Sdm.CONTROL_REGISTERS,     "CR0.EM is 0"),
  SSE_ENABLED               (Sdm.CONTROL_REGISTERS,     "CR4.OSFXSR is 1"),
  TASK_NOT_SWITCHED         (Sdm.CONTROL_REGISTERS,     "CR0.TS is 0"),
  VECTOR_OPERAND_IS_ALIGNED (Sdm.DATA_ALIGNMENT,         "a memory operand of 16 bytes lies on a 16-byte boundary, except of instructions for unaligned data"),
  SIMD_EXCEPTIONS_ENABLED   (Sdm.CONTROL_REGISTERS,     "CR4.OSXMMEXCPT is 1 when a SIMD floating-point exception is not masked"),
  SIMD_EXCEPTION_IS_MASKED  (Sdm.SIMD_EXCEPTIONS,       "floating-point exceptions that occur are masked in MXCSR"),
  AVX_STATE_ENABLED         (Sdm.EXTENDED_CONTROL_REGISTERS, "CR4.OSXSAVE is 1 and XCR0[2:1] (AVX and SSE state) is 11b"),
  AVX512_STATE_ENABLED      (Sdm.EXTENDED_CONTROL_REGISTERS, "CR4.OSXSAVE is 1, XCR0[2:1] (AVX and SSE state) is 11b and XCR0[7:5] (AVX-512 state) is 111b"),
  AMX_STATE_ENABLED         (Sdm.EXTENDED_CONTROL_REGISTERS, "CR4.OSXSAVE is 1 and XCR0[18:17] (AMX state) is 11b"),
  UINTR_ENABLED             (Sdm.CONTROL_REGISTERS,     "CR4.UINTR is 1"),
  CET_ENABLED               (Sdm.CONTROL_REGISTERS,     "CR4.CET is 1"),
  KEY_LOCKER_ENABLED        (Sdm.CONTROL_REGISTERS,     "CR4.KL is 1"),
  FRED_ENABLED              (Sdm.CONTROL_REGISTERS,     "CR4.FRED is 1"),
  GETSEC_LEAF_EXISTS        (Sdm.GETSEC,                "EAX is 0 (CAPABILITIES), or a leaf that GETSEC[CAPABILITIES] reports"),
  TDX_OPERATION             (Sdm.OPCODE_MAP,            "the processor has Intel TDX, in 64-bit mode: SEAMCALL in VMX operation, TDCALL in VMX non-root operation, SEAMRET and SEAMOPS in the TDX module"),
  SAVED_CR0_IS_LEGAL        (Sdm.EXITING_SMM,           "in the CR0 that RSM loads PE is 1 if PG is, and CD is 1 if NW is"),
  SAVED_CR4_RESERVED_BITS_CLEAR(Sdm.EXITING_SMM,        "in the CR4 that RSM loads reserved bits are 0"),
  SAVED_VMXE_IS_CLEAR       (Sdm.RSM_TREATMENT,         "in the CR4 that RSM loads VMXE is 0: the processor keeps the bit elsewhere"),
  SAVED_PAGING_IS_LEGAL     (Sdm.EXITING_SMM,           "in the state that RSM loads, CR4.PAE is 1 in IA-32e mode, and CR4.PCIDE is 0 outside of it"),
  IN_SMM                    (Sdm.RSM,                   "the processor is in system-management mode"),
  SYSCALL_ENABLED           (Sdm.SYSCALL,               "IA32_EFER.SCE is 1"),
  ONLY_IN_64BIT_MODE        (Sdm.MODES_OF_OPERATION,    "the instruction is executed in 64-bit mode"),
  ONLY_IN_PROTECTED_MODE    (Sdm.MODES_OF_OPERATION,    "the instruction is executed in protected mode"),
  GENERAL_DETECT_DISABLED   (Sdm.DEBUG_REGISTERS,       "DR7.GD is 0"),
  DEBUG_REGISTER_EXISTS     (Sdm.DEBUG_REGISTERS,       "DR4 and DR5 are not named while CR4.DE is 1"),
  CONTROL_REGISTER_EXISTS   (Sdm.MOV_CR,                "the control register is CR0, CR2, CR3, CR4 or CR8"),
  COUNTER_EXISTS            (Sdm.RDPMC,                 "ECX names a performance counter of this processor"),
  EXTENDED_CONTROL_REGISTER_EXISTS(Sdm.XGETBV,          "ECX is 0, the number of XCR0; for XGETBV it may be 1 if CPUID.(EAX=0DH,ECX=1):EAX[2] is 1"),
  INVPCID_DESCRIPTOR        (Sdm.INVPCID,               "the INVPCID type is 0 to 3, and the descriptor's reserved bits are 0 and its address canonical"),
  NO_MACHINE_CHECK          (Sdm.MACHINE_CHECK,         "the machine reports no error that it could not correct"),
  X2APIC_MODE_ENABLED       (Sdm.X2APIC_REGISTERS,      "the local APIC is in x2APIC mode: IA32_APIC_BASE.EXTD (bit 10) is 1"),
  X2APIC_REGISTER_READABLE  (Sdm.X2APIC_REGISTERS,      "ECX names a register of the local APIC that x2APIC mode has and that can be read"),
  X2APIC_REGISTER_WRITABLE  (Sdm.X2APIC_REGISTERS,      "ECX names a register of the local APIC that x2APIC mode has and that can be written"),
  X2APIC_RESERVED_BITS_CLEAR(Sdm.X2APIC_RESERVED_BITS,  "reserved bits of the new value of the local APIC's register are 0"),
  NO_INSTRUCTION_BREAKPOINT (Sdm.INSTRUCTION_BREAKPOINT, "no breakpoint that DR7 enables waits for the instruction at this address, or RFLAGS.RF is 1"),
  NO_DATA_BREAKPOINT        (Sdm.DATA_BREAKPOINT,       "the instruction has not accessed memory or a port that a breakpoint enabled in DR7 waits for"),
  NO_TASK_TRAP              (Sdm.TASK_SWITCH_TRAP,      "the T flag of the new task's TSS is 0"),
  NO_SINGLE_STEP            (Sdm.SINGLE_STEP,           "RFLAGS.TF is 0"),

  INSTRUCTION_PRESENT       (Sdm.CPUID,                 "the processor has the instruction, as CPUID reports"),
  INSTRUCTION_IN_THIS_MODE  (Sdm.MODES_OF_OPERATION,    "the instruction exists in the processor's mode"),
  LOCK_ALLOWED              (Sdm.LOCK,                  "LOCK stands before an instruction that takes it, with a destination in memory"),
  OPERAND_IN_MEMORY         (Sdm.OPCODE_MAP,            "the operand is in memory"),
  OPERAND_IN_REGISTER       (Sdm.OPCODE_MAP,            "the operand is a register"),
  PREFIXES_ALLOWED          (Sdm.OPCODE_MAP,            "the instruction stands without prefixes that it does not take");
  // spotless:on

  private final String id;
  private final Sdm citation;
  private final String text;

  Requirement(Sdm citation, String text) {
    this.id = name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.citation = citation;
    this.text = text;
  }

  /** The requirement as the page of one instruction states it. */
  public Cause citing(Sdm page) {
    return new Cited(this, page);
  }

  private record Cited(Requirement what, Sdm citation) implements Cause {
    @Override
    public String id() {
      return what.id;
    }

    @Override
    public String requirement() {
      return what.text;
    }
  }

  /** The requirement with that id, case-insensitively. */
  public static Optional<Requirement> of(String id) {
    return Arrays.stream(values()).filter(r -> r.id.equalsIgnoreCase(id)).findFirst();
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Sdm citation() {
    return citation;
  }

  @Override
  public String requirement() {
    return text;
  }
}
