        mov     eax, ds
        and     eax, 0FFF8h             ; RPL and TI are 0 in a host selector
        mov     ecx, 0C06h              ; host DS selector
        vmwrite rcx, rax
        str     eax
        mov     ecx, 0C0Ch              ; host TR selector
        vmwrite rcx, rax
        vmlaunch
