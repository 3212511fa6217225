import io.vmxlab.machine.Machine;
import io.vmxlab.machine.RunListener;
import java.util.List;
import java.util.function.Consumer;

/** Kinds of work that grows. */
final class CliffKinds {
  /** Generated code, 16 MBytes from here on. */
  private static final long CODE = 0x100_0000;

  /** Units of work in a round at least, so that its end, where the clock is read, costs nothing. */
  private static final long LEAST = 2_000;

  /** Where a monitor's VMCS regions and pointers to them lie. */
  private static final long REGIONS = 0x600_0000;

  private static final long POINTERS = 0x5FF_0000;

  private static final long PRESENT = 1;
  private static final long WRITABLE = 2;
  private static final long USER = 4;
  private static final long LARGE_PAGE = 0x80;
  private static final long RIGHTS = PRESENT | WRITABLE | USER;
  private static final int ENTRIES = 512;
  private static final long PAGE = 0x1000;
  private static final long LARGE = 1L << 21;
  private static final long GIANT = 1L << 30;

  /** The machine's own PML4. */
  private static final long PML4 = 0x1_0000;

  /** Paging structures of our own. */
  private static final long TABLES = 0x800_0000;

  /** Pages of data from here on, mapped at {@link #WINDOW}. */
  private static final long DATA = 0x1000_0000;

  private static final String WINDOW = "8000000000h";

  private CliffKinds() {}

