        mov     ecx, 483h               ; IA32_VMX_EXIT_CTLS
        rdmsr
        bts     eax, 9                  ; host address-space size
        mov     ecx, 400Ch              ; VM-exit controls
        vmwrite rcx, rax
        mov     ecx, 484h               ; IA32_VMX_ENTRY_CTLS
        rdmsr
        bts     eax, 9                  ; IA-32e mode guest
        mov     ecx, 4012h              ; VM-entry controls
        vmwrite rcx, rax
        vmlaunch
