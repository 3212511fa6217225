package io.vmxlab.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.machine.Board;
import io.vmxlab.machine.Images;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Images of bare metal as tests. */
class BootImageTest {
  private static final String KERNEL = "docs/examples/junit/src/test/images/kernel.bin";

  @TestFactory
  @BootImage(value = KERNEL, cpus = 2, memory = "32M", limit = 1_000_000)
  Stream<DynamicTest> the_example_passes(BootedImage image) {
    assertEquals(2, image.run().processors().size());
    return image.tests();
  }

  @Test
  void a_parameter_may_say_it_itself(
      @BootImage(value = KERNEL, memory = "4M", limit = 1_000_000) BootedImage image) {
    assertEquals(
        List.of(
            "the boot loader is a Multiboot one pass",
            "there are 16 MBytes of memory FAIL: there are 16 MBytes of memory",
            "the disk, for there is none skip",
            "kernel.bin ends well failed"),
        image.tests().map(BootImageTest::outcome).toList());
  }

  private static String outcome(DynamicTest test) {
    String name = test.getDisplayName() + " ";
    try {
      test.getExecutable().execute();
      return name + "pass";
    } catch (TestAbortedException e) {
      return name + "skip";
    } catch (AssertionFailedError e) {
      int mark = e.getMessage().indexOf("FAIL:");
      return name
          + (e.getMessage().startsWith("kernel.bin: FAIL")
              ? e.getMessage().substring(mark)
              : "failed");
    } catch (Throwable e) {
      return name + e;
    }
  }

  @Test
  void a_failure_shows_how_it_ended_and_the_last_lines() {
    byte[] image = Images.multiboot("mov esi, text\ncall print\nud2\ntext: db 'going down', 10, 0");
    BootedImage booted = new BootedImage(Board.builder().build().boot("kernel", image));
    String shown = assertThrows(AssertionFailedError.class, booted::endsWell).getMessage();
    assertTrue(shown.contains("shut down (triple fault)"), shown);
    assertTrue(shown.contains("#UD, invalid opcode, at UD2"), shown);
    assertTrue(shown.contains("going down"), shown);
  }
}
