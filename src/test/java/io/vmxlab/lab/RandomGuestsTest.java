package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.Scale;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Guests of random bytes under VMCSs with random fields: whatever comes of them, a run ends as the
 * library says that runs end.
 */
class RandomGuestsTest {
  private static final int GUESTS = 300;
  private static final long LIMIT = 3_000;
  private static final int GUEST_BYTES = 48;
  private static final List<String> MODELS = List.of("merom", "haswell", "skylake-sp");

  /** Fields that random values go to: everything but what is read only. */
  private static final List<VmcsField> FIELDS =
      List.of(VmcsField.values()).stream().filter(f -> !f.isReadOnly()).toList();

  /** Values that are likely to mean something. */
  private static final long[] USUAL = {
    0, 1, 2, 0x202, 0x20_2000, 0x23_0000, 0x23_8000, 0x2E_0000, 0x8000_0000L, 0xFFFF_FFFFL, -1
  };

  @Test
  void everyRunEnds() {
    long guests = GUESTS * Scale.factor();
    int entered = 0;
    for (long seed = 0; seed < guests; seed++) {
      Machine machine = machine(seed);
      Run run = machine.run(program(seed));
      assertNotNull(run.outcome(), "seed " + seed);
      entered += machine.get(VmcsField.EXIT_REASON) == 0 ? 0 : 1;
    }
    assertTrue(entered > guests / 10, entered + " of " + guests + " had a guest that left");
  }

  private static Machine machine(long seed) {
    DumpedCpu cpu = CpuModels.named(MODELS.get((int) (seed % MODELS.size())));
    return Machine.builder()
        .cpu(cpu)
        .firmware(Firmware.LOCKED_ON)
        .mode(64)
        .memory(8L << 20)
        .limit(LIMIT)
        .build();
  }

  private static Program program(long seed) {
    Random random = new Random(seed);
    Map<VmcsField, Long> fields = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      VmcsField field = FIELDS.get(random.nextInt(FIELDS.size()));
      if (field.isEverywhere()) {
        fields.put(field, field.cut(value(random)));
      }
    }
    fields.merge(VmcsField.PRIMARY_CONTROLS, random.nextLong() & 0x78F9_9E84L, (a, b) -> a & b);
    fields.putIfAbsent(VmcsField.IO_BITMAP_A, 0x23_1000L);
    fields.putIfAbsent(VmcsField.IO_BITMAP_B, 0x23_2000L);
    fields.putIfAbsent(VmcsField.EXCEPTION_BITMAP, random.nextLong() & 0xFFFF_FFFFL);
    return Program.assembly("guest.asm", code(random, fields));
  }

  private static long value(Random random) {
    return random.nextInt(3) == 0 ? random.nextLong() : USUAL[random.nextInt(USUAL.length)];
  }

  /** The host lets its guest go on behind what it left for, 20 times. */
  private static String code(Random random, Map<VmcsField, Long> fields) {
    StringBuilder text = new StringBuilder(VmcsPrelude.text(Long.SIZE, fields));
    if (!fields.containsKey(VmcsField.GUEST_RIP)) {
      text.append("lea rax, [rel guest]\nmov ecx, 0x681E\nvmwrite rcx, rax\n");
    }
    text.append("lea rax, [rel host]\nmov ecx, 0x6C16\nvmwrite rcx, rax\n");
    text.append("mov dword [0x230100], 20\nvmlaunch\njmp end\n");
    text.append("host: mov ecx, 0x440C\nvmread rax, rcx\nmov ecx, 0x681E\nvmread rdx, rcx\n");
    text.append(
        "add rax, rdx\nvmwrite rcx, rax\ndec dword [0x230100]\njz end\nvmresume\njmp end\n");
    text.append("guest: db ");
    for (int i = 0; i < GUEST_BYTES; i++) {
      text.append(i == 0 ? "" : ", ").append(random.nextInt(256));
    }
    return text.append("\nhlt\nend: nop\n").toString();
  }
}
