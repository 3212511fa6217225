
; ---- the modes -----------------------------------------------------------------------------------------
; Each enter_ routine is jumped to in flat protected mode and goes to the label in EBX with the flags in
; [FLAGS], DS, ES and SS with base 0 and the memory of the case mapped at its own addresses. What happens
; there comes back to next_case. With [WITHPAGES] = 1 paging is on where the mode has it; HOLE is a page
; that is not present, READ one that cannot be written.

FLAGS       equ 508h
WITHPAGES   equ 50Ch
FRAME16     equ 510h            ; what real-address mode found on its stack
IDT64       equ 3000h
VECTORS16   equ 4000h           ; of real-address mode
LONGTABLES  equ 18000h          ; PML4, PDPT, PD, PT behind one another
SHORTTABLES equ 1C000h          ; directory and table of 32-bit paging
HOLE        equ 0C000h
READ        equ 0D000h
EFER        equ 0C0000080h

    bits 32
paged:                          ; 32-bit paging, if it is wanted
    cmp dword [WITHPAGES], 0
    je .done
    mov edi, SHORTTABLES
    mov ecx, 2000h / 4
    xor eax, eax
    rep stosd
    mov dword [SHORTTABLES], SHORTTABLES + 1007h
    mov edi, SHORTTABLES + 1000h
    mov eax, 7
.entry:
    stosd
    add eax, 1000h
    cmp eax, 200007h
    jb .entry
    mov dword [SHORTTABLES + 1000h + (HOLE >> 12) * 4], 0
    mov dword [SHORTTABLES + 1000h + (READ >> 12) * 4], READ | 5
    mov eax, SHORTTABLES
    mov cr3, eax
    mov eax, cr0
    or eax, 80010000h
    mov cr0, eax
.done:
    ret

enter_protected32:
    call paged
    mov ecx, CODE
to_same_level:                  ; of the code segment in ECX
    push dword [FLAGS]
    push ecx
    push ebx
    iretd

enter_user32:
    call paged
    mov ecx, UCODE
to_cpl3:
    mov eax, UDATA
    mov ds, eax
    mov es, eax
    push eax
    push dword USERSTACK
    jmp to_same_level

enter_protected16:
    call paged
to_small:
    sub ebx, 0F0000h
    mov eax, DATA16
    mov ds, eax
    mov es, eax
    mov ss, eax
    mov ecx, CODE16
    jmp to_same_level

enter_virtual8086:
    call paged
    sub ebx, 0F0000h
    xor eax, eax
    push eax
    push eax
    push eax                    ; DS
    push eax                    ; ES
    push eax                    ; SS
    push dword USERSTACK
    mov eax, [FLAGS]
    or eax, 23000h              ; VM, IOPL 3
    push eax
    push dword 0F000h
    push ebx
    iretd

enter_real:
    sub ebx, 0F0000h
    mov [SAVED], bx
    mov word [SAVED + 2], 0F000h
    mov edi, VECTORS16
    xor ecx, ecx
    mov eax, 0F0000000h + (calls16 - 0F0000h)
.vector:
    stosd
    add eax, 3
    inc ecx
    cmp ecx, 256
    jb .vector
    lidt [vectors16_pointer]
    mov eax, DATA16
    mov ds, eax
    mov es, eax
    mov ss, eax
    jmp dword CODE16:.small - 0F0000h
    bits 16
.small:
    mov eax, cr0
    and al, 0FEh
    mov cr0, eax
    jmp 0F000h:.real - 0F0000h
.real:
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, STACK
    push word [FLAGS]
    popf
    jmp far [SAVED]
    bits 32

; Every vector of real-address mode calls from a place of its own.
    bits 16
calls16:
    times 256 call near caught16
caught16:
    xor ax, ax
    mov ds, ax
    pop ax
    sub ax, calls16 + 3 - 0F0000h
    mov [FRAME16], ax           ; three times the vector
    pop ax
    mov [FRAME16 + 2], ax
    pop ax
    mov [FRAME16 + 4], ax
    pop ax
    mov [FRAME16 + 6], ax
    mov [FRAME16 + 8], sp
    mov [FRAME16 + 10], ss
    o32 lgdt [cs:rom_gdt_pointer - 0F0000h]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp dword CODE:.flat
    bits 32
.flat:
    mov eax, DATA
    mov ds, eax
    mov ss, eax
    mov esp, STACK
    mov al, ' '
    call put
    mov al, '#'
    call put
    movzx eax, word [FRAME16]
    xor edx, edx
    mov ebx, 3
    div ebx
    call show
    mov ebx, eax
    mov esi, at_text
    call print
    mov esi, FRAME16 + 2
    mov ecx, 5
