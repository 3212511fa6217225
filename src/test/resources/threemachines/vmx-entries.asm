; VM entries of VMCSs with one field or a few changed. Half of them fail after all checks, because the
; VM-entry MSR-load area has an MSR that cannot be loaded; the others come to their guest, which a
; VMX-preemption timer of 0 ends before its first instruction, but after an event that is injected.

TIMED         equ 528h          ; the guest may be entered
MOST          equ 4             ; changes

trial:
    call choose_kind
    xor eax, eax
    mov [TIMED], rax
    call random
    test al, 1
    jz .checks
    mov qword [TIMED], 1
    mov qword [LOAD_COUNT], 0
    jmp .changes
.checks:
    mov qword [LOAD_COUNT], 1
.changes:
    mov r14d, 1                 ; changes to make
    call random
    test al, 1
    jz .change
    mov ecx, MOST
    call below
    lea r14d, [rax + 1]
.change:
    mov ecx, ROWS
    call below
    mov ebx, eax
    shl eax, 4
    movzx r13d, word [rows + rax + 4]
    test r13d, r13d
    jz .change
    mov r12d, [rows + rax]
    mov r11d, [rows + rax + 4]
    shr r11d, 16                ; capability MSR
    call change
    dec r14d
    jnz .change

    cmp qword [ACTIVE], 2       ; no guest that is shut down, which blocks SMIs, or waits for SIPI
    jae .fails
    mov eax, [INJECTED]         ; no event of type 7 without a monitor trap flag, which stops Bochs
    and eax, 80000700h
    cmp eax, 80000700h
    je .fails
    cmp qword [TIMED], 0
    je .enter
    or qword [PIN], 40h
    mov qword [TIMER], 0
    jmp .enter
.fails:
    mov qword [LOAD_COUNT], 1
    mov rax, BAD_AREA
    mov [LOAD_AREA], rax
.enter:
    call write_vmcs
    vmlaunch
    call result
    call flush
    jmp next_trial

left:                           ; where the host goes on
    mov rsp, HOST_STACK
    call restore_host
    xor eax, eax
    inc eax                     ; neither CF nor ZF
    call result
    call flush
    mov eax, 4402h
    vmread rax, rax
    bt rax, 31
    jc next_trial
    call restore_memory
    jmp next_trial

; ---- changes -------------------------------------------------------------------------------------------
; EBX is the row's number, R12D the encoding, R13D what suits the field, R11D its capability MSR.

change:
    cmp r13d, MSR_AREA
    je change_area
    mov r9, [VALUES + rbx * 8]
    mov ecx, r12d               ; width in bits
    shr ecx, 13
    and ecx, 3
    movzx r10d, byte [widths + rcx]
    cmp r13d, HOST_ADDRESS
    je host_address
    cmp r13d, HOST_TABLE
    je host_table
    mov ecx, 8
    call below
    cmp r13d, ADDRESS
    jne .free
    cmp r12d, 2800h             ; a link pointer may point to the VMCSs too
    jne .page
    cmp eax, 3
    jae .page
    mov rdx, [links + rax * 8]
    jmp changed
.page:
    jmp page_address
.free:
    cmp eax, 2
    jb .one_bit
    je .two_bits
    cmp eax, 3
    je .boundary
    cmp eax, 4
    je .random
    jmp [suitable + r13 * 8]
.one_bit:
    call bit
    mov rdx, r9
    xor rdx, rax
    jmp changed
.two_bits:
    call bit
    mov rdx, r9
    xor rdx, rax
    call bit
    xor rdx, rax
    jmp changed
.boundary:
    mov ecx, BOUNDARIES
    call below
    mov rdx, [boundaries + rax * 8]
    jmp changed
.random:
    call random
    mov rdx, rax

changed:                        ; the field gets RDX
    mov ecx, 64
    sub ecx, r10d
    shl rdx, cl
    shr rdx, cl
    cmp r12d, 2802h
    jne .keep
    and rdx, ~27C0h             ; of IA32_DEBUGCTL only what vmxlab models, and reserved bits: no TR, BTS ...
.keep:
    mov [VALUES + rbx * 8], rdx
    mov eax, r12d
    mov cl, '='
    jmp put_field

bit:                            ; RAX, one of the R10D lower bits
    push rcx
    mov ecx, r10d
    call below
    mov ecx, eax
    mov eax, 1
    shl rax, cl
    pop rcx
    ret

suit_any:
    call random
    and eax, 0FFh
    mov rdx, rax
    jmp changed

suit_controls:                  ; what the capability MSR leaves open
    mov ecx, r11d
    rdmsr
    not eax
    and edx, eax
    call sparse
    and rdx, rax
    xor rdx, r9
    jmp changed

suit_rights:
    call random
    mov rdx, r9
    test eax, 300h
    jnz .type
    test eax, 400h
    jnz .unusable
    and eax, 0F0FFh
    mov rdx, rax
    jmp changed
.type:
    and edx, ~0Fh
    and eax, 0Fh
    or edx, eax
    jmp changed
.unusable:
    xor edx, 10000h
    test eax, 800h
    jz changed
    and eax, 60h
    xor edx, eax
    jmp changed

suit_selector:
    call random
    and eax, 7
    mov rdx, r9
    xor rdx, rax
    jmp changed

