; Every way to another code segment, stack segment or task, with a selector of every kind and a descriptor of
; every type. Where a transfer succeeds INT 31H shows CS, SS, ESP and FS. SDM Vol. 3A "Protection", "Task
; Management", Vol. 2 "JMP", "CALL", "RET", "IRET", "INT n".

    jmp next_case
ready:                          ; far pointer at TARGET, and tasks that land
    mov dword [TARGET], landed
    mov eax, [SELECTOR]
    mov [TARGET + 4], eax
    mov dword [TSS32 + 20h], landed
    mov word [TSS16 + 0Eh], landed - 0F0000h
    mov word [TSS32], TASK
    mov word [TSS16], TASK
    ret
user_task:                      ; stack and data segments of CPL 3
    mov ecx, UDATA
    mov [TSS32 + 48h], ecx
    mov [TSS32 + 50h], ecx
    mov [TSS32 + 54h], ecx
    jmp ready
framed:                         ; at TARGET a frame of IRETD to the code segment
    call ready
    mov dword [TARGET + 8], 2
    mov dword [TARGET + 12], USERSTACK
    mov dword [TARGET + 16], UDATA
    ret
gates:                          ; through all gates to the code segment
    call ready
    mov [GDT + CALLGATE + 2], ax
    mov [GDT + GATE64 + 2], ax
    mov [IDT + 202h], ax
    mov eax, landed
    mov [GDT + CALLGATE], ax
    mov [GDT + GATE64], ax
    mov [IDT + 200h], ax
    mov word [TARGET + 4], CALLGATE | 3
    mov word [TARGET + 12], GATE64 | 3
    ret

protected case JMP
for each of descriptors
    call ready
in the mode
    jmp far dword [TARGET]
protected case CALL
for each of descriptors
    call ready
in the mode
    call far dword [TARGET]
protected case RETF
for each of descriptors
    call framed
    mov eax, USERSTACK
    mov [TARGET + 8], eax
    mov dword [TARGET + 12], UDATA
in the mode
    mov esp, TARGET
    o32 retf
protected case IRETD
for each of descriptors
    call framed
in the mode
    mov esp, TARGET
    iretd
system case RETF to CPL 3, SS
for each of descriptors
    call framed
    mov dword [TARGET + 4], UCODE
    mov dword [TARGET + 8], USERSTACK
    mov [TARGET + 12], eax
in the mode
    mov esp, TARGET
    o32 retf
system case IRETD to CPL 3, SS
for each of descriptors
    call framed
    mov dword [TARGET + 4], UCODE
    mov [TARGET + 16], eax
in the mode
    mov esp, TARGET
    iretd
long case IRETD to 64-bit mode, SS
for each of descriptors
    call framed
    mov dword [TARGET + 4], CODE64
    mov [TARGET + 16], eax
in the mode
    mov esp, TARGET
    iretd
long case IRETD to 64-bit mode at CPL 3, SS
for each of descriptors
    call framed
    mov dword [TARGET + 4], UCODE64
    mov [TARGET + 16], eax
in the mode
    mov esp, TARGET
    iretd
system case RETF to CPL 3, what is left in FS
for each of descriptors
    call framed
    mov dword [TARGET + 4], UCODE
    mov dword [TARGET + 8], USERSTACK
    mov dword [TARGET + 12], UDATA
in the mode
    mov fs, [SELECTOR]
    mov esp, TARGET
    o32 retf

legacy case CALL through a gate
for each of descriptors
    call gates
in the mode
    call far dword [TARGET]
legacy case JMP through a gate
for each of descriptors
    call gates
in the mode
    jmp far dword [TARGET]
IA-32e case CALL through a gate
for each of descriptors
    call gates
in the mode
    call far dword [TARGET + 8]
IA-32e case JMP through a gate
for each of descriptors
    call gates
in the mode
    jmp far dword [TARGET + 8]
protected case INT n, code segment of the gate
for each of descriptors
    call gates
in the mode
    mov ax, [SELECTOR]
    mov [IDT64 + 402h], ax
    int 40h
protected case INT n, the gate
for each of descriptors
    call ready
    mov eax, [GDT + ITEM]
    mov [IDT + 200h], eax
    mov eax, [GDT + ITEM + 4]
    mov [IDT + 204h], eax
in the mode
    mov word [IDT64 + 402h], CODE64
    int 40h
CPL 3 case CALL through a gate to CPL 1, SS
for each of descriptors
    call gates
    mov word [GDT + CALLGATE + 2], CODE1
    mov eax, [SELECTOR]
    mov [TSS + 10h], eax
in the mode
    call far dword [TARGET]
CPL 3 case INT n to CPL 1, SS
for each of descriptors
    call gates
    mov word [IDT + 202h], CODE1
    mov eax, [SELECTOR]
    mov [TSS + 10h], eax
in the mode
    int 40h

case a task, CS
for each of descriptors
    call ready
    mov [TSS32 + 4Ch], eax
    jmp dword TASK32:0
case a task with a stack of CPL 3, CS
for each of descriptors
    call user_task
    mov [TSS32 + 4Ch], eax
    jmp dword TASK32:0
case a task, SS
for each of descriptors
    call ready
    mov [TSS32 + 50h], eax
    jmp dword TASK32:0
case a task at CPL 3, SS
for each of descriptors
    call user_task
    mov dword [TSS32 + 4Ch], UCODE
    mov [TSS32 + 50h], eax
    jmp dword TASK32:0
case a task, FS
for each of descriptors
    call ready
    mov [TSS32 + 58h], eax
    jmp dword TASK32:0
case a task at CPL 3, FS
for each of descriptors
    call user_task
    mov dword [TSS32 + 4Ch], UCODE
    mov [TSS32 + 58h], eax
    jmp dword TASK32:0
case a task, LDTR
for each of descriptors
    call ready
    mov [TSS32 + 60h], eax
    jmp dword TASK32:0
case a 16-bit task, DS
for each of descriptors
    call ready
    mov [TSS16 + 28h], ax
    jmp dword TASK16:0
case a 16-bit task, LDTR
for each of descriptors
    call ready
    mov [TSS16 + 2Ah], ax
    jmp dword TASK16:0
case JMP through a task gate
for each of descriptors
    call ready
    mov [GDT + TASKGATE + 2], ax
    jmp dword TASKGATE:0
case CALL through a task gate
for each of descriptors
    call ready
    mov [GDT + TASKGATE + 2], ax
    call dword TASKGATE:0
case INT n through a task gate
for each of descriptors
    call ready
    mov [IDT + 202h], ax
    mov byte [IDT + 205h], 0E5h
    int 40h
case IRET to a nested task
for each of descriptors
    call ready
    mov [TSS], ax
    push dword 4002h
    popfd
    iretd
