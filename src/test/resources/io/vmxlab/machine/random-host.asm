; A virtual-machine monitor for RandomGuest, which has laid out what it reads: BASE is defined outside.
; It enters its guest again and again, does at each exit what a table says for the exit's reason, and
; leaves VMX operation when its number of exits is used up.

VMXON_POINTER   equ BASE + 0xA000
VMCS_POINTER    equ BASE + 0xA008
SHADOW_POINTER  equ BASE + 0xA010
SHADOW_REVISION equ BASE + 0xA018
SHADOW_REGION   equ BASE + 0x9000
EXITS_LEFT      equ BASE + 0xA020
LAUNCHED        equ BASE + 0xA028
NEXT_REPAIR     equ BASE + 0xA030
NEXT_CHANGE     equ BASE + 0xA038
NEXT_PLACE      equ BASE + 0xA040
DESCRIPTOR      equ BASE + 0xA050
PLACES          equ BASE + 0xA080
GUEST           equ BASE + 0xA100
ACTIONS         equ BASE + 0xA200
FIELDS          equ BASE + 0xB000
CHANGES         equ BASE + 0xD000

        vmxon   [VMXON_POINTER]
        vmclear [VMCS_POINTER]
        vmclear [SHADOW_POINTER]
        mov     eax, [SHADOW_REVISION]
        mov     [SHADOW_REGION], eax
        vmptrld [VMCS_POINTER]
        mov     esi, FIELDS
write:  mov     rax, [rsi]
        cmp     eax, -1
        je      enter
        mov     rdx, [rsi + 8]
        vmwrite rax, rdx
        add     rsi, 16
        jmp     write

enter:  cmp     byte [LAUNCHED], 0
        mov     rax, [GUEST]
        mov     rcx, [GUEST + 8]
        mov     rdx, [GUEST + 0x10]
        mov     rbx, [GUEST + 0x18]
        mov     rbp, [GUEST + 0x28]
        mov     rsi, [GUEST + 0x30]
        mov     rdi, [GUEST + 0x38]
        mov     r8, [GUEST + 0x40]
        mov     r9, [GUEST + 0x48]
        mov     r10, [GUEST + 0x50]
        mov     r11, [GUEST + 0x58]
        mov     r12, [GUEST + 0x60]
        mov     r13, [GUEST + 0x68]
        mov     r14, [GUEST + 0x70]
        mov     r15, [GUEST + 0x78]
        jne     again
        vmlaunch
        jmp     repair
again:  vmresume

; The VM entry failed: a field gets the value back with which it would not have.
repair: dec     dword [EXITS_LEFT]
        jz      stop
        mov     rsi, [NEXT_REPAIR]
        mov     rax, [rsi]
        cmp     eax, -1
        je      relaunch
        mov     rdx, [rsi + 8]
        vmwrite rax, rdx
        add     rsi, 16
        mov     [NEXT_REPAIR], rsi
        jmp     enter

exit:   mov     [GUEST], rax
        mov     [GUEST + 8], rcx
        mov     [GUEST + 0x10], rdx
        mov     [GUEST + 0x18], rbx
        mov     [GUEST + 0x28], rbp
        mov     [GUEST + 0x30], rsi
        mov     [GUEST + 0x38], rdi
        mov     [GUEST + 0x40], r8
        mov     [GUEST + 0x48], r9
        mov     [GUEST + 0x50], r10
        mov     [GUEST + 0x58], r11
        mov     [GUEST + 0x60], r12
        mov     [GUEST + 0x68], r13
        mov     [GUEST + 0x70], r14
        mov     [GUEST + 0x78], r15
        mov     eax, 0x4402             ; exit reason
        vmread  rbx, rax
        test    ebx, ebx
        js      repair
        mov     byte [LAUNCHED], 1
        dec     dword [EXITS_LEFT]
        jz      stop
        and     ebx, 0xFF
        movzx   ebx, byte [ACTIONS + rbx]
        dec     ebx
        js      skip                    ; 0
        jz      enter                   ; 1: as it is
        dec     ebx
        jz      inject                  ; 2
        dec     ebx
        jz      jump                    ; 3
        dec     ebx
        jz      change                  ; 4
        dec     ebx
        jz      relaunch                ; 5
        dec     ebx
        jz      invalidate              ; 6
        dec     ebx
        jz      interrupt               ; 7

stop:   vmxoff
        hlt

skip:   mov     eax, 0x440C             ; VM-exit instruction length
        vmread  rcx, rax
        mov     eax, 0x681E             ; guest RIP
        vmread  rdx, rax
        add     rdx, rcx
        vmwrite rax, rdx
        jmp     enter

; An external interrupt: the guest takes it, even if it did not want to be interrupted.
interrupt:
        mov     eax, 0x6820             ; guest RFLAGS
        vmread  rdx, rax
        bts     edx, 9
        vmwrite rax, rdx
        xor     edx, edx
        mov     eax, 0x4824             ; interruptibility state
        vmwrite rax, rdx
        mov     eax, 0x4826             ; activity state
        vmwrite rax, rdx

; What the guest was to get, or what was under way.
inject: mov     esi, 0x4404             ; VM-exit interruption information, error code behind it
        vmread  rdx, rsi
        bt      edx, 31
        jc      .valid
        mov     esi, 0x4408             ; IDT-vectoring information
        vmread  rdx, rsi
.valid: btr     edx, 12
        mov     eax, 0x4016
        vmwrite rax, rdx
        add     esi, 2
        vmread  rdx, rsi
        mov     eax, 0x4018
        vmwrite rax, rdx
        mov     eax, 0x440C
        vmread  rdx, rax
        mov     eax, 0x401A
        vmwrite rax, rdx
        jmp     enter

jump:   mov     ecx, [NEXT_PLACE]
        inc     dword [NEXT_PLACE]
        and     ecx, 0xF
        mov     rdx, [PLACES + rcx * 8]
        mov     eax, 0x681E
        vmwrite rax, rdx
        xor     edx, edx
        mov     eax, 0x4826             ; activity state
        vmwrite rax, rdx
        jmp     enter

change: mov     rsi, [NEXT_CHANGE]
        mov     rax, [rsi]
        cmp     eax, -1
        jne     .there
        mov     esi, CHANGES
        mov     rax, [rsi]
.there: mov     rdx, [rsi + 8]
        vmwrite rax, rdx
        add     rsi, 16
        mov     [NEXT_CHANGE], rsi
        jmp     enter

relaunch:
        vmclear [VMCS_POINTER]
        vmptrld [VMCS_POINTER]
        mov     byte [LAUNCHED], 0
        jmp     enter

invalidate:                             ; only where there is INVEPT and INVVPID
        mov     eax, 2
        invept  rax, [DESCRIPTOR]
        invvpid rax, [DESCRIPTOR]
        jmp     enter

nmi:    iretq

check:  push    rax                     ; a machine check
        push    rcx
        push    rdx
        mov     ecx, 0x17A              ; IA32_MCG_STATUS
        xor     eax, eax
        xor     edx, edx
        wrmsr
        pop     rdx
        pop     rcx
        pop     rax
        iretq
