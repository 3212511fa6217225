        mov     eax, 1 << 3             ; enable RDTSCP
        mov     ecx, 401Eh              ; secondary processor-based controls
        vmwrite rcx, rax
        mov     ecx, 681Eh              ; guest RIP
        mov     eax, guest
        vmwrite rcx, rax
        vmlaunch
        jmp     program_exit

guest:  cpuid
