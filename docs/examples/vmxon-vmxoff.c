/* Enters VMX operation and leaves it again. CR4.VMXE stays 1. */
#include "vmxlab.h"

enum { DONE = 0, VMXON_FAILED = 1, VMXOFF_FAILED = 2 };

static u64 vmxon_region[512] __attribute__((aligned(4096)));

int vmxon_vmxoff(void) {
    __writecr4(__readcr4() | CR4_VMXE);

    u64 control = __readmsr(IA32_FEATURE_CONTROL);
    if ((control & FEATURE_CONTROL_LOCK) == 0) {
        control |= FEATURE_CONTROL_VMX_OUTSIDE_SMX | FEATURE_CONTROL_LOCK;
        __writemsr(IA32_FEATURE_CONTROL, control);
    }

    vmxon_region[0] = (u32)__readmsr(IA32_VMX_BASIC) & 0x7FFFFFFF;
    u64 physical = (u64)vmxon_region;
    if (__vmx_on(&physical) != 0) {
        return VMXON_FAILED;
    }
    if (__vmx_off() != 0) {
        return VMXOFF_FAILED;
    }
    return DONE;
}
