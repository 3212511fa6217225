/* Runs the test vectors of vectors.h on the processor that boots this, and reports on COM1.
   Every vector starts from the state that test-vectors/README.md describes, its code ends in INT3
   in place of the HLT, and what has come of it is compared with what is expected. */
#include "vectors.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned u32;
typedef unsigned long u64;

enum { CODE = 0x08, DATA = 0x10, USER_DATA = 0x20, USER_CODE = 0x28, TASK = 0x38 };
enum { GDT = 0x1000, TSS = 0x1100, IDT = 0x2000, REGION = 0x4000, POINTER = 0x5000, EXIT = 0x7000 };
enum { THREAD_AREA = 0x6000, TABLES = 0x10000, GUARD = 0x5F000, STACK = 0xA0000 - 0x108 };
enum { OWN_TABLES = 0x800000 };
enum { HEAP = 0x200000, HEAP_END = 0x300000, MBYTES_2 = 0x200000 };
enum { BREAKPOINT = 3, FEATURE_CONTROL = 0x3A, VMX_BASIC = 0x480, EFER = 0xC0000080 };
enum { INSTRUCTION_ERROR = 0x4400, COM1 = 0x3F8, RDX = 2, RSP = 4 };

#define CR0_START 0x80050033UL
#define CR4_START 0x20UL

/* What enter() loads; its offsets stand in boot.S. */
struct start { u64 gpr[16], rip, cs, rflags, ss, ds; };

/* What a trap pushes. */
struct trap { u64 low[4], rbp, rsi, rdi, high[8], vector, code, rip, cs, rflags, rsp, ss; };

struct trap *enter(const struct start *);
extern char stubs[], trap_stack_end[];
extern u64 recover;

/* ------------------------------------------------------------------ instructions */

#define GUARDED(failed, instruction, ...)                                      \
  __asm__ volatile("movq $2f, recover\n\t" instruction                         \
                   "\n\tmovq $0, recover\n\tmovl $0, %0\n\tjmp 3f\n2:\tmovl $1, %0\n3:" \
                   : "=&r"(failed) : __VA_ARGS__ : "memory", "cc")

static void out(u16 port, u8 value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }

static u8 in(u16 port) {
  u8 value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

static void cpuid(u32 leaf, u32 subleaf, u32 r[4]) {
  __asm__ volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(subleaf));
}

static int rdmsr(u32 index, u64 *value) {
  u32 low = 0, high = 0, failed;
  __asm__ volatile("movq $2f, recover\n\trdmsr\n\tmovq $0, recover\n\tmovl $0, %0\n\tjmp 3f\n"
                   "2:\tmovl $1, %0\n3:"
                   : "=&r"(failed), "+a"(low), "=d"(high) : "c"(index) : "memory");
  *value = (u64)high << 32 | low;
  return failed;
}

static int wrmsr(u32 index, u64 value) {
  int failed;
  GUARDED(failed, "wrmsr", "c"(index), "a"((u32)value), "d"((u32)(value >> 32)));
  return failed;
}

static int write_cr(int number, u64 value) {
  int failed = 1;
  switch (number) {
    case 0: GUARDED(failed, "movq %1, %%cr0", "r"(value)); break;
    case 3: GUARDED(failed, "movq %1, %%cr3", "r"(value)); break;
    case 4: GUARDED(failed, "movq %1, %%cr4", "r"(value)); break;
    case 8: GUARDED(failed, "movq %1, %%cr8", "r"(value)); break;
  }
  return failed;
}

static u64 read_cr(int number) {
  u64 value = 0;
  switch (number) {
    case 0: __asm__ volatile("movq %%cr0, %0" : "=r"(value)); break;
    case 2: __asm__ volatile("movq %%cr2, %0" : "=r"(value)); break;
    case 3: __asm__ volatile("movq %%cr3, %0" : "=r"(value)); break;
    case 4: __asm__ volatile("movq %%cr4, %0" : "=r"(value)); break;
    case 8: __asm__ volatile("movq %%cr8, %0" : "=r"(value)); break;
  }
  return value;
}

