; VM exits: guests of all kinds execute one random instruction under random controls. Behind it stands VMCALL,
; and wherever else they come to, code is undefined or absent. A VMX-preemption timer ends what does not end.

CODE_BYTES    equ 15
REGISTERS     equ 540h          ; what the guest begins with: RAX to R15 in the order of their numbers
AFTERWARDS    equ 5C0h          ; and ends with
WATCHDOG      equ 10000h

trial:
    cmp byte [PORTS], 0
    jne .begin
    call bitmaps
.begin:
    call choose_kind
    call controls
    call registers
    call instruction
    call restore_memory
    mov qword [LOAD_COUNT], 0
    mov qword [TIMER], WATCHDOG
    or qword [PIN], 40h
    call write_vmcs
    xor eax, eax
    mov cr2, rax
    mov dr0, rax
    mov dr6, rax
    mov eax, 2220h              ; OSFXSR for XMM registers
    mov cr4, rax
    fxrstor [X87_STATE]
    mov eax, 2020h
    mov cr4, rax
    mov rbx, [REGISTERS + 18h]
    mov rcx, [REGISTERS + 8]
    mov rdx, [REGISTERS + 10h]
    mov rbp, [REGISTERS + 28h]
    mov rsi, [REGISTERS + 30h]
    mov rdi, [REGISTERS + 38h]
    mov r8, [REGISTERS + 40h]
    mov r9, [REGISTERS + 48h]
    mov r10, [REGISTERS + 50h]
    mov r11, [REGISTERS + 58h]
    mov r12, [REGISTERS + 60h]
    mov r13, [REGISTERS + 68h]
    mov r14, [REGISTERS + 70h]
    mov r15, [REGISTERS + 78h]
    mov rax, [REGISTERS]
    vmlaunch
    call result
    call flush
    jmp next_trial

left:
    mov [AFTERWARDS], rax
    mov [AFTERWARDS + 8], rcx
    mov [AFTERWARDS + 10h], rdx
    mov [AFTERWARDS + 18h], rbx
    mov [AFTERWARDS + 28h], rbp
    mov [AFTERWARDS + 30h], rsi
    mov [AFTERWARDS + 38h], rdi
    mov [AFTERWARDS + 40h], r8
    mov [AFTERWARDS + 48h], r9
    mov [AFTERWARDS + 50h], r10
    mov [AFTERWARDS + 58h], r11
    mov [AFTERWARDS + 60h], r12
    mov [AFTERWARDS + 68h], r13
    mov [AFTERWARDS + 70h], r14
    mov [AFTERWARDS + 78h], r15
    mov rsp, HOST_STACK
    call restore_host
    xor eax, eax
    mov cr8, rax
    mov dr1, rax
    mov dr2, rax
    mov dr3, rax
    xor edx, edx
    mov ecx, 0C0000102h
    wrmsr
    inc eax                     ; neither CF nor ZF
    call result
    mov eax, 4402h
    vmread rax, rax
    bt rax, 31
    jc .told
    call differences
.told:
    call flush
    jmp next_trial

; Registers that the guest has changed, as "rN", CR2, and sums of its paging structures and of its other
; memory if they have changed.
differences:
    xor ebx, ebx
.register:
    cmp ebx, 4
    je .same
    mov rdx, [AFTERWARDS + rbx * 8]
    cmp rdx, [REGISTERS + rbx * 8]
    je .same
    mov al, ' '
    call put
    mov al, 'r'
    call put
    mov rax, rbx
    call put_hex
    mov al, '='
    call put
    mov rax, rdx
    call put_hex
.same:
    inc ebx
    cmp ebx, 16
    jb .register
    mov rdx, cr2
    test rdx, rdx
    jz .no_fault
    mov rsi, cr2_text
    call put_name
.no_fault:
    mov rdi, GUEST_PML4
    mov ecx, (GUEST_GDT - GUEST_PML4) / 8
    mov r8d, tables_text
    call changed
    mov ecx, (GUEST_END - GUEST_GDT) / 8
    mov r8d, memory_text

