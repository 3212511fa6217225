; What a gate to an inner level meets: every two faults together, to see which comes first; and stacks at the
; end of a page or of their limit, to see which push faults. Gates lead to CPL 1, so that exceptions have the
; stack of CPL 0. SDM Vol. 3A "Stack Switching", "Exception- or Interrupt-Handler Procedures", Vol. 2 "CALL",
; "INT n".

SMALL       equ ITEM | 1        ; a stack segment of CPL 1, writable up to 0FFFH
DOWN1       equ ITEM + 9        ; one that begins above 0C00FH

    jmp next_case
gates:                          ; a call gate with two parameters, an interrupt gate, both to CPL 1
    mov eax, landed
    mov [GDT + CALLGATE], ax
    mov word [GDT + CALLGATE + 2], CODE1
    mov [IDT + 200h], ax
    mov word [IDT + 202h], CODE1
    mov dword [GDT + ITEM], 0FFFh
    mov dword [GDT + ITEM + 4], 40B300h
    mov dword [GDT + ITEM + 8], 0C00Fh
    mov dword [GDT + ITEM + 12], 40B700h
    mov dword [WITHPAGES], 1
    mov dword [TARGET], 0
    mov dword [TARGET + 4], CALLGATE | 3
    mov dword [TARGET + 8], 0
    mov dword [TARGET + 12], GATE64 | 3
    mov dword [TARGET + 16], USERSTACK
    ret
gates64:                        ; to CPL 0, and page faults and stack faults with a stack of their own
    call gates
    mov eax, landed
    mov [GDT + GATE64], ax
    mov byte [IDT + 64h], 1
    mov byte [IDT + 74h], 1
    mov dword [TSS + 24h], STACK1
    mov dword [TSS + 28h], 0
    mov dword [TARGET + 20], 0  ; the upper half of RSP0
    ret

; Roughly in the order in which they are looked for.
chain faults
    call gates
item DPL of the gate
    mov byte [GDT + CALLGATE + 5], 8Ch
    mov byte [IDT + 205h], 8Eh
item the gate is absent
    and byte [GDT + CALLGATE + 5], 7Fh
    and byte [IDT + 205h], 7Fh
item a null selector
    mov word [GDT + CALLGATE + 2], 0
    mov word [IDT + 202h], 0
item no code segment
    mov word [GDT + CALLGATE + 2], DATA1
    mov word [IDT + 202h], DATA1
item an absent code segment
    and byte [GDT + (CODE1 & ~7) + 5], 7Fh
item a TSS that is too short
    mov word [GDT + TASK], 0Fh
    and byte [GDT + TASK + 5], 0FDh
    mov ecx, TASK
    ltr cx
item a null stack selector
    mov word [TSS + 10h], 0
item RPL of SS
    mov word [TSS + 10h], DATA1 & ~3
item DPL of SS
    mov word [TSS + 10h], 11h
item a read-only SS
    and byte [GDT + (DATA1 & ~7) + 5], 0FDh
item an absent SS
    and byte [GDT + (DATA1 & ~7) + 5], 7Fh
item no room on the stack
    and byte [GDT + (DATA1 & ~7) + 6], 70h
    and word [GDT + (DATA1 & ~7)], 0FFFh
item parameters on an absent page
    mov dword [TARGET + 16], HOLE
item EIP beyond the limit
    and byte [GDT + (CODE1 & ~7) + 6], 70h
item a stack on an absent page
    mov dword [TSS + 0Ch], HOLE + 800h
end list

; Pages: HOLE is absent, READ behind it is read-only, what is before HOLE is neither.
list stacks
    call gates
item all pushes on an absent page
    mov dword [TSS + 0Ch], HOLE + 800h
item all pushes at the end of an absent page
    mov dword [TSS + 0Ch], HOLE + 1000h
item two pushes on a read-only page and the others on an absent one
    mov dword [TSS + 0Ch], READ + 8
item two pushes on an absent page and the others on a present one
    mov dword [TSS + 0Ch], HOLE + 8
item a push across two bad pages
    mov dword [TSS + 0Ch], READ + 2
item a push across a good and a bad page
    mov dword [TSS + 0Ch], HOLE + 2
item a later push across a good and a bad page
    mov dword [TSS + 0Ch], HOLE + 12 + 2
item the top of memory
    mov dword [TSS + 0Ch], 8
item the end of the limit
    mov dword [TSS + 0Ch], 1000h
    mov dword [TSS + 10h], SMALL
item beyond the limit
    mov dword [TSS + 0Ch], 1004h
    mov dword [TSS + 10h], SMALL
item a push across the limit
    mov dword [TSS + 0Ch], 1002h
    mov dword [TSS + 10h], SMALL
item a later push wraps
    mov dword [TSS + 0Ch], 8
    mov dword [TSS + 10h], SMALL
item an absent page before the lower limit
    mov dword [TSS + 0Ch], HOLE + 18h
    mov dword [TSS + 10h], DOWN1
item a push across the lower limit
    mov dword [TSS + 0Ch], HOLE + 12h
    mov dword [TSS + 10h], DOWN1
