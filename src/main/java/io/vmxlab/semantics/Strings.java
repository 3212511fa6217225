package io.vmxlab.semantics;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.arch.Gpr.RDI;
import static io.vmxlab.arch.Gpr.RSI;
import static io.vmxlab.isa.FormAttribute.O16;
import static io.vmxlab.isa.FormAttribute.O32;
import static io.vmxlab.isa.FormAttribute.REP;
import static io.vmxlab.isa.FormAttribute.REPCC;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.DataSize;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Segment;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/**
 * String instructions. SDM Vol. 1 "String Instructions". Registers are up to date after every
 * iteration.
 */
public final class Strings {
  /**
   * The flags are written once, when the instruction ends. A fault or a trap between two iterations
   * meets those from before the instruction, as the manual says and Intel processors do.
   */
  private static final String COMPARISON =
      "OF SF ZF AF CF PF: by comparison; as before the instruction at a fault or trap between"
          + " iterations (AMD processors: by the last comparison)";

  // spotless:off
  static final Page MOVS = page("MOVS/MOVSB/MOVSW/MOVSD/MOVSQ", Sdm.MOVS)
      .form("A4", "MOVSB", REP)
      .does(Strings.class, "movsb")
      .form("A5",         "MOVSW", REP, O16)
      .form("A5",         "MOVSD", REP, O32)
      .form("REX.W + A5", "MOVSQ", REP)
      .does(Strings.class, "movs");

  static final Page CMPS = page("CMPS/CMPSB/CMPSW/CMPSD/CMPSQ", Sdm.CMPS)
      .form("A6", "CMPSB", REPCC)
      .flags(COMPARISON)
      .does(Strings.class, "cmpsb")
      .form("A7",         "CMPSW", REPCC, O16)
      .form("A7",         "CMPSD", REPCC, O32)
      .form("REX.W + A7", "CMPSQ", REPCC)
      .flags(COMPARISON)
      .does(Strings.class, "cmps");

  static final Page STOS = page("STOS/STOSB/STOSW/STOSD/STOSQ", Sdm.STOS)
      .form("AA", "STOSB", REP)
      .does(Strings.class, "stosb")
      .form("AB",         "STOSW", REP, O16)
      .form("AB",         "STOSD", REP, O32)
      .form("REX.W + AB", "STOSQ", REP)
      .does(Strings.class, "stos");

  static final Page LODS = page("LODS/LODSB/LODSW/LODSD/LODSQ", Sdm.LODS)
      .form("AC", "LODSB", REP)
      .does(Strings.class, "lodsb")
      .form("AD",         "LODSW", REP, O16)
      .form("AD",         "LODSD", REP, O32)
      .form("REX.W + AD", "LODSQ", REP)
      .does(Strings.class, "lods");

  static final Page SCAS = page("SCAS/SCASB/SCASW/SCASD", Sdm.SCAS)
      .form("AE", "SCASB", REPCC)
      .flags(COMPARISON)
      .does(Strings.class, "scasb")
      .form("AF",         "SCASW", REPCC, O16)
      .form("AF",         "SCASD", REPCC, O32)
      .form("REX.W + AF", "SCASQ", REPCC)
      .flags(COMPARISON)
      .does(Strings.class, "scas");
  // spotless:on

  private static final int ES = SegmentRegister.ES.ordinal();
  private static final int REPE = 0xF3;

  /**
   * The instruction starts anew whenever the iterations left are a multiple of this, so that limits
   * and interrupts are noticed.
   */
  private static final int CHUNK = 4096;

  private Strings() {}

  /** [ES:rDI] := [DS:rSI], bytes. */
  public static void movsb(Cpu cpu, Instruction insn) {
    movs(cpu, insn, 8);
  }

  /** [ES:rDI] := [DS:rSI], words, doublewords or quadwords. */
  public static void movs(Cpu cpu, Instruction insn) {
    movs(cpu, insn, insn.operandSize);
  }

