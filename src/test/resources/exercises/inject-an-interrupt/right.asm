        mov     ecx, 6820h              ; guest RFLAGS
        vmread  rax, rcx
        bt      eax, 9                  ; IF
        jnc     .later
        mov     eax, 80000030h          ; external interrupt, vector 30H
        mov     ecx, 4016h              ; VM-entry interruption information
        vmwrite rcx, rax
        jmp     .enter
.later: mov     ecx, 4002h              ; primary processor-based controls
        vmread  rax, rcx
        bts     rax, 2                  ; interrupt-window exiting
        vmwrite rcx, rax
.enter: vmlaunch
