package io.vmxlab.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.Scale;
import io.vmxlab.arch.Announcement;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapability;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What is imported is a possible processor, whatever part of a dump is there. */
class CpuImportPossibleTest {
  private static final List<DumpedCpu> MODELS = CpuModels.list();
  private static final int ROUNDS = 60;

  private static DumpedCpu imported(CpuImport in) {
    return CpuModels.parse("x", in.model().text()).real();
  }

  /** A part of what was read on one processor, completed from another or from the nearest. */
  @RepeatedTest(4)
  void any_part_of_a_dump(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int round = 0; round < ROUNDS * Scale.factor(); round++) {
      DumpedCpu from = MODELS.get(random.nextInt(MODELS.size()));
      DumpedCpu base = MODELS.get(random.nextInt(MODELS.size()));
      Set<Integer> given = new HashSet<>();
      Set<Integer> denied = new HashSet<>();
      StringBuilder text = new StringBuilder();
      for (int i = Msr.IA32_VMX_BASIC.index; i <= Msr.IA32_VMX_EXIT_CTLS2.index; i++) {
        OptionalLong value = from.real().msr(i);
        int choice = random.nextInt(3);
        if (value.isPresent() && choice > 0) {
          text.append(String.format("0x%x: 0x%x\n", i, value.getAsLong()));
          given.add(i);
        } else if (value.isEmpty() && !announced(from, i) && choice == 0) {
          text.append(String.format("rdmsr: CPU 0 cannot read MSR 0x%08x\n", i));
          denied.add(i);
        }
      }
      boolean leaves = random.nextBoolean();
      text.append(leaves ? DumpTexts.leaves(from, "cpuid -r") : "");
      if (given.isEmpty() && !leaves) {
        continue;
      }
      CpuImport in = CpuImport.of("x", text.toString());
      if (random.nextBoolean()) {
        in.base(base);
      }
      DumpedCpu model = imported(in);
      String what = from + ", " + base + "\n" + text;
      for (int i = Msr.IA32_VMX_BASIC.index; i <= Msr.IA32_VMX_EXIT_CTLS2.index; i++) {
        if (given.contains(i)) {
          assertEquals(from.real().msr(i), model.msr(i), what);
        }
        assertEquals(!given.contains(i) && model.msr(i).isPresent(), model.chosen(i), what);
        assertFalse(denied.contains(i) && model.msr(i).isPresent(), what);
      }
      possible(model, given, what);
      if (leaves) {
        agreesWithFeatures(model, given, what);
      }
    }
  }

  private static boolean announced(DumpedCpu cpu, int index) {
    Msr msr = Msr.of(index).orElseThrow();
    Optional<Announcement> by = VmxCapability.announcement(msr);
    return by.isEmpty() || by.get().in(cpu.real().msr(by.get().by().index).orElse(0));
  }

  /** MSRs of which no value has been read on any processor. */
  private static boolean unread(int index) {
    return MODELS.stream().noneMatch(m -> m.real().msr(index).isPresent());
  }

  private static void possible(DumpedCpu model, Set<Integer> given, String what) {
    assertEquals(List.of(), CapabilityRelations.broken(model::msr), what);
    for (int i = Msr.IA32_VMX_BASIC.index; i <= Msr.IA32_VMX_EXIT_CTLS2.index; i++) {
      if (!unread(i)) {
        assertEquals(announced(model, i), model.msr(i).isPresent(), Integer.toHexString(i) + what);
      }
    }
  }

  private static void agreesWithFeatures(DumpedCpu model, Set<Integer> given, String what) {
    for (FeatureLinks.Link link : FeatureLinks.ALL) {
      OptionalLong value = model.msr(link.msr().index);
      if (value.isPresent() && !given.contains(link.msr().index)) {
        boolean shown = (value.getAsLong() >>> link.bit() & 1) != 0;
        boolean has = model.has(link.feature());
        assertTrue(link.both() ? has == shown : has || !shown, link + what);
      }
    }
  }

  @Test
  void without_cpuid_the_features_follow_the_msrs() {
    for (DumpedCpu from : MODELS) {
      DumpedCpu model =
          imported(
              CpuImport.of("x", DumpTexts.msrs(from, "index")).base(CpuModels.named("lunar-lake")));
      assertTrue(model.has(Feature.VMX));
      for (FeatureLinks.Link link : FeatureLinks.ALL) {
        OptionalLong value = model.msr(link.msr().index);
        if (value.isPresent()) {
          boolean shown = (value.getAsLong() >>> link.bit() & 1) != 0;
          boolean has = model.has(link.feature());
          assertTrue(link.both() ? has == shown : has || !shown, from + " " + link);
        }
      }
    }
  }

  @Test
  void the_nearest_model_of_a_models_own_values_is_one_with_these() {
    for (DumpedCpu from : MODELS) {
      String text = DumpTexts.msrs(from, "index") + DumpTexts.leaves(from, "cpuid -r");
      String partly = text.replaceFirst("0x48a: .*\n", "");
      List<String> remarks = CpuImport.of("x", partly).model().remarks();
      assertEquals(
          List.of(
              "x: the dump lacks 1 MSR; taken from "
                  + from
                  + ", the nearest model (its values of the MSRs that are given are the same)"),
          remarks.stream().filter(r -> r.contains("lacks")).toList());
    }
  }

  /** Lines that one processor cannot have printed. */
  @Test
  void contradictions_are_refused() {
    refused(
        "0x482: 0xfff9fffe0401e172\nrdmsr: CPU 0 cannot read MSR 0x0000048b\n",
        "x:2: IA32_VMX_PROCBASED_CTLS2 could not be read, but bit 63 of IA32_VMX_PROCBASED_CTLS is 1"
            + " (line 1): not one processor says both");
    refused(
        "0x48e: 0xfff9fffe04006172\nIA32_VMX_PROCBASED_CTLS2 = unavailable\n",
        "x:2: IA32_VMX_PROCBASED_CTLS2 could not be read, but bit 63 of IA32_VMX_PROCBASED_CTLS is 1"
            + " (line 1): not one processor says both");
    refused(
        "0x481: 0x7f00000016\nrdmsr: CPU 0 cannot read MSR 0x00000481\n",
        "x:2: IA32_VMX_PINBASED_CTLS could not be read, but it is 7F00000016 (line 1): not one"
            + " processor says both");
    refused(
        "0x481: 0x7f00000016\nrdmsr: CPU 0 cannot read MSR 0x00000480\n",
        "x:2: IA32_VMX_BASIC could not be read, but every processor with VMX has it (line 1): not one"
            + " processor says both");
    refused(
        "CPUID 00000001: 000506E3-00100800-7FFAFBDF-BFEBFBFF\n0x480: 0xda040000000004\n",
        "x:2: IA32_VMX_BASIC is given, but CPUID shows no VMX (leaf 1, ECX bit 5): not one processor"
            + " says both");
    refused(
        "Procbased Controls MSR: 0x3f00000016\n",
        "x:1: no processor has these values: IA32_VMX_PROCBASED_CTLS is 3F00000016: every control of"
            + " the default1 class (401E172) is 1 there");
  }

  private static void refused(String text, String message) {
    CpuModelException e =
        assertThrows(CpuModelException.class, () -> CpuImport.of("x", text).model());
    assertEquals(message, e.getMessage());
  }

  /** What the dump denies is not lent, and what it has is announced. */
  @Test
  void a_lent_msr_agrees_with_the_dump() {
    DumpedCpu denies =
        imported(CpuImport.of("x", "rdmsr: CPU 0 cannot read MSR 0x0000048d\n0x481: 3f00000016\n"));
    assertEquals(OptionalLong.empty(), denies.msr(0x48D));
    assertEquals(OptionalLong.empty(), denies.msr(0x490));
    DumpedCpu old = CpuModels.named("merom");
    DumpedCpu announces =
        imported(CpuImport.of("x", "0x491: 0x1\n0x48d: 0x7f00000016\n").base(old));
    assertTrue((announces.msr(0x480).orElseThrow() & VmxCapability.BASIC_TRUE_CONTROLS) != 0);
    assertTrue((announces.msr(0x482).orElseThrow() & VmxCapability.MAY_SECONDARY) != 0);
    assertTrue((announces.msr(0x48B).orElseThrow() & VmxCapability.MAY_VM_FUNCTIONS) != 0);
    assertEquals(OptionalLong.of(0x7F_0000_0016L), announces.msr(0x481));
    DumpedCpu none =
        imported(CpuImport.of("x", "CPUID 00000001: 00020F32-00000800-00002001-078BFBFF\n"));
    assertEquals(List.of(), none.msrs());
  }

  @Test
  void vmx_without_any_msr_is_reported() {
    List<String> remarks =
        CpuImport.of("x", DumpTexts.leaves(CpuModels.named("haswell"), "aida64")).model().remarks();
    assertEquals(
        List.of(
            "x: CPUID shows VMX, but no line gives a VMX capability MSR; all are chosen",
            "x: the dump lacks 18 MSRs; taken from haswell, the nearest model"),
        remarks);
  }

  @Test
  void processors_that_differ_are_reported_and_can_be_chosen() {
    List<String> lines = new ArrayList<>(List.of("# rdmsr -a 0x48b"));
    for (int i = 0; i < 12; i++) {
      lines.add(i < 8 || i == 10 ? "5ffcff00000000" : "1ffcff00000000");
    }
    String text = String.join("\n", lines);
    CpuImport in = CpuImport.of("dump.txt", text);
    String difference =
        "dump.txt: the processors differ: IA32_VMX_PROCBASED_CTLS2 is 5FFCFF00000000 on 0-7, 10,"
            + " 1FFCFF00000000 on 8-9, 11";
    assertEquals(Optional.of(difference), in.difference());
    CpuModelException e = assertThrows(CpuModelException.class, in::model);
    assertEquals(difference + "; choose one of them", e.getMessage());
    assertEquals(OptionalLong.of(0x1F_FCFF_0000_0000L), imported(in.processor(9)).msr(0x48B));
    assertEquals(OptionalLong.of(0x5F_FCFF_0000_0000L), imported(in.processor(10)).msr(0x48B));
    e = assertThrows(CpuModelException.class, () -> in.processor(12).model());
    assertEquals("dump.txt: there is no processor 12 in the dump, but 0-11", e.getMessage());
  }

  @Test
  void features_of_processors_that_differ_are_reported_too() {
    String text =
        "CPU 0:\n   0x00000001 0x00: eax=0x1 ebx=0x0 ecx=0x04000000 edx=0x0\n"
            + "CPU 1:\n   0x00000001 0x00: eax=0x1 ebx=0x0 ecx=0x00000000 edx=0x0\n";
    assertEquals(
        Optional.of("x: the processors differ: CPUID XSAVE is 1 on 0, 0 on 1"),
        CpuImport.of("x", text).difference());
  }

  /** A base from a file lends its own leaves, also if it is called as a built-in one. */
  @Test
  void a_base_of_ones_own() {
    String own = "name skylake\nCPUID 1: 906E9-100800-7FFAFBBF-BFEBFBFF\nMSR 480: DA040000000004\n";
    CpuImport in = CpuImport.of("x", "0x481: 0x7f00000016\n").base(CpuModels.parse("own", own));
    assertEquals(0x906E9, imported(in).cpuid(1, 0)[0]);
    assertEquals(Optional.empty(), imported(in).base());
  }

  @Test
  void names_of_models_are_checked() {
    for (String name :
        List.of("", "a b", "a\0b", "a\nMSR 480: 1", "\uD83D\uDE00", "\u00E4", "x".repeat(101))) {
      assertThrows(CpuModelException.class, () -> CpuImport.of("x", "0x481: 1").named(name), name);
      assertThrows(CpuModelException.class, () -> CpuModels.find(name + "\0"), name);
    }
    String text = CpuImport.of("a\nname b\0", "0x481: 0x7f00000016\n").model().text();
    assertTrue(text.contains("\nsource imported from aname b\n"), text);
  }
}
