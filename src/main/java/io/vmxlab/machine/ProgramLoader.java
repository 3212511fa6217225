package io.vmxlab.machine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.asm.Assembler;
import io.vmxlab.asm.Assembly;
import io.vmxlab.asm.AssemblyException;
import io.vmxlab.engine.Engine;
import io.vmxlab.platform.ExecutableLoader;
import io.vmxlab.platform.Image;
import io.vmxlab.platform.LoadException;
import io.vmxlab.platform.ObjectLinker;
import io.vmxlab.platform.Symbol;
import io.vmxlab.platform.Symbols;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Makes images of programs. */
final class ProgramLoader {
  private static final Set<String> SUPPORT_64 =
      Set.of(
          "memcpy",
          "memmove",
          "memset",
          "memcmp",
          "__stack_chk_fail",
          "__stack_chk_guard",
          "__cxa_atexit",
          "__cxa_pure_virtual",
          "__dso_handle");

  private static final Set<String> SUPPORT_32 =
      Set.of(
          "memcpy",
          "memmove",
          "memset",
          "memcmp",
          "__stack_chk_fail",
          "__stack_chk_fail_local",
          "__stack_chk_guard",
          "__cxa_atexit",
          "__cxa_pure_virtual",
          "__dso_handle");

  private final CodeMode mode;
  private final Image.Room room;

  ProgramLoader(CodeMode mode, long memorySize) {
    this.mode = mode;
    this.room =
        mode == CodeMode.BITS16
            ? new Image.Room(MemoryMap.PROGRAM_16, MemoryMap.PROGRAM_16_END)
            : new Image.Room(MemoryMap.PROGRAM, memorySize);
  }

  /** Lays the program out; throws {@link BadInputException}. */
  Image load(Program program) {
    try {
      program.mode().ifPresent(m -> requireMode(program, m));
      Image image = image(program);
      requireMode(program, image.mode());
      return image;
    } catch (LoadException e) {
      throw new BadInputException(program.name(), e.getMessage(), e.advice());
    }
  }

  private void requireMode(Program program, CodeMode ofProgram) {
    if (ofProgram != mode) {
      throw new BadInputException(
          program.name(),
          "this is " + ofProgram.bits + "-bit code, the machine is in " + mode.bits + "-bit mode",
          "choose mode " + ofProgram.bits);
    }
  }

  private Image image(Program program) {
    switch (program.form()) {
      case ASSEMBLY:
        return assembled(program);
      case FLAT:
        return Image.flat(mode, program.content(), room.start(), room);
      case ELF_EXECUTABLE:
        return ExecutableLoader.load(program.content(), room);
      default:
        ObjectLinker.Use use = new ObjectLinker.Use(program.function(), Engine.table());
        return ObjectLinker.link(program.content(), room, support(), MemoryMap.symbols(), use);
    }
  }

  private Image assembled(Program program) {
    String text = new String(program.content(), StandardCharsets.UTF_8);
    try {
      Assembly assembly =
          new Assembler(
                  Engine.table(),
                  program.name(),
                  mode,
                  room.start(),
                  MemoryMap.places(),
                  program.dialect())
              .assemble(text);
      if (assembly.bytes().length == 0) {
        throw new BadInputException(program.name(), "there is no code in it", "give code to run");
      }
      Image flat = Image.flat(mode, assembly.bytes(), assembly.origin(), room);
      List<Symbol> labels = new ArrayList<>();
      assembly.symbols().forEach((name, value) -> labels.add(Symbol.label(name, value)));
      return flat.from(OptionalLong.of(assembly.entry()), new Symbols(labels));
    } catch (AssemblyException e) {
      AssemblyException.Mistake first = e.mistakes().get(0);
      throw new BadInputException(
          first.file() + ":" + first.line() + ":" + first.column(),
          first.message(),
          SourceKind.ofAssembly(program.name()));
    }
  }

  /** The image with a piece in front of a function that calls the constructors. */
  Image withConstructorCalls(Image image, long function) {
    return ConstructorCalls.before(function, image, mode, room);
  }

  private ObjectLinker.Support support() {
    boolean wide = mode == CodeMode.BITS64;
    return new ObjectLinker.Support(
        wide ? SUPPORT_64 : SUPPORT_32, () -> routines(wide ? "support64.asm" : "support32.asm"));
  }

  private ObjectLinker.Routines routines(String resource) {
    Assembly assembly =
        new Assembler(Engine.table(), resource, mode, 0, Map.of()).assemble(text(resource));
    Map<String, Integer> offsets = new LinkedHashMap<>();
    assembly.symbols().forEach((name, value) -> offsets.put(name, value.intValue()));
    return new ObjectLinker.Routines(assembly.bytes(), offsets);
  }

  private static String text(String resource) {
    try (InputStream in = ProgramLoader.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