static u64 read_dr(int number) {
  u64 value = 0;
  switch (number) {
    case 0: __asm__ volatile("movq %%dr0, %0" : "=r"(value)); break;
    case 1: __asm__ volatile("movq %%dr1, %0" : "=r"(value)); break;
    case 2: __asm__ volatile("movq %%dr2, %0" : "=r"(value)); break;
    case 3: __asm__ volatile("movq %%dr3, %0" : "=r"(value)); break;
    case 6: __asm__ volatile("movq %%dr6, %0" : "=r"(value)); break;
    case 7: __asm__ volatile("movq %%dr7, %0" : "=r"(value)); break;
  }
  return value;
}

static u64 read_xcr0(void) {
  u32 low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (u64)high << 32 | low;
}

static void write_xcr0(u64 value) {
  int failed;
  GUARDED(failed, "xsetbv", "c"(0), "a"((u32)value), "d"((u32)(value >> 32)));
}

/* Leaves VMX operation; 0 if the processor was not in it. */
static int leave_vmx(void) {
  int failed;
  GUARDED(failed, "vmxoff", "r"(0));
  return !failed;
}

static u64 instruction_error(void) {
  u64 value = 0, field = INSTRUCTION_ERROR;
  __asm__ volatile("movq $2f, recover\n\tvmread %1, %0\n\tmovq $0, recover\n2:"
                   : "+r"(value) : "r"(field) : "memory", "cc");
  return value;
}

/* ------------------------------------------------------------------ report */

static void put(const char *text) {
  for (; *text; text++) {
    while (!(in(COM1 + 5) & 0x20)) {}
    out(COM1, (u8)*text);
  }
}

static void put_hex(u64 value) {
  char digits[18], *p = digits + 17;
  *p = 0;
  do {
    *--p = "0123456789ABCDEF"[value & 15];
    value >>= 4;
  } while (value);
  put(p);
  put("h");
}

static void put_number(u64 value) {
  char digits[21], *p = digits + 20;
  *p = 0;
  do {
    *--p = '0' + value % 10;
    value /= 10;
  } while (value);
  put(p);
}

/* Survives a reset, so that a run goes on behind a vector at which the processor shut down. */
struct progress { u64 mark, next, passed, failed, skipped; };

#define MARK 0x766D786C61623031UL
static struct progress *const progress = (struct progress *)0x900000;

static void skip(const struct vector *v, const char *why, const char *name) {
  put("skip ");
  put(v->id);
  put(": ");
  put(why);
  put(name);
  put("\n");
  progress->skipped++;
}

static int right;

static void differs(const struct vector *v, const char *what, u64 expected, u64 found) {
  put(right ? "FAIL " : "     ");
  if (right) {
    put(v->id);
    put(": ");
  }
  right = 0;
  put(what);
  put(" expected ");
  put_hex(expected);
  put(", found ");
  put_hex(found);
  put("\n");
}

static void compare(const struct vector *v, const char *what, u64 expected, u64 found) {
  if (expected != found) {
    differs(v, what, expected, found);
  }
}

/* ------------------------------------------------------------------ the state before the code */

static void fill(u64 from, u64 to, u8 value) {
  void *at = (void *)from;
  u64 count = to - from;
  __asm__ volatile("rep stosb" : "+D"(at), "+c"(count) : "a"(value) : "memory");
}

static void copy(u64 to, const u8 *from, u32 size) {
  for (u32 i = 0; i < size; i++) {
    ((volatile u8 *)to)[i] = from[i];
  }
}

static void store(u64 at, u64 value) { *(volatile u64 *)at = value; }

