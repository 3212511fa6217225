package io.vmxlab.fpu;

import static io.vmxlab.fpu.Format.DOUBLE;
import static io.vmxlab.fpu.Format.EXTENDED;
import static io.vmxlab.fpu.Format.HALF;
import static io.vmxlab.fpu.Format.SINGLE;
import static io.vmxlab.fpu.FpuOutcome.C0;
import static io.vmxlab.fpu.FpuOutcome.C1;
import static io.vmxlab.fpu.FpuOutcome.C2;
import static io.vmxlab.fpu.FpuOutcome.C3;

import io.vmxlab.arch.FpException;

/** What hostfpu.c executes, by its numbers there, and the same done by this package. */
enum FpuOperation {
  // spotless:off
  FADD   ( 0, EXTENDED, (c, e, o) -> result(c, e, o, Extended::add)),
  FSUB   ( 1, EXTENDED, (c, e, o) -> result(c, e, o, Extended::subtract)),
  FMUL   ( 2, EXTENDED, (c, e, o) -> result(c, e, o, Extended::multiply)),
  FDIV   ( 3, EXTENDED, (c, e, o) -> result(c, e, o, Extended::divide)),
  FSQRT  ( 4, EXTENDED, (c, e, o) -> result(c, e, o, Extended::squareRoot)),
  FRNDINT( 5, EXTENDED, (c, e, o) -> result(c, e, o, Extended::roundToIntegral)),
  FCOM   ( 6, EXTENDED, (c, e, o) -> compared(c, e, o, true)),
  FUCOM  ( 7, EXTENDED, (c, e, o) -> compared(c, e, o, false)),
  FSCALE ( 8, EXTENDED, (c, e, o) -> result(c, e, o, Extended::scale)),
  FPREM  ( 9, EXTENDED, (c, e, o) -> remainder(c, e, o, false)),
  FPREM1 (10, EXTENDED, (c, e, o) -> remainder(c, e, o, true)),
  FXTRACT(11, EXTENDED, (c, e, o) -> extract(c, e, o)),
  FADD32 (12, SINGLE,   (c, e, o) -> result(c, e, o, Extended::add)),
  FADD64 (13, DOUBLE,   (c, e, o) -> result(c, e, o, Extended::add)),
  FDIV32 (14, SINGLE,   (c, e, o) -> result(c, e, o, Extended::divide)),
  FDIV64 (15, DOUBLE,   (c, e, o) -> result(c, e, o, Extended::divide)),
  FCOM32 (16, SINGLE,   (c, e, o) -> compared(c, e, o, true)),
  FIADD16(17, null,     (c, e, o) -> integer(c, e, o, (short) c.b(), Extended::add)),
  FIDIV32(18, null,     (c, e, o) -> integer(c, e, o, (int) c.b(), Extended::divide)),
  FLD32  (19, SINGLE,   (c, e, o) -> push(c, e, o, () -> Extended.load(e, SINGLE, c.b()))),
  FLD64  (20, DOUBLE,   (c, e, o) -> push(c, e, o, () -> Extended.load(e, DOUBLE, c.b()))),
  FST32  (21, EXTENDED, (c, e, o) -> store(c, e, o, 32, () -> Extended.store(e, SINGLE))),
  FST64  (22, EXTENDED, (c, e, o) -> store(c, e, o, 64, () -> Extended.store(e, DOUBLE))),
  FIST16 (23, EXTENDED, (c, e, o) -> store(c, e, o, 16, () -> Integers.toInteger(e, e.a, 16, false))),
  FIST32 (24, EXTENDED, (c, e, o) -> store(c, e, o, 32, () -> Integers.toInteger(e, e.a, 32, false))),
  FISTP64(25, EXTENDED, (c, e, o) -> pop(c, e, o, 64, () -> Integers.toInteger(e, e.a, 64, false))),
  FISTTP16(26, EXTENDED, (c, e, o) -> pop(c, e, o, 16, () -> Integers.toInteger(e, e.a, 16, true))),
  FISTTP32(27, EXTENDED, (c, e, o) -> pop(c, e, o, 32, () -> Integers.toInteger(e, e.a, 32, true))),
  FISTTP64(28, EXTENDED, (c, e, o) -> pop(c, e, o, 64, () -> Integers.toInteger(e, e.a, 64, true))),
  FBLD   (29, null,     (c, e, o) -> push(c, e, o, () -> PackedDecimal.load(e, c.topB(), c.b()))),
  FBSTP  (30, EXTENDED, (c, e, o) -> decimal(c, e, o)),
  FILD64 (31, null,     (c, e, o) -> push(c, e, o, () -> Extended.loadInteger(e, c.b()))),
  FLDL2T (32, EXTENDED, (c, e, o) -> push(c, e, o, () -> Constants.load(e, Constants.LOG2_10))),
  FLDL2E (33, EXTENDED, (c, e, o) -> push(c, e, o, () -> Constants.load(e, Constants.LOG2_E))),
  FLDPI  (34, EXTENDED, (c, e, o) -> push(c, e, o, () -> Constants.load(e, Constants.PI))),
  FLDLG2 (35, EXTENDED, (c, e, o) -> push(c, e, o, () -> Constants.load(e, Constants.LOG10_2))),
  FLDLN2 (36, EXTENDED, (c, e, o) -> push(c, e, o, () -> Constants.load(e, Constants.LN_2))),

