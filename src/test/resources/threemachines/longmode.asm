; IA-32e mode: 4-level paging, canonical addresses, gates and returns, fast system calls, segments, and the
; ways between its modes. SDM Vol. 3A "4-Level Paging and 5-Level Paging", "64-Bit Mode Interrupt and
; Exception Handling", "Segmentation in IA-32e Mode", "Initializing IA-32e Mode". A "long case" is in 64-bit
; mode at CPL 0, a "user case" at CPL 3, a "compatibility case" in 32-bit code at CPL 3.

LPDPT       equ LONGTABLES + 1000h
LPD         equ LONGTABLES + 2000h
LPT         equ LONGTABLES + 3000h
PAGE        equ 100000h         ; one with an entry to itself
ENTRY       equ LPT + (PAGE >> 12) * 8
STAR        equ 0C0000081h
LSTAR       equ 0C0000082h
CSTAR       equ 0C0000083h
FMASK       equ 0C0000084h
FSBASE      equ 0C0000100h

    jmp next_case
star:                           ; SYSCALL to CODE64, SYSRET to the selectors behind SYSRETBASE
    mov ecx, STAR
    xor eax, eax
    mov edx, (SYSRETBASE << 16) | CODE64
    wrmsr
    mov ecx, EFER
    rdmsr
    or eax, 1
    wrmsr
    ret
SYSRETBASE  equ 63h             ; below CALLGATE16's place: code, data and 64-bit code of CPL 3
syscalls:                       ; the descriptors that SYSCALL and SYSRET promise, and the MSRs
    mov dword [GDT + 60h], 0FFFFh
    mov dword [GDT + 64h], 0CFFB00h
    mov dword [GDT + 68h], 0FFFFh
    mov dword [GDT + 6Ch], 0CFF300h
    mov dword [GDT + 70h], 0FFFFh
    mov dword [GDT + 74h], 0AFFB00h
    call star
    xor edx, edx
    mov ecx, FMASK
    mov eax, 200h
    wrmsr
    mov ecx, LSTAR
    mov eax, syscall_target
    wrmsr
    ret
    bits 64
syscall_target:
    mov rax, rcx
    call show64
    mov rax, r11
    call show64
    mov eax, cs
    call show64
    mov eax, ss
    call show64
    pushfq
    pop rax
    call show64
    int 30h
supervisor:                     ; makes pages those of supervisor mode, which are seen from 200000h as user
    mov dword [LPD], LPT | 3    ; pages too, and sets the bits in ECX in CR4
    mov dword [LPD + 8], LPT | 7
    mov rax, cr3
    mov cr3, rax
    mov rax, cr4
    or eax, ecx
    mov cr4, rax
    ret
call_gate:                      ; at any CPL
    mov word [SCRATCH + 4], GATE64 | 3
    call far dword [SCRATCH]
call_gate0:
    mov word [SCRATCH + 4], GATE64
    call far dword [SCRATCH]
frame:                          ; a handler: RSP, its own flags, and five quadwords of the stack
    mov esi, 5
    mov rax, rsp
    call show64
    pushfq
    pop rax
    call show64
.item:
    pop rax
    call show64
    dec esi
    jnz .item
    xor eax, eax
    mov ax, ss
    call show64
    jmp leave_long
    bits 32

long case reads set accessed bits
in the mode
    mov al, [PAGE]
    mov rax, [LONGTABLES]
    call show64
    mov rax, [LPDPT]
    call show64
    mov rax, [ENTRY]
    call show64
long case writes set the dirty bit
in the mode
    mov [PAGE], al
    mov rax, [ENTRY]
    call show64
    mov rax, [LPD]
    call show64
long case a page of 2 MBytes
in the mode
    mov dword [LPD + 8], 83h
    mov rax, [200000h + LONGTABLES]
    call show64
    mov [200000h + SCRATCH], al
    mov rax, [LPD + 8]
    call show64
long case a page of 1 GByte
in the mode
    mov dword [LPDPT + 8], 83h
    mov rax, [40000000h + LONGTABLES + 8]
    call show64
    mov [40000000h + SCRATCH], al
    mov rax, [LPDPT + 8]
    call show64
