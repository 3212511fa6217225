        mov     ecx, 482h               ; IA32_VMX_PROCBASED_CTLS
        rdmsr
        and     eax, edx
        mov     ecx, 4002h              ; primary processor-based controls
        vmwrite rcx, rax
        mov     ecx, 681Eh              ; guest RIP
        mov     eax, guest
        vmwrite rcx, rax
        vmlaunch
        jmp     program_exit

guest:  hlt
