allow_vmx:
        mov     ecx, 3Ah
        rdmsr
        test    eax, 1
        jnz     .locked
        or      eax, 5
        wrmsr
        mov     eax, 1
        ret
.locked:
        xor     eax, eax
        ret
