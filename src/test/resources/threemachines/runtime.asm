; A ROM of 64 KBytes that ends below 1 MByte, where every processor begins after RESET. It goes to flat
; protected mode and runs the cases of another file one after another. Each begins with fresh tables, prints
; its name and what it finds on port E9H, and ends by falling through or by any exception or interrupt,
; which is printed and ends the case.

GDT         equ 800h
IDT         equ 1000h
TSS         equ 2000h           ; the cases' own task
TSS32       equ 2200h
TSS16       equ 2300h
LDT         equ 2400h
STACK       equ 7000h
STACK0      equ 6800h           ; ESP0 of the cases' own task
STACK1      equ 6400h           ; ESP1
TASKSTACK   equ 6000h           ; of the tasks at TSS32 and TSS16
USERSTACK   equ 9000h
SCRATCH     equ 0A000h
TABLES      equ 10000h          ; paging structures

NUMBER      equ 500h            ; of the case that runs
SAVED       equ 504h
PLACE       equ 520h            ; in the list that the case goes through
LISTED      equ 524h            ; 1 while an item runs
SELECTOR    equ 528h            ; what the case is to use
RIGHTS      equ 52Ch            ; of the selector's descriptor, before
VECTOR      equ 530h            ; what ended the item
ERRORCODE   equ 534h
SEEN        equ 538h            ; CS, SS, ESP, FS and EBX where that happened
TARGET      equ 560h            ; a far pointer or a frame of the case

CODE        equ 8
DATA        equ 10h
UCODE       equ 1Bh
UDATA       equ 23h
TASK        equ 28h
TASK32      equ 30h
TASK16      equ 38h
TASKGATE    equ 40h
LOCAL       equ 48h
CONFORMING  equ 50h
CALLGATE    equ 58h
CALLGATE16  equ 60h
ABSENT      equ 68h
DOWN        equ 70h
CODE16      equ 78h
DATA16      equ 80h
SHORTTASK   equ 88h
ABSENTTASK  equ 90h
BUSYTASK    equ 98h
CODE1       equ 0A1h
DATA1       equ 0A9h
READONLY    equ 0B0h
EXECONLY    equ 0B8h
ABSENTGATE  equ 0C0h
ABSENTCODE  equ 0C8h
CODE64      equ 0D0h
UCODE64     equ 0DBh
TASK64      equ 0E0h            ; 16 bytes
GATE64      equ 0F0h            ; 16 bytes
ITEM        equ 100h            ; 20 bytes for a descriptor of a list, and what goes over the end
GDTEND      equ 114h

    org 0F0000h
    bits 32

; ---- printing ----------------------------------------------------------------------------------------

put:                            ; the character in AL
    out 0E9h, al
    ret

print:                          ; the text at ESI, up to a 0
    lodsb
    test al, al
    jz .end
    out 0E9h, al
    jmp print
.end:
    ret

show:                           ; " " and EAX; keeps everything
    pushfd
    pushad
    mov ebx, eax
    mov al, ' '
    out 0E9h, al
    mov ecx, 8
.digit:
    rol ebx, 4
    mov eax, ebx
    and eax, 15
    mov al, [cs:digits + eax]
    out 0E9h, al
    loop .digit
    popad
    popfd
    ret

digits: db "0123456789ABCDEF"

; ---- the cases ---------------------------------------------------------------------------------------

next_case:
    bits 32
    cli
    cld
    mov eax, DATA
    mov ds, eax
    mov es, eax
    mov ss, eax
    mov esp, STACK
    cmp dword [LISTED], 0
    je .no_item
    call result
.no_item:
    mov eax, 11h                ; paging off
    mov cr0, eax
    xor eax, eax
    mov cr4, eax
    mov dr7, eax
    mov cr3, eax
    push dword 2
    popfd

    mov esi, gdt_image
    mov edi, GDT
    mov ecx, GDTEND / 4
    rep movsd
    mov edi, IDT                ; interrupt gates with DPL 3, one stub of 16 bytes each
    xor ecx, ecx