.word:
    movzx eax, word [esi]
    call show
    add esi, 2
    loop .word
    jmp caught.more

; ---- IA-32e mode ---------------------------------------------------------------------------------------

long_on:                        ; enables IA-32e mode; goes on in compatibility mode
    mov edi, LONGTABLES
    mov ecx, 4000h / 4
    xor eax, eax
    rep stosd
    mov dword [LONGTABLES], LONGTABLES + 1007h
    mov dword [LONGTABLES + 1000h], LONGTABLES + 2007h
    mov dword [LONGTABLES + 2000h], LONGTABLES + 3007h
    mov edi, LONGTABLES + 3000h
    mov eax, 7
.entry:
    mov [edi], eax
    add edi, 8
    add eax, 1000h
    cmp eax, 200007h
    jb .entry
    mov dword [LONGTABLES + 3000h + (HOLE >> 12) * 8], 0
    mov dword [LONGTABLES + 3000h + (READ >> 12) * 8], READ | 5
    mov esi, IDT
    mov edi, IDT64
    mov ecx, 256
.gate:                          ; the gates of the other IDT, as a case may have changed them
    mov eax, [esi]
    and eax, 0FFFFh
    or eax, CODE64 << 16
    mov [edi], eax
    mov eax, [esi + 4]
    mov [edi + 4], eax
    mov dword [edi + 8], 0
    mov dword [edi + 12], 0
    add esi, 8
    add edi, 16
    loop .gate
    mov dword [TSS + 8], 0      ; the upper half of RSP0
    lidt [idt64_pointer]
    mov eax, cr4
    or eax, 20h
    mov cr4, eax
    mov eax, LONGTABLES
    mov cr3, eax
    mov ecx, EFER
    rdmsr
    or eax, 900h                ; LME, NXE
    wrmsr
    mov eax, cr0
    or eax, 80010000h
    mov cr0, eax
    jmp $ + 2
    mov eax, TASK64
    ltr ax
    ret

enter_long:
    call long_on
    mov ecx, CODE64
    jmp to_same_level

enter_user64:
    call long_on
    mov ecx, UCODE64
    jmp to_cpl3

enter_compatibility32:
    call long_on
    mov ecx, UCODE
    jmp to_cpl3

enter_compatibility16:
    call long_on
    jmp to_small

    bits 64
put64:                          ; the character in AL
    out 0E9h, al
    ret

show64:                         ; " " and RAX; keeps everything but the flags
    push rax
    push rbx
    push rcx
    push rdx
    mov rbx, rax
    mov al, ' '
    out 0E9h, al
    mov ecx, 16
.digit:
    rol rbx, 4
    mov eax, ebx
    and eax, 15
    mov edx, digits
    mov al, [rdx + rax]
    out 0E9h, al
    dec ecx
    jnz .digit
    pop rdx
    pop rcx
    pop rbx
    pop rax
    ret

; The frame at [RSP]: number, error code, RIP, CS, RFLAGS, RSP, SS.
caught64:
    cld
    cmp dword [LISTED], 0
    jne note64
    mov al, ' '
    call put64
    mov al, '#'
    call put64
    mov rbx, [rsp]
    mov esi, 7
.item:
    pop rax
    call show64
    dec esi
    jnz .item
    cmp ebx, 14
    jne .not_page
    mov rax, cr2
    call show64
.not_page:
    cmp ebx, 1
    jne .not_debug
    mov rax, dr6
    call show64
.not_debug:
    xor eax, eax
    mov ax, ss
    call show64
    mov rax, rsp
    call show64
    jmp leave_long

note64:                         ; what the frame says of an item
    mov [SEEN + 16], ebx
    mov [SEEN + 12], fs
    pop rax
    mov [VECTOR], eax
    pop rax
    mov [ERRORCODE], eax
    pop rax                     ; RIP
    pop rax
    mov [SEEN], eax
    pop rax
    pop rax
    mov [SEEN + 8], eax
    pop rax
    mov [SEEN + 4], eax
leave_long:                     ; back to flat protected mode, and to the next case
    bits 64
    mov esp, STACK
    mov eax, leave_compatibility
    push qword CODE
    push rax
    retfq
    bits 32
leave_compatibility:
    mov eax, DATA
    mov ss, eax
    mov ds, eax
    mov esp, STACK
    mov eax, 11h
    mov cr0, eax
    lidt [idt_pointer]
    mov ecx, EFER
    xor eax, eax
    xor edx, edx
    wrmsr
    jmp next_case

    align 8
vectors16_pointer:
    dw 3FFh
    dd VECTORS16
idt64_pointer:
    dw 0FFFh
    dd IDT64
