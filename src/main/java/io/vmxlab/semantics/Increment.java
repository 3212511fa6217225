package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.LOCK;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.LazyFlags;
import io.vmxlab.isa.Page;

/**
 * Additions that leave some flags alone, and negation. SDM Vol. 1 "Binary Arithmetic Instructions".
 */
public final class Increment {
  // spotless:off
  static final Page INC = page("INC", Sdm.INC)
      .form("FE /0",         "INC r/m8",  LOCK)
      .form("FF /0",         "INC r/m16", LOCK)
      .form("FF /0",         "INC r/m32", LOCK)
      .form("REX.W + FF /0", "INC r/m64", LOCK)
      .form("40+rw",         "INC r16",   NO64)
      .form("40+rd",         "INC r32",   NO64)
      .flags("OF SF ZF AF PF: by result; CF: unchanged")
      .does(Increment.class, "inc");

  static final Page DEC = page("DEC", Sdm.DEC)
      .form("FE /1",         "DEC r/m8",  LOCK)
      .form("FF /1",         "DEC r/m16", LOCK)
      .form("FF /1",         "DEC r/m32", LOCK)
      .form("REX.W + FF /1", "DEC r/m64", LOCK)
      .form("48+rw",         "DEC r16",   NO64)
      .form("48+rd",         "DEC r32",   NO64)
      .flags("OF SF ZF AF PF: by result; CF: unchanged")
      .does(Increment.class, "dec");

  static final Page NEG = page("NEG", Sdm.NEG)
      .form("F6 /3",         "NEG r/m8",  LOCK)
      .form("F7 /3",         "NEG r/m16", LOCK)
      .form("F7 /3",         "NEG r/m32", LOCK)
      .form("REX.W + F7 /3", "NEG r/m64", LOCK)
      .flags("CF: 1 unless the operand is 0; OF SF ZF AF PF: by result")
      .does(Increment.class, "neg");

  static final Page ADCX = page("ADCX", Sdm.ADCX)
      .needs(Feature.ADX)
      .form("66 0F 38 F6 /r",       "ADCX r32, r/m32")
      .form("66 REX.W 0F 38 F6 /r", "ADCX r64, r/m64")
      .flags("CF: by result; OF SF ZF AF PF: unchanged")
      .does(Increment.class, "adcx");

  static final Page ADOX = page("ADOX", Sdm.ADOX)
      .needs(Feature.ADX)
      .form("F3 0F 38 F6 /r",       "ADOX r32, r/m32")
      .form("F3 REX.W 0F 38 F6 /r", "ADOX r64, r/m64")
      .flags("OF: by result; CF SF ZF AF PF: unchanged")
      .does(Increment.class, "adox");
  // spotless:on

  private Increment() {}

  /** DEST := DEST + 1, and CF stays. */
  public static long inc(LazyFlags flags, int width, long dest) {
    long carry = flags.carry();
    long r = Arithmetic.add(flags, width, dest, 1);
    flags.setCarry(carry);
    return r;
  }

  /** DEST := DEST - 1, and CF stays. */
  public static long dec(LazyFlags flags, int width, long dest) {
    long carry = flags.carry();
    long r = Arithmetic.sub(flags, width, dest, 1);
    flags.setCarry(carry);
    return r;
  }

  /** DEST := -DEST. */
  public static long neg(LazyFlags flags, int width, long dest) {
    return Arithmetic.sub(flags, width, 0, dest);
  }

  /** {CF, DEST} := DEST + SRC + CF. */
  public static long adcx(LazyFlags flags, int width, long dest, long src) {
    long r = dest + src + (flags.cf() ? 1 : 0);
    flags.setCarry(carryOut(width, dest, src, r));
    return r;
  }

  /** {OF, DEST} := DEST + SRC + OF. */
  public static long adox(LazyFlags flags, int width, long dest, long src) {
    long r = dest + src + (flags.of() ? 1 : 0);
    flags.setCarryAndOverflow(flags.carry(), carryOut(width, dest, src, r));
    return r;
  }

  /** Bit 63 is the carry out of the width's top bit of an addition. */
  private static long carryOut(int width, long a, long b, long r) {
    return ((a & b) | ((a | b) & ~r)) << (64 - width);
  }
}
