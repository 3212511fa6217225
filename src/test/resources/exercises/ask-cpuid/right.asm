has_vmx:
        push    rbx
        mov     eax, 1
        cpuid
        xor     eax, eax
        bt      ecx, 5
        adc     eax, 0
        pop     rbx
        ret
