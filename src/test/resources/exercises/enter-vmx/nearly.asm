; Enters VMX operation, step by step as the manual asks, and stays there.
; Returns in EAX: 0 VMX root operation entered, 1 the processor has no VMX, 2 firmware forbids it,
; 3 VMXON failed. SDM Vol. 3C "Enabling and Entering VMX Operation".

        bits    64

IA32_FEATURE_CONTROL    equ     3Ah
LOCK_BIT                equ     1 << 0
VMX_OUTSIDE_SMX         equ     1 << 2
IA32_VMX_BASIC          equ     480h
IA32_VMX_CR0_FIXED0     equ     486h
IA32_VMX_CR0_FIXED1     equ     487h
IA32_VMX_CR4_FIXED0     equ     488h
IA32_VMX_CR4_FIXED1     equ     489h

enter_vmx_operation:
        push    rbx

        ; 1. The processor has VMX: CPUID.1:ECX[5].
        mov     eax, 1
        cpuid
        bt      ecx, 5
        mov     eax, 1
        jnc     .done

        ; 2. Firmware allows it. If it left the MSR open, allow it here; a locked MSR can only be read.
        mov     ecx, IA32_FEATURE_CONTROL
        rdmsr
        test    eax, LOCK_BIT
        jnz     .locked
        or      eax, VMX_OUTSIDE_SMX | LOCK_BIT
        wrmsr
.locked:
        test    eax, VMX_OUTSIDE_SMX
        mov     eax, 2
        jz      .done

        ; 3. CR0 and CR4 have the bits that VMX operation fixes. CR4.VMXE is one of them.
        mov     ecx, IA32_VMX_CR0_FIXED0
        call    read_msr
        mov     rbx, cr0
        mov     ecx, IA32_VMX_CR0_FIXED1
        call    read_msr
        and     rbx, rax
        mov     cr0, rbx

        mov     ecx, IA32_VMX_CR4_FIXED0
        call    read_msr
        mov     rbx, cr4
        or      rbx, rax
        mov     ecx, IA32_VMX_CR4_FIXED1
        call    read_msr
        and     rbx, rax
        mov     cr4, rbx

        ; 4. The VMXON region begins with the revision identifier, bits 30:0 of IA32_VMX_BASIC.
        mov     ecx, IA32_VMX_BASIC
        rdmsr
        and     eax, 7FFFFFFFh
        lea     rbx, [rel vmxon_region]
        mov     [rbx], eax

        ; 5. VMXON takes a pointer to the region's physical address, which here is its linear address.
        push    rbx
        vmxon   [rsp]
        lea     rsp, [rsp + 8]          ; leaves the flags alone: CF or ZF says that VMXON failed
        mov     eax, 3
        jbe     .done
        xor     eax, eax
.done:
        pop     rbx
        ret

; The MSR that ECX names, as 64 bits in RAX.
read_msr:
        rdmsr
        shl     rdx, 32
        or      rax, rdx
        ret

        align   4096
vmxon_region:
        times   512 dq 0
