package io.vmxlab.cpu;

import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;

/**
 * RFLAGS.VIF in place of IF: in virtual-8086 mode with CR4.VME, and at CPL 3 of protected mode with
 * CR4.PVI, while IOPL does not let code change IF. SDM Vol. 3B "Class 2—Maskable Hardware Interrupt
 * Handling in Virtual-8086 Mode Using the Virtual Interrupt Mechanism", "Protected-Mode Virtual
 * Interrupts".
 */
public final class VirtualInterrupts {
  private static final int LEVEL = 3;

  /** Offset of the I/O map base address in a 32-bit TSS. */
  private static final int MAP_BASE = 0x66;

  /** Bytes of the map of software interrupts, which ends where the I/O map begins. */
  private static final int MAP_BYTES = 32;

  private VirtualInterrupts() {}

  /** IF := 0, or VIF := 0. */
  public static void clear(Cpu cpu) {
    cpu.flagsRest &= ~(changesVif(cpu) ? Rflags.VIF : Rflags.IF);
  }

  /** IF := 1, and says whether it was 0; or VIF := 1. */
  public static boolean set(Cpu cpu) {
    if (!changesVif(cpu)) {
      boolean closed = (cpu.flagsRest & Rflags.IF) == 0;
      cpu.enableInterrupts();
      return closed;
    }
    if ((cpu.flagsRest & Rflags.VIP) != 0) {
      throw cpu.gp0(Requirement.NO_VIRTUAL_INTERRUPT_PENDING);
    }
    cpu.flagsRest |= Rflags.VIF;
    return false;
  }

  /** CLI and STI mean VIF; #GP(0) if they may change neither. */
  private static boolean changesVif(Cpu cpu) {
    boolean virtual8086 = cpu.inVirtual8086Mode();
    if (!cpu.protectedMode() || (virtual8086 ? cpu.iopl() == LEVEL : cpu.cpl <= cpu.iopl())) {
      return false;
    }
    boolean extended =
        virtual8086 ? (cpu.cr4 & Cr4.VME) != 0 : cpu.cpl == LEVEL && (cpu.cr4 & Cr4.PVI) != 0;
    if (!extended) {
      throw cpu.gp0(virtual8086 ? Requirement.VIRTUAL_8086_IOPL_IS_3 : Requirement.IOPL_PERMITS);
    }
    return true;
  }

  /**
   * PUSHF, POPF and IRET mean VIF: in virtual-8086 mode with IOPL below 3 they do with 16 bits and
   * CR4.VME; else that is #GP(0).
   */
  public static boolean inFlags(Cpu cpu, int width) {
    if (!cpu.inVirtual8086Mode() || cpu.iopl() == LEVEL) {
      return false;
    }
    if (width != 16 || (cpu.cr4 & Cr4.VME) == 0) {
      throw cpu.gp0(Requirement.VIRTUAL_8086_IOPL_IS_3);
    }
    return true;
  }

  /** The 16 bits that PUSHF and INT n push: IF is VIF, and IOPL is 3. */
  public static long image(Cpu cpu) {
    long vif = (cpu.flagsRest & Rflags.VIF) != 0 ? Rflags.IF : 0;
    return (cpu.rflags() & ~Rflags.IF) | vif | Rflags.IOPL;
  }

  /** RFLAGS after POPF and IRET: VIF is IF of the image, and IF and IOPL stay. */
  public static long loaded(Cpu cpu, long image) {
    boolean opens = (image & Rflags.IF) != 0;
    if (opens && (cpu.flagsRest & Rflags.VIP) != 0) {
      throw cpu.gp0(Requirement.NO_VIRTUAL_INTERRUPT_PENDING);
    }
    if ((image & Rflags.TF) != 0) {
      throw cpu.gp0(Requirement.VIRTUAL_8086_TF_STAYS_0);
    }
    long changed = Rflags.STATUS | Rflags.TF | Rflags.DF | Rflags.NT;
    long kept = cpu.rflags() & ~(changed | Rflags.VIF);
    return kept | (image & changed) | (opens ? Rflags.VIF : 0);
  }

  /**
   * INT n in virtual-8086 mode with CR4.VME: goes to the handler of the 8086 program if the map in
   * the TSS says so. SDM Vol. 3B "Class 3—Software Interrupt Handling in Virtual-8086 Mode".
   *
   * @param next the saved instruction pointer
   * @return false if the interrupt goes through the IDT, as far as IOPL lets it
   */
  public static boolean redirect(Cpu cpu, int vector, long next) {
    if (!cpu.inVirtual8086Mode() || (cpu.cr4 & Cr4.VME) == 0 || isTrapped(cpu, vector)) {
      return false;
    }
    long entry = cpu.mmu.readSystem(32, vector * 4L);
    boolean real = cpu.iopl() == LEVEL;
    long image = real ? cpu.rflags() : image(cpu);
    Stack.checkPushes(cpu, 16, 3);
    cpu.observer.beforeSoftwareInterrupt(cpu, vector);
    Segment cs = cpu.segment(SegmentRegister.CS);
    Stack.push(cpu, 16, image & ~Rflags.RF);
    Stack.push(cpu, 16, cs.selector);
    Stack.push(cpu, 16, next);
    cs.selector = (int) (entry >>> 16) & 0xFFFF;
    cs.base = (long) cs.selector << 4;
    cpu.flagsRest &= ~(Rflags.TF | Rflags.RF | (real ? Rflags.IF : Rflags.VIF));
    cpu.nextRip = entry & 0xFFFF;
    cpu.stepping.softwareInterrupt(false);
    cpu.observer.onSoftwareInterrupt(cpu, vector);
    return true;
  }

  /** The vector's bit in the map is 1. */
  private static boolean isTrapped(Cpu cpu, int vector) {
    Segment tss = cpu.segment(SegmentRegister.TR);
    long limit = Integer.toUnsignedLong(tss.limit);
    boolean mapped = TaskImage.is32Bit(tss.rights) && MAP_BASE + 1 <= limit;
    long at = mapped ? cpu.mmu.readSystem(16, tss.base + MAP_BASE) - MAP_BYTES + vector / 8 : -1;
    if (at < 0 || at > limit) {
      throw cpu.gp0(Requirement.REDIRECTION_MAP_WITHIN_LIMIT);
    }
    return (cpu.mmu.readSystem(8, tss.base + at) >> (vector & 7) & 1) != 0;
  }
}
