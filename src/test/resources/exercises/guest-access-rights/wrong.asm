        mov     eax, fs
        mov     ecx, 808h               ; guest FS selector
        vmwrite rcx, rax
        mov     eax, 1 << 16
        mov     ecx, 481Ch              ; guest FS access rights
        vmwrite rcx, rax
        vmlaunch
