/* Runs kernels as the command line says, which any words may precede:
 *   run NAME WARM TIMED ...  rounds for the machine to settle, then `NAME begin`, the timed rounds, and `NAME end`
 *   check                    all kernels, for their checksums alone
 * Before that every kernel runs the rounds whose checksum is known. A kernel that the processor cannot run says `NAME none`,
 * one that computes something else `NAME wrong CHECKSUM`; any of the latter and the image reports 1 to the exit port. */
#include "bench.h"

static const struct kernel {
  const char *name;
  u64 (*run)(u64);
  u64 rounds, checksum;
} KERNELS[] = {
    {"sieve", sieve, 3, 0x242C0385},
    {"sha256", sha256, 10, 0x4AA7118BB094B04C},
    {"quicksort", quicksort, 3, 0x17C20CC7},
    {"bytecode", bytecode, 10, 0x7EB309EC71B73F86},
    {"recursion", recursion, 3, 0x1936},
    {"hashing", hashing, 3, 0x1E3},
    {"text", text, 3, 0xAE7A4D33},
    {"alu", alu, 99, 0xAEED15D5524D68F5},
    {"calls", calls, 99, 0xFFFFFFFFFFFFFDF0},
    {"copy", copy, 3, 0xB90D087FCA482D1D},
    {"strings", strings, 3, 0x103FF},
    {"simd", simd, 3, 0x36DA7D1FC942FF51},
    {"sse", sse, 3, 0x4055C0B429F27ADC},
    {"cold", cold, 2, 0x831384C731D7E4BE},
    {"wide", wide, 3, 0xF2524DC11BCFDED4},
    {"selfmod", selfmod, 100, 0x7F3B6DB6DB6DB66C},
    {"exceptions", exceptions, 9, 0xB4},
    {"syscalls", syscalls, 9, 0x63},
    {"pages", pages, 3, 0xBF9DA},
    {"ports", ports, 3, 0x1E30},
    {"vmexits", vmexits, 9, 0xA12},
};
enum { COUNT = sizeof KERNELS / sizeof *KERNELS };

static void put(char c) { __asm__ volatile("outb %0, %1" ::"a"(c), "Nd"((u16)0xE9)); }

static void print(const char *s) {
  while (*s) put(*s++);
}

static void print_hex(u64 value) {
  for (int shift = 60; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
}

static void say(const struct kernel *kernel, const char *what) {
  print(kernel->name);
  print(what);
  print("\n");
}

static const char *line;

/* Takes the word from the line if it comes next, and the spaces behind it. */
static int take(const char *word) {
  int i = 0;
  while (word[i] && line[i] == word[i]) i++;
  if (word[i] || (line[i] && line[i] != ' ')) return 0;
  for (line += i; *line == ' '; line++) {}
  return 1;
}

static u64 number(void) {
  u64 value = 0;
  while (*line >= '0' && *line <= '9') value = value * 10 + (u64)(*line++ - '0');
  while (*line == ' ') line++;
  return value;
}

static int failed;

/* Whether the processor can run it, and does so rightly. */
static int works(const struct kernel *kernel) {
  u64 sum = kernel->run(kernel->rounds);
  if (sum == kernel->checksum) return 1;
  if (sum == NONE) {
    say(kernel, " none");
    return 0;
  }
  failed = 1;
  print(kernel->name);
  print(" wrong ");
  print_hex(sum);
  print("\n");
  return 0;
}

static void measure(const struct kernel *kernel) {
  u64 warm = number(), timed = number();
  if (!works(kernel)) return;
  kernel->run(warm);
  say(kernel, " begin");
  kernel->run(timed);
  say(kernel, " end");
}

int bench_main(const char *command_line) {
  int i;
  line = command_line;
  while (!take("run")) {
    if (take("check")) {
      for (i = 0; i < COUNT; i++) works(&KERNELS[i]);
      return failed;
    }
    if (!*line) return 1;
    while (*line && *line != ' ') line++;
    while (*line == ' ') line++;
  }
  while (*line) {
    for (i = 0; i < COUNT && !take(KERNELS[i].name); i++) {}
    if (i == COUNT) {
      print("there is no ");
      print(line);
      print("\n");
      return 1;
    }
    measure(&KERNELS[i]);
  }
  return failed;
}
