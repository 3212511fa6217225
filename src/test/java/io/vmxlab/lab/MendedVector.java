package io.vmxlab.lab;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.asm.Assembler;
import io.vmxlab.asm.Assembly;
import io.vmxlab.engine.Engine;
import io.vmxlab.explain.Mend;
import io.vmxlab.lab.TestVector.VectorCode;
import io.vmxlab.machine.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A vector with a mend written into its assembly, as a reader would. */
record MendedVector(TestVector vector) {
  private static final String LABEL = "test:";

  static MendedVector of(TestVector v, Mend mend) {
    Map<String, Long> initial = new LinkedHashMap<>(v.initial());
    for (String setting : mend.settings()) {
      String[] parts = setting.split("=");
      initial.put(parts[0], Numbers.parse(parts[0], parts[1]));
    }
    VectorCode code = mend.place() == Mend.Place.NOWHERE ? v.code() : code(v, mend);
    return new MendedVector(
        new TestVector(
            v.id() + "-mended",
            v.where(),
            v.about(),
            v.rule(),
            v.citation(),
            v.satisfies(),
            v.violates(),
            v.processors(),
            v.firmware(),
            v.mode(),
            v.origin(),
            v.force(),
            initial,
            v.memory(),
            code,
            v.expect()));
  }

  private static VectorCode code(TestVector v, Mend mend) {
    List<String> lines = new ArrayList<>();
    for (String line : v.code().assembly().split("\n")) {
      if (line.strip().startsWith(LABEL)) {
        write(line.strip().substring(LABEL.length()).strip(), mend, lines);
      } else {
        lines.add(line);
      }
    }
    lines.add("hlt");
    lines.addAll(mend.data());
    String text = String.join("\n", lines) + "\n";
    long origin = VectorRunner.origin(v);
    Assembly result =
        new Assembler(Engine.table(), v.id(), CodeMode.valueOf("BITS" + v.mode()), origin, Map.of())
            .assemble(text);
    return new VectorCode(
        text, withoutZeros(result.bytes()), (int) (result.symbols().get("test") - origin));
  }

  /** RAM holds zeros already; a few stay, which may end a number. */
  private static byte[] withoutZeros(byte[] bytes) {
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(bytes, Math.min(bytes.length, end + Long.BYTES));
  }

  private static void write(String instruction, Mend mend, List<String> lines) {
    if (mend.place() == Mend.Place.BEFORE) {
      lines.addAll(mend.code());
      lines.add(LABEL + " " + instruction);
      return;
    }
    String mnemonic = instruction.split("\\s")[0].toLowerCase(Locale.ROOT);
    boolean labelled = false;
    for (String line : mend.code()) {
      boolean test =
          !labelled
              && line.startsWith(mnemonic)
              && mend.code().lastIndexOf(line) == mend.code().indexOf(line);
      lines.add(test ? LABEL + " " + line : line);
      labelled |= test;
    }
    if (!labelled) {
      lines.add(LABEL);
    }
  }
}
