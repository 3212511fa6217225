        mov     rax, cr4
        or      eax, 1 << 13            ; CR4.VMXE
        mov     cr4, rax
        mov     ecx, 480h               ; IA32_VMX_BASIC
        rdmsr
        mov     [rel region], eax       ; VMCS revision identifier
        lea     rax, [rel region]
        and     rax, ~0FFFh
        push    rax
        vmxon   [rsp]
        jmp     program_exit
pointer: dq     0
region: times   512 dq 0
