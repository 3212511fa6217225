; What images share that compare VMX: from RESET to 64-bit mode and VMX root operation, a seeded generator,
; lines of text, the fields of a VMCS with values that suit several kinds of guests, and the memory of those
; guests. Trial after trial goes from [NUMBER] to [LAST]: each begins with the state of the generator that
; follows from seed and number, so that one can be repeated alone. Lines go to port E9H.

    org 0F0000h

VMXON_REGION  equ 1000h
VMCS          equ 2000h
LINKED        equ 3000h         ; another VMCS
HOST_TABLES   equ 4000h         ; three pages: 1 GByte, identical
HOST_STACK    equ 9000h
EPT_TABLES    equ 10000h        ; four pages: the guest's memory, identical
AREA          equ 14000h        ; of two MSRs that can be loaded and stored
BAD_AREA      equ 14100h        ; of one that cannot
EVERYTHING    equ 14200h        ; what INVEPT and INVVPID are told: nothing in particular
X87_STATE     equ 14400h        ; for FXRSTOR, as after RESET
PORTS         equ 40000h        ; from here to 4FFFFH pages that fields may point to
PORTS_B       equ 41000h
MSRS          equ 42000h
VIRTUAL_APIC  equ 43000h
APIC_PAGE     equ 44000h
READ_BITMAP   equ 45000h
WRITE_BITMAP  equ 46000h
VE_AREA       equ 47000h
PML_PAGE      equ 48000h
EPTP_LIST     equ 49000h

GUEST_PML4    equ 20000h        ; four pages
GUEST_PDPT    equ 24000h        ; of PAE paging
GUEST_PD      equ 25000h        ; two pages of 32-bit paging
GUEST_GDT     equ 28000h        ; the guest's memory: tables, stack, data, code
GUEST_TSS     equ 28100h
GUEST_TSS64   equ 28180h
GUEST_IDT64   equ 28200h
GUEST_IDT32   equ 28400h
GUEST_IVT     equ 28600h
GUEST_STACK   equ 29000h
GUEST_DATA    equ 2A000h
GUEST_CODE    equ 2B000h
HANDLER       equ 800h          ; in the page of code
READ_ONLY     equ 2C000h
GUEST_END     equ 30000h
ORIGINAL      equ 30000h        ; what the guest's pages hold when a trial begins

STATE         equ 500h          ; of the generator
NUMBER        equ 508h          ; of the trial
PROFILE       equ 510h
LINE_END      equ 518h
POINTER       equ 520h
LINE          equ 60000h
VALUES        equ 68000h        ; of the fields, in the order of rows, that the trial writes
PROFILES      equ 69000h        ; 1000H bytes each: the same before anything is changed

; ---- from RESET to VMX root operation ------------------------------------------------------------------

    bits 16
start:
    cli
    o32 lgdt [cs:gdt_pointer - 0F0000h]
    mov eax, 11h
    mov cr0, eax
    jmp dword 8:.flat
    bits 32
.flat:
    mov eax, 10h
    mov ds, eax
    mov es, eax
    mov ss, eax
    mov fs, eax
    mov gs, eax
    mov al, 0FFh                ; no interrupts
    out 21h, al
    out 0A1h, al
    cld
    xor eax, eax
    mov edi, 500h
    mov ecx, (80000h - 500h) / 4
    rep stosd
    mov dword [HOST_TABLES], HOST_TABLES + 1003h
    mov dword [HOST_TABLES + 1000h], HOST_TABLES + 2003h
    mov edi, HOST_TABLES + 2000h
    mov eax, 83h
.large_page:
    mov [edi], eax
    add edi, 8
    add eax, 200000h
    cmp eax, 40000083h
    jb .large_page
    mov ecx, 3Ah
    rdmsr
    test al, 1
    jnz .locked
    or eax, 5
    wrmsr
.locked:
    mov eax, 2020h
    mov cr4, eax
    mov eax, HOST_TABLES
    mov cr3, eax
    mov ecx, 0C0000080h
    mov eax, 100h
    xor edx, edx
    wrmsr
    mov eax, 80010031h
    mov cr0, eax
    jmp dword 18h:long_mode

    bits 64
