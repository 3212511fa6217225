        mov     ecx, 486h               ; IA32_VMX_CR0_FIXED0
        rdmsr
        mov     rbx, cr0
        or      rbx, rax
        mov     ecx, 487h               ; IA32_VMX_CR0_FIXED1
        rdmsr
        shl     rdx, 32
        or      rax, rdx
        and     rbx, rax
        mov     cr0, rbx
        mov     ecx, 488h               ; IA32_VMX_CR4_FIXED0
        rdmsr
        mov     rbx, cr4
        or      rbx, rax
        mov     ecx, 489h               ; IA32_VMX_CR4_FIXED1
        rdmsr
        shl     rdx, 32
        or      rax, rdx
        and     rbx, rax
        mov     cr4, rbx
        vmxon   [vmxon_pointer]
