enable_ept:
        mov     ecx, 6C16h              ; host RIP
        mov     eax, exited
        vmwrite rcx, rax
        mov     ecx, 482h               ; IA32_VMX_PROCBASED_CTLS
        rdmsr
        xor     ebx, ebx                ; the answer
        bt      edx, 31                 ; activate secondary controls
        jnc     .launch
        mov     ecx, 48Bh               ; IA32_VMX_PROCBASED_CTLS2
        rdmsr
        bt      edx, 1                  ; enable EPT
        jnc     .launch
        inc     ebx
        mov     ecx, 4002h              ; primary processor-based controls
        vmread  rax, rcx
        bts     rax, 31
        vmwrite rcx, rax
        mov     eax, 1 << 1
        mov     ecx, 401Eh              ; secondary processor-based controls
        vmwrite rcx, rax
.launch:
        mov     [rel answer], ebx
        vmlaunch
        mov     eax, 2                  ; it has failed
        ret
exited: mov     eax, [rel answer]
        ret
answer: dd      0
