# The image as a ROM of 64 KBytes, for a machine that boots nothing else: copies it to 1 MByte and enters it as a
# Multiboot loader does. IMAGE is its file, LINE its command line, ENTRY its entry.
    .set LINE_AT, 0x8000            # RAM that the image maps

    .code16
    .globl _start
_start:
    lgdtl %cs:gdtr - _start
    mov   $1, %eax
    mov   %eax, %cr0
    ljmpl $8, $protected
    .code32
protected:
    mov   $16, %eax
    mov   %eax, %ds
    mov   %eax, %es
    mov   $image, %esi
    mov   $0x100000, %edi
    mov   $image_end - image, %ecx
    cld
    rep movsb
    mov   $line, %esi
    mov   $LINE_AT, %edi
    mov   $image - line, %ecx
    rep movsb
    mov   $information, %ebx
    mov   $ENTRY, %eax
    jmp   *%eax

gdt:  .quad 0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF
gdtr: .word 23
      .long gdt
information:
    .long 4, 0, 0, 0, LINE_AT
line: .asciz LINE
image:
    .incbin IMAGE
image_end:
    .org  0xFFF0
    .code16
    jmp   _start
    .org  0x10000

    .section .note.GNU-stack, "", @progbits
