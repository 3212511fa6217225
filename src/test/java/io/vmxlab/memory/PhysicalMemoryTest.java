package io.vmxlab.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PhysicalMemoryTest {
  private static final long SIZE = 80L << 20;

  /** Wherever chunks lie, each byte is one of its own, also across their borders. */
  @Test
  void bytes_are_what_was_written_last() {
    PhysicalMemory memory = new PhysicalMemory(SIZE);
    Map<Long, Integer> expected = new HashMap<>();
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      long border =
          (long) random.nextInt((int) (SIZE / PhysicalMemory.CHUNK)) * PhysicalMemory.CHUNK;
      long at = Math.max(0, border + random.nextInt(32) - 16);
      int width = 8 << random.nextInt(4);
      if (random.nextBoolean()) {
        long value = random.nextLong();
        memory.write(at, width, value);
        for (int b = 0; b < width / 8; b++) {
          expected.put(at + b, (int) (value >>> 8 * b) & 0xFF);
        }
      } else {
        long value = 0;
        for (int b = width / 8 - 1; b >= 0; b--) {
          value = value << 8 | expected.getOrDefault(at + b, 0);
        }
        assertEquals(value, memory.read(at, width));
      }
    }
  }

  @Test
  void what_was_never_written_reads_as_zeros_and_takes_no_memory() {
    PhysicalMemory memory = new PhysicalMemory(8L << 30);
    for (long at = 0; at < memory.size(); at += PhysicalMemory.CHUNK) {
      assertEquals(0, memory.read(at, 64));
      assertEquals(0, memory.read8(at + 5));
      assertNull(memory.written(at));
    }
  }

  @Test
  void where_no_ram_is_all_bits_are_set_and_writes_are_lost() {
    PhysicalMemory memory = new PhysicalMemory(SIZE);
    memory.write(SIZE, 64, 0);
    assertEquals(-1, memory.read(SIZE, 64));
    assertEquals(0xFF, memory.read8(-1));
    memory.write(SIZE - 4, 64, 0);
    assertEquals(0xFFFF_FFFF_0000_0000L, memory.read(SIZE - 4, 64));
  }

  @Test
  void rows_cross_chunks_and_end_where_ram_does() {
    PhysicalMemory memory = new PhysicalMemory(2L * PhysicalMemory.CHUNK);
    memory.write(PhysicalMemory.CHUNK - 12, new long[] {0x1122_3344_5566_7788L, -2});
    assertEquals(0x1122_3344_5566_7788L, memory.read(PhysicalMemory.CHUNK - 12, 64));
    assertEquals(-2, memory.read(PhysicalMemory.CHUNK - 4, 64));
    memory.write(memory.size() - 2, new byte[] {1, 2, 3});
    assertEquals(0x0201, memory.read(memory.size() - 2, 16));
    memory.write(-2, new byte[] {1, 2});
    assertEquals(0, memory.read8(0));
  }

  /** The first chunks are arrays of their own, later ones share arrays that no collector moves. */
  @Test
  void later_chunks_come_many_at_a_time() {
    PhysicalMemory memory = new PhysicalMemory(SIZE);
    for (long at = 0; at < 9L * PhysicalMemory.CHUNK; at += PhysicalMemory.CHUNK) {
      memory.write8(at, 1);
    }
    assertNotNull(memory.written(20L * PhysicalMemory.CHUNK));
    assertSame(
        memory.written(20L * PhysicalMemory.CHUNK), memory.written(8L * PhysicalMemory.CHUNK));
    assertNull(memory.written(40L * PhysicalMemory.CHUNK));
    assertEquals(PhysicalMemory.CHUNK, memory.written(0).length);
  }
}
