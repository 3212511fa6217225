        mov     eax, fs
        mov     ecx, 808h               ; guest FS selector
        vmwrite rcx, rax
        lar     edx, eax
        shr     edx, 8
        mov     ecx, 481Ch              ; guest FS access rights
        vmwrite rcx, rdx
        vmlaunch
