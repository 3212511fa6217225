package io.vmxlab.asm;

import io.vmxlab.arch.CodeMode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Directives that begin with a dot: those of GAS, and the sections that MASM names so. */
final class GasDirective {
  private static final Map<String, Integer> DATA =
      Map.ofEntries(
          Map.entry(".byte", 1),
          Map.entry(".word", 2),
          Map.entry(".short", 2),
          Map.entry(".hword", 2),
          Map.entry(".value", 2),
          Map.entry(".2byte", 2),
          Map.entry(".long", 4),
          Map.entry(".int", 4),
          Map.entry(".4byte", 4),
          Map.entry(".quad", 8),
          Map.entry(".8byte", 8),
          Map.entry(".dc", 2),
          Map.entry(".dc.b", 1),
          Map.entry(".dc.w", 2),
          Map.entry(".dc.l", 4),
          Map.entry(".slong", 4));

  private static final Set<String> OTHERS =
      Set.of(
          ".ascii",
          ".asciz",
          ".string",
          ".string8",
          ".zero",
          ".skip",
          ".space",
          ".align",
          ".balign",
          ".p2align",
          ".equ",
          ".set",
          ".section",
          ".intel_syntax",
          ".att_syntax",
          ".code16",
          ".code32",
          ".code64",
          ".org",
          ".pushsection",
          ".popsection",
          ".previous",
          ".float",
          ".single",
          ".double",
          ".octa",
          ".fill",
          ".end",
          ".include",
          ".incbin",
          ".comm",
          ".lcomm",
          ".globl",
          ".global",
          ".extern");

  /** They make no bytes. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          ".type",
          ".size",
          ".file",
          ".ident",
          ".local",
          ".weak",
          ".hidden",
          ".loc",
          ".arch",
          ".internal",
          ".protected",
          ".psize",
          ".sbttl",
          ".lflags",
          ".stabd",
          ".stabn",
          ".stabs",
          ".xstabs",
          ".gnu_attribute",
          ".operand_check",
          ".sse_check",
          ".loc_mark_labels");

  private static final Set<String> SECTIONS = Set.of(".text", ".data", ".bss");
  private static final Set<String> MASM_SECTIONS = Set.of(".code", ".data?", ".const");
  private static final Set<String> MASM_WITHOUT_EFFECT =
      Set.of(
          ("186 286 286p 287 386 386p 387 486 486p 586 586p 686 686p 8086 allocstack alpha "
                  + "cref dosseg endprolog fpo k3d lall lfcond list listall listif listmacro "
                  + "listmacroall mmx no87 nocref nolist nolistif nolistmacro pushframe pushreg "
                  + "safeseh sall savereg savexmm128 seq setframe sfcond stack tfcond x64 x64p xall "
                  + "xcref xlist xmm")
              .split(" "));

  /** What GNU as alone does; the object file that it makes runs. */
  private static final Set<String> OF_AS =
      Set.of(
          ("abort eject endfunc func line title altmacro att_mnemonic attach_to_group balignl balignw bfloat16 "
                  + "bundle_align_mode bundle_lock bundle_unlock code16gcc common dc.a dc.d dc.s "
                  + "dc.x dcb dcb.b dcb.d dcb.l dcb.s dcb.w dcb.x dfloat disallow_index_reg ds "
                  + "ds.b ds.d ds.l ds.p ds.s ds.w ds.x else elseif endc endif endm endr equiv "
                  + "eqv err error exitm fail ffloat hfloat if ifb ifc ifdef ifeq ifeqs ifge ifgt "
                  + "ifle iflt ifnb ifndef ifne ifnes ifnotdef insn inst intel_mnemonic irep "
                  + "irepc irp irpc largecomm linefile llen lsym macro mexit mri name noaltmacro "
                  + "noformat noopt nopage nops offset optim p2alignl p2alignw page plen print "
                  + "purgem reloc rep rept rva sect sleb128 spc string16 string32 string64 struct "
                  + "subsection symver tfloat tls_common ttl uleb128 version vtable_entry "
                  + "vtable_inherit warning weakref xcom xdef xref")
              .split(" "));

  private static final int MOST_POWER = 20;

  private GasDirective() {}

  static boolean is(String word) {
    String name = word.toLowerCase(Locale.ROOT);
    return DATA.containsKey(name)
        || OTHERS.contains(name)
        || WITHOUT_EFFECT.contains(name)
        || name.startsWith(".cfi_")
        || SECTIONS.contains(name)
        || MASM_SECTIONS.contains(name)
        || isMasmWithoutEffect(name)
        || name.equals(".model");
  }

  private static boolean isMasmWithoutEffect(String word) {
    return word.startsWith(".") && MASM_WITHOUT_EFFECT.contains(word.substring(1));
  }

  /** GNU as knows the word, and this assembler does not. */
  static boolean isOfAs(String word) {
    return word.startsWith(".") && OF_AS.contains(word.substring(1).toLowerCase(Locale.ROOT));
  }

