allow_vmx:
        mov     ecx, 3Ah
        rdmsr
        test    eax, 1
        jnz     .locked
        or      eax, 5
        wrmsr
.locked:
        shr     eax, 2
        and     eax, 1
        ret
