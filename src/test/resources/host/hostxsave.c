/*
 * Executes single instructions of the XSAVE feature set from a given state and reports the state
 * afterwards.
 *
 * Standard input has records of 1752 bytes, standard output answers each with one of 1624. The
 * state before is an XSAVE area in the standard format, that afterwards an image of FXSAVE64. The
 * instruction stands at ENTRY, RDI points to an area of 1088 bytes, EDX:EAX and ECX are given.
 */
#include "hostcase.h"
#define AREA 1088

struct __attribute__((packed)) request {
  uint8_t state[576];
  uint8_t area[AREA];
  uint8_t code[16];
  uint64_t length;
  uint64_t place;       /* of the area in its page, for RDI */
  uint64_t eax;
  uint64_t edx;
  uint64_t ecx;
  uint8_t padding[32];
};

struct __attribute__((packed)) answer {
  uint64_t vector;      /* 0 if the instruction completed, else that of the exception */
  uint64_t eax;
  uint64_t edx;
  uint8_t state[512];
  uint8_t area[AREA];
};

static uint8_t state[576] __attribute__((aligned(64)));

static void execute(const void *request, void *answer) {
  const struct request *in = request;
  struct answer *out = answer;
  uint64_t rax = in->eax, rdx = in->edx, rcx = in->ecx;
  place(in->code, in->length);
  memset(DATA, 0, PAGE);
  memcpy(DATA, in->area, AREA);
  memcpy(state, in->state, sizeof state);
  int signal = sigsetjmp(before, 1);
  if (signal == 0) {
    __asm__ volatile("mov %[rax], %%r12\n\tmov %[rdx], %%r13\n\t"
                     "mov $3, %%eax\n\txor %%edx, %%edx\n\t"
                     "xrstor64 %[state]\n\t"
                     "mov %%r12, %%rax\n\tmov %%r13, %%rdx\n\t"
                     "call *%[entry]\n\t"
                     "fxsave64 %[state]\n\tfninit"
                     : [state] "+m"(state), [rax] "+a"(rax), [rdx] "+d"(rdx), "+c"(rcx)
                     : [entry] "r"(ENTRY), "D"(DATA + in->place)
                     : "memory", "cc", "r12", "r13");
    out->vector = 0;
  } else {
    __asm__ volatile("fninit");
    out->vector = signal == SIGILL ? 6 : 13;
  }
  out->eax = rax & 0xFFFFFFFF;
  out->edx = rdx & 0xFFFFFFFF;
  memcpy(out->state, state, sizeof out->state);
  memcpy(out->area, DATA, AREA);
}

int main(void) {
  uint32_t a = 1, b, c = 0, d;
  __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  if ((c >> 27 & 1) == 0) {
    return 2; /* no OSXSAVE */
  }
  return serve(sizeof(struct request), sizeof(struct answer), execute);
}
