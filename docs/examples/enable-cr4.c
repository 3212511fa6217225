/* The first stage of enabling VMX operation: set CR4.VMXE. */
#include "vmxlab.h"

void enable_vmx_operation(void) {
    u64 cr4 = __readcr4();
    cr4 |= CR4_VMXE;
    __writecr4(cr4);
}