long case a reserved bit of a page of 1 GByte
in the mode
    mov dword [LPDPT + 8], 2083h
    mov al, [40000000h]
long case a reserved bit of a page of 2 MBytes
in the mode
    mov dword [LPD + 8], 2083h
    mov [200000h], al
long case PS in a PML4 entry
in the mode
    mov dword [LONGTABLES + 8], LPDPT | 83h
    mov rax, 8000000000h
    mov al, [rax]
long case bit 51 in a page-table entry
in the mode
    mov dword [ENTRY + 4], 80000h
    mov al, [PAGE]
long case no PML4 entry
in the mode
    mov rax, 123456789000h
    mov [rax], al
long case no PDPT entry
in the mode
    mov rax, 7FFFFFF8h
    mov rax, [rax]
long case no directory entry
in the mode
    mov eax, [3FFFFFFCh]
long case no page-table entry
in the mode
    and byte [ENTRY], 0FEh
    invlpg [PAGE]
    mov rax, [PAGE + 8]
long case the upper half
in the mode
    mov dword [LONGTABLES + 256 * 8], LPDPT | 7
    mov rax, 0FFFF800000000000h + LONGTABLES
    mov rax, [rax]
    call show64
long case execute disable
in the mode
    mov byte [PAGE], 0C3h
    mov dword [ENTRY + 4], 80000000h
    invlpg [PAGE]
    mov al, [PAGE]
    mov eax, PAGE
    call rax
long case execute disable in a directory entry
in the mode
    mov dword [LPD + 8], 83h
    mov dword [LPD + 12], 80000000h
    mov eax, 200000h
    jmp rax
long case execute disable without NXE
in the mode
    mov ecx, EFER
    rdmsr
    and eax, ~800h
    wrmsr
    mov dword [ENTRY + 4], 80000000h
    invlpg [PAGE]
    mov al, [PAGE]
long case a write to a read-only page
in the mode
    mov [READ + 8], rax
long case a write to a read-only page without WP
in the mode
    mov rax, cr0
    and eax, 0FFFEFFFFh
    mov cr0, rax
    mov [READ + 8], rax
    mov rax, [LPT + (READ >> 12) * 8]
    call show64
long case a write through a read-only directory entry
in the mode
    mov dword [LPD + 8], LPT | 5
    mov [200000h + PAGE], al
user case a supervisor page
    mov dword [SAVED], 0
in the mode
    mov al, [HOLE]
long case SMEP
in the mode
    mov ecx, 100000h
    call supervisor
    mov eax, 200000h + PAGE
    jmp rax
long case SMAP
in the mode
    mov ecx, 200000h
    call supervisor
    mov al, [200000h + PAGE]
long case SMAP with AC
in the mode
    mov ecx, 200000h
    call supervisor
    push qword 40002h
    popfq
    mov al, [200000h + PAGE]

long case a read that is not canonical
in the mode
    mov rax, 800000000000h
    mov al, [rax]
long case a read by RBP that is not canonical
in the mode
    mov rbp, 8000000000000000h
    mov rax, [rbp]
long case a push to an address that is not canonical
in the mode
    mov byte [IDT64 + 0C4h], 1
    mov qword [TSS + 24h], STACK1
    mov rsp, 800000000004h
    push rax
long case a jump to an address that is not canonical
in the mode
    mov rax, 800000000000h
    jmp rax
long case a call to an address that is not canonical
in the mode
    mov rax, 800000000000h
    call rax
long case a return to an address that is not canonical
in the mode
    mov rax, 800000000000h
    push rax
    ret
long case INVLPG of an address that is not canonical
in the mode
    mov rax, 800000000000h
    invlpg [rax]
long case the limit of a segment is not looked at
in the mode
    mov eax, DATA16
    mov ds, eax
    mov al, [PAGE]
long case an address of 32 bits wraps
in the mode
    mov dword [SCRATCH], 5A5A5A5Ah
    mov rax, 10000A000h
    mov eax, [eax]
    call show64