static void tables(int user) {
  u64 open = user ? 7 : 3;
  fill(TABLES, TABLES + 0x7000, 0);
  store(TABLES, TABLES + 0x1000 + open);
  for (u64 i = 0; i < 4; i++) {
    store(TABLES + 0x1000 + 8 * i, TABLES + 0x2000 + 0x1000 * i + open);
  }
  for (u64 i = 0; i < 2048; i++) {
    store(TABLES + 0x2000 + 8 * i, i * MBYTES_2 + 0x80 + open);
  }
  store(TABLES + 0x2000, TABLES + 0x6000 + open);
  for (u64 i = 0; i < 512; i++) {
    u64 page = i << 12;
    store(TABLES + 0x6000 + 8 * i, page == 0 || page == GUARD ? 0 : page + open);
  }
}

static void load_tables(void) {
  struct { u16 limit; u64 base; } __attribute__((packed)) gdtr = {0x47, GDT}, idtr = {0xFFF, IDT};
  static const u64 descriptors[] = {
      0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF, 0x00CFFB000000FFFF, 0x00CFF3000000FFFF,
      0x00AFFB000000FFFF, 0x00CF9B000000FFFF, 0x0000890000000067 | (u64)TSS << 16, 0};
  for (int i = 0; i < 9; i++) {
    store(GDT + 8 * i, descriptors[i]);
  }
  fill(TSS, TSS + 0x68, 0);
  store(TSS + 4, (u64)trap_stack_end);
  store(TSS + 0x24, (u64)trap_stack_end);
  *(volatile u16 *)(TSS + 0x66) = 0x68;
  for (u64 i = 0; i < 256; i++) {
    u64 target = (u64)stubs + 16 * i;
    u64 rights = i == 3 || i == 4 ? 0xEE : 0x8E;
    store(IDT + 16 * i,
          (target & 0xFFFF) | CODE << 16 | 1UL << 32 | rights << 40 | (target >> 16 & 0xFFFF) << 48);
    store(IDT + 16 * i + 8, target >> 32);
  }
  __asm__ volatile("lgdt %0\n\tlidt %1\n\tltr %w2\n\tpushq %3\n\tpushq $1f\n\tlretq\n1:"
                   : : "m"(gdtr), "m"(idtr), "r"(TASK), "i"(CODE) : "memory");
}

static u64 efer_start(void) {
  u32 r[4];
  cpuid(0x80000001, 0, r);
  return 0x500 | (r[3] >> 20 & 1) << 11;
}

static void base_state(void) {
  write_cr(8, 0);
  write_cr(4, CR4_START);
  write_cr(0, CR0_START);
  write_cr(3, OWN_TABLES);
  wrmsr(EFER, efer_start());
}

static int has(const struct feature *f) {
  u32 r[4];
  cpuid(f->leaf & 0x80000000, 0, r);
  if (r[0] < f->leaf) {
    return 0;
  }
  cpuid(f->leaf, f->subleaf, r);
  return r[f->output] >> f->bit & 1;
}

static int for_this_processor(const struct vector *v) {
  u32 r[4];
  cpuid(1, 0, r);
  int fits = v->models == 0;
  for (int i = 0; i < v->models; i++) {
    fits |= (r[0] & 0x0FFF0FF0) == v->model[i];
  }
  for (int i = 0; i < v->features; i++) {
    fits &= has(&v->feature[i]) == v->feature[i].wanted;
  }
  return fits;
}

/* IA32_FEATURE_CONTROL cannot be unlocked without a reset. */
static int firmware(u64 wanted) {
  u64 now;
  if (rdmsr(FEATURE_CONTROL, &now)) {
    return 0;
  }
  if (now != wanted && !(now & 1)) {
    wrmsr(FEATURE_CONTROL, wanted);
    rdmsr(FEATURE_CONTROL, &now);
  }
  return now == wanted;
}

/* ------------------------------------------------------------------ state items */

static u64 found_vmx, found_error;
static u64 crs[9];

