        mov     rax, cr4
        or      eax, 1 << 13            ; CR4.VMXE
        mov     cr4, rax
        mov     ecx, 480h               ; IA32_VMX_BASIC
        rdmsr
        mov     [rel region], eax       ; VMCS revision identifier
        lea     rax, [rel region]
        push    rax
        vmxon   [rsp]
        jmp     program_exit
        align   4096
region: times   512 dq 0
