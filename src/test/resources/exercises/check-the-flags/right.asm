enter_vmx:
        vmxon   [vmxon_pointer]
        jc      .invalid
        jz      .valid
        xor     eax, eax
        ret
.invalid:
        mov     eax, 1
        ret
.valid:
        mov     eax, 2
        ret