static u64 get(const struct item *i, const struct trap *t) {
  u64 value = 0;
  switch (i->kind) {
    case GPR:
      if (i->index < 4) {
        value = t->low[i->index];
      } else if (i->index >= 8) {
        value = t->high[i->index - 8];
      } else {
        u64 middle[] = {t->rsp, t->rbp, t->rsi, t->rdi};
        value = middle[i->index - RSP];
      }
      break;
    case FLAGS: value = t->rflags; break;
    case CR: value = crs[i->index]; break;
    case XCR: value = read_xcr0(); break;
    case DR: value = read_dr(i->index); break;
    case MSR: rdmsr(i->index, &value); break;
    case VMX: value = found_vmx; break;
    default: break;
  }
  return value;
}

static u64 merged(u64 old, const struct item *i) { return (old & ~i->mask) | i->value; }

static int at_level_3(const struct vector *v) {
  for (int n = 0; n < v->initials; n++) {
    if (v->initial[n].kind == LEVEL && v->initial[n].value == 3) {
      return 1;
    }
  }
  return 0;
}

/* Sets what the vector asks for; the name of what cannot be set, or 0. */
static const char *initial(const struct vector *v, struct start *s) {
  u64 cr0 = CR0_START, cr4 = CR4_START, value;
  if (at_level_3(v)) {
    s->cs = USER_CODE | 3;
    s->ss = s->ds = USER_DATA | 3;
  }
  for (int n = 0; n < v->initials; n++) {
    const struct item *i = &v->initial[n];
    switch (i->kind) {
      case GPR: s->gpr[i->index] = merged(s->gpr[i->index], i); break;
      case FLAGS: s->rflags = merged(s->rflags, i); break;
      case CODE_SELECTOR: s->cs = i->value; break;
      case LEVEL: break;
      case CR:
        if (i->index == 0) {
          cr0 = merged(cr0, i);
        } else if (i->index == 4) {
          cr4 = merged(cr4, i);
        } else {
          return i->name;
        }
        break;
      case MSR:
        if (i->index == FEATURE_CONTROL) {
          break;
        }
        if (rdmsr(i->index, &value) || wrmsr(i->index, merged(value, i))) {
          return i->name;
        }
        break;
      default: return i->name;
    }
  }
  if (write_cr(4, cr4) || read_cr(4) != cr4) {
    return "this CR4";
  }
  if (write_cr(0, cr0) || read_cr(0) != cr0) {
    return "this CR0";
  }
  return 0;
}

static u64 wanted_firmware(const struct vector *v) {
  u64 value = v->firmware;
  for (int n = 0; n < v->initials; n++) {
    if (v->initial[n].kind == MSR && v->initial[n].index == FEATURE_CONTROL) {
      value = merged(value, &v->initial[n]);
    }
  }
  return value;
}

/* ------------------------------------------------------------------ a vector */

static void check(const struct vector *v, const struct trap *t) {
  right = 1;
  if (v->outcome == FAULT) {
    compare(v, "exception", v->exception, t->vector);
    if (v->code_expected) {
      compare(v, "error code", v->error_code, t->code);
    }
    compare(v, "address", v->origin + v->test, t->rip);
  } else {
    compare(v, "exception (INT3 at the end)", BREAKPOINT, t->vector);
    compare(v, "address", v->origin + v->size + 1, t->rip);
  }
  if (v->outcome == VMFAIL) {
    compare(v, "CF and ZF", v->error ? 0x40 : 1, t->rflags & 0x41);
    if (v->error) {
      compare(v, "VM-instruction error", v->error, found_error);
    }
  }
  for (int n = 0; n < v->expecteds; n++) {
    const struct item *i = &v->expected[n];
    if (i->kind != UNSEEN) {
      compare(v, i->name, i->value, get(i, t) & i->mask);
    }
  }
}

static void check_memory(const struct vector *v) {
  for (int n = 0; n < v->kept; n++) {
    for (u32 i = 0; i < v->keep[n].size; i++) {
      u64 at = v->keep[n].at + i;
      compare(v, "memory", v->keep[n].bytes[i], *(volatile u8 *)at);
    }
  }
}

static u64 before[4];