long_mode:
    mov rsp, HOST_STACK
    mov ecx, 480h
    rdmsr
    mov [VMXON_REGION], eax
    mov [VMCS], eax
    mov [LINKED], eax
    mov qword [POINTER], VMXON_REGION
    vmxon [POINTER]
    mov qword [POINTER], VMCS
    call areas
    call guest_memory
    call profiles
    mov eax, [first]
    mov [NUMBER], rax

next_trial:
    mov rsp, HOST_STACK
    mov rax, [NUMBER]
    cmp eax, [last]
    jae finish
    inc qword [NUMBER]
    mov rcx, 9E3779B97F4A7C15h
    inc rax
    imul rax, rcx
    add rax, [seed]
    mov rdx, rax
    shr rdx, 30
    xor rax, rdx
    mov rcx, 0BF58476D1CE4E5B9h
    imul rax, rcx
    mov rdx, rax
    shr rdx, 27
    xor rax, rdx
    or rax, 1
    mov [STATE], rax
    mov qword [LINE_END], LINE
    mov rax, [NUMBER]
    dec rax
    call put_hex
    jmp trial

finish:
    mov rsi, end_text
    mov ecx, 4
    mov dx, 0E9h
    rep outsb
    mov al, 1
    out 0F4h, al                ; vmxlab ends
    mov dx, 8900h               ; and Bochs
    mov rsi, shutdown
    mov ecx, 8
    rep outsb
.hang:
    hlt
    jmp .hang

end_text: db "end", 10
shutdown: db "Shutdown"

; ---- the generator -------------------------------------------------------------------------------------

random:                         ; RAX; keeps everything else
    push rdx
    mov rax, [STATE]
    mov rdx, rax
    shl rdx, 13
    xor rax, rdx
    mov rdx, rax
    shr rdx, 7
    xor rax, rdx
    mov rdx, rax
    shl rdx, 17
    xor rax, rdx
    mov [STATE], rax
    mov rdx, 2545F4914F6CDD1Dh
    imul rax, rdx
    rol rax, 29
    pop rdx
    ret

below:                          ; RAX, a random number less than ECX
    push rdx
    call random
    xor edx, edx
    mov eax, eax
    div ecx
    mov eax, edx
    pop rdx
    ret

sparse:                         ; RAX with an eighth of the bits, at random
    push rdx
    call random
    mov rdx, rax
    call random
    and rdx, rax
    call random
    and rax, rdx
    pop rdx
    ret

; ---- lines ---------------------------------------------------------------------------------------------

put:                            ; AL
    push rdi
    mov rdi, [LINE_END]
    mov [rdi], al
    inc qword [LINE_END]
    pop rdi
    ret

put_hex:                        ; RAX; keeps everything
    push rax
    push rbx
    push rcx
    push rdi
    mov rdi, [LINE_END]
    mov rbx, rax
    mov ecx, 64
    test rbx, rbx
    jz .digit
.skip:
    rol rbx, 4
    test bl, 15
    jnz .first
    sub ecx, 4
    jmp .skip
.first:
    ror rbx, 4
.digit:
    rol rbx, 4
    mov eax, ebx
    and eax, 15
    mov al, [digits + rax]
    mov [rdi], al
    inc rdi
    sub ecx, 4
    jz .done
    test rbx, rbx
    jnz .digit
    cmp ecx, 60
    jb .digit
.done:
    mov [LINE_END], rdi
    pop rdi
    pop rcx
    pop rbx
    pop rax
    ret

put_word:                       ; " " and RAX
    push rax
    mov al, ' '
    call put
    pop rax
    jmp put_hex

put_field:                      ; " ", the encoding in EAX, CL and the value in RDX
    call put_word
    mov al, cl
    call put
    mov rax, rdx
    jmp put_hex

flush:                          ; the line goes out
    mov al, 10
    call put
    mov rsi, LINE
    mov rcx, [LINE_END]
    sub rcx, rsi
    mov dx, 0E9h
    rep outsb
    ret

digits: db "0123456789ABCDEF"

; ---- memory --------------------------------------------------------------------------------------------

