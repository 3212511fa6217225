; The local APIC in xAPIC and x2APIC mode, its timer, and messages between two processors. Times are not
; shown, only what comes in which order. SDM Vol. 3A "Advanced Programmable Interrupt Controller (APIC)".

processors 2

APIC        equ 0FEE00000h
EOI         equ APIC + 0B0h
SVR         equ APIC + 0F0h
ESR         equ APIC + 280h
ICR         equ APIC + 300h
ICRHIGH     equ APIC + 310h
TIMER       equ APIC + 320h
ERRORS      equ APIC + 370h
INITIAL     equ APIC + 380h
CURRENT     equ APIC + 390h
DIVIDE      equ APIC + 3E0h
BASE        equ 1Bh
OTHER       equ 8000h           ; where the other processor begins
MAILBOX     equ 600h
COUNT       equ 610h
ORDER       equ 644h            ; vectors that came, a byte each, the last one lowest
MANY        equ 300000

    jmp next_case
apic_on:                        ; enabled by software; vectors 41H to 48H are noted and ended
    mov al, 0FFh                ; nothing of the 8259s
    out 21h, al
    out 0A1h, al
    call noting
    mov dword [SVR], 1FFh
    mov dword [DIVIDE], 0Bh
    mov dword [ERRORS], 10000h
    mov dword [TIMER], 10000h
    mov dword [INITIAL], 0
    mov dword [ESR], 0
    mov dword [APIC + 80h], 0
    sti                         ; a timer in real time may have left something
    nop
    cli
    mov dword [COUNT], 0
    mov dword [ORDER], 0
    ret

noting:                         ; gates of vectors 41H to 48H
    mov dword [COUNT], 0
    mov dword [ORDER], 0
    mov ebx, 41h
.gate:
    mov eax, ebx
    sub eax, 41h
    lea eax, [eax + eax * 4]
    add eax, noted
    mov [IDT + ebx * 8], ax
    shr eax, 16
    mov [IDT + ebx * 8 + 6], ax
    mov byte [IDT + ebx * 8 + 5], 8Eh
    inc ebx
    cmp ebx, 49h
    jb .gate
    ret

noted:                          ; a handler of five bytes for each vector
    times 8 call near note
note:
    xchg eax, [esp]
    sub eax, noted + 5
    push ecx
    push edx
    xor edx, edx
    mov ecx, 5
    div ecx
    add eax, 41h
    mov edx, [ORDER]
    shl edx, 8
    or edx, eax
    mov [ORDER], edx
    inc dword [COUNT]
    cmp dword [MAILBOX + 4], 0
    je .xapic
    xor eax, eax
    xor edx, edx
    mov ecx, 80Bh
    wrmsr
    jmp .end
.xapic:
    mov dword [EOI], 0
.end:
    pop edx
    pop ecx
    pop eax
    iretd

a_while:                        ; longer than anything takes that is to come meanwhile
    mov ecx, 20000
.more:
    pause
    loop .more
    ret

await:                          ; until EAX interrupts have come, or for long
    mov ecx, MANY
.again:
    cmp [COUNT], eax
    jae .come
    pause                       ; a machine in one thread goes on with the other processor
    dec ecx
    jnz .again
    mov eax, 0BAD0BADh
    call show
.come:
    ret

one_shown:                      ; one interrupt, and what came
    mov eax, 1
    call await
    cli
shown:                          ; what came
    mov eax, [COUNT]
    call show
    mov eax, [ORDER]
    call show
    ret

case registers after RESET
    mov eax, [APIC + 20h]
    call show
    mov eax, [APIC + 80h]
    call show
    mov eax, [APIC + 0D0h]
    call show
    mov eax, [APIC + 0E0h]
    call show
    mov eax, [SVR]
    call show
    mov eax, [TIMER]
    call show
    mov eax, [ERRORS]
    call show
    mov eax, [DIVIDE]
    call show
    mov eax, [INITIAL]
    call show
