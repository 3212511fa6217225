package io.vmxlab.machine;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RBX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.platform.boot.BootMemory;
import io.vmxlab.platform.boot.BootPlan;
import io.vmxlab.platform.device.AcpiTables;
import io.vmxlab.platform.device.PortBus;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What firmware would have left in memory, devices and registers when an image begins. There is no
 * firmware to call: every vector of real-address mode leads to a HLT of its own, but for those of
 * interrupt lines. The timer ticks 18.2 times a second and counts at 40H:6CH.
 */
final class BoardFirmware {
  private static final int VECTORS = 256;
  private static final int SEGMENT = 0xF000;

  /** Offset in {@link #SEGMENT} of the HLT of vector 0; those of others follow. */
  private static final int STUBS = (int) (BootMemory.FIRMWARE_CODE - BootMemory.ACPI);

  private static final int LINES = 16;
  private static final int MASTER_VECTOR = 0x08;
  private static final int SLAVE_VECTOR = 0x70;

  /** Offsets in {@link #SEGMENT} of the handlers of interrupt lines. */
  private static final int TICK_AT = STUBS + VECTORS;

  private static final int MASTER_AT = TICK_AT + 32;
  private static final int SLAVE_AT = MASTER_AT + 16;

  // spotless:off
  /** push ax, ds; ds := 40H; inc dword [6CH]; EOI; pop ds, ax; iret. */
  private static final byte[] TICK = {
    0x50, 0x1E, (byte) 0xB8, 0x40, 0x00, (byte) 0x8E, (byte) 0xD8, 0x66, (byte) 0xFF, 0x06, 0x6C, 0x00,
    (byte) 0xB0, 0x20, (byte) 0xE6, 0x20, 0x1F, 0x58, (byte) 0xCF
  };

  /** push ax; EOI; pop ax; iret. */
  private static final byte[] MASTER = {
    0x50, (byte) 0xB0, 0x20, (byte) 0xE6, 0x20, 0x58, (byte) 0xCF
  };

  /** The same for a line of the second 8259. */
  private static final byte[] SLAVE = {
    0x50, (byte) 0xB0, 0x20, (byte) 0xE6, (byte) 0xA0, (byte) 0xE6, 0x20, 0x58, (byte) 0xCF
  };
  // spotless:on

  /** Where an SMI leads with the SMBASE of RESET. */
  private static final long SMI_HANDLER = 0x3_8000;

  private static final byte[] RSM = {0x0F, (byte) 0xAA};

  private static final int HLT = 0xF4;
  private static final int INT = 0xCD;

  /** Words of the BIOS data area. */
  private static final long COM1 = 0x400;

  private static final long EXTENDED_DATA = 0x40E;
  private static final long LOW_MEMORY = 0x413;

  private static final int FLAT_CODE = 0x08;
  private static final int FLAT_DATA = 0x10;
  private static final int TASK = 0x18;
  private static final long CODE_DESCRIPTOR = 0x00CF_9B00_0000_FFFFL;
  private static final long DATA_DESCRIPTOR = 0x00CF_9300_0000_FFFFL;
  private static final int WHOLE = -1;
  private static final int GRANULAR = 0xC000;
  private static final int PROTECTED_STACK = 0x7000;
  private static final int FIRST_DISK = 0x80;
  private static final int REAL_LIMIT = 0xFFFF;

  private BoardFirmware() {}

  /** ACPI's root pointer, as it lies in memory. */
  static byte[] rootPointer(int processors) {
    return Arrays.copyOf(AcpiTables.at(BootMemory.ACPI, processors), 36);
  }

  /** Writes what lies in memory whatever is booted. */
  static void install(PhysicalMemory memory, int processors) {
    for (int v = 0; v < VECTORS; v++) {
      memory.write(v * 4L, 32, (long) SEGMENT << 16 | STUBS + v);
      memory.write8(BootMemory.FIRMWARE_CODE + v, HLT);
    }
    for (int line = 0; line < LINES; line++) {
      int vector = line < LINES / 2 ? MASTER_VECTOR + line : SLAVE_VECTOR + line - LINES / 2;
      int code = line == 0 ? TICK_AT : line < LINES / 2 ? MASTER_AT : SLAVE_AT;
      memory.write(vector * 4L, 32, (long) SEGMENT << 16 | code);
    }
    memory.write(BootMemory.ACPI + TICK_AT, TICK);
    memory.write(BootMemory.ACPI + MASTER_AT, MASTER);
    memory.write(BootMemory.ACPI + SLAVE_AT, SLAVE);
    memory.write(SMI_HANDLER, RSM);
    memory.write(COM1, 16, 0x3F8);
    memory.write(EXTENDED_DATA, 16, BootMemory.LOW_END >> 4);
    memory.write(LOW_MEMORY, 16, BootMemory.LOW_END >> 10);
    memory.write(BootMemory.ACPI, AcpiTables.at(BootMemory.ACPI, processors));
  }