long case a null data segment
in the mode
    xor eax, eax
    mov ds, eax
    mov ss, eax
    mov al, [SCRATCH]
    mov eax, ss
    call show64
user case a null stack segment
in the mode
    xor eax, eax
    mov ss, eax
long case the base of FS
in the mode
    mov dword [SCRATCH + 10h], 12345678h
    mov ecx, FSBASE
    mov eax, SCRATCH
    xor edx, edx
    wrmsr
    mov eax, [fs:10h]
    call show64
long case a base of FS that is not canonical
in the mode
    mov ecx, FSBASE
    xor eax, eax
    mov edx, 8000h
    wrmsr
long case SWAPGS
in the mode
    mov ecx, 0C0000102h
    mov eax, 1234h
    mov edx, 5678h
    wrmsr
    swapgs
    mov ecx, 0C0000101h
    rdmsr
    call show64
    mov eax, edx
    call show64
user case SWAPGS at CPL 3
in the mode
    swapgs
long case RDFSBASE without FSGSBASE
in the mode
    rdfsbase rax

long case clearing PG
in the mode
    mov rax, cr0
    and eax, 7FFFFFFFh
    mov cr0, rax
long case clearing PAE
in the mode
    mov rax, cr4
    and eax, ~20h
    mov cr4, rax
long case clearing LME
in the mode
    mov ecx, EFER
    rdmsr
    and eax, ~100h
    wrmsr
long case an upper bit of CR0
in the mode
    mov rax, cr0
    bts rax, 32
    mov cr0, rax
long case a reserved bit of CR3
in the mode
    mov rax, cr3
    bts rax, 62
    mov cr3, rax
long case CR8
in the mode
    mov eax, 9
    mov cr8, rax
    mov rax, cr8
    call show64
    xor eax, eax
    mov cr8, rax
long case a reserved bit of CR8
in the mode
    mov eax, 10h
    mov cr8, rax
case enabling paging with LME and without PAE
    mov ecx, EFER
    rdmsr
    or eax, 100h
    wrmsr
    mov eax, cr0
    or eax, 80000000h
    mov cr0, eax
case enabling IA-32e mode with a 16-bit TSS
    and byte [GDT + TASK16 + 5], 0FDh
    mov eax, TASK16
    ltr ax
    mov eax, cr4
    or eax, 20h
    mov cr4, eax
    mov eax, LONGTABLES
    mov cr3, eax
    mov ecx, EFER
    rdmsr
    or eax, 100h
    wrmsr
    mov eax, cr0
    or eax, 80000000h
    mov cr0, eax

long case a far jump to a segment with both L and D
    or byte [GDT + CONFORMING + 6], 60h
in the mode
    mov dword [SCRATCH], .inside
    mov word [SCRATCH + 4], CONFORMING
    jmp far dword [SCRATCH]
long case a far jump to a TSS
in the mode
    mov dword [SCRATCH], 0
    mov word [SCRATCH + 4], TASK64
    jmp far dword [SCRATCH]
long case a far jump through a task gate
in the mode
    mov word [SCRATCH + 4], TASKGATE
    jmp far dword [SCRATCH]
long case a far jump with an opcode that is none
in the mode
    db 0EAh
    times 6 db 0
long case compatibility mode and back
in the mode
    mov dword [SCRATCH], .small
    mov word [SCRATCH + 4], CODE
    jmp far dword [SCRATCH]
.small:
    bits 32
    mov eax, 1
    dec eax                     ; REX in 64-bit mode
    push eax
    push dword CODE64
    push dword .large
    mov eax, esp
    retf
    bits 64
.large:
    call show64
    mov rax, rsp
    call show64
long case LTR
in the mode
    str eax
    call show64
    mov eax, TASK64
    ltr ax
long case LTR with a type in the upper half
in the mode
    mov eax, CALLGATE16
    mov qword [GDT + CALLGATE16], 67h
    mov byte [GDT + CALLGATE16 + 5], 89h
    ltr ax
