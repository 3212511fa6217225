        mov     ecx, 3Ah
        mov     eax, 5
        xor     edx, edx
        wrmsr
