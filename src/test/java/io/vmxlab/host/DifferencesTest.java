package io.vmxlab.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Mxcsr;
import io.vmxlab.arch.Vector;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What processors may do differently is accepted, and nothing beside it. */
@DisplayName("Differences between processors")
class DifferencesTest {
  private static final long POISON = 0x5A5A_5A5A_0000_0000L;
  private static final int COUNT = 20;

  private final CaseRunner engine = new EngineCaseRunner();
  private final Comparison comparison = new Comparison(engine);

  @Test
  @DisplayName("REP SCASB that faults: flags from before, or of the last comparison")
  void flagsAtFault() {
    HostCase scan = scan(COUNT, Guest.DATA + Guest.PAGE - 4);
    HostResult mine = engine.run(scan);
    assertEquals(Vector.PF.number, mine.vector());
    assertEquals(scan.rflags(), mine.rflags());
    long last = engine.run(scan(4, scan.gpr()[7])).rflags();
    accepted("", scan, mine);
    accepted("", scan, with(mine, last));
    String other = String.format("flags %X", mine.rflags() ^ last ^ 1);
    accepted(other, scan, with(mine, last ^ 1));
  }

  @Test
  @DisplayName("upper halves with 32-bit addresses: cleared or kept, not something else")
  void upperHalves() {
    HostCase copy = repeated("67F3A5", 0, POISON | Guest.DATA, POISON | Guest.DATA + 64);
    HostResult mine = engine.run(copy);
    assertEquals(0, mine.gpr()[1]);
    assertEquals(Guest.DATA, mine.gpr()[6]);
    assertEquals(Guest.DATA + 64, mine.gpr()[7]);
    accepted("", copy, with(mine, copy.gpr().clone()));
    long[] other = copy.gpr().clone();
    other[6] = 1L << 32 | Guest.DATA;
    accepted("register 1", copy, with(mine, other));
  }

  @Test
  @DisplayName("0F 0D with a register: a hint or #UD, with memory a hint")
  void prefetchOfRegister() {
    HostCase register = repeated("0F0DC8", 0, 0, 0);
    accepted("", register, undefined(register));
    HostCase memory = repeated("0F0D08", 0, 0, 0);
    accepted("outcome", memory, undefined(memory));
  }

  private static HostResult undefined(HostCase test) {
    HostResult mine = new EngineCaseRunner().run(test);
    return new HostResult(
        Vector.UD.number, 0, 0, Guest.entry(test), mine.rflags(), mine.gpr(), mine.changes());
  }

  @Test
  @DisplayName("only the pointers of MOVS and STOS lose their upper halves before an iteration")
  void pointers() {
    long source = POISON | Guest.DATA;
    long destination = POISON | Guest.DATA + 64;
    for (String code : new String[] {"A4", "A5", "A6", "A7", "AA", "AB", "AC", "AD", "AE", "AF"}) {
      HostResult mine = engine.run(repeated("67F3" + code, 0, source, destination));
      boolean copies = code.equals("A4") || code.equals("A5");
      boolean stores = copies || code.equals("AA") || code.equals("AB");
      assertEquals(0, mine.gpr()[1], code);
      assertEquals(copies ? Guest.DATA : source, mine.gpr()[6], code);
      assertEquals(stores ? Guest.DATA + 64 : destination, mine.gpr()[7], code);
    }
  }

  @Test
  @DisplayName("CALL beyond the limit: nothing written, or the return address")
  void returnAddress() {
    long[] gpr = new long[16];
    gpr[4] = 0x800;
    HostCase call = new HostCase(hex("E80080"), CodeMode.BITS16, false, 0, gpr, 0, new byte[0]);
    HostResult mine = engine.run(call);
    assertEquals(Vector.GP.number, mine.vector());
    byte[] before = Guest.data(call);
    SortedMap<Integer, Integer> pushed = new TreeMap<>();
    pushed.put(0x7FE, 0x03);
    pushed.put(0x7FF, 0x08);
    pushed.entrySet().removeIf(e -> (before[e.getKey()] & 0xFF) == e.getValue());
    accepted("", call, with(mine, pushed));
    pushed.put(0x7FE, 0x04);
    accepted("memory", call, with(mine, pushed));
  }

  @Test
  @DisplayName("MASKMOVDQU that can write neither quadword: a fault for one of them")
  void maskedStore() {
    long[] gpr = new long[16];
    gpr[7] = 1L << 40;
    HostCase store = new HostCase(hex("660FF7CA"), CodeMode.BITS64, false, 0, gpr, 0, new byte[0]);
    HostResult mine = engine.run(store);
    assertEquals(Vector.PF.number, mine.vector());
    assertEquals((1L << 40) + 8, mine.cr2());
    accepted("", store, fault(mine, Vector.PF.number, 6, 1L << 40));
    accepted("CR2", store, fault(mine, Vector.PF.number, 6, (1L << 40) - 8));
  }

