package io.vmxlab.lab;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.Vector;
import io.vmxlab.engine.Engine;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.Instruction;
import io.vmxlab.lab.TestVector.Bytes;
import io.vmxlab.lab.TestVector.Ending;
import io.vmxlab.lab.TestVector.Processors;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.machine.StateNames;
import io.vmxlab.model.CpuModelException;
import io.vmxlab.model.CpuModels;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Vectors as a freestanding C program that boots from a disk, runs those that start in 64-bit mode
 * on the processor it finds, and reports on the serial port. The program is constant; {@code
 * vectors.h} is made here.
 */
final class ExportC {
  private static final String FOLDER = "export/";
  private static final List<String> CONSTANT = List.of("boot.S", "runner.c", "vectors.ld");
  private static final int BYTES_A_LINE = 16;

  /** Family, model and their extensions in CPUID.1:EAX; not the stepping. */
  private static final int SIGNATURE = 0x0FFF0FF0;

  private static final String DECLARATIONS =
      """
      /* Made by vmxlab vectors export. The README of its test vectors explains the members. */
      enum kind { GPR, FLAGS, CR, XCR, DR, MSR, VMX, CODE_SELECTOR, LEVEL, UNSEEN };
      enum outcome { COMPLETED, FAULT, VMFAIL };

      struct item { const char *name; enum kind kind; unsigned index; unsigned long mask, value; };
      struct piece { unsigned long at; unsigned size; const unsigned char *bytes; };
      struct feature { unsigned leaf, subleaf; int output, bit, wanted; };

      struct vector {
        const char *id;
        const char *obstacle; /* why it cannot run here, or 0 */
        int needs_vmx;
        unsigned long firmware;
        int models;
        const unsigned *model;
        int features;
        const struct feature *feature;
        int initials;
        const struct item *initial;
        int pieces;
        const struct piece *piece;
        unsigned long origin;
        unsigned size, test;
        const unsigned char *code;
        enum outcome outcome;
        unsigned exception;
        int code_expected;
        unsigned error_code, error;
        int expecteds;
        const struct item *expected;
        int kept;
        const struct piece *keep;
      };

      """;

  private final StringBuilder tables = new StringBuilder();
  private final StringBuilder rows = new StringBuilder();
  private final Decoder decoder = new Decoder(Engine.table(), EnumSet.allOf(Feature.class));

  private ExportC() {}