areas:                          ; what fields of the VMCS point to
    mov rdi, EPT_TABLES
    mov qword [rdi], EPT_TABLES + 1007h
    mov qword [rdi + 1000h], EPT_TABLES + 2007h
    mov qword [rdi + 2000h], EPT_TABLES + 3007h
    mov eax, GUEST_PML4 | 37h
    lea rdi, [rdi + 3000h + (GUEST_PML4 >> 12) * 8]
    mov ecx, 16
.ept:
    mov [rdi], rax
    add rdi, 8
    add rax, 1000h
    loop .ept
    mov dword [AREA], 174h      ; IA32_SYSENTER_CS
    mov dword [AREA + 10h], 0C0000102h
    mov dword [BAD_AREA], 0C0000100h
    mov qword [EPTP_LIST], EPT_TABLES | 1Eh
    mov word [X87_STATE], 37Fh
    mov dword [X87_STATE + 18h], 1F80h
    ret

guest_memory:                   ; tables of all kinds of guests, and a copy of what they can change
    mov qword [GUEST_PML4], GUEST_PML4 + 1007h
    mov qword [GUEST_PML4 + 1000h], GUEST_PML4 + 2007h
    mov qword [GUEST_PML4 + 2000h], GUEST_PML4 + 3007h
    mov qword [GUEST_PDPT], GUEST_PML4 + 2001h
    mov dword [GUEST_PD], GUEST_PD + 1007h
    mov ecx, GUEST_GDT >> 12
    mov eax, GUEST_GDT | 7
.page:
    mov [GUEST_PML4 + 3000h + rcx * 8], rax
    mov [GUEST_PD + 1000h + rcx * 4], eax
    add eax, 1000h
    inc ecx
    cmp ecx, READ_ONLY >> 12
    jb .page
    mov qword [GUEST_PML4 + 3000h + (READ_ONLY >> 12) * 8], READ_ONLY | 5
    mov dword [GUEST_PD + 1000h + (READ_ONLY >> 12) * 4], READ_ONLY | 5

    mov rsi, guest_gdt
    mov rdi, GUEST_GDT
    mov ecx, GUEST_GDT_BYTES
    rep movsb
    mov dword [GUEST_TSS + 4], GUEST_STACK + 0E00h
    mov dword [GUEST_TSS + 8], 10h
    mov word [GUEST_TSS + 66h], 68h
    mov qword [GUEST_TSS64 + 4], GUEST_STACK + 0E00h
    mov word [GUEST_TSS64 + 66h], 68h
    xor ecx, ecx
.gate:
    mov edx, ecx
    shl edx, 4
    mov dword [GUEST_IDT64 + rdx], 8 << 16 | HANDLER | GUEST_CODE & 0FFFFh
    mov dword [GUEST_IDT64 + rdx + 4], GUEST_CODE & 0FFFF0000h | 8E00h
    mov dword [GUEST_IDT32 + rcx * 8], 18h << 16 | HANDLER | GUEST_CODE & 0FFFFh
    mov dword [GUEST_IDT32 + rcx * 8 + 4], GUEST_CODE & 0FFFF0000h | 8E00h
    inc ecx
    cmp ecx, 32
    jb .gate
    mov eax, GUEST_CODE >> 4 << 16 | HANDLER
    mov rdi, GUEST_IVT
    mov ecx, 256
    rep stosd
    mov al, 0Fh                 ; #UD wherever it begins
    mov rdi, GUEST_CODE
    mov ecx, 1000h
    rep stosb
    mov dword [GUEST_CODE + HANDLER], 0C1010Fh  ; VMCALL
    mov rsi, GUEST_PML4
    mov rdi, ORIGINAL
    mov ecx, (GUEST_END - GUEST_PML4) / 8
    rep movsq
    ret

restore_memory:                 ; and forgets all translations
    mov rsi, ORIGINAL
    mov rdi, GUEST_PML4
    mov ecx, (GUEST_END - GUEST_PML4) / 8
    rep movsq
    mov eax, 2
    invept rax, [EVERYTHING]
    invvpid rax, [EVERYTHING]
    ret

    align 8
