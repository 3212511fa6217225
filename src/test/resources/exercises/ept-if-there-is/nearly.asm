enable_ept:
        mov     ecx, 6C16h              ; host RIP
        mov     eax, exited
        vmwrite rcx, rax
        mov     ecx, 48Bh               ; IA32_VMX_PROCBASED_CTLS2
        rdmsr
        shr     edx, 1
        and     edx, 1                  ; EPT can be enabled
        mov     [rel answer], edx
        jz      .launch
        mov     eax, 1 << 1
        mov     ecx, 401Eh              ; secondary processor-based controls
        vmwrite rcx, rax
.launch:
        vmlaunch
        mov     eax, 2                  ; it has failed
        ret
exited: mov     eax, [rel answer]
        ret
answer: dd      0
