/*
 * Executes single x87 and SSE operations and reports their results.
 *
 * Standard input has records of 32 bytes, standard output answers each with one of 56. Numbers are
 * little-endian. No exception is ever taken: x87 exceptions without mask wait for an instruction
 * that is never executed, and MXCSR masks all.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct __attribute__((packed)) request {
  uint8_t operation;
  uint8_t reserved;
  uint16_t control;     /* x87 control word */
  uint32_t mxcsr;
  uint64_t a;           /* ST(0), or the first SSE operand */
  uint16_t a_top;
  uint64_t b;           /* ST(1), the operand in memory, or the second SSE operand */
  uint16_t b_top;
  uint8_t unused[4];
};

struct __attribute__((packed)) answer {
  uint64_t st0;
  uint16_t st0_top;
  uint64_t st1;
  uint16_t st1_top;
  uint16_t status;
  uint16_t tags;
  uint32_t mxcsr;
  uint64_t memory;      /* what was stored; an SSE result */
  uint16_t memory_top;
  uint8_t reserved[18];
};

struct __attribute__((packed)) image {
  uint16_t control, r0, status, r1, tags, r2;
  uint32_t pointers[4];
  struct __attribute__((packed)) { uint64_t significand; uint16_t top; } st[8];
};

struct __attribute__((packed)) extended { uint64_t significand; uint16_t top; };

/* Both operands are on the stack; the operation may use memory[] too. */
#define X87(number, text)                                                                    \
  case number:                                                                               \
    __asm__ volatile("fninit\n\tfldt %[b]\n\tfldt %[a]\n\tfldcw %[control]\n\t" text         \
                     "\n\tfnsave %[image]"                                                   \
                     : [image] "=m"(image), [memory] "+m"(memory)                            \
                     : [a] "m"(a), [b] "m"(b), [control] "m"(in->control)                    \
                     : "memory", "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", \
                       "st(7)");                                                             \
    break;

static void x87(const struct request *in, struct answer *out) {
  struct extended a = {in->a, in->a_top}, b = {in->b, in->b_top};
  struct __attribute__((packed)) { uint64_t low; uint16_t high; } memory = {in->b, in->b_top};
  struct image image;
  memset(&image, 0, sizeof image);
  switch (in->operation) {
    X87(0, "fadd %%st(1), %%st")
    X87(1, "fsub %%st(1), %%st")
    X87(2, "fmul %%st(1), %%st")
    X87(3, "fdiv %%st(1), %%st")
    X87(4, "fsqrt")
    X87(5, "frndint")
    X87(6, "fcom %%st(1)")
    X87(7, "fucom %%st(1)")
    X87(8, "fscale")
    X87(9, "fprem")
    X87(10, "fprem1")
    X87(11, "fxtract")
    X87(12, "fadds %[memory]")
    X87(13, "faddl %[memory]")
    X87(14, "fdivs %[memory]")
    X87(15, "fdivl %[memory]")
    X87(16, "fcoms %[memory]")
    X87(17, "fiadds %[memory]")
    X87(18, "fidivl %[memory]")
    X87(19, "flds %[memory]")
    X87(20, "fldl %[memory]")
    X87(21, "fsts %[memory]")
    X87(22, "fstl %[memory]")
    X87(23, "fists %[memory]")
    X87(24, "fistl %[memory]")
    X87(25, "fistpll %[memory]")
    X87(26, "fisttps %[memory]")
    X87(27, "fisttpl %[memory]")
    X87(28, "fisttpll %[memory]")
    X87(29, "fbld %[memory]")
    X87(30, "fbstp %[memory]")
    X87(31, "fildll %[memory]")
    X87(32, "fldl2t")
    X87(33, "fldl2e")
    X87(34, "fldpi")
    X87(35, "fldlg2")
    X87(36, "fldln2")
    X87(37, "f2xm1")
    X87(38, "fyl2x")
    X87(39, "fyl2xp1")
    X87(40, "fptan")
    X87(41, "fpatan")
    X87(42, "fsin")
    X87(43, "fcos")
    X87(44, "fsincos")
    X87(45, "fxam")
    X87(46, "ftst")
  }
  out->st0 = image.st[0].significand;
  out->st0_top = image.st[0].top;
  out->st1 = image.st[1].significand;
  out->st1_top = image.st[1].top;
  out->status = image.status;
  out->tags = image.tags;
  out->memory = memory.low;
  out->memory_top = memory.high;
}

