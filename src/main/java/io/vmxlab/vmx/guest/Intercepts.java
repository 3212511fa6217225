package io.vmxlab.vmx.guest;

import io.vmxlab.arch.ExitQualification;
import io.vmxlab.arch.ExitReason;
import io.vmxlab.arch.Gpr;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.isa.Instruction;
import io.vmxlab.vmx.vmcs.Control;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongBiFunction;

/**
 * The instructions that cause VM exits, each with what decides on it and what it reports. Accesses
 * to control registers are not here: see {@link ControlAccess}. SDM Vol. 3C "Instructions That
 * Cause VM Exits".
 */
final class Intercepts {
  private static final Map<String, Intercept> BY_MNEMONIC = new HashMap<>();
  private static final int SIZE = 7;

  /** Decides on an instruction for which one control is not enough. */
  @FunctionalInterface
  interface Decision {
    boolean exits(NonRoot guest, Instruction insn);
  }

  /**
   * A row of the table.
   *
   * @param control that has to be 1; null for none
   * @param decision that has to be made besides; null for none
   * @param qualification null for 0
   */
  record Intercept(
      ExitReason reason,
      Control control,
      Decision decision,
      ToLongBiFunction<Cpu, Instruction> qualification) {}

  // spotless:off
  static {
    always("CPUID",  ExitReason.CPUID);
    always("GETSEC", ExitReason.GETSEC);
    always("INVD",   ExitReason.INVD);
    always("XSETBV", ExitReason.XSETBV);
    always("INVEPT",   ExitReason.INVEPT,   Intercepts::displacement);
    always("INVVPID",  ExitReason.INVVPID,  Intercepts::displacement);
    always("VMCALL",   ExitReason.VMCALL);
    always("VMCLEAR",  ExitReason.VMCLEAR,  Intercepts::displacement);
    always("VMLAUNCH", ExitReason.VMLAUNCH);
    always("VMPTRLD",  ExitReason.VMPTRLD,  Intercepts::displacement);
    always("VMPTRST",  ExitReason.VMPTRST,  Intercepts::displacement);
    always("VMREAD",   ExitReason.VMREAD,   Intercepts::displacement);
    always("VMRESUME", ExitReason.VMRESUME);
    always("VMWRITE",  ExitReason.VMWRITE,  Intercepts::displacement);
    always("VMXOFF",   ExitReason.VMXOFF);
    always("VMXON",    ExitReason.VMXON,    Intercepts::displacement);
    when("HLT",     ExitReason.HLT,     Control.HLT_EXITING);
    when("INVLPG",  ExitReason.INVLPG,  Control.INVLPG_EXITING, Intercepts::linearAddress);
    when("INVPCID", ExitReason.INVPCID, Control.INVLPG_EXITING, Intercepts::displacement);
    when("MONITOR", ExitReason.MONITOR, Control.MONITOR_EXITING);
    when("MWAIT",   ExitReason.MWAIT,   Control.MWAIT_EXITING);
    when("MOV",     ExitReason.MOV_DR,  Control.MOV_DR_EXITING, Intercepts::debugRegister);
    when("RDPMC",   ExitReason.RDPMC,   Control.RDPMC_EXITING);
    when("RDTSC",   ExitReason.RDTSC,   Control.RDTSC_EXITING);
    when("RDTSCP",  ExitReason.RDTSCP,  Control.RDTSC_EXITING);
    when("RDRAND",  ExitReason.RDRAND,  Control.RDRAND_EXITING);
    when("RDSEED",  ExitReason.RDSEED,  Control.RDSEED_EXITING);
    when("WBINVD",  ExitReason.WBINVD,  Control.WBINVD_EXITING);
    for (String name : new String[] {"LGDT", "LIDT", "SGDT", "SIDT"}) {
      when(name, ExitReason.GDTR_OR_IDTR_ACCESS, Control.DESCRIPTOR_TABLE_EXITING, Intercepts::displacement);
    }
    for (String name : new String[] {"LLDT", "LTR", "SLDT", "STR"}) {
      when(name, ExitReason.LDTR_OR_TR_ACCESS, Control.DESCRIPTOR_TABLE_EXITING, Intercepts::displacement);
    }
    decided("PAUSE", ExitReason.PAUSE, (guest, insn) -> guest.loops.exits(), null);
    decided("RDMSR", ExitReason.RDMSR, (guest, insn) -> guest.bitmaps.msr(false), null);
    decided("WRMSR", ExitReason.WRMSR, (guest, insn) -> guest.bitmaps.msr(true), null);
    for (String name : new String[] {"XSAVES", "XSAVES64"}) {
      decided(name, ExitReason.XSAVES, (guest, insn) -> guest.savesForHost(), Intercepts::displacement);
    }
    for (String name : new String[] {"XRSTORS", "XRSTORS64"}) {
      decided(name, ExitReason.XRSTORS, (guest, insn) -> guest.savesForHost(), Intercepts::displacement);
    }
    for (String name : new String[] {"IN", "OUT", "INSB", "INSW", "INSD", "OUTSB", "OUTSW", "OUTSD"}) {
      decided(name, ExitReason.IO_INSTRUCTION, (guest, insn) -> guest.bitmaps.port(port(guest.cpu, insn), bytes(insn)), Intercepts::io);
    }
  }
  // spotless:on

