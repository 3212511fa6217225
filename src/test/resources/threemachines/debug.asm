; Breakpoints, single steps and the debug registers. SDM Vol. 3B "Debug Registers", "Debug Exceptions".

case an instruction breakpoint
    mov eax, .here
    mov dr0, eax
    mov eax, 2
    mov dr7, eax
    nop
.here:
    nop
case a local instruction breakpoint in DR3
    mov eax, .here
    mov dr3, eax
    mov eax, 40h
    mov dr7, eax
.here:
    nop
case an instruction breakpoint that is not enabled
    mov eax, .here
    mov dr0, eax
    mov eax, 2 << 2
    mov dr7, eax
.here:
    nop
    mov eax, dr6
    call show
case an instruction breakpoint with RF
    mov eax, .here
    mov dr0, eax
    mov eax, 2
    mov dr7, eax
    push dword 10002h
    push dword CODE
    push dword .here
    iretd
.here:
    mov eax, dr6
    call show
case an instruction breakpoint is met again after RF
    mov eax, .here
    mov dr0, eax
    mov eax, 2
    mov dr7, eax
    push dword 10002h
    push dword CODE
    push dword .here
    mov ecx, 5
    iretd
.here:
    loop .here
case an instruction breakpoint not on the first byte
    mov eax, .here + 1
    mov dr0, eax
    mov eax, 2
    mov dr7, eax
.here:
    mov eax, 12345678h
    mov eax, dr6
    call show
case an instruction breakpoint on the first prefix
    mov eax, .here
    mov dr0, eax
    mov eax, 2
    mov dr7, eax
.here:
    db 66h
    nop
case an instruction breakpoint at two numbers
    mov eax, .here
    mov dr0, eax
    mov dr2, eax
    mov eax, 2
    mov dr7, eax
.here:
    nop
case an instruction breakpoint on a handler
    mov eax, stubs + 30h * 16
    mov dr1, eax
    mov eax, 8
    mov dr7, eax
    int 30h
case an instruction breakpoint after MOV SS
    mov eax, .here
    mov dr0, eax
    mov eax, 2
    mov dr7, eax
    mov ecx, DATA
    mov ss, ecx
.here:
    nop
    mov eax, dr6
    call show
case an instruction breakpoint comes before the fault of the instruction
    mov eax, .here
    mov dr0, eax
    mov eax, 2
    mov dr7, eax
.here:
    ud2

case a data breakpoint on writes of a byte
    mov eax, SCRATCH
    mov dr0, eax
    mov eax, 10002h
    mov dr7, eax
    mov byte [SCRATCH + 1], 1
    mov al, [SCRATCH]
    mov byte [SCRATCH], 1
    nop
case a data breakpoint on writes and a read
    mov eax, SCRATCH
    mov dr0, eax
    mov eax, 10002h
    mov dr7, eax
    mov eax, [SCRATCH]
    mov eax, dr6
    call show
case a data breakpoint on accesses and a read
    mov eax, SCRATCH
    mov dr0, eax
    mov eax, 30002h
    mov dr7, eax
    mov eax, [SCRATCH]
    nop
case a data breakpoint of 4 bytes and a byte
    mov eax, SCRATCH
    mov dr0, eax
    mov eax, 0D0002h
    mov dr7, eax
    mov byte [SCRATCH + 4], 1
    mov byte [SCRATCH + 3], 1
    nop
case a data breakpoint of 2 bytes at an odd address
    mov eax, SCRATCH + 1
    mov dr0, eax
    mov eax, 50002h
    mov dr7, eax
    mov byte [SCRATCH], 1
    nop
case a data breakpoint of a byte within a doubleword
    mov eax, SCRATCH + 2
    mov dr0, eax
    mov eax, 10002h
    mov dr7, eax
    mov dword [SCRATCH], 1
    nop
case a doubleword across the beginning of a breakpoint
    mov eax, SCRATCH + 4
    mov dr1, eax
    mov eax, 0D00008h
    mov dr7, eax
    mov dword [SCRATCH + 1], 1
    nop
case an access across two pages
    mov eax, SCRATCH + 1000h
    mov dr1, eax
    mov eax, 100008h
    mov dr7, eax
    mov dword [SCRATCH + 0FFEh], 1
    nop
case two data breakpoints at once
    mov eax, SCRATCH
    mov dr0, eax
    mov eax, SCRATCH + 2
    mov dr1, eax
    mov eax, 11000Ah
    mov dr7, eax
    mov dword [SCRATCH], 1
    nop
case a data breakpoint with one that is not enabled
    mov eax, SCRATCH
    mov dr0, eax
    mov eax, SCRATCH + 2
    mov dr1, eax
    mov eax, 110002h
    mov dr7, eax
    mov dword [SCRATCH], 1
    nop
case a read-modify-write
    mov eax, SCRATCH
    mov dr0, eax
    mov eax, 10002h
    mov dr7, eax
    add dword [SCRATCH], 5
    nop
