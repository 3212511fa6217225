package io.vmxlab.explain;

import static io.vmxlab.rule.Remedy.Kind.ADDRESS;
import static io.vmxlab.rule.Remedy.Kind.ASK;
import static io.vmxlab.rule.Remedy.Kind.MEMORY_OPERAND;
import static io.vmxlab.rule.Remedy.Kind.PAGE_ENTRY;
import static io.vmxlab.rule.Remedy.clear;
import static io.vmxlab.rule.Remedy.code;
import static io.vmxlab.rule.Remedy.none;
import static io.vmxlab.rule.Remedy.operands;
import static io.vmxlab.rule.Remedy.set;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.rule.Remedy;

/** What mends a violated requirement that stands in no check list. */
public final class RequirementMends {
  /** In IA32_MISC_ENABLE. */
  private static final long MONITOR = 1 << 18;

  private RequirementMends() {}

  // spotless:off
  /** The remedy of a requirement. */
  @SuppressWarnings("exports") // its package is closed to others on purpose
  public static Remedy of(Requirement requirement) {
    switch (requirement) {
      case PAGE_IS_PRESENT:           return of(PAGE_ENTRY, "map the page, or use an address that is mapped");
      case PDPTE_RESERVED_BITS_CLEAR: return none("clear the reserved bits of the four PDPTEs; they have no R/W, U/S or XD");
      case PAGE_RESERVED_BITS_CLEAR:  return of(PAGE_ENTRY, "clear the reserved bits of the entry");
      case PAGE_IS_USER_ACCESSIBLE:   return of(PAGE_ENTRY, "set U/S (bit 2) in every entry on the way to the page");
      case PAGE_IS_WRITABLE:          return of(PAGE_ENTRY, "set R/W (bit 1) in every entry on the way to the page");
      case PAGE_IS_EXECUTABLE:        return of(PAGE_ENTRY, "clear XD (bit 63) in every entry on the way to the page");
      case SMEP_NO_USER_CODE:         return none("clear U/S (bit 2) in the page's entry, or keep code of CPL 0 in pages of its own");
      case SMAP_NO_USER_DATA:         return code("set RFLAGS.AC with STAC around accesses to user pages", "stac");
      case PROTECTION_KEY_PERMITS:    return code("permit the key in PKRU with WRPKRU", "xor eax, eax", "xor ecx, ecx", "xor edx, edx", "wrpkru");
      case ADDRESS_IS_CANONICAL:      return of(ADDRESS, "use an address whose upper bits are all equal to its highest linear bit");
      case BRANCH_TARGET_IS_CANONICAL:return of(ADDRESS, "branch to an address whose upper bits are all equal to its highest linear bit");
      case BRANCH_TARGET_WITHIN_LIMIT:return none("branch to an address within the limit of CS, or give its segment a greater limit");
      case CODE_WITHIN_LIMIT:         return none("end or branch before the limit of CS, or give its segment a greater limit");
      case ACCESS_WITHIN_LIMIT:       return none("access memory within the segment's limit, or give the segment a greater limit");
      case SEGMENT_IS_USABLE:         return none("load the segment register with the selector of a data segment first");
      case SEGMENT_IS_READABLE:       return none("read through a data segment, or make the code segment readable");
      case SEGMENT_IS_WRITABLE:       return none("write through a writable data segment; to change code, through a data segment with the same base");
      case ACCESS_IS_ALIGNED:         return none("align the operand, or clear RFLAGS.AC");

      case SELECTOR_IS_NOT_NULL:      return none("use the selector of a descriptor in the GDT or LDT, not 0 to 3");
      case SS_SELECTOR_IS_NOT_NULL:   return none("load SS with the selector of a writable data segment");
      case SELECTOR_WITHIN_TABLE:     return none("use a selector whose descriptor lies within the limit of GDTR or LDTR, or load a greater limit");
      case SELECTOR_REFERS_TO_GDT:    return none("put the descriptor into the GDT, and clear TI (bit 2) of the selector");
      case CODE_SEGMENT_TYPE:         return none("use the selector of a code segment");
      case DATA_SEGMENT_TYPE:         return none("use the selector of a data segment, or of a readable code segment");
      case STACK_SEGMENT_TYPE:        return none("use the selector of a writable data segment for SS");
      case CODE_SEGMENT_SIZE:         return none("clear D (bit 54) of a descriptor with L = 1");
      case CODE_SEGMENT_PRIVILEGE:    return none("use a code segment whose DPL equals CPL, or go through a gate");
      case DATA_SEGMENT_PRIVILEGE:    return none("use a data segment whose DPL is not below CPL and the selector's RPL");
      case STACK_SEGMENT_PRIVILEGE:   return none("use a stack segment whose DPL equals CPL, and a selector with that RPL");
      case RETURN_PRIVILEGE:          return none("put a CS selector on the stack whose RPL is not below CPL");
      case SEGMENT_IS_PRESENT:        return none("set P (bit 47) of the descriptor");
      case STACK_SEGMENT_IS_PRESENT:  return none("set P (bit 47) of the stack segment's descriptor");
      case LDT_DESCRIPTOR_TYPE:       return none("use the selector of an LDT descriptor, type 2");
      case TSS_DESCRIPTOR_TYPE:       return none("use the selector of an available TSS, type 9; LTR makes it busy, type 0BH");
      case TABLE_BASE_IS_CANONICAL:   return none("use a base whose upper bits are all equal to its highest linear bit");

      case IDT_ENTRY_WITHIN_LIMIT:    return none("load IDTR with the limit of an IDT that has the vector's entry");
      case IDT_ENTRY_IS_GATE:         return none("put an interrupt or trap gate of the mode into the IDT entry");
      case IDT_GATE_DPL:              return none("set the gate's DPL to 3, if code at CPL 3 may use it");
      case IDT_GATE_IS_PRESENT:       return none("set P (bit 47) of the gate");
      case IDT_TARGET_SELECTOR:       return none("put the selector of a code segment into the gate");
      case IDT_TARGET_IS_CODE:        return none("let the gate lead to a code segment whose DPL is not above CPL");
      case IDT_TARGET_IS_64BIT:       return none("let the gate lead to a code segment with L = 1 and D = 0");
      case IDT_TARGET_IS_PRESENT:     return none("set P (bit 47) of the handler's code segment");
      case IDT_TARGET_OFFSET:         return none("put the address of a handler into the gate");
      case GATE_PRIVILEGE:            return none("give the gate or TSS a DPL that is not below CPL and the selector's RPL");
      case GATE_IS_PRESENT:           return none("set P (bit 47) of the gate");
      case GATE_UPPER_TYPE_IS_0:      return none("clear bits 12:8 of the gate's last doubleword; a call gate has 16 bytes in IA-32e mode");
      case GATE_TARGET_IS_64BIT:      return none("let the gate lead to a code segment with L = 1 and D = 0");
      case TSS_HOLDS_TASK:            return none("give the descriptor of the TSS a limit of at least 67H (16-bit TSS: 2BH)");
      case LINKED_TSS_IS_BUSY:        return none("put the selector of a busy TSS into the link field, or clear RFLAGS.NT (bit 14) before IRET");
      case TASK_CODE_SEGMENT:         return none("put the selector of a code segment into the TSS, at offset 4CH (16-bit TSS: 24H)");
      case TSS_HOLDS_STACK:           return none("load TR with a TSS whose limit covers the stack pointers");
      case TSS_STACK_SEGMENT:         return none("put the selector of a writable data segment of the handler's CPL into the TSS");
      case VIRTUAL_8086_HANDLER_PRIVILEGE: return none("let the gate lead to a nonconforming code segment with DPL 0");
      case HANDLER_STACK_IS_CANONICAL:return none("use a canonical stack pointer: in RSP, or in the TSS");
      case DOUBLE_FAULT_RULE:         return none("give the first exception a handler that can be reached: an IDT entry, a code segment and a stack");

      case INSTRUCTION_LENGTH:        return none("leave prefixes out that do nothing");
      case DIV_QUOTIENT_FITS:         return none("test the divisor for 0, and clear the upper half of the dividend (EDX or RDX) unless it is part of it");
      case IDIV_QUOTIENT_FITS:        return none("test the divisor for 0, and extend the sign of the dividend with CDQ or CQO");
      case AAM_BASE_IS_NOT_0:         return none("use another base than 0: AAM without operand takes 10");
      case INDEX_WITHIN_BOUNDS:       return none("use an index within the bounds");
      case MOVDIR64B_IS_ALIGNED:      return none("align the destination on a 64-byte boundary");
      case CMPXCHG16B_IS_ALIGNED:     return none("align the operand on a 16-byte boundary");

      case PUSHA_STACK_POINTER:       return none("begin with an SP that is even, or greater than 15");
      case NO_TASK_SWITCH_SINCE:      return clear("clear CR0.TS (bit 3) first", State.CR0, Cr0.TS);
      case X87_AVAILABLE:             return clear("clear CR0.EM (bit 2) and CR0.TS (bit 3) first", State.CR0, Cr0.EM | Cr0.TS);
      case NO_X87_EXCEPTION_PENDING:  return code("handle the exception that is pending and clear its flag with FNCLEX, or mask it with FLDCW before it occurs", "fnclex");
      case SAVE_AREA_IS_ALIGNED:      return none("align the save area on a 16-byte boundary");
      case XSAVE_AREA_IS_ALIGNED:     return none("align the XSAVE area on a 64-byte boundary");
      case STANDARD_HEADER_BYTES_CLEAR: return none("clear the whole area before it is used first; XSAVE writes only XSTATE_BV of the header");
      case COMPACTED_HEADER_BYTES_CLEAR: return none("clear the whole area before it is used first; XSAVEC and XSAVES write only the first 16 bytes of the header");
      case XSTATE_BV_IS_ENABLED:      return none("restore what XSAVE wrote under the same XCR0, or clear the bits in XSTATE_BV");
      case XCOMP_BV_IS_ENABLED:       return none("restore what XSAVEC or XSAVES wrote under the same XCR0 and IA32_XSS");
      case XSTATE_BV_WITHIN_XCOMP_BV: return none("leave the header as XSAVEC or XSAVES wrote it");
      case XRSTORS_FORMAT_IS_COMPACTED: return none("write the area with XSAVES or XSAVEC, or set bit 63 of XCOMP_BV in one that is all zeros");
      case MXCSR_RESERVED_BITS_CLEAR: return none("clear the bits of MXCSR's image that MXCSR_MASK does not show");

      case IRET_NOT_NESTED:           return code("clear RFLAGS.NT (bit 14) before IRET", "pushfq", "and qword [rsp], 0FFFFFFFFFFFFBFFFh", "popfq");
      case IO_PERMITTED:              return none("let code at CPL 0 access the port, or raise IOPL, or clear the port's bit in the TSS's bitmap");
      case IOPL_PERMITS:              return none("let code at CPL 0 execute it, or raise IOPL");
      case VIRTUAL_8086_IOPL_IS_3:    return none("set IOPL to 3, or let the monitor do what the instruction does");
      case NO_VIRTUAL_INTERRUPT_PENDING: return none("let the monitor deliver the interrupt and clear VIP (bit 20) of the saved flags");
      case VIRTUAL_8086_TF_STAYS_0:   return none("clear TF (bit 8) of the image, or let the monitor set it");
      case REDIRECTION_MAP_WITHIN_LIMIT: return none("give the TSS the map of software interrupts, and a limit that covers it");
      case TRANSLATION_IS_CURRENT:    return none("after a change of paging structures execute INVLPG with the address or MOV to CR3, or INVVPID in the virtual-machine monitor; after a change of EPT paging structures INVEPT there");
      case EPT_ALLOWS_ACCESS:         return none("let the virtual-machine monitor map the guest-physical address with the right that is missing, or set bit 63 of the EPT entry, so that it gets a VM exit");
      case GUEST_MSRS_STORABLE:       return none("take the entry out of the VM-exit MSR-store area");
      case HOST_MSRS_LOADABLE:        return none("take the entry out of the VM-exit MSR-load area; the host's bases of FS and GS have fields of their own");
      case HOST_PDPTES_VALID:         return none("clear the reserved bits of the four PDPTEs at the host's CR3");
      case HOST_IN_MODE_OF_GUEST:     return none("set HOST_ADDRESS_SPACE_SIZE (bit 9 of the VM-exit controls), with a host in 64-bit mode");
      case MSR_AREA_ENTRY_LOADABLE:   return none("take the entry out of the area");
      case ACKNOWLEDGED_INTERRUPT_HANDLED: return none("call the handler of the vector that the VM-exit interruption information names, as INT with that number does; or clear ACKNOWLEDGE_INTERRUPT_ON_EXIT, and the interrupt stays pending until the virtual-machine monitor enables interrupts");
      case VM_FUNCTION_NUMBER:        return none("give the number of a VM function in EAX: 0 switches the EPTP");
      case ENABLED_FOR_GUEST:         return none("let the virtual-machine monitor set the control, such as ENABLE_RDTSCP, ENABLE_INVPCID, ENABLE_XSAVES_XRSTORS or ENABLE_VM_FUNCTIONS, or leave the instruction out");
      case UMIP_CPL_IS_0:             return none("let code at CPL 0 execute it, or leave CR4.UMIP 0");
      case SMAP_INSTRUCTION_CPL_IS_0: return none("let code at CPL 0 execute it");
      case TSD_CPL_IS_0:              return none("let code at CPL 0 clear CR4.TSD (bit 2)");
      case PCE_OR_CPL_IS_0:           return none("let code at CPL 0 set CR4.PCE (bit 8)");
      case FSGSBASE_ENABLED:          return set("set CR4.FSGSBASE (bit 16) first", State.CR4, Cr4.FSGSBASE);
      case PKE_ENABLED:               return set("set CR4.PKE (bit 22) first", State.CR4, Cr4.PKE);
      case PKRU_OPERANDS:             return operands("clear ECX, and for WRPKRU EDX, first", "xor ecx, ecx", "xor edx, edx");
      case MONITOR_ENABLED:           return set("set IA32_MISC_ENABLE (MSR 1A0H) bit 18 first", Msr.IA32_MISC_ENABLE, MONITOR);
      case MONITOR_CPL_IS_0:          return none("let code at CPL 0 execute it");
      case MONITOR_EXTENSIONS:        return operands("clear ECX first", "xor ecx, ecx");
      case MWAIT_EXTENSIONS:          return operands("clear ECX first", "xor ecx, ecx");
      case OSXSAVE_ENABLED:           return set("set CR4.OSXSAVE (bit 18) first", State.CR4, Cr4.OSXSAVE);
      case NO_EMULATION:              return clear("clear CR0.EM (bit 2) first", State.CR0, Cr0.EM);
      case SSE_ENABLED:               return set("set CR4.OSFXSR (bit 9) first", State.CR4, Cr4.OSFXSR);
      case TASK_NOT_SWITCHED:         return clear("clear CR0.TS (bit 3) first, or let the handler of #NM do it", State.CR0, Cr0.TS);
      case SIMD_EXCEPTIONS_ENABLED:   return set("set CR4.OSXMMEXCPT (bit 10), so that #XM is raised, or mask the exception in MXCSR", State.CR4, Cr4.OSXMMEXCPT);
      case SIMD_EXCEPTION_IS_MASKED:  return code("mask the exception in MXCSR (bits 12:7) with LDMXCSR, or give #XM a handler", "push 1F80h", "ldmxcsr [rsp]", "pop rax");
      case VECTOR_OPERAND_IS_ALIGNED: return none("align the operand on a 16-byte boundary, or move it with MOVUPS or MOVDQU first");
      case AVX_STATE_ENABLED:         return none("set CR4.OSXSAVE (bit 18), and XCR0[2:1] with XSETBV, first");
      case AVX512_STATE_ENABLED:      return none("set CR4.OSXSAVE (bit 18), and XCR0[7:5] and XCR0[2:1] with XSETBV, first");
      case AMX_STATE_ENABLED:         return none("set CR4.OSXSAVE (bit 18), and XCR0[18:17] with XSETBV, first");
      case UINTR_ENABLED:             return none("set CR4.UINTR (bit 25) first, on a processor that has it");
      case CET_ENABLED:               return none("set CR4.CET (bit 23) first, on a processor that has it");
      case KEY_LOCKER_ENABLED:        return none("set CR4.KL (bit 19) first, on a processor that has it");
      case FRED_ENABLED:              return none("set CR4.FRED (bit 32) first, on a processor that has it");
      case GETSEC_LEAF_EXISTS:        return none("ask GETSEC[CAPABILITIES] first, with EAX = EBX = 0");
      case TDX_OPERATION:             return none("ask IA32_MTRRCAP (MSR FEH) bit 15 first whether the processor has it, and execute VMXON");
      case SAVED_CR0_IS_LEGAL:        return none("leave the field at SMBASE + FFF8H as the SMI has written it");
      case SAVED_CR4_RESERVED_BITS_CLEAR:
      case SAVED_VMXE_IS_CLEAR:       return none("leave the field at SMBASE + FE40H as the SMI has written it");
      case SAVED_PAGING_IS_LEGAL:     return none("leave CR0, CR4 and IA32_EFER of the state save map as the SMI has written them");
      case IN_SMM:                    return none("leave the instruction out: only code in system-management mode may execute it");
      case SYSCALL_ENABLED:           return set("set IA32_EFER.SCE (bit 0) first", Msr.IA32_EFER, Efer.SCE);
      case ONLY_IN_64BIT_MODE:        return none("execute it in 64-bit mode");
      case ONLY_IN_PROTECTED_MODE:    return none("execute it in protected mode");
      case GENERAL_DETECT_DISABLED:   return none("let the handler of #DB clear DR7.GD (bit 13); delivering the exception has cleared it");
      case DEBUG_REGISTER_EXISTS:     return none("name DR6 and DR7, or clear CR4.DE (bit 3)");
      case CONTROL_REGISTER_EXISTS:   return none("name CR0, CR2, CR3, CR4 or CR8");
      case X2APIC_MODE_ENABLED:       return none("set IA32_APIC_BASE.EXTD (bit 10), EN (bit 11) being 1, or use the registers' page");
      case X2APIC_REGISTER_READABLE:  return none("read a register that x2APIC mode has; EOI and SELF IPI can only be written");
      case X2APIC_REGISTER_WRITABLE:  return none("write a register that x2APIC mode has; the ID, LDR, version, PPR, ISR, TMR, IRR and the current count only tell");
      case X2APIC_RESERVED_BITS_CLEAR:return none("clear the reserved bits of the value; EOI and ESR are written with 0");
      case COUNTER_EXISTS:            return none("ask CPUID leaf 0AH how many counters there are");
      case EXTENDED_CONTROL_REGISTER_EXISTS: return operands("clear ECX first", "xor ecx, ecx");
      case INVPCID_DESCRIPTOR:        return none("use a type from 0 to 3, a PCID below 4096, zeros in bits 63:12 and a canonical address");
      case NO_MACHINE_CHECK:          return none("set CR4.MCE (bit 6), give #MC a handler, and let it clear IA32_MCG_STATUS.MCIP (MSR 17AH, bit 2)");
      case NO_INSTRUCTION_BREAKPOINT: return none("clear the breakpoint's L and G in DR7, or let the handler of #DB set RF in the saved flags");
      case NO_DATA_BREAKPOINT:        return none("clear the breakpoint's L and G in DR7, or give #DB a handler");
      case NO_TASK_TRAP:              return none("clear T (bit 0 at offset 64H) of the task's TSS, or give #DB a handler");
      case NO_SINGLE_STEP:            return none("clear RFLAGS.TF, or give #DB a handler");

      case INSTRUCTION_PRESENT:       return of(ASK, "ask CPUID first whether the processor has it");
      case INSTRUCTION_IN_THIS_MODE:  return none("write what the mode has instead, or execute it in another mode");
      case LOCK_ALLOWED:              return none("leave LOCK out");
      case OPERAND_IN_MEMORY:         return of(MEMORY_OPERAND, "name memory that holds the operand");
      case OPERAND_IN_REGISTER:       return none("load the operand into a register, and name that");
      case PREFIXES_ALLOWED:          return none("leave the prefixes out");
      default:                        return none("");
    }
  }
  // spotless:on

  private static Remedy of(Remedy.Kind kind, String text) {
    return Remedy.of(kind, text);
  }
}
