; Routines that compilers call without being asked to. System V calling convention.
bits 64

memcpy:                         ; rdi destination, rsi source, rdx bytes
        mov     rax, rdi
        mov     rcx, rdx
        rep movsb
        ret

memmove:
        mov     rax, rdi
        mov     rcx, rdx
        mov     r8, rdi
        sub     r8, rsi
        cmp     r8, rdx
        jb      .backwards      ; the destination begins inside the source
        rep movsb
        ret
.backwards:
        lea     rdi, [rdi + rdx - 1]
        lea     rsi, [rsi + rdx - 1]
        std
        rep movsb
        cld
        ret

memset:                         ; rdi destination, esi value, rdx bytes
        mov     r8, rdi
        mov     eax, esi
        mov     rcx, rdx
        rep stosb
        mov     rax, r8
        ret

memcmp:                         ; rdi and rsi, rdx bytes
        xor     eax, eax
        mov     rcx, rdx
        test    rcx, rcx
        jz      .equal
        repe cmpsb
        je      .equal
        movzx   eax, byte [rdi - 1]
        movzx   ecx, byte [rsi - 1]
        sub     eax, ecx
.equal:
        ret

__stack_chk_fail:               ; a function has overwritten its canary
        ud2

__cxa_pure_virtual:             ; a virtual function that no class has defined
        ud2

__cxa_atexit:                   ; destructors never run: a run ends before
        xor     eax, eax
        ret

__dso_handle:
__stack_chk_guard:
        dq      0x2F9A41C7E05D6B00
