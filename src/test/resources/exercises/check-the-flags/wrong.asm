enter_vmx:
        vmxon   [vmxon_pointer]
        xor     eax, eax
        ret
