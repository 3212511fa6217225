import java.util.List;

/**
 * A kernel of the image.
 *
 * @param fast rounds that take QEMU about a second
 * @param slow rounds that take vmxlab's interpreter about a second
 * @param what it does, in a few words
 */
record Kernel(String name, Group group, long fast, long slow, String what) {

  /** Kernels of which means are made. */
  enum Group {
    INTEGER("integer"),
    MEMORY("memory and vectors"),
    CODE("much or changing code"),
    SYSTEM("system");

    final String title;

    Group(String title) {
      this.title = title;
    }
  }

  // spotless:off
  static final List<Kernel> ALL = List.of(
      new Kernel("sieve",      Group.INTEGER,       1_300,         450, "primes by crossing out"),
      new Kernel("sha256",     Group.INTEGER,     800_000,     230_000, "SHA-256 of one block after another"),
      new Kernel("quicksort",  Group.INTEGER,       1_900,         830, "4,096 numbers, recursively"),
      new Kernel("bytecode",   Group.INTEGER,      34_000,      30_000, "an interpreter with computed gotos"),
      new Kernel("recursion",  Group.INTEGER,     160_000,      45_000, "functions that call themselves"),
      new Kernel("hashing",    Group.INTEGER,      24_000,      12_000, "a hash table with chains"),
      new Kernel("text",       Group.INTEGER,      17_000,       5_200, "letters and words of a text"),
      new Kernel("alu",        Group.INTEGER, 140_000_000,  60_000_000, "registers alone, with carries"),
      new Kernel("calls",      Group.INTEGER,   9_000_000,  11_000_000, "small functions, also through pointers"),
      new Kernel("copy",       Group.MEMORY,       70_000,      35_000, "by words, at all alignments"),
      new Kernel("strings",    Group.MEMORY,       46_000,     380_000, "REP MOVS, STOS, SCAS and CMPS"),
      new Kernel("simd",       Group.MEMORY,       46_000,       7_400, "SSE2 on integers"),
      new Kernel("sse",        Group.MEMORY,       37_000,       8_000, "SSE and SSE2 in floating point"),
      new Kernel("cold",       Group.CODE,             55,         110, "code that runs three times, then never again"),
      new Kernel("wide",       Group.CODE,          1_500,       1_000, "4,000 functions in no order"),
      new Kernel("selfmod",    Group.CODE,         40_000,     170_000, "a loop that is overwritten before it runs"),
      new Kernel("exceptions", Group.SYSTEM,      360_000,     255_000, "#DE, #BP, #UD and #PF with their handlers"),
      new Kernel("syscalls",   Group.SYSTEM,    5_400_000,   6_500_000, "SYSCALL and SYSRET"),
      new Kernel("pages",      Group.SYSTEM,       14_000,      11_700, "CR3, INVLPG, pages of 4 KBytes"),
      new Kernel("ports",      Group.SYSTEM,       90_000,     230_000, "IN and OUT"),
      new Kernel("vmexits",    Group.SYSTEM,       53_000,     170_000, "CPUID in a guest, and VMRESUME"));
  // spotless:on
}