  @Test
  @DisplayName("a store that wraps round at 4 GBytes: a limit violation or not")
  void wrapsRound() {
    for (String code : new String[] {"660FF7CA", "0F110F"}) {
      HostCase last = store32(code, 0xFFFF_FFFFL);
      assertEquals(Vector.PF.number, engine.run(last).vector(), code);
      accepted("", last, fault(engine.run(last), Vector.GP.number, 0, 0));
      HostCase before = store32(code, 0xFFFF_FFEFL);
      assertEquals(Vector.PF.number, engine.run(before).vector(), code);
      accepted("outcome", before, fault(engine.run(before), Vector.GP.number, 0, 0));
    }
  }

  private static HostCase store32(String code, long edi) {
    long[] gpr = new long[16];
    gpr[7] = edi;
    return new HostCase(hex(code), CodeMode.BITS32, false, 0, gpr, 0, new byte[0]);
  }

  @Test
  @DisplayName("DPPS of several NaNs: one of them in each element, and a number is no NaN")
  void dotProduct() {
    HostCase product = dotProductOfNans();
    HostResult mine = engine.run(product);
    assertEquals(HostResult.COMPLETED, mine.vector());
    // What an Intel processor of family 6, model 167, answers to NaNs 10H to 13H.
    assertEquals(0x7FC0_0010_7FC0_0011L, mine.vectors().xmm()[2]);
    assertEquals(0x7FC0_0012_7FC0_0013L, mine.vectors().xmm()[3]);
    accepted("", product, withXmm1(mine, 0x7FC0_0010_7FC0_0010L));
    accepted("vectors", product, withXmm1(mine, 0x7FC0_0010_3F80_0000L));
  }

  @Test
  @DisplayName("a host with 57-bit linear addresses reaches what 48-bit ones cannot")
  void widerAddresses() {
    long[] gpr = new long[16];
    gpr[3] = 1L << 50;
    HostCase load = new HostCase(hex("8B03"), CodeMode.BITS64, false, 0, gpr, 0, new byte[0]);
    HostResult mine = engine.run(load);
    assertEquals(Vector.GP.number, mine.vector());
    accepted("", load, fault(mine, Vector.PF.number, 1L << 50));
    accepted("outcome", load, fault(mine, Vector.PF.number, 1L << 40));
    accepted("outcome", load, fault(mine, Vector.PF.number, 1L << 60));
  }

  private void accepted(String difference, HostCase test, HostResult host) {
    Optional<String> found = comparison.difference(test, host, engine.run(test));
    assertEquals(difference, found.orElse(""));
  }

  private static HostCase scan(long count, long at) {
    return repeated("F2AE", count, 0, at);
  }

  private static HostCase repeated(String code, long count, long source, long destination) {
    long[] gpr = new long[16];
    gpr[0] = 0xE7; // stands nowhere near the end of the page
    gpr[1] = code.startsWith("67") ? POISON | count : count;
    gpr[6] = source;
    gpr[7] = destination;
    return new HostCase(hex(code), CodeMode.BITS64, true, 0x8D5, gpr, 0, new byte[0]);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static HostResult with(HostResult r, long rflags) {
    return new HostResult(
        r.vector(), r.errorCode(), r.cr2(), r.rip(), rflags, r.gpr(), r.changes());
  }

  private static HostResult with(HostResult r, long[] gpr) {
    return new HostResult(
        r.vector(), r.errorCode(), r.cr2(), r.rip(), r.rflags(), gpr, r.changes());
  }

  private static HostResult with(HostResult r, SortedMap<Integer, Integer> changes) {
    return new HostResult(
        r.vector(), r.errorCode(), r.cr2(), r.rip(), r.rflags(), r.gpr(), changes);
  }

  private static HostResult fault(HostResult r, int vector, long cr2) {
    return fault(r, vector, 4, cr2);
  }

  private static HostResult fault(HostResult r, int vector, int errorCode, long cr2) {
    return new HostResult(
        vector, errorCode, cr2, r.rip(), r.rflags(), r.gpr(), r.changes(), r.vectors());
  }

  /** DPPS XMM1, XMM2, FFH: NaNs with payloads 10H to 13H times ones. */
  private static HostCase dotProductOfNans() {
    long ones = 0x3F80_0000_3F80_0000L;
    long[] xmm = new long[32];
    xmm[2] = 0x7FC0_0011_7FC0_0010L;
    xmm[3] = 0x7FC0_0013_7FC0_0012L;
    xmm[4] = ones;
    xmm[5] = ones;
    VectorState vectors = new VectorState(xmm, new long[8], Mxcsr.INITIAL, 0, 0, 0);
    long[] gpr = new long[16];
    byte[] code = hex("660F3A40CAFF");
    return new HostCase(code, CodeMode.BITS64, false, 0, gpr, 0, new byte[0], vectors);
  }

  private static HostResult withXmm1(HostResult r, long low) {
    long[] xmm = r.vectors().xmm().clone();
    xmm[2] = low;
    VectorState v = r.vectors();
    VectorState vectors = new VectorState(xmm, v.mm(), v.mxcsr(), v.top(), v.tags(), v.ones());
    return new HostResult(
        r.vector(), r.errorCode(), r.cr2(), r.rip(), r.rflags(), r.gpr(), r.changes(), vectors);
  }
}
