package io.vmxlab.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoaderTest {
  private static final Image.Room ROOM = new Image.Room(0x100000, 0x1000000);

  private static Image link(String name) {
    return ObjectLinker.link(Objects.read(name), ROOM, ObjectLinker.Support.NONE, Symbols.NONE);
  }

  private static String refusal(byte[] file) {
    LoadException e =
        assertThrows(
            LoadException.class,
            () -> {
              if (ElfFiles.isRelocatable(file)) {
                ObjectLinker.link(file, ROOM, ObjectLinker.Support.NONE, Symbols.NONE);
              } else {
                ExecutableLoader.load(file, ROOM);
              }
            });
    return e.getMessage() + "; " + e.advice();
  }

  private static byte[] changed(String name, int at, int value) {
    byte[] file = Objects.read(name);
    file[at] = (byte) value;
    return file;
  }

  @Test
  void executableKeepsItsAddressesAndEntry() {
    Image image = ExecutableLoader.load(Objects.read("start-64.elf"), ROOM);
    assertEquals(OptionalLong.of(0x401000), image.entry());
    assertEquals(CodeMode.BITS64, image.mode());
    assertEquals(0x400000, image.pieces().get(0).address());
    assertEquals(Optional.of("_start"), image.symbols().nameOf(0x401000));
    assertEquals(Optional.of("_start+1h"), image.symbols().nameOf(0x401001));
  }

  @Test
  void symbolsReachAsFarAsTheirSize() {
    Symbols symbols =
        new Symbols(
            List.of(
                new Symbol("f", 0x1000, 0x10, Symbol.Rank.FUNCTION),
                Symbol.label("g", 0x2000),
                Symbol.label("h", 0x3000)));
    assertEquals(Optional.empty(), symbols.nameOf(0xFFF));
    assertEquals(Optional.of("f+Fh"), symbols.nameOf(0x100F));
    assertEquals(Optional.empty(), symbols.nameOf(0x1010));
    assertEquals(Optional.of("g+FFFh"), symbols.nameOf(0x2FFF));
    assertEquals(Optional.of("h"), symbols.nameOf(0x3000));
  }

  @Test
  void objectIsLaidOutFromTheStartOfTheRoom() {
    Image image = link("matrix-O2-no-pic.o");
    assertEquals(0x100000, image.pieces().get(0).address());
    assertTrue(image.pieces().get(0).executable());
    assertTrue(image.symbols().find("enable_vmx_operation").isPresent());
    assertEquals(OptionalLong.empty(), image.entry());
  }

  @Test
  void unresolvedSymbolsAreAllNamed() {
    String message = refusal(Objects.read("language-O0.o"));
    assertTrue(
        message.startsWith(
            "unresolved symbols: __stack_chk_fail, memcmp, memcpy, memmove, memset; "),
        message);
  }

  @Test
  void supportRoutinesAreAddedOnlyWhereNeeded() {
    ObjectLinker.Support support =
        new ObjectLinker.Support(
            Set.of("memcpy", "memset", "memmove", "memcmp", "__stack_chk_fail"),
            () -> new ObjectLinker.Routines(new byte[32], Map.of("memcpy", 16)));
    Image needs = ObjectLinker.link(Objects.read("language-O0.o"), ROOM, support, Symbols.NONE);
    Image doesNot = ObjectLinker.link(Objects.read("matrix-O0.o"), ROOM, support, Symbols.NONE);
    long at = needs.symbols().find("memcpy").orElseThrow().address();
    assertTrue(needs.pieces().stream().anyMatch(p -> p.address() == at - 16 && p.executable()));
    assertTrue(doesNot.symbols().find("memcpy").isEmpty());
  }

  @Test
  void weakUndefinedSymbolsAreZero() {
    // language.c returns 1 if one is not; here only that it links: see LanguageTest.
    assertTrue(!refusal(Objects.read("language-O0.o")).contains("absent"));
  }

  @Test
  void otherMachinesAndClassesAreNamed() {
    assertTrue(refusal(changed("matrix-O0.o", 18, 183)).contains("AArch64"));
    assertTrue(refusal(changed("matrix-O0.o", 18, 77)).contains("machine number 77"));
    assertTrue(refusal(changed("matrix-O0.o", 18, 3)).contains("i386"));
    assertTrue(refusal(changed("small-32.o", 18, 62)).contains("x32"));
    assertTrue(refusal(changed("matrix-O0.o", 4, 3)).contains("class"));
    assertTrue(refusal(changed("matrix-O0.o", 5, 2)).contains("big-endian"));
  }

  @Test
  void sharedLibrariesAndBytecodeAreNamed() {
    assertTrue(refusal(Objects.read("shared.elf")).contains("-static"));
    assertTrue(refusal(Objects.read("small-lto.o")).contains("-flto"));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    byte[] file = Objects.read("start-64.elf");
    Image.Room small = new Image.Room(0x100000, 0x402000);
    LoadException e = assertThrows(LoadException.class, () -> ExecutableLoader.load(file, small));
    assertTrue(e.advice().contains("memory"), e.advice());
    Image.Room high = new Image.Room(0x500000, 0x1000000);
    LoadException low = assertThrows(LoadException.class, () -> ExecutableLoader.load(file, high));
    assertTrue(low.advice().contains("higher address"), low.advice());
  }

  @Test
  void overlapsAreRefused() {
    List<Image.Piece> pieces =
        List.of(
            new Image.Piece("a", 0x200000, new byte[0], 0x1001, true),
            new Image.Piece("b", 0x201000, new byte[1], 1, false));
    LoadException e =
        assertThrows(
            LoadException.class,
            () -> Image.laidOut(CodeMode.BITS64, pieces, OptionalLong.empty(), Symbols.NONE, ROOM));
    assertEquals("b at 201000h overlaps a, which ends at 201001h", e.getMessage());
  }
}
