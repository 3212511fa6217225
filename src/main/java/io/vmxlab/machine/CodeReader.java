package io.vmxlab.machine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.Engine;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Disassembler;
import io.vmxlab.isa.Instruction;
import io.vmxlab.platform.Symbols;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Looks at instructions in memory without side effects. */
final class CodeReader {
  private static final int LONGEST = 15;

  private final Cpu cpu;
  private final Decoder decoder;
  private final Disassembler disassembler = new Disassembler(a -> symbol(a).orElse(null));
  Symbols symbols = Symbols.NONE;

  CodeReader(Cpu cpu) {
    this.cpu = cpu;
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    for (Feature f : Feature.values()) {
      if (cpu.model.real().has(f)) {
        features.add(f);
      }
    }
    decoder = new Decoder(Engine.table(), features);
  }

  /** The instruction at an offset in CS. */
  Code at(long rip) {
    byte[] bytes = bytes(cpu.codeAddress(rip));
    Decoded decoded = decoder.decode(bytes, 0, bytes.length, cpu.codeMode());
    if (decoded instanceof Decoded.Valid valid) {
      return code(rip, valid.instruction());
    }
    String mnemonic = Code.NO_INSTRUCTION;
    Code.Undefined why = Code.Undefined.NO_INSTRUCTION;
    if (decoded instanceof Decoded.Undefined u) {
      bytes = Arrays.copyOf(bytes, Math.min(bytes.length, u.length()));
      mnemonic = u.missing() == null ? mnemonic : u.missing().mnemonic();
      why = u.reason() == null ? why : Code.Undefined.valueOf(u.reason().name());
    }
    return new Code(
        rip,
        cpu.codeAddress(rip),
        symbol(rip),
        bytes,
        mnemonic,
        Code.NO_INSTRUCTION,
        Optional.of(why));
  }

  /** A decoded instruction at an offset in CS. */
  Code code(long rip, Instruction insn) {
    String text = disassembler.text(insn, rip);
    return new Code(
        rip,
        cpu.codeAddress(rip),
        symbol(rip),
        insn.bytes,
        insn.form.mnemonic(),
        text,
        Optional.empty());
  }

  /** The feature that the bytes at an offset in CS would need to be an instruction. */
  Optional<Feature> missing(long rip) {
    byte[] bytes = bytes(cpu.codeAddress(rip));
    Decoded decoded = decoder.decode(bytes, 0, bytes.length, cpu.codeMode());
    return decoded instanceof Decoded.Undefined u && u.reason() == Decoded.Reason.FEATURE_ABSENT
        ? Optional.ofNullable(u.missing()).map(f -> f.feature())
        : Optional.empty();
  }

  /** The decoded instruction at an offset in CS, if the bytes are one. */
  Optional<Instruction> instruction(long rip) {
    byte[] bytes = bytes(cpu.codeAddress(rip));
    Decoded decoded = decoder.decode(bytes, 0, bytes.length, cpu.codeMode());
    return decoded instanceof Decoded.Valid valid
        ? Optional.of(valid.instruction())
        : Optional.empty();
  }

  private Optional<String> symbol(long rip) {
    return symbols.nameOf(cpu.codeAddress(rip));
  }

  CodeMode mode() {
    return cpu.codeMode();
  }

  private byte[] bytes(long linear) {
    byte[] bytes = new byte[LONGEST];
    for (int i = 0; i < LONGEST; i++) {
      OptionalLong physical = cpu.mmu.peek(linear + i);
      if (physical.isEmpty()) {
        return Arrays.copyOf(bytes, i);
      }
      bytes[i] = (byte) cpu.memory.read8(physical.getAsLong());
    }
    return bytes;
  }
}
