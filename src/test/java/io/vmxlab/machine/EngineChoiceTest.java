package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** System property {@code vmxlab.engine}. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class EngineChoiceTest {
  private static final String PROPERTY = "vmxlab.engine";

  private final String before = System.getProperty(PROPERTY);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, before);
    }
  }

  @ParameterizedTest
  @EnumSource(EngineChoice.class)
  void everyEngineCanBeNamed(EngineChoice choice) {
    System.setProperty(PROPERTY, choice.word());
    assertEquals(choice, Machine.builder().engine);
    assertEquals(choice, Board.builder().engine);
  }

  @Test
  void withoutThePropertyItIsAuto() {
    System.clearProperty(PROPERTY);
    assertEquals(EngineChoice.AUTO, Machine.builder().engine);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fast", "AUTO", "auto ", "interpreter,translator"})
  void anotherNameIsRefused(String name) {
    System.setProperty(PROPERTY, name);
    String message =
        "engine: there is no engine \"" + name + "\"; give auto, interpreter, translator";
    for (var build : new Runnable[] {Machine::builder, Board::builder, Machine::create}) {
      assertEquals(message, assertThrows(BadInputException.class, build::run).getMessage());
    }
  }
}