static void msrs(const struct vector *v, int restore) {
  for (int n = 0, saved = 0; n < v->expecteds && saved < 4; n++) {
    const struct item *i = &v->expected[n];
    if (i->kind == MSR && i->index != EFER && i->index != FEATURE_CONTROL) {
      if (restore) {
        wrmsr(i->index, before[saved++]);
      } else {
        rdmsr(i->index, &before[saved++]);
      }
    }
  }
}

static void run(const struct vector *v, int vmx) {
  if (v->obstacle) {
    skip(v, v->obstacle, "");
    return;
  }
  if (v->needs_vmx && !vmx) {
    skip(v, "VMX absent", "");
    return;
  }
  if (!for_this_processor(v)) {
    skip(v, "not for this processor", "");
    return;
  }
  if (v->needs_vmx && !firmware(wanted_firmware(v))) {
    skip(v, "IA32_FEATURE_CONTROL is locked at another value", "");
    return;
  }
  struct start s = {.rip = v->origin, .cs = CODE, .rflags = 2, .ss = DATA, .ds = DATA};
  u64 basic = 0;
  fill(HEAP, HEAP_END, 0);
  fill(REGION, POINTER + 0x1000, 0);
  if (vmx) {
    rdmsr(VMX_BASIC, &basic);
  }
  store(REGION, basic & 0x7FFFFFFF);
  store(POINTER, REGION);
  *(volatile u8 *)EXIT = 0xF4;
  u32 signature[4];
  cpuid(1, 0, signature);
  s.gpr[RDX] = signature[0];
  s.gpr[RSP] = STACK;
  store(STACK, EXIT);
  wrmsr(0xC0000100, THREAD_AREA);
  wrmsr(0xC0000101, THREAD_AREA);
  tables(at_level_3(v));
  write_cr(3, TABLES);
  const char *obstacle = initial(v, &s);
  if (obstacle) {
    base_state();
    skip(v, "software cannot set ", obstacle);
    return;
  }
  load_tables();
  msrs(v, 0);
  for (int n = 0; n < v->pieces; n++) {
    copy(v->piece[n].at, v->piece[n].bytes, v->piece[n].size);
  }
  copy(v->origin, v->code, v->size);
  *(volatile u8 *)(v->origin + v->size) = 0xCC;
  struct trap t = *enter(&s); /* before a guarded instruction takes its place */
  for (int i = 0; i < 9; i++) {
    crs[i] = read_cr(i);
  }
  found_error = v->outcome == VMFAIL && v->error ? instruction_error() : 0;
  found_vmx = leave_vmx();
  check(v, &t);
  check_memory(v);
  msrs(v, 1);
  if (crs[4] & 1 << 18) {
    write_xcr0(1);
  }
  base_state();
  if (right) {
    put("ok   ");
    put(v->id);
    put("\n");
    progress->passed++;
  } else {
    progress->failed++;
  }
}

static void begin(int vmx) {
  if (progress->mark == MARK && progress->next <= VECTORS && progress->next > 0) {
    put("FAIL ");
    put(vectors[progress->next - 1].id);
    put(": the processor shut down, or hung and was reset\n");
    progress->failed++;
    return;
  }
  *progress = (struct progress){.mark = MARK};
  u32 r[4];
  cpuid(1, 0, r);
  put("vmxlab test vectors: ");
  put_number(VECTORS);
  put(", CPUID signature ");
  put_hex(r[0]);
  put(vmx ? ", VMX present\n" : ", VMX absent\n");
}

void run_vectors(void) {
  u32 r[4];
  out(COM1 + 1, 0);
  out(COM1 + 3, 3);
  load_tables();
  base_state();
  cpuid(1, 0, r);
  int vmx = r[2] >> 5 & 1;
  begin(vmx);
  while (progress->next < VECTORS) {
    run(&vectors[progress->next++], vmx);
  }
  progress->mark = 0;
  put("done: ");
  put_number(progress->passed);
  put(" passed, ");
  put_number(progress->failed);
  put(" failed, ");
  put_number(progress->skipped);
  put(" skipped\n");
}
