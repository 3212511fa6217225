run_guest:
        mov     ecx, 4002h              ; primary processor-based controls
        vmread  rax, rcx
        bts     rax, 31                 ; activate secondary controls
        vmwrite rcx, rax
        mov     eax, 1 << 1             ; enable EPT
        mov     ecx, 401Eh              ; secondary processor-based controls
        vmwrite rcx, rax
        mov     qword [ept_directory + 1 * 8], 0
        mov     qword [ept_directory + 3 * 8], 0
        mov     ecx, 6C16h              ; host RIP
        mov     eax, exited
        vmwrite rcx, rax
        mov     ecx, 681Eh              ; guest RIP
        mov     eax, guest
        vmwrite rcx, rax
        vmlaunch
        mov     eax, -1                 ; it has failed
        ret

exited: mov     ecx, 4402h              ; exit reason
        vmread  rax, rcx
        cmp     eax, 48                 ; EPT violation
        jne     done
        inc     dword [rel violations]
        mov     dword [ept_directory + 8], 2000B7h
        vmresume
        mov     eax, -1                 ; it has failed
        ret
done:   mov     eax, [rel violations]
        ret

violations:
        dd      0
guest:  mov     rax, [200000h]
        mov     rax, [600000h]
        mov     rax, [600008h]
        cpuid