  /** temp := [DS:rSI] - [ES:rDI]; only the flags stay, bytes. */
  public static void cmpsb(Cpu cpu, Instruction insn) {
    cmps(cpu, insn, 8);
  }

  /** temp := [DS:rSI] - [ES:rDI]; only the flags stay, words, doublewords or quadwords. */
  public static void cmps(Cpu cpu, Instruction insn) {
    cmps(cpu, insn, insn.operandSize);
  }

  /** [ES:rDI] := accumulator, bytes. */
  public static void stosb(Cpu cpu, Instruction insn) {
    stos(cpu, insn, 8);
  }

  /** [ES:rDI] := accumulator, words, doublewords or quadwords. */
  public static void stos(Cpu cpu, Instruction insn) {
    stos(cpu, insn, insn.operandSize);
  }

  /** accumulator := [DS:rSI], bytes. */
  public static void lodsb(Cpu cpu, Instruction insn) {
    lods(cpu, insn, 8);
  }

  /** accumulator := [DS:rSI], words, doublewords or quadwords. */
  public static void lods(Cpu cpu, Instruction insn) {
    lods(cpu, insn, insn.operandSize);
  }

  /** temp := accumulator - [ES:rDI]; only the flags stay, bytes. */
  public static void scasb(Cpu cpu, Instruction insn) {
    scas(cpu, insn, 8);
  }

  /** temp := accumulator - [ES:rDI]; only the flags stay, words, doublewords or quadwords. */
  public static void scas(Cpu cpu, Instruction insn) {
    scas(cpu, insn, insn.operandSize);
  }

  private static void movs(Cpu cpu, Instruction insn, int width) {
    shorten(cpu, insn, RSI);
    shorten(cpu, insn, RDI);
    for (int done = 0; proceeds(cpu, insn, done); done++) {
      int many = readable(cpu, insn, width, iterations(cpu, insn));
      if (many > 1) {
        many =
            cpu.mmu.runs.copy(
                source(cpu, insn, width),
                destination(cpu, insn, width, true),
                Math.min(many, room(cpu, insn, width, ES, RDI)),
                DataSize.of(width),
                isDown(cpu));
      }
      if (many > 1) {
        advance(cpu, insn, RSI, width, many);
        advance(cpu, insn, RDI, width, many);
        count(cpu, insn, many);
        done += many - 1;
        continue;
      }
      storeDestination(cpu, insn, width, loadSource(cpu, insn, width));
      advance(cpu, insn, RSI, width);
      advance(cpu, insn, RDI, width);
      count(cpu, insn);
    }
  }

  private static void cmps(Cpu cpu, Instruction insn, int width) {
    boolean whileEqual = insn.repeat == REPE;
    long source = 0;
    long destination = 0;
    boolean going = proceeds(cpu, insn, 0);
    if (!going) {
      return;
    }
    for (int done = 1; going; done++) {
      // Flags come from the last one.
      int many = readable(cpu, insn, width, iterations(cpu, insn) - 1);
      if (many > 0) {
        many =
            cpu.mmu.runs.compare(
                source(cpu, insn, width),
                destination(cpu, insn, width, false),
                Math.min(many, room(cpu, insn, width, ES, RDI)),
                DataSize.of(width),
                isDown(cpu),
                whileEqual);
      }
      if (many > 0) {
        advance(cpu, insn, RSI, width, many);
        advance(cpu, insn, RDI, width, many);
        count(cpu, insn, many);
        done += many;
      }
      source = loadSource(cpu, insn, width);
      destination = loadDestination(cpu, insn, width);
      advance(cpu, insn, RSI, width);
      advance(cpu, insn, RDI, width);
      count(cpu, insn);
      going = (source == destination) == whileEqual && proceeds(cpu, insn, done);
    }
    if (ended(cpu, insn)) {
      Arithmetic.cmp(cpu, width, source, destination);
    }
  }

