        mov     rax, cr4
        or      eax, 1 << 13            ; CR4.VMXE
        mov     cr4, rax
        mov     dword [rel region], 4
        lea     rax, [rel region]
        push    rax
        vmxon   [rsp]
        jmp     program_exit
        align   4096
region: times   512 dq 0
