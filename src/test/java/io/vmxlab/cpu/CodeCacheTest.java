package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.SegmentRegister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What decoded code depends on, seen from the guest. */
class CodeCacheTest {
  private final Lab lab = new Lab();

  private void again(long rip) {
    lab.cpu.activity = Activity.ACTIVE;
    lab.cpu.rip = rip;
  }

  /** SDM Vol. 3A "Self-Modifying Code". The bytes lie on both sides of a cache line's end. */
  @Test
  void bytes_that_were_no_instruction_are_decoded_anew_after_a_write() {
    long start = Lab.CODE + 0x3F;
    lab.memory.write(start, new byte[] {0x0F, 0x04, (byte) 0xC0, (byte) 0xF4});
    again(start);
    lab.run();
    assertEquals("#UD", lab.fault().vector());
    again(Lab.CODE + 0x400);
    lab.run("mov byte [10040h], 1fh\nhlt");
    again(start);
    lab.run();
    assertEquals(1, lab.seen.size());
    assertEquals(start + 4, lab.cpu.rip);
  }

  /** SDM Vol. 3A "Limit Checking". */
  @Test
  void code_decoded_under_one_limit_is_not_used_under_another() {
    lab.segments(Lab.CODE32, Lab.DATA, 0);
    lab.code(CodeMode.BITS32, "nop\nnop\nhlt");
    for (long limit : new long[] {-1, Lab.CODE, -1}) {
      lab.segments(Lab.CODE32, Lab.DATA, 0);
      lab.cpu.segment(SegmentRegister.CS).limit = (int) limit;
      lab.seen.clear();
      again(Lab.CODE);
      lab.run();
      assertEquals(limit == -1 ? 0 : 1, lab.seen.size(), Long.toHexString(limit));
    }
  }

  /** SDM Vol. 3A "Limit Checking": behind the limit, and across it. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 3})
  void an_instruction_not_within_the_limit_names_that_requirement(int bytesWithin) {
    lab.segments(Lab.CODE32, Lab.DATA, 0);
    lab.code(CodeMode.BITS32, "mov eax, 1\nhlt");
    lab.cpu.segment(SegmentRegister.CS).limit = (int) Lab.CODE + bytesWithin;
    lab.run();
    assertEquals("code-within-limit", lab.fault().cause());
  }
}
