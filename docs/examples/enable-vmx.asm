; Enables VMX operation on this logical processor: sets CR4.VMXE, and opens IA32_FEATURE_CONTROL
; if nobody has locked it. Returns TRUE (1) in EAX if it did, FALSE (0) if the MSR was locked.
; SDM Vol. 3C "Enabling and Entering VMX Operation".

        bits    64

CR4_VMXE                equ     1 << 13
IA32_FEATURE_CONTROL    equ     3Ah
LOCK_BIT                equ     1 << 0
VMX_OUTSIDE_SMX         equ     1 << 2

enable_vmx_operation:
        mov     rax, cr4
        or      rax, CR4_VMXE
        mov     cr4, rax

        mov     ecx, IA32_FEATURE_CONTROL
        rdmsr
        test    eax, LOCK_BIT
        jnz     .locked

        or      eax, VMX_OUTSIDE_SMX | LOCK_BIT
        wrmsr
        mov     eax, 1
        ret

.locked:
        xor     eax, eax
        ret
