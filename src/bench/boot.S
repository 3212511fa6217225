# Multiboot entry for QEMU: 32-bit protected mode to 64-bit mode with the first GByte mapped.
    .set MAGIC, 0x1BADB002
    .section .multiboot, "a"
    .long MAGIC, 0, -MAGIC

    .section .text
    .code32
    .globl _start
_start:
    mov   $stack_top, %esp
    mov   16(%ebx), %esi            # command line
    mov   $pml4, %edi
    movl  $pdpt + 3, (%edi)
    movl  $0x83, pdpt + 0           # one page of 1 GByte
    mov   %edi, %cr3
    mov   %cr4, %eax
    or    $0x20, %eax
    mov   %eax, %cr4
    mov   $0xC0000080, %ecx
    rdmsr
    or    $0x100, %eax
    wrmsr
    mov   %cr0, %eax
    or    $0x80000000, %eax
    mov   %eax, %cr0
    lgdt  gdtr
    ljmp  $8, $long_mode
    .code64
long_mode:
    mov   %esi, %edi
    call  bench_main
    mov   $0xF4, %dx
    out   %eax, %dx
    hlt

    .section .data
    .balign 4096
pml4: .fill 4096, 1, 0
pdpt: .fill 4096, 1, 0
gdt:  .quad 0, 0x00209A0000000000
gdtr: .word 15
      .long gdt
    .section .bss
    .balign 16
    .skip 65536
stack_top:

    .section .note.GNU-stack, "", @progbits
