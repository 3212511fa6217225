package io.vmxlab.fuzz;

import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.Board;
import io.vmxlab.machine.Images;
import java.util.List;
import java.util.Set;

/** An image of bare metal, on a board with two processors. */
final class BootTarget implements FuzzTarget {
  private static final int LIMIT = 2000;
  private static final int MEMORY = 16 << 20;

  @Override
  public String name() {
    return "boot-image";
  }

  @Override
  public List<byte[]> seeds() {
    String code =
        "mov esi, text\ncall print\nmov ebx, 0xFEE00000\nmov dword [ebx + 0x300], 0xC4500\n"
            + "mov dword [ebx + 0x300], 0xC4608\nmov al, 0\njmp exit\ntext: db 'text', 0";
    return List.of(
        Images.multiboot(code),
        Images.multiboot2(code),
        Images.sector("mov ax, 0x0E41\nint 0x10\nhlt"));
  }

  @Override
  public Set<Class<? extends Throwable>> documented() {
    return Set.of(BadInputException.class);
  }

  @Override
  public long guestMemory() {
    return 2L * MEMORY;
  }

  @Override
  public String feed(byte[] input) {
    return Board.builder()
        .cpus(2)
        .memory(MEMORY)
        .limit(LIMIT)
        .build()
        .boot("input", input)
        .ending()
        .id();
  }
}
