package io.vmxlab.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.Msr;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A comparison shows everything that a program can read and that differs. */
class CpuComparisonTest {
  private static final List<DumpedCpu> MODELS = CpuModels.list();

  static List<DumpedCpu> models() {
    return MODELS;
  }

  private static Set<String> names(DumpedCpu a, DumpedCpu b) {
    Set<String> names = new HashSet<>();
    for (CpuComparison.Difference d : CpuComparison.of(a, b).differences()) {
      assertTrue(names.add(d.name()), "twice: " + d.name());
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("models")
  void each_msr_that_differs_is_named_and_no_other(DumpedCpu a) {
    for (DumpedCpu b : MODELS.subList(MODELS.indexOf(a), MODELS.size())) {
      Set<String> named = new TreeSet<>();
      for (String name : names(a, b)) {
        if (name.startsWith("IA32_")) {
          named.add(name.replaceAll("[.,].*", ""));
        }
      }
      Set<String> differ = new TreeSet<>();
      for (Msr msr : Msr.values()) {
        if (differs(a, b, msr)) {
          differ.add(msr.name());
        }
      }
      assertEquals(differ, named, a + " and " + b);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void each_leaf_that_differs_is_named(DumpedCpu a) {
    for (DumpedCpu b : MODELS.subList(MODELS.indexOf(a), MODELS.size())) {
      Set<String> names = names(a, b);
      for (int[] at : concat(a.leaves(), b.leaves())) {
        boolean same = Arrays.equals(registers(a, at), registers(b, at));
        String leaf = String.format("CPUID leaf %X, subleaf %X", at[0], at[1]);
        assertTrue(same || names.contains(leaf) || feature(a, b, at, names), a + " " + b + leaf);
        assertTrue(!same || !names.contains(leaf), a + " " + b + leaf);
      }
    }
  }

  private static List<int[]> concat(List<int[]> some, List<int[]> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  /** An MSR whose value nobody has read on one of them may be the same there. */
  private static boolean differs(DumpedCpu a, DumpedCpu b, Msr msr) {
    boolean both = a.real().msr(msr.index).isPresent() == b.real().msr(msr.index).isPresent();
    DumpedCpu other = a.real().msr(msr.index).isPresent() ? b : a;
    return !a.real().msr(msr.index).equals(b.real().msr(msr.index))
        && (both || Inventory.known(other, msr.index) == Known.LACKS);
  }

  /** Whether a dump shows SYSCALL depends on the mode in which it was made. */
  private static int[] registers(DumpedCpu cpu, int[] at) {
    int[] registers = cpu.real().cpuid(at[0], at[1]);
    if (at[0] == Feature.SYSCALL.leaf) {
      registers[Feature.SYSCALL.register.ordinal()] &= ~(1 << Feature.SYSCALL.bit);
    }
    return registers;
  }

  private static boolean feature(DumpedCpu a, DumpedCpu b, int[] at, Set<String> names) {
    return Arrays.stream(Feature.values())
        .filter(f -> f.leaf == at[0] && f.subleaf == at[1] && a.real().has(f) != b.real().has(f))
        .anyMatch(f -> names.contains("CPUID " + f));
  }

  /** Software may read the plain MSRs where the TRUE ones exist. */
  @Test
  void both_forms_of_a_vector_are_compared() {
    Set<String> names = names(CpuModels.named("skylake"), CpuModels.named("skylake-sp"));
    String posted = ".MAY_PROCESS_POSTED_INTERRUPTS";
    assertTrue(names.contains("IA32_VMX_PINBASED_CTLS" + posted), names.toString());
    assertTrue(names.contains("IA32_VMX_TRUE_PINBASED_CTLS" + posted), names.toString());
  }

  @Test
  void no_line_is_wider_than_a_terminal() {
    for (DumpedCpu b : MODELS) {
      Sheet sheet = new Sheet(Style.PLAIN);
      CpuComparison.of(CpuModels.named("skylake"), b).text(sheet);
      sheet.toString().lines().forEach(l -> assertTrue(l.length() <= Sheet.WIDTH, l));
    }
  }
}
