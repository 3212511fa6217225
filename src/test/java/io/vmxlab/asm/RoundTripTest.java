package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.isa.ByteStrings;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Disassembler;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.Operand;
import io.vmxlab.isa.SymbolNames;
import io.vmxlab.isa.TableTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the disassembler writes, the assembler turns into the same instruction. */
class RoundTripTest {
  private static final long ADDRESS = 0x1000;
  private static final Set<String> SAME_IN_32_BITS = Set.of("MOV", "MOV-Sreg", "SLDT");

  private final InstructionTable table = InstructionTable.of(TableTest.rows());
  private final Decoder decoder = TableTest.decoder();
  private final Disassembler disassembler = new Disassembler(SymbolNames.NONE);

  @Test
  @DisplayName("every row, in every mode")
  void everyRow() {
    ByteStrings generator = new ByteStrings(6);
    List<String> wrong = new ArrayList<>();
    int count = 0;
    for (CodeMode mode : CodeMode.values()) {
      for (Form form : table.forms()) {
        boolean usable = ByteStrings.possible(form, mode) && !form.mnemonic().startsWith("EVEX");
        for (int i = 0; i < 4 && usable; i++) {
          byte[] code = generator.next(form, mode);
          Decoded decoded = decoder.decode(code, 0, code.length, mode);
          if (decoded instanceof Decoded.Valid
              && !atLimit(((Decoded.Valid) decoded).instruction())) {
            check(((Decoded.Valid) decoded).instruction(), wrong);
            count++;
          }
        }
      }
    }
    assertEquals(
        0, wrong.size(), () -> String.join("\n", wrong.subList(0, Math.min(40, wrong.size()))));
    assertTrue(count > 15_000);
  }

  private void check(Instruction insn, List<String> wrong) {
    String text = disassembler.text(insn, ADDRESS);
    String what = insn.mode + " " + HexFormat.of().formatHex(insn.bytes) + " {" + text + "} ";
    byte[] code;
    try {
      Assembler assembler = new Assembler(table, "test", insn.mode, ADDRESS, Map.of());
      code = assembler.assemble(text).bytes();
    } catch (AssemblyException e) {
      wrong.add(what + e.getMessage());
      return;
    }
    Decoded again = decoder.decode(code, 0, code.length, insn.mode);
    String before = meaning(insn);
    String after =
        again instanceof Decoded.Valid
            ? meaning(((Decoded.Valid) again).instruction())
            : again.toString();
    if (!after.equals(before)) {
      String codes = HexFormat.of().formatHex(code);
      wrong.add(what + codes + " before: " + before + " after: " + after);
    }
  }

  /** What the instruction does, however it is encoded. */
  private String meaning(Instruction insn) {
    StringBuilder text = new StringBuilder(insn.form.mnemonic());
    boolean addresses = insn.memory() || insn.form.pattern().immediate() < 0;
    text.append(insn.lock).append(addresses ? insn.segment : "");
    List<Operand> operands = insn.form.operands();
    // Writing the lower half of a register clears the upper one.
    boolean clearing = SAME_IN_32_BITS.contains(insn.form.page());
    for (int i = 0; i < operands.size(); i++) {
      Operand o = operands.get(i);
      text.append(' ');
      if (o.place() == Operand.Place.MODRM_RM && insn.memory()) {
        text.append(address(insn)).append(o.memoryWidth());
      } else if (o.kind() == Operand.Kind.FIXED && o.width() == 0) {
        text.append(o.register());
      } else if (o.namesRegister() || o.kind() == Operand.Kind.FIXED) {
        boolean eight = "Smk".indexOf(o.text().charAt(0)) >= 0;
        int width = clearing && o.width() == 64 ? 32 : o.width();
        text.append(insn.register(i) & (eight ? 7 : 15)).append("w").append(width);
        boolean high = o.kind() != Operand.Kind.FIXED && insn.highByte(insn.register(i));
        text.append(width == 8 && high ? "high" : "");
      } else if (o.place() == Operand.Place.SECOND_IMMEDIATE) {
        text.append(insn.secondImmediate);
      } else if (o.kind() == Operand.Kind.RELATIVE) {
        text.append(insn.immediate + insn.length());
      } else if (o.place() == Operand.Place.IMMEDIATE) {
        text.append(insn.immediate);
      }
    }
    return text.toString();
  }

  private static String address(Instruction insn) {
    int[] factors = new int[Instruction.NO_REGISTER + 1];
    factors[insn.base]++;
    factors[insn.index] += 1 << insn.scale;
    factors[Instruction.NO_REGISTER] = 0;
    boolean vector = insn.form.vectorIndex();
    long end = insn.ripRelative ? insn.length() : 0;
    return insn.addressSize
        + (vector ? insn.base + "+" + insn.index + "*" + insn.scale : Arrays.toString(factors))
        + (insn.displacement + end)
        + insn.ripRelative;
  }

  /** A displacement as far as its field allows needs the very prefixes it had. */
  private static boolean atLimit(Instruction insn) {
    List<Operand> operands = insn.form.operands();
    boolean branch = !operands.isEmpty() && operands.get(0).kind() == Operand.Kind.RELATIVE;
    long distance =
        insn.ripRelative ? Math.abs(insn.displacement) : branch ? Math.abs(insn.immediate) : 0;
    return distance > 0x7FFF_FF00L || distance > 0x70 && distance < 0x81;
  }
}
