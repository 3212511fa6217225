; Virtual-8086 mode with and without CR4.VME, and CR4.PVI. SDM Vol. 3B "Virtual-8086 Mode".

IVT         equ 0               ; of the 8086 program
MAP         equ TSS + 68h       ; of software interrupts

    jmp next_case
enter:                          ; goes to the label in EBX with the flags in EDX
    push dword 0
    push dword 0
    push dword 900h             ; DS
    push dword 900h             ; ES
    push dword 900h             ; SS
    push dword 100h
    push edx
    push dword 0F000h
    sub ebx, 0F0000h
    push ebx
    iretd
vme:
    mov eax, 1
    mov cr4, eax
    mov dword [IVT + 40h * 4], (real_handler - 0F0000h) + 0F0000000h
    ret
pvi:
    mov eax, 2
    mov cr4, eax
    ret

showing:                        ; INT 31H shows EAX, EBX, ECX, EDX and the frame
    mov eax, shown
    mov [IDT + 31h * 8], ax
    mov byte [MAP + 6], 3       ; INT 30H and INT 31H go through the IDT
    ret
shown:
    push eax
    mov eax, DATA
    mov ds, eax
    pop eax
    call show
    mov eax, ebx
    call show
    mov eax, ecx
    call show
    mov eax, edx
    call show
    mov eax, [esp]              ; EIP, CS, EFLAGS, ESP
    call show
    mov eax, [esp + 4]
    call show
    mov eax, [esp + 8]
    call show
    mov eax, [esp + 12]
    call show
    jmp next_case

    bits 16
real_handler:                   ; the frame that it got goes to registers, which INT 31H shows
    pop ax
    pop bx
    pop cx
    pushfd
    pop edx
    int 31h
    bits 32

case CLI with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    cli
    int3
    bits 32
case STI with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    sti
    int3
    bits 32
case PUSHF with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    pushf
    int3
    bits 32
case PUSHFD with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    pushfd
    int3
    bits 32
case POPF with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    push word 0
    popf
    int3
    bits 32
case POPFD with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    push dword 0
    popfd
    int3
    bits 32
case IRET with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    iret
    int3
    bits 32
case IRETD with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    iretd
    int3
    bits 32
case INT n with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    int 40h
    int3
    bits 32
case INT3 with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    int3
    int3
    bits 32
case HLT with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    hlt
    int3
    bits 32
case IN with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    in al, 80h
    int3
    bits 32
case CLTS with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    clts
    int3
    bits 32
case LGDT with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    lgdt [0]
    int3
    bits 32
case SLDT with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    sldt ax
    int3
    bits 32
case ARPL with IOPL 0
    mov ebx, .code
    mov edx, 20002h
    jmp enter
    bits 16
.code:
    arpl ax, bx
    int3
    bits 32
case CLI with IOPL 3
    mov ebx, .code
    mov edx, 23202h
    jmp enter
    bits 16
.code:
    cli
    int3
    bits 32
case STI with IOPL 3
    mov ebx, .code
    mov edx, 23202h
    jmp enter
    bits 16
.code:
    sti
    int3
    bits 32
case PUSHF with IOPL 3
    mov ebx, .code
    mov edx, 23202h
    jmp enter
    bits 16
.code:
    pushf
    pop ax
    int3
    bits 32
case PUSHFD with IOPL 3
    mov ebx, .code
    mov edx, 23202h
    jmp enter
    bits 16
.code:
    pushfd
    pop eax
    int3
    bits 32
case POPF with IOPL 3
    mov ebx, .code
    mov edx, 23202h
    jmp enter
    bits 16
.code:
    push word 0
    popf
    int3
    bits 32
case POPFD with IOPL 3
    mov ebx, .code
    mov edx, 23202h
    jmp enter
    bits 16
.code:
    push dword 0FFFFFFFFh - 100h
    popfd
    int3
    bits 32
case INT n with IOPL 3
    mov ebx, .code
    mov edx, 23202h
    jmp enter
    bits 16
.code:
    int 40h
    int3
    bits 32

; What registers hold is shown by the handler of INT 31H, for which an image of EFLAGS is made.
case VME redirected INT n with IOPL 3
    call vme
    call showing
    mov ebx, .code
    mov edx, 23202h
    jmp enter
    bits 16
.code:
    int 40h
    bits 32
case VME redirected INT n with IOPL 3 and VIF
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A7202h
    jmp enter
    bits 16
.code:
    int 40h
    bits 32
case VME INT n through the IDT with IOPL 3
    call vme
    call showing
    mov ebx, .code
    mov edx, 23202h
    jmp enter
    bits 16
.code:
    int 31h
    bits 32
