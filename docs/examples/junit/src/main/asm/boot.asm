; enter_vmx: enters VMX operation. Returns 0 entered, 1 the firmware forbids it, 2 VMXON failed.
; In: rdi = physical address of a page for the VMXON region.

IA32_FEATURE_CONTROL equ 3Ah
IA32_VMX_BASIC       equ 480h
IA32_VMX_CR0_FIXED0  equ 486h

enter_vmx:
    mov     ecx, IA32_FEATURE_CONTROL
    rdmsr
    test    eax, 1                  ; locked: only what the firmware allows
    jnz     .locked
    or      eax, 5
    wrmsr
.locked:
    test    eax, 4
    jz      .forbidden

    mov     ecx, IA32_VMX_CR0_FIXED0
    rdmsr
    mov     rcx, cr0
    or      rcx, rax
    mov     cr0, rcx
    mov     rax, cr4
    or      eax, 2000h              ; CR4.VMXE
    mov     cr4, rax

    mov     ecx, IA32_VMX_BASIC
    rdmsr
    mov     [rdi], eax              ; the VMCS revision identifier
    push    rdi
    vmxon   [rsp]
    pop     rdi
    jbe     .failed                 ; CF or ZF
    xor     eax, eax
    ret
.forbidden:
    mov     eax, 1
    ret
.failed:
    mov     eax, 2
    ret