item a read-only page before the limit of 16 bits
    mov dword [TSS + 0Ch], READ + 8
    mov dword [TSS + 10h], SMALL
item a 16-bit stack wraps
    mov dword [TSS + 0Ch], 70008h
    and byte [GDT + (DATA1 & ~7) + 6], 0BFh
item a 16-bit stack on an absent page
    mov dword [TSS + 0Ch], 70000h + HOLE + 8
    and byte [GDT + (DATA1 & ~7) + 6], 0BFh
end list

; The same for what CPL 3 pushes onto its own stack, ESP in TARGET + 16.
list userstacks
    call gates
    mov word [GDT + CALLGATE + 2], CONFORMING
    mov word [IDT + 202h], CONFORMING
item all pushes on an absent page
    mov dword [TARGET + 16], HOLE + 800h
item two pushes on a read-only page and the others on an absent one
    mov dword [TARGET + 16], READ + 8
item two pushes on an absent page and the others on a present one
    mov dword [TARGET + 16], HOLE + 8
item one push on a read-only page and the others on an absent one
    mov dword [TARGET + 16], READ + 4
item a push across two bad pages
    mov dword [TARGET + 16], READ + 2
item a push across a good and a bad page
    mov dword [TARGET + 16], HOLE + 2
item the top of memory
    mov dword [TARGET + 16], 4
end list

; RSP0 in IA-32e mode. Page faults and stack faults have a stack of their own.
list stacks64
    call gates64
item all pushes on an absent page
    mov dword [TSS + 4], HOLE + 800h
item all pushes at the end of an absent page
    mov dword [TSS + 4], HOLE + 1000h
item two pushes on a read-only page and the others on an absent one
    mov dword [TSS + 4], READ + 10h
item two pushes on an absent page and the others on a present one
    mov dword [TSS + 4], HOLE + 10h
item a stack that is not aligned
    mov dword [TSS + 4], READ + 0Ch
end list

; RSP0 where addresses stop being canonical.
list edges64
    call gates64
item an address that is not canonical
    mov dword [TARGET + 20], 8000h
item the first address that is not canonical
    mov dword [TSS + 4], 0
    mov dword [TARGET + 20], 8000h
item the upper half from its first address
    mov dword [TSS + 4], 0
    mov dword [TARGET + 20], 0FFFF8000h
item from the upper half into what is not canonical
    mov dword [TSS + 4], 10h
    mov dword [TARGET + 20], 0FFFF8000h
item around the top of memory
    mov dword [TSS + 4], 10h
end list

CPL 3 case two faults of CALL through a gate
for each of faults
in the mode
    mov esp, [TARGET + 16]
    call far dword [TARGET]
CPL 3 case two faults of INT n
for each of faults
in the mode
    int 40h
CPL 3 case CALL through a gate
for each of stacks
in the mode
    call far dword [TARGET]
CPL 3 case INT n
for each of stacks
in the mode
    int 40h
CPL 3 case a 16-bit call gate
for each of stacks
    mov byte [GDT + CALLGATE + 5], 0E4h
    mov dword [GDT + (CODE1 & ~7)], 0FFFFh
    mov dword [GDT + (CODE1 & ~7) + 4], 0BB0Fh
in the mode
    call far dword [TARGET]
CPL 3 case a 16-bit interrupt gate
for each of stacks
    mov byte [IDT + 205h], 0E6h
    mov dword [GDT + (CODE1 & ~7)], 0FFFFh
    mov dword [GDT + (CODE1 & ~7) + 4], 0BB0Fh
in the mode
    int 40h
CPL 3 case CALL through a gate at the same level
for each of userstacks
in the mode
    mov esp, [TARGET + 16]
    call far dword [TARGET]
CPL 3 case INT n at the same level
for each of userstacks
in the mode
    mov esp, [TARGET + 16]
    int 40h
CPL 3 case CALL to another segment
for each of userstacks
    mov word [TARGET + 4], UCODE
in the mode
    mov esp, [TARGET + 16]
    call far dword [TARGET]
CPL 3 case PUSHAD
for each of userstacks
in the mode
    mov esp, [TARGET + 16]
    pushad
CPL 3 case ENTER
for each of userstacks
in the mode
    mov esp, [TARGET + 16]
    mov ebp, esp
    enter 8, 3
user case CALL through a 64-bit gate
for each of stacks64
in the mode
    call far dword [TARGET + 8]
user case INT n in 64-bit mode
for each of stacks64
in the mode
    int 40h
compatibility case CALL through a 64-bit gate in compatibility mode
for each of stacks64
in the mode
    call far dword [TARGET + 8]
user case CALL through a 64-bit gate, RSP0 not canonical
for each of edges64
in the mode
    mov eax, [TARGET + 20]
    mov [TSS + 8], eax
    call far dword [TARGET + 8]
user case INT n in 64-bit mode, RSP0 not canonical
for each of edges64
in the mode
    mov eax, [TARGET + 20]
    mov [TSS + 8], eax
    int 40h
compatibility case CALL through a 64-bit gate, RSP0 not canonical, in compatibility mode
for each of edges64
in the mode
    mov eax, [TARGET + 20]
    mov [TSS + 8], eax
    call far dword [TARGET + 8]