case reserved bits of registers
    call apic_on
    mov dword [TIMER], 0FFF9FFFFh
    mov eax, [TIMER]
    and eax, ~1000h
    call show
    mov dword [TIMER], 10000h
    mov dword [DIVIDE], -1
    mov eax, [DIVIDE]
    call show
    mov dword [APIC + 80h], 12345634h
    mov eax, [APIC + 80h]
    call show
    mov dword [APIC + 80h], 0
    mov dword [APIC + 0D0h], -1
    mov eax, [APIC + 0D0h]
    call show
    mov dword [APIC + 0E0h], 0FFFFFFFh
    mov eax, [APIC + 0E0h]
    call show
    mov dword [APIC + 0E0h], -1
case masked while disabled by software
    call apic_on
    mov dword [SVR], 0FFh
    mov dword [TIMER], 41h
    mov eax, [TIMER]
    call show
    mov dword [SVR], 1FFh
    mov eax, [TIMER]
    call show
case a self IPI
    call apic_on
    sti
    mov dword [ICR], 44041h
    call one_shown
case IPIs by priority
    call apic_on
    mov dword [IDT + 51h * 8], CODE << 16
    mov dword [ICR], 44042h
    mov dword [ICR], 44048h
    mov dword [ICR], 44045h
    mov eax, [APIC + 220h]      ; IRR
    call show
    sti
    mov eax, 3
    call await
    cli
    call shown
case an IPI below the task priority
    call apic_on
    mov dword [APIC + 80h], 40h
    sti
    mov dword [ICR], 44041h
    nop
    nop
    mov eax, [COUNT]
    call show
    mov eax, [APIC + 0A0h]      ; PPR
    call show
    mov dword [APIC + 80h], 3Fh
    call one_shown
    mov dword [APIC + 80h], 0
case an interrupt in service
    call apic_on
    mov eax, .handler
    mov [IDT + 49h * 8], ax
    sti
    mov dword [ICR], 44049h
    mov ecx, MANY
.wait:
    loop .wait
.handler:
    mov eax, [APIC + 120h]      ; ISR
    call show
    mov eax, [APIC + 0A0h]
    call show
    mov dword [ICR], 44041h
    sti
    nop
    nop
    mov eax, [COUNT]
    call show
    mov dword [EOI], 0
    call one_shown
    mov eax, [APIC + 120h]
    call show
case an IPI with an illegal vector
    call apic_on
    mov dword [ERRORS], 47h
    sti
    mov dword [ICR], 44005h
    call one_shown
    mov eax, [ESR]
    call show
    mov dword [ESR], 0
    mov eax, [ESR]
    and eax, 60h
    call show
    mov dword [ESR], 0
    mov eax, [ESR]
    call show
case a register that is none
    call apic_on
    mov eax, [APIC + 40h]
    mov dword [ESR], 0
    mov eax, [ESR]
    call show
case IPIs of one vector become one
    call apic_on
    mov dword [ICR], 44043h
    mov dword [ICR], 44043h
    mov dword [ICR], 44043h
    sti
    mov eax, 1
    call await
    nop
    cli
    call shown

case the timer once
    call apic_on
    mov dword [TIMER], 41h
    sti
    mov dword [INITIAL], 1000
    mov eax, 1
    call await
    call a_while
    cli
    call shown
    mov eax, [CURRENT]
    call show
case the timer again and again
    call apic_on
    mov dword [TIMER], 20042h
    sti
    mov dword [INITIAL], 20000
    mov eax, 3
    call await
    cli
    mov dword [INITIAL], 0
    mov eax, [COUNT]
    cmp eax, 3
    setae al
    movzx eax, al
    call show
    mov eax, [ORDER]
    and eax, 0FFFFFFh
    call show
case the masked timer
    call apic_on
    mov dword [TIMER], 10043h
    sti
    mov dword [INITIAL], 100
    call a_while
    cli
    call shown
    mov eax, [CURRENT]
    call show
case the timer stopped by a count of 0
    call apic_on
    mov dword [TIMER], 44h
    sti
    mov dword [INITIAL], 10000000
    mov dword [INITIAL], 0
    call a_while
    cli
    call shown
    mov eax, [CURRENT]
    call show
case HLT until the timer
    call apic_on
    mov dword [TIMER], 41h
    mov dword [INITIAL], 5000
    sti
    hlt
    cli
    call shown
