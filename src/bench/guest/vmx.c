/* VM exits: a guest that executes CPUID, and a host that steps over it and resumes. */
#include "bench.h"

extern u64 gdt[], tss[];
void guest_code(void), vm_exit(void);
u64 launch(void);
u64 exits_left, exits_seen; /* rounds to go, for the guest; VM exits so far */

static u8 vmxon_region[4096] __attribute__((aligned(4096)));
static u8 vmcs_region[4096] __attribute__((aligned(4096)));

static u64 read_msr(u32 msr) {
  u32 low, high;
  __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
  return (u64)high << 32 | low;
}

static void write(u64 field, u64 value) { __asm__ volatile("vmwrite %1, %0" ::"r"(field), "r"(value) : "cc"); }

static void write_controls(void) {
  u32 more = read_msr(0x480) >> 55 & 1 ? 0x48D - 0x481 : 0; /* the TRUE capability MSRs */
  write(0x4000, (u32)read_msr(0x481 + more));
  write(0x4002, (u32)read_msr(0x482 + more));
  write(0x400C, (u32)read_msr(0x483 + more) | 1 << 9); /* host in 64-bit mode */
  write(0x4012, (u32)read_msr(0x484 + more) | 1 << 9); /* guest in IA-32e mode */
}

/* The guest has the host's registers but for where it begins. */
static void write_state(void) {
  u64 cr0, cr3, cr4;
  __asm__ volatile("mov %%cr0, %0; mov %%cr3, %1; mov %%cr4, %2" : "=r"(cr0), "=r"(cr3), "=r"(cr4));
  for (u64 guest = 0; guest < 2; guest++) {
    u64 base = guest ? 0x6800 : 0x6C00;
    write(base, cr0);
    write(base + 2, cr3);
    write(base + 4, cr4);
  }
  write(0x0C02, 8);    /* host CS, SS, TR and what they lead to */
  write(0x0C04, 0x10);
  write(0x0C0C, 0x28);
  write(0x6C0A, (u64)tss);
  write(0x6C0C, (u64)gdt);
  write(0x6C16, (u64)vm_exit);
  for (u64 i = 0; i < 8; i++) { /* ES CS SS DS FS GS LDTR TR */
    write(0x0800 + 2 * i, i == 1 ? 8 : i == 6 ? 0 : i == 7 ? 0x28 : 0x10);
    write(0x4800 + 2 * i, i == 7 ? 0x67 : 0xFFFFFFFF);
    write(0x4814 + 2 * i, i == 1 ? 0xA09B : i == 6 ? 0x10000 : i == 7 ? 0x8B : 0xC093);
    write(0x6806 + 2 * i, i == 7 ? (u64)tss : 0);
  }
  write(0x4810, 55);
  write(0x6816, (u64)gdt);
  write(0x681A, 0x400); /* DR7 */
  write(0x681E, (u64)guest_code);
  write(0x6820, 2); /* RFLAGS */
  write(0x2800, ~0ul); /* VMCS link pointer */
}

u64 vmexits(u64 rounds) {
  u32 eax = 1, ebx, ecx = 0, edx;
  __asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
  if (!(ecx >> 5 & 1)) return NONE;
  if (!(read_msr(0x3A) & 1)) __asm__ volatile("wrmsr" ::"c"(0x3A), "a"(5), "d"(0)); /* locked, outside SMX */
  u64 cr0, cr4;
  __asm__ volatile("mov %%cr0, %0; mov %%cr4, %1" : "=r"(cr0), "=r"(cr4));
  __asm__ volatile("mov %0, %%cr0; mov %1, %%cr4" ::"r"(cr0 | read_msr(0x486)), "r"(cr4 | read_msr(0x488)));
  *(u32 *)vmxon_region = *(u32 *)vmcs_region = (u32)read_msr(0x480) & 0x7FFFFFFF;
  u64 on = (u64)vmxon_region, current = (u64)vmcs_region;
  __asm__ volatile("vmxon %0; vmclear %1; vmptrld %1" ::"m"(on), "m"(current) : "cc", "memory");
  write_controls();
  write_state();
  exits_left = rounds + 1;
  exits_seen = 0;
  u64 last = launch();
  __asm__ volatile("vmclear %0; vmxoff" ::"m"(current) : "cc", "memory");
  __asm__ volatile("mov %0, %%cr4" ::"r"(cr4));
  return exits_seen << 8 | last;
}

/* Returns the reason of the last VM exit, 18 for VMCALL; 255 if an entry failed. */
__asm__(".pushsection .text\n"
        "launch:\n"
        "  push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
        "  mov $0x6C14, %eax; vmwrite %rsp, %rax\n" /* host RSP */
        "  mov exits_left, %r8\n"
        "  vmlaunch\n"
        "2: mov $255, %eax\n"
        "3: pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx; ret\n"
        "vm_exit:\n"
        "  push %rax; push %rcx; push %rdx; push %rbx; push %rbp; push %rsi; push %rdi; push %r8\n"
        "  push %r9; push %r10; push %r11; push %r12; push %r13; push %r14; push %r15\n"
        "  mov $0x4402, %eax; vmread %rax, %rcx; cmp $10, %ecx; jne 4f\n"
        "  incq exits_seen\n"
        "  mov $0x440C, %eax; vmread %rax, %rdx\n"
        "  mov $0x681E, %eax; vmread %rax, %rcx; add %rdx, %rcx; vmwrite %rcx, %rax\n"
        "  pop %r15; pop %r14; pop %r13; pop %r12; pop %r11; pop %r10; pop %r9\n"
        "  pop %r8; pop %rdi; pop %rsi; pop %rbp; pop %rbx; pop %rdx; pop %rcx; pop %rax\n"
        "  vmresume\n"
        "  jmp 2b\n"
        "4: add $120, %rsp; mov %ecx, %eax; jmp 3b\n"
        "guest_code:\n"
        "1: cpuid; dec %r8; jnz 1b; vmcall\n"
        ".popsection\n");
