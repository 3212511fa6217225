package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.asm.Assembler;
import io.vmxlab.engine.Engine;
import io.vmxlab.lab.VectorExport.Format;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Exports say what the vectors say. */
class VectorExportTest {
  /** A file of vectors is limited in size. */
  private static final int AT_ONCE = 100;

  private static final byte HLT = (byte) 0xF4;

  private static final List<TestVector> VECTORS = Vectors.builtIn();

  /** The source of every vector gives the vector's bytes, and a HLT that ends it. */
  @TestFactory
  Stream<DynamicTest> assembly() {
    Map<String, String> files = VectorExport.files(VECTORS, Format.ASM);
    assertEquals(VECTORS.size(), files.size());
    return VECTORS.stream()
        .map(
            v ->
                dynamicTest(
                    v.id(),
                    () -> {
                      String text = files.get(v.id() + ".asm");
                      byte[] bytes =
                          new Assembler(Engine.table(), v.id(), CodeMode.BITS64, 0, Map.of())
                              .assemble(text)
                              .bytes();
                      byte[] expected =
                          Arrays.copyOf(v.code().bytes(), v.code().bytes().length + 1);
                      expected[expected.length - 1] = HLT;
                      assertArrayEquals(expected, bytes);
                    }));
  }

  /** The document with the members of a file of vectors only. */
  private static List<TestVector> asFile(String document) {
    String json =
        document
            .replaceFirst(
                "\"schema\": \"vmxlab/vectors\",\\s*\"version\": 1,", "\"title\": \"all\",")
            .replaceAll("\"(initial|state)\": \\{\\s*\\},?\\s*", "")
            .replaceAll("\"origin\": \"[^\"]*\", *\\s*", "");
    return VectorFile.parse("vectors.json", json);
  }

  /** A JSON document is YAML too: without what only an export has, it reads as the same vectors. */
  @Test
  void jsonReadsAsTheSameVectors() {
    List<TestVector> read = new ArrayList<>();
    for (int from = 0; from < VECTORS.size(); from += AT_ONCE) {
      int end = Math.min(from + AT_ONCE, VECTORS.size());
      read.addAll(asFile(VectorExport.json(VECTORS.subList(from, end))));
    }
    assertEquals(VECTORS.size(), read.size());
    for (int i = 0; i < read.size(); i++) {
      TestVector one = VECTORS.get(i);
      TestVector other = read.get(i);
      assertEquals(one.id(), other.id());
      assertEquals(one.violates(), other.violates());
      assertEquals(one.initial(), other.initial());
      assertEquals(one.expect().state(), other.expect().state());
      assertArrayEquals(one.code().bytes(), other.code().bytes());
      assertEquals(one.expect().outcome(), other.expect().outcome());
      assertEquals(one.expect().error(), other.expect().error());
      assertEquals(one.processors(), other.processors());
    }
  }

  @Test
  void everyVectorIsInTheProgramOrSaysWhyNot() {
    String header = VectorExport.files(VECTORS, Format.C).get("vectors.h");
    assertEquals(VECTORS.size(), header.lines().filter(l -> l.startsWith("  {.id = ")).count());
    long obstacles = header.lines().filter(l -> l.contains(".obstacle = \"")).count();
    long forced =
        VECTORS.stream()
            .filter(
                v ->
                    v.force()
                        || v.mode() != 64
                        || v.expect().outcome() == TestVector.Ending.UNMODELLED
                        || v.expect().outcome() == TestVector.Ending.ENTERED
                        || v.expect().outcome() == TestVector.Ending.VM_EXIT
                        || v.expect().outcome() == TestVector.Ending.ENTRY_FAILURE)
            .count();
    assertEquals(forced + 2, obstacles, "and two end outside IA-32e mode");
  }
}
