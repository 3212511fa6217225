        mov     ecx, 4002h              ; primary processor-based controls
        xor     eax, eax
        bts     rax, 31                 ; activate secondary controls
        vmwrite rcx, rax
        mov     eax, 1 << 3             ; enable RDTSCP
        mov     ecx, 401Eh              ; secondary processor-based controls
        vmwrite rcx, rax
        mov     ecx, 681Eh              ; guest RIP
        mov     eax, guest
        vmwrite rcx, rax
        vmlaunch
        jmp     program_exit

guest:  rdtscp
        cpuid