  /** The program's files by name. */
  static Map<String, String> files(List<TestVector> vectors) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("vectors.h", new ExportC().table(vectors));
    for (String name : CONSTANT) {
      files.put(name, Resources.text(FOLDER + name));
    }
    return files;
  }

  private String table(List<TestVector> vectors) {
    int number = 0;
    for (TestVector v : vectors) {
      row(v, number++);
    }
    return DECLARATIONS
        + tables
        + "\n#define VECTORS "
        + vectors.size()
        + "\n\nstatic const struct vector vectors[] = {\n"
        + rows
        + "};\n";
  }

  private void row(TestVector v, int number) {
    String obstacle = obstacle(v);
    if (!obstacle.isEmpty()) {
      rows.append(
          String.format(Locale.ROOT, "  {.id = \"%s\", .obstacle = \"%s\"},\n", v.id(), obstacle));
      return;
    }
    Processors p = v.processors();
    bytes("code_" + number, v.code().bytes());
    items("initial_" + number, v.initial());
    items("expected_" + number, v.expect().state());
    pieces("piece_" + number, v.memory());
    pieces("keep_" + number, v.expect().memory());
    models("model_" + number, v, p.only());
    features("feature_" + number, p);
    rows.append("  {.id = \"").append(v.id()).append("\", .needs_vmx = ");
    rows.append(needsVmx(v) ? 1 : 0).append(", .firmware = ");
    rows.append(v.firmware().featureControl());
    member("models", p.only().size(), "model", number);
    member("features", p.with().size() + p.without().size(), "feature", number);
    rows.append("\n  ");
    member("initials", v.initial().size(), "initial", number);
    member("pieces", v.memory().size(), "piece", number);
    rows.append(
        String.format(
            Locale.ROOT,
            ",\n   .origin = 0x%X, .size = %d, .test = %d, .code = code_%d",
            VectorRunner.origin(v),
            v.code().bytes().length,
            v.code().test(),
            number));
    expectation(v, number);
    rows.append("},\n");
  }

  private void expectation(TestVector v, int number) {
    TestVector.Expectation e = v.expect();
    rows.append(",\n   .outcome = ").append(e.outcome().name());
    e.vector().ifPresent(name -> rows.append(", .exception = ").append(exception(v, name)));
    e.errorCode()
        .ifPresent(c -> rows.append(", .code_expected = 1, .error_code = ").append(hex(c)));
    e.error().ifPresent(n -> rows.append(", .error = ").append(n));
    member("expecteds", e.state().size(), "expected", number);
    member("kept", e.memory().size(), "keep", number);
  }

  private void member(String count, int size, String table, int number) {
    if (size > 0) {
      rows.append(
          String.format(Locale.ROOT, ", .%s = %d, .%s = %s_%d", count, size, table, table, number));
    }
  }

  private static int exception(TestVector v, String mnemonic) {
    return Arrays.stream(Vector.values())
        .filter(x -> x.mnemonic().equals(mnemonic))
        .findFirst()
        .orElseThrow(
            () -> new BadInputException(v.where(), "there is no exception " + mnemonic, ""))
        .number;
  }

  /** Why the program cannot run a vector, known now; empty if it can. */
  private static String obstacle(TestVector v) {
    if (v.force()) {
      return "no software can bring about its initial state";
    }
    if (v.expect().outcome() == Ending.UNMODELLED) {
      return "what follows its checks is beyond the vector";
    }
    if (v.expect().outcome() == Ending.ENTERED) {
      return "it ends in a guest, for which this program has no place";
    }
    if (v.expect().outcome() == Ending.ENTRY_FAILURE) {
      return "it ends in a VM exit, for which this program has no place";
    }
    if (v.mode() != 64) {
      return "it starts in " + v.mode() + "-bit mode, this program runs 64-bit mode only";
    }
    boolean leaves =
        v.expect().state().entrySet().stream()
            .anyMatch(e -> leavesIa32eMode(e.getKey(), e.getValue()));
    return leaves && v.expect().outcome() == Ending.COMPLETED
        ? "it ends outside IA-32e mode, where this program has no exception handlers"
        : "";
  }

  private static boolean leavesIa32eMode(String name, long value) {
    StateNames.Place place = StateNames.find(name);
    return place.item() == State.CR0
        && (mask(place) & Cr0.PG) != 0
        && (placed(place, value) & Cr0.PG) == 0;
  }

  /** VMX is in the initial state or among the instructions. */
  private boolean needsVmx(TestVector v) {
    if (v.initial().keySet().stream().map(StateNames::find).anyMatch(ExportC::ofVmx)) {
      return true;
    }
    byte[] code = v.code().bytes();
    boolean vmx = false;
    for (int at = 0; at < code.length; ) {
      Decoded d = decoder.decode(code, at, code.length, CodeMode.BITS64);
      vmx |= d instanceof Decoded.Valid x && concernsVmx(x.instruction());
      at += d instanceof Decoded.Valid x ? x.instruction().length() : 1;
    }
    return vmx;
  }

  private static boolean ofVmx(StateNames.Place place) {
    return place.item() == State.VMX_OPERATION
        || (place.item() == State.CR4 && (mask(place) & Cr4.VMXE) != 0);
  }

  /** A VMX instruction, or one that loads the index of an MSR that VMX brings. */
  private static boolean concernsVmx(Instruction insn) {
    long immediate = insn.immediate;
    return insn.form.feature() == Feature.VMX
        || immediate == Msr.IA32_FEATURE_CONTROL.index
        || Msr.isVmxCapability((int) immediate);
  }

  private void models(String name, TestVector v, List<String> only) {
    if (only.isEmpty()) {
      return;
    }
    tables.append("static const unsigned ").append(name).append("[] = {");
    for (String model : only) {
      try {
        int signature = CpuModels.named(model).real().cpuid(1, 0)[0] & SIGNATURE;
        tables.append(hex(signature & 0xFFFF_FFFFL)).append(", ");
      } catch (CpuModelException e) {
        throw new BadInputException(v.where(), e.getMessage(), "");
      }
    }
    tables.append("};\n");
  }

  private void features(String name, Processors p) {
    if (p.with().isEmpty() && p.without().isEmpty()) {
      return;
    }
    tables.append("static const struct feature ").append(name).append("[] = {");
    p.with().forEach(f -> feature(Feature.valueOf(f), 1));
    p.without().forEach(f -> feature(Feature.valueOf(f), 0));
    tables.append("};\n");
  }

  private void feature(Feature f, int wanted) {
    tables.append(
        String.format(
            Locale.ROOT,
            "{0x%X, %d, %d, %d, %d}, ",
            f.leaf,
            f.subleaf,
            f.register.ordinal(),
            f.bit,
            wanted));
  }

  private void pieces(String name, List<Bytes> pieces) {
    if (pieces.isEmpty()) {
      return;
    }
    for (int i = 0; i < pieces.size(); i++) {
      bytes(name + "_" + i, pieces.get(i).bytes());
    }
    tables.append("static const struct piece ").append(name).append("[] = {\n");
    for (int i = 0; i < pieces.size(); i++) {
      Bytes b = pieces.get(i);
      tables.append(
          String.format(Locale.ROOT, "  {0x%X, %d, %s_%d},\n", b.at(), b.bytes().length, name, i));
    }
    tables.append("};\n");
  }

  private void bytes(String name, byte[] bytes) {
    tables.append("static const unsigned char ").append(name).append("[] = {");
    for (int i = 0; i < bytes.length; i++) {
      tables.append(i % BYTES_A_LINE == 0 ? "\n  " : " ");
      tables.append(String.format(Locale.ROOT, "0x%02X,", bytes[i] & 0xFF));
    }
    tables.append("\n};\n");
  }

  private void items(String name, Map<String, Long> items) {
    if (items.isEmpty()) {
      return;
    }
    tables.append("static const struct item ").append(name).append("[] = {\n");
    items.forEach(
        (itemName, value) -> {
          StateNames.Place place = StateNames.find(itemName);
          tables.append(
              String.format(
                  Locale.ROOT,
                  "  {\"%s\", %s, 0x%XUL, 0x%XUL},\n",
                  place.name(),
                  kind(place.item()),
                  mask(place),
                  placed(place, value)));
        });
    tables.append("};\n");
  }

  private static long mask(StateNames.Place place) {
    int width = place.item().layout().width();
    return place.field().map(f -> f.mask()).orElse(width == 64 ? -1L : (1L << width) - 1);
  }

  private static long placed(StateNames.Place place, long value) {
    return place.field().map(f -> f.set(0, value)).orElse(value);
  }

  /** Kind and index of a state item as the program knows them. */
  private static String kind(StateItem item) {
    if (item instanceof Msr m) {
      return "MSR, " + hex(m.index & 0xFFFF_FFFFL);
    }
    if (!(item instanceof State s)) {
      return "UNSEEN, 0";
    }
    if (s.compareTo(State.R15) <= 0) {
      return "GPR, " + s.ordinal();
    }
    switch (s) {
      case RFLAGS:
        return "FLAGS, 0";
      case CR0, CR2, CR3, CR4, CR8:
        return "CR, " + s.name().substring(2);
      case XCR0:
        return "XCR, 0";
      case DR0, DR1, DR2, DR3, DR6, DR7:
        return "DR, " + s.name().substring(2);
      case VMX_OPERATION:
        return "VMX, 0";
      case CS_SELECTOR:
        return "CODE_SELECTOR, 0";
      case CPL:
        return "LEVEL, 0";
      default:
        return "UNSEEN, 0";
    }
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value).toUpperCase(Locale.ROOT);
  }
}