#define SSE(number, text)                                                                      \
  case number:                                                                                 \
    __asm__ volatile("movq %[a], %%xmm0\n\tmovq %[b], %%xmm1\n\tldmxcsr %[control]\n\t" text   \
                     "\n\tstmxcsr %[status]\n\tmovq %%xmm0, %[result]"                         \
                     : [status] "=m"(status), [result] "=r"(result), [flags] "=&r"(flags)      \
                     : [a] "r"(in->a), [b] "r"(in->b), [control] "m"(in->mxcsr)                \
                     : "xmm0", "xmm1", "rax", "cc");                                           \
    break;

#define COMPARE(text) text " %%xmm1, %%xmm0\n\tpushfq\n\tpop %[flags]\n\tand $0x8D5, %[flags]\n\tmovq %[flags], %%xmm0"

static void sse(const struct request *in, struct answer *out) {
  uint32_t status = 0, standard = 0x1F80;
  uint64_t result = 0, flags = 0;
  switch (in->operation) {
    SSE(64, "addss %%xmm1, %%xmm0")
    SSE(65, "addsd %%xmm1, %%xmm0")
    SSE(66, "subss %%xmm1, %%xmm0")
    SSE(67, "subsd %%xmm1, %%xmm0")
    SSE(68, "mulss %%xmm1, %%xmm0")
    SSE(69, "mulsd %%xmm1, %%xmm0")
    SSE(70, "divss %%xmm1, %%xmm0")
    SSE(71, "divsd %%xmm1, %%xmm0")
    SSE(72, "sqrtss %%xmm0, %%xmm0")
    SSE(73, "sqrtsd %%xmm0, %%xmm0")
    SSE(74, "minss %%xmm1, %%xmm0")
    SSE(75, "minsd %%xmm1, %%xmm0")
    SSE(76, "maxss %%xmm1, %%xmm0")
    SSE(77, "maxsd %%xmm1, %%xmm0")
    SSE(78, COMPARE("comiss"))
    SSE(79, COMPARE("ucomisd"))
    SSE(80, "cvtss2sd %%xmm0, %%xmm0")
    SSE(81, "cvtsd2ss %%xmm0, %%xmm0")
    SSE(82, "cvtss2si %%xmm0, %%eax\n\tmovq %%rax, %%xmm0")
    SSE(83, "cvttsd2si %%xmm0, %%eax\n\tmovq %%rax, %%xmm0")
    SSE(84, "cvtsd2si %%xmm0, %%rax\n\tmovq %%rax, %%xmm0")
    SSE(85, "cvttss2si %%xmm0, %%rax\n\tmovq %%rax, %%xmm0")
    SSE(86, "cvtsi2sd %[a], %%xmm0")
    SSE(87, "cvtsi2ss %[a], %%xmm0")
    SSE(88, "roundss $4, %%xmm0, %%xmm0")
    SSE(89, "roundsd $12, %%xmm0, %%xmm0")
    SSE(90, "vcvtph2ps %%xmm0, %%xmm0")
    SSE(91, "vcvtps2ph $4, %%xmm0, %%xmm0")
  }
  __asm__ volatile("ldmxcsr %0" : : "m"(standard));
  out->mxcsr = status;
  out->memory = result;
}

int main(void) {
  struct request in;
  struct answer out;
  static char input[1 << 16], output[1 << 16];
  setvbuf(stdin, input, _IOFBF, sizeof input);
  setvbuf(stdout, output, _IOFBF, sizeof output);
  while (fread(&in, sizeof in, 1, stdin) == 1) {
    memset(&out, 0, sizeof out);
    if (in.operation < 64) {
      x87(&in, &out);
    } else {
      sse(&in, &out);
    }
    if (fwrite(&out, sizeof out, 1, stdout) != 1) {
      return 1;
    }
  }
  return fflush(stdout) != 0;
}
