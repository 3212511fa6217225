        mov     eax, -1
        mov     ecx, 4002h              ; primary processor-based controls
        vmwrite rcx, rax
        mov     ecx, 681Eh              ; guest RIP
        mov     eax, guest
        vmwrite rcx, rax
        vmlaunch
        jmp     program_exit

guest:  hlt
