/* Answers to exercises, compiled by gcc -O2 -ffreestanding -mgeneral-regs-only -c. */
#include "../../../../docs/examples/vmxlab.h"

extern unsigned long long vmxon_pointer;

int has_vmx(void) {
    int leaf[4];
    __cpuid(leaf, 1);
    return (leaf[2] & CPUID_1_ECX_VMX) != 0;
}

int allow_vmx(void) {
    unsigned long long control = __readmsr(IA32_FEATURE_CONTROL);
    if ((control & FEATURE_CONTROL_LOCK) == 0) {
        control |= FEATURE_CONTROL_VMX_OUTSIDE_SMX | FEATURE_CONTROL_LOCK;
        __writemsr(IA32_FEATURE_CONTROL, control);
    }
    return (control & FEATURE_CONTROL_VMX_OUTSIDE_SMX) != 0;
}

unsigned long long processor_based_controls(void) {
    return __readmsr(__readmsr(IA32_VMX_BASIC) >> 55 & 1 ? 0x48E : 0x482);
}

int enter_vmx(void) {
    unsigned char failed = __vmx_on(&vmxon_pointer);
    return failed == 2 ? 1 : failed == 1 ? 2 : 0;
}
