/*
 * Executes single x87 instructions from a given state and reports the state afterwards.
 *
 * Standard input has records of 672 bytes, standard output answers each with one of 664. State is
 * the 64-bit image of FXSAVE. The instruction stands at ENTRY, and RDI points to 128 bytes at DATA.
 * Where it raises #MF, the state in the answer is meaningless.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define CODE ((uint8_t *)0x20000000)
#define ENTRY (CODE + 0x800)
#define DATA ((uint8_t *)0x21000000)
#define PAGE 4096

struct __attribute__((packed)) request {
  uint8_t state[512];
  uint8_t memory[128];
  uint8_t code[16];
  uint64_t length;
  uint64_t flags;
};

struct __attribute__((packed)) answer {
  uint64_t vector;      /* 0 if the instruction completed, else that of the exception */
  uint64_t flags;
  uint64_t rax;
  uint8_t state[512];
  uint8_t memory[128];
};

static sigjmp_buf before;
static uint8_t state[512] __attribute__((aligned(16)));

static void raised(int signal) {
  siglongjmp(before, signal);
}

static void execute(const struct request *in, struct answer *out) {
  uint64_t rax = 0, flags = in->flags;
  memcpy(ENTRY, in->code, in->length);
  ENTRY[in->length] = 0xC3; /* RET */
  memcpy(DATA, in->memory, sizeof in->memory);
  memcpy(state, in->state, sizeof state);
  int signal = sigsetjmp(before, 1);
  if (signal == 0) {
    __asm__ volatile("fxrstor64 %[state]\n\t"
                     "push %[flags]\n\tpopfq\n\t"
                     "call *%[entry]\n\t"
                     "pushfq\n\tpop %[flags]\n\t"
                     "fxsave64 %[state]\n\tfninit"
                     : [state] "+m"(state), [flags] "+r"(flags), "+a"(rax)
                     : [entry] "r"(ENTRY), "D"(DATA)
                     : "memory", "cc");
    out->vector = 0;
  } else {
    __asm__ volatile("fninit");
    out->vector = signal == SIGFPE ? 16 : signal == SIGILL ? 6 : 13;
  }
  out->flags = flags;
  out->rax = rax;
  memcpy(out->state, state, sizeof state);
  memcpy(out->memory, DATA, sizeof out->memory);
}

int main(void) {
  struct request in;
  struct answer out;
  static char input[1 << 16], output[1 << 16];
  struct sigaction action;
  setvbuf(stdin, input, _IOFBF, sizeof input);
  setvbuf(stdout, output, _IOFBF, sizeof output);
  memset(&action, 0, sizeof action);
  action.sa_handler = raised;
  sigaction(SIGFPE, &action, NULL);
  sigaction(SIGILL, &action, NULL);
  sigaction(SIGSEGV, &action, NULL);
  if (mmap(CODE, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != CODE
      || mmap(DATA, PAGE, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != DATA) {
    perror("mmap");
    return 1;
  }
  while (fread(&in, sizeof in, 1, stdin) == 1) {
    memset(&out, 0, sizeof out);
    execute(&in, &out);
    if (fwrite(&out, sizeof out, 1, stdout) != 1) {
      return 1;
    }
  }
  return fflush(stdout) != 0;
}
