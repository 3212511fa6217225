processor_based_controls:
        mov     ecx, 480h
        rdmsr
        mov     ecx, 48Eh
        bt      edx, 23
        jc      .read
        mov     ecx, 482h
.read:
        rdmsr
        ret
