# Kernels whose instructions are chosen by hand: rounds in RDI, the checksum in RAX.

# Arithmetic on registers alone, with carries and rotations.
    .globl alu
alu:
    xor   %eax, %eax
    mov   $0x12345678, %ecx
    mov   $99, %edx
    test  %rdi, %rdi
    jz    2f
1:  add   %rcx, %rax
    adc   $3, %rdx
    rol   $7, %rcx
    xor   %rax, %rcx
    lea   5(%rdx, %rcx, 4), %r8
    sub   %r8d, %edx
    imul  %rdx, %r8
    shr   $9, %r8
    and   $0x7FFF, %r8d
    or    %r8, %rax
    not   %rdx
    bswap %ecx
    cmp   %rcx, %rdx
    setb  %r8b
    movzx %r8b, %r8d
    cmovb %rax, %rcx
    sbb   %r8, %rdx
    shld  $3, %rdx, %rax
    dec   %rdi
    jnz   1b
2:  xor   %rcx, %rax
    ret

# Functions that do little but call each other, also through pointers.
    .globl calls
calls:
    push  %rbx
    push  %rbp
    mov   %rdi, %rbx
    xor   %ebp, %ebp
    test  %rbx, %rbx
    jz    2f
1:  mov   %rbx, %rdi
    call  outer
    add   %rax, %rbp
    mov   %ebx, %ecx
    and   $3, %ecx
    call  *table(, %rcx, 8)
    xor   %rax, %rbp
    dec   %rbx
    jnz   1b
2:  mov   %rbp, %rax
    pop   %rbp
    pop   %rbx
    ret
outer:
    push  %rbp
    mov   %rsp, %rbp
    push  %rdi
    call  inner
    pop   %rdi
    push  %rax
    add   $7, %rdi
    call  inner
    pop   %rcx
    add   %rcx, %rax
    leave
    ret
inner:
    push  %rbx
    lea   (%rdi, %rdi, 2), %rbx
    call  leaf
    add   %rbx, %rax
    pop   %rbx
    ret
leaf:
    lea   1(%rdi), %rax
    ret
second:
    lea   2(%rdi, %rdi), %rax
    ret
third:
    mov   %rdi, %rax
    neg   %rax
    ret
fourth:
    jmp   leaf

    .section .rodata
    .balign 8
table: .quad leaf, second, third, fourth
    .text

# Instructions with a repetition prefix: 3 KBytes by bytes, 8 by quadwords, 4 filled, 1 searched, 1 compared.
    .globl strings
strings:
    mov   %rdi, %rdx
    xor   %eax, %eax
    mov   $source, %esi
    test  %rdx, %rdx
    jz    2f
1:  mov   $source, %edi
    mov   %rdx, %rax
    mov   $512, %ecx
    rep stosq
    mov   $source, %esi
    mov   $target, %edi
    mov   $1024, %ecx
    rep movsq
    mov   $source + 5, %esi
    mov   $target + 3, %edi
    mov   $3000, %ecx
    rep movsb
    mov   $target + 3072, %edi
    mov   $0xFF, %eax
    mov   $1024, %ecx
    repne scasb
    mov   %rcx, %r8
    mov   $source, %esi
    mov   $target + 8192 - 5, %edi
    mov   $1024, %ecx
    repe cmpsb
    lea   (%r8, %rcx), %rax
    add   target + 100, %rax
    dec   %rdx
    jnz   1b
2:  ret

# A loop of which a constant is overwritten before every run, and an instruction before every sixteenth.
    .globl selfmod
selfmod:
    xor   %eax, %eax
    movb  $0x05, opcode             # ADD
    test  %rdi, %rdi
    jz    2f
1:  mov   %edi, constant
    test  $15, %dil
    jnz   3f
    xorb  $0x28, opcode             # SUB, and back
3:  call  patched
    dec   %rdi
    jnz   1b
2:  ret
    .balign 4096
patched:
    mov   $20, %ecx
1:  add   $0x11111111, %rax
    .set opcode, . - 5
    .set constant, . - 4
    rol   $3, %rax
    dec   %ecx
    jnz   1b
    ret
    .balign 4096

    .bss
    .balign 4096
source: .skip 8192
target: .skip 16384

    .section .note.GNU-stack, "", @progbits
