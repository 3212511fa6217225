; run with cr0.NE=0, idtr.limit=0 and firmware locked-on: CR0.NE and its mend are named
    mov rax, cr4
    bts rax, 13
    mov cr4, rax
    lidt [none]
    mov ecx, 480h
    rdmsr
    mov [region], eax
    vmxon [ptr]
    ret
none: dw 0
      dq 0
ptr: dq region
align 4096
region: times 4096 db 0
