; Every exception in every mode. What stands before "in the mode" is executed in flat protected mode, what
; follows in real-address mode, protected mode with 16-bit code, with 32-bit code at CPL 0 and 3, in
; virtual-8086 mode, in compatibility mode with 16-bit code and with 32-bit code at CPL 3, and in 64-bit
; mode at CPL 0 and 3. Whatever raises no exception ends with INT 30H. SDM Vol. 3A "Interrupt and
; Exception Handling".

every case division by 0
in the mode
    mov dx, 0
    mov cx, 0
    div cx
every case a quotient that is too large
in the mode
    mov ax, 0FFFFh
    mov cl, 1
    idiv cl
every case a single step
    or dword [FLAGS], 100h
in the mode
    nop
    nop
every case a single step over a repeated instruction
    or dword [FLAGS], 100h
in the mode
    rep lodsb
    nop
every case an instruction breakpoint
    mov eax, .here
    mov dr0, eax
    mov eax, 2
    mov dr7, eax
in the mode
    nop
.here:
    nop
every case a data breakpoint
    mov eax, SCRATCH
    mov dr1, eax
    mov eax, 0F00008h
    mov dr7, eax
in the mode
    mov al, [SCRATCH + 3]
    nop
every case general detection
    mov eax, 2000h
    mov dr7, eax
in the mode
    mov eax, 1
    db 0Fh, 23h, 0C0h           ; MOV DR0
every case INT1
in the mode
    db 0F1h
every case INT3
in the mode
    int3
every case INT 3
in the mode
    db 0CDh, 3
every case INTO
in the mode
    mov al, 7Fh
    add al, 1
    db 0CEh
every case INTO without overflow
in the mode
    xor ax, ax
    db 0CEh
every case BOUND
    mov dword [SCRATCH], 10001h
    mov dword [SCRATCH + 4], 2
in the mode
    mov bx, SCRATCH
    mov ax, 0
    mov cx, 0
    db 62h, 07h                 ; BOUND AX or EAX, [BX] or [EDI]; EVEX in 64-bit mode
    nop
    nop
    nop
    nop
every case UD2
in the mode
    ud2
every case UD0
in the mode
    db 0Fh, 0FFh, 0C0h
every case LOCK without a destination in memory
in the mode
    db 0F0h, 0, 0C0h
every case MOV to CS
in the mode
    mov ax, 8
    db 8Eh, 0C8h
every case MOV to CR1
in the mode
    db 0Fh, 22h, 0C8h
every case SGDT with a register
in the mode
    db 0Fh, 1, 0C0h
every case ARPL
in the mode
    mov ax, 0
    mov cx, 3
    db 63h, 0C8h
every case AAM by 0
in the mode
    db 0D4h, 0
every case device not available by EM
    mov eax, cr0
    or al, 4
    mov cr0, eax
in the mode
    fninit
every case device not available by TS
    mov eax, cr0
    or al, 8
    mov cr0, eax
in the mode
    fninit
every case device not available by TS and MP
    mov eax, cr0
    or al, 0Ah
    mov cr0, eax
in the mode
    fwait
every case SSE with EM
    mov eax, cr4
    or eax, 600h
    mov cr4, eax
    mov eax, cr0
    or al, 4
    mov cr0, eax
in the mode
    xorps xmm0, xmm0
every case SSE with TS
    mov eax, cr4
    or eax, 600h
    mov cr4, eax
    mov eax, cr0
    or al, 8
    mov cr0, eax
in the mode
    xorps xmm0, xmm0
every case SSE without OSFXSR
in the mode
    xorps xmm0, xmm0
every case a SIMD exception without OSXMMEXCPT
    mov eax, cr4
    or eax, 200h
    mov cr4, eax
    mov dword [SCRATCH], 1D80h
    ldmxcsr [SCRATCH]
in the mode
    xorps xmm0, xmm0
    db 0Fh, 5Eh, 0C0h           ; DIVPS XMM0, XMM0: invalid
    db 0F3h, 0Fh, 52h, 0C0h