long case LLDT
in the mode
    mov qword [GDT + LOCAL + 8], 0
    mov eax, LOCAL
    lldt ax
    sldt eax
    call show64
long case LAR and LSL of a system descriptor
in the mode
    mov ecx, TASK64
    xor eax, eax
    lar eax, ecx
    call show64
    lsl eax, ecx
    call show64
long case LAR of a task gate
in the mode
    mov ecx, TASKGATE
    mov eax, 77h
    lar eax, ecx
    call show64
    pushfq
    pop rax
    call show64
long case SGDT and SIDT
in the mode
    sgdt [SCRATCH]
    mov rax, [SCRATCH + 2]
    call show64
    sidt [SCRATCH]
    mov ax, [SCRATCH]
    call show64

long case an interrupt gate
in the mode
    mov word [IDT64 + 310h], frame - 0F0000h
    sti
    int 31h
long case a trap gate
in the mode
    mov word [IDT64 + 310h], frame - 0F0000h
    mov byte [IDT64 + 315h], 8Fh
    sti
    int 31h
long case a stack that is not aligned
in the mode
    mov word [IDT64 + 310h], frame - 0F0000h
    sub rsp, 5
    int 31h
long case an interrupt stack table entry
in the mode
    mov word [IDT64 + 310h], frame - 0F0000h
    mov byte [IDT64 + 314h], 3
    mov qword [TSS + 24h + 16], STACK1 + 3
    int 31h
long case an interrupt stack table entry that is not canonical
in the mode
    mov byte [IDT64 + 314h], 1
    mov rax, 900000000000h
    mov [TSS + 24h], rax
    int 31h
long case an interrupt stack in a page that is not present
in the mode
    mov byte [IDT64 + 314h], 1
    mov qword [TSS + 24h], HOLE + 800h
    mov byte [IDT64 + 0E4h], 0
    int 31h
user case an interrupt from CPL 3
    mov word [IDT + 188h], frame - 0F0000h
in the mode
    int 31h
user case an interrupt from CPL 3 with an interrupt stack table entry
    mov word [IDT + 188h], frame - 0F0000h
    mov byte [IDT + 18Ch], 2
    mov dword [TSS + 24h + 8], STACK1
    mov dword [TSS + 24h + 12], 0
in the mode
    int 31h
long case a gate to a segment of compatibility mode
in the mode
    mov word [IDT64 + 312h], CODE
    int 31h
long case a gate to a null selector
in the mode
    mov word [IDT64 + 312h], 0
    int 31h
long case a gate to an address that is not canonical
in the mode
    mov dword [IDT64 + 318h], 8000h
    int 31h
long case a gate of a 16-bit type
in the mode
    mov byte [IDT64 + 315h], 86h
    int 31h
long case a task gate
in the mode
    mov byte [IDT64 + 315h], 85h
    int 31h
long case an interrupt beyond the IDT
in the mode
    mov word [SCRATCH], 7FFh
    mov qword [SCRATCH + 2], IDT64
    lidt [SCRATCH]
    int 80h

long case IRETQ with NT
in the mode
    push qword 4002h
    popfq
    iretq
long case IRETQ to an address that is not canonical
in the mode
    push qword 10h
    push rsp
    push qword 2
    push qword CODE64
    mov rax, 800000000000h
    push rax
    iretq
long case IRETQ with a null SS
in the mode
    mov rax, rsp
    push qword 0
    push rax
    push qword 2
    push qword CODE64
    mov eax, .here
    push rax
    iretq
.here:
    mov eax, ss
    call show64
    mov rax, rsp
    call show64
long case IRETQ to CPL 3 with a null SS
in the mode
    push qword 0
    push qword USERSTACK
    push qword 2
    push qword UCODE64
    push qword 0
    iretq
long case IRETQ with another RPL in SS
in the mode
    push qword DATA
    push qword USERSTACK
    push qword 2
    push qword UCODE64
    push qword 0
    iretq
