package io.vmxlab.engine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.asm.Assembler;
import io.vmxlab.asm.Assembly;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.model.CpuModels;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Blocks of assembled 64-bit code as an engine has them that has run it, though nothing is run. */
final class AssembledBlocks {
  private static final long ORIGIN = 0;

  private final Map<String, Long> labels;
  private final CodeSpace space;
  private final Translator translator;

  AssembledBlocks(String assembly) {
    this(assembly, Translator.MAX_BLOCK);
  }

  /**
   * Blocks that are shorter than usual.
   *
   * @param most instructions in a block
   */
  AssembledBlocks(String assembly, int most) {
    Cpu cpu = new Cpu(new PhysicalMemory(1 << 20), CpuModels.named("skylake"));
    Assembly code =
        new Assembler(Engine.table(), "blocks", CodeMode.BITS64, ORIGIN, Map.of())
            .assemble(assembly);
    cpu.memory.write(ORIGIN, code.bytes());
    labels = code.symbols();
    space =
        new CodeSpace(new CodeSpace.Circumstances(CodeMode.BITS64, 0, 0, false, false, 0), most);
    translator = new Translator(cpu, Engine.decoder(cpu));
  }

  /** The block that begins at the label: the same one each time. */
  Block at(String label) {
    long rip = labels.get(label);
    Block known = space.find(rip, rip);
    if (known == null) {
      known = translator.translate(space, rip, rip);
      space.add(known);
    }
    return known;
  }

  /** Those at several labels, divided by spaces. */
  List<Block> all(String ofLabels) {
    return Stream.of(ofLabels.split(" ")).map(this::at).toList();
  }

  /** The branch at the end of a block has gone to another block. */
  void went(String from, String to) {
    at(to).linkFrom(at(from).exit());
  }
}
