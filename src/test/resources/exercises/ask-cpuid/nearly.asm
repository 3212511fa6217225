has_vmx:
        mov     eax, 1
        cpuid
        bt      ecx, 5
        setc    al
        movzx   eax, al
        ret
