package io.vmxlab.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Folded lambdas do what the compiler's do. */
class LambdaFolderTest {
  private static final List<String> SAMPLES =
      List.of("LambdaSamples", "LambdaSamples$Shape", "LambdaSamples$Inner");

  @Test
  void folded_function_objects_give_what_the_others_give() throws Exception {
    Map<String, byte[]> folded = LambdaFolder.fold(samples());
    assertEquals(2 * SAMPLES.size(), folded.size(), () -> folded.keySet().toString());
    assertEquals(
        new LambdaSamples().get().toString(),
        new FoldedClasses(folded).supplied("LambdaSamples").toString());
  }

  @Test
  void nothing_is_left_to_link_at_run_time() throws IOException {
    Map<String, byte[]> folded = LambdaFolder.fold(samples());
    for (byte[] bytes : folded.values()) {
      assertEquals(List.of(), linked(bytes));
    }
  }

  /** Methods that INVOKEDYNAMIC calls. */
  private static List<String> linked(byte[] bytes) {
    List<String> found = new ArrayList<>();
    new ClassReader(bytes)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String method, String type, String signature, String[] exceptions) {
                return new MethodVisitor(Opcodes.ASM9) {
                  @Override
                  public void visitInvokeDynamicInsn(
                      String name, String made, Handle bootstrap, Object... arguments) {
                    found.add(method + ": " + made);
                  }
                };
              }
            },
            0);
    return found;
  }

  @Test
  void folding_again_changes_nothing() throws IOException {
    Map<String, byte[]> once = LambdaFolder.fold(samples());
    assertEquals(Map.of(), LambdaFolder.fold(List.copyOf(once.values())));
  }

  @Test
  void interfaces_with_a_body_for_the_same_method_are_refused() throws IOException {
    List<byte[]> clash = new ArrayList<>();
    for (String name : List.of("Clash", "Clash$Abstract", "Clash$Default")) {
      clash.add(FoldedClasses.bytes("LambdaFolderTest$" + name));
    }
    var refused = assertThrows(IllegalStateException.class, () -> LambdaFolder.fold(clash));
    assertTrue(refused.getMessage().contains("name()"), refused::getMessage);
  }

  /** Two lambdas of interfaces of which one has a body for the other's method. */
  static final class Clash {
    interface Abstract {
      String name();
    }

    interface Default {
      int number();

      default String name() {
        return "default";
      }
    }

    static final Abstract ONE = () -> "one";
    static final Default TWO = () -> 2;
  }

  @Test
  void the_build_has_folded_every_class() throws IOException {
    Path classes = Path.of("target", "classes", "io", "vmxlab");
    List<String> made = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(classes)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (path.toString().endsWith(".class")) {
          String text = new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
          assertFalse(
              text.contains("altMetafactory"), path + ": a kind of lambda that cannot be folded");
          if (path.toString().endsWith(FunctionClass.SUFFIX + ".class")) {
            made.add(path.toString());
          }
        }
      }
    }
    assertFalse(made.isEmpty(), "the build has not folded the lambdas");
  }

  private static List<byte[]> samples() throws IOException {
    List<byte[]> samples = new ArrayList<>();
    for (String name : SAMPLES) {
      samples.add(FoldedClasses.bytes(name));
    }
    return samples;
  }
}
