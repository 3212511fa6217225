; PAE paging and 32-bit paging. SDM Vol. 3A "PAE Paging", "32-Bit Paging".

PDPT        equ TABLES
PD          equ TABLES + 1000h
PT          equ TABLES + 2000h
PD32        equ TABLES + 3000h
PT32        equ TABLES + 4000h
PAGE        equ 200000h         ; 8 pages with different rights
EFER        equ 0C0000080h

    jmp next_case
pae:                            ; enables PAE paging: identity below 2 MBytes, rights at PAGE
    mov edi, TABLES
    mov ecx, 5000h / 4
    xor eax, eax
    rep stosd
    mov dword [PDPT], PD | 1
    mov dword [PDPT + 10h], PD | 1
    mov dword [PD], 83h
    mov dword [PD + 8], PT | 7
    mov dword [PD + 10h], 402083h       ; a reserved bit of a page of 2 MBytes
    mov dword [PD + 18h], 83h           ; 600000h: the first 2 MBytes again
    mov dword [PT], SCRATCH | 7
    mov dword [PT + 8], SCRATCH | 3
    mov dword [PT + 10h], SCRATCH | 1
    mov dword [PT + 18h], SCRATCH | 5
    mov dword [PT + 28h], SCRATCH | 3
    mov dword [PT + 2Ch], 40000000h     ; bit 62
    mov dword [PT + 30h], SCRATCH | 3
    mov dword [PT + 34h], 80000000h     ; XD
    mov dword [PT + 38h], SCRATCH | 3
    mov dword [PT + 3Ch], 80000h        ; bit 51
    mov byte [SCRATCH], 0C3h
    mov dword [SCRATCH + 4], 5A5A5A5Ah
pae_on:
    mov eax, PDPT
    mov cr3, eax
    mov eax, cr4
    or eax, 20h
    mov cr4, eax
    mov eax, cr0
    or eax, 80010000h           ; WP too
    mov cr0, eax
    ret

nxe:
    mov ecx, EFER
    rdmsr
    or eax, 800h
    wrmsr
    ret

bits32:                         ; enables 32-bit paging with PSE
    mov edi, TABLES
    mov ecx, 5000h / 4
    xor eax, eax
    rep stosd
    mov dword [PD32], 83h
    mov dword [PD32 + 4], PT32 | 7
    mov dword [PD32 + 8], 200083h       ; bit 21
    mov dword [PD32 + 12], 83h
    mov dword [PT32], SCRATCH | 7
    mov dword [PT32 + 4], SCRATCH | 3
    mov dword [PT32 + 8], SCRATCH | 1
    mov dword [PT32 + 12], SCRATCH | 5
    mov dword [SCRATCH + 4], 5A5A5A5Ah
    mov eax, PD32
    mov cr3, eax
    mov eax, cr4
    or eax, 10h
    mov cr4, eax
    mov eax, cr0
    or eax, 80010000h
    mov cr0, eax
    ret

to_user:                        ; goes to EBX at CPL 3; code below 2 MBytes becomes a user page
    mov dword [PD], 87h
    mov dword [PD32], 87h
    mov eax, cr3
    mov cr3, eax
    mov eax, UDATA
    mov ds, eax
    push dword UDATA
    push dword USERSTACK
    push dword UCODE
    push ebx
    retf

case PAE reads through a page table
    call pae
    mov eax, [PAGE + 4]
    call show
    mov eax, [PT]
    call show
    mov eax, [PD + 8]
    call show
    mov eax, [PDPT]
    call show
case PAE writes set the dirty bit
    call pae
    mov dword [PAGE + 8], 1
    mov eax, [PT]
    call show
    mov eax, [PD]
    call show
case PAE pages of 2 MBytes
    call pae
    mov eax, [600000h + SCRATCH + 4]
    call show
    mov [600000h + SCRATCH + 4], eax
    mov eax, [PD + 18h]
    call show
case PAE page not present
    call pae
    mov eax, [PAGE + 4000h]
case PAE directory entry not present
    call pae
    mov eax, [800000h]
case PAE PDPTE not present
    call pae
    mov eax, [40000000h]
case PAE write to a read-only page
    call pae
    mov [PAGE + 2000h], eax
case PAE write to a read-only page without WP
    call pae
    mov eax, cr0
    and eax, 0FFFEFFFFh
    mov cr0, eax
    mov [PAGE + 2008h], eax
    mov eax, [PT + 10h]
    call show
case PAE bit 62 is reserved
    call pae
    mov eax, [PAGE + 5000h]
case PAE bit 51 is reserved
    call pae
    mov eax, [PAGE + 7000h]
case PAE XD is reserved without NXE
    call pae
    mov eax, [PAGE + 6000h]
case PAE XD with NXE lets data be read
    call nxe
    call pae
    mov eax, [PAGE + 6004h]
    call show
case PAE XD with NXE keeps code from being fetched
    call nxe
    call pae
    mov eax, PAGE + 6000h
    call eax
case PAE code from a page without XD
    call nxe
    call pae
    mov eax, PAGE + 1000h
    call eax
    mov eax, 600Dh
    call show
case PAE reserved bit of a page of 2 MBytes
    call pae
    mov eax, [400000h]
