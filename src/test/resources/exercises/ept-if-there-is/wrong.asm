enable_ept:
        mov     eax, 1
        ret
