; What the processor says of itself, in the lines of a processor model.

LEAF          equ 530h
SUBLEAF       equ 538h
MOST_SUBLEAF  equ 4

trial:
    mov qword [LINE_END], LINE
    xor ebp, ebp
.leaf:
    mov eax, [leaves + rbp * 4]
    mov [LEAF], rax
    xor eax, eax
    mov [SUBLEAF], rax
.subleaf:
    mov eax, [LEAF]
    mov ecx, [SUBLEAF]
    cpuid
    mov r8d, eax
    mov r9d, ebx
    mov r10d, ecx
    mov r11d, edx
    or eax, ebx
    or eax, ecx
    or eax, edx
    jz .nothing
    mov rsi, cpuid_text
    call put_text
    mov eax, [LEAF]
    call put_double
    mov rsi, subleaf_text
    call put_text
    mov eax, [SUBLEAF]
    or al, '0'
    call put
    mov rsi, values_text
    call put_text
    mov eax, r8d
    call put_double
    mov al, '-'
    call put
    mov eax, r9d
    call put_double
    mov al, '-'
    call put
    mov eax, r10d
    call put_double
    mov al, '-'
    call put
    mov eax, r11d
    call put_double
    mov al, 10
    call put
.nothing:
    mov eax, [LEAF]
    cmp eax, 4
    je .more
    cmp eax, 7
    je .more
    cmp eax, 0Bh
    je .more
    cmp eax, 0Dh
    jne .next
.more:
    inc dword [SUBLEAF]
    cmp dword [SUBLEAF], MOST_SUBLEAF
    jb .subleaf
.next:
    inc ebp
    cmp ebp, LEAVES
    jb .leaf

    mov ebp, 480h
.msr:
    mov rsi, msr_text
    call put_text
    mov eax, ebp
    call put_double
    mov al, ':'
    call put
    mov al, ' '
    call put
    mov ecx, ebp
    rdmsr
    mov r8d, eax
    mov eax, edx
    call put_double
    mov al, '-'
    call put
    mov eax, r8d
    call put_double
    mov al, 10
    call put
    inc ebp
    cmp ebp, 492h
    jb .msr
    call flush
    jmp finish

put_text:                       ; at RSI, up to a 0
    lodsb
    test al, al
    jz .end
    call put
    jmp put_text
.end:
    ret

put_double:                     ; EAX in eight digits
    push rbx
    push rcx
    mov ebx, eax
    mov ecx, 8
.digit:
    rol ebx, 4
    mov eax, ebx
    and eax, 15
    mov al, [digits + rax]
    call put
    loop .digit
    pop rcx
    pop rbx
    ret

left:
    jmp finish

    align 4
leaves:
    dd 0, 1, 2, 4, 5, 6, 7, 0Ah, 0Bh, 0Dh, 80000000h, 80000001h, 80000006h, 80000007h, 80000008h
LEAVES        equ ($ - leaves) / 4
cpuid_text: db "CPUID ", 0
subleaf_text: db " [SL 0", 0
values_text: db "]: ", 0
msr_text: db "MSR ", 0