guest_gdt:
    dq 0
    dq 00AF9B000000FFFFh        ; 8: 64-bit code
    dq 00CF93000000FFFFh        ; 10: data
    dq 00CF9B000000FFFFh        ; 18: 32-bit code
    dw 0FFFh, 8000h, 8202h, 0   ; 20: LDT
    dq 0
    dw 67h, 8180h, 8B02h, 0     ; 30: TSS
    dq 0
    dq 00AFFB000000FFFFh        ; 40: 64-bit code, DPL 3
    dq 00CFF3000000FFFFh        ; 48: data, DPL 3
    dq 00CFFB000000FFFFh        ; 50: 32-bit code, DPL 3
    dq 000F9B000000FFFFh        ; 58: 16-bit code
    dq 00CF13000000FFFFh        ; 60: absent
    dq 00CF91000000FFFFh        ; 68: read only
    dw 67h, 8100h, 8902h, 0     ; 70: an available TSS
    dq 0
    dw 2B00h + HANDLER - 2000h, 8, 0EC00h, 2    ; 80: a call gate
    dq 0
GUEST_GDT_BYTES equ $ - guest_gdt

    align 8
gdt:
    dq 0
    dq 00CF9B000000FFFFh
    dq 00CF93000000FFFFh
    dq 00AF9B000000FFFFh
gdt_pointer:
    dw 1Fh
    dq gdt

; ---- values of fields ----------------------------------------------------------------------------------
; A row is an encoding, what values suit the field, the capability MSR of controls, and the value for a
; guest in 64-bit mode. The first four rows have places of their own.

ROW           equ 16

KEPT          equ 0             ; never changed
ANY           equ 1
CONTROLS      equ 2
RIGHTS        equ 3
SELECTOR      equ 4
EVENT         equ 5
ACTIVITY      equ 6
FLAGS         equ 7             ; bits of a register
ADDRESS       equ 8             ; of a page that something reads or writes
HOST_ADDRESS  equ 9             ; where the host goes on
HOST_TABLE    equ 10
MSR_AREA      equ 11
BASE          equ 12
LIMIT         equ 13
SMALL         equ 14            ; numbers of a few bits

    align 8
rows:
    dd 4000h
    dw CONTROLS, 48Dh
    dq 0
    dd 482Eh                    ; VMX-preemption timer
    dw KEPT, 0
    dq 0
    dd 4014h                    ; VM-entry MSR-load count
    dw MSR_AREA, 0
    dq 0
    dd 4826h
    dw ACTIVITY, 0
    dq 0
    dd 4002h
    dw CONTROLS, 48Eh
    dq 92000080h
    dd 401Eh
    dw CONTROLS, 48Bh
    dq 0
    dd 400Ch
    dw CONTROLS, 48Fh
    dq 3C0204h
    dd 4012h
    dw CONTROLS, 490h
    dq 0C204h
    dd 0                        ; VPID
    dw SMALL, 0
    dq 1
    dd 0800h, SELECTOR
    dq 10h
    dd 0802h, SELECTOR
    dq 8
    dd 0804h, SELECTOR
    dq 10h
    dd 0806h, SELECTOR
    dq 10h
    dd 0808h, SELECTOR
    dq 10h
    dd 080Ah, SELECTOR
    dq 10h
    dd 080Ch, SELECTOR
    dq 20h
    dd 080Eh, SELECTOR
    dq 30h
    dd 0810h, KEPT              ; interrupt status
    dq 0
    dd 0812h, SMALL             ; PML index
    dq 1FFh
    dd 0C00h, SELECTOR
    dq 10h
    dd 0C02h, SELECTOR
    dq 18h
    dd 0C04h, SELECTOR
    dq 10h
    dd 0C06h, SELECTOR
    dq 10h
    dd 0C08h, SELECTOR
    dq 10h
    dd 0C0Ah, SELECTOR
    dq 10h
    dd 0C0Ch, SELECTOR
    dq 20h
    dd 2000h, ADDRESS
    dq PORTS
    dd 2002h, ADDRESS
    dq PORTS_B
    dd 2004h, ADDRESS
    dq MSRS
store_row:
    dd 2006h, MSR_AREA          ; VM-exit MSR store
    dq AREA
load_row:
    dd 2008h, MSR_AREA          ; VM-exit MSR load
    dq AREA
