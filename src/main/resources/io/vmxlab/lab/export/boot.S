# Boot sector, the way to 64-bit mode, and the entry points that C cannot express.
.intel_syntax noprefix

.set LOADED, 0x10000            # the program as it comes from the disk
.set FIRST_TABLES, 0x800000     # where no vector looks
.set SECTORS_AT_ONCE, 64
.set CODE32, 0x08
.set DATA, 0x10
.set CODE64, 0x18

.section .boot, "ax"
.code16
.globl boot
boot:
    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, 0x7C00
    ljmp 0, offset 1f
1:  mov drive, dl
    mov cx, offset program_sectors
next:
    mov ax, cx
    cmp ax, SECTORS_AT_ONCE
    jbe 1f
    mov ax, SECTORS_AT_ONCE
1:  mov dap_count, ax
    push cx
    push ax
    mov ah, 0x42
    mov dl, drive
    mov si, offset dap
    int 0x13
    pop ax
    pop cx
    jc unreadable
    sub cx, ax
    add dap_block, ax
    shl ax, 5
    add dap_segment, ax
    test cx, cx
    jnz next

    in al, 0x92
    or al, 2
    and al, 0xFE
    out 0x92, al
    lgdt gdt_pointer
    mov eax, cr0
    or al, 1
    mov cr0, eax
    ljmp CODE32, offset protected

unreadable:
    mov si, offset message
1:  lodsb
    test al, al
    jz 2f
    mov ah, 0x0E
    int 0x10
    jmp 1b
2:  hlt
    jmp 2b

.code32
protected:
    mov ax, DATA
    mov ds, ax
    mov es, ax
    mov ss, ax
    cld
    mov esi, LOADED
    mov edi, 0x400000
    mov ecx, offset program_sectors
    shl ecx, 7
    rep movsd
    xor eax, eax
    mov edi, offset bss_begin
    mov ecx, offset bss_end
    sub ecx, edi
    rep stosb
    # PML4, PDPT and four page directories of 2-MByte pages: an identity map of 4 GBytes
    mov edi, FIRST_TABLES
    mov ecx, 0x1800
    rep stosd
    mov dword ptr [FIRST_TABLES], FIRST_TABLES + 0x1003
    mov edi, FIRST_TABLES + 0x1000
    mov eax, FIRST_TABLES + 0x2003
    mov ecx, 4
1:  mov [edi], eax
    add eax, 0x1000
    add edi, 8
    loop 1b
    mov edi, FIRST_TABLES + 0x2000
    mov eax, 0x83
    mov ecx, 2048
1:  mov [edi], eax
    add eax, 0x200000
    add edi, 8
    loop 1b
    mov eax, FIRST_TABLES
    mov cr3, eax
    mov eax, 0x20
    mov cr4, eax
    mov ecx, 0xC0000080
    rdmsr
    or ah, 1
    wrmsr
    mov eax, cr0
    or eax, 0x80000000
    mov cr0, eax
    ljmp CODE64, offset entry

.align 4
dap:         .byte 16, 0
dap_count:   .word 0
             .word 0
dap_segment: .word LOADED >> 4
dap_block:   .quad 1
drive:       .byte 0
message:     .asciz "vectors: the disk cannot be read"
.align 8
gdt:
    .quad 0
    .quad 0x00CF9B000000FFFF
    .quad 0x00CF93000000FFFF
    .quad 0x00AF9B000000FFFF
gdt_pointer:
    .word . - gdt - 1
    .long gdt
    .org 510
    .word 0xAA55

.section .entry, "ax"
.code64
entry:
    mov ax, DATA
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov rsp, offset own_stack_end
    call run_vectors
1:  hlt
    jmp 1b

.text
# struct trap *enter(const struct start *): leaves for a vector, comes back by an exception.
.globl enter
enter:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    mov own_rsp, rsp
    mov ds, [rdi + 160]
    mov es, [rdi + 160]
    push qword ptr [rdi + 152]
    push qword ptr [rdi + 32]
    push qword ptr [rdi + 144]
    push qword ptr [rdi + 136]
    push qword ptr [rdi + 128]
    mov rax, [rdi]
    mov rcx, [rdi + 8]
    mov rdx, [rdi + 16]
    mov rbx, [rdi + 24]
    mov rbp, [rdi + 40]
    mov rsi, [rdi + 48]
    mov r8, [rdi + 64]
    mov r9, [rdi + 72]
    mov r10, [rdi + 80]
    mov r11, [rdi + 88]
    mov r12, [rdi + 96]
    mov r13, [rdi + 104]
    mov r14, [rdi + 112]
    mov r15, [rdi + 120]
    mov rdi, [rdi + 56]
    iretq

trap:
    push r15
    push r14
    push r13
    push r12
    push r11
    push r10
    push r9
    push r8
    push rdi
    push rsi
    push rbp
    push rbx
    push rdx
    push rcx
    push rax
    cld
    mov ax, DATA
    mov ds, ax
    mov es, ax
    mov rax, recover
    test rax, rax
    jnz 1f
    mov rax, rsp
    mov rsp, own_rsp
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret
1:  mov [rsp + 136], rax
    mov qword ptr recover, 0
    pop rax
    pop rcx
    pop rdx
    pop rbx
    pop rbp
    pop rsi
    pop rdi
    pop r8
    pop r9
    pop r10
    pop r11
    pop r12
    pop r13
    pop r14
    pop r15
    add rsp, 16
    iretq

# One entry a vector, 16 bytes apart: a 0 where the processor pushes no error code, then the number.
.align 16
.globl stubs
stubs:
.set number, 0
.rept 256
    .align 16
    .if (number == 8) | ((number >= 10) & (number <= 14)) | (number == 17) | (number == 21)
    .else
    push 0
    .endif
    .byte 0x68
    .long number
    jmp trap
    .set number, number + 1
.endr

.bss
.align 16
.globl own_rsp
own_rsp: .quad 0
.globl recover
recover: .quad 0
.align 4096
    .skip 16384
own_stack_end:
    .skip 16384
.globl trap_stack_end
trap_stack_end:
