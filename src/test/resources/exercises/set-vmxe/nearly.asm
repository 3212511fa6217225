        mov     eax, 2020h
        mov     cr4, rax
