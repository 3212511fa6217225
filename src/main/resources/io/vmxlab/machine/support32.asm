; Routines that compilers call without being asked to. Arguments on the stack.
bits 32

memcpy:
        push    edi
        push    esi
        mov     edi, [esp + 12]
        mov     esi, [esp + 16]
        mov     ecx, [esp + 20]
        mov     eax, edi
        rep movsb
        pop     esi
        pop     edi
        ret

memmove:
        push    edi
        push    esi
        mov     edi, [esp + 12]
        mov     esi, [esp + 16]
        mov     ecx, [esp + 20]
        mov     eax, edi
        mov     edx, edi
        sub     edx, esi
        cmp     edx, ecx
        jb      .backwards      ; the destination begins inside the source
        rep movsb
        pop     esi
        pop     edi
        ret
.backwards:
        lea     edi, [edi + ecx - 1]
        lea     esi, [esi + ecx - 1]
        std
        rep movsb
        cld
        pop     esi
        pop     edi
        ret

memset:
        push    edi
        mov     edi, [esp + 8]
        mov     eax, [esp + 12]
        mov     ecx, [esp + 16]
        mov     edx, edi
        rep stosb
        mov     eax, edx
        pop     edi
        ret

memcmp:
        push    edi
        push    esi
        mov     edi, [esp + 12]
        mov     esi, [esp + 16]
        mov     ecx, [esp + 20]
        xor     eax, eax
        test    ecx, ecx
        jz      .equal
        repe cmpsb
        je      .equal
        movzx   eax, byte [edi - 1]
        movzx   ecx, byte [esi - 1]
        sub     eax, ecx
.equal:
        pop     esi
        pop     edi
        ret

__stack_chk_fail:               ; a function has overwritten its canary
__stack_chk_fail_local:
        ud2

__cxa_pure_virtual:             ; a virtual function that no class has defined
        ud2

__cxa_atexit:                   ; destructors never run: a run ends before
        xor     eax, eax
        ret

__dso_handle:
__stack_chk_guard:
        dd      0xE05D6B00
