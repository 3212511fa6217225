package io.vmxlab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/** Java code that the documentation shows. */
public final class JavaText {
  private JavaText() {}

  /** Compiles a class with all that the tests have, into the same folder. */
  public static void compile(Path folder, String className, String text) throws IOException {
    Path source = Files.writeString(folder.resolve(className + ".java"), text);
    List<String> args = new ArrayList<>(List.of("-proc:none", "-d", folder.toString()));
    args.addAll(List.of("-cp", System.getProperty("java.class.path"), source.toString()));
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(new PrintStream(messages), new PrintStream(messages), args.toArray(new String[0]));
    assertEquals(0, status, messages.toString(StandardCharsets.UTF_8));
  }
}