.gate:
    mov eax, ecx
    shl eax, 4
    add eax, stubs
    mov edx, eax
    and eax, 0FFFFh
    or eax, CODE << 16
    and edx, 0FFFF0000h
    or edx, 0EE00h
    mov [edi], eax
    mov [edi + 4], edx
    add edi, 8
    inc ecx
    cmp ecx, 256
    jb .gate
    mov edi, TSS
    mov ecx, 600h / 4
    xor eax, eax
    rep stosd
    mov dword [TSS + 4], STACK0
    mov dword [TSS + 8], DATA
    mov dword [TSS + 0Ch], STACK1
    mov dword [TSS + 10h], DATA1
    mov word [TSS + 66h], 88h   ; the I/O bitmap; before it 32 bytes for software interrupts
    mov byte [TSS + 188h], 0FFh

    mov dword [TSS32 + 4], STACK0
    mov dword [TSS32 + 8], DATA
    mov dword [TSS32 + 20h], task32
    mov dword [TSS32 + 24h], 2
    mov dword [TSS32 + 28h], 0A0A0A0A0h
    mov dword [TSS32 + 2Ch], 0A1A1A1A1h
    mov dword [TSS32 + 38h], TASKSTACK
    mov dword [TSS32 + 48h], DATA
    mov dword [TSS32 + 4Ch], CODE
    mov dword [TSS32 + 50h], DATA
    mov dword [TSS32 + 54h], DATA
    mov dword [TSS32 + 58h], UDATA
    mov dword [TSS32 + 5Ch], 0
    mov word [TSS32 + 66h], 68h

    mov word [TSS16 + 2], STACK0
    mov word [TSS16 + 4], DATA
    mov word [TSS16 + 0Eh], task16 - 0F0000h
    mov word [TSS16 + 10h], 2
    mov word [TSS16 + 12h], 0B0B0h
    mov word [TSS16 + 1Ah], TASKSTACK
    mov word [TSS16 + 22h], DATA
    mov word [TSS16 + 24h], CODE16
    mov word [TSS16 + 26h], DATA16
    mov word [TSS16 + 28h], DATA

    lgdt [gdt_pointer]
    lidt [idt_pointer]
    mov eax, TASK
    ltr ax
    xor eax, eax
    lldt ax
    mov fs, eax
    mov gs, eax
    mov eax, 0FFFF0FF0h
    mov dr6, eax
    mov dword [FLAGS], 2
    mov dword [WITHPAGES], 0
    jmp dword CODE:.fresh
.fresh:
    mov ebx, [NUMBER]
    cmp ebx, CASES
    jae finish
    mov ecx, [PLACE]
    test ecx, ecx
    jnz .named
    mov al, 10
    call put
    mov esi, [names + ebx * 4]
    call print
.named:
    mov edi, [lists + ebx * 4]
    test edi, edi
    jz .alone
    mov esi, [edi + ecx * 8]
    test esi, esi
    jz .list_ends
    inc dword [PLACE]
    push ebx
    call begin_item
    pop ebx
    jmp .begin
.list_ends:
    mov [PLACE], esi
    inc dword [NUMBER]
    jmp .fresh
.alone:
    inc dword [NUMBER]
.begin:
    mov eax, [addresses + ebx * 4]
    push eax
    xor eax, eax
    xor ebx, ebx
    xor ecx, ecx
    xor edx, edx
    xor esi, esi
    xor edi, edi
    xor ebp, ebp
    ret

; Items. ESI is the name of one, EDI + ECX * 8 its place in the list, ECX its number.
begin_item:
    mov al, ','
    test ecx, ecx
    jz .first
    call put
.first:
    mov al, ' '
    call put
    call print
    mov al, '='
    call put
    mov eax, LOCAL
    lldt ax
    mov dword [SELECTOR], 0
    mov dword [VECTOR], -1
    mov dword [LISTED], 1
    call [edi + ecx * 8 + 4]
    call descriptor
    mov [RIGHTS], al
    ret

descriptor:                     ; AL is the byte of the selector's descriptor that holds its type
    mov eax, [SELECTOR]
    mov edx, GDT
    test al, 4
    jz .global
    mov edx, LDT
.global:
    and eax, ~7
    mov al, [edx + eax + 5]
    ret

; What happened to an item: the vector, or "ok" for INT 30H; the error code, as "+" if it is the selector's;
; CR2 of a page fault; for INT 31H where it was, CS, SS, ESP and FS; for INT 32H what is in EBX; and the
; type of the descriptor, if it has changed.
result:
    mov dword [LISTED], 0
    mov ebx, [VECTOR]
    mov esi, ok_text
    cmp ebx, 30h
    je .text
    mov eax, ebx
    ror eax, 4
    call digit
    rol eax, 4
    call digit
    mov esi, SEEN
    mov ecx, 4
    cmp ebx, 31h
    je .words
    mov esi, SEEN + 16
    cmp ebx, 32h
    je .value
    mov eax, [ERRORCODE]
    mov edx, [SELECTOR]
    and edx, 0FFFCh
    jz .plain
    cmp eax, edx
    jne .plain
    mov esi, same_text
    jmp .text