  static void run(Assembler to, String word, AsmScanner in) {
    AsmDialect dialect = to.dialect();
    if (SECTIONS.contains(word)) {
      dialect.masmOrGas();
      to.sections().enter(word, word.equals(AsmSections.BSS));
    } else if (MASM_SECTIONS.contains(word)) {
      dialect.masm();
      boolean code = word.equals(".code");
      // .code _text: the name is for linkers
      in.word();
      to.sections().enter(code ? AsmSections.TEXT : word, word.equals(".data?"));
    } else if (word.equals(".model")) {
      dialect.masm();
      model(to, in);
    } else if (isMasmWithoutEffect(word)) {
      dialect.masm();
      if (word.matches("\\.(8086|\\d86p?)")) {
        to.before386(word.matches("\\.(8086|[12]86p?)"));
      }
      in.skipRest();
    } else {
      dialect.gas();
      runGas(to, word, in);
    }
  }

  /** {@code .model flat, stdcall}: only code of 32 bits is said to be flat, of 16 bits another. */
  private static void model(Assembler to, AsmScanner in) {
    if (in.acceptWord("flat")) {
      to.mode(CodeMode.BITS32);
    } else {
      throw in.complaint(
          "a segmented memory model is not supported: write .model flat, or leave it out and say"
              + " --mode 16");
    }
    in.skipRest();
  }

  private static void runGas(Assembler to, String word, AsmScanner in) {
    AsmData data = new AsmData(to, in);
    Integer size = DATA.get(word);
    if (size != null) {
      data.items(size);
      return;
    }
    int nop = to.sections().isText() ? 0x90 : 0;
    switch (word) {
      case ".ascii" -> data.strings(false);
      case ".asciz", ".string", ".string8" -> data.strings(true);
      case ".zero", ".skip", ".space" -> data.space();
      case ".align", ".balign" -> {
        data.align(nop);
        in.skipRest();
      }
      case ".p2align" -> {
        int column = in.column();
        long power = data.value().number();
        data.alignTo(power < 0 || power > MOST_POWER ? 0 : 1L << power, nop, column);
        in.skipRest(); // the most bytes to skip: alignment is never too much
      }
      case ".equ", ".set" -> {
        int column = in.column();
        String name = in.word();
        in.expect(",");
        to.reader().variable(name, in, column);
      }
      case ".section" -> SectionAttributes.gas(to, in);
      case ".pushsection" -> {
        to.sections().push();
        SectionAttributes.gas(to, in);
      }
      case ".popsection" -> to.sections().pop();
      case ".previous" -> to.sections().previous();
      case ".intel_syntax" -> {
        if (!in.acceptWord("noprefix")) {
          throw in.complaint("registers are written without %: .intel_syntax noprefix");
        }
      }
      case ".att_syntax" ->
          throw in.complaint(
              "AT&T syntax is not supported: write .intel_syntax noprefix, or run the object file"
                  + " of gcc -c, with --call NAME");
      case ".code16" -> to.mode(CodeMode.BITS16);
      case ".code32" -> to.mode(CodeMode.BITS32);
      case ".code64" -> to.mode(CodeMode.BITS64);
      case ".org" -> {
        int column = in.column();
        long fill = data.value().number() - to.sections().size();
        if (fill < 0 || fill > AsmLayout.MOST_BYTES) {
          throw new AsmScanner.Complaint(column, "a location counter does not go back");
        }
        byte[] filling = new byte[1];
        if (in.accept(",")) {
          filling[0] = (byte) data.value().number();
        }
        to.emit(filling, fill);
      }
      case ".comm", ".lcomm" -> common(to, in, data);
      case ".globl", ".global" -> AsmDirective.names(in, to::global);
      case ".extern" -> AsmDirective.names(in, to.labels()::external);
      case ".float", ".single" -> data.items(4);
      case ".double" -> data.items(8);
      case ".octa" -> data.items(16);
      case ".fill" -> fill(to, in, data);
      case ".end" -> to.end(in);
      case ".include", ".incbin" ->
          throw in.complaint(word + " reads another file: run the object file of gcc -c FILE.S");
      default -> in.skipRest();
    }
  }

  /** Reserves zeros in the section of such, under a name. */
  private static void common(Assembler to, AsmScanner in, AsmData data) {
    int column = in.column();
    String name = in.word();
    in.expect(",");
    long size = data.count(1);
    AsmSection back = to.sections().place();
    to.sections().enter(AsmSections.BSS, true);
    if (in.accept(",")) {
      int at = in.column();
      to.reserve(to.sections().padding(AsmData.alignment(data.value().number(), at)));
    }
    to.labels().define(name, to.here(), column);
    to.reserve(size);
    to.sections().back(back);
  }

  /** {@code .fill repeat, size, value}: of the value four bytes at most count. */
  private static void fill(Assembler to, AsmScanner in, AsmData data) {
    long count = data.count(1);
    int size = 1;
    byte[] bytes = new byte[1];
    if (in.accept(",")) {
      int column = in.column();
      long n = data.value().number();
      if (n < 0 || n > 8) {
        throw new AsmScanner.Complaint(column, "what .fill repeats has 0 to 8 bytes");
      }
      size = (int) n;
      bytes = new byte[size];
      if (in.accept(",")) {
        long value = data.value().number();
        for (int i = 0; i < Math.min(size, 4); i++) {
          bytes[i] = (byte) (value >> (8 * i));
        }
      }
    }
    to.emit(bytes, size == 0 ? 0 : count);
  }
}
