; Hardware task switches. SDM Vol. 3A "Task Management".

case jump to a TSS
    mov ebp, 0EB0EB0h
    mov dword [SAVED], next_case
    jmp dword TASK32:0

case call a TSS and return
    mov dword [SAVED], .nested
    mov ebp, 123h
    call dword TASK32:0
    mov eax, ebp
    call show
    pushfd
    pop eax
    call show
    movzx eax, byte [GDT + TASK + 5]
    call show
    movzx eax, byte [GDT + TASK32 + 5]
    call show
    mov eax, [TSS32 + 24h]      ; NT is cleared in the image of the task that ended
    call show
    jmp next_case
.nested:
    iretd

case jump through a task gate
    mov dword [SAVED], next_case
    jmp dword TASKGATE:0

case call through a task gate
    mov dword [SAVED], next_case
    call dword TASKGATE:0

case jump to a 16-bit TSS
    mov dword [SAVED], next_case
    mov dword [TSS16 + 14h], 0B1B1h
    jmp dword TASK16:0

case call a 16-bit TSS and return
    mov dword [SAVED], .nested
    call dword TASK16:0
    mov eax, ebp
    call show
    jmp next_case
.nested:
    iretd

case jump to a busy TSS
    jmp dword BUSYTASK:0
case jump to a TSS that is too short
    jmp dword SHORTTASK:0
case jump to a TSS that is not present
    jmp dword ABSENTTASK:0
case jump to the current task
    jmp dword TASK:0
case jump to an LDT
    jmp dword LOCAL:0
case jump to an absent task gate
    and byte [GDT + TASKGATE + 5], 7Fh
    jmp dword TASKGATE:0
case jump to a task gate with a null selector
    mov word [GDT + TASKGATE + 2], 0
    jmp dword TASKGATE:0
case jump to a task gate with a selector of the LDT
    mov word [GDT + TASKGATE + 2], TASK32 | 4
    jmp dword TASKGATE:0
case jump to a task gate beyond the GDT
    mov word [GDT + TASKGATE + 2], 200h
    jmp dword TASKGATE:0
case jump to a task gate that leads to code
    mov word [GDT + TASKGATE + 2], CODE
    jmp dword TASKGATE:0
case jump to a task gate with a selector above its DPL
    and byte [GDT + TASKGATE + 5], 9Fh
    jmp dword TASKGATE | 3:0
case jump to a TSS with a selector above its DPL
    jmp dword TASK16 | 3:0

case IRET to a task that is not busy
    mov word [TSS], TASK32
    push dword 4002h
    popfd
    iretd
case IRET to a null link
    push dword 4002h
    popfd
    iretd
case IRET to a link in the LDT
    mov word [TSS], TASK32 | 4
    push dword 4002h
    popfd
    iretd
case IRET to a busy task
    mov dword [SAVED], next_case
    or byte [GDT + TASK32 + 5], 2
    mov word [TSS], TASK32
    push dword 4002h
    popfd
    iretd

case a TSS with a null SS
    mov word [TSS32 + 50h], 0
    jmp dword TASK32:0
case a TSS with a read-only SS
    mov word [TSS32 + 50h], READONLY
    jmp dword TASK32:0
case a TSS with an absent SS
    mov word [TSS32 + 50h], ABSENT
    jmp dword TASK32:0
case a TSS with an SS of another DPL
    mov word [TSS32 + 50h], UDATA
    jmp dword TASK32:0
case a TSS with an SS beyond the GDT
    mov word [TSS32 + 50h], 300h
    jmp dword TASK32:0
case a TSS with a data segment in CS
    mov word [TSS32 + 4Ch], DATA
    jmp dword TASK32:0
case a TSS with a null CS
    mov word [TSS32 + 4Ch], 0
    jmp dword TASK32:0
case a TSS with an absent CS
    mov word [TSS32 + 4Ch], ABSENTCODE
    jmp dword TASK32:0
case a TSS with a CS of another DPL
    mov word [TSS32 + 4Ch], CODE | 3
    mov word [TSS32 + 50h], UDATA
    jmp dword TASK32:0
case a TSS with an execute-only DS
    mov word [TSS32 + 54h], EXECONLY
    jmp dword TASK32:0
case a TSS with an absent ES
    mov word [TSS32 + 48h], ABSENT
    jmp dword TASK32:0
case a TSS with an FS beyond the GDT
    mov word [TSS32 + 58h], 300h
    jmp dword TASK32:0
case a TSS with an LDT selector that is no LDT
    mov word [TSS32 + 60h], DATA
    jmp dword TASK32:0
case a TSS with an LDT selector in the LDT
    mov word [TSS32 + 60h], LOCAL | 4
    jmp dword TASK32:0
case a TSS with an absent LDT
    and byte [GDT + LOCAL + 5], 7Fh
    mov word [TSS32 + 60h], LOCAL
    jmp dword TASK32:0
case a TSS with an LDT that holds DS
    mov dword [SAVED], next_case
    mov dword [LDT + 8], 0FFFFh
    mov dword [LDT + 12], 00CF9300h
    mov word [TSS32 + 60h], LOCAL
    mov word [TSS32 + 54h], 0Ch
    jmp dword TASK32:0
case a TSS with EIP beyond the limit
    mov word [TSS32 + 4Ch], CODE16
    mov dword [TSS32 + 20h], 12345h
    jmp dword TASK32:0
case a TSS with the T flag
    mov byte [TSS32 + 64h], 1
    jmp dword TASK32:0
