package io.vmxlab.semantics;

import io.vmxlab.arch.Mxcsr;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.cpu.X87;
import io.vmxlab.cpu.XmmState;

/**
 * A state component of the XSAVE feature set, as it lies in memory. The first two lie in the legacy
 * region, which is what FXSAVE writes. MXCSR goes with SSE, but has rules of its own. SDM Vol. 1
 * "XSAVE-Supported Features and State-Component Bitmaps", "Legacy Region of an XSAVE Area".
 */
enum StateComponent {
  X87(0) {
    @Override
    boolean isInitial(Cpu cpu) {
      return cpu.x87.isInitial();
    }

    @Override
    void initialise(Cpu cpu) {
      cpu.x87.clear();
    }

    @Override
    void save(Cpu cpu, StateImage image, int place, boolean wide) {
      X87 x87 = cpu.x87;
      image.write(CONTROL, 16, x87.control());
      image.write(STATUS, 16, x87.status());
      image.write(TAGS, 16, x87.used());
      image.write(OPCODE, 16, x87.opcode);
      if (wide) {
        image.write(INSTRUCTION, 64, x87.instructionOffset);
        image.write(OPERAND, 64, x87.operandOffset);
      } else {
        image.write(INSTRUCTION, 32, x87.instructionOffset);
        image.write(INSTRUCTION_SELECTOR, 32, x87.instructionSelector);
        image.write(OPERAND, 32, x87.operandOffset);
        image.write(OPERAND_SELECTOR, 32, x87.operandSelector);
      }
      for (int i = 0; i < STACK; i++) {
        image.write(REGISTERS + i * ENTRY, 64, x87.significand(i));
        image.write(REGISTERS + i * ENTRY + 8, 64, x87.signExponent(i));
      }
    }

    @Override
    void restore(Cpu cpu, StateImage image, int place, boolean wide) {
      X87 x87 = cpu.x87;
      x87.setControl((int) image.read(CONTROL, 16));
      x87.setStatus((int) image.read(STATUS, 16));
      x87.setUsed((int) image.read(TAGS, 8));
      x87.opcode = (int) image.read(OPCODE, 16) & 0x7FF;
      if (wide) {
        x87.instructionOffset = image.read(INSTRUCTION, 64);
        x87.operandOffset = image.read(OPERAND, 64);
        x87.setSelectors(0, 0);
      } else {
        x87.instructionOffset = image.read(INSTRUCTION, 32);
        x87.operandOffset = image.read(OPERAND, 32);
        x87.setSelectors(
            (int) image.read(INSTRUCTION_SELECTOR, 16), (int) image.read(OPERAND_SELECTOR, 16));
      }
      for (int i = 0; i < STACK; i++) {
        long significand = image.read(REGISTERS + i * ENTRY, 64);
        x87.set(i, (int) image.read(REGISTERS + i * ENTRY + 8, 16), significand);
      }
    }
  },

  /** XMM registers: outside 64-bit mode 8 of them are saved, restored and initialised. */
  SSE(1) {
    @Override
    boolean isInitial(Cpu cpu) {
      long any = 0;
      for (int i = 0; i < XmmState.REGISTERS; i++) {
        any |= cpu.xmm.low[i] | cpu.xmm.high[i];
      }
      return any == 0;
    }

    @Override
    void initialise(Cpu cpu) {
      for (int i = 0; i < registers(cpu); i++) {
        cpu.xmm.low[i] = 0;
        cpu.xmm.high[i] = 0;
      }
    }

    @Override
    void save(Cpu cpu, StateImage image, int place, boolean wide) {
      for (int i = 0; i < registers(cpu); i++) {
        image.write(XMM + i * ENTRY, 64, cpu.xmm.low[i]);
        image.write(XMM + i * ENTRY + 8, 64, cpu.xmm.high[i]);
      }
    }

    @Override
    void restore(Cpu cpu, StateImage image, int place, boolean wide) {
      for (int i = 0; i < registers(cpu); i++) {
        cpu.xmm.low[i] = image.read(XMM + i * ENTRY, 64);
        cpu.xmm.high[i] = image.read(XMM + i * ENTRY + 8, 64);
      }
    }

    private int registers(Cpu cpu) {
      return cpu.in64BitMode() ? XmmState.REGISTERS : XmmState.REGISTERS / 2;
    }
  },

  PKRU(9) {
    @Override
    boolean isInitial(Cpu cpu) {
      return cpu.pkru == 0;
    }

    @Override
    void initialise(Cpu cpu) {
      ProtectionKeys.setRights(cpu, 0);
    }

    @Override
    void save(Cpu cpu, StateImage image, int place, boolean wide) {
      image.write(place, 64, cpu.pkru & 0xFFFF_FFFFL);
    }

    @Override
    void restore(Cpu cpu, StateImage image, int place, boolean wide) {
      ProtectionKeys.setRights(cpu, (int) image.read(place, 32));
    }
  };

  // spotless:off
  private static final int STACK                = io.vmxlab.cpu.X87.REGISTERS;
  private static final int CONTROL              = 0;
  private static final int STATUS               = 2;
  private static final int TAGS                 = 4;
  private static final int OPCODE               = 6;
  private static final int INSTRUCTION          = 8;
  private static final int INSTRUCTION_SELECTOR = 12;
  private static final int OPERAND              = 16;
  private static final int OPERAND_SELECTOR     = 20;
  private static final int MXCSR                = 24;
  private static final int MXCSR_MASK           = 28;
  private static final int REGISTERS            = 32;
  private static final int XMM                  = 160;
  private static final int ENTRY                = 16;
  // spotless:on

  static final StateComponent[] ALL = values();

  final int number;

  /** In XCR0, IA32_XSS and all bitmaps of components. */
  final long bit;

  StateComponent(int number) {
    this.number = number;
    bit = 1L << number;
  }

  /** The component is in its initial configuration. */
  abstract boolean isInitial(Cpu cpu);

  /** Brings it into its initial configuration; of SSE without MXCSR. */
  abstract void initialise(Cpu cpu);

  /**
   * DEST := component.
   *
   * @param place in the image; those of the legacy region know theirs
   * @param wide 64-bit pointers of the x87 FPU, without selectors
   */
  abstract void save(Cpu cpu, StateImage image, int place, boolean wide);

  /** Component := SRC; see {@link #save}. */
  abstract void restore(Cpu cpu, StateImage image, int place, boolean wide);

  /** XINUSE: the components that are not in their initial configuration. */
  static long inUse(Cpu cpu) {
    long bits = 0;
    for (StateComponent c : ALL) {
      bits |= c.isInitial(cpu) ? 0 : c.bit;
    }
    return bits;
  }

  static void saveMxcsr(Cpu cpu, StateImage image) {
    image.write(MXCSR, 32, cpu.xmm.mxcsr);
    image.write(MXCSR_MASK, 32, Mxcsr.ALL);
  }

  /** MXCSR in an image; #GP(0) if reserved bits are set. */
  static int mxcsr(Cpu cpu, StateImage image) {
    int mxcsr = (int) image.read(MXCSR, 32);
    if ((mxcsr & ~Mxcsr.ALL) != 0) {
      throw cpu.gp0(Requirement.MXCSR_RESERVED_BITS_CLEAR);
    }
    return mxcsr;
  }
}
