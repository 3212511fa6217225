        mov     eax, 202h
        mov     ecx, 6820h              ; guest RFLAGS
        vmwrite rcx, rax
        mov     eax, 80000030h          ; external interrupt, vector 30H
        mov     ecx, 4016h              ; VM-entry interruption information
        vmwrite rcx, rax
        vmlaunch
