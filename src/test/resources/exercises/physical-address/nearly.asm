        mov     rax, cr4
        or      eax, 1 << 13            ; CR4.VMXE
        mov     cr4, rax
        mov     rax, [10000h]           ; PML4 entry of the low half
        mov     [10000h + 256 * 8], rax ; the high half shows the same memory
        mov     rbx, 0FFFF800000000000h
        lea     rsi, [rel region]
        add     rsi, rbx                ; where the kernel sees it
        mov     ecx, 480h               ; IA32_VMX_BASIC
        rdmsr
        mov     [rsi], eax              ; VMCS revision identifier
        sub     rsi, rbx
        vmxon   [rsi]
        jmp     program_exit
        align   4096
region: times   512 dq 0
