/*
 * Executes single instructions on the processor of this machine and tells what they did.
 *
 * Standard input holds cases, standard output gets results, both as packed little-endian structures
 * (struct test_case, struct test_result and `changes` times struct change). A case is entered and left
 * through the signal frame: the handler replaces the interrupted context by the case's registers and
 * returns; the trap or fault after the instruction brings the registers back. An instruction is ended
 * by TF, a repeated one, which TF would interrupt after each iteration, by the INT3 behind it.
 *
 * Linux on x86-64 only. 32-bit and 16-bit cases run in compatibility mode: the frame carries CS and SS. Their code
 * segments stand in the LDT, since a kernel without 32-bit emulation has none in its GDT; a kernel without
 * modify_ldt can still run 64-bit cases. The 16-bit segments hold one page each.
 *
 * A case with MODE_VECTORS is followed by its XMM and MMX registers and MXCSR (struct vector_state), and so is its result,
 * before the changes. They too travel in the signal frame, as FXSAVE writes them.
 *
 * RSP of a case has to be canonical: processors differ in whether IRET to ring 3 accepts another one (AMD family 26
 * raises #GP(0), others do not), and with such a processor the kernel kills the process.
 */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <asm/prctl.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define CODE 0x20000000UL    /* readable and executable page */
#define ENTRY (CODE + 0x800) /* where the instruction stands; INT3 everywhere else */
#define DATA 0x21000000UL    /* readable and writable page; its neighbours are not mapped */
#define GS_BASE 0x01000000UL
#define PAGE 4096

#define CS64 0x33
#define SS3 0x2B
#define CS16 0x07 /* selectors of the LDT from here on */
#define DS16 0x0F
#define CS32 0x17

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif

#define TF 0x100
#define STATUS_AND_DF 0xCD5
#define TRAP_DB 1
#define TRAP_BP 3
#define TRAP_PF 14

enum { MODE_32 = 1, MODE_REPEATED = 2, MODE_16 = 4, MODE_VECTORS = 8 };
enum { COMPLETED = 0xFF };

struct test_case {
  uint8_t mode;
  uint8_t length;
  uint8_t code[16];
  uint16_t poke_at; /* offset in DATA */
  uint8_t poke_length;
  uint8_t poke[32];
  uint64_t rflags;
  uint64_t gpr[16]; /* in the order of the encoding */
} __attribute__((packed));

struct test_result {
  uint8_t outcome; /* vector, or COMPLETED */
  uint32_t error_code;
  uint64_t cr2;
  uint64_t rip;
  uint64_t rflags;
  uint64_t gpr[16];
  uint16_t changes;
} __attribute__((packed));

struct vector_state {
  uint64_t xmm[16][2];
  uint64_t mm[8];
  uint32_t mxcsr;
  uint8_t top;  /* of the x87 stack */
  uint8_t tags; /* bit i: physical register i is in use */
  uint8_t ones; /* bit i: its sign and exponent are all ones; 0 in a case */
} __attribute__((packed));

struct change {
  uint16_t offset;
  uint8_t value;
} __attribute__((packed));

static const int gregs[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                              REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                              REG_R12, REG_R13, REG_R14, REG_R15};

static struct test_case current;
static struct vector_state vectors;
static const struct vector_state no_vectors = {.mxcsr = 0x1F80};
static int started;
static int ldt_error; /* errno, if there can be no LDT */
static uint8_t *code_alias; /* the code page, writable */
static uint8_t pattern[PAGE], before[PAGE];

/* The first half has all values, the second half few, so that comparisons meet equal bytes. */
static void make_pattern(void) {
  uint32_t x = 1;
  for (int i = 0; i < PAGE; i++) {
    x = x * 1664525 + 1013904223;
    uint8_t b = x >> 24;
    pattern[i] = i < PAGE / 2 ? b : b < 250 ? 0x5A : b & 3;
  }
}

/* The frame's image of the x87 stack begins at its top. */
static void get_vectors(const ucontext_t *uc) {
  const struct _libc_fpstate *f = uc->uc_mcontext.fpregs;
  memcpy(vectors.xmm, f->_xmm, sizeof vectors.xmm);
  vectors.mxcsr = f->mxcsr;
  vectors.top = f->swd >> 11 & 7;
  vectors.tags = f->ftw;
  vectors.ones = 0;
  for (int i = 0; i < 8; i++) {
    int n = (i + vectors.top) & 7;
    memcpy(&vectors.mm[n], f->_st[i].significand, 8);
    vectors.ones |= (f->_st[i].exponent == 0xFFFF) << n;
  }
}

static void set_vectors(ucontext_t *uc, const struct vector_state *v) {
  struct _libc_fpstate *f = uc->uc_mcontext.fpregs;
  memcpy(f->_xmm, v->xmm, sizeof v->xmm);
  f->mxcsr = v->mxcsr;
  f->cwd = 0x37F;
  f->swd = v->top << 11;
  f->ftw = v->tags;
  for (int i = 0; i < 8; i++) {
    memcpy(f->_st[i].significand, &v->mm[(i + v->top) & 7], 8);
    f->_st[i].exponent = 0x3FFF;
  }
  ((uint64_t *)f)[512 / 8] |= 3; /* x87 and SSE state are not the initial ones */
}

