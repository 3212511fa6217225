; A Multiboot kernel that tests itself and says on the serial port what came of it.
;
;   vmxlab asm kernel.asm -o ../../test/images/kernel.bin
;
; makes the image that KernelTest boots. So does nasm -f bin.

        bits 32
        org 0x100000

ADDRESSES equ 1 << 16

header: dd 0x1BADB002, ADDRESSES, -(0x1BADB002 + ADDRESSES)
        dd header, header, 0, 0, start

start:  mov esp, 0x80000
        cmp eax, 0x2BADB002
        mov esi, magic
        call report
        cmp dword [ebx + 8], 16 * 1024          ; KBytes above 1 MByte
        cmc
        sbb eax, eax
        inc eax                                 ; 0 if there are enough
        mov esi, memory
        call report
        mov esi, skipped
        call print
        mov al, [failures]
        out 0xF4, al                            ; 0: all went well
stop:   hlt
        jmp stop

; Prints PASS: or FAIL: by ZF, and the text at ESI.
report: push esi
        mov esi, pass
        jz .print
        inc byte [failures]
        mov esi, fail
.print: call print
        pop esi

print:  mov dx, 0x3F8
.next:  lodsb
        test al, al
        jz .end
        out dx, al
        jmp .next
.end:   ret

pass:     db 'PASS: ', 0
fail:     db 'FAIL: ', 0
magic:    db 'the boot loader is a Multiboot one', 10, 0
memory:   db 'there are 16 MBytes of memory', 10, 0
skipped:  db 'SKIP: the disk, for there is none', 10, 0
failures: db 0
