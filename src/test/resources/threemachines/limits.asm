; Accesses at the ends of segments: of bytes and of pages, empty and whole, expanding up and down with 16 and
; 32 bits, through DS and through the stack. What is read is not shown, only whether it is refused: by #GP, and
; through SS by #SS. SDM Vol. 3A "Limit Checking", Vol. 1 "Procedure Stack".

protected case a byte
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ds, [SELECTOR]
    mov al, [ebx]
protected case a word written
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ds, [SELECTOR]
    mov [ebx], ax
legacy case a doubleword
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ds, [SELECTOR]
    mov eax, [ebx]
legacy case a doubleword exchanged
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ds, [SELECTOR]
    xadd [ebx], eax
legacy case a quadword
for each of ends
    fninit
in the mode
    mov ebx, [TARGET]
    mov ds, [SELECTOR]
    fild qword [ebx]
legacy case ten bytes
for each of ends
    fninit
in the mode
    mov ebx, [TARGET]
    mov ds, [SELECTOR]
    fld tword [ebx]
legacy case ten bytes written
for each of ends
    fninit
in the mode
    mov ebx, [TARGET]
    fldz
    mov ds, [SELECTOR]
    fstp tword [ebx]
legacy case sixteen bytes
for each of ends
    mov eax, cr4
    or eax, 600h
    mov cr4, eax
in the mode
    mov ebx, [TARGET]
    mov ds, [SELECTOR]
    movups xmm0, [ebx]
legacy case a bit
for each of ends
in the mode
    mov ecx, [TARGET]
    shl ecx, 3
    xor ebx, ebx
    mov ds, [SELECTOR]
    bt [ebx], ecx
legacy case XLAT
for each of ends
in the mode
    mov ebx, [TARGET]
    sub ebx, 5
    mov ds, [SELECTOR]
    mov al, 5
    a32 xlatb
legacy case a string read
for each of ends
in the mode
    mov esi, [TARGET]
    mov ds, [SELECTOR]
    a32 lodsd
legacy case a string written
for each of ends
in the mode
    mov edi, [TARGET]
    mov es, [SELECTOR]
    a32 stosd

; The stack is that of CPL 3: an exception has another one.
CPL 3 case PUSH
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ss, [SELECTOR]
    mov esp, ebx
    push eax
CPL 3 case PUSH of a word
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ss, [SELECTOR]
    mov esp, ebx
    push ax
CPL 3 case POP
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ss, [SELECTOR]
    mov esp, ebx
    pop eax
CPL 3 case POP to memory
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ss, [SELECTOR]
    mov esp, ebx
    pop dword [ss:1000h]
CPL 3 case near CALL
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ss, [SELECTOR]
    mov esp, ebx
    call landed
CPL 3 case far CALL
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ss, [SELECTOR]
    mov esp, ebx
    call dword UCODE:landed
CPL 3 case PUSHAD
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ss, [SELECTOR]
    mov esp, ebx
    pushad
CPL 3 case POPAD
for each of ends
in the mode
    mov ecx, [TARGET]
    mov ss, [SELECTOR]
    mov esp, ecx
    popad
CPL 3 case ENTER
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ss, [SELECTOR]
    mov esp, ebx
    mov ebp, ebx
    enter 16, 2
CPL 3 case LEAVE
for each of ends
in the mode
    mov ebx, [TARGET]
    mov ss, [SELECTOR]
    mov ebp, ebx
    leave
CPL 3 case a read by EBP
for each of ends
in the mode
    mov ebp, [TARGET]
    mov ss, [SELECTOR]
    mov eax, [ebp]
