package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ENDS_BLOCK;
import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.FormAttribute.RM_IS_REGISTER;
import static io.vmxlab.isa.FormAttribute.SPELLING;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Dr6;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.Width;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;

/** Control and debug registers. SDM Vol. 3A "Control Registers", Vol. 3B "Debug Registers". */
public final class ControlRegisterTransfer {
  // spotless:off
  static final Page MOV_CR = page("MOV-CR", Sdm.MOV_CR)
      .form("0F 20 /r", "MOV r32, CR0-CR7", NO64, RM_IS_REGISTER)
      .form("0F 20 /r", "MOV r64, CR0-CR8", ONLY64, FORCE64, RM_IS_REGISTER)
      .flags("undefined: OF SF ZF AF CF PF")
      .does(ControlRegisterTransfer.class, "readControl")
      .form("0F 22 /r", "MOV CR0-CR7, r32", NO64, RM_IS_REGISTER, ENDS_BLOCK)
      .form("0F 22 /r", "MOV CR0-CR8, r64", ONLY64, FORCE64, RM_IS_REGISTER, ENDS_BLOCK)
      .flags("undefined: OF SF ZF AF CF PF")
      .does(ControlRegisterTransfer.class, "writeControl");

  static final Page MOV_DR = page("MOV-DR", Sdm.MOV_DR)
      .form("0F 21 /r", "MOV r32, DR0-DR7", NO64, RM_IS_REGISTER)
      .form("0F 21 /r", "MOV r64, DR0-DR7", ONLY64, FORCE64, RM_IS_REGISTER)
      .flags("undefined: OF SF ZF AF CF PF")
      .does(ControlRegisterTransfer.class, "readDebug")
      .form("0F 23 /r", "MOV DR0-DR7, r32", NO64, RM_IS_REGISTER, ENDS_BLOCK)
      .form("0F 23 /r", "MOV DR0-DR7, r64", ONLY64, FORCE64, RM_IS_REGISTER, ENDS_BLOCK)
      .flags("undefined: OF SF ZF AF CF PF")
      .does(ControlRegisterTransfer.class, "writeDebug");

  static final Page CLTS = page("CLTS", Sdm.CLTS)
      .form("0F 06", "CLTS", ENDS_BLOCK)
      .does(ControlRegisterTransfer.class, "clts");

  static final Page LMSW = page("LMSW", Sdm.LMSW)
      .form("0F 01 /6", "LMSW r/m16", ENDS_BLOCK)
      .form("0F 01 /6", "LMSW r32/m16", ENDS_BLOCK, SPELLING)
      .does(ControlRegisterTransfer.class, "lmsw");

  static final Page SMSW = page("SMSW", Sdm.SMSW)
      .form("0F 01 /4",         "SMSW r/m16")
      .form("0F 01 /4",         "SMSW r32/m16")
      .form("REX.W + 0F 01 /4", "SMSW r64/m16")
      .does(ControlRegisterTransfer.class, "smsw");
  // spotless:on

  private static final long DR4 = 4;

  private ControlRegisterTransfer() {}

  private static int width(Cpu cpu) {
    return cpu.in64BitMode() ? 64 : 32;
  }

  /** DEST := CRn. */
  public static void readControl(Cpu cpu, Instruction insn) {
    requireControl(cpu, insn);
    cpu.requireCpl0();
    long value = control(cpu, insn.reg);
    if (cpu.inGuest()) {
      value = cpu.interception.readControl(cpu, insn, insn.reg, value);
    }
    Operands.writeRegister(cpu, insn, insn.rm, width(cpu), value);
  }

  private static long control(Cpu cpu, int number) {
    switch (number) {
      case 0:
        return cpu.cr0;
      case 2:
        return cpu.cr2;
      case 3:
        return cpu.cr3;
      case 4:
        return cpu.cr4;
      default:
        return cpu.cr8;
    }
  }

  /** CRn := SRC. */
  public static void writeControl(Cpu cpu, Instruction insn) {
    requireControl(cpu, insn);
    long value = Width.zeroExtend(width(cpu), cpu.r[insn.rm]);
    if (cpu.inGuest()) {
      cpu.requireCpl0();
      value = cpu.interception.writeControl(cpu, insn, insn.reg, value);
    }
    switch (insn.reg) {
      case 0:
        cpu.controls.writeCr0(value);
        break;
      case 2:
        cpu.requireCpl0();
        cpu.cr2 = value;
        break;
      case 3:
        cpu.controls.writeCr3(value);
        break;
      case 4:
        cpu.controls.writeCr4(value);
        break;
      default:
        cpu.controls.writeCr8(value);
        break;
    }
  }

  private static void requireControl(Cpu cpu, Instruction insn) {
    int n = insn.reg;
    cpu.requireOrUd(n == 0 || n >= 2 && n <= 4 || n == 8, Requirement.CONTROL_REGISTER_EXISTS);
  }

  /** DEST := DRn. */
  public static void readDebug(Cpu cpu, Instruction insn) {
    int number = debugNumber(cpu, insn);
    Operands.writeRegister(cpu, insn, insn.rm, width(cpu), cpu.dr[number]);
  }

  /** DRn := SRC. */
  public static void writeDebug(Cpu cpu, Instruction insn) {
    int number = debugNumber(cpu, insn);
    cpu.controls.writeDr(number, Width.zeroExtend(width(cpu), cpu.r[insn.rm]));
  }

  /** The register meant, after the checks that reading and writing have in common. */
  private static int debugNumber(Cpu cpu, Instruction insn) {
    cpu.intercept(insn);
    int number = insn.reg;
    boolean alias = (number & ~1) == DR4;
    cpu.requireOrUd(!alias || (cpu.cr4 & Cr4.DE) == 0, Requirement.DEBUG_REGISTER_EXISTS);
    cpu.requireCpl0();
    if ((cpu.dr[7] & Dr7.GD) != 0) {
      throw cpu.debugException(Dr6.BD, Requirement.GENERAL_DETECT_DISABLED);
    }
    return alias ? number + 2 : number;
  }

  /** CR0.TS := 0. */
  public static void clts(Cpu cpu, Instruction insn) {
    if (cpu.inGuest()) {
      cpu.requireCpl0();
      if (!cpu.interception.clearTaskSwitched(cpu, insn)) {
        return;
      }
    }
    cpu.controls.clearTaskSwitched();
  }

  /** CR0[3:0] := SRC[3:0], except that PE cannot be cleared. */
  public static void lmsw(Cpu cpu, Instruction insn) {
    cpu.requireCpl0();
    long source = Operands.readRm(cpu, insn, 16);
    if (cpu.inGuest()) {
      source = cpu.interception.loadMachineStatusWord(cpu, insn, source);
    }
    cpu.controls.loadMachineStatusWord(source);
  }

  /** DEST := CR0; memory gets the low 16 bits. */
  public static void smsw(Cpu cpu, Instruction insn) {
    UserModePrevention.check(cpu);
    long value = cpu.inGuest() ? cpu.interception.readControl(cpu, insn, 0, cpu.cr0) : cpu.cr0;
    if (insn.memory()) {
      Operands.writeMemory(cpu, insn, 16, value);
    } else {
      Operands.writeRegister(cpu, insn, insn.rm, insn.operandSize, value);
    }
  }
}
