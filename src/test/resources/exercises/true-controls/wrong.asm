processor_based_controls:
        mov     ecx, 482h
        rdmsr
        shl     rdx, 32
        or      rax, rdx
        ret
