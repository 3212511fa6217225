        mov     rax, cr4
        or      eax, 1 << 13            ; CR4.VMXE
        mov     cr4, rax
        vmxon   [vmxon_pointer]
