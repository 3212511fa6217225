/* Enters VMX operation, step by step as the manual asks, and stays there. */
#include "vmxlab.h"

enum { ENTERED = 0, NO_VMX = 1, FIRMWARE_FORBIDS = 2, VMXON_FAILED = 3 };

static u64 vmxon_region[512] __attribute__((aligned(4096)));

int enter_vmx_operation(void) {
    /* 1. The processor has VMX. */
    int leaf[4];
    __cpuid(leaf, 1);
    if ((leaf[2] & CPUID_1_ECX_VMX) == 0) {
        return NO_VMX;
    }

    /* 2. Firmware allows it. If it left the MSR open, allow it here; a locked MSR can only be read. */
    u64 control = __readmsr(IA32_FEATURE_CONTROL);
    if ((control & FEATURE_CONTROL_LOCK) == 0) {
        control |= FEATURE_CONTROL_VMX_OUTSIDE_SMX | FEATURE_CONTROL_LOCK;
        __writemsr(IA32_FEATURE_CONTROL, control);
    }
    if ((control & FEATURE_CONTROL_VMX_OUTSIDE_SMX) == 0) {
        return FIRMWARE_FORBIDS;
    }

    /* 3. CR0 and CR4 have the bits that VMX operation fixes. CR4.VMXE is one of them. */
    __writecr0((__readcr0() | __readmsr(IA32_VMX_CR0_FIXED0)) & __readmsr(IA32_VMX_CR0_FIXED1));
    __writecr4((__readcr4() | __readmsr(IA32_VMX_CR4_FIXED0)) & __readmsr(IA32_VMX_CR4_FIXED1));

    /* 4. The VMXON region begins with the revision identifier. */
    vmxon_region[0] = (u32)__readmsr(IA32_VMX_BASIC) & 0x7FFFFFFF;

    /* 5. VMXON takes a pointer to the region's physical address, which here is its linear address. */
    u64 physical = (u64)vmxon_region;
    return __vmx_on(&physical) == 0 ? ENTERED : VMXON_FAILED;
}