  private static void stos(Cpu cpu, Instruction insn, int width) {
    shorten(cpu, insn, RDI);
    for (int done = 0; proceeds(cpu, insn, done); done++) {
      int many = Math.min(iterations(cpu, insn), room(cpu, insn, width, ES, RDI));
      if (many > 1) {
        many =
            cpu.mmu.runs.fill(
                destination(cpu, insn, width, true),
                many,
                DataSize.of(width),
                isDown(cpu),
                cpu.r[RAX]);
      }
      if (many > 1) {
        advance(cpu, insn, RDI, width, many);
        count(cpu, insn, many);
        done += many - 1;
        continue;
      }
      storeDestination(cpu, insn, width, cpu.r[RAX]);
      advance(cpu, insn, RDI, width);
      count(cpu, insn);
    }
  }

  private static void lods(Cpu cpu, Instruction insn, int width) {
    for (int done = 0; proceeds(cpu, insn, done); done++) {
      // The last one that can be read stays: it is the accumulator's value when the next faults.
      int many = readable(cpu, insn, width, iterations(cpu, insn)) - 1;
      if (many > 0) {
        advance(cpu, insn, RSI, width, many);
        count(cpu, insn, many);
        done += many;
      }
      long value = loadSource(cpu, insn, width);
      Operands.writeRegister(cpu, insn, RAX, width, value);
      advance(cpu, insn, RSI, width);
      count(cpu, insn);
    }
  }

  private static void scas(Cpu cpu, Instruction insn, int width) {
    boolean whileEqual = insn.repeat == REPE;
    long accumulator = Width.zeroExtend(width, cpu.r[RAX]);
    long destination = 0;
    boolean going = proceeds(cpu, insn, 0);
    if (!going) {
      return;
    }
    for (int done = 1; going; done++) {
      // Flags come from the last one.
      int many = Math.min(iterations(cpu, insn) - 1, room(cpu, insn, width, ES, RDI));
      if (many > 0) {
        many =
            cpu.mmu.runs.scan(
                destination(cpu, insn, width, false),
                many,
                DataSize.of(width),
                isDown(cpu),
                accumulator,
                whileEqual);
      }
      if (many > 0) {
        advance(cpu, insn, RDI, width, many);
        count(cpu, insn, many);
        done += many;
      }
      destination = loadDestination(cpu, insn, width);
      advance(cpu, insn, RDI, width);
      count(cpu, insn);
      going = (accumulator == destination) == whileEqual && proceeds(cpu, insn, done);
    }
    if (ended(cpu, insn)) {
      Arithmetic.cmp(cpu, width, accumulator, destination);
    }
  }

  /** Iterations until the next look; 0 where there is one after each. */
  private static int iterations(Cpu cpu, Instruction insn) {
    if (insn.repeat == 0 || (cpu.flagsRest & Rflags.TF) != 0) {
      return 0;
    }
    long left = Width.zeroExtend(insn.addressSize, cpu.r[RCX]);
    return ((int) left - 1 & CHUNK - 1) + 1;
  }

  /** Elements of the source, so many at most, that are read by a short way. */
  private static int readable(Cpu cpu, Instruction insn, int width, int most) {
    if (most <= 0) {
      return 0;
    }
    int room = Math.min(most, room(cpu, insn, width, insn.segment, RSI));
    return room == 0
        ? 0
        : cpu.mmu.runs.readable(source(cpu, insn, width), room, DataSize.of(width), isDown(cpu));
  }

  /** Elements from the register's address on that lie within the segment and do not wrap. */
  private static int room(Cpu cpu, Instruction insn, int width, int segment, int register) {
    if (insn.addressSize == 64) {
      return CHUNK;
    }
    long offset = Width.zeroExtend(insn.addressSize, cpu.r[register]);
    int bytes = width / 8;
    long end = 1L << insn.addressSize;
    if (!cpu.in64BitMode()) {
      Segment held = cpu.segments[segment];
      if (held.isExpandDown()) {
        return 0;
      }
      end = Math.min(end, Integer.toUnsignedLong(held.limit) + 1);
    }
    long left =
        offset + bytes > end ? 0 : isDown(cpu) ? offset / bytes + 1 : (end - offset) / bytes;
    return (int) Math.min(left, CHUNK);
  }

