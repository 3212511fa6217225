/* Executes one-instruction cases on the host processor and prints what they did.
 *
 * Standard input: records as `struct in`; standard output: as many `struct out`. x86-64 Linux only.
 *
 * The instruction stands in a page of breakpoints. Every case is entered and left through a signal
 * handler that replaces the interrupted registers, so that no register has to be spared: the
 * breakpoint behind the instruction (or the instruction's own fault) leads to the next case. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

enum { CODE = 0x20000000, DATA = 0x30000000, PAGE = 4096, WINDOW = 256 };

/* Registers in the processor's own order: RAX RCX RDX RBX RSP RBP RSI RDI R8-R15. */
struct in {
  uint8_t length, code[15];
  uint64_t reg[16], rflags;
  uint8_t window[WINDOW]; /* around the end of the one data page; the page behind is not mapped */
};

struct out {
  uint64_t vector, error, address; /* vector 3 behind the instruction: it completed */
  uint64_t rip, reg[16], rflags;
  uint8_t window[WINDOW];
};

static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                              REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
static uint8_t *const code = (uint8_t *)(uintptr_t)CODE;
static uint8_t *const window = (uint8_t *)(uintptr_t)(DATA + PAGE - WINDOW);
static struct in in;
static int running;

static void next_case(ucontext_t *at) {
  if (fread(&in, sizeof in, 1, stdin) != 1) {
    fflush(stdout);
    _exit(0);
  }
  memset(code, 0xCC, PAGE);
  memcpy(code + PAGE / 2, in.code, in.length);
  memset((void *)(uintptr_t)DATA, 0, PAGE);
  memcpy(window, in.window, WINDOW);
  for (int i = 0; i < 16; i++) at->uc_mcontext.gregs[order[i]] = in.reg[i];
  at->uc_mcontext.gregs[REG_EFL] = in.rflags;
  at->uc_mcontext.gregs[REG_RIP] = CODE + PAGE / 2;
}

static void on_signal(int signal, siginfo_t *info, void *context) {
  ucontext_t *at = context;
  (void)signal, (void)info;
  if (running) {
    struct out out = {.vector = at->uc_mcontext.gregs[REG_TRAPNO],
                      .error = at->uc_mcontext.gregs[REG_ERR],
                      .address = at->uc_mcontext.gregs[REG_CR2],
                      .rip = at->uc_mcontext.gregs[REG_RIP],
                      .rflags = at->uc_mcontext.gregs[REG_EFL]};
    for (int i = 0; i < 16; i++) out.reg[i] = at->uc_mcontext.gregs[order[i]];
    memcpy(out.window, window, WINDOW);
    fwrite(&out, sizeof out, 1, stdout);
  }
  running = 1;
  next_case(at);
}

int main(void) {
  static uint8_t handler_stack[1 << 16];
  stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  static const int signals[] = {SIGTRAP, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGUSR1};
  int fixed = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  if (mmap(code, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, fixed, -1, 0) == MAP_FAILED ||
      mmap((void *)(uintptr_t)DATA, PAGE, PROT_READ | PROT_WRITE, fixed, -1, 0) == MAP_FAILED) {
    perror("hostrun: mmap");
    return 1;
  }
  sigaltstack(&stack, NULL);
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
  setvbuf(stdin, NULL, _IOFBF, 1 << 20);
  setvbuf(stdout, NULL, _IOFBF, 1 << 20);
  raise(SIGUSR1);
  return 1; /* not reached: the first case replaced this context */
}
