; System-management mode: what an SMI finds and leaves, what RSM brings back. The SMI is a message of the local
; APIC to its own processor. The other machines have another state save map than Intel's manual, which its
; revision identifier tells. SDM Vol. 3C "System Management Mode".

APIC        equ 0FEE00000h
ICR         equ APIC + 300h
HANDLER     equ 38000h
SMRAM       equ 40000h          ; end of the map
TOLD        equ 600h            ; what handlers note
HLTFLAG     equ 640h
MANY        equ 100000

    jmp next_case
smi:                            ; and waits until it has come
    mov dword [TOLD], 0
    mov dword [ICR], 4200h
    push ecx
    mov ecx, MANY
.wait:
    cmp dword [TOLD], 0
    jne .come
    dec ecx
    jnz .wait
.come:
    pop ecx
    ret

handler:                        ; from ESI to EDI
    push edi
    push ecx
    mov ecx, edi
    sub ecx, esi
    mov edi, HANDLER
    rep movsb
    pop ecx
    pop edi
    ret

    bits 16
noting:                         ; registers, as the handler finds them
    mov [TOLD + 4], eax
    mov eax, cr0
    mov [TOLD + 8], eax
    mov eax, cr4
    mov [TOLD + 0Ch], eax
    mov ax, cs
    mov [TOLD + 10h], ax
    mov ax, ds
    mov [TOLD + 12h], ax
    mov ax, ss
    mov [TOLD + 14h], ax
    mov eax, dr7
    mov [TOLD + 18h], eax
    mov eax, cr3
    mov [TOLD + 1Ch], eax
    mov sp, TOLD + 24h
    pushfd
    mov ecx, 0C0000080h
    rdmsr
    mov [TOLD + 24h], eax
    mov dword [TOLD], 1
    rsm
noting_end:

flat:                           ; the whole of memory can be reached
    mov eax, [dword 0F0000h + (digits - 0F0000h)]
    mov [TOLD + 4], eax
    mov dword [dword 101000h], 0CAFEh
    mov dword [TOLD], 1
    rsm
flat_end:

spoiling:
    mov eax, 0DEADBEEFh
    mov ebx, eax
    mov ecx, eax
    mov edx, eax
    mov esi, eax
    mov edi, eax
    mov ebp, eax
    mov ax, 1234h
    mov ds, ax
    mov es, ax
    mov fs, ax
    mov gs, ax
    mov ss, ax
    mov esp, 0FFFFh
    xor eax, eax
    mov ds, ax
    mov dword [TOLD], 1
    stc
    rsm
spoiling_end:

counting:                       ; asks for another SMI in the first one
    inc dword [TOLD + 4]
    cmp dword [TOLD + 4], 1
    jne .end
    mov dword [dword ICR], 4200h
    mov dword [dword ICR], 4200h
    mov ecx, 1000
.wait:
    dec cx
    jnz .wait
    mov eax, [TOLD + 4]
    mov [TOLD + 8], eax
.end:
    mov dword [TOLD], 1
    rsm
counting_end:

nmi:                            ; asks for an NMI
    mov dword [dword ICR], 4400h
    mov ecx, 1000
.wait:
    dec cx
    jnz .wait
    mov dword [TOLD], 1
    rsm
nmi_end:

protected:                      ; goes to protected mode, and returns from there
    lgdt [cs:.table - protected + 8000h]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp dword CODE:HANDLER + .wide - protected
    bits 32
.wide:
    mov eax, DATA
    mov ds, eax
    mov dword [TOLD + 4], 32
    mov dword [TOLD], 1
    rsm
    bits 16
.table:
    dw GDTEND - 1
    dd GDT
protected_end:

moving:                         ; SMBASE
    mov dword [TOLD], 1
    cmp word [cs:0FEFCh], 64h
    je .other
    mov dword [cs:0FEF8h], 50000h
    rsm
.other:
    mov dword [cs:0FF00h], 50000h
    rsm
moving_end:

moved:
    mov ax, cs
    mov [TOLD + 4], ax
    mov dword [TOLD], 2
    cmp word [cs:0FEFCh], 64h
    je .other
    mov dword [cs:0FEF8h], 30000h
    rsm
.other:
    mov dword [cs:0FF00h], 30000h
    rsm
moved_end:
    bits 32

case an instruction for SMM alone
    rsm
case what the handler finds
    mov esi, noting
    mov edi, noting_end
    call handler
    stc
    std
    cld
    mov eax, 10h
    mov cr4, eax
    mov eax, 401h
    mov dr7, eax
    mov eax, 12345678h
    call smi
    mov ecx, 9
    mov ebx, TOLD + 4
.next:
    mov eax, [ebx]
    call show
    add ebx, 4
    loop .next
case what RSM brings back
    mov esi, spoiling
    mov edi, spoiling_end
    call handler
    mov eax, 18h
    mov cr4, eax
    mov eax, 11111111h
    mov ebx, 22222222h
    mov ecx, 33333333h
    mov edx, 44444444h
    mov esi, 55555555h
    mov edi, 66666666h
    mov ebp, 77777777h
    stc
    call smi
    pushfd
    call show
    mov eax, ebx
    call show
    mov eax, ecx
    call show
    mov eax, edx
    call show
    mov eax, esi
    call show
    mov eax, edi
    call show
    mov eax, ebp
    call show
    mov eax, cr0
    call show
    mov eax, cr4
    call show
    mov eax, ds
    call show
    mov eax, ss
    call show
    lea eax, [esp + 4]
    call show
case segments reach 4 GBytes
    mov dword [101000h], 0
    mov esi, flat
    mov edi, flat_end
    call handler
    call smi
    mov eax, [TOLD + 4]
    call show
    mov eax, [101000h]
    call show
case one SMI waits in SMM
    mov esi, counting
    mov edi, counting_end
    call handler
    mov dword [TOLD + 4], 0
    call smi
    mov eax, [TOLD + 8]
    call show
    mov eax, [TOLD + 4]
    call show
case an NMI waits in SMM
    mov esi, nmi
    mov edi, nmi_end
    call handler
    mov eax, .come
    mov [IDT + 2 * 8], ax
    call smi
    mov eax, 0BADBAD00h
    call show
    jmp next_case
.come:
    mov eax, [TOLD]
    call show
case a handler in protected mode
    mov esi, protected
    mov edi, protected_end
    call handler
    call smi
    mov eax, [TOLD + 4]
    call show
    mov eax, cs
    call show
case SMBASE is moved
    mov esi, moved
    mov ecx, moved_end - moved
    mov edi, 58000h
    rep movsb
    mov esi, moving
    mov edi, moving_end
    call handler
    call smi
    mov eax, [TOLD]
    call show
    call smi
    mov eax, [TOLD]
    call show
    mov eax, [TOLD + 4]
    call show
