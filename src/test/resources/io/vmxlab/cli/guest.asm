; A guest with three VM exits: CPUID, MOV to CR0 behind a mask, HLT. The host goes on behind the first two.
mov ecx, 3Ah
mov eax, 5
xor edx, edx
wrmsr
mov rax, cr4
bts rax, 13
mov cr4, rax
mov ecx, 480h
rdmsr
mov [201000h], eax
mov dword [200000h], 201000h
vmxon [vmxon_pointer]
vmclear [200000h]
vmptrld [200000h]

mov ecx, 48Dh
mov edi, 4000h
call controls
mov ecx, 48Eh
mov edi, 4002h
call controls
mov ecx, 48Fh
mov edi, 400Ch
call controls
mov ecx, 490h
mov edi, 4012h
call controls
lea rsi, [rel fields]
mov ecx, [rsi]
next:
mov eax, [rsi+4]
cdqe
vmwrite rcx, rax
add rsi, 8
mov ecx, [rsi]
test ecx, ecx
jnz next
mov rax, cr0
mov ecx, 6C00h
vmwrite rcx, rax
mov ecx, 6800h
vmwrite rcx, rax
mov rax, cr3
mov ecx, 6C02h
vmwrite rcx, rax
mov ecx, 6802h
vmwrite rcx, rax
mov rax, cr4
mov ecx, 6C04h
vmwrite rcx, rax
mov ecx, 6804h
vmwrite rcx, rax
vmlaunch
hlt

host:
mov ecx, 4402h
vmread rax, rcx
cmp eax, 12
je done
mov ecx, 440Ch
vmread rbx, rcx
mov ecx, 681Eh
vmread rax, rcx
add rax, rbx
vmwrite rcx, rax
vmresume
done: hlt

guest:
cpuid
mov rax, cr0
btr rax, 3
or eax, 8
mov cr0, rax
hlt

; what has to be 1, and what is asked for in the table
controls:
rdmsr
mov ebx, eax
cmp edi, 4002h
jne wide
or ebx, 80h
wide:
cmp edi, 400Ch
jb write
or ebx, 200h
write:
mov ecx, edi
vmwrite rcx, rbx
ret

align 8
fields:
dd 2800h, -1
dd 0C00h, 10h, 0C02h, 8, 0C04h, 10h, 0C06h, 10h, 0C08h, 10h, 0C0Ah, 10h, 0C0Ch, 38h
dd 6C16h, host, 6C14h, 2F0000h
dd 800h, 10h, 802h, 8, 804h, 10h, 806h, 10h, 808h, 10h, 80Ah, 10h, 80Eh, 38h
dd 4800h, -1, 4802h, -1, 4804h, -1, 4806h, -1, 4808h, -1, 480Ah, -1, 480Eh, 67h, 4810h, 0FFFFh, 4812h, 0FFFFh
dd 4814h, 0C093h, 4816h, 0A09Bh, 4818h, 0C093h, 481Ah, 0C093h, 481Ch, 0C093h, 481Eh, 0C093h, 4820h, 10000h, 4822h, 8Bh
dd 681Ah, 400h, 681Ch, 2E0000h, 681Eh, guest, 6820h, 2
dd 6000h, 8, 0