entry_row:
    dd 200Ah, MSR_AREA          ; VM-entry MSR load
    dq BAD_AREA
    dd 200Eh, ADDRESS
    dq PML_PAGE
    dd 2010h, ANY               ; TSC offset
    dq 0
    dd 2012h, ADDRESS
    dq VIRTUAL_APIC
    dd 2014h, ADDRESS
    dq APIC_PAGE
    dd 2018h, SMALL             ; VM-function controls
    dq 0
    dd 201Ah, ADDRESS
    dq EPT_TABLES | 1Eh
    dd 201Ch, ANY
    dq 0
    dd 201Eh, ANY
    dq 0
    dd 2020h, ANY
    dq 0
    dd 2022h, ANY
    dq 0
    dd 2024h, ADDRESS
    dq EPTP_LIST
    dd 2026h, ADDRESS
    dq READ_BITMAP
    dd 2028h, ADDRESS
    dq WRITE_BITMAP
    dd 202Ah, ADDRESS
    dq VE_AREA
    dd 202Ch, ANY               ; XSS-exiting bitmap
    dq 0
    dd 2032h, SMALL             ; TSC multiplier
    dq 1000000000000h
    dd 2800h, ADDRESS           ; link pointer
    dq -1
    dd 2802h, FLAGS             ; IA32_DEBUGCTL
    dq 0
    dd 2804h, ANY               ; IA32_PAT
    dq 7040600070406h
    dd 2806h, FLAGS             ; IA32_EFER
    dq 500h
    dd 2808h, FLAGS             ; IA32_PERF_GLOBAL_CTRL
    dq 0
    dd 280Ah, FLAGS
    dq GUEST_PML4 + 2001h
    dd 280Ch, FLAGS
    dq 0
    dd 280Eh, FLAGS
    dq 0
    dd 2810h, FLAGS
    dq 0
    dd 2812h, FLAGS             ; IA32_BNDCFGS
    dq 0
    dd 2C00h, ANY
    dq 7040600070406h
    dd 2C02h, FLAGS
    dq 500h
    dd 2C04h, FLAGS
    dq 0
    dd 4004h, FLAGS             ; exception bitmap
    dq 0FFFFFFFFh
    dd 4006h, ANY
    dq 0
    dd 4008h, ANY
    dq 0
    dd 400Ah, SMALL
    dq 0
store_count_row:
    dd 400Eh, MSR_AREA          ; VM-exit MSR-store count
    dq 0
load_count_row:
    dd 4010h, MSR_AREA          ; VM-exit MSR-load count
    dq 0