  static List<Cliffs.Kind> all() {
    long[] codes = {2_000, 20_000, 200_000, 2_000_000};
    long[] pages = {16, 128, 1024, 8192, 65_536};
    long[] spaces = {2, 20, 200, 2000};
    long[] vmcss = {2, 20, 200, 2000};
    return List.of(
        Cliffs.Kind.growing("code-straight", "instruction", n -> code(n, STRAIGHT, 16), codes),
        Cliffs.Kind.growing("code-branches", "instruction", n -> code(n, BRANCHES, 14), codes),
        Cliffs.Kind.growing("code-calls", "instruction", n -> code(n, CALLS, 6), codes),
        Cliffs.Kind.growing("code-once", "instruction", n -> codeOnce(n), 2_000, 20_000, 200_000),
        Cliffs.Kind.growing(
            "loops", "instruction", CliffKinds::loops, 10, 100, 1_000, 10_000, 100_000),
        Cliffs.Kind.growing(
            "code-user-kernel", "instruction", CliffKinds::userKernel, 2_000, 20_000, 200_000),
        Cliffs.Kind.growing(
            "code-64-32", "instruction", CliffKinds::wideNarrow, 2_000, 20_000, 200_000),
        Cliffs.Kind.growing(
            "read-row", "access", n -> pages(n, ROW, "mov rdx, [rdi]", false), pages),
        Cliffs.Kind.growing(
            "write-row", "access", n -> pages(n, ROW, "mov [rdi], edx", false), pages),
        Cliffs.Kind.growing(
            "read-random", "access", n -> pages(n, RANDOM, "mov rdx, [rdi]", false), pages),
        Cliffs.Kind.growing(
            "write-random", "access", n -> pages(n, RANDOM, "mov [rdi], edx", false), pages),
        Cliffs.Kind.growing(
            "read-random-2m",
            "access",
            n -> largePages(n, "mov rdx, [rdi]"),
            16,
            128,
            1024,
            8192,
            65_536),
        Cliffs.Kind.growing(
            "read-row-ept", "access", n -> pages(n, ROW, "mov rdx, [rdi]", true), pages),
        Cliffs.Kind.growing(
            "read-random-ept", "access", n -> pages(n, RANDOM, "mov rdx, [rdi]", true), pages),
        Cliffs.Kind.growing(
            "write-random-ept", "access", n -> pages(n, RANDOM, "mov [rdi], edx", true), pages),
        Cliffs.Kind.growing("store-beside-code", "store", n -> beside(n, 0), 1, 20, 200, 1900),
        Cliffs.Kind.growing(
            "store-into-line", "store and run", n -> beside(n, 1), 1, 20, 200, 1900),
        Cliffs.Kind.growing(
            "store-into-block", "store and run", n -> beside(n, 2), 1, 20, 200, 1900),
        Cliffs.Kind.growing("store-into-own-line", "store", CliffKinds::ownLine, 1, 20, 200, 1900),
        Cliffs.Kind.growing("jit", "instruction", CliffKinds::jit, 1, 10, 100, 1000),
        Cliffs.Kind.growing(
            "jit-run-much", "instruction", CliffKinds::jitRunMuch, 1, 10, 100, 1000),
        Cliffs.Kind.growing("cr3-own-code", "process", n -> processes(n, false, true), spaces),
        Cliffs.Kind.growing("cr3-shared-code", "process", n -> processes(n, false, false), spaces),
        Cliffs.Kind.growing("cr3-pcid-own-code", "process", n -> processes(n, true, true), spaces),
        Cliffs.Kind.growing(
            "cr3-pcid-shared-code", "process", n -> processes(n, true, false), spaces),
        Cliffs.Kind.growing("invlpg", "page", CliffKinds::invlpg, 1, 10, 100, 1000),
        Cliffs.Kind.growing("invlpg-alone", "INVLPG", CliffKinds::invlpgAlone, 1, 10, 100, 1000),
        Cliffs.Kind.growing("vmptrld", "VMPTRLD", CliffKinds::vmptrld, vmcss),
        Cliffs.Kind.growing("vmresume", "VMRESUME", n -> vmresume(n, false), vmcss),
        Cliffs.Kind.growing("vmresume-ept-vpid", "VMRESUME", n -> vmresume(n, true), vmcss),
        rep("rep-movsb", 1, "mov rsi, 4000000h\nmov rdi, 5000000h", "rep movsb"),
        rep("rep-movsb-odd", 1, "mov rsi, 4000003h\nmov rdi, 5000006h", "rep movsb"),
        rep("rep-movsb-backward", 1, "std\nmov rsi, 4200000h\nmov rdi, 5200000h", "rep movsb"),
        rep("rep-movsb-overlapping", 1, "mov rsi, 4000000h\nmov rdi, 4000001h", "rep movsb"),
        rep("rep-movsb-overlapping-40h", 1, "mov rsi, 4000000h\nmov rdi, 4000040h", "rep movsb"),
        rep("rep-movsb-down", 1, "mov rsi, 4000100h\nmov rdi, 4000000h", "rep movsb"),
        rep("rep-movsb-a32", 1, "mov rsi, 4000000h\nmov rdi, 5000000h", "a32 rep movsb"),
        rep("rep-movsw", 2, "mov rsi, 4000000h\nmov rdi, 5000000h", "rep movsw"),
        rep("rep-movsd", 4, "mov rsi, 4000000h\nmov rdi, 5000000h", "rep movsd"),
        rep("rep-movsd-odd", 4, "mov rsi, 4000001h\nmov rdi, 5000002h", "rep movsd"),
        rep("rep-movsq", 8, "mov rsi, 4000000h\nmov rdi, 5000000h", "rep movsq"),
        rep("rep-movsq-odd", 8, "mov rsi, 4000001h\nmov rdi, 5000002h", "rep movsq"),
        rep("rep-movsq-backward", 8, "std\nmov rsi, 4200000h\nmov rdi, 5200000h", "rep movsq"),
        rep("rep-stosb", 1, "mov rdi, 5000000h", "rep stosb"),
        rep("rep-stosd", 4, "mov eax, 12345678h\nmov rdi, 5000000h", "rep stosd"),
        rep("rep-stosq", 8, "mov rdi, 5000000h", "rep stosq"),
        rep("rep-stosq-odd", 8, "mov rdi, 5000003h", "rep stosq"),
        rep("rep-stosq-backward", 8, "std\nmov rdi, 5200000h", "rep stosq"),
        rep("rep-lodsb", 1, "mov rsi, 4000000h", "rep lodsb"),
        rep("rep-lodsq", 8, "mov rsi, 4000000h", "rep lodsq"),
        rep("repne-scasb", 1, "mov al, 1\nmov rdi, 4000000h", "repne scasb"),
        rep("repne-scasd", 4, "mov eax, 1\nmov rdi, 4000000h", "repne scasd"),
        rep("repe-scasb-backward", 1, "std\nmov al, 0\nmov rdi, 4200000h", "repe scasb"),
        rep("repe-cmpsb", 1, "mov rsi, 4000000h\nmov rdi, 5000000h", "repe cmpsb"),
        rep("repe-cmpsq", 8, "mov rsi, 4000000h\nmov rdi, 5000000h", "repe cmpsq"));
  }

