allow_vmx:
        mov     ecx, 3Ah
        rdmsr
        and     eax, 1
        ret
