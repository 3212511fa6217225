# Multiboot entry of hypervisor.c: 32-bit protected mode to 64-bit mode with the first GByte mapped,
# the result to the exit port.
#   gcc -c -O2 -ffreestanding -fno-pic -mgeneral-regs-only -mno-red-zone hypervisor.c
#   gcc -c hypervisor_boot.S
#   ld -n -Ttext=0x101000 --section-start=.multiboot=0x100000 -o image64 hypervisor_boot.o hypervisor.o
#   objcopy -O elf32-i386 image64 image && vmxlab boot image
    .set MAGIC, 0x1BADB002
    .section .multiboot, "a"
    .long MAGIC, 0, -MAGIC

    .section .text
    .code32
    .globl _start
_start:
    mov   $stack_top, %esp
    movl  $pdpt + 3, pml4
    movl  $directory + 3, pdpt
    mov   $0x83, %eax               # pages of 2 MBytes
    mov   $directory, %edi
1:  mov   %eax, (%edi)
    add   $8, %edi
    add   $0x200000, %eax
    cmp   $0x40000083, %eax
    jne   1b
    mov   $pml4, %eax
    mov   %eax, %cr3
    mov   %cr4, %eax
    or    $0x20, %eax               # PAE
    mov   %eax, %cr4
    mov   $0xC0000080, %ecx         # IA32_EFER.LME
    rdmsr
    or    $0x100, %eax
    wrmsr
    mov   %cr0, %eax
    or    $0x80000000, %eax         # PG
    mov   %eax, %cr0
    lgdt  gdtr
    ljmp  $8, $long_mode
    .code64
long_mode:
    call  hypervisor
    mov   $0xF4, %dx
    out   %eax, %dx
    hlt

    .section .data
    .balign 4096
pml4:      .fill 4096, 1, 0
pdpt:      .fill 4096, 1, 0
directory: .fill 4096, 1, 0
gdt_64:    .quad 0, 0x00209A0000000000
gdtr:      .word 15
           .long gdt_64
    .section .bss
    .balign 16
    .skip 65536
stack_top:

    .section .note.GNU-stack, "", @progbits