changed:                        ; RCX quadwords at RDI, with the name at R8
    lea rsi, [rdi + ORIGINAL - GUEST_PML4]
    xor edx, edx                ; ZF
.memory:
    repe cmpsq
    je .compared
    lea rdx, [rdx + rcx + 1]
    rol rdx, 7
    mov rax, [rdi - 8]
    xor rax, [rsi - 8]
    xor rdx, rax
    jrcxz .compared
    jmp .memory
.compared:
    test rdx, rdx
    jz .end
    mov rsi, r8
    jmp put_name
.end:
    ret

put_name:                       ; the five characters at RSI and the value in RDX
    mov ecx, 5
.character:
    lodsb
    call put
    loop .character
    mov rax, rdx
    jmp put_hex

rcx_text:    db " rcx="
rdx_text:    db " rdx="
cr2_text:    db " cr2="
tables_text: db " tab="
memory_text: db " mem="

; ---- controls ------------------------------------------------------------------------------------------

controls:
    mov ebx, FREE
.field:
    dec ebx
    call random
    test al, 1                  ; half of the fields stay as they are
    jz .next
    shr rax, 8
    and eax, [free + rbx * 8 + 4]
    mov r8d, eax
    call random
    test al, 3
    jz .many
    call sparse
    and r8d, eax
.many:
    mov eax, [free + rbx * 8]
    call row_of
    mov rdx, [VALUES + rcx * 8]
    xor rdx, r8
    call contained
    mov [VALUES + rcx * 8], rdx
    mov cl, '='
    call put_field
.next:
    test ebx, ebx
    jnz .field
    ret

contained:                      ; without I/O bitmaps all ports cause VM exits
    cmp eax, 4002h
    jne .end
    bt edx, 25
    jc .end
    bts edx, 24
.end:
    ret

; Bitmaps whose contents stay the same: of ports where nothing is, and of MSRs.
bitmaps:
    push qword [STATE]
    mov al, 0FFh
    mov rdi, PORTS
    mov ecx, 2000h
    rep stosb
    mov rdi, PORTS + 500h / 8
    mov ecx, 100h / 64
    mov qword [STATE], 1234567h
.port:
    call random
    stosq
    loop .port
    mov rdi, MSRS
    mov ecx, 1000h / 8
.msr:
    call random
    stosq
    loop .msr
    pop qword [STATE]
    ret

    align 4
free:                           ; what is random of fields
    dd 4000h, 9
    dd 4002h, 73999E88h
    dd 401Eh, 117C4Ch
    dd 4004h, 0FFFFFFFFh
    dd 4006h, 1Fh
    dd 4008h, 1Fh
    dd 400Ah, 3
    dd 6000h, 8005003Fh
    dd 6004h, 8005003Fh
    dd 6002h, 3727FFh
    dd 6006h, 3727FFh
    dd 6008h, 0FFFh
    dd 6820h, 57FD5h
    dd 6800h, 5000Eh
    dd 6804h, 3507DFh
    dd 681Ah, 23FFh
    dd 4824h, 3
FREE          equ ($ - free) / 8

; ---- registers and the instruction ---------------------------------------------------------------------

registers:
    xor ebx, ebx
.register:
    mov ecx, 20
    call below
    cmp eax, USUAL
    jae .random
    mov rdx, [usual + rax * 8]
    jmp .store
.random:
    call random
    mov rdx, rax
    cmp ebx, 1                  ; RCX counts: few bits
    jne .store
    and edx, 0Fh
.store:
    mov [REGISTERS + rbx * 8], rdx
    inc ebx
    cmp ebx, 16
    jb .register
    ret

