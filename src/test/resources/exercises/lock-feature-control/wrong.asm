        mov     ecx, 3Ah
        mov     eax, 1
        xor     edx, edx
        wrmsr
        mov     eax, 5
        wrmsr
