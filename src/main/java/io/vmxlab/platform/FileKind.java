package io.vmxlab.platform;

/** What a file is, by its first bytes. */
public enum FileKind {
  // spotless:off
  ELF      ("an ELF file", ""),
  PE       ("a PE file (EXE, DLL or EFI)", "link an ELF file, or give the code as a flat binary: objcopy -O binary"),
  COFF     ("a COFF object file", "compile to ELF: gcc -c on Linux, or clang --target=x86_64-elf -c"),
  ARCHIVE  ("an archive of object files", "give one of its members: ar x FILE"),
  BITCODE  ("LLVM bitcode", "compile without -flto, so that the file holds machine code"),
  MACH_O   ("a Mach-O file", "compile to ELF: clang --target=x86_64-elf -c"),
  WASM     ("a WebAssembly module", "compile to x86-64 ELF"),
  GZIP     ("a gzip-compressed file", "decompress it first"),
  ZIP      ("a ZIP or JAR file", "unpack it first"),
  /** Anything else: flat code or text. */
  RAW      ("a flat binary or text", "");
  // spotless:on

  private static final int MACHINE_I386 = 0x14C;
  private static final int MACHINE_X86_64 = 0x8664;
  private static final int MACHINE_ARM64 = 0xAA64;
  private static final int COFF_HEADER = 20;
  private static final int COFF_SECTION = 40;

  private final String description;
  private final String advice;

  FileKind(String description, String advice) {
    this.description = description;
    this.advice = advice;
  }

  /** With its article: {@code an ELF file}. */
  public String description() {
    return description;
  }

  /** What to do instead if the kind is not accepted; empty if it is. */
  public String advice() {
    return advice;
  }

  /** Looks at the first bytes. */
  public static FileKind of(byte[] file) {
    if (starts(file, 0x7F, 'E', 'L', 'F')) {
      return ELF;
    }
    if (starts(file, '!', '<', 'a', 'r', 'c', 'h', '>', '\n')
        || starts(file, '!', '<', 't', 'h', 'i', 'n', '>', '\n')) {
      return ARCHIVE;
    }
    if (starts(file, 'B', 'C', 0xC0, 0xDE) || starts(file, 0xDE, 0xC0, 0x17, 0x0B)) {
      return BITCODE;
    }
    if (starts(file, 0xCF, 0xFA, 0xED, 0xFE)
        || starts(file, 0xCE, 0xFA, 0xED, 0xFE)
        || starts(file, 0xCA, 0xFE, 0xBA, 0xBE)) {
      return MACH_O;
    }
    if (starts(file, 0, 'a', 's', 'm')) {
      return WASM;
    }
    if (starts(file, 0x1F, 0x8B, 8)) {
      return GZIP;
    }
    if (starts(file, 'P', 'K', 3, 4)) {
      return ZIP;
    }
    if (pe(file)) {
      return PE;
    }
    return coff(file) ? COFF : RAW;
  }

  private static boolean starts(byte[] file, int... first) {
    if (file.length < first.length) {
      return false;
    }
    for (int i = 0; i < first.length; i++) {
      if ((file[i] & 0xFF) != first[i]) {
        return false;
      }
    }
    return true;
  }

  /** "MZ", and "PE" where the doubleword at 3CH points. */
  private static boolean pe(byte[] file) {
    if (!starts(file, 'M', 'Z') || file.length < 0x40) {
      return false;
    }
    Bytes b = new Bytes(file);
    long at = b.u32(0x3C, "");
    return at + 4 <= file.length && b.u32(at, "") == 0x4550;
  }

  /** Flat code may begin with the same two bytes, so the whole header has to make sense. */
  private static boolean coff(byte[] file) {
    if (file.length < COFF_HEADER) {
      return false;
    }
    Bytes b = new Bytes(file);
    int machine = b.u16(0, "");
    int sections = b.u16(2, "");
    if (machine == 0 && sections == 0xFFFF) {
      return anonymousObject(b);
    }
    boolean known =
        machine == MACHINE_I386 || machine == MACHINE_X86_64 || machine == MACHINE_ARM64;
    long symbols = b.u32(8, "");
    long afterHeaders = COFF_HEADER + (long) sections * COFF_SECTION;
    return known
        && b.u16(16, "") == 0
        && sections != 0
        && afterHeaders <= file.length
        && (symbols == 0 || symbols >= afterHeaders && symbols <= file.length);
  }

  /** An object of {@code cl /GL} or {@code /bigobj}. */
  private static boolean anonymousObject(Bytes b) {
    int machine = b.u16(6, "");
    return b.u16(4, "") <= 2 && (machine == MACHINE_I386 || machine == MACHINE_X86_64);
  }
}