; A template or random bytes, with prefixes at random, goes to the guest's code, and VMCALL behind it.
instruction:
    mov al, ' '
    call put
    mov al, 'i'
    call put
    mov al, '='
    call put
    mov rdi, ORIGINAL + GUEST_CODE - GUEST_PML4
    mov rax, 0F0F0F0F0F0F0F0Fh  ; what a longer one has left
    mov [rdi], rax
    mov [rdi + 8], rax
    mov [rdi + 10h], rax
    call random
    test al, 7
    jz .bytes
    mov ebp, eax
    shr ebp, 16
    mov ecx, PREFIXES           ; half of them begin with a prefix
    call below
    mov al, [prefixes + rax]
    test ebp, 1
    jz .no_prefix
    stosb
.no_prefix:
    mov ecx, TEMPLATES
    call below
    lea rsi, [templates + rax * 8]
    movzx r8d, byte [rsi + 5]   ; /r, /0 to /7, nothing
    movzx r9d, byte [rsi + 6]   ; bytes of an immediate
    movzx ecx, byte [rsi]
    inc rsi
    rep movsb
    cmp r8d, NOTHING
    je .immediate
    call random
    mov ecx, eax
    shr ecx, 16
    cmp r8d, R
    je .reg
    and al, 0C7h
    mov edx, r8d
    shl edx, 3
    or al, dl
.reg:
    test ecx, 3
    jnz .mod
    or al, 0C0h
.mod:
    stosb
    cmp al, 0C0h
    jae .immediate
    and al, 7
    cmp al, 4                   ; a SIB byte, in some modes
    jne .displacement
    call random
    stosb
.displacement:
    mov eax, GUEST_DATA + 100h
    stosd
.immediate:
    test r9d, r9d
    jz .end
    call random
    stosb
    dec r9d
    jmp .immediate
.bytes:
    call random
    mov [rdi], rax
    call random
    mov [rdi + 7], rax
    add rdi, CODE_BYTES
.end:
    mov dword [rdi], 0F0C1010Fh ; VMCALL
    mov dword [rdi + 3], 0F0C1010Fh
    mov rsi, ORIGINAL + GUEST_CODE - GUEST_PML4
    mov ecx, CODE_BYTES
.byte:
    lodsb
    push rax
    shr al, 4
    call put_digit
    pop rax
    call put_digit
    cmp rsi, rdi
    jae .told
    loop .byte
.told:
    mov rsi, rcx_text
    mov rdx, [REGISTERS + 8]
    call put_name
    mov rsi, rdx_text
    mov rdx, [REGISTERS + 10h]
    jmp put_name

put_digit:
    and eax, 15
    mov al, [digits + rax]
    jmp put

R             equ 8
NOTHING       equ 9

    align 8
