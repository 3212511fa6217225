package io.vmxlab.host;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.vmxlab.Scale;
import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr4;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * XSAVE and its kin do what the processor does that the tests run on: x87 and SSE state, both
 * formats of the area, headers that are refused. XSAVES and XRSTORS only fault in user mode.
 */
@DisplayName("XSAVE and XRSTOR against the host processor")
class XsaveHostComparisonTest {
  private static final int BATCH = 11_000;
  private static final int SHOWN = 12;
  private static final byte[] XRSTOR64 = {0x48, 0x0F, (byte) 0xAE, 0x2F};
  private static final byte[] FXSAVE64 = {0x48, 0x0F, (byte) 0xAE, 0x07};
  private static final int UD = 6;

  /**
   * If the host's kernel saves and restores the state between its setting up and the instruction,
   * SSE counts as in use from then on, although only MXCSR differs from its initial value.
   */
  private static final int RETRIES = 3;

  /** So many cases do not differ by chance. */
  private static final int MANY = 100;

  /** FOP and the pointers, which AMD's processors save only while an exception is pending. */
  private static final int POINTERS = 6;

  private static final int POINTERS_END = 24;

  /** MXCSR_MASK, in which AMD's processors show a bit 17 that Intel's have not. */
  private static final int MASK = 28;

  private static final int MASK_END = 32;

  /** Bytes of an image of FXSAVE that are reserved, or for software. */
  private static final int UNUSED = 416;

  @TempDir Path directory;

  private final EngineCaseRunner engine = new EngineCaseRunner();

  @Test
  @DisplayName("11,000 generated cases")
  void someCases() throws Exception {
    compare(1, 1);
  }

  @Test
  @Tag("slow")
  @DisplayName("220,000 generated cases, times the scale")
  void manyCases() throws Exception {
    compare(20 * Scale.factor(), 100);
  }

  private void compare(int batches, long seed) throws Exception {
    engine.cpu().cr4 |= Cr4.OSXSAVE;
    engine.cpu().xcr0 = XsaveCases.COMPONENTS;
    Map<String, Integer> wrong = new TreeMap<>();
    Map<String, Integer> compared = new TreeMap<>();
    StringBuilder text = new StringBuilder();
    int different = 0;
    try {
      HostRecords<XsaveCase, XsaveResult> host = XsaveHost.build(directory);
      boolean intel = NativeRunner.description().contains("GenuineIntel");
      String flags = Files.readString(Path.of("/proc/cpuinfo"));
      for (int batch = 0; batch < batches; batch++) {
        XsaveCases made = new XsaveCases(seed + batch);
        List<XsaveCase> cases = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          cases.add(made.next(XsaveCases.ROWS.get(i % XsaveCases.ROWS.size())));
        }
        List<XsaveResult> results = host.run(cases);
        for (int i = 0; i < BATCH; i++) {
          XsaveCase c = cases.get(i);
          XsaveResult theirs = results.get(i);
          if (theirs.vector() == UD || c.name().equals("XGETBV") && !flags.contains("xgetbv1")) {
            continue; // the host has not got the instruction
          }
          compared.merge(c.name(), 1, Integer::sum);
          XsaveResult mine = run(c);
          String difference = difference(theirs, mine, c.place(), intel);
          boolean chance = different < MANY;
          for (int again = 0; chance && again < RETRIES && difference != null; again++) {
            difference = difference(host.run(List.of(c)).get(0), mine, c.place(), intel);
          }
          different += difference == null ? 0 : 1;
          if (difference != null
              && wrong.merge(c.name(), 1, Integer::sum) <= 2
              && wrong.size() <= SHOWN) {
            text.append("\n").append(difference).append(": ").append(c);
          }
        }
      }
    } catch (HostUnavailable e) {
      System.out.println("XSAVE is not compared with the host: " + e.getMessage());
      abort(e.getMessage());
    }
    if (!wrong.isEmpty()) {
      fail("of " + compared + " cases differ from the host processor: " + wrong + text);
    }
    System.out.println(compared + " XSAVE cases agree with " + NativeRunner.description());
  }

  private XsaveResult run(XsaveCase c) {
    HostResult loaded = execute(XRSTOR64, 0, XsaveCases.COMPONENTS, 0, 0, c.state());
    if (loaded.vector() != HostResult.COMPLETED) {
      throw new IllegalStateException("the state to start with is refused: " + c);
    }
    HostResult result = execute(c.code(), c.place(), c.eax(), c.edx(), c.ecx(), c.area());
    if (result.vector() != HostResult.COMPLETED) {
      return new XsaveResult(result.vector(), 0, 0, null, c.area());
    }
    byte[] area = changed(c.area(), result);
    byte[] state = new byte[512];
    state = changed(state, execute(FXSAVE64, 0, 0, 0, 0, state));
    return new XsaveResult(0, result.gpr()[0], result.gpr()[2], state, area);
  }

  private static byte[] changed(byte[] before, HostResult by) {
    byte[] after = before.clone();
    by.changes().forEach((at, value) -> after[at] = (byte) (int) value);
    return after;
  }

  private HostResult execute(byte[] code, int place, long eax, long edx, long ecx, byte[] area) {
    long[] gpr = new long[16];
    gpr[0] = eax;
    gpr[1] = ecx;
    gpr[2] = edx;
    gpr[7] = Guest.DATA + place;
    return engine.run(new HostCase(code, CodeMode.BITS64, false, 0, gpr, 0, area));
  }

  /** What is not the same, or null. */
  private static String difference(XsaveResult host, XsaveResult mine, int place, boolean intel) {
    if (host.vector() != mine.vector()) {
      return "vector " + host.vector() + ", not " + mine.vector();
    }
    if (host.vector() != 0) {
      return null;
    }
    if (((host.eax() ^ mine.eax()) & XsaveCases.COMPONENTS) != 0) {
      return "EAX " + Long.toHexString(host.eax()) + ", not " + Long.toHexString(mine.eax());
    }
    if (!intel) {
      blank(0, host.state(), mine.state());
      blank(place, host.area(), mine.area());
    }
    String state = first(host.state(), mine.state(), UNUSED);
    return state != null
        ? "state" + state
        : first(host.area(), mine.area(), XsaveCase.AREA) == null
            ? null
            : "area" + first(host.area(), mine.area(), XsaveCase.AREA);
  }

  /** Makes what depends on the vendor the same in images of FXSAVE that begin there. */
  private static void blank(int at, byte[]... images) {
    for (byte[] image : images) {
      Arrays.fill(image, at + POINTERS, at + POINTERS_END, (byte) 0);
      Arrays.fill(image, at + MASK, at + MASK_END, (byte) 0);
    }
  }

  private static String first(byte[] host, byte[] mine, int end) {
    int at = Arrays.mismatch(host, 0, end, mine, 0, end);
    return at < 0 ? null : String.format("[%d] %02X, not %02X", at, host[at], mine[at]);
  }
}
