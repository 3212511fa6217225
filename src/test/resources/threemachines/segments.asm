; Every way to load a segment register or to look at a descriptor, with a selector of every kind and a
; descriptor of every type, in every mode that has descriptors. SDM Vol. 3A "Protection", Vol. 2 "MOV", "POP",
; "LDS/LES/LFS/LGS/LSS", "LAR", "LSL", "VERR/VERW", "LLDT", "LTR".

protected case MOV DS
for each of descriptors
in the mode
    mov ds, [SELECTOR]
protected case MOV SS
for each of descriptors
in the mode
    mov cx, ss
    mov ss, [SELECTOR]
    mov ss, cx
protected case POP FS
for each of descriptors
in the mode
    push word [SELECTOR]
    o16 pop fs
protected case LGS
for each of descriptors
    mov eax, [SELECTOR]
    mov [TARGET + 4], ax
in the mode
    lgs eax, [TARGET]
protected case LSS
for each of descriptors
    mov eax, [SELECTOR]
    mov [TARGET + 4], ax
    mov dword [TARGET], 1234h
in the mode
    mov cx, ss
    mov dx, sp
    lss esp, [TARGET]
    mov ss, cx
    mov sp, dx
32-bit case POP SS
for each of descriptors
in the mode
    mov cx, ss
    mov dx, sp
    push word [SELECTOR]
    o16 pop ss
    mov ss, cx
    mov sp, dx
32-bit case LES
for each of descriptors
    mov eax, [SELECTOR]
    mov [TARGET + 4], ax
in the mode
    les eax, [TARGET]

protected case LAR
for each of descriptors
in the mode
    mov cx, [SELECTOR]
    mov ebx, 77777777h
    lar ebx, ecx
    and ebx, 0FFF0FFFFh         ; bits 19:16 are undefined
    int 32h
protected case LSL
for each of descriptors
in the mode
    mov cx, [SELECTOR]
    mov ebx, 77777777h
    lsl ebx, ecx
    int 32h
protected case VERR
for each of descriptors
in the mode
    xor ebx, ebx
    verr [SELECTOR]
    setz bl
    int 32h
protected case VERW
for each of descriptors
in the mode
    xor ebx, ebx
    verw [SELECTOR]
    setz bl
    int 32h
system case LLDT
for each of descriptors
in the mode
    lldt [SELECTOR]
system case LTR
for each of descriptors
in the mode
    ltr [SELECTOR]
