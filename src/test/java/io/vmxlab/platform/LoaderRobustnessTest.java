package io.vmxlab.platform;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.engine.Engine;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Whatever is in a file, a loader lays it out or throws {@link LoadException}, soon. */
class LoaderRobustnessTest {
  private static final Image.Room ROOM = new Image.Room(0x100000, 0x10000000);
  private static final int MUTATIONS = 4_000;
  private static final ObjectLinker.Support SUPPORT =
      new ObjectLinker.Support(
          Set.of(
              "memcpy",
              "memset",
              "memmove",
              "memcmp",
              "__stack_chk_fail",
              "__cxa_atexit",
              "__dso_handle"),
          () -> new ObjectLinker.Routines(new byte[16], Map.of()));

  /** The last ones are complete only for some of their functions. */
  static final List<String> FILES =
      Stream.concat(
              Objects.LOADABLE.stream(),
              Stream.of("names-O0.o", "names-O2.o", "names-32.o", "labels.o"))
          .toList();

  /** Functions of the files; one of them is called, or found missing. */
  private static final List<String> FUNCTIONS = List.of("enter_vmx_operation", "hv::pick", "alone");

  private static void load(byte[] file) {
    if (FileKind.of(file) == FileKind.ELF && ElfFiles.isRelocatable(file)) {
      String function = FUNCTIONS.get(Math.floorMod(Arrays.hashCode(file), FUNCTIONS.size()));
      ObjectLinker.Use use = new ObjectLinker.Use(Optional.of(function), Engine.table());
      Image image = ObjectLinker.link(file, ROOM, SUPPORT, Symbols.NONE, use);
      CppName.matching(function, image.symbols().all().stream().map(Symbol::name).toList());
    } else {
      ExecutableLoader.load(file, ROOM);
    }
  }

  /** A message has one line and says something. */
  private static void loadOrRefuse(byte[] file) {
    try {
      load(file);
    } catch (LoadException e) {
      assertFalse(e.getMessage().isBlank());
      assertFalse(e.getMessage().contains("\n"));
    }
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void wholeFilesAreLoaded(String name) {
    load(Objects.read(name));
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void filesCutOffAnywhereAreRefusedOrLoaded(String name) {
    byte[] file = Objects.read(name);
    for (int length = 0; length < file.length; length++) {
      loadOrRefuse(Arrays.copyOf(file, length));
    }
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void filesWithoutTheirSecondHalfAreRefused(String name) {
    byte[] file = Objects.read(name);
    LoadException e =
        assertThrows(LoadException.class, () -> load(Arrays.copyOf(file, file.length / 2)));
    assertTrue(e.advice().contains("truncated"), e.advice());
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void filesWithChangedBytesAreRefusedOrLoaded(String name) {
    byte[] original = Objects.read(name);
    Random random = new Random(name.hashCode());
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] file = original.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        file[place(random, file.length)] = value(random);
      }
      loadOrRefuse(file);
    }
  }

  /** Headers are at the beginning and at the end. */
  private static int place(Random random, int length) {
    switch (random.nextInt(3)) {
      case 0:
        return random.nextInt(Math.min(64, length));
      case 1:
        return length - 1 - random.nextInt(Math.min(1500, length));
      default:
        return random.nextInt(length);
    }
  }

  private static byte value(Random random) {
    byte[] limits = {0, 1, 0x7F, (byte) 0x80, (byte) 0xFF};
    return random.nextBoolean() ? limits[random.nextInt(limits.length)] : (byte) random.nextInt();
  }
}
