package io.vmxlab.junit;

import static org.junit.platform.commons.support.AnnotationSupport.findAnnotation;

import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Board;
import io.vmxlab.machine.BoardBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Boots the images of {@link BootImage}; registered by that annotation. */
@SuppressWarnings("exports") // users without JUnit must not need its modules
public final class BootExtension implements ParameterResolver {
  /** Made by JUnit. */
  public BootExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == BootedImage.class
        && description(parameter).isPresent();
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    BootImage description = description(parameter).orElseThrow();
    Board board = builder(description).build();
    return new BootedImage(board.boot(name(description.value()), content(description.value())));
  }

  private static Optional<BootImage> description(ParameterContext parameter) {
    return parameter
        .findAnnotation(BootImage.class)
        .or(() -> findAnnotation(parameter.getDeclaringExecutable(), BootImage.class));
  }

  private static BoardBuilder builder(BootImage description) {
    BoardBuilder builder =
        Board.builder()
            .cpu(Processors.find(description.cpu()))
            .cpus(description.cpus())
            .memory(description.memory())
            .append(description.append())
            .limit(description.limit())
            .exitOn(description.exitOn());
    if (description.timeout() > 0) {
      builder.timeout(Duration.ofSeconds(description.timeout()));
    }
    for (String module : description.modules()) {
      builder.module(name(module), content(module));
    }
    return builder;
  }

  private static String name(String file) {
    Path last = Path.of(file).getFileName();
    return last == null ? file : last.toString();
  }

  private static byte[] content(String file) {
    try {
      return Files.readAllBytes(Path.of(file));
    } catch (IOException e) {
      throw new BadInputException(file, "it cannot be read", "name a file that is there");
    }
  }
}