  private Intercepts() {}

  /** The row of an instruction; null if it never causes a VM exit. */
  static Intercept of(Instruction insn) {
    return BY_MNEMONIC.get(insn.form.mnemonic());
  }

  private static void always(String mnemonic, ExitReason reason) {
    always(mnemonic, reason, null);
  }

  private static void always(
      String mnemonic, ExitReason reason, ToLongBiFunction<Cpu, Instruction> qualification) {
    BY_MNEMONIC.put(mnemonic, new Intercept(reason, null, null, qualification));
  }

  private static void when(String mnemonic, ExitReason reason, Control control) {
    when(mnemonic, reason, control, null);
  }

  private static void when(
      String mnemonic,
      ExitReason reason,
      Control control,
      ToLongBiFunction<Cpu, Instruction> qualification) {
    BY_MNEMONIC.put(mnemonic, new Intercept(reason, control, null, qualification));
  }

  private static void decided(
      String mnemonic,
      ExitReason reason,
      Decision decision,
      ToLongBiFunction<Cpu, Instruction> qualification) {
    BY_MNEMONIC.put(mnemonic, new Intercept(reason, null, decision, qualification));
  }

  /** Displacement of the memory operand; where it is relative to RIP, the address. */
  static long displacement(Cpu cpu, Instruction insn) {
    if (!insn.memory()) {
      return 0;
    }
    return insn.ripRelative ? insn.displacement + cpu.following(insn) : insn.displacement;
  }

  /** Linear address of the memory operand, whether it can be accessed or not. */
  static long linearAddress(Cpu cpu, Instruction insn) {
    long offset = Operands.offset(cpu, insn);
    if (cpu.in64BitMode()) {
      boolean based = insn.segment >= SegmentRegister.FS.ordinal();
      return based ? offset + cpu.segments[insn.segment].base : offset;
    }
    return offset + cpu.segments[insn.segment].base & 0xFFFF_FFFFL;
  }

  private static long debugRegister(Cpu cpu, Instruction insn) {
    boolean from = insn.form.method().startsWith("read");
    return insn.reg
        | (from ? ExitQualification.FROM_DR : 0)
        | (long) insn.rm << ExitQualification.REGISTER_SHIFT;
  }

  private static boolean immediate(Instruction insn) {
    return insn.form.method().endsWith("Immediate");
  }

  private static int port(Cpu cpu, Instruction insn) {
    return immediate(insn) ? (int) insn.immediate & 0xFF : (int) cpu.r[Gpr.RDX] & 0xFFFF;
  }

  private static int bytes(Instruction insn) {
    boolean one = insn.form.method().contains("Byte") || insn.form.mnemonic().endsWith("SB");
    return one ? 1 : Math.min(insn.operandSize, Integer.SIZE) / Byte.SIZE;
  }

  private static long io(Cpu cpu, Instruction insn) {
    String name = insn.form.mnemonic();
    boolean string = name.length() > "OUT".length();
    return bytes(insn) - 1 & SIZE
        | (name.startsWith("IN") ? ExitQualification.IN : 0)
        | (string ? ExitQualification.STRING : 0)
        | (insn.repeat != 0 && string ? ExitQualification.REP : 0)
        | (immediate(insn) ? ExitQualification.IMMEDIATE : 0)
        | (long) port(cpu, insn) << ExitQualification.PORT_SHIFT;
  }
}
