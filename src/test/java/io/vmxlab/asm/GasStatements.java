package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Statements as people write them for GAS, and as gcc prints them with -masm=intel. */
final class GasStatements {
  private static final Pattern SIZED = Pattern.compile("\\b(byte|word|dword|qword) (?=\\[|fs|gs)");
  private static final Pattern HEX = Pattern.compile("\\b0([0-9a-f]+)h\\b");
  private static final Pattern SEGMENT = Pattern.compile("\\[(fs|gs):");
  private static final Pattern PLUS = Pattern.compile("\\[([^\\]:]+)([+-]\\w+)\\]");
  private static final String[] DIRECTIVES = {".byte", ".word", ".long", ".quad"};

  private static final String[] FORMS_64 = {
    "mov eax, DWORD PTR origin[rip]",
    "lea rax, origin[rip]",
    "lea rcx, origin[rip+4]",
    "mov rax, [rip+origin+8]",
    "mov rax, [rip+5]",
    "lea rsi, [rip-4]",
    "add DWORD PTR origin[rip], 5",
    "cmp WORD PTR origin[rip+2], 300",
    "mov rax, QWORD PTR fs:40",
    "mov rax, fs:[40]",
    "movabs rax, 5",
    "movabs rax, offset origin",
    "movabs r9, 0x123456789abcdef0",
    "mov edi, OFFSET FLAT:origin",
    "mov rax, QWORD PTR origin[0+rdi*8]",
    "mov eax, origin[rax*4]",
    "mov eax, DWORD PTR [rax][rcx*2]",
    "mov eax, DWORD PTR origin",
    "mov eax, DWORD PTR origin+4",
    "lea rax, origin",
    "push QWORD PTR origin",
    "call QWORD PTR [rax+8]",
    "call QWORD PTR origin[rip]",
    "jmp [QWORD PTR origin[0+rax*8]]",
    "call origin",
    "jmp .",
    "jmp .+2",
    "jmp 1f; 1:",
    "1: jmp 1b",
    "11: jnz 11b",
    "mov eax, 1 shl 4",
    "mov eax, 1 shl 4 or 1",
    "mov eax, not 1",
    "and eax, not 15",
    "or eax, 1<<2 | 1<<3",
    "or eax, 1<<2+1",
    "mov eax, 1 | 2 + 4",
    "mov eax, 1 | 6 ^ 2",
    "mov eax, 010",
    "mov eax, -6/2",
    "mov eax, 'a'",
    "mov eax, [5]",
    "mov eax, origin",
    "mov rsi, origin+4",
    "movzx eax, BYTE PTR [rdi]",
    "movsx rax, DWORD PTR [rdi]",
    "movsxd rax, DWORD PTR [rdi]",
    "rep stosq",
    "rep movsb",
    "repz ret",
    "lock cmpxchg QWORD PTR [rdi], rsi",
    "notrack jmp rax",
    "endbr64",
    "lgdt [rax]",
    "sidt [rsp-10]",
    "vmxon QWORD PTR [rsp+8]",
    "vmxon [rsp+8]",
    "vmptrld QWORD PTR [rdi]",
    "vmread rax, rcx",
    "vmwrite rcx, QWORD PTR [rdi]",
    "mov rax, cr4",
    "mov cr4, rax",
    "nop # comment",
    "nop /* comment */",
    "nop ; nop",
    ".byte 1, 2, 'a'",
    ".ascii \"a\\n\\0b\"",
    ".asciz \"ab\", \"c\"",
    ".word 0x1234, -1",
    ".long origin, .-origin",
    ".quad origin+8",
    ".zero 5",
    ".skip 3, 7",
    ".value 5",
    ".int -5",
    "n0 = 7; mov eax, n0",
    ".set n1, 9"
  };

  private final SplittableRandom random;
  private final Statements statements;

  GasStatements(long seed) {
    random = new SplittableRandom(seed);
    statements = new Statements(seed);
  }

  static String[] fixed(CodeMode mode) {
    return mode == CodeMode.BITS64 ? FORMS_64.clone() : new String[0];
  }

  String next(CodeMode mode) {
    String text = statements.next(mode);
    while (text.startsWith("times")) {
      text = statements.next(mode);
    }
    if (text.charAt(0) == 'd' && text.charAt(2) == ' ') {
      text = DIRECTIVES["bwdq".indexOf(text.charAt(1))] + text.substring(2);
    }
    text = SIZED.matcher(text).replaceAll("$1 ptr ");
    text = SEGMENT.matcher(text).replaceAll("$1:[");
    text = HEX.matcher(text).replaceAll("0x$1");
    switch (random.nextInt(3)) {
      case 0:
        return text;
      case 1:
        return PLUS.matcher(text).replaceFirst("[$1]$2");
      default:
        return text.replace("ptr", "PTR");
    }
  }
}