  /** A round of work that is done again and again; it must leave R15 alone. */
  private static Cliffs.Guest repeated(String setup, String work, long units) {
    long times = Math.max(1, LEAST / units);
    return new Cliffs.Guest(
        setup,
        "mov r15d, %d\nrepeat: %s\ndec r15d\njnz repeat".formatted(times, work),
        units * times);
  }

  // ---- code

  private static final String STRAIGHT =
      """
      mov ebp, 11223344h
      add rax, rbp
      lea rsi, [rax + rbp*2 + 8]
      xor r8, rsi
      mov [rbx + 40h], rsi
      mov r9d, [rbx + 48h]
      shl r9, 3
      sub r8, r9
      inc r10
      and rsi, 0FFFFh
      or rax, rsi
      imul r11, r10, 7
      movzx edi, byte [rbx + 10h]
      add r12, rdi
      neg r8
      not r11
      """;

  private static final String BRANCHES =
      """
      mov ebp, 11223344h
      add rax, rbp
      test al, 1
      jz $ + 5
      add r8, rax
      cmp rax, r9
      jae $ + 6
      lea r9, [rax + 8]
      inc r10
      jno $ + 5
      xor r9, r8
      test r10d, r10d
      jmp $ + 5
      ud2
      nop
      sub r8, 1
      """;

  /** A function that jumps over itself and is called. */
  private static final String CALLS =
      """
      mov ebp, 11223344h
      jmp $ + 9
      add rax, rbp
      inc r10
      ret
      call $ - 7
      """;

  /** Copies the pattern as often as it takes, each with another number in its first instruction. */
  private static String generate(long copies, String pattern, String end) {
    return ("mov rbx, 300000h\nmov rdi, %d\nmov edx, %d\ncopy: mov rax, rdi\nlea rsi, [rel pattern]\n"
            + "mov ecx, pattern_end - pattern\nrep movsb\nmov [rax + 1], edx\ndec edx\njnz copy\n"
            + "lea rsi, [rel ending]\nmov ecx, ending_end - ending\nrep movsb\njmp generated\n"
            + "pattern:\n%s\npattern_end:\nending:\n%s\nending_end:\nalign 64\ngenerated:\n")
        .formatted(CODE, copies, pattern, end);
  }

  private static Cliffs.Guest code(long instructions, String pattern, int executed) {
    long copies = Math.max(1, instructions / 16);
    return new Cliffs.Guest(
        generate(copies, pattern, "ret"),
        "mov r14, "
            + CODE
            + "\nmov r15d, "
            + Math.max(1, 2000 / copies)
            + "\nagain: call r14\ndec r15d\njnz again",
        copies * executed * (double) Math.max(1, 2000 / copies));
  }

  /** Decoded anew every time: the code is rewritten before it runs. */
  private static Cliffs.Guest codeOnce(long instructions) {
    long copies = instructions / 16;
    String rewrite =
        "mov rdi, %d\nmov rsi, rdi\nmov ecx, %d\nrep movsb\nmov r14, %d\ncall r14"
            .formatted(CODE, copies * 60, CODE);
    return new Cliffs.Guest(generate(copies, STRAIGHT, "ret"), rewrite, copies * 16);
  }

  /** So many loops, one after another, each of 200 instructions executed. */
  private static Cliffs.Guest loops(long loops) {
    String loop = "mov ebp, 11223344h\nmov ecx, 50\nadd rax, rbp\nxor r8, rax\ndec ecx\njnz $ - 8";
    return new Cliffs.Guest(
        generate(loops, loop, "ret"), "mov r14, " + CODE + "\ncall r14", loops * 202.0);
  }

  /** The same code at CPL 0 and at CPL 3. */
  private static Cliffs.Guest userKernel(long instructions) {
    long copies = instructions / 16;
    String setup =
        "mov rax, %d\nmov cr3, rax\n".formatted(TABLES)
            + generate(copies, STRAIGHT, "ret")
            + "mov ecx, 0C0000080h\nrdmsr\nor eax, 1\nwrmsr\nmov ecx, 0C0000081h\nxor eax, eax\n"
            + "mov edx, 180008h\nwrmsr\nmov ecx, 0C0000082h\nlea rax, [rel entered]\nxor edx, edx\nwrmsr\n"
            + "mov ecx, 0C0000084h\nxor eax, eax\nwrmsr";
    String round =
        "mov r14, %d\ncall r14\nlea rcx, [rel user]\nmov r11d, 2\no64 sysret\nuser: mov r14, %d\ncall r14\nsyscall\nentered:"
            .formatted(CODE, CODE);
    return new Cliffs.Guest(setup, round, copies * 32).prepared(m -> identity(m, TABLES));
  }

  /** Code at the same addresses in 64-bit and in 32-bit mode. */
  private static Cliffs.Guest wideNarrow(long instructions) {
    long copies = instructions / 16;
    String pattern =
        "mov ebp, 11223344h\nadd eax, ebp\nadd edi, eax\nmov esi, [rbx + 40h]\nmov [rbx + 44h], esi\nadd eax, 5\n"
            + "xor edi, esi\nsub eax, edi\nadd eax, ebp\nadd edi, eax\nadd eax, 5\nxor edi, esi\nadd eax, 5\n"
            + "sub eax, edi\nxor edi, esi\nadd edi, eax";
    String round =
        "mov r14, %d\ncall r14\npush 30h\nlea rax, [rel narrow]\npush rax\no64 retf\nalign 16\n"
            + "bits 32\nnarrow: mov edx, %d\ncall edx\njmp 8:wide\nbits 64\nwide:";
    return new Cliffs.Guest(
        generate(copies, pattern, "ret"), round.formatted(CODE, CODE), copies * 32);
  }

  // ---- pages

  private static final String ROW = "mov rdi, rsi\nadd rsi, 1000h\ncmp rsi, r9\ncmovae rsi, r8";

  private static final String RANDOM =
      "imul r10, r11\nadd r10, 12345h\nmov rdi, r10\nshr rdi, 20\nand rdi, r13\nadd rdi, r8";

  private static String accesses(long pages, String next, String access) {
    return "mov r8, %s\nmov r9, %d\nadd r9, r8\nmov rsi, r8\nmov r11, 5851F42D4C957F2Dh\nmov r13, %d\nmov r10d, 1\n"
            .formatted(WINDOW, pages * PAGE, pages * PAGE - 8)
        + "round2:";
  }

  private static Cliffs.Guest pages(long pages, String next, String access, boolean guest) {
    long times = Math.max(pages, 4096);
    String setup =
        (guest ? enter() : "")
            + "mov rax, %d\nmov cr3, rax\n".formatted(TABLES)
            + accesses(pages, next, access);
    String round = "mov ecx, %d\nagain:\n%s\n%s\ndec ecx\njnz again".formatted(times, next, access);
    Consumer<Machine> prepared = m -> window(m, TABLES, pages, false);
    Cliffs.Guest made = new Cliffs.Guest(setup, round, times);
    return guest
        ? made.built(b -> b.set("CR4.VMXE", "0"))
            .prepared(
                m -> {
                  Cliffs.launchReady(m);
                  prepared.accept(m);
                })
        : made.prepared(prepared);
  }

  /** So many small pages' worth of memory in large pages. */
  private static Cliffs.Guest largePages(long pages, String access) {
    String setup =
        "mov rax, %d\nmov cr3, rax\n".formatted(TABLES) + accesses(pages, RANDOM, access);
    String round =
        "mov ecx, %d\nagain:\n%s\n%s\ndec ecx\njnz again".formatted(65_536, RANDOM, access);
    return new Cliffs.Guest(setup, round, 65_536).prepared(m -> window(m, TABLES, pages, true));
  }

  /** Goes on in VMX non-root operation, with EPT. */
  private static String enter() {
    return """
        lea rax, [rel guest]
        mov ecx, 681Eh
        vmwrite rcx, rax
        mov ecx, 681Ch
        vmwrite rcx, rsp
        mov ecx, 4002h
        vmread rax, rcx
        bts rax, 31
        btr rax, 15
        btr rax, 16
        vmwrite rcx, rax
        mov eax, 2
        mov ecx, 401Eh
        vmwrite rcx, rax
        vmlaunch
        guest:
        """;
  }

  /** The machine's own pages as before, and a window of so many pages of data. */
  private static long window(Machine machine, long at, long pages, boolean large) {
    machine.writeLong(at, machine.readLong(PML4) | USER);
    long pdpt = at + PAGE;
    long directory = pdpt + PAGE;
    machine.writeLong(at + 8, pdpt | RIGHTS);
    long bytes = pages * PAGE;
    for (long g = 0; g * GIANT < bytes; g++) {
      machine.writeLong(pdpt + g * 8, directory + g * PAGE | RIGHTS);
    }
    long next = directory + (bytes + GIANT - 1) / GIANT * PAGE;
    for (long d = 0; d * LARGE < bytes; d++) {
      machine.writeLong(
          directory + d * 8, (large ? DATA + d * LARGE | LARGE_PAGE : next + d * PAGE) | RIGHTS);
    }
    for (long p = 0; p < pages && !large; p++) {
      machine.writeLong(next + p * 8, DATA + p * PAGE | RIGHTS);
    }
    return next + (large ? 0 : (bytes + LARGE - 1) / LARGE * PAGE);
  }

  /** A GByte mapped for everyone. */
  static void identity(Machine machine, long at) {
    machine.writeLong(at, at + PAGE | RIGHTS);
    machine.writeLong(at + PAGE, at + 2 * PAGE | RIGHTS);
    for (int i = 0; i < ENTRIES; i++) {
      machine.writeLong(at + 2 * PAGE + i * 8L, i * LARGE | LARGE_PAGE | RIGHTS);
    }
  }

  // ---- stores into code

  /** A page of blocks of one jump, which are run through once, and behind them a function. */
  private static String page(long blocks) {
    return "jmp page\nalign 4096\npage: times %d db 0EBh, 0\njmp back\n".formatted(blocks)
        + "align 64, db 0CCh\nother: times 48 db 0CCh\nfunction: mov eax, 1\nret\ndata: dq 0\nalign 4096\nback:";
  }

  /**
   * Stores into a page of blocks.
   *
   * @param what 0 where no code is, 1 beside the code of a line, 2 into a block; then it is run
   */
  private static Cliffs.Guest beside(long blocks, int what) {
    String[] stores = {
      "mov [rel other], dl",
      "mov [rel data], dl\ncall function",
      "mov [rel function + 1], dl\ncall function"
    };
    String round = "mov ecx, 1000\nagain: inc edx\n" + stores[what] + "\ndec ecx\njnz again";
    return new Cliffs.Guest(page(blocks), round, 1000);
  }

  /** A loop whose data lie in its own line, in a page of other blocks. */
  private static Cliffs.Guest ownLine(long blocks) {
    String page =
        "jmp page\nalign 4096\npage: times %d db 0EBh, 0\njmp back\n".formatted(blocks)
            + "align 64, db 0CCh\nfunction: inc dword [rel data]\ndec ecx\njnz function\nret\ndata: dd 0\nalign 4096\nback:";
    return new Cliffs.Guest(page, "mov ecx, 1000\ncall function", 1000);
  }

  /** Writes so many pages with new code and runs through each. */
  private static Cliffs.Guest jit(long pages) {
    return new Cliffs.Guest(
        generate(60, STRAIGHT, "ret"),
        ("mov r15d, %d\nmov r14, 4000000h\nagain: mov rdi, r14\nmov rsi, %d\nmov ecx, %d\nrep movsb\nmov [r14 + 1], r15d\n"
                + "call r14\nadd r14, 4096\ndec r15d\njnz again")
            .formatted(pages, CODE, 60 * 64),
        pages * 60 * 16);
  }

  /** Writes a page with new code and runs it so many times. */
  private static Cliffs.Guest jitRunMuch(long times) {
    return new Cliffs.Guest(
        generate(60, STRAIGHT, "ret"),
        ("mov r14, 4000000h\nmov rdi, r14\nmov rsi, %d\nmov ecx, %d\nrep movsb\ninc r15d\nmov [r14 + 1], r15d\n"
                + "mov r15d, %d\nagain: call r14\ndec r15d\njnz again")
            .formatted(CODE, 60 * 64, times),
        times * 60 * 16);
  }

  // ---- processes

  /** Each has 160 instructions in a loop of its own, or of one page that all have. */
  private static Cliffs.Guest processes(long count, boolean pcid, boolean own) {
    String setup = pcid ? "mov rax, cr4\nbts rax, 17\nmov cr4, rax\n" : "";
    String round =
        ("mov r13d, %d\nmov r12, %d\nmov r14, %s\nnext: mov rax, [r12]\nmov cr3, rax\ncall r14\nadd r12, 8\ndec r13d\njnz next")
            .formatted(count, POINTERS, WINDOW);
    return repeated(setup, round, count)
        .prepared(
            m -> {
              long at = TABLES;
              for (long i = 0; i < count; i++) {
                long page = DATA + (own ? i : 0) * PAGE;
                m.writeLong(at, m.readLong(PML4) | USER);
                m.writeLong(at + 8, at + PAGE | RIGHTS);
                m.writeLong(at + PAGE, at + 2 * PAGE | RIGHTS);
                m.writeLong(at + 2 * PAGE, at + 3 * PAGE | RIGHTS);
                m.writeLong(at + 3 * PAGE, page | RIGHTS);
                m.writeLong(POINTERS + i * 8, at | (pcid ? i + 1 | 1L << 63 : 0));
                // mov ecx, 40; add rdx, rax; inc rsi; dec ecx; jnz -10; ret
                m.write(
                    page,
                    new byte[] {
                      (byte) 0xB9,
                      40,
                      0,
                      0,
                      0,
                      0x48,
                      1,
                      (byte) 0xC2,
                      0x48,
                      (byte) 0xFF,
                      (byte) 0xC6,
                      (byte) 0xFF,
                      (byte) 0xC9,
                      0x75,
                      (byte) 0xF6,
                      (byte) 0xC3
                    });
                at += 4 * PAGE;
              }
            });
  }

  /** Touches pages, and invalidates each. */
  private static Cliffs.Guest invlpg(long pages) {
    String round =
        "mov ecx, %d\nmov r8, %s\nagain: add [r8], edx\ninvlpg [r8]\nadd r8, 4096\ndec ecx\njnz again"
            .formatted(pages, WINDOW);
    return repeated("mov rax, %d\nmov cr3, rax\n".formatted(TABLES), round, pages)
        .prepared(m -> window(m, TABLES, pages, false));
  }

  /** Touches pages once, and then invalidates the same other page again and again. */
  private static Cliffs.Guest invlpgAlone(long pages) {
    String round =
        ("mov ecx, %d\nmov r8, %s\nagain: mov edx, [r8]\nadd r8, 4096\ndec ecx\njnz again\nmov ecx, 10000\n"
                + "mov r8, %s\nmore: invlpg [r8]\ndec ecx\njnz more")
            .formatted(pages, WINDOW, WINDOW);
    return new Cliffs.Guest("mov rax, %d\nmov cr3, rax\n".formatted(TABLES), round, 10_000)
        .prepared(m -> window(m, TABLES, pages, false));
  }

  // ---- guests

  /** Copies the current VMCS, which is written back, into so many regions. */
  private static String regions(long count) {
    return ("vmclear [vmcs_pointer]\nmov edx, %d\nmov rdi, %d\nmov r8, %d\ncopy: mov [r8], rdi\nadd r8, 8\n"
            + "mov rsi, [vmcs_pointer]\nmov ecx, 512\nrep movsq\ndec edx\njnz copy\n")
        .formatted(count, REGIONS, POINTERS);
  }

  private static Cliffs.Guest vmptrld(long count) {
    String round =
        "mov ecx, %d\nmov r8, %d\nagain: vmptrld [r8]\nadd r8, 8\ndec ecx\njnz again"
            .formatted(count, POINTERS);
    return repeated(regions(count), round, count).prepared(m -> Cliffs.launchReady(m));
  }

  /**
   * Enters so many guests in turn, each of which executes CPUID; with an EPTP and a VPID of its
   * own.
   */
  private static Cliffs.Guest vmresume(long count, boolean own) {
    String controls =
        own
            ? "mov ecx, 4002h\nvmread rax, rcx\nbts rax, 31\nvmwrite rcx, rax\nmov eax, 22h\nmov ecx, 401Eh\nvmwrite rcx, rax\n"
            : "";
    String each =
        own
            ? "mov rax, r13\nmov ecx, 0\nvmwrite rcx, rax\nmov rax, r14\nor rax, 1Eh\nmov ecx, 201Ah\nvmwrite rcx, rax\n"
                + "mov rax, [ept_pml4]\nmov [r14], rax\nadd r14, 4096\n"
            : "";
    String setup =
        controls
            + "lea rax, [rel guest]\nmov ecx, 681Eh\nvmwrite rcx, rax\nlea rax, [rel first]\nmov ecx, 6C16h\nvmwrite rcx, rax\n"
            + regions(count)
            + "mov r13d, %d\nmov r12, %d\nmov r14, %d\nlaunch: vmptrld [r12]\n"
                .formatted(count, POINTERS, TABLES)
            + each
            + "vmlaunch\nfirst: lea rax, [rel host]\nmov ecx, 6C16h\nvmwrite rcx, rax\nadd r12, 8\ndec r13d\njnz launch\njmp round\n"
            + "guest: cpuid\njmp guest";
    String round =
        "mov r13d, %d\nmov r12, %d\nagain: vmptrld [r12]\nadd r12, 8\nvmresume\nhost: dec r13d\njnz again"
            .formatted(count, POINTERS);
    return repeated(setup, round, count).prepared(m -> Cliffs.launchReady(m));
  }

  // ---- strings

  /** Lengths in bytes; the unit is a KByte, or one instruction if that is shorter. */
  private static Cliffs.Kind rep(String name, int element, String pointers, String instruction) {
    return Cliffs.Kind.growing(
        name,
        "KByte (or part of one)",
        bytes -> {
          long times = Math.max(1, 100_000 / bytes);
          String round =
              "mov r15d, %d\nagain: %s\nmov ecx, %d\n%s\ndec r15d\njnz again\ncld"
                  .formatted(times, pointers, bytes / element, instruction);
          return new Cliffs.Guest("", round, times * Math.max(1, bytes / 1024.0));
        },
        16,
        128,
        1024,
        8192,
        65_536,
        1 << 20);
  }

  /** A run that somebody watches step by step. */
  static Consumer<Machine> watched() {
    return m ->
        m.listener(
            new RunListener() {
              @Override
              public boolean wantsSteps() {
                return true;
              }
            });
  }
}
