# The entry of the image: 32-bit protected mode, as Multiboot has it, to 64-bit mode with the first GByte mapped.
    .set MAGIC, 0x1BADB002
    .set ADDRESSES, 1 << 16
    .set DATA_END, _edata
    .set BSS_END, _end

    .section .boot, "awx"
    .code32
header:
    .long MAGIC, ADDRESSES, -(MAGIC + ADDRESSES)
    .long header, header, DATA_END, BSS_END, _start

    .globl _start
_start:
    mov   $stack_top, %esp
    mov   16(%ebx), %esi            # command line
    mov   $pml4, %edi
    movl  $pdpt + 7, (%edi)
    movl  $pd + 7, pdpt
    mov   $0x87, %eax               # pages of 2 MBytes that user mode may use
    xor   %ecx, %ecx
1:  mov   %eax, pd(, %ecx, 8)
    add   $0x200000, %eax
    inc   %ecx
    cmp   $512, %ecx
    jne   1b
    mov   %edi, %cr3
    mov   %cr4, %eax
    or    $0x620, %eax              # PAE, OSFXSR, OSXMMEXCPT
    mov   %eax, %cr4
    mov   $0xC0000080, %ecx
    rdmsr
    or    $0x101, %eax              # LME, SCE
    wrmsr
    mov   %cr0, %eax
    or    $0x80010022, %eax         # PG, WP, NE, MP
    and   $~0xC, %eax               # EM, TS
    mov   %eax, %cr0
    lgdt  gdtr
    ljmp  $8, $long_mode
    .code64
long_mode:
    mov   $0x10, %eax
    mov   %eax, %ds
    mov   %eax, %es
    mov   %eax, %ss
    mov   $tss, %eax
    mov   %ax, gdt + 0x2A
    shr   $16, %eax
    mov   %al, gdt + 0x2C
    mov   %ah, gdt + 0x2F
    mov   $0x28, %eax
    ltr   %ax
    mov   %esi, %edi
    call  bench_main
    mov   $0xF4, %dx                # QEMU's and vmxlab's way to end
    out   %eax, %dx
    mov   $0x8900, %dx              # Bochs' way
    mov   $word, %esi
    mov   $8, %ecx
    rep outsb
    hlt

word: .ascii "Shutdown"

    .section .data
    .balign 16
    .globl gdt, gdtr, tss, pml4
gdt:  .quad 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF    # code and data of the kernel
      .quad 0x00CFF3000000FFFF, 0x00AFFB000000FFFF       # data and code of user mode, as SYSRET wants them
      .quad 0x0000890000000067, 0                        # TSS
gdtr: .word 55
      .quad gdt
    .section .bss
    .balign 4096
pml4: .skip 4096
pdpt: .skip 4096
pd:   .skip 4096
tss:  .skip 104
    .balign 16
    .skip 65536
stack_top:

    .section .note.GNU-stack, "", @progbits
