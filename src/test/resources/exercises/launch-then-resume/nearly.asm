run_guest:
        mov     ecx, 6C16h              ; host RIP
        mov     eax, exited
        vmwrite rcx, rax
        mov     ecx, 681Eh              ; guest RIP
        mov     eax, guest
        vmwrite rcx, rax
again:  vmresume
        mov     eax, -1                 ; it has failed
        ret

exited: mov     ecx, 4402h              ; exit reason
        vmread  rax, rcx
        cmp     eax, 18                 ; VMCALL: the guest has ended
        je      done
        inc     dword [rel exits]
        mov     ecx, 440Ch              ; VM-exit instruction length
        vmread  rax, rcx
        mov     ecx, 681Eh              ; guest RIP
        vmread  rdx, rcx
        add     rax, rdx
        vmwrite rcx, rax
        vmresume
        mov     eax, -1                 ; it has failed
        ret
done:   mov     eax, [rel exits]
        ret

exits:  dd      0
guest:  cpuid
        cpuid
        cpuid
        vmcall