  ADDSS (64, SINGLE, (c, e, o) -> o.memory = Sse.add(e, SINGLE, c.a(), c.b())),
  ADDSD (65, DOUBLE, (c, e, o) -> o.memory = Sse.add(e, DOUBLE, c.a(), c.b())),
  SUBSS (66, SINGLE, (c, e, o) -> o.memory = Sse.subtract(e, SINGLE, c.a(), c.b())),
  SUBSD (67, DOUBLE, (c, e, o) -> o.memory = Sse.subtract(e, DOUBLE, c.a(), c.b())),
  MULSS (68, SINGLE, (c, e, o) -> o.memory = Sse.multiply(e, SINGLE, c.a(), c.b())),
  MULSD (69, DOUBLE, (c, e, o) -> o.memory = Sse.multiply(e, DOUBLE, c.a(), c.b())),
  DIVSS (70, SINGLE, (c, e, o) -> o.memory = Sse.divide(e, SINGLE, c.a(), c.b())),
  DIVSD (71, DOUBLE, (c, e, o) -> o.memory = Sse.divide(e, DOUBLE, c.a(), c.b())),
  SQRTSS(72, SINGLE, (c, e, o) -> o.memory = Sse.squareRoot(e, SINGLE, c.a())),
  SQRTSD(73, DOUBLE, (c, e, o) -> o.memory = Sse.squareRoot(e, DOUBLE, c.a())),
  MINSS (74, SINGLE, (c, e, o) -> o.memory = Sse.minimum(e, SINGLE, c.a(), c.b())),
  MINSD (75, DOUBLE, (c, e, o) -> o.memory = Sse.minimum(e, DOUBLE, c.a(), c.b())),
  MAXSS (76, SINGLE, (c, e, o) -> o.memory = Sse.maximum(e, SINGLE, c.a(), c.b())),
  MAXSD (77, DOUBLE, (c, e, o) -> o.memory = Sse.maximum(e, DOUBLE, c.a(), c.b())),
  COMISS (78, SINGLE, (c, e, o) -> o.memory = flags(Sse.compare(e, SINGLE, c.a(), c.b(), true))),
  UCOMISD(79, DOUBLE, (c, e, o) -> o.memory = flags(Sse.compare(e, DOUBLE, c.a(), c.b(), false))),
  CVTSS2SD(80, SINGLE, (c, e, o) -> o.memory = Sse.convert(e, SINGLE, DOUBLE, c.a())),
  CVTSD2SS(81, DOUBLE, (c, e, o) -> o.memory = Sse.convert(e, DOUBLE, SINGLE, c.a())),
  CVTSS2SI32 (82, SINGLE, (c, e, o) -> o.memory = Sse.toInteger(e, SINGLE, c.a(), 32, false)),
  CVTTSD2SI32(83, DOUBLE, (c, e, o) -> o.memory = Sse.toInteger(e, DOUBLE, c.a(), 32, true)),
  CVTSD2SI64 (84, DOUBLE, (c, e, o) -> o.memory = Sse.toInteger(e, DOUBLE, c.a(), 64, false)),
  CVTTSS2SI64(85, SINGLE, (c, e, o) -> o.memory = Sse.toInteger(e, SINGLE, c.a(), 64, true)),
  CVTSI2SD(86, null, (c, e, o) -> o.memory = Sse.fromInteger(e, DOUBLE, c.a())),
  CVTSI2SS(87, null, (c, e, o) -> o.memory = Sse.fromInteger(e, SINGLE, c.a())),
  ROUNDSS (88, SINGLE, (c, e, o) -> o.memory = Sse.roundToIntegral(e, SINGLE, c.a(), false)),
  ROUNDSD (89, DOUBLE, (c, e, o) -> o.memory = Sse.roundToIntegral(e, DOUBLE, c.a(), true)),
  VCVTPH2PS(90, HALF,  (c, e, o) -> o.memory = Sse.convert(e, HALF, SINGLE, c.a())),
  VCVTPS2PH(91, SINGLE, (c, e, o) -> o.memory = Sse.convert(e, SINGLE, HALF, c.a()));
  // spotless:on

  private interface Work {
    void on(FpuCase c, FpEnvironment e, FpuOutcome o);
  }

  private interface Operation {
    void on(FpEnvironment env);
  }

  final int number;

  /** Of the operand b; null if it is no floating-point number. */
  final Format format;

  private final Work work;

  FpuOperation(int number, Format format, Work work) {
    this.number = number;
    this.format = format;
    this.work = work;
  }

  boolean isX87() {
    return number < 64;
  }

  /** The instruction-set extension that /proc/cpuinfo has to name. */
  String needs() {
    switch (this) {
      case ROUNDSS:
      case ROUNDSD:
        return "sse4_1";
      case VCVTPH2PS:
      case VCVTPS2PH:
        return "f16c";
      default:
        return "fpu";
    }
  }

