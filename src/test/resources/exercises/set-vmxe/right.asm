        mov     rax, cr4
        bts     rax, 13
        mov     cr4, rax
