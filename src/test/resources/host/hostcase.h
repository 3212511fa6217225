/*
 * What the programs have in common that execute single instructions, each at ENTRY and with data at
 * DATA: a record of standard input is a case, a record of standard output what came of it.
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

/* Where a signal leads that the instruction raises; the value is its number. */
static sigjmp_buf before;

static void raised(int signal) {
  siglongjmp(before, signal);
}

/* Puts the instruction at ENTRY, as a function. */
static void place(const uint8_t *code, uint64_t length) {
  memcpy(ENTRY, code, length);
  ENTRY[length] = 0xC3; /* RET */
}

static int map(uint8_t *address, int protection) {
  return mmap(address, PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0)
      == address;
}

/* Executes cases until there are no more; the program's exit status. */
static int serve(size_t request, size_t answer, void (*execute)(const void *, void *)) {
  static uint8_t in[PAGE], out[PAGE];
  static char input[1 << 16], output[1 << 16];
  struct sigaction action;
  setvbuf(stdin, input, _IOFBF, sizeof input);
  setvbuf(stdout, output, _IOFBF, sizeof output);
  memset(&action, 0, sizeof action);
  action.sa_handler = raised;
  sigaction(SIGFPE, &action, NULL);
  sigaction(SIGILL, &action, NULL);
  sigaction(SIGSEGV, &action, NULL);
  if (!map(CODE, PROT_READ | PROT_WRITE | PROT_EXEC) || !map(DATA, PROT_READ | PROT_WRITE)) {
    perror("mmap");
    return 1;
  }
  while (fread(in, request, 1, stdin) == 1) {
    memset(out, 0, answer);
    execute(in, out);
    if (fwrite(out, answer, 1, stdout) != 1) {
      return 1;
    }
  }
  return fflush(stdout) != 0;
}
