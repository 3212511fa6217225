; Enters VMX operation, leaves it, and clears CR4.VMXE: the processor is as it was, except that
; IA32_FEATURE_CONTROL is locked. VMXE can be cleared only outside VMX operation.
; Returns in EAX: 0 done, 1 VMXON failed, 2 VMXOFF failed.

        bits    64

CR4_VMXE                equ     1 << 13
IA32_FEATURE_CONTROL    equ     3Ah
LOCK_BIT                equ     1 << 0
VMX_OUTSIDE_SMX         equ     1 << 2
IA32_VMX_BASIC          equ     480h

round_trip:
        mov     rax, cr4
        or      rax, CR4_VMXE
        mov     cr4, rax

        mov     ecx, IA32_FEATURE_CONTROL
        rdmsr
        test    eax, LOCK_BIT
        jnz     .locked
        or      eax, VMX_OUTSIDE_SMX | LOCK_BIT
        wrmsr
.locked:
        mov     ecx, IA32_VMX_BASIC
        rdmsr
        and     eax, 7FFFFFFFh
        lea     rcx, [rel vmxon_region]
        mov     [rcx], eax

        push    rcx
        vmxon   [rsp]
        lea     rsp, [rsp + 8]
        mov     eax, 1
        jbe     .done

        vmxoff
        mov     eax, 2
        jbe     .done

        mov     rax, cr4
        and     rax, ~CR4_VMXE
        mov     cr4, rax
        xor     eax, eax
.done:
        ret

        align   4096
vmxon_region:
        times   512 dq 0