case VME redirected INT n with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 20202h
    jmp enter
    bits 16
.code:
    int 40h
    bits 32
case VME redirected INT n with IOPL 0 and VIF
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A4202h
    jmp enter
    bits 16
.code:
    int 40h
    bits 32
case VME INT n through the IDT with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 20202h
    jmp enter
    bits 16
.code:
    int 31h
    bits 32
case VME CLI with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 020202h
    jmp enter
    bits 16
.code:
    cli
    mov bx, ax
    int3
    bits 32
case VME CLI while VIF is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A0202h
    jmp enter
    bits 16
.code:
    cli
    mov bx, ax
    int3
    bits 32
case VME CLI while VIP is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0120202h
    jmp enter
    bits 16
.code:
    cli
    mov bx, ax
    int3
    bits 32
case VME STI with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 020202h
    jmp enter
    bits 16
.code:
    sti
    mov bx, ax
    int3
    bits 32
case VME STI while VIF is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A0202h
    jmp enter
    bits 16
.code:
    sti
    mov bx, ax
    int3
    bits 32
case VME STI while VIP is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0120202h
    jmp enter
    bits 16
.code:
    sti
    mov bx, ax
    int3
    bits 32
case VME PUSHF with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 020202h
    jmp enter
    bits 16
.code:
    pushf
    pop ax
    mov bx, ax
    int3
    bits 32
case VME PUSHF while VIF is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A0202h
    jmp enter
    bits 16
.code:
    pushf
    pop ax
    mov bx, ax
    int3
    bits 32
case VME PUSHF while VIP is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0120202h
    jmp enter
    bits 16
.code:
    pushf
    pop ax
    mov bx, ax
    int3
    bits 32
case VME PUSHFD with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 020202h
    jmp enter
    bits 16
.code:
    pushfd
    mov bx, ax
    int3
    bits 32
case VME PUSHFD while VIF is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A0202h
    jmp enter
    bits 16
.code:
    pushfd
    mov bx, ax
    int3
    bits 32
case VME PUSHFD while VIP is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0120202h
    jmp enter
    bits 16
.code:
    pushfd
    mov bx, ax
    int3
    bits 32
case VME POPF that opens with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 020202h
    jmp enter
    bits 16
.code:
    push word 0FED7h
    popf
    mov bx, ax
    int3
    bits 32
case VME POPF that opens while VIF is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A0202h
    jmp enter
    bits 16
.code:
    push word 0FED7h
    popf
    mov bx, ax
    int3
    bits 32
case VME POPF that opens while VIP is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0120202h
    jmp enter
    bits 16
.code:
    push word 0FED7h
    popf
    mov bx, ax
    int3
    bits 32
case VME POPF that closes with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 020202h
    jmp enter
    bits 16
.code:
    push word 2
    popf
    mov bx, ax
    int3
    bits 32
case VME POPF that closes while VIF is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A0202h
    jmp enter
    bits 16
.code:
    push word 2
    popf
    mov bx, ax
    int3
    bits 32
case VME POPF that closes while VIP is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0120202h
    jmp enter
    bits 16
.code:
    push word 2
    popf
    mov bx, ax
    int3
    bits 32
case VME POPF with TF with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 020202h
    jmp enter
    bits 16
.code:
    push word 102h
    popf
    mov bx, ax
    int3
    bits 32
case VME POPF with TF while VIF is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A0202h
    jmp enter
    bits 16
.code:
    push word 102h
    popf
    mov bx, ax
    int3
    bits 32
case VME POPF with TF while VIP is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0120202h
    jmp enter
    bits 16
.code:
    push word 102h
    popf
    mov bx, ax
    int3
    bits 32
case VME POPFD with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 020202h
    jmp enter
    bits 16
.code:
    push dword 2
    popfd
    mov bx, ax
    int3
    bits 32
case VME POPFD while VIF is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A0202h
    jmp enter
    bits 16
.code:
    push dword 2
    popfd
    mov bx, ax
    int3
    bits 32
case VME POPFD while VIP is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0120202h
    jmp enter
    bits 16
.code:
    push dword 2
    popfd
    mov bx, ax
    int3
    bits 32
case VME IRET that opens with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 020202h
    jmp enter
    bits 16
.code:
    push word 202h
    push cs
    push word .on - 0F0000h
    iret
.on:
    mov bx, ax
    int3
    bits 32
case VME IRET that opens while VIF is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A0202h
    jmp enter
    bits 16
.code:
    push word 202h
    push cs
    push word .on - 0F0000h
    iret
.on:
    mov bx, ax
    int3
    bits 32
case VME IRET that opens while VIP is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0120202h
    jmp enter
    bits 16
.code:
    push word 202h
    push cs
    push word .on - 0F0000h
    iret