case a push
    mov eax, STACK - 4
    mov dr0, eax
    mov eax, 10002h
    mov dr7, eax
    push eax
    nop
case a repeated string instruction
    mov eax, SCRATCH + 2
    mov dr0, eax
    mov eax, 10002h
    mov dr7, eax
    mov ecx, 5
    mov edi, SCRATCH
    mov word [IDT + 8], .handler - 0F0000h
    mov word [IDT + 14], 0Fh
    rep stosb
    nop
.handler:
    mov eax, ecx
    call show
    mov eax, [esp]
    call show
    mov eax, [esp + 8]
    call show
case a data breakpoint and MOV SS
    mov dword [SCRATCH], DATA
    mov eax, SCRATCH
    mov dr0, eax
    mov eax, 30002h
    mov dr7, eax
    mov ss, [SCRATCH]
    nop
    nop
case a fault instead of the access
    mov eax, SCRATCH
    mov dr0, eax
    mov eax, 10002h
    mov dr7, eax
    mov eax, READONLY
    mov ds, eax
    mov byte [SCRATCH], 1
case a data breakpoint and a single step at once
    mov eax, SCRATCH
    mov dr0, eax
    mov eax, 10002h
    mov dr7, eax
    push dword 102h
    popfd
    mov byte [SCRATCH], 1
    nop

case an I/O breakpoint
    mov eax, 8
    mov cr4, eax
    mov eax, 80h
    mov dr0, eax
    mov eax, 20002h
    mov dr7, eax
    out 80h, al
    nop
case an I/O breakpoint and IN
    mov eax, 8
    mov cr4, eax
    mov eax, 80h
    mov dr2, eax
    mov eax, 2000020h
    mov dr7, eax
    in al, 80h
    nop
case an I/O breakpoint of 4 bytes
    mov eax, 8
    mov cr4, eax
    mov eax, 80h
    mov dr0, eax
    mov eax, 0E0002h
    mov dr7, eax
    out 83h, al
    nop
case an I/O breakpoint without CR4.DE
    mov eax, 80h
    mov dr0, eax
    mov eax, 20002h
    mov dr7, eax
    out 80h, al
    mov eax, dr6
    call show

case a single step
    push dword 102h
    popfd
    nop
    nop
case a single step over a branch
    push dword 102h
    popfd
    jmp .there
    nop
.there:
    nop
case a single step over MOV SS
    mov ecx, DATA
    push dword 102h
    popfd
    mov ss, ecx
    nop
    nop
case a single step over INT n
    push dword 102h
    popfd
    int 30h
case a single step over a fault
    push dword 102h
    popfd
    ud2
case IRET that sets TF
    push dword 102h
    push dword CODE
    push dword .there
    iretd
.there:
    nop
    nop
case a single step onto an instruction breakpoint
    mov eax, .here
    mov dr0, eax
    mov eax, 2
    mov dr7, eax
    push dword 102h
    popfd
    nop
.here:
    nop
case a single step over a repeated string instruction
    mov ecx, 5
    mov edi, SCRATCH
    push dword 102h
    popfd
    rep stosb
    nop

case INT1
    int1
case INT3
    int3
case general detection
    mov eax, 2000h
    mov dr7, eax
    mov eax, dr0
case general detection clears itself
    mov eax, 2000h
    mov dr7, eax
    mov dr6, eax
case DR6 keeps what it has
    mov eax, 0FFFF6FF0h
    mov dr6, eax
    push dword 102h
    popfd
    nop
case DR6 loses the numbers of earlier breakpoints
    mov eax, 0FFFF0FFFh
    mov dr6, eax
    push dword 102h
    popfd
    nop
case constant bits of DR6 and DR7
    xor eax, eax
    mov dr6, eax
    mov dr7, eax
    mov eax, dr6
    call show
    mov eax, dr7
    call show
    mov eax, 0FFFFFFFFh
    mov dr6, eax
    mov eax, 0FFFFDF00h
    mov dr7, eax
    mov eax, dr6
    call show
    mov eax, dr7
    call show
case DR4 and DR5 are DR6 and DR7
    mov eax, dr4
    call show
    mov eax, dr5
    call show
case DR4 with CR4.DE
    mov eax, 8
    mov cr4, eax
    mov eax, dr4
case debug registers at CPL 3
    push dword UDATA
    push dword USERSTACK
    push dword UCODE
    push dword .user
    retf
.user:
    mov eax, dr0
case an instruction breakpoint at CPL 3
    mov eax, .here
    mov dr0, eax
    mov eax, 2
    mov dr7, eax
    push dword UDATA
    push dword USERSTACK
    push dword UCODE
    push dword .user
    retf
.user:
    nop
.here:
    nop
case an instruction breakpoint in a segment with a base
    mov eax, .here
    mov dr0, eax
    mov eax, 2
    mov dr7, eax
    jmp dword CODE16:.code - 0F0000h
    bits 16
.code:
    nop
.here:
    nop
    bits 32