static void report(const ucontext_t *uc) {
  static struct change changes[PAGE];
  struct test_result r = {0};
  const greg_t *g = uc->uc_mcontext.gregs;
  int trap = g[REG_TRAPNO];
  int completed = trap == TRAP_DB || trap == TRAP_BP;
  r.outcome = completed ? COMPLETED : trap;
  r.error_code = completed ? 0 : g[REG_ERR];
  r.cr2 = trap == TRAP_PF ? g[REG_CR2] : 0;
  r.rip = g[REG_RIP] - (trap == TRAP_BP);
  r.rflags = g[REG_EFL] & STATUS_AND_DF;
  for (int i = 0; i < 16; i++) r.gpr[i] = g[gregs[i]];
  if (current.mode & MODE_16) r.gpr[4] &= 0xFFFFFFFF; /* the kernel's way back to a 16-bit stack shows */
  const uint8_t *now = (const uint8_t *)DATA;
  for (int i = 0; i < PAGE; i++) {
    if (now[i] != before[i]) {
      changes[r.changes].offset = i;
      changes[r.changes++].value = now[i];
    }
  }
  fwrite(&r, sizeof r, 1, stdout);
  if (current.mode & MODE_VECTORS) {
    get_vectors(uc);
    fwrite(&vectors, sizeof vectors, 1, stdout);
  }
  fwrite(changes, sizeof changes[0], r.changes, stdout);
}

static void enter(ucontext_t *uc) {
  if (fread(&current, sizeof current, 1, stdin) != 1) {
    fflush(stdout);
    _exit(0);
  }
  if (current.mode & MODE_VECTORS && fread(&vectors, sizeof vectors, 1, stdin) != 1) _exit(1);
  set_vectors(uc, current.mode & MODE_VECTORS ? &vectors : &no_vectors);
  if (ldt_error && current.mode & (MODE_32 | MODE_16)) {
    fprintf(stderr, "hostrun: modify_ldt: %s\n", strerror(ldt_error));
    fflush(stdout);
    _exit(2);
  }
  memset(code_alias + (ENTRY - CODE), 0xCC, 32);
  memcpy(code_alias + (ENTRY - CODE), current.code, current.length);
  memcpy(before, pattern, PAGE);
  for (int i = 0; i < current.poke_length; i++) {
    before[(current.poke_at + i) % PAGE] = current.poke[i];
  }
  memcpy((void *)DATA, before, PAGE);
  greg_t *g = uc->uc_mcontext.gregs;
  for (int i = 0; i < 16; i++) g[gregs[i]] = current.gpr[i];
  int repeated = current.mode & MODE_REPEATED;
  g[REG_EFL] = (current.rflags & STATUS_AND_DF) | 0x202 | (repeated ? 0 : TF);
  int mode16 = current.mode & MODE_16;
  g[REG_RIP] = mode16 ? ENTRY - CODE : ENTRY;
  uint64_t cs = mode16 ? CS16 : current.mode & MODE_32 ? CS32 : CS64;
  unsigned ds = mode16 ? DS16 : SS3; /* 64-bit mode does not look at it */
  g[REG_CSGSFS] = cs | (uint64_t)ds << 48;
  __asm__ volatile("mov %0, %%ds; mov %0, %%es" ::"r"(ds));
}

static void handler(int sig, siginfo_t *info, void *context) {
  (void)sig;
  (void)info;
  ucontext_t *uc = context;
  if (started) report(uc);
  started = 1;
  enter(uc);
}

static void segment(int selector, struct user_desc d) {
  d.entry_number = selector >> 3;
  d.useable = 1;
  if (syscall(SYS_modify_ldt, 0x11, &d, sizeof d) != 0) ldt_error = errno;
}

static void segments(void) {
  segment(CS16, (struct user_desc){.base_addr = CODE, .limit = PAGE - 1, .contents = MODIFY_LDT_CONTENTS_CODE});
  segment(DS16, (struct user_desc){.base_addr = DATA, .limit = PAGE - 1, .contents = MODIFY_LDT_CONTENTS_DATA});
  segment(CS32, (struct user_desc){.limit = 0xFFFFF, .limit_in_pages = 1, .seg_32bit = 1,
                                   .contents = MODIFY_LDT_CONTENTS_CODE});
}

static void *map(unsigned long at, int protection, int flags, int fd) {
  void *p = mmap((void *)at, PAGE, protection, flags | (at ? MAP_FIXED_NOREPLACE : 0), fd, 0);
  if (p == MAP_FAILED) {
    perror("mmap");
    exit(1);
  }
  return p;
}

int main(void) {
  int fd = memfd_create("code", 0);
  if (fd < 0 || ftruncate(fd, PAGE) != 0) {
    perror("memfd");
    return 1;
  }
  code_alias = map(0, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  memset(code_alias, 0xCC, PAGE);
  map(CODE, PROT_READ | PROT_EXEC, MAP_SHARED, fd);
  map(DATA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  make_pattern();

  /* The frame holds the processor's whole extended state, which grows from one generation to the next. */
  stack_t stack = {.ss_size = getauxval(AT_MINSIGSTKSZ) + (1 << 16)};
  stack.ss_sp = malloc(stack.ss_size);
  if (!stack.ss_sp || sigaltstack(&stack, NULL) != 0) {
    perror("sigaltstack");
    return 1;
  }
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  int signals[] = {SIGTRAP, SIGSEGV, SIGBUS, SIGILL, SIGFPE};
  for (unsigned i = 0; i < sizeof signals / sizeof signals[0]; i++) sigaction(signals[i], &action, NULL);

  syscall(SYS_arch_prctl, ARCH_SET_GS, GS_BASE);
  segments();
  __asm__ volatile("int3");
  return 1;
}