.on:
    mov bx, ax
    int3
    bits 32
case VME IRET with TF with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 020202h
    jmp enter
    bits 16
.code:
    push word 102h
    push cs
    push word .on - 0F0000h
    iret
.on:
    mov bx, ax
    int3
    bits 32
case VME IRET with TF while VIF is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A0202h
    jmp enter
    bits 16
.code:
    push word 102h
    push cs
    push word .on - 0F0000h
    iret
.on:
    mov bx, ax
    int3
    bits 32
case VME IRET with TF while VIP is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0120202h
    jmp enter
    bits 16
.code:
    push word 102h
    push cs
    push word .on - 0F0000h
    iret
.on:
    mov bx, ax
    int3
    bits 32
case VME IRETD with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 020202h
    jmp enter
    bits 16
.code:
    push dword 2
    push dword 0F000h
    push dword .on - 0F0000h
    iretd
.on:
    mov bx, ax
    int3
    bits 32
case VME IRETD while VIF is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0A0202h
    jmp enter
    bits 16
.code:
    push dword 2
    push dword 0F000h
    push dword .on - 0F0000h
    iretd
.on:
    mov bx, ax
    int3
    bits 32
case VME IRETD while VIP is 1 with IOPL 0
    call vme
    call showing
    mov ebx, .code
    mov edx, 0120202h
    jmp enter
    bits 16
.code:
    push dword 2
    push dword 0F000h
    push dword .on - 0F0000h
    iretd
.on:
    mov bx, ax
    int3
    bits 32
case VME the map of software interrupts beyond the TSS
    call vme
    mov word [TSS + 66h], 300h
    mov ebx, .code
    mov edx, 23002h
    jmp enter
    bits 16
.code:
    int 40h
    bits 32
case PVI CLI at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 0202h
    push dword UCODE
    push dword .user
    iretd
.user:
    cli
    int3
case no PVI CLI at CPL 3
    push dword UDATA
    push dword USERSTACK
    push dword 0202h
    push dword UCODE
    push dword .user
    iretd
.user:
    cli
    int3
case PVI CLI while VIF is 1 at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 080202h
    push dword UCODE
    push dword .user
    iretd
.user:
    cli
    int3
case PVI CLI while VIP is 1 at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 0100202h
    push dword UCODE
    push dword .user
    iretd
.user:
    cli
    int3
case PVI STI at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 0202h
    push dword UCODE
    push dword .user
    iretd
.user:
    sti
    int3
case no PVI STI at CPL 3
    push dword UDATA
    push dword USERSTACK
    push dword 0202h
    push dword UCODE
    push dword .user
    iretd
.user:
    sti
    int3
case PVI STI while VIF is 1 at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 080202h
    push dword UCODE
    push dword .user
    iretd
.user:
    sti
    int3
case PVI STI while VIP is 1 at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 0100202h
    push dword UCODE
    push dword .user
    iretd
.user:
    sti
    int3
case PVI POPF at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 0202h
    push dword UCODE
    push dword .user
    iretd
.user:
    push dword 202h
    popfd
    int3
case no PVI POPF at CPL 3
    push dword UDATA
    push dword USERSTACK
    push dword 0202h
    push dword UCODE
    push dword .user
    iretd
.user:
    push dword 202h
    popfd
    int3
case PVI POPF while VIF is 1 at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 080202h
    push dword UCODE
    push dword .user
    iretd
.user:
    push dword 202h
    popfd
    int3
case PVI POPF while VIP is 1 at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 0100202h
    push dword UCODE
    push dword .user
    iretd
.user:
    push dword 202h
    popfd
    int3
case PVI PUSHF at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 0202h
    push dword UCODE
    push dword .user
    iretd
.user:
    pushfd
    int3
case no PVI PUSHF at CPL 3
    push dword UDATA
    push dword USERSTACK
    push dword 0202h
    push dword UCODE
    push dword .user
    iretd
.user:
    pushfd
    int3
case PVI PUSHF while VIF is 1 at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 080202h
    push dword UCODE
    push dword .user
    iretd
.user:
    pushfd
    int3
case PVI PUSHF while VIP is 1 at CPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 0100202h
    push dword UCODE
    push dword .user
    iretd
.user:
    pushfd
    int3
case PVI CLI at CPL 3 with IOPL 3
    call pvi
    push dword UDATA
    push dword USERSTACK
    push dword 83202h
    push dword UCODE
    push dword .user
    iretd
.user:
    cli
    int3
case PVI CLI at CPL 1
    call pvi
    push dword DATA1
    push dword USERSTACK
    push dword 202h
    push dword CODE1
    push dword .one
    iretd
.one:
    cli
    int3