every case a SIMD exception
    mov eax, cr4
    or eax, 600h
    mov cr4, eax
    mov dword [SCRATCH], 1F00h
    ldmxcsr [SCRATCH]
in the mode
    xorps xmm0, xmm0
    divps xmm0, xmm0
every case an x87 exception
    mov eax, cr0
    or al, 20h
    mov cr0, eax
    fninit
    mov word [SCRATCH], 337h ^ 4h
    fldcw [SCRATCH]
in the mode
    fldz
    fld1
    fdiv st0, st1
    fwait
every case an x87 exception met by the next instruction
    mov eax, cr0
    or al, 20h
    mov cr0, eax
    fninit
    mov word [SCRATCH], 337h ^ 4h
    fldcw [SCRATCH]
in the mode
    fldz
    fld1
    fdiv st0, st1
    fnop
    fld1
every case an instruction that is too long
in the mode
    times 15 db 2Eh
    nop
every case an unknown MSR
in the mode
    mov ecx, 12345h
    rdmsr
every case LGDT
    mov word [SCRATCH], GDTEND - 1
    mov dword [SCRATCH + 2], GDT
    mov dword [SCRATCH + 6], 0
in the mode
    lgdt [SCRATCH]
every case CLI and STI
in the mode
    cli
    sti
    nop
every case IN from a port
in the mode
    in al, 71h
every case INVLPG
in the mode
    invlpg [SCRATCH]
every case a null selector in SS
in the mode
    mov ax, 0
    mov ss, ax
    nop
every case a read-only SS
in the mode
    mov ax, READONLY
    mov ss, ax
    nop
every case an absent data segment
in the mode
    mov ax, ABSENT
    mov es, ax
every case an absent stack segment
in the mode
    mov ax, ABSENT
    mov ss, ax
    nop
every case an absent LDT
    and byte [GDT + LOCAL + 5], 7Fh
    mov dword [GDT + LOCAL + 8], 0      ; in IA-32e mode the descriptor has 16 bytes
    mov dword [GDT + LOCAL + 12], 0
in the mode
    mov ax, LOCAL
    lldt ax
every case an execute-only data segment
in the mode
    mov ax, EXECONLY
    mov fs, ax
every case a selector beyond the GDT
in the mode
    mov ax, 300h
    mov gs, ax
every case a selector in the LDT, of which there is none
in the mode
    mov ax, 0Ch
    mov es, ax
every case a data segment above CPL
in the mode
    mov ax, DATA
    mov es, ax
every case a page that is not present
    mov dword [WITHPAGES], 1
in the mode
    mov al, [HOLE + 10h]
every case a write to a page that is not present
    mov dword [WITHPAGES], 1
in the mode
    mov [HOLE + 0FF0h], al
every case a write to a read-only page
    mov dword [WITHPAGES], 1
in the mode
    mov [READ], ax
every case a write that crosses into a page that is not present
    mov dword [WITHPAGES], 1
in the mode
    mov [HOLE - 1], ax
every case a misaligned word
    mov eax, cr0
    or eax, 40000h
    mov cr0, eax
    or dword [FLAGS], 40000h
in the mode
    mov ax, [SCRATCH + 1]
every case a misaligned word without AC
    mov eax, cr0
    or eax, 40000h
    mov cr0, eax
in the mode
    mov ax, [SCRATCH + 1]
every case INT through a gate with DPL 0
    mov byte [IDT + 31h * 8 + 5], 8Eh
in the mode
    int 31h
every case INT through an absent gate
    mov byte [IDT + 31h * 8 + 5], 6Eh
in the mode
    int 31h
every case an exception through an absent gate
    mov byte [IDT + 6 * 8 + 5], 6Eh
in the mode
    ud2
every case a double fault
    mov byte [IDT + 5], 6Eh
in the mode
    mov cl, 0
    div cl
every case a page fault during a general protection exception
    mov dword [WITHPAGES], 1
    mov byte [IDT + 13 * 8 + 5], 6Eh
in the mode
    mov ecx, 12345h
    rdmsr