templates:                      ; bytes of an opcode, opcode, what follows it, bytes of an immediate
    db 2, 0Fh, 20h, 0, 0, R, 0, 0
    db 2, 0Fh, 22h, 0, 0, R, 0, 0
    db 2, 0Fh, 22h, 0, 0, R, 0, 0
    db 2, 0Fh, 21h, 0, 0, R, 0, 0
    db 2, 0Fh, 23h, 0, 0, R, 0, 0
    db 2, 0Fh, 6h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 1h, 0, 0, R, 0, 0
    db 2, 0Fh, 1h, 0, 0, 6, 0, 0
    db 2, 0Fh, 1h, 0, 0, 4, 0, 0
    db 2, 0Fh, 1h, 0, 0, 7, 0, 0
    db 2, 0Fh, 1h, 0, 0, 2, 0, 0
    db 2, 0Fh, 1h, 0, 0, 3, 0, 0
    db 2, 0Fh, 1h, 0, 0, 0, 0, 0
    db 2, 0Fh, 1h, 0, 0, 1, 0, 0
    db 2, 0Fh, 0h, 0, 0, R, 0, 0
    db 2, 0Fh, 0h, 0, 0, 2, 0, 0
    db 2, 0Fh, 0h, 0, 0, 3, 0, 0
    db 2, 0Fh, 0A2h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 37h, 0, 0, NOTHING, 0, 0
    db 1, 0F4h, 0, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 8h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 9h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 32h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 30h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 31h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 33h, 0, 0, NOTHING, 0, 0
    db 3, 0Fh, 1h, 0F9h, 0, NOTHING, 0, 0
    db 3, 0Fh, 1h, 0D1h, 0, NOTHING, 0, 0
    db 3, 0Fh, 1h, 0D0h, 0, NOTHING, 0, 0
    db 3, 0Fh, 1h, 0C8h, 0, NOTHING, 0, 0
    db 3, 0Fh, 1h, 0C9h, 0, NOTHING, 0, 0
    db 2, 0F3h, 90h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 0C7h, 0, 0, R, 0, 0
    db 2, 0Fh, 0C7h, 0, 0, 6, 0, 0
    db 2, 0Fh, 0C7h, 0, 0, 7, 0, 0
    db 3, 66h, 0Fh, 0C7h, 0, 6, 0, 0
    db 3, 0F3h, 0Fh, 0C7h, 0, 6, 0, 0
    db 2, 0Fh, 78h, 0, 0, R, 0, 0
    db 2, 0Fh, 79h, 0, 0, R, 0, 0
    db 3, 0Fh, 1h, 0C1h, 0, NOTHING, 0, 0
    db 3, 0Fh, 1h, 0C2h, 0, NOTHING, 0, 0
    db 3, 0Fh, 1h, 0C3h, 0, NOTHING, 0, 0
    db 3, 0Fh, 1h, 0C4h, 0, NOTHING, 0, 0
    db 3, 0Fh, 1h, 0D4h, 0, NOTHING, 0, 0
    db 4, 66h, 0Fh, 38h, 80h, R, 0, 0
    db 4, 66h, 0Fh, 38h, 81h, R, 0, 0
    db 4, 66h, 0Fh, 38h, 82h, R, 0, 0
    db 1, 0E4h, 0, 0, 0, NOTHING, 1, 0
    db 1, 0E5h, 0, 0, 0, NOTHING, 1, 0
    db 1, 0E6h, 0, 0, 0, NOTHING, 1, 0
    db 1, 0E7h, 0, 0, 0, NOTHING, 1, 0
    db 1, 0ECh, 0, 0, 0, NOTHING, 0, 0
    db 1, 0EDh, 0, 0, 0, NOTHING, 0, 0
    db 1, 0EEh, 0, 0, 0, NOTHING, 0, 0
    db 1, 0EFh, 0, 0, 0, NOTHING, 0, 0
    db 1, 6Ch, 0, 0, 0, NOTHING, 0, 0
    db 1, 6Dh, 0, 0, 0, NOTHING, 0, 0
    db 1, 6Eh, 0, 0, 0, NOTHING, 0, 0
    db 1, 6Fh, 0, 0, 0, NOTHING, 0, 0
    db 2, 0F3h, 6Dh, 0, 0, NOTHING, 0, 0
    db 2, 0F3h, 6Eh, 0, 0, NOTHING, 0, 0
    db 1, 0CCh, 0, 0, 0, NOTHING, 0, 0
    db 1, 0CDh, 0, 0, 0, NOTHING, 1, 0
    db 1, 0CEh, 0, 0, 0, NOTHING, 0, 0
    db 1, 0F1h, 0, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 0Bh, 0, 0, NOTHING, 0, 0
    db 1, 62h, 0, 0, 0, R, 0, 0
    db 1, 0CFh, 0, 0, 0, NOTHING, 0, 0
    db 1, 0CBh, 0, 0, 0, NOTHING, 0, 0
    db 1, 0CAh, 0, 0, 0, NOTHING, 2, 0
    db 1, 0FFh, 0, 0, 0, 3, 0, 0
    db 1, 0FFh, 0, 0, 0, 5, 0, 0
    db 1, 0FFh, 0, 0, 0, R, 0, 0
    db 1, 0EAh, 0, 0, 0, NOTHING, 6, 0
    db 1, 9Ah, 0, 0, 0, NOTHING, 6, 0
    db 2, 0Fh, 34h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 35h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 5h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 7h, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 0AAh, 0, 0, NOTHING, 0, 0
    db 1, 0FBh, 0, 0, 0, NOTHING, 0, 0
    db 1, 0FAh, 0, 0, 0, NOTHING, 0, 0
    db 1, 9Ch, 0, 0, 0, NOTHING, 0, 0
    db 1, 9Dh, 0, 0, 0, NOTHING, 0, 0
    db 1, 8Eh, 0, 0, 0, 2, 0, 0
    db 1, 17h, 0, 0, 0, NOTHING, 0, 0
    db 1, 8Eh, 0, 0, 0, R, 0, 0
    db 1, 50h, 0, 0, 0, NOTHING, 0, 0
    db 1, 68h, 0, 0, 0, NOTHING, 4, 0
    db 1, 0F7h, 0, 0, 0, 6, 0, 0
    db 1, 0F7h, 0, 0, 0, R, 0, 0
    db 1, 0D4h, 0, 0, 0, NOTHING, 1, 0
    db 1, 1h, 0, 0, 0, R, 0, 0
    db 1, 8Bh, 0, 0, 0, R, 0, 0
    db 1, 88h, 0, 0, 0, R, 0, 0
    db 1, 87h, 0, 0, 0, R, 0, 0
    db 1, 0A4h, 0, 0, 0, NOTHING, 0, 0
    db 1, 0A5h, 0, 0, 0, NOTHING, 0, 0
    db 1, 0AAh, 0, 0, 0, NOTHING, 0, 0
    db 1, 0ACh, 0, 0, 0, NOTHING, 0, 0
    db 1, 0A6h, 0, 0, 0, NOTHING, 0, 0
    db 2, 0F3h, 0A4h, 0, 0, NOTHING, 0, 0
    db 2, 0F3h, 0ABh, 0, 0, NOTHING, 0, 0
    db 1, 0C8h, 0, 0, 0, NOTHING, 3, 0
    db 1, 0C9h, 0, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 0C7h, 0, 0, 5, 0, 0
    db 2, 0Fh, 0C7h, 0, 0, 3, 0, 0
    db 2, 0Fh, 0AEh, 0, 0, 4, 0, 0
    db 2, 0Fh, 0AEh, 0, 0, R, 0, 0
    db 2, 0Fh, 3h, 0, 0, R, 0, 0
    db 2, 0Fh, 2h, 0, 0, R, 0, 0
    db 3, 0Fh, 1h, 0F8h, 0, NOTHING, 0, 0
    db 3, 0F3h, 0Fh, 0AEh, 0, 0, 0, 0
    db 3, 0F3h, 0Fh, 0AEh, 0, 2, 0, 0
    db 1, 0EBh, 0, 0, 0, NOTHING, 1, 0
    db 3, 0F3h, 0Fh, 0C7h, 0, 7, 0, 0
    db 2, 0Fh, 0B2h, 0, 0, R, 0, 0
    db 1, 0C4h, 0, 0, 0, R, 0, 0
    db 2, 0Fh, 0C7h, 0, 0, 1, 0, 0
    db 1, 0E2h, 0, 0, 0, NOTHING, 1, 0
    db 1, 9Dh, 0, 0, 0, NOTHING, 0, 0
    db 2, 0Fh, 18h, 0, 0, R, 0, 0
    db 2, 0Fh, 0FFh, 0, 0, R, 0, 0
TEMPLATES     equ ($ - templates) / 8

prefixes: db 66h, 67h, 0F2h, 0F3h, 0F0h, 2Eh, 36h, 3Eh, 64h, 65h, 48h, 41h, 4Fh
PREFIXES      equ $ - prefixes

    align 8
usual:
    dq 0, 1, 0FFFFFFFFh, -1, GUEST_DATA + 80h, GUEST_DATA + 800h, READ_ONLY, 60000h, 800000000000h
    dq 174h, 0C0000080h, 0C0000102h, 523h
USUAL         equ ($ - usual) / 8
