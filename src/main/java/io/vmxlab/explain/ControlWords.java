package io.vmxlab.explain;

import io.vmxlab.arch.ControlVector;
import io.vmxlab.arch.Field;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.vmx.entry.EntryChecks;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The control vectors that a processor allows for what is wanted. SDM Vol. 3C "Algorithms for
 * Determining VMX Capabilities": what has to be 1 is added, what may not be 1 is left out.
 */
final class ControlWords {
  /** A control that is 1 though nobody asked for it, and why. */
  record Added(ControlVector.Bit bit, String why) {}

  /** A control that was asked for and cannot be 1, and why. */
  record Refused(ControlVector.Bit bit, String why) {}

  /** One vector: what the processor allows, and the value. */
  record Word(ControlVector vector, Msr msr, long allowed0, long allowed1, long value) {}

  final DumpedCpu cpu;
  final List<Word> words = new ArrayList<>();
  final List<ControlVector.Bit> had = new ArrayList<>();
  final List<Added> added = new ArrayList<>();
  final List<Refused> refused = new ArrayList<>();

  /** Rules of VM entries that look at controls alone and do not hold. */
  final List<Rule<StateView>> violated = new ArrayList<>();

  private final Map<ControlVector, Long> values = new EnumMap<>(ControlVector.class);
  private final Map<ControlVector.Bit, String> wanted = new LinkedHashMap<>();

  ControlWords(DumpedCpu cpu, List<ControlVector.Bit> asked) {
    this.cpu = cpu;
    asked.forEach(b -> wanted.put(b, ""));
    asked.forEach(b -> activate(b, b));
    for (ControlVector v : ControlVector.values()) {
      word(v);
    }
    check();
  }

  /** What activates the control's vector is wanted too, and what activates that. */
  private void activate(ControlVector.Bit bit, ControlVector.Bit asked) {
    bit.vector()
        .activation()
        .ifPresent(
            a -> {
              wanted.putIfAbsent(a, "without it " + asked.fullName() + " counts as 0");
              activate(a, asked);
            });
  }

  private OptionalLong msr(Msr msr) {
    return cpu.real().msr(msr.index);
  }

  private void word(ControlVector vector) {
    Msr reporting = vector.reporting(msr(Msr.IA32_VMX_BASIC).orElse(0));
    OptionalLong reported = msr(reporting);
    if (reported.isEmpty()) {
      absent(vector, reporting);
      return;
    }
    long zeros = vector.allowed0(reported.getAsLong());
    long ones = vector.allowed1(reported.getAsLong());
    long value = zeros;
    for (Field f : vector.field.layout().fields()) {
      ControlVector.Bit bit = new ControlVector.Bit(vector, f);
      String why = wanted.get(bit);
      if (why == null) {
        if ((zeros & f.mask()) != 0) {
          added.add(new Added(bit, "it has to be 1 here: bit " + f.low() + " of " + reporting));
        }
      } else if ((ones & f.mask()) == 0) {
        refuse(
            bit, "it may not be 1 here: bit " + allowing(vector, f) + " of " + reporting + " is 0");
      } else {
        value |= f.mask();
        if (why.isEmpty()) {
          had.add(bit);
        } else {
          added.add(new Added(bit, why));
        }
      }
    }
    words.add(new Word(vector, reporting, zeros, ones, value));
    values.put(vector, value);
  }

  private static int allowing(ControlVector vector, Field f) {
    return f.low() + (vector.field.width() == VmcsField.Width.QUAD ? 0 : Integer.SIZE);
  }

  private void absent(ControlVector vector, Msr reporting) {
    boolean lacks = vector.field.on(cpu.real()) == Known.LACKS;
    String why =
        lacks
            ? "the processor has no " + vector.field.itemName()
            : "no source tells what " + reporting + " is on it";
    for (Field f : vector.field.layout().fields()) {
      ControlVector.Bit bit = new ControlVector.Bit(vector, f);
      if (wanted.containsKey(bit)) {
        refuse(bit, why);
      }
    }
  }

  private void refuse(ControlVector.Bit bit, String why) {
    String before = wanted.get(bit);
    refused.add(new Refused(bit, before.isEmpty() ? why : why + "; " + before));
  }

  private void check() {
    StateView view =
        item -> {
          ControlVector vector = vector(item);
          return vector == null ? 0 : values.getOrDefault(vector, 0L);
        };
    for (RuleSet<StateView, ?> set : EntryChecks.all()) {
      for (Rule<StateView> rule : set.rules()) {
        boolean controlsAlone = rule.reads().stream().allMatch(r -> vector(r) != null);
        if (controlsAlone && !rule.holds(view)) {
          violated.add(rule);
        }
      }
    }
  }

  private static ControlVector vector(StateItem item) {
    for (ControlVector v : ControlVector.values()) {
      if (v.field == item) {
        return v;
      }
    }
    return null;
  }
}
