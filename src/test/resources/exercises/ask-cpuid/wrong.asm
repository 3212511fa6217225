has_vmx:
        mov     eax, 1
        ret
