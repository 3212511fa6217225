; The first stage of enabling VMX operation: set CR4.VMXE.
; SDM Vol. 3C "Enabling and Entering VMX Operation".

        bits    64

CR4_VMXE        equ     1 << 13

enable_vmx_operation:
        mov     rax, cr4
        or      rax, CR4_VMXE
        mov     cr4, rax
        ret
