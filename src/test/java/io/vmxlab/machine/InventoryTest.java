package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.ApicOffset;
import io.vmxlab.arch.ControlFeature;
import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.FeatureControl;
import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.MsrRow;
import io.vmxlab.arch.Standing;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Fault;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A named processor is never said to lack what it has: of everything, a run has it, or stops and
 * names it, or faults because the real processor lacks it.
 */
class InventoryTest {
  private static final int LAST_MSR = 0x1FFF;
  private static final int EXTENDED = 0xC000_0000;

  static List<DumpedCpu> models() {
    return CpuModels.list();
  }

  private static Cpu cpu(DumpedCpu model) {
    return Machine.builder().cpu(model).memory(2L << 20).build().cpu();
  }

  /** The rule that RDMSR violates, {@code unmodelled}, or an empty text. */
  private static String rdmsr(Cpu cpu, int index) {
    try {
      cpu.msrs.read(index);
      return "";
    } catch (Fault fault) {
      return fault.violated().id();
    } catch (Unmodelled missing) {
      assertTrue(
          missing.what().contains(Integer.toHexString(index).toUpperCase(Locale.ROOT)),
          missing.what());
      return "unmodelled";
    }
  }

  /** All that have a row, all that were tried on the processor, and some of the others. */
  private static Set<Integer> indices(DumpedCpu model) {
    Set<Integer> indices = new TreeSet<>();
    for (MsrRow row : Inventory.msrs()) {
      for (int i = 0; i < row.count(); i++) {
        indices.add(row.first() + i);
      }
    }
    for (int index = 0; index <= LAST_MSR; index++) {
      if (index % 61 == 0 || model.tried(index) != Known.UNKNOWN) {
        indices.add(index);
        indices.add(EXTENDED + index);
      }
    }
    return indices;
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyMsrIsOneOfThreeCases(DumpedCpu model) {
    Cpu cpu = cpu(model);
    for (int index : indices(model)) {
      String outcome = rdmsr(cpu, index);
      String name = model + " " + Inventory.name(index);
      Standing standing = Inventory.standing(model, index);
      assertEquals(standing == Standing.MODELLED, cpu.msrs.has(index), name);
      switch (standing) {
        case MODELLED:
          boolean shown = outcome.isEmpty() || outcome.equals("msr-is-readable");
          boolean hidden = Inventory.msr(index).get().access().onlyInSmm();
          assertTrue(hidden ? outcome.equals("msr-is-implemented") : shown, name + outcome);
          break;
        case UNMODELLED:
          // written only, read in SMM only, or only in x2APIC mode
          Optional<MsrRow.Access> access = Inventory.msr(index).map(MsrRow::access);
          boolean special =
              access.isPresent()
                      && (access.get() == MsrRow.Access.WRITE_ONLY || access.get().onlyInSmm())
                  || index >>> 8 == ApicOffset.FIRST_MSR >>> 8;
          assertEquals(special, !outcome.equals("unmodelled"), name + outcome);
          break;
        default:
          assertEquals("msr-is-implemented", outcome, name);
          assertTrue(Inventory.whyAbsent(model, index).contains(" "), name);
          break;
      }
      if (model.tried(index) == Known.HAS) {
        assertTrue(standing != Standing.ABSENT, name);
      }
    }
    for (int index : new int[] {0x2000, 0x4000_0000, 0x4000_00FF, 0xBFFF_FFFF, 0xC001_0015, -1}) {
      assertEquals("msr-is-implemented", rdmsr(cpu, index));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x198, 0x19C, 0xE7, 0x186, 0x38F})
  void skylakeHasThese(int index) {
    assertEquals("unmodelled", rdmsr(cpu(CpuModels.named("skylake")), index));
  }

  @ParameterizedTest
  @CsvSource({
    "penryn,   0x6E0, CPUID.1:ECX.TSC_DEADLINE (bit 24) is 1",
    "skylake,  0x6A2, CPUID.7:ECX.CET_SS (bit 7) is 1",
    "skylake,  0x493, bit 63 of IA32_VMX_EXIT_CTLS is 1",
    "penryn,   0x48D, bit 55 of IA32_VMX_BASIC is 1",
    "haswell,  0xDA0, CPUID.0DH.1:EAX.XSAVES (bit 3) is 1",
    "skylake,  0x830, x2APIC mode",
    "skylake,  0x300, could not be read on this processor",
    "skylake,  0xC0010015, there is no MSR C0010015H",
  })
  void anAbsentMsrSaysWhy(String model, String index, String why) {
    DumpedCpu cpu = CpuModels.named(model);
    int number = (int) (long) Long.decode(index);
    assertEquals("msr-is-implemented", rdmsr(cpu(cpu), number));
    String text = Inventory.whyAbsent(cpu, number);
    assertTrue(text.contains(why), text);
  }

  @Test
  void noSourceTells() {
    Unmodelled stop =
        assertThrows(Unmodelled.class, () -> cpu(CpuModels.named("skylake")).msrs.read(0x1234));
    assertTrue(Unmodelled.isDoubtful(stop.what()));
    assertEquals("MSR 1234H, if the processor has it at all", stop.what());
  }

  /** SDM Vol. 3D "VMX Capability Reporting Facility": what announces, and what is announced. */
  @ParameterizedTest
  @MethodSource("models")
  void whatARunAnnouncesExists(DumpedCpu model) {
    Cpu cpu = cpu(model);
    for (Msr msr : Msr.values()) {
      if (!Msr.isVmxCapability(msr.index)) {
        continue;
      }
      boolean shown = announced(model, msr);
      assertEquals(shown, model.msr(msr.index).isPresent(), model + " " + msr);
      assertEquals(shown, cpu.msrs.has(msr.index), model + " " + msr);
      boolean real = announced(model.real(), msr);
      String expected = shown ? "" : real ? "unmodelled" : "msr-is-implemented";
      assertEquals(expected, rdmsr(cpu, msr.index), model + " " + msr);
      // Of two MSRs no value was ever read; the processor has them all the same.
      boolean unread = msr == Msr.IA32_VMX_PROCBASED_CTLS3 || msr == Msr.IA32_VMX_EXIT_CTLS2;
      assertEquals(real && !unread, shown, model + " " + msr);
    }
  }

  private static boolean announced(DumpedCpu model, Msr msr) {
    return VmxCapability.announcement(msr)
        .map(a -> a.in(model.msr(a.by().index).orElse(0)))
        .orElse(true);
  }

  /** The plain and the TRUE capability MSRs agree on what can be 1. */
  @ParameterizedTest
  @MethodSource("models")
  void aRunMasksBothForms(DumpedCpu model) {
    for (int i = 0; i < 4; i++) {
      int plain = Msr.IA32_VMX_PINBASED_CTLS.index + i;
      int exact = Msr.IA32_VMX_TRUE_PINBASED_CTLS.index + i;
      if (model.msr(exact).isPresent()) {
        assertEquals(
            model.msr(plain).orElseThrow() >>> 32,
            model.msr(exact).orElseThrow() >>> 32,
            model + " " + i);
      }
    }
  }

  /** CPUID and the controls that belong to its features, on the real processor and in a run. */
  @ParameterizedTest
  @MethodSource("models")
  void cpuidAgreesWithTheControls(DumpedCpu model) {
    for (ControlFeature c : ControlFeature.values()) {
      for (DumpedCpu view : List.of(model, model.real())) {
        boolean may = (view.msr(c.reported.index).orElse(0) & c.may()) != 0;
        boolean has = view.has(c.feature);
        String what = model + (view == model ? " in a run " : " ") + c;
        assertTrue(has || !may, what);
        boolean reported = view.msr(c.reported.index).isPresent();
        assertTrue(!c.always || !has || !reported || may, what);
      }
    }
  }

  /** Bits of CR4: reserved, unmodelled, or settable. SDM Vol. 3A "Control Registers". */
  @ParameterizedTest
  @MethodSource("models")
  void everyBitOfCr4IsOneOfThreeCases(DumpedCpu model) {
    Cpu cpu = new Cpu(new PhysicalMemory(1 << 20), model);
    long needsMore = Cr4.PCIDE; // IA-32e mode
    for (int i = 0; i < Long.SIZE; i++) {
      long bit = 1L << i;
      boolean real = (model.real().cr4Supported() & bit) != 0;
      boolean run = (model.cr4Supported() & bit) != 0;
      cpu.controls.loadCr4(0);
      if (!real) {
        Fault fault = assertThrows(Fault.class, () -> cpu.controls.writeCr4(bit), model + " " + i);
        assertEquals("cr4-reserved-bits-clear", fault.violated().id());
      } else if (!run) {
        Unmodelled stop =
            assertThrows(Unmodelled.class, () -> cpu.controls.writeCr4(bit), model + " " + i);
        assertTrue(stop.what().startsWith("CR4."), stop.what());
      } else if ((bit & needsMore) == 0) {
        cpu.controls.writeCr4(bit);
        assertEquals(bit, cpu.cr4);
      }
    }
  }

  @Test
  void hiddenBitsOfCr4AreUnmodelledInVmxOperationToo() {
    Run run =
        Machine.builder()
            .cpu("tiger-lake")
            .firmware(Firmware.LOCKED_ON)
            .set("cr4.VMXE=1")
            .build()
            .run(
                Program.assembly(
                    "cet.asm",
                    "vmxon [vmxon_pointer]\nmov rax, cr4\nor eax, 800000h\nmov cr4, rax"));
    assertEquals("CR4.CET", ((Outcome.Unmodelled) run.outcome()).what());
  }

  /** Bits of XCR0. SDM Vol. 3A "Extended Control Registers (Including XCR0)". */
  @ParameterizedTest
  @MethodSource("models")
  void avxStateIsUnmodelledWhereTheProcessorHasIt(DumpedCpu model) {
    Cpu cpu = new Cpu(new PhysicalMemory(1 << 20), model);
    if (!model.has(Feature.XSAVE)) {
      return;
    }
    if (model.real().has(Feature.AVX)) {
      Unmodelled stop = assertThrows(Unmodelled.class, () -> cpu.controls.writeXcr0(7));
      assertEquals("XCR0.AVX", stop.what());
    } else {
      Fault fault = assertThrows(Fault.class, () -> cpu.controls.writeXcr0(7));
      assertEquals("xcr0-reserved-bits-clear", fault.violated().id());
    }
  }

  /** SDM Vol. 4 "Architectural MSRs": each bit of IA32_FEATURE_CONTROL and what announces it. */
  @ParameterizedTest
  @MethodSource("models")
  void firmwareLeavesWhatTheProcessorHas(DumpedCpu model) {
    boolean smx = model.real().has(Feature.SMX);
    settable(model, FeatureControl.VMX_INSIDE_SMX, smx);
    settable(model, FeatureControl.SENTER_GLOBAL | FeatureControl.SENTER_LOCAL, smx);
    settable(model, FeatureControl.SGX_GLOBAL, model.real().has(Feature.SGX));
    settable(model, FeatureControl.SGX_LAUNCH_CONTROL, model.real().has(Feature.SGX_LC));
    boolean lmce =
        model.real().msr(Msr.IA32_MCG_CAP.index).isEmpty()
            || (model.real().msr(Msr.IA32_MCG_CAP.index).getAsLong() >>> 27 & 1) != 0;
    settable(model, FeatureControl.LMCE_ON, lmce);
    settable(model, 1L << 3, false);
    settable(model, 1L << 21, false);
    settable(model, 1L << 63, false);
  }

  private static void settable(DumpedCpu model, long bits, boolean expected) {
    long value = FeatureControl.LOCK | FeatureControl.VMX_OUTSIDE_SMX | bits;
    MachineBuilder firmware = Machine.builder().cpu(model).firmware(value);
    MachineBuilder set =
        Machine.builder().cpu(model).set("IA32_FEATURE_CONTROL", Long.toHexString(value) + "h");
    for (MachineBuilder b : List.of(firmware, set)) {
      if (expected) {
        assertEquals(value, b.build().get(Msr.IA32_FEATURE_CONTROL));
      } else {
        String message = assertThrows(BadInputException.class, b::build).getMessage();
        assertTrue(message.contains("reserved on " + model), message);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // values that firmware was seen to leave
    "skylake,         40005h",
    "coffee-lake,     20005h",
    "ice-lake,        60005h",
    "skylake-sp,      100005h",
    "skylake,         FF07h",
    "penryn,          5",
  })
  void realFirmwareValuesAreAccepted(String model, String value) {
    Machine machine = Machine.builder().cpu(model).firmware(value).build();
    assertEquals(Numbers.parse("", value), machine.get(Msr.IA32_FEATURE_CONTROL));
  }

  @ParameterizedTest
  @CsvSource({
    "bonnell,   locked-smx-only, IA32_FEATURE_CONTROL.VMX_INSIDE_SMX exists where CPUID.1:ECX.VMX (bit 5) is 1 and CPUID.1:ECX.SMX (bit 6) is 1",
    "skylake-x, locked-smx-only, reserved on skylake-x are set: 2h",
    "skylake,   20005h,          IA32_FEATURE_CONTROL.SGX_LAUNCH_CONTROL exists where CPUID.7:ECX.SGX_LC (bit 30) is 1",
    "haswell,   100005h,         IA32_FEATURE_CONTROL.LMCE_ON exists where bit 27 of IA32_MCG_CAP is 1",
  })
  void impossibleFirmwareIsRefused(String model, String firmware, String why) {
    MachineBuilder machine = Machine.builder().cpu(model).firmware(firmware);
    String message = assertThrows(BadInputException.class, machine::build).getMessage();
    assertTrue(message.contains(why), message);
  }

  /**
   * SDM Vol. 4: the bits of registers that the list holds have names, and no bit is in two rows.
   */
  @Test
  void bitsOfRegistersHaveNames() {
    DumpedCpu model = CpuModels.named("granite-rapids");
    for (StateItem item :
        List.of(State.CR4, Msr.IA32_FEATURE_CONTROL, Msr.IA32_EFER, Msr.IA32_DEBUGCTL)) {
      long bits = Inventory.bits(model, item);
      assertEquals(0, Inventory.modelled(model, item) & ~bits, item.itemName());
      for (int i = 0; i < Long.SIZE; i++) {
        long bit = 1L << i;
        if ((bits & bit) != 0) {
          String name = Inventory.name(item, bit);
          assertTrue(name.startsWith(item.itemName() + "."), name);
        }
      }
    }
    assertEquals("CR4.VME", Inventory.name(State.CR4, Cr4.VME | Cr4.FRED));
    assertEquals("bit 7 of CR0", Inventory.name(State.CR0, Cr0.ET << 3));
  }
}