suit_event:
    call random
    mov edx, eax
    and edx, 71Fh
    test eax, 0C0000h
    jz .code
    bt eax, 17                  ; exceptions mostly
    jc .vector
    and edx, 1Fh
    or edx, 300h
.vector:
    mov ecx, edx
    and ecx, 1Fh
    mov eax, 227D00h            ; these have error codes
    bt eax, ecx
    jnc .valid
    or edx, 800h
    jmp .valid
.code:
    and eax, 800h
    or edx, eax
.valid:
    or edx, 80000000h
    jmp changed

suit_activity:
    call random
    and eax, 3
    mov edx, eax
    jmp changed

suit_flags:
    call sparse
    mov edx, eax
    and edx, 3FFFFFh
    xor rdx, r9
    jmp changed

suit_base:
    call random
    test eax, 300h
    jz .canonical
    mov ecx, eax
    and ecx, 3
    mov rdx, [bases + rcx * 8]
    jmp changed
.canonical:
    shl rax, 16
    sar rax, 16
    mov rdx, rax
    jmp changed

suit_limit:
    call random
    mov ecx, eax
    shr ecx, 8
    and ecx, 31
    mov edx, eax
    shr edx, cl
    test eax, 10000000h
    jz changed
    or edx, 0FFFh
    jmp changed

suit_small:
    call random
    mov edx, eax
    and edx, 1Fh
    jmp changed

    align 8
suitable:
    dq 0, suit_any, suit_controls, suit_rights, suit_selector, suit_event, suit_activity, suit_flags
    dq 0, 0, 0, 0, suit_base, suit_limit, suit_small
boundaries:
    dq 0, 1, 2, -1, 7FFFFFFFh, 80000000h, 0FFFFFFFFh, 100000000h, 7FFFFFFFFFFFh, 800000000000h
    dq 0FFFF7FFFFFFFFFFFh, 0FFFF800000000000h, 7FFFFFFFFFFFFFFFh, 8000000000000000h, 0FFFh, 0FFFFFh, 0FFFFh
    dq 10000h, 0FFFFFFFFFFh, 10000000000h
BOUNDARIES    equ ($ - boundaries) / 8
bases:
    dq GUEST_DATA, 800000000000h, 0FFFF800000000000h, 100000000h
links:
    dq VMCS, LINKED, PML_PAGE
widths: db 16, 64, 32, 64

; Pages that are written to stay in their place: low bits, bits beyond, and pages from 40000H to 4F000H.
    align 8
page_address:
    cmp eax, 3
    jb .low
    cmp eax, 5
    jb .high
    je .page
    mov ecx, BOUNDARIES
    cmp eax, 6
    je .low
    call random
    mov rdx, rax
    and rdx, 0F000h
    or rdx, PORTS | 1
    jmp changed
.page:
    call random
    mov rdx, rax
    and rdx, 0F000h
    or rdx, PORTS
    jmp changed
.low:
    mov ecx, 12
    call below
    mov ecx, eax
    mov edx, 1
    shl rdx, cl
    xor rdx, r9
    jmp changed
.high:
    mov ecx, 32
    call below
    lea ecx, [rax + 32]
    mov edx, 1
    shl rdx, cl
    xor rdx, r9
    jmp changed

; Addresses that differ in bits 63:47 are not canonical, unless all of them do.
host_address:
    call random
    shr rax, 47
    or eax, 1
    and eax, 0FFFFh
    shl rax, 47
    mov rdx, r9
    xor rdx, rax
    jmp changed

host_table:
    call random
    mov ecx, eax
    and ecx, 63
    cmp ecx, 5                  ; PWT, PCD, and bits beyond the width
    jb .ignored
    or ecx, 34h
.ignored:
    mov edx, 1
    shl rdx, cl
    and rdx, -8
    xor rdx, r9
    jmp changed

; An area of MSRs: count and address together.
change_area:
    mov r10d, 64
    mov qword [TIMED], 1
    mov ecx, 3
    call below
    mov r8d, eax
    mov ecx, PAIRS
    call below
    shl eax, 4
    push rax
    mov ebx, [area_rows + r8 * 8]
    mov r12d, [area_codes + r8 * 8]
    mov rdx, [pairs + rax]
    call changed
    pop rax
    mov ebx, [area_rows + r8 * 8 + 4]
    mov r12d, [area_codes + r8 * 8 + 4]
    mov rdx, [pairs + rax + 8]
    jmp changed

    align 8
pairs:                          ; count and address
    dq 1, AREA
    dq 2, AREA
    dq 0, AREA + 8
    dq 0, -1
    dq 1, AREA + 8
    dq 2, AREA + 1
    dq 1, 8000000000000000h
    dq 1, 10000000000000h
    dq 0FFFFFFFFh, 0FFFFFFFFFFFF0h
    dq 0, 0
PAIRS         equ ($ - pairs) / 16
area_codes:
    dd 4014h, 200Ah, 400Eh, 2006h, 4010h, 2008h
area_rows:
    dd 2, (entry_row - rows) / ROW
    dd (store_count_row - rows) / ROW, (store_row - rows) / ROW
    dd (load_count_row - rows) / ROW, (load_row - rows) / ROW
