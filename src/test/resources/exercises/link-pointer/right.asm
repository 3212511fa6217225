        mov     rax, -1
        mov     ecx, 2800h              ; VMCS link pointer
        vmwrite rcx, rax
        vmlaunch
