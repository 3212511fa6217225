/* Enables VMX operation on this logical processor: sets CR4.VMXE, and opens IA32_FEATURE_CONTROL
   if nobody has locked it. */
#include "vmxlab.h"

#define TRUE 1
#define FALSE 0

/* TRUE if the MSR was open and now allows VMXON, FALSE if it was locked. */
int enable_vmx_operation(void) {
    u64 cr4 = __readcr4();
    cr4 |= CR4_VMXE;
    __writecr4(cr4);

    u64 control = __readmsr(IA32_FEATURE_CONTROL);
    if ((control & FEATURE_CONTROL_LOCK) == 0) {
        control |= FEATURE_CONTROL_VMX_OUTSIDE_SMX | FEATURE_CONTROL_LOCK;
        __writemsr(IA32_FEATURE_CONTROL, control);
        return TRUE;
    }
    return FALSE;
}

static u64 vmxon_region[512] __attribute__((aligned(4096)));

/* Goes on to VMXON whatever the routine above says: it faults if firmware locked VMX off. */
int enter_vmx_operation(void) {
    enable_vmx_operation();
    __writecr0((__readcr0() | __readmsr(IA32_VMX_CR0_FIXED0)) & __readmsr(IA32_VMX_CR0_FIXED1));
    __writecr4((__readcr4() | __readmsr(IA32_VMX_CR4_FIXED0)) & __readmsr(IA32_VMX_CR4_FIXED1));
    vmxon_region[0] = (u32)__readmsr(IA32_VMX_BASIC) & 0x7FFFFFFF;
    u64 physical = (u64)vmxon_region; /* paging is an identity map here */
    return __vmx_on(&physical);
}