case TSC deadline
    call apic_on
    mov dword [TIMER], 40045h
    sti
    rdtsc
    add eax, 100000
    adc edx, 0
    mov ecx, 6E0h
    wrmsr
    call one_shown
    mov ecx, 6E0h
    rdmsr
    call show
    mov eax, edx
    call show
case a TSC deadline that has passed
    call apic_on
    mov dword [TIMER], 40046h
    sti
    mov ecx, 6E0h
    mov eax, 1
    xor edx, edx
    wrmsr
    call one_shown
case a TSC deadline in another mode
    call apic_on
    mov ecx, 6E0h
    mov eax, -1
    mov edx, 1
    wrmsr
    rdmsr
    call show
    mov eax, edx
    call show
case the initial count in the mode of TSC deadlines
    call apic_on
    mov dword [TIMER], 40045h
    mov dword [INITIAL], 1000
    mov eax, [CURRENT]
    call show
    mov dword [TIMER], 10000h

    jmp next_case
other_ready:                    ; the other processor begins at OTHER and does what [MAILBOX + 8] says
    mov dword [MAILBOX], 0
    mov esi, other
    mov edi, OTHER
    mov ecx, other_end - other
    rep movsb
    ret
start_other:                    ; INIT and SIPI
    mov dword [ICRHIGH], 1000000h
    mov dword [ICR], 4500h
    call a_while
    mov dword [ICR], 4600h | OTHER >> 12
    call a_while
    ret
until_other:                    ; has said so, or for long
    mov ecx, MANY
.again:
    cmp dword [MAILBOX], 0
    jne .come
    pause
    dec ecx
    jnz .again
.come:
    mov eax, [MAILBOX]
    call show
    ret

    bits 16
other:                          ; real-address mode: state to be seen, then interrupts by HLT
    xor ax, ax
    mov ds, ax
    mov ss, ax
    mov sp, 5800h
    mov word [MAILBOX + 8], cs
    mov dword [MAILBOX + 12], edx
    mov eax, cr0
    mov [MAILBOX + 16], eax
    o32 lgdt [OTHER + other_gdt - other]
    or al, 1                    ; ES becomes flat, so that it reaches the APIC
    mov cr0, eax
    mov bx, DATA
    mov es, bx
    and al, 0FEh
    mov cr0, eax
    mov word [42h * 4 + 4000h], OTHER + other_handler - other
    mov word [42h * 4 + 4002h], 0
    mov word [2 * 4 + 4000h], OTHER + other_nmi - other
    mov word [2 * 4 + 4002h], 0
    mov word [MAILBOX + 24], 3FFh
    mov dword [MAILBOX + 26], 4000h
    o32 lidt [MAILBOX + 24]
    mov eax, 0FEE000F0h
    mov dword [es:eax], 1FFh
    mov dword [MAILBOX], 1
    sti
.idle:
    hlt
    jmp .idle
other_handler:
    mov eax, 0FEE000B0h
    mov dword [es:eax], 0
    mov dword [MAILBOX], 42h
    iret
other_nmi:
    mov dword [MAILBOX], 2
    iret
other_gdt:
    dw GDTEND - 1
    dd gdt_image
other_end:
    bits 32

case the other processor starts
    call apic_on
    call other_ready
    call start_other
    call until_other
    mov eax, [MAILBOX + 8]
    and eax, 0FFFFh
    call show
    mov eax, [MAILBOX + 16]
    call show
case an IPI to the other processor
    call apic_on
    mov dword [MAILBOX], 0
    mov dword [ICRHIGH], 1000000h
    mov dword [ICR], 4042h
    call until_other
case an NMI to the other processor
    call apic_on
    mov dword [MAILBOX], 0
    mov dword [ICRHIGH], 1000000h
    mov dword [ICR], 4400h
    call until_other
case an IPI to all but self
    call apic_on
    mov dword [MAILBOX], 0
    sti
    mov dword [ICR], 0C4042h
    call until_other
    call shown
