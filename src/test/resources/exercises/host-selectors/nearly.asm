        mov     eax, ds
        mov     ecx, 0C06h              ; host DS selector
        vmwrite rcx, rax
        str     eax
        mov     ecx, 0C0Ch              ; host TR selector
        vmwrite rcx, rax
        vmlaunch