event_row:
    dd 4016h, EVENT
    dq 0
    dd 4018h, SMALL             ; error code
    dq 0
    dd 401Ah, SMALL             ; instruction length
    dq 1
    dd 401Ch, SMALL             ; TPR threshold
    dq 0
    dd 4020h, ANY
    dq 10h
    dd 4022h, ANY
    dq 1000h
    dd 4800h, LIMIT
    dq 0FFFFFFFFh
    dd 4802h, LIMIT
    dq 0FFFFFFFFh
    dd 4804h, LIMIT
    dq 0FFFFFFFFh
    dd 4806h, LIMIT
    dq 0FFFFFFFFh
    dd 4808h, LIMIT
    dq 0FFFFFFFFh
    dd 480Ah, LIMIT
    dq 0FFFFFFFFh
    dd 480Ch, LIMIT
    dq 0FFFh
    dd 480Eh, LIMIT
    dq 67h
    dd 4810h, LIMIT
    dq 0FFh
    dd 4812h, LIMIT
    dq 1FFh
    dd 4814h, RIGHTS
    dq 0C093h
    dd 4816h, RIGHTS
    dq 0A09Bh
    dd 4818h, RIGHTS
    dq 0C093h
    dd 481Ah, RIGHTS
    dq 0C093h
    dd 481Ch, RIGHTS
    dq 0C093h
    dd 481Eh, RIGHTS
    dq 0C093h
    dd 4820h, RIGHTS
    dq 82h
    dd 4822h, RIGHTS
    dq 8Bh
    dd 4824h, FLAGS             ; interruptibility state
    dq 0
    dd 482Ah, ANY
    dq 0
    dd 4C00h, ANY
    dq 0
    dd 6000h, ANY
    dq 0
    dd 6002h, ANY
    dq 0
    dd 6004h, ANY
    dq 0
    dd 6006h, ANY
    dq 0
    dd 6008h, ANY
    dq 0
    dd 600Ah, ANY
    dq 0
    dd 600Ch, ANY
    dq 0
    dd 600Eh, ANY
    dq 0
    dd 6800h, FLAGS
    dq 80010031h
    dd 6802h, ADDRESS
    dq GUEST_PML4
    dd 6804h, FLAGS
    dq 2020h
    dd 6806h, BASE
    dq 0
    dd 6808h, BASE
    dq 0
    dd 680Ah, BASE
    dq 0
    dd 680Ch, BASE
    dq 0
    dd 680Eh, BASE
    dq 0
    dd 6810h, BASE
    dq 0
    dd 6812h, BASE
    dq GUEST_GDT
    dd 6814h, BASE
    dq GUEST_TSS64
    dd 6816h, BASE
    dq GUEST_GDT
    dd 6818h, BASE
    dq GUEST_IDT64
    dd 681Ah, FLAGS             ; DR7
    dq 400h
    dd 681Ch, BASE              ; RSP
    dq GUEST_STACK + 0F00h
    dd 681Eh, BASE              ; RIP
    dq GUEST_CODE
    dd 6820h, FLAGS
    dq 2
    dd 6822h, FLAGS             ; pending debug exceptions
    dq 0
    dd 6824h, BASE
    dq 0
    dd 6826h, BASE
    dq 0
    dd 6C00h, FLAGS
    dq 80010031h
    dd 6C02h, HOST_TABLE
    dq HOST_TABLES
    dd 6C04h, FLAGS
    dq 2020h
    dd 6C06h, BASE
    dq 0
    dd 6C08h, BASE
    dq 0
    dd 6C0Ah, BASE
    dq 0
    dd 6C0Ch, BASE
    dq 0
    dd 6C0Eh, BASE
    dq 0
    dd 6C10h, BASE
    dq 0
    dd 6C12h, BASE
    dq 0
    dd 6C14h, KEPT
    dq HOST_STACK
    dd 6C16h, HOST_ADDRESS
    dq left
ROWS          equ ($ - rows) / ROW

PIN           equ VALUES        ; the first four rows' values
TIMER         equ VALUES + 8
LOAD_COUNT    equ VALUES + 10h
ACTIVE        equ VALUES + 18h
INJECTED      equ VALUES + (event_row - rows) / 2
LOAD_AREA     equ VALUES + (entry_row - rows) / 2

; Kinds of guests: number of the one before, what differs.
    align 8
kinds:
    dq 0, none
    dq 0, small
    dq 1, small_pae
    dq 1, virtual8086
    dq 0, nested
    dq 2, nested_pae
    dq 1, unpaged
    dq 6, real
    dq 0, user
    dq 4, everything
    dq 0, compatibility
KINDS         equ ($ - kinds) / 16

none:
    dd -1
small:                          ; protected mode, 32-bit paging
    dd 4012h
    dq 0C004h
    dd 2806h
    dq 0
    dd 6804h
    dq 2000h
    dd 6802h
    dq GUEST_PD
    dd 0802h
    dq 18h
    dd 4816h
    dq 0C09Bh
    dd 6818h
    dq GUEST_IDT32
    dd 4812h
    dq 0FFh
    dd 6814h
    dq GUEST_TSS
    dd -1
small_pae:
    dd 6804h
    dq 2020h
    dd 6802h
    dq GUEST_PDPT
    dd -1
virtual8086:
    dd 6820h
    dq 20002h
    dd 681Ch
    dq 0F00h
    dd 681Eh
    dq 0
    dd 0802h
    dq GUEST_CODE >> 4
    dd 0800h
    dq GUEST_DATA >> 4
    dd 0804h
    dq GUEST_STACK >> 4
    dd 0806h
    dq GUEST_DATA >> 4
    dd 0808h
    dq GUEST_DATA >> 4
    dd 080Ah
    dq GUEST_DATA >> 4
    dd 6808h
    dq GUEST_CODE
    dd 6806h
    dq GUEST_DATA
    dd 680Ah
    dq GUEST_STACK
    dd 680Ch
    dq GUEST_DATA
    dd 680Eh
    dq GUEST_DATA
    dd 6810h
    dq GUEST_DATA
    dd 4800h
    dq 0FFFFh
    dd 4802h
    dq 0FFFFh
    dd 4804h
    dq 0FFFFh
    dd 4806h
    dq 0FFFFh
    dd 4808h
    dq 0FFFFh
    dd 480Ah
    dq 0FFFFh
    dd 4814h
    dq 0F3h
    dd 4816h
    dq 0F3h
    dd 4818h
    dq 0F3h
    dd 481Ah
    dq 0F3h
    dd 481Ch
    dq 0F3h
    dd 481Eh
    dq 0F3h
    dd -1
