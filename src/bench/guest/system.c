/* Kernels about what only a system does: exceptions, system calls, page tables, ports. */
#include "bench.h"

extern u64 gdt[], pml4[];
void divide_error(void), breakpoint(void), invalid_opcode(void), page_fault(void), system_call(void);
u64 raise_exceptions(u64), call_system(u64);
volatile u64 exceptions_seen;

static u64 idt[2 * 15] __attribute__((aligned(16)));

static void gate(int vector, void (*handler)(void)) {
  u64 at = (u64)handler;
  idt[2 * vector] = (at & 0xFFFF) | 8 << 16 | 0x8Eul << 40 | (at >> 16 & 0xFFFF) << 48;
  idt[2 * vector + 1] = at >> 32;
}

/* #DE, #BP, #UD and #PF with handlers that step over the instruction. */
u64 exceptions(u64 rounds) {
  struct {
    u16 limit;
    u64 base;
  } __attribute__((packed)) pointer = {sizeof idt - 1, (u64)idt};
  gate(0, divide_error);
  gate(3, breakpoint);
  gate(6, invalid_opcode);
  gate(14, page_fault);
  __asm__ volatile("lidt %0" ::"m"(pointer));
  exceptions_seen = 0;
  return raise_exceptions(rounds) + exceptions_seen;
}

__asm__(".pushsection .text\n"
        "raise_exceptions:\n"
        "  xor %esi, %esi; xor %ecx, %ecx; mov $0x80000000, %r8d\n"
        "  test %rdi, %rdi; jz 2f\n"
        "1: xor %edx, %edx; mov %edi, %eax; div %ecx\n"
        "  add %rax, %rsi\n"
        "  int3\n"
        "  ud2\n"
        "  mov (%r8), %eax\n" /* 3 bytes; nothing is mapped there */
        "  add %rax, %rsi\n"
        "  dec %rdi; jnz 1b\n"
        "2: mov %rsi, %rax; ret\n"
        "page_fault: add $3, %rsi; addq $3, 8(%rsp); incq exceptions_seen; add $8, %rsp; iretq\n"
        "divide_error: invalid_opcode: addq $2, (%rsp)\n"
        "breakpoint: inc %rsi; incq exceptions_seen; iretq\n"
        ".popsection\n");

static void write_msr(u32 msr, u64 value) {
  __asm__ volatile("wrmsr" ::"c"(msr), "a"((u32)value), "d"((u32)(value >> 32)));
}

/* SYSCALL from user mode, and back by SYSRET. */
u64 syscalls(u64 rounds) {
  write_msr(0xC0000081, 8ul << 32 | 0x13ul << 48); /* IA32_STAR: kernel 8 and 10H, user 23H and 1BH */
  write_msr(0xC0000082, (u64)system_call);
  write_msr(0xC0000084, 0x700);
  return rounds ? call_system(rounds) : 0;
}

__asm__(".pushsection .text\n"
        "call_system:\n"
        "  push %rbx; push %rbp; push %r12\n"
        "  mov %rsp, kernel_stack; mov %rdi, %rbx; xor %ebp, %ebp\n"
        "  mov $user, %ecx; mov $2, %r11d; sysretq\n"
        "user: mov %rbx, %rdi; mov $1, %eax; syscall\n"
        "  add %rax, %rbp; dec %rbx; jnz user\n"
        "  xor %eax, %eax; syscall\n"
        "system_call:\n"
        "  test %eax, %eax; jz 1f\n"
        "  mov %rsp, %r12; mov kernel_stack, %rsp; push %rcx; push %r11\n"
        "  lea 1(%rdi, %rdi), %rax\n"
        "  pop %r11; pop %rcx; mov %r12, %rsp; sysretq\n"
        "1: mov kernel_stack, %rsp; mov %rbp, %rax\n"
        "  pop %r12; pop %rbp; pop %rbx; ret\n"
        ".popsection\n"
        ".comm kernel_stack, 8, 8\n");

/* An address space of 4-KByte pages at 512 GBytes: CR3 is written, pages are visited in an order without pattern, some
 * are mapped elsewhere and invalidated. */
enum { TABLES = 4, PAGES = 512 * TABLES };
static u64 space[2][512] __attribute__((aligned(4096)));
static u64 pointers[512] __attribute__((aligned(4096)));
static u64 directory[512] __attribute__((aligned(4096)));
static u64 tables[PAGES] __attribute__((aligned(4096)));
static u64 frames[PAGES][512] __attribute__((aligned(4096)));

static u64 address(u64 page) { return 1ul << 39 | page << 12; }

u64 pages(u64 rounds) {
  u64 before, sum = 0;
  u32 seed = 13;
  __asm__ volatile("mov %%cr3, %0" : "=r"(before));
  for (u32 i = 0; i < PAGES; i++) {
    tables[i] = (u64)frames[i] | 7;
    for (u32 k = 0; k < 512; k += 8) frames[i][k] = i + k;
  }
  for (u32 i = 0; i < TABLES; i++) directory[i] = (u64)(tables + 512 * i) | 7;
  pointers[0] = (u64)directory | 7;
  for (int i = 0; i < 2; i++) {
    space[i][0] = pml4[0];
    space[i][1] = (u64)pointers | 7;
  }
  for (u64 round = 0; round < rounds; round++) {
    __asm__ volatile("mov %0, %%cr3" ::"r"(space[round & 1]) : "memory");
    for (int i = 0; i < 200; i++) {
      u32 n = next(&seed) >> 8;
      volatile u64 *at = (u64 *)address(n % PAGES) + (n >> 12 & 63) * 8;
      sum += *at;
      if ((n & 3) == 0) *at = sum;
    }
    for (int i = 0; i < 4; i++) {
      u32 n = (next(&seed) >> 8) % (PAGES - 1);
      u64 other = tables[n];
      tables[n] = tables[n + 1];
      tables[n + 1] = other;
      __asm__ volatile("invlpg (%0); invlpg (%1)" ::"r"(address(n)), "r"(address(n + 1)) : "memory");
    }
  }
  __asm__ volatile("mov %0, %%cr3" ::"r"(before) : "memory");
  return sum;
}

static void out(u16 port, u8 value) { __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port)); }

static u8 in(u16 port) {
  u8 value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

/* Memory of the clock: written and read back. */
u64 ports(u64 rounds) {
  u64 sum = 0;
  while (rounds--) {
    for (u8 i = 0x40; i < 0x60; i++) {
      out(0x70, i);
      out(0x71, (u8)(i + rounds));
      out(0x80, i);
      sum += in(0x71);
    }
  }
  return sum;
}