  private static boolean isDown(Cpu cpu) {
    return (cpu.flagsRest & Rflags.DF) != 0;
  }

  private static long source(Cpu cpu, Instruction insn, int width) {
    long offset = Width.zeroExtend(insn.addressSize, cpu.r[RSI]);
    return cpu.linear(insn.segment, offset, width / 8, false);
  }

  private static long destination(Cpu cpu, Instruction insn, int width, boolean write) {
    long offset = Width.zeroExtend(insn.addressSize, cpu.r[RDI]);
    return cpu.linear(ES, offset, width / 8, write);
  }

  /** Whether another iteration follows now; if it has to wait, the instruction stays current. */
  static boolean proceeds(Cpu cpu, Instruction insn, int done) {
    if (insn.repeat == 0) {
      return done == 0;
    }
    if (done == 0) {
      cpu.stepping.goOn();
      shorten(cpu, insn, RCX);
    }
    long left = Width.zeroExtend(insn.addressSize, cpu.r[RCX]);
    if (left == 0 || done == 0) {
      return left != 0;
    }
    if (left % CHUNK == 0 || (cpu.flagsRest & Rflags.TF) != 0 || cpu.events.anyDue()) {
      cpu.stepping.pause();
      return false;
    }
    return true;
  }

  /** Whether the instruction is over, not only cut between two iterations. */
  private static boolean ended(Cpu cpu, Instruction insn) {
    return insn.repeat == 0 || cpu.nextRip != cpu.rip;
  }

  /**
   * Before the first iteration of a repeated instruction with 32-bit addresses a register loses its
   * upper half, whether or not an iteration follows or succeeds: RCX always, the pointers of MOVS
   * and STOS too.
   */
  private static void shorten(Cpu cpu, Instruction insn, int register) {
    if (insn.repeat != 0 && insn.addressSize == 32) {
      cpu.r[register] &= 0xFFFF_FFFFL;
    }
  }

  static void count(Cpu cpu, Instruction insn) {
    if (insn.repeat != 0) {
      add(cpu, insn, RCX, -1);
      cpu.iterations++;
    }
  }

  private static void count(Cpu cpu, Instruction insn, int iterations) {
    add(cpu, insn, RCX, -iterations);
    cpu.iterations += iterations;
  }

  private static void advance(Cpu cpu, Instruction insn, int register, int width, int elements) {
    add(cpu, insn, register, (isDown(cpu) ? -1 : 1) * width / 8 * elements);
  }

  static void advance(Cpu cpu, Instruction insn, int register, int width) {
    add(cpu, insn, register, (cpu.flagsRest & Rflags.DF) == 0 ? width / 8 : -(width / 8));
  }

  private static void add(Cpu cpu, Instruction insn, int register, int step) {
    long value = cpu.r[register] + step;
    switch (insn.addressSize) {
      case 64:
        cpu.r[register] = value;
        break;
      case 32:
        cpu.r[register] = value & 0xFFFF_FFFFL;
        break;
      default:
        cpu.r[register] = (cpu.r[register] & ~0xFFFFL) | (value & 0xFFFF);
        break;
    }
  }

  private static long loadSource(Cpu cpu, Instruction insn, int width) {
    return cpu.mmu.read(width, source(cpu, insn, width), insn.segment);
  }

  private static long loadDestination(Cpu cpu, Instruction insn, int width) {
    return cpu.mmu.read(width, destination(cpu, insn, width, false), ES);
  }

  private static void storeDestination(Cpu cpu, Instruction insn, int width, long value) {
    cpu.mmu.write(width, destination(cpu, insn, width, true), ES, value);
  }
}