  /** Programs 8259s and 8254 as a BIOS does: vectors 8 and 70H, and only the timer ticks. */
  static void program(PortBus ports) {
    int[][] writes = {
      {0x20, 0x11}, {0x21, MASTER_VECTOR}, {0x21, 0x04}, {0x21, 0x01}, {0x21, 0xFA},
      {0xA0, 0x11}, {0xA1, SLAVE_VECTOR}, {0xA1, 0x02}, {0xA1, 0x01}, {0xA1, 0xFF},
      {0x43, 0x36}, {0x40, 0}, {0x40, 0}
    };
    for (int[] w : writes) {
      ports.out(w[0], 8, w[1]);
    }
  }

  /** Puts the bootstrap processor at the entry of the image. */
  static void begin(Cpu cpu, BootPlan plan) {
    Arrays.fill(cpu.r, 0);
    cpu.set(State.CR0, Cr0.ET | (plan.realMode() ? 0 : Cr0.PE));
    cpu.setRflags(Rflags.FIXED);
    if (plan.realMode()) {
      realMode(cpu);
    } else {
      protectedMode(cpu);
    }
    cpu.r[RAX] = Integer.toUnsignedLong(plan.eax());
    cpu.r[RBX] = Integer.toUnsignedLong(plan.ebx());
    cpu.rip = plan.entry();
    cpu.nextRip = cpu.rip;
  }

  private static void realMode(Cpu cpu) {
    for (SegmentRegister s : SegmentRegister.values()) {
      if (s.compareTo(SegmentRegister.LDTR) < 0) {
        int type = s == SegmentRegister.CS ? SegmentRights.CODE : 0;
        cpu.segment(s).set(0, 0, REAL_LIMIT, data() | type);
      }
    }
    cpu.r[RDX] = FIRST_DISK;
    cpu.r[RSP] = BootMemory.BOOT_SECTOR;
    cpu.idtr.set(0, VECTORS * 4 - 1);
  }

  private static int data() {
    return SegmentRights.P | SegmentRights.S | SegmentRights.WRITABLE | SegmentRights.ACCESSED;
  }

  private static void protectedMode(Cpu cpu) {
    cpu.memory.write(BootMemory.GDT, 64, 0);
    cpu.memory.write(BootMemory.GDT + FLAT_CODE, 64, CODE_DESCRIPTOR);
    cpu.memory.write(BootMemory.GDT + FLAT_DATA, 64, DATA_DESCRIPTOR);
    cpu.gdtr.set(BootMemory.GDT, TASK - 1);
    for (SegmentRegister s : SegmentRegister.values()) {
      if (s.compareTo(SegmentRegister.LDTR) < 0) {
        boolean code = s == SegmentRegister.CS;
        int rights = data() | (code ? SegmentRights.CODE : 0) | GRANULAR;
        cpu.segment(s).set(code ? FLAT_CODE : FLAT_DATA, 0, WHOLE, rights);
      }
    }
    cpu.r[RSP] = PROTECTED_STACK;
    cpu.idtr.set(0, 0);
  }

  /** In real-address mode, the vector leads to the stub that firmware left for it. */
  static boolean handles(Cpu cpu, Vector vector) {
    long entry = (long) SEGMENT << 16 | STUBS + vector.number;
    return !cpu.protectedMode() && cpu.memory.read(cpu.idtr.base + vector.number * 4L, 32) == entry;
  }

  /** What a processor that halted in a stub was asked for; empty if it halted elsewhere. */
  static Optional<String> called(Cpu cpu) {
    long vector = cpu.codeAddress(cpu.rip - 1) - BootMemory.FIRMWARE_CODE;
    if (cpu.protectedMode() || vector < 0 || vector >= VECTORS) {
      return Optional.empty();
    }
    long frame = cpu.segment(SegmentRegister.SS).base + (cpu.r[RSP] & 0xFFFF);
    long ip = cpu.memory.read(frame, 16);
    long linear = (cpu.memory.read(frame + 2, 16) << 4) + ip;
    boolean called = cpu.memory.read8(linear - 2) == INT && cpu.memory.read8(linear - 1) == vector;
    int ah = (int) cpu.r[RAX] >> 8 & 0xFF;
    return Optional.of(
        called
            ? String.format(
                Locale.ROOT,
                "INT %02Xh with AH = %02Xh at %Xh: the board has no BIOS, use its devices instead",
                vector,
                ah,
                linear - 2)
            : String.format(
                Locale.ROOT,
                "vector %02Xh at %Xh has no handler: it is still what firmware left",
                vector,
                linear));
  }
}