case an IPI to all
    call apic_on
    mov dword [MAILBOX], 0
    sti
    mov dword [ICR], 84042h
    call until_other
    call one_shown
case an IPI by a logical destination
    call apic_on
    mov dword [APIC + 0D0h], 1000000h
    mov dword [MAILBOX], 0
    sti
    mov dword [ICRHIGH], 1000000h
    mov dword [ICR], 4842h
    call one_shown
    mov eax, [MAILBOX]
    call show
case a SIPI without INIT is lost
    call apic_on
    mov dword [MAILBOX], 0
    mov dword [ICRHIGH], 1000000h
    mov dword [ICR], 4600h | OTHER >> 12
    call a_while
    mov eax, [MAILBOX]
    call show
case INIT stops the other processor
    call apic_on
    mov dword [ICRHIGH], 1000000h
    mov dword [ICR], 4500h
    call a_while
    mov dword [MAILBOX], 0
    mov dword [ICR], 4042h
    call a_while
    mov eax, [MAILBOX]
    call show
case and it starts again
    call apic_on
    call other_ready
    call start_other
    call until_other

case IA32_APIC_BASE
    mov ecx, BASE
    rdmsr
    call show
case a reserved bit of IA32_APIC_BASE
    mov ecx, BASE
    rdmsr
    or eax, 1
    wrmsr
case EXTD without EN
    mov ecx, BASE
    rdmsr
    and eax, ~800h
    or eax, 400h
    wrmsr
case a register of x2APIC mode in xAPIC mode
    mov ecx, 802h
    rdmsr

    jmp next_case
x2apic_on:
    mov al, 0FFh
    out 21h, al
    out 0A1h, al
    mov dword [COUNT], 0
    mov dword [ORDER], 0
    mov ecx, BASE
    rdmsr
    or eax, 400h
    wrmsr
    mov ecx, 80Fh
    mov eax, 1FFh
    xor edx, edx
    wrmsr
    mov dword [MAILBOX + 4], 1
    ret

case x2APIC mode
    call apic_on
    call x2apic_on
    mov ecx, BASE
    rdmsr
    call show
    mov ecx, 802h
    rdmsr
    call show
    mov ecx, 80Dh
    rdmsr
    call show
    mov ecx, 80Fh
    rdmsr
    call show
case x2APIC mode and back without a stop
    mov ecx, BASE
    rdmsr
    and eax, ~400h
    wrmsr
case x2APIC mode, a self IPI
    call noting
    call x2apic_on
    sti
    mov ecx, 83Fh
    mov eax, 46h
    xor edx, edx
    wrmsr
    call one_shown
case x2APIC mode, the command register
    call noting
    call x2apic_on
    sti
    mov ecx, 830h
    mov eax, 4047h
    xor edx, edx                ; to APIC ID 0
    wrmsr
    call one_shown
case x2APIC mode, the timer
    call noting
    call x2apic_on
    mov ecx, 832h
    mov eax, 44h
    xor edx, edx
    wrmsr
    mov ecx, 838h
    mov eax, 1000
    wrmsr
    sti
    call one_shown
case x2APIC mode, a read of EOI
    mov ecx, 80Bh
    rdmsr
case x2APIC mode, a write of the ID
    mov ecx, 802h
    xor eax, eax
    xor edx, edx
    wrmsr
case x2APIC mode, EOI with a value
    mov ecx, 80Bh
    mov eax, 1
    xor edx, edx
    wrmsr
case x2APIC mode, a reserved bit of the task priority
    mov ecx, 808h
    mov eax, 100h
    xor edx, edx
    wrmsr
case x2APIC mode, a register that is none
    mov ecx, 831h
    rdmsr
case disabled by IA32_APIC_BASE
    mov ecx, BASE
    rdmsr
    and eax, ~0C00h
    wrmsr
    mov eax, 1
    cpuid
    and edx, 200h               ; CPUID.APIC
    mov eax, edx
    call show
case x2APIC mode from nothing
    mov ecx, BASE
    rdmsr
    or eax, 0C00h
    wrmsr
case enabled again
    mov ecx, BASE
    rdmsr
    or eax, 800h
    wrmsr
    rdmsr
    call show
