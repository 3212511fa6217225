        mov     eax, 0C000h
        mov     ecx, 2800h              ; VMCS link pointer
        vmwrite rcx, rax
        vmlaunch