case a task switch clears local breakpoints
    mov eax, 0FFh
    mov dr7, eax
    mov dword [SAVED], .on
    jmp dword TASK32:0
.on:
    mov eax, dr7
    call show
    jmp next_case

case an exception through a task gate
    mov word [IDT + 6 * 8 + 2], TASK32
    mov byte [IDT + 6 * 8 + 5], 85h
    mov dword [SAVED], next_case
    ud2
case an exception with an error code through a task gate
    mov word [IDT + 13 * 8 + 2], TASK32
    mov byte [IDT + 13 * 8 + 5], 85h
    mov dword [SAVED], .on
    mov eax, 300h
    mov ds, eax
.on:
    mov eax, esp
    call show
    mov eax, [esp]
    call show
    jmp next_case
case an exception with an error code through a task gate to a 16-bit task
    mov word [IDT + 13 * 8 + 2], TASK16
    mov byte [IDT + 13 * 8 + 5], 85h
    mov dword [SAVED], .on
    mov eax, 300h
    mov ds, eax
.on:
    movzx eax, word [esp]
    call show
    jmp next_case
case an exception through a task gate to a busy task
    mov word [IDT + 6 * 8 + 2], BUSYTASK
    mov byte [IDT + 6 * 8 + 5], 85h
    ud2
case an exception through a task gate to an absent task
    mov word [IDT + 6 * 8 + 2], ABSENTTASK
    mov byte [IDT + 6 * 8 + 5], 85h
    ud2
case an exception through a task gate to a task that is too short
    mov word [IDT + 6 * 8 + 2], SHORTTASK
    mov byte [IDT + 6 * 8 + 5], 85h
    ud2
case an exception through a task gate to a task with a bad DS
    mov word [IDT + 6 * 8 + 2], TASK32
    mov byte [IDT + 6 * 8 + 5], 85h
    mov word [TSS32 + 54h], EXECONLY
    ud2
case INT n through a task gate
    mov word [IDT + 30h * 8 + 2], TASK32
    mov byte [IDT + 30h * 8 + 5], 85h
    mov dword [SAVED], next_case
    int 30h
case INT n through a task gate to a task with a bad DS
    mov word [IDT + 30h * 8 + 2], TASK32
    mov byte [IDT + 30h * 8 + 5], 85h
    mov word [TSS32 + 54h], EXECONLY
    int 30h

case a task that begins at CPL 3
    mov dword [TSS32 + 20h], .user
    mov dword [TSS32 + 38h], USERSTACK
    mov dword [TSS32 + 4Ch], UCODE
    mov dword [TSS32 + 50h], UDATA
    mov dword [TSS32 + 48h], UDATA
    mov dword [TSS32 + 54h], UDATA
    jmp dword TASK32:0
.user:
    int 30h
case a task that begins in virtual-8086 mode
    mov dword [TSS32 + 20h], .code - 0F0000h
    mov dword [TSS32 + 24h], 23002h
    mov dword [TSS32 + 38h], 100h
    mov dword [TSS32 + 4Ch], 0F000h
    mov dword [TSS32 + 50h], 900h
    mov dword [TSS32 + 54h], 1234h
    jmp dword TASK32:0
    bits 16
.code:
    int 30h
    bits 32

case a task at CPL 3 with a bad DS gets its stack from the new TSS
    mov dword [TSS32 + 4Ch], UCODE
    mov dword [TSS32 + 50h], UDATA
    mov dword [TSS32 + 48h], UDATA
    mov dword [TSS32 + 54h], DATA
    jmp dword TASK32:0

    jmp next_case
to_user:                        ; goes on at CPL 3
    pop eax
    push dword UDATA
    push dword USERSTACK
    push dword UCODE
    push eax
    retf


case call through a gate from CPL 3 with parameters
    mov dword [SAVED], next_case
    call to_user
    push dword 11111111h
    push dword 22222222h
    call dword CALLGATE:0
case call through a gate at CPL 0
    mov dword [SAVED], next_case
    call dword CALLGATE:0
case jump through a gate
    mov dword [SAVED], next_case
    jmp dword CALLGATE:0
case jump through a gate from CPL 3
    call to_user
    jmp dword CALLGATE:0
case call through a 16-bit gate from CPL 3
    mov dword [SAVED], next_case
    call to_user
    push word 1111h
    call dword CALLGATE16:0
case call through an absent gate
    call dword ABSENTGATE:0
case call through a gate with a null selector
    mov word [GDT + CALLGATE + 2], 0
    call dword CALLGATE:0
case call through a gate to data
    mov word [GDT + CALLGATE + 2], DATA
    call dword CALLGATE:0
case call through a gate to an absent segment
    mov word [GDT + CALLGATE + 2], ABSENTCODE
    call dword CALLGATE:0
case call through a gate to less privileged code
    mov word [GDT + CALLGATE + 2], UCODE
    call dword CALLGATE:0
case call through a gate below CPL
    and byte [GDT + CALLGATE + 5], 9Fh
    call to_user
    call dword CALLGATE:0
case call through a gate with a null stack selector
    mov word [IDT + 10 * 8 + 2], TASK32
    mov byte [IDT + 10 * 8 + 5], 85h
    mov dword [SAVED], next_case
    mov word [TSS + 8], 0
    call to_user
    call dword CALLGATE:0
case call through a gate to CPL 1
    mov word [GDT + CALLGATE + 2], CODE1 & 0FCh
    mov dword [GDT + CALLGATE], ((CODE1 & 0FCh) << 16) + (.one - 0F0000h)
    call to_user
    call dword CALLGATE:0
.one:
    int 30h
