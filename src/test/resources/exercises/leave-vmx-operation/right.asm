        vmxoff
        mov     rax, cr4
        btr     rax, 13
        mov     cr4, rax
