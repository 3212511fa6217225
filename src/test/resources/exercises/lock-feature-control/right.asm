        mov     ecx, 3Ah
        rdmsr
        or      eax, 5
        wrmsr