case PAE user write to a supervisor page
    call pae
    mov ebx, .user
    jmp to_user
.user:
    mov [PAGE + 1000h], eax
case PAE user read of a read-only page
    call pae
    mov ebx, .user
    jmp to_user
.user:
    mov eax, [PAGE + 3000h]
    mov [PAGE + 3000h], eax
case PAE user fetch from a page that is not present
    call nxe
    call pae
    mov ebx, .user
    jmp to_user
.user:
    mov eax, PAGE + 4000h
    call eax
case PAE SMEP
    call pae
    mov eax, cr4
    or eax, 100000h
    mov cr4, eax
    mov eax, PAGE
    call eax
case PAE SMAP
    call pae
    mov eax, cr4
    or eax, 200000h
    mov cr4, eax
    mov eax, [PAGE + 4]
case PAE SMAP with AC
    call pae
    mov eax, cr4
    or eax, 200000h
    mov cr4, eax
    push dword 40002h
    popfd
    mov eax, [PAGE + 4]
    call show
case PAE PDPTEs are kept until CR3 is loaded
    call pae
    mov dword [PDPT + 10h], 0
    mov eax, [80000000h + SCRATCH + 4]
    call show
    invlpg [80000000h + SCRATCH]
    mov eax, [80000000h + SCRATCH + 4]
    call show
    mov eax, cr3
    mov cr3, eax
    mov eax, [80000000h + SCRATCH + 4]
case PAE MOV to CR3 with a reserved bit in a PDPTE
    call pae
    mov dword [PDPT + 8], 3
    mov eax, cr3
    mov cr3, eax
case PAE MOV to CR3 with a reserved bit in a PDPTE that is not present
    call pae
    mov dword [PDPT + 8], 2
    mov eax, cr3
    mov cr3, eax
    mov eax, 600Dh
    call show
case PAE MOV to CR0 with a reserved bit in a PDPTE
    call pae
    mov eax, cr0
    and eax, 7FFFFFFFh
    mov cr0, eax
    mov dword [PDPT + 1Ch], 80000000h
    mov dword [PDPT + 18h], 1
    or eax, 80000000h
    mov cr0, eax
case PAE MOV to CR4 with a reserved bit in a PDPTE
    call pae
    mov dword [PDPT + 8], 21h
    mov eax, cr4
    or eax, 80h
    mov cr4, eax
case PAE MOV to CR4 that does not look at PDPTEs
    call pae
    mov dword [PDPT + 8], 21h
    mov eax, cr4
    or eax, 4
    mov cr4, eax
    mov eax, 600Dh
    call show
case PAE low bits of CR3
    call pae
    mov esi, PDPT
    mov edi, PDPT + 20h
    mov ecx, 8
    rep movsd
    mov dword [PDPT + 30h], 0
    mov eax, PDPT + 3Fh
    mov cr3, eax
    mov eax, cr3
    call show
    mov eax, [80000000h]

case 32-bit reads and writes
    call bits32
    mov eax, [400004h]
    call show
    mov [400008h], eax
    mov eax, [PT32]
    call show
    mov eax, [PD32 + 4]
    call show
case 32-bit pages of 4 MBytes
    call bits32
    mov eax, [0C00000h + SCRATCH + 4]
    call show
    mov eax, [PD32 + 12]
    call show
case 32-bit reserved bit of a page of 4 MBytes
    call bits32
    mov eax, [800000h]
case 32-bit page not present
    call bits32
    mov [404000h], eax
case 32-bit write to a read-only page
    call bits32
    mov [402000h], eax
case 32-bit user read of a supervisor page
    call bits32
    mov ebx, .user
    jmp to_user
.user:
    mov eax, [401000h]
case 32-bit user fetch does not show without SMEP
    call bits32
    mov ebx, .user
    jmp to_user
.user:
    mov eax, 404000h
    call eax
case 32-bit fetch shows with SMEP
    call bits32
    mov eax, cr4
    or eax, 100000h
    mov cr4, eax
    mov eax, 400000h
    call eax

case PAE task switch loads CR3 and PDPTEs
    call pae
    mov dword [SAVED], .on
    mov dword [TSS32 + 1Ch], PDPT + 20h
    mov dword [PDPT + 20h], PD | 1
    jmp dword TASK32:0
.on:
    mov eax, cr3
    call show
    mov eax, [80000000h]
case 32-bit task switch loads CR3
    call bits32
    mov dword [SAVED], .on
    mov dword [TSS32 + 1Ch], PT
    mov dword [PT], 83h
    jmp dword TASK32:0
.on:
    mov eax, cr3
    call show
    mov eax, [400000h]
case 32-bit task switch to a TSS that is not present in memory
    call bits32
    mov dword [GDT + TASK32], 67h | (4000h << 16)
    mov byte [GDT + TASK32 + 4], 40h
    jmp dword TASK32:0
case PAE task switch with a reserved bit in a PDPTE
    call pae
    mov dword [TSS32 + 1Ch], PDPT + 20h
    mov dword [PDPT + 20h], PD | 1
    mov dword [PDPT + 28h], 3
    jmp dword TASK32:0
