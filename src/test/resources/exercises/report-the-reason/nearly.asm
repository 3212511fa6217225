exit_reason:
        mov     ecx, 6C16h              ; host RIP
        mov     eax, exited
        vmwrite rcx, rax
        vmlaunch
        mov     eax, -1                 ; it has failed
        ret
exited: mov     ecx, 4400h              ; VM-instruction error
        vmread  rax, rcx
        vmxoff
        ret
