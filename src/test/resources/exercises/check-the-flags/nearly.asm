enter_vmx:
        vmxon   [vmxon_pointer]
        jbe     .failed
        xor     eax, eax
        ret
.failed:
        mov     eax, 1
        ret
