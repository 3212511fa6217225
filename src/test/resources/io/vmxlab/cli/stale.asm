mov rcx, cr3
mov rcx, [rcx]
and rcx, -1000h
mov rcx, [rcx]
and rcx, -1000h
mov eax, [201000h]
mov qword [rcx+8], 0
mov eax, [201000h]
mov eax, [201000h]
hlt