  FpuOutcome run(FpuCase c) {
    FpEnvironment e = new FpEnvironment();
    FpuOutcome o = new FpuOutcome();
    if (isX87()) {
      e.rounding = c.control() >> 10 & 3;
      e.masks = c.control() & FpException.ALL;
      e.precision = new int[] {24, 24, 53, 64}[c.control() >> 8 & 3];
      e.a.setExtended(c.topA(), c.a());
      if (format == EXTENDED) {
        e.b.setExtended(c.topB(), c.b());
      } else if (format != null) {
        e.b.set(format, c.b());
      }
      o.st0 = c.a();
      o.top0 = c.topA();
      o.st1 = c.b();
      o.top1 = c.topB();
      o.memory = c.b();
      o.memoryTop = c.topB();
    } else {
      e.rounding = c.mxcsr() >> 13 & 3;
      e.denormalsAreZeros = (c.mxcsr() & 1 << 6) != 0;
      e.flushToZero = (c.mxcsr() & 1 << 15) != 0;
    }
    work.on(c, e, o);
    if (isX87()) {
      o.status |= e.reported();
    } else {
      o.mxcsr = e.reported();
    }
    return o;
  }

  /** The bits of {@link FpuOutcome#memory} that the operation writes. */
  long written() {
    switch (this) {
      case ADDSD:
      case SUBSD:
      case MULSD:
      case DIVSD:
      case SQRTSD:
      case MINSD:
      case MAXSD:
      case CVTSS2SD:
      case CVTSD2SI64:
      case CVTTSS2SI64:
      case CVTSI2SD:
      case ROUNDSD:
        return -1;
      default:
        return isX87() ? -1 : 0xFFFF_FFFFL;
    }
  }

  private static void result(FpuCase c, FpEnvironment e, FpuOutcome o, Operation operation) {
    operation.on(e);
    if (!e.stopped()) {
      o.st0 = e.significand;
      o.top0 = e.signExponent;
      o.status |= e.roundedUp ? C1 : 0;
    }
  }

  private static void integer(
      FpuCase c, FpEnvironment e, FpuOutcome o, long b, Operation operation) {
    e.b.setInteger(b);
    result(c, e, o, operation);
  }

  private static void push(FpuCase c, FpEnvironment e, FpuOutcome o, Runnable load) {
    load.run();
    if ((e.flags & ~e.masks & FpException.IE) == 0) {
      o.st1 = o.st0;
      o.top1 = o.top0;
      o.st0 = e.significand;
      o.top0 = e.signExponent;
    }
  }

  private static void compared(FpuCase c, FpEnvironment e, FpuOutcome o, boolean signaling) {
    int[] codes = {C0, C3, 0, C0 | C2 | C3};
    o.status |= codes[Extended.compare(e, signaling).ordinal()];
  }

  private static void remainder(FpuCase c, FpEnvironment e, FpuOutcome o, boolean nearest) {
    int quotient = Remainder.reduce(e, nearest);
    if (e.stopped()) {
      return;
    }
    o.st0 = e.significand;
    o.top0 = e.signExponent;
    if (quotient == Remainder.INCOMPLETE) {
      o.status |= C2;
    } else if (quotient != Remainder.NONE) {
      o.status |= (quotient & 1) != 0 ? C1 : 0;
      o.status |= (quotient & 2) != 0 ? C3 : 0;
      o.status |= (quotient & 4) != 0 ? C0 : 0;
    }
  }

  private static void extract(FpuCase c, FpEnvironment e, FpuOutcome o) {
    Extended.extract(e);
    if (!e.stopped()) {
      o.st0 = e.significand;
      o.top0 = e.signExponent;
      Extended.pack(e);
      o.st1 = e.significand;
      o.top1 = e.signExponent;
    }
  }

  private interface Store {
    long value();
  }

  private static void store(FpuCase c, FpEnvironment e, FpuOutcome o, int width, Store store) {
    long value = store.value();
    boolean kept = (e.flags & ~e.masks & ~FpException.PE) != 0;
    if (!kept) {
      long mask = -1L >>> (64 - width);
      o.memory = o.memory & ~mask | value & mask;
      o.status |= e.roundedUp ? C1 : 0;
    } else {
      e.flags &= ~FpException.PE;
    }
  }

  private static void pop(FpuCase c, FpEnvironment e, FpuOutcome o, int width, Store store) {
    store(c, e, o, width, store);
    if ((e.flags & ~e.masks & ~FpException.PE) == 0) {
      o.st0 = o.st1;
      o.top0 = o.top1;
      o.st1 = 0;
      o.top1 = 0;
    }
  }

  private static void decimal(FpuCase c, FpEnvironment e, FpuOutcome o) {
    pop(
        c,
        e,
        o,
        64,
        () -> {
          PackedDecimal.store(e);
          o.memoryTop = e.stopped() ? o.memoryTop : e.signExponent;
          return e.significand;
        });
  }

  /** What COMISS makes of a relation, with the other flags as the program leaves them. */
  private static long flags(Relation relation) {
    int[] status = {1, 0x40, 0, 0x45};
    return status[relation.ordinal()];
  }
}
