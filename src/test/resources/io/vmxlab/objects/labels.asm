; Labels without types and sizes, as nasm -f elf64 makes them. absent is defined nowhere.
        extern absent
        global alone, onward, pointer
        section .text
alone:  mov eax, 7
        ret
onward: test edi, edi
        jz alone
        call absent
        ret
pointer:
        lea rax, [rel onward]
        jmp rax
