package io.vmxlab.machine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Disassembler;
import io.vmxlab.isa.Instruction;
import io.vmxlab.platform.Symbols;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Looks at instructions in memory without side effects. */
final class CodeReader {
  private static final int LONGEST = 15;

  private final Cpu cpu;
  private final Decoder decoder;

  /** Made for the first instruction that somebody wants to see. */
  private Disassembler disassembler;

  Symbols symbols = Symbols.NONE;

  CodeReader(Cpu cpu, Decoder decoder) {
    this.cpu = cpu;
    this.decoder = decoder;
  }

  /** The instruction at an offset in CS. */
  Code at(long rip) {
    return later(rip).get();
  }

  /** The instruction that is now at an offset in CS, to be decoded when it is asked for. */
  Supplier<Code> later(long rip) {
    byte[] bytes = bytes(cpu.codeAddress(rip));
    CodeMode mode = cpu.codeMode();
    long linear = cpu.codeAddress(rip);
    Optional<String> symbol = symbol(rip);
    return () -> decoded(rip, linear, symbol, bytes, mode);
  }

  /** The instruction that is now at an offset in another CS than the one now. */
  Code at(long rip, long linear, CodeMode mode) {
    return decoded(rip, linear, symbols.nameOf(linear), bytes(linear), mode);
  }

  private Code decoded(
      long rip, long linear, Optional<String> symbol, byte[] read, CodeMode codeMode) {
    byte[] bytes = read;
    Decoded decoded = decoder.decode(bytes, 0, bytes.length, codeMode);
    if (decoded instanceof Decoded.Valid valid) {
      return code(rip, linear, symbol, valid.instruction());
    }
    String mnemonic = Code.NO_INSTRUCTION;
    Code.Undefined why = Code.Undefined.NO_INSTRUCTION;
    if (decoded instanceof Decoded.Undefined u) {
      bytes = Arrays.copyOf(bytes, Math.min(bytes.length, u.length()));
      mnemonic = u.missing() == null ? mnemonic : u.missing().mnemonic();
      why = u.reason() == null ? why : Code.Undefined.valueOf(u.reason().name());
    }
    return new Code(rip, linear, symbol, bytes, mnemonic, Code.NO_INSTRUCTION, Optional.of(why));
  }

  /** A decoded instruction at an offset in CS. */
  Code code(long rip, Instruction insn) {
    return code(rip, cpu.codeAddress(rip), symbol(rip), insn);
  }

  private Code code(long rip, long linear, Optional<String> symbol, Instruction insn) {
    if (disassembler == null) {
      disassembler = new Disassembler(a -> symbol(a).orElse(null));
    }
    String text = disassembler.text(insn, rip);
    return new Code(rip, linear, symbol, insn.bytes, insn.form.mnemonic(), text, Optional.empty());
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
