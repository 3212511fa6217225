        mov     ecx, 6820h              ; guest RFLAGS
        vmread  rax, rcx
        bt      eax, 9                  ; IF
        jnc     .later
        mov     eax, 80000030h          ; external interrupt, vector 30H
        mov     ecx, 4016h              ; VM-entry interruption information
        vmwrite rcx, rax
        jmp     .enter
.later:
.enter: vmlaunch