.plain:
    cmp ebx, 10
    jb .type
    cmp ebx, 14
    ja .type
    push eax
    mov al, ' '
    call put
    pop eax
    mov ecx, 4
.four:
    rol ax, 4
    call digit
    loop .four
    cmp ebx, 14
    jne .type
    mov eax, cr2
    call show
    jmp .type
.text:
    call print
    jmp .type
.value:
    lodsd
    call show
    jmp .type
.words:
    lodsd
    call show
    loop .words
.type:
    call descriptor
    cmp al, [RIGHTS]
    je .same
    mov ah, ' '
    xchg al, ah
    call put
    mov al, ah
    ror eax, 4
    call digit
    rol eax, 4
    call digit
.same:
    ret

digit:                          ; the lowest one of AL; keeps everything
    push eax
    and eax, 15
    mov al, [digits + eax]
    call put
    pop eax
    ret

ok_text: db "ok", 0
same_text: db "+", 0

note32:                         ; what the frame says of an item
    pop dword [VECTOR]
    pop dword [ERRORCODE]
    pop eax                     ; EIP
    pop dword [SEEN]
    mov [SEEN + 4], ss
    mov [SEEN + 12], fs
    mov [SEEN + 16], ebx
    pop eax
    lea eax, [esp]
    test byte [SEEN], 3
    jz .inside
    pop eax
    pop dword [SEEN + 4]
.inside:
    mov [SEEN + 8], eax
    jmp next_case

landed:                         ; where transfers lead to
    int 31h

finish:
    mov esi, end_text
    call print
    mov al, 1
    out 0F4h, al                ; QEMU's exit device
    mov dx, 8900h               ; Bochs's
    mov esi, shutdown
    mov ecx, 8
    rep outsb
.hang:
    hlt
    jmp .hang

end_text: db 10, "end", 10, 0
shutdown: db "Shutdown"

; Every vector comes here with its number and an error code, or 0, on the stack.
caught:
    xor eax, eax
    db 48h                      ; DEC EAX, or in 64-bit mode a prefix that does nothing
    nop
    test eax, eax
    jz caught64
    mov eax, DATA
    mov ds, eax
    mov es, eax
    cld
    cmp dword [LISTED], 0
    jne note32
    mov al, ' '
    call put
    mov al, '#'
    call put
    pop eax                     ; vector
    mov ebx, eax
    call show
    pop eax                     ; error code
    call show
    mov esi, at_text
    call print
    pop eax                     ; EIP
    call show
    pop eax
    movzx eax, ax
    call show
    pop eax
    call show
.more:
    cmp ebx, 14
    jne .not_page
    mov esi, cr2_text
    call print
    mov eax, cr2
    call show
.not_page:
    cmp ebx, 1
    jne .not_debug
    mov esi, dr6_text
    call print
    mov eax, dr6
    call show
    mov eax, dr7
    call show
.not_debug:
    mov esi, in_text
    call print
    xor eax, eax
    str ax
    call show
    xor eax, eax
    mov ax, ss
    call show
    mov eax, esp
    call show
    jmp next_case

at_text: db " at", 0
cr2_text: db " cr2", 0
dr6_text: db " dr6", 0
in_text: db " tr ss esp", 0

; The registers of the task that a case switches to.
task32:
    call show                   ; EAX
    mov eax, ecx
    call show
    pushfd
    pop eax
    call show
    xor eax, eax
    str ax
    call show
    mov eax, cr0
    and eax, 8                  ; TS
    call show
    movzx eax, word [TSS32]     ; the link
    call show
    movzx eax, byte [GDT + TASK + 5]
    call show
    movzx eax, byte [GDT + TASK32 + 5]
    call show
    xor eax, eax
    mov ax, fs
    call show
    mov eax, [TSS + 24h]        ; flags saved for the old task
    call show
    mov eax, [TSS + 20h]
    call show
    mov eax, [TSS + 3Ch]        ; EBP
    call show
    jmp dword [SAVED]           ; where the case goes on

    bits 16
