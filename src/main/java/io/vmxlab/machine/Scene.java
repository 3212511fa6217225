package io.vmxlab.machine;

import io.vmxlab.arch.Feature;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a mend depends on besides registers: memory and tables as they were when an instruction
 * failed.
 *
 * @param operand memory that the instruction was about to access; empty if none
 * @param source physical address that the page tables map a value for CR3 to, taken as a linear
 *     address; empty for other instructions, and if they do not
 * @param code64 selector of a 64-bit code segment for CPL 0 in the GDT
 * @param code32 selector of a 32-bit code segment for CPL 0 in the GDT
 * @param tss32 selector of a 32-bit TSS in the GDT
 * @param gdt linear address of the GDT
 * @param lockedBy the instruction of a program that has locked IA32_FEATURE_CONTROL; empty if none
 *     has
 * @param ram bytes of RAM
 * @param missing feature that the instruction needs and the processor has not
 * @param linearWidth bits of linear addresses
 * @param flat the code lies at a linear address that is its physical one
 * @param faulting linear address that a page fault is about
 * @param vmx the processor has VMX
 * @param hypervisor CPUID says that the processor is a hypervisor's guest
 * @param entered the last VM entry, in VMX operation; empty if there was none, or if another VMCS
 *     is current now
 */
public record Scene(
    Optional<MemoryOperand> operand,
    OptionalLong source,
    OptionalInt code64,
    OptionalInt code32,
    OptionalInt tss32,
    long gdt,
    Optional<Code> lockedBy,
    long ram,
    Optional<Feature> missing,
    int linearWidth,
    boolean flat,
    OptionalLong faulting,
    boolean vmx,
    boolean hypervisor,
    Optional<Entered> entered) {}
