        mov     eax, list
        mov     ecx, 200Ah              ; VM-entry MSR-load address
        vmwrite rcx, rax
        mov     eax, (list_end - list) / 16
        mov     ecx, 4014h              ; VM-entry MSR-load count
        vmwrite rcx, rax
        vmlaunch
        jmp     program_exit

version: dd     1
        align   16
list:   dd      0C0000081h, 0           ; IA32_STAR
        dq      0018000800000000h
        dd      0C0000084h, 0           ; IA32_FMASK
        dq      200h
list_end:
