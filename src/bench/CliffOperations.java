import io.vmxlab.machine.MemoryMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Single instructions and events, beside their neighbours. */
final class CliffOperations {
  private static final int UNROLLED = 8;

  private CliffOperations() {}

  static List<Cliffs.Kind> all() {
    return List.of(
        integers(), memory(), sse(), x87(), transfers(), system(), events(), debugging(), vmx());
  }

  private static Cliffs.Guest loop(String setup, String body) {
    return loop(setup, body, UNROLLED, 1000);
  }

  private static Cliffs.Guest loop(String setup, String body, int unrolled, int times) {
    StringBuilder text = new StringBuilder("mov r15d, " + times + "\nagain:\n");
    for (int i = 0; i < unrolled; i++) {
      text.append(body.replace("@", String.valueOf(i))).append('\n');
    }
    return new Cliffs.Guest(
        "mov rbx, 300000h\nmov r12, 300100h\n" + setup,
        text + "dec r15d\njnz again",
        (double) unrolled * times);
  }

  private static Cliffs.Kind kind(String name, Map<String, Cliffs.Guest> guests) {
    return new Cliffs.Kind(name, "instruction or event", false, guests);
  }

  private static Cliffs.Kind plain(String name, String setup, String... bodies) {
    Map<String, Cliffs.Guest> guests = new LinkedHashMap<>();
    for (String body : bodies) {
      guests.put(body.replace("\n", "; "), loop(setup, body));
    }
    return kind(name, guests);
  }

  private static Cliffs.Kind integers() {
    return plain(
        "integers",
        "mov r8d, 3\nmov r9d, 7\nmov cl, 5",
        "add rax, r8",
        "adc rax, r8",
        "imul rax, r8",
        "mul r8b",
        "mul r8w",
        "mul r8d",
        "mul r8",
        "imul r8",
        "mov ax, 100\ndiv r9b",
        "mov ax, 100\nxor edx, edx\ndiv r9w",
        "mov eax, 100\nxor edx, edx\ndiv r9d",
        "mov eax, 100\nxor edx, edx\ndiv r9",
        "mov edx, 1\ndiv r9",
        "mov ax, 100\nidiv r9b",
        "mov eax, 100\ncdq\nidiv r9d",
        "mov rax, -100\ncqo\nidiv r9",
        "shl al, cl",
        "shl ax, cl",
        "shl eax, cl",
        "shl rax, cl",
        "sar rax, 3",
        "rol rax, cl",
        "ror al, cl",
        "rcl eax, cl",
        "rcr rax, 3",
        "shld rax, r8, cl",
        "shrd eax, r8d, 5",
        "bsf rax, r9",
        "bsr rax, r9",
        "popcnt rax, r9",
        "lzcnt rax, r9",
        "bt rax, r8",
        "bts rax, r8",
        "bswap rax",
        "cmovz rax, r8",
        "setz al",
        "xadd rax, r8",
        "xchg rax, r8",
        "cmpxchg r10, r8",
        "crc32 eax, r8d",
        "pext rax, r8, r9",
        "pdep rax, r8, r9",
        "mulx rax, r8, r9",
        "andn rax, r8, r9",
        "cbw",
        "cqo",
        "lahf",
        "sahf",
        "pushfq\npopfq",
        "nop",
        "pause",
        "cpuid",
        "rdtsc",
        "rdtscp",
        "lea rax, [rax + r8*4 + 5]");
  }

  private static Cliffs.Kind memory() {
    return plain(
        "memory",
        "mov r8d, 3\nmov rsi, 301FFEh\nmov rdi, 30003Eh\nmov rbp, 301000h\nmov r10, 1000000\nxor r11, r11",
        "mov rax, [rbx]",
        "mov eax, [rbx]",
        "mov al, [rbx]",
        "mov [rbx], rax",
        "mov [rbx], al",
        "add [rbx], rax",
        "mov rax, [rdi]",
        "mov [rdi], rax",
        "add [rdi], rax",
        "mov rax, [rsi]",
        "mov [rsi], rax",
        "add [rsi], rax",
        "add [rsi], ax\nnop",
        "movdqu xmm0, [rsi]",
        "movdqu [rsi], xmm0",
        "push rax\npop rax",
        "push qword [rbx]\npop qword [rbx]",
        "xchg rax, [rbx]",
        "lock add [rbx], rax",
        "lock inc dword [rbx]",
        "lock cmpxchg [rbx], r8",
        "lock xadd [rbx], r8",
        "lock cmpxchg8b [rbx]",
        "lock cmpxchg16b [rbx]",
        "lock bts dword [rbx], 3",
        "lock add [rdi], rax",
        "lock add [rsi], rax",
        "bt [rbx], r8",
        "bts [rbx], r8",
        "bt [rbx], r10",
        "bts [rbx], r10",
        "btc dword [rbx], 3",
        "mov rax, fs:[28h]",
        "mov rax, [abs 300000h]",
        "xlatb",
        "enter 16, 0\nleave",
        "enter 16, 1\nleave",
        "enter 16, 8\nleave",
        "movsq\nmov rsi, 301000h\nmov rdi, 302000h",
        "lodsb\nmov rsi, 301000h",
        "stosd\nmov rdi, 302000h",
        "cmpsb\nmov rsi, 301000h\nmov rdi, 302000h",
        "scasb\nmov rdi, 302000h",
        "movbe rax, [rbx]",
        "movnti [rbx], rax",
        "clflush [rbx]",
        "prefetcht0 [rbx]",
        "mfence",
        "lfence");
  }

  private static Cliffs.Kind sse() {
    return plain(
        "sse",
        "mov eax, 3\ncvtsi2sd xmm0, eax\ncvtsi2sd xmm1, eax\nmov eax, 5\nunpcklpd xmm1, xmm1\ncvtsi2ss xmm2, eax\nshufps xmm2, xmm2, 0\nmovaps xmm3, xmm2\nxorps xmm5, xmm5",
        "movaps xmm4, xmm2",
        "movups xmm4, [rbx]",
        "movups [rbx], xmm4",
        "movaps [rbx], xmm4",
        "movq xmm4, rax",
        "movq rax, xmm4",
        "movss xmm4, [rbx]",
        "movsd xmm4, [r12]",
        "movsd [rbx], xmm4",
        "addss xmm3, xmm5",
        "addps xmm3, xmm5",
        "mulss xmm4, xmm2",
        "addsd xmm0, xmm5",
        "addpd xmm0, xmm5",
        "mulsd xmm0, xmm1",
        "mulpd xmm4, xmm1",
        "divsd xmm4, xmm1",
        "divps xmm4, xmm2",
        "sqrtsd xmm4, xmm1",
        "sqrtps xmm4, xmm2",
        "rsqrtps xmm4, xmm2",
        "minps xmm3, xmm2",
        "cmpps xmm4, xmm2, 1",
        "ucomisd xmm0, xmm1",
        "cvtsi2sd xmm4, eax",
        "cvttsd2si eax, xmm1",
        "cvtps2pd xmm4, xmm2",
        "cvtdq2ps xmm4, xmm5",
        "roundsd xmm4, xmm1, 1",
        "andps xmm3, xmm2",
        "pxor xmm4, xmm5",
        "paddb xmm4, xmm5",
        "paddw xmm4, xmm5",
        "paddd xmm4, xmm5",
        "paddq xmm4, xmm5",
        "paddusb xmm4, xmm5",
        "psubd xmm4, xmm5",
        "pmullw xmm4, xmm5",
        "pmulld xmm4, xmm5",
        "pmuludq xmm4, xmm5",
        "pmaddwd xmm4, xmm5",
        "psadbw xmm4, xmm5",
        "pcmpeqb xmm4, xmm5",
        "pcmpgtd xmm4, xmm5",
        "pminub xmm4, xmm5",
        "pmaxsd xmm4, xmm5",
        "pavgb xmm4, xmm5",
        "pabsb xmm4, xmm5",
        "psllw xmm4, 3",
        "psrlq xmm4, 3",
        "pslldq xmm4, 3",
        "palignr xmm4, xmm5, 3",
        "pshufd xmm4, xmm5, 1Bh",
        "pshufb xmm4, xmm5",
        "pshuflw xmm4, xmm5, 1Bh",
        "shufps xmm4, xmm5, 1Bh",
        "unpcklps xmm4, xmm5",
        "punpcklbw xmm4, xmm5",
        "packuswb xmm4, xmm5",
        "pmovmskb eax, xmm4",
        "movmskps eax, xmm4",
        "pextrd eax, xmm4, 1",
        "pinsrd xmm4, eax, 1",
        "pmovzxbw xmm4, xmm5",
        "blendvps xmm4, xmm5, xmm0",
        "pblendw xmm4, xmm5, 3",
        "dpps xmm4, xmm2, 0FFh",
        "haddps xmm4, xmm2",
        "ptest xmm4, xmm5",
        "mpsadbw xmm4, xmm5, 1",
        "phminposuw xmm4, xmm5",
        "pcmpistri xmm4, xmm5, 0",
        "pcmpestrm xmm4, xmm5, 0",
        "aesenc xmm4, xmm5",
        "aesenclast xmm4, xmm5",
        "aeskeygenassist xmm4, xmm5, 1",
        "pclmulqdq xmm4, xmm2, 0",
        "sha256rnds2 xmm4, xmm5, xmm0",
        "sha1rnds4 xmm4, xmm5, 1",
        "paddb mm1, mm2",
        "movq mm1, [rbx]",
        "emms",
        "ldmxcsr [r12 + 30h]\nstmxcsr [r12 + 30h]");
  }

  private static Cliffs.Kind x87() {
    return plain(
        "x87",
        "fninit\nfldpi\nfstp qword [rbx]\nfldpi\nfstp tword [rbx + 20h]\nfldpi\nfstp dword [rbx + 40h]\nmov word [rbx + 60h], 7\nmov rbp, 304000h\nfldpi\nfld1\nfnstcw [rbx + 70h]",
        "fld st0\nfstp st0",
        "fld qword [rbx]\nfstp st0",
        "fld dword [rbx + 40h]\nfstp st0",
        "fld tword [rbx + 20h]\nfstp st0",
        "fld st0\nfstp qword [rbx + 80h]",
        "fld st0\nfstp tword [rbx + 80h]",
        "fild word [rbx + 60h]\nfstp st0",
        "fld st0\nfistp dword [rbx + 80h]",
        "fld st0\nfbstp [rbx + 80h]",
        "fadd st0, st1\nfsub st0, st1",
        "fadd qword [rbx]\nfsub qword [rbx]",
        "fmul st0, st1\nfdiv st0, st1",
        "fld st1\nfsqrt\nfstp st0",
        "fld st1\nfsin\nfstp st0",
        "fld st1\nfcos\nfstp st0",
        "fld st1\nfptan\nfstp st0\nfstp st0",
        "fld st1\nfld1\nfpatan\nfstp st0",
        "fld1\nfld st2\nfyl2x\nfstp st0",
        "fld1\nf2xm1\nfstp st0",
        "fld1\nfld st2\nfscale\nfstp st0\nfstp st0",
        "fld1\nfld st2\nfprem\nfstp st0\nfstp st0",
        "fld st1\nfrndint\nfstp st0",
        "fxch",
        "fcomi st1",
        "fcom\nfnstsw ax",
        "fldcw [rbx + 70h]",
        "fnstcw [rbx + 78h]",
        "fabs",
        "fchs",
        "fwait",
        "fnstenv [rbp]\nfldenv [rbp]",
        "fnsave [rbp]\nfrstor [rbp]",
        "fxsave [rbp]\nfxrstor [rbp]",
        "fninit\nfldpi\nfld1");
  }

  private static Cliffs.Kind transfers() {
    Map<String, Cliffs.Guest> guests = new LinkedHashMap<>();
    guests.put("jmp next", loop("", "jmp t@\nt@:"));
    guests.put("jnz next", loop("", "jnz t@\nt@:"));
    guests.put("call, ret", loop("jmp round\nfunction: ret", "call function"));
    guests.put(
        "call rax, ret", loop("lea rax, [rel function]\njmp round\nfunction: ret", "call rax"));
    guests.put("jmp rax among 8", loop("", "lea rax, [rel t@]\njmp rax\nt@:"));
    guests.put("ret among 8", loop("", "lea rax, [rel t@]\npush rax\nret\nt@:"));
    guests.put(
        "jmp rax to 64 targets",
        new Cliffs.Guest(
            "xor r8d, r8d\njmp round\nalign 64\ntargets:\n" + "jmp back\nalign 16\n".repeat(64),
            "mov r15d, 10000\nagain: lea rax, [rel targets]\nadd r8d, 16\nand r8d, 3F0h\nadd rax, r8\njmp rax\nback: dec r15d\njnz again",
            10_000));
    guests.put(
        "far call, far ret",
        loop(
            "lea rax, [rel function]\nmov [rbx], rax\nmov word [rbx + 8], 8\njmp round\nfunction: o64 retf",
            "call far qword [rbx]"));
    guests.put(
        "64 to 32 bits and back",
        loop(
            "lea rax, [rel narrow]\nmov [rbx], eax\nmov word [rbx + 4], 30h\njmp round\nbits 32\nnarrow: jmp 8:wide\nbits 64\nwide: jmp r14",
            "lea r14, [rel t@]\njmp far dword [rbx]\nt@:"));
    guests.put(
        "instruction across pages",
        new Cliffs.Guest(
            "jmp function\nalign 4096\nfunction: times 4091 db 90h\nmov rax, 1122334455667788h\nret2: jmp round",
            "mov r15d, 1000\nagain: jmp across\nback2: dec r15d\njnz again\njmp round\nalign 4096\ntimes 4092 db 0CCh\nacross: mov rax, 1122334455667788h\njmp back2",
            1000));
    guests.put("loop next", loop("mov ecx, -1", "loop t@\nt@:"));
    guests.put("jrcxz", loop("mov ecx, 1", "jrcxz t@\nt@:"));
    return kind("transfers", guests);
  }

  private static final String SYSTEM_CALLS =
      "mov ecx, 0C0000080h\nrdmsr\nor eax, 1\nwrmsr\nmov ecx, 0C0000081h\nxor eax, eax\nmov edx, 180008h\nwrmsr\n"
          + "mov ecx, 0C0000082h\nlea rax, [rel entered]\nxor edx, edx\nwrmsr\nmov ecx, 0C0000084h\nxor eax, eax\nwrmsr\n";

  private static Cliffs.Kind system() {
    Map<String, Cliffs.Guest> guests = new LinkedHashMap<>();
    for (String body :
        new String[] {
          "in al, 80h",
          "out 80h, al",
          "in al, 92h",
          "in eax, 80h",
          "mov rax, cr0",
          "mov cr0, r8",
          "mov rax, cr4",
          "mov cr4, r9",
          "mov rax, cr3",
          "mov cr3, r10",
          "mov rax, cr2",
          "mov cr2, rax",
          "mov rax, cr8",
          "mov cr8, rcx",
          "clts",
          "mov rax, dr7",
          "mov dr0, rax",
          "mov dr7, r11",
          "sgdt [rbx]\nlgdt [rbx]",
          "sidt [rbx]\nlidt [rbx]",
          "str ax",
          "sldt ax",
          "lldt r13w",
          "smsw ax",
          "mov ds, r13w",
          "mov ax, ds",
          "mov es, bp",
          "mov ss, bp\nnop",
          "push fs\npop fs",
          "swapgs",
          "rdfsbase rax",
          "wrfsbase r13",
          "verr bp",
          "lar eax, bp",
          "lsl eax, bp",
          "cli\nsti\nnop",
          "invd",
          "wbinvd",
          "mov ecx, 10h\nrdmsr",
          "mov ecx, 0C0000100h\nrdmsr",
          "mov ecx, 0C0000100h\nxor eax, eax\nxor edx, edx\nwrmsr",
          "mov ecx, 0C0000080h\nrdmsr\nwrmsr",
          "mov ecx, 277h\nrdmsr",
          "mov ecx, 1Bh\nrdmsr\nwrmsr",
          "mov ecx, 174h\nrdmsr\nwrmsr",
          "mov eax, [r14 + 20h]",
          "rdrand rax"
        }) {
      guests.put(
          body.replace("\n", "; "),
          loop(
              "mov r8, cr0\nmov r9, cr4\nbts r9, 16\nmov cr4, r9\nmov r10, cr3\nmov r11d, 400h\nmov rax, 300000h\nxor r13d, r13d\nmov ebp, 10h\nxor ecx, ecx\nxor edx, edx\nmov r14d, 0FEE00000h\nmov rax, rbx",
              body));
    }
    guests.put(
        "syscall, sysret",
        loop(
                "mov rax, 8000000h\nmov cr3, rax\n"
                    + SYSTEM_CALLS
                    + "mov r14d, 2\nlea rcx, [rel enter]\nmov r11d, 3002h\no64 sysret\nentered: test r14d, r14d\no64 sysret\nenter: jmp round",
                "syscall")
            .prepared(m -> CliffKinds.identity(m, 0x800_0000)));
    return kind("system", guests);
  }

  private static String handler(int vector, String name) {
    return "lea rax, [rel %s]\nmov [%d], ax\nshr eax, 16\nmov [%d], ax\n"
        .formatted(name, 0x2000 + vector * 16, 0x2000 + vector * 16 + 6);
  }

  private static Cliffs.Kind events() {
    Map<String, Cliffs.Guest> guests = new LinkedHashMap<>();
    guests.put(
        "int 80h, iret", loop(handler(0x80, "handled") + "jmp round\nhandled: iretq", "int 80h"));
    guests.put("int3, iret", loop(handler(3, "handled") + "jmp round\nhandled: iretq", "int3"));
    guests.put(
        "#UD",
        loop(handler(6, "handled") + "jmp round\nhandled: add qword [rsp], 2\niretq", "ud2"));
    guests.put(
        "#DE",
        loop(
            handler(0, "handled") + "xor ebp, ebp\njmp round\nhandled: add qword [rsp], 2\niretq",
            "div ebp"));
    guests.put(
        "#GP",
        loop(
            handler(13, "handled")
                + "mov r14, 8000000000000000h\njmp round\nhandled: add rsp, 8\nadd qword [rsp], 3\niretq",
            "mov eax, [r14]"));
    guests.put(
        "#PF",
        loop(
            handler(14, "handled")
                + "xor ebp, ebp\njmp round\nhandled: add rsp, 8\nadd qword [rsp], 2\niretq",
            "mov eax, [rax]"));
    guests.put(
        "#NM",
        loop(
            handler(7, "handled")
                + "mov rax, cr0\nbts rax, 3\nmov cr0, rax\njmp round\nhandled: add qword [rsp], 2\niretq",
            "fld1"));
    guests.put(
        "iret to itself",
        loop(
            "",
            "mov rax, rsp\npush 10h\npush rax\npush 2\npush 8\nlea rax, [rel t@]\npush rax\niretq\nt@:"));
    guests.put(
        "APIC self-interrupt",
        loop(
            handler(0x90, "handled")
                + "mov r14d, 0FEE00000h\nmov dword [r14 + 0F0h], 1FFh\nsti\njmp round\nhandled: mov dword [r14 + 0B0h], 0\niretq",
            "mov dword [r14 + 300h], 40090h"));
    return kind("events", guests);
  }

  private static Cliffs.Kind debugging() {
    Map<String, Cliffs.Guest> guests = new LinkedHashMap<>();
    String work = "add [rbx], rax";
    guests.put("nothing", loop("", work));
    guests.put(
        "instruction breakpoint elsewhere",
        loop("mov rax, 500000h\nmov dr0, rax\nmov eax, 402h\nmov dr7, rax", work));
    guests.put(
        "instruction breakpoint in the page",
        loop(
            "lea rax, [rel round]\nand rax, -4096\nor rax, 0FFFh\nmov dr0, rax\nmov eax, 402h\nmov dr7, rax",
            work));
    guests.put(
        "data breakpoint elsewhere",
        loop("mov rax, 500000h\nmov dr0, rax\nmov eax, 0D0402h\nmov dr7, rax", work));
    guests.put(
        "data breakpoint in the page",
        loop("mov rax, 300800h\nmov dr0, rax\nmov eax, 0D0402h\nmov dr7, rax", work));
    guests.put(
        "single-stepped",
        loop(
            handler(1, "handled")
                + "pushfq\npop rax\nbts rax, 8\npush rax\npopfq\njmp round\nhandled: iretq",
            work));
    guests.put("watched", loop("", work).prepared(CliffKinds.watched()));
    guests.put("watched for stale translations", loop("", work).built(b -> b.watchStale(true)));
    guests.put("seen through a TLB without ways", loop("", "nop"));
    return kind("debugging", guests);
  }

  private static Cliffs.Kind vmx() {
    Map<String, Cliffs.Guest> guests = new LinkedHashMap<>();
    String[] bodies = {
      "vmread rax, rcx",
      "vmwrite rcx, rax",
      "vmptrld [vmcs_pointer]",
      "vmptrst [rbx]",
      "vmclear [vmcs_pointer]\nvmptrld [vmcs_pointer]",
      "mov eax, 1\ninvept rax, [rbp]",
      "mov eax, 2\ninvept rax, [rbp]",
      "mov eax, 1\ninvvpid rax, [rbp]",
      "mov eax, 2\ninvvpid rax, [rbp]",
      "vmxoff\nvmxon [vmxon_pointer]"
    };
    for (String body : bodies) {
      guests.put(
          body.replace("\n", "; "),
          loop(
                  "mov ecx, 681Ch\nvmread rax, rcx\nmov rbp, 300100h\nmov qword [rbp], 5B01Eh\nmov qword [rbp + 8], 0\n"
                      + (body.contains("invvpid") ? "mov qword [rbp], 1\n" : ""),
                  body)
              .prepared(m -> Cliffs.launchReady(m)));
    }
    String[][] exits = {
      {"CPUID", "cpuid"},
      {"VMCALL", "vmcall"},
      {"MOV CR3", "mov rax, cr3\nmov cr3, rax"},
      {"RDMSR", "mov ecx, 10h\nrdmsr"},
      {"HLT", "hlt"},
      {"EPT violation", "mov rax, [3FE00000h]"}
    };
    for (String[] exit : exits) {
      for (boolean own : new boolean[] {false, true}) {
        if (!own && exit[0].startsWith("EPT")) {
          continue;
        }
        String controls =
            own
                ? "mov ecx, 4002h\nvmread rax, rcx\nbts rax, 31\nvmwrite rcx, rax\nmov eax, 22h\nmov ecx, 401Eh\nvmwrite rcx, rax\nmov eax, 1\nmov ecx, 0\nvmwrite rcx, rax\n"
                : "";
        Integer control = Map.of("HLT", 7, "MOV CR3", 15).get(exit[0]);
        controls +=
            control == null
                ? ""
                : "mov ecx, 4002h\nvmread rax, rcx\nbts rax, %d\nvmwrite rcx, rax\n"
                    .formatted(control);
        guests.put(
            "exit by " + exit[0] + (own ? ", EPT and VPID" : ""),
            new Cliffs.Guest(
                    controls
                        + "lea rax, [rel guest]\nmov ecx, 681Eh\nvmwrite rcx, rax\nlea rax, [rel host]\nmov ecx, 6C16h\nvmwrite rcx, rax\n"
                        + "mov r15d, 1\nvmlaunch\nguest:\n"
                        + exit[1]
                        + "\njmp guest",
                    "mov r15d, 1000\nagain: vmresume\nhost: lea rax, [rel guest]\nmov ecx, 681Eh\nvmwrite rcx, rax\ndec r15d\njnz again",
                    1000)
                .prepared(
                    m -> {
                      Cliffs.launchReady(m);
                      m.writeLong(MemoryMap.EPT_DIRECTORY + 511 * Long.BYTES, 0); // 2 MBytes less
                    }));
      }
    }
    return kind("vmx", guests);
  }
}
