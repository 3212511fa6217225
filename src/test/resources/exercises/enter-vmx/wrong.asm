enter_vmx_operation:
        xor     eax, eax
        ret