task16:
    mov ebx, eax
    jmp dword CODE:.flat
    bits 32
.flat:
    movzx esp, sp
    mov eax, DATA
    mov ss, eax
    mov eax, ebx
    call show
    pushfd
    pop eax
    call show
    xor eax, eax
    str ax
    call show
    movzx eax, word [TSS16]
    call show
    movzx eax, byte [GDT + TASK16 + 5]
    call show
    xor eax, eax
    mov ax, fs
    call show
    mov eax, esp
    call show
    jmp dword [SAVED]

gate_target:
    mov eax, DATA
    mov ds, eax
    mov esi, gate_text
    call print
    xor eax, eax
    mov ax, cs
    call show
    xor eax, eax
    mov ax, ss
    call show
    mov eax, esp
    call show
    mov ecx, 6
    mov ebx, esp
.more:
    mov eax, [ss:ebx]
    call show
    add ebx, 4
    loop .more
    jmp dword [SAVED]

gate_text: db " gate", 0

; ---- tables ------------------------------------------------------------------------------------------

    align 8
gdt_image:
    dq 0
    dq 00CF9B000000FFFFh        ; CODE
    dq 00CF93000000FFFFh        ; DATA
    dq 00CFFB000000FFFFh        ; UCODE
    dq 00CFF3000000FFFFh        ; UDATA
    dw 187h + 20h, TSS, 8900h, 0        ; TASK
    dw 67h, TSS32, 0E900h, 0    ; TASK32, DPL 3
    dw 2Bh, TSS16, 8100h, 0     ; TASK16
    dw 0, TASK32, 0E500h, 0     ; TASKGATE, DPL 3
    dw 3Fh, LDT, 8200h, 0       ; LOCAL
    dq 00CF9F000000FFFFh        ; CONFORMING
    dw (gate_target - 0F0000h) , CODE, 0EC02h, 0Fh  ; CALLGATE: two parameters, DPL 3
    dw (gate16 - 0F0000h), CODE16, 0E401h, 0        ; CALLGATE16: one parameter
    dq 00CF13000000FFFFh        ; ABSENT
    dq 00CF970000000FFFh        ; DOWN: above 0FFFFFFh
    dw 0FFFFh, 0, 9B0Fh, 0      ; CODE16 at F0000h
    dw 0FFFFh, 0, 9300h, 0      ; DATA16
    dw 66h, TSS32, 8900h, 0     ; SHORTTASK
    dw 67h, TSS32, 0900h, 0     ; ABSENTTASK
    dw 67h, TSS32, 8B00h, 0     ; BUSYTASK
    dq 00CFBB000000FFFFh        ; CODE1, DPL 1
    dq 00CFB3000000FFFFh        ; DATA1
    dq 00CF91000000FFFFh        ; READONLY
    dq 00CF99000000FFFFh        ; EXECONLY
    dw 0, CODE, 6C00h, 0Fh      ; ABSENTGATE
    dq 00CF1B000000FFFFh        ; ABSENTCODE
    dq 00AF9B000000FFFFh        ; CODE64
    dq 00AFFB000000FFFFh        ; UCODE64
    dw 67h, TSS, 8900h, 0       ; TASK64
    dq 0
    dw (gate64 - 0F0000h), CODE64, 0EC00h, 0Fh      ; GATE64
    dq 0
    times 5 dd 0                ; ITEM

gdt_pointer:
    dw GDTEND - 1
    dd GDT
idt_pointer:
    dw 7FFh
    dd IDT

    bits 16
gate16:
    jmp dword CODE:gate16_flat
    bits 32
gate16_flat:
    mov eax, DATA
    mov ds, eax
    mov esi, gate_text
    call print
    mov eax, esp
    call show
    mov eax, [ss:esp]
    call show
    mov eax, [ss:esp + 4]
    call show
    mov eax, [ss:esp + 8]
    call show
    jmp dword [SAVED]

gate64:
    jmp $

; ---- from RESET to protected mode ----------------------------------------------------------------------

    bits 16
start:
    cli
    o32 lgdt [cs:rom_gdt_pointer - 0F0000h]
    mov eax, 11h
    mov cr0, eax
    jmp dword CODE:.flat
    bits 32
.flat:
    mov eax, DATA
    mov ds, eax
    mov eax, [first]
    mov [NUMBER], eax
    jmp next_case

    align 8
rom_gdt_pointer:
    dw GDTEND - 1
    dd gdt_image