nested:                         ; 64-bit mode with EPT and VPID
    dd 401Eh
    dq 22h
    dd -1
nested_pae:
    dd 401Eh
    dq 2
    dd -1
unpaged:                        ; protected mode of an unrestricted guest
    dd 401Eh
    dq 82h
    dd 6800h
    dq 31h
    dd 6802h
    dq 0
    dd -1
real:
    dd 6800h
    dq 30h
    dd 681Ch
    dq 0F00h
    dd 681Eh
    dq 0
    dd 0802h
    dq GUEST_CODE >> 4
    dd 0804h
    dq GUEST_STACK >> 4
    dd 0800h
    dq GUEST_DATA >> 4
    dd 0806h
    dq GUEST_DATA >> 4
    dd 6806h
    dq GUEST_DATA
    dd 6808h
    dq GUEST_CODE
    dd 680Ah
    dq GUEST_STACK
    dd 680Ch
    dq GUEST_DATA
    dd 4800h
    dq 0FFFFh
    dd 4802h
    dq 0FFFFh
    dd 4804h
    dq 0FFFFh
    dd 4806h
    dq 0FFFFh
    dd 4808h
    dq 0FFFFh
    dd 480Ah
    dq 0FFFFh
    dd 4814h
    dq 93h
    dd 4816h
    dq 9Bh
    dd 4818h
    dq 93h
    dd 481Ah
    dq 93h
    dd 481Ch
    dq 93h
    dd 481Eh
    dq 93h
    dd 6818h
    dq GUEST_IVT
    dd 4812h
    dq 3FFh
    dd -1
user:                           ; 64-bit mode at CPL 3
    dd 0802h
    dq 43h
    dd 0804h
    dq 4Bh
    dd 0800h
    dq 4Bh
    dd 0806h
    dq 4Bh
    dd 0808h
    dq 4Bh
    dd 080Ah
    dq 4Bh
    dd 4814h
    dq 0C0F3h
    dd 4816h
    dq 0A0FBh
    dd 4818h
    dq 0C0F3h
    dd 481Ah
    dq 0C0F3h
    dd 481Ch
    dq 0C0F3h
    dd 481Eh
    dq 0C0F3h
    dd -1
everything:                     ; virtual APIC, interrupts, NMIs, page-modification log, shadow VMCS, VM functions
    dd 4000h
    dq 29h
    dd 4002h
    dq 92200080h
    dd 401Eh
    dq 67332h
    dd 2018h
    dq 1
    dd -1
compatibility:
    dd 0802h
    dq 18h
    dd 4816h
    dq 0C09Bh
    dd -1

profiles:                       ; makes the values of all kinds
    xor ebx, ebx
.kind:
    mov rdi, rbx
    shl rdi, 12
    add rdi, PROFILES
    mov r8, rdi
    mov r9, rbx
    shl r9, 4
    test ebx, ebx
    jz .first
    mov rsi, [kinds + r9]
    shl rsi, 12
    add rsi, PROFILES
    mov ecx, ROWS
    rep movsq
    jmp .differences
.first:
    xor ecx, ecx
.row:
    mov rdx, rcx
    shl rdx, 4
    mov rax, [rows + rdx + 8]
    call allowed
    stosq
    inc ecx
    cmp ecx, ROWS
    jb .row
.differences:
    mov rsi, [kinds + r9 + 8]
.difference:
    mov r10d, [rsi]
    cmp r10d, -1
    je .done
    mov eax, r10d
    call row_of
    mov edx, ecx
    shl edx, 4
    mov rax, [rsi + 4]
    add rsi, 12
    call allowed
    mov [r8 + rcx * 8], rax
    jmp .difference