long case IRETD in 64-bit mode
in the mode
    mov eax, esp
    sub rsp, 20
    mov dword [rsp], .here
    mov dword [rsp + 4], CODE64
    mov dword [rsp + 8], 2
    mov [rsp + 12], eax
    mov dword [rsp + 16], DATA
    iretd
.here:
    mov rax, rsp
    call show64
    pushfq
    pop rax
    call show64
long case RETF to CPL 3
in the mode
    push qword UDATA
    push qword USERSTACK
    push qword UCODE64
    mov eax, .here
    push rax
    retfq
.here:
    mov eax, cs
    call show64

long case a call gate at CPL 0
    mov word [GDT + GATE64], frame - 0F0000h
in the mode
    jmp call_gate0
user case a call gate from CPL 3
    mov word [GDT + GATE64], frame - 0F0000h
in the mode
    jmp call_gate
compatibility case a call gate from compatibility mode
    mov word [GDT + GATE64], frame - 0F0000h
in the mode
    mov word [SCRATCH + 4], GATE64 | 3
    call far [SCRATCH]
user case a call gate with a DPL below CPL
    mov byte [GDT + GATE64 + 5], 8Ch
in the mode
    jmp call_gate0
long case a call gate with a type in the upper half
    mov byte [GDT + GATE64 + 13], 1
in the mode
    jmp call_gate0
long case a call gate to compatibility mode
    mov word [GDT + GATE64 + 2], CODE
in the mode
    jmp call_gate0
long case a call gate that is absent
    mov byte [GDT + GATE64 + 5], 6Ch
in the mode
    jmp call_gate0

user case SYSCALL
    call syscalls
    or dword [FLAGS], 200h
in the mode
    stc
    syscall
user case SYSCALL without SCE
in the mode
    syscall
long case SYSRET to 64-bit mode
    call syscalls
in the mode
    mov ecx, .user
    mov r11d, 3003h
    mov rsp, 9000h
    db 48h, 0Fh, 7              ; SYSRETQ
.user:
    mov eax, cs
    call show64
    mov eax, ss
    call show64
long case SYSRET to compatibility mode
    call syscalls
in the mode
    mov ecx, .user
    mov r11d, 2
    db 0Fh, 7
.user:
    bits 32
    mov eax, 1
    dec eax
    int 31h
    bits 64
long case SYSRET to an address that is not canonical
    call syscalls
in the mode
    mov rcx, 800000000000h
    mov r11d, 2
    mov rsp, USERSTACK
    db 48h, 0Fh, 7
user case SYSRET at CPL 3
    call syscalls
in the mode
    db 48h, 0Fh, 7
user case SYSENTER
    mov ecx, 174h
    mov eax, CODE
    xor edx, edx
    wrmsr
    inc ecx
    mov eax, STACK1
    wrmsr
    inc ecx
    mov eax, .target
    wrmsr
in the mode
    sysenter
.target:
    mov eax, cs
    call show64
    mov eax, ss
    call show64
    mov rax, rsp
    call show64
user case SYSENTER with a null CS
    mov ecx, 174h
    xor eax, eax
    xor edx, edx
    wrmsr
in the mode
    sysenter

long case a breakpoint on 8 bytes
    mov eax, SCRATCH
    mov dr0, eax
    mov eax, 90002h
    mov dr7, eax
in the mode
    mov [SCRATCH + 7], al
    nop
long case a breakpoint in the upper half
in the mode
    mov dword [LONGTABLES + 256 * 8], LPDPT | 7
    mov rax, 0FFFF800000000000h + SCRATCH
    mov dr1, rax
    mov ecx, 0D00008h
    mov dr7, rcx
    mov [SCRATCH], cl
    mov [rax], ecx
    nop
long case an upper bit of DR7
in the mode
    mov rax, 100000400h
    mov dr7, rax
long case CMPXCHG16B that is not aligned
in the mode
    cmpxchg16b [SCRATCH + 8]
long case MOVAPS that is not aligned
    mov eax, cr4
    or eax, 600h
    mov cr4, eax
in the mode
    movaps xmm0, [SCRATCH + 8]
