/* Runs kernels as the command line says: `run NAME CHECK WARM TIMED ...`. Of each kernel, CHECK rounds are for the checksum
 * and WARM rounds for the machine to settle; then `NAME begin CHECKSUM` is printed, TIMED rounds run, and `NAME end` is
 * printed. A kernel that the processor cannot run prints `NAME none`. Whoever reads the lines looks at a clock. */
#include "bench.h"

static const struct {
  const char *name;
  u64 (*run)(u64);
} KERNELS[] = {
    {"sieve", sieve},       {"sha256", sha256},         {"quicksort", quicksort}, {"bytecode", bytecode},
    {"recursion", recursion}, {"hashing", hashing},     {"text", text},           {"alu", alu},
    {"calls", calls},       {"copy", copy},             {"strings", strings},     {"simd", simd},
    {"sse", sse},           {"cold", cold},             {"wide", wide},           {"selfmod", selfmod},
    {"exceptions", exceptions}, {"syscalls", syscalls}, {"pages", pages},         {"ports", ports},
    {"vmexits", vmexits}};

static void put(char c) { __asm__ volatile("outb %0, %1" ::"a"(c), "Nd"((unsigned short)0xE9)); }

static void print(const char *s) {
  while (*s) put(*s++);
}

static void print_hex(u64 value) {
  for (int shift = 60; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
}

static const char *line;

static void skip_spaces(void) {
  while (*line == ' ') line++;
}

/* Takes the word from the line if it comes next. */
static int take(const char *word) {
  int i = 0;
  while (word[i] && line[i] == word[i]) i++;
  if (word[i] || (line[i] && line[i] != ' ')) return 0;
  line += i;
  return 1;
}

static u64 number(void) {
  u64 value = 0;
  skip_spaces();
  while (*line >= '0' && *line <= '9') value = value * 10 + (u64)(*line++ - '0');
  return value;
}

static void measure(const char *name, u64 (*run)(u64)) {
  u64 check = number(), warm = number(), timed = number();
  u64 sum = run(check);
  print(name);
  if (sum == NONE) {
    print(" none\n");
    return;
  }
  run(warm);
  print(" begin ");
  print_hex(sum);
  print("\n");
  run(timed);
  print(name);
  print(" end\n");
}

int bench_main(const char *command_line) {
  line = command_line;
  while (!take("run")) { /* a loader may have put the name of the image first */
    if (!*line++) return 1;
  }
  for (skip_spaces(); *line; skip_spaces()) {
    u32 i = 0;
    while (i < sizeof KERNELS / sizeof *KERNELS && !take(KERNELS[i].name)) i++;
    if (i == sizeof KERNELS / sizeof *KERNELS) {
      print("unknown ");
      print(line);
      print("\n");
      return 1;
    }
    measure(KERNELS[i].name, KERNELS[i].run);
  }
  return 0;
}