.done:
    inc ebx
    cmp ebx, KINDS
    jb .kind
    ret

row_of:                         ; RCX, the number of the row of the encoding EAX
    push rdx
    xor ecx, ecx
    mov edx, rows
.search:
    cmp eax, [rdx]
    je .found
    add edx, ROW
    inc ecx
    jmp .search
.found:
    pop rdx
    ret

allowed:                        ; of the value RAX what the capability MSR of the row at EDX allows
    push rcx
    push rdx
    push r10
    movzx ecx, word [rows + rdx + 6]
    jecxz .any
    mov r10d, eax
    rdmsr
    and edx, r10d
    or eax, edx
.any:
    pop r10
    pop rdx
    pop rcx
    ret

choose_kind:                    ; a kind of guest at random, whose values are written unless they are changed
    mov ecx, KINDS
    call below
    mov [PROFILE], rax
    push rax
    mov al, 'p'
    mov cl, al
    mov al, ' '
    call put
    mov al, cl
    call put
    pop rax
    call put_hex
    shl rax, 12
    lea rsi, [rax + PROFILES]
    mov rdi, VALUES
    mov ecx, ROWS
    rep movsq
    ret

; Writes the values to a VMCS that is cleared before, and 0 to what VM exits tell. What VMWRITE refuses is as
; if it were not there.
write_vmcs:
    vmclear [POINTER]
    vmptrld [POINTER]
    xor ebx, ebx
    xor edx, edx
.information:
    mov eax, [informations + rbx * 4]
    vmwrite rax, rdx
    inc ebx
    cmp ebx, INFORMATIONS
    jb .information
    xor ebx, ebx
    mov rsi, rows
.row:
    mov eax, [rsi]
    mov rdx, [VALUES + rbx * 8]
    vmwrite rax, rdx
    add rsi, ROW
    inc ebx
    cmp ebx, ROWS
    jb .row
    ret

; What a VM entry has come to: F and the error, I, or X, reason and qualification, what else the VM exit
; tells if it is not 0, and the fields of the guest that are not as they were written.
result:
    pushfq
    mov al, ' '
    call put
    mov al, '>'
    call put
    mov al, ' '
    call put
    popfq
    jc .invalid
    jnz .exit
    mov al, 'F'
    call put
    mov eax, 4400h
    vmread rax, rax
    jmp put_hex
.invalid:
    mov al, 'I'
    jmp put
.exit:
    mov al, 'X'
    call put
    mov eax, 4402h
    vmread rax, rax
    mov r8, rax
    call put_word
    mov eax, 6400h
    vmread rax, rax
    call put_word
    bt r8, 31
    jc .end
    xor ebx, ebx
.information:
    mov eax, [informations + rbx * 4]
    vmread rdx, rax
    jbe .no_information
    test rdx, rdx
    jz .no_information
    mov cl, '='
    call put_field
.no_information:
    inc ebx
    cmp ebx, INFORMATIONS
    jb .information
    xor ebx, ebx
    mov rsi, rows
.row:
    mov eax, [rsi]
    mov edx, eax
    and edx, 0C00h
    cmp edx, 800h               ; the guest's state
    jne .next
    vmread rdx, rax
    jbe .next
    cmp rdx, [VALUES + rbx * 8]
    je .next
    mov cl, '='
    call put_field
.next:
    add rsi, ROW
    inc ebx
    cmp ebx, ROWS
    jb .row
.end:
    ret

    align 4
informations: dd 4404h, 4406h, 4408h, 440Ah, 440Ch, 440Eh, 640Ah, 2400h
INFORMATIONS  equ ($ - informations) / 4

restore_host:                   ; what a VM exit and the guest may have changed; NMIs are unblocked
    lgdt [gdt_pointer]
    mov rax, rsp
    push qword 10h
    push rax
    push qword 2
    push qword 18h
    push qword .unblocked
    iretq
.unblocked:
    mov eax, 80010031h
    mov cr0, rax
    mov eax, 2020h
    mov cr4, rax
    mov ecx, 0C0000080h
    mov eax, 500h
    xor edx, edx
    wrmsr
    ret

