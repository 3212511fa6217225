/*
 * Executes single x87 instructions from a given state and reports the state afterwards.
 *
 * Standard input has records of 672 bytes, standard output answers each with one of 664. State is
 * the 64-bit image of FXSAVE. The instruction stands at ENTRY, and RDI points to 128 bytes at DATA.
 * Where it raises #MF, the state in the answer is meaningless.
 */
#include "hostcase.h"

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

static uint8_t state[512] __attribute__((aligned(16)));

static void execute(const void *request, void *answer) {
  const struct request *in = request;
  struct answer *out = answer;
  uint64_t rax = 0, flags = in->flags;
  place(in->code, in->length);
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
  return serve(sizeof(struct request), sizeof(struct answer), execute);
}
