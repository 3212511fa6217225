/* Kernels about code that changes or that there is much of. */
#include "bench.h"

typedef u64 function(u64);

static u8 *emit(u8 *at, u64 bytes, int count) {
  for (int i = 0; i < count; i++) at[i] = (u8)(bytes >> 8 * i);
  return at + count;
}

/* Writes a function of some 25 instructions that no other is like: a number in RDI to another in RAX. */
static u8 *write_function(u8 *at, u32 *seed) {
  at = emit(at, 0xF88948, 3);                        /* mov rax, rdi */
  at = emit(at, 0x4F8D48 | (u64)(next(seed) >> 25) << 24, 4); /* lea rcx, [rdi + n] */
  for (int i = 0; i < 14; i++) {
    u64 n = next(seed) >> 25;
    switch (next(seed) >> 28) {
      case 0: at = emit(at, 0xF80148, 3); break;             /* add rax, rdi */
      case 1: at = emit(at, 0xC83148, 3); break;             /* xor rax, rcx */
      case 2: at = emit(at, 0xC06B48 | n << 24, 4); break;   /* imul rax, rax, n */
      case 3: at = emit(at, 0xC1C148 | n << 24, 4); break;   /* rol rcx, n */
      case 4: at = emit(at, 0xC12948, 3); break;             /* sub rcx, rax */
      case 5:
      case 6: at = emit(at, 0xF901480374ul << 16 | n << 8 | 0xA8, 7); break; /* test al, n; jz +3; add rcx, rdi */
      case 7:
      case 8:
        at = emit(at, 0xF824448948, 5); /* mov [rsp - 8], rax */
        at = emit(at, 0xF8244C0348, 5); /* add rcx, [rsp - 8] */
        break;
      case 9: at = emit(at, 0x48448D48 | n << 32, 5); break; /* lea rax, [rax + 2 * rcx + n] */
      case 10:
      case 11:
        at = emit(at, 0x0472C83948, 5);        /* cmp rax, rcx; jb +4 */
        at = emit(at, 0xF08348 | n << 24, 4);  /* xor rax, n */
        break;
      case 12:
      case 13: at = emit(at, 0xD00148D1B60F, 6); break;      /* movzx edx, cl; add rax, rdx */
      default: at = emit(at, 0xC8AF0F48, 4); break;          /* imul rcx, rax */
    }
  }
  return emit(at, 0xC3C83148, 4); /* xor rax, rcx; ret */
}

enum { AREA = 8 << 20, LONGEST = 192, FRESH = 200, WIDE = 4000 };
static u8 area[AREA] __attribute__((aligned(4096)));
static u8 wide_area[WIDE * LONGEST] __attribute__((aligned(4096)));
static function *functions[WIDE];

/* Code that runs three times and never again: new functions every round, in memory that is used in turn. */
u64 cold(u64 rounds) {
  static u8 *at = area;
  u32 seed = 11;
  u64 sum = 0;
  while (rounds--) {
    if (at + FRESH * LONGEST > area + AREA) at = area;
    for (int i = 0; i < FRESH; i++) {
      functions[i] = (function *)at;
      at = write_function(at, &seed);
    }
    for (int pass = 0; pass < 3; pass++)
      for (int i = 0; i < FRESH; i++) sum = functions[i](sum + 1);
  }
  return sum;
}

/* A large program: functions called in an order without pattern, each as often as any other. */
u64 wide(u64 rounds) {
  static int written;
  u32 seed = 5;
  u64 sum = 0;
  for (int i = 0; i < WIDE; i++) {
    u8 *at = wide_area + i * LONGEST;
    functions[i] = (function *)at;
    if (!written) write_function(at, &seed);
  }
  written = 1;
  seed = 9;
  while (rounds--) {
    for (int i = 0; i < 1000; i++) sum = functions[(next(&seed) >> 8) % WIDE](sum + 1);
  }
  return sum;
}
