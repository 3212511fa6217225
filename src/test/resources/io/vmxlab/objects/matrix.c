/* The mission's routine, as docs/examples has it, and what may go wrong after it. */
#include "enable-vmx.c"

#define CR0_PG (1ull << 31)

/* VMX operation fixes CR0.PG to 1. */
int clear_paging_in_vmx_operation(void) {
    int result = enter_vmx_operation();
    if (result == 0) {
        __writecr0(__readcr0() & ~CR0_PG);
    }
    return result;
}

/* VMX operation fixes CR4.VMXE to 1. */
int clear_vmxe_in_vmx_operation(void) {
    int result = enter_vmx_operation();
    if (result == 0) {
        __writecr4(__readcr4() & ~CR4_VMXE);
    }
    return result;
}
