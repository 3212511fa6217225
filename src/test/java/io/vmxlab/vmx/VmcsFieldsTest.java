package io.vmxlab.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Known;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import io.vmxlab.vmx.vmcs.Vmcs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** SDM Vol. 3D "Field Encoding in VMCS". */
class VmcsFieldsTest {
  static List<DumpedCpu> models() {
    return CpuModels.list();
  }

  /** One of each width and type, first and last, from the manual's tables. */
  @ParameterizedTest
  @CsvSource({
    "VPID,0000",
    "GUEST_ES_SELECTOR,0800",
    "GUEST_TR_SELECTOR,080E",
    "PML_INDEX,0812",
    "HOST_ES_SELECTOR,0C00",
    "HOST_TR_SELECTOR,0C0C",
    "IO_BITMAP_A,2000",
    "TSC_MULTIPLIER,2032",
    "GUEST_PHYSICAL_ADDRESS,2400",
    "VMCS_LINK_POINTER,2800",
    "GUEST_PDPTE3,2810",
    "HOST_IA32_PAT,2C00",
    "HOST_IA32_PERF_GLOBAL_CTRL,2C04",
    "PIN_BASED_CONTROLS,4000",
    "PLE_WINDOW,4022",
    "VM_INSTRUCTION_ERROR,4400",
    "VM_EXIT_INSTRUCTION_INFORMATION,440E",
    "GUEST_ES_LIMIT,4800",
    "PREEMPTION_TIMER_VALUE,482E",
    "HOST_SYSENTER_CS,4C00",
    "CR0_GUEST_HOST_MASK,6000",
    "CR3_TARGET_VALUE_3,600E",
    "EXIT_QUALIFICATION,6400",
    "GUEST_LINEAR_ADDRESS,640A",
    "GUEST_CR0,6800",
    "GUEST_SYSENTER_EIP,6826",
    "HOST_CR0,6C00",
    "HOST_RIP,6C16",
  })
  void encodings(VmcsField field, String encoding) {
    assertEquals(Integer.parseInt(encoding, 16), field.encoding());
  }

  @Test
  void encodingsAndNamesAreUnique() {
    Map<Object, VmcsField> seen = new HashMap<>();
    for (VmcsField f : VmcsField.values()) {
      List<Object> names = new ArrayList<>(f.aliases());
      names.add(f.encoding());
      names.add(f.itemName());
      for (Object name : names) {
        VmcsField other = seen.put(name, f);
        assertTrue(other == null || other == f, name + " is " + other + " and " + f);
      }
      assertEquals(f, VmcsField.of(f.encoding()).orElseThrow());
      f.aliases().forEach(a -> assertEquals(f, VmcsField.find(a).orElseThrow()));
      assertEquals(f, VmcsField.find(f.itemName().toUpperCase(Locale.ROOT)).orElseThrow());
      assertEquals(f.width() == VmcsField.Width.QUAD, VmcsField.of(f.encoding() | 1).isPresent());
      assertEquals(f.width().bits, f.layout().width(), f.itemName());
    }
  }

  /** A processor says how much memory a region takes. */
  @ParameterizedTest
  @MethodSource("models")
  void theRegionHoldsEveryField(DumpedCpu cpu) {
    Vmcs vmcs = new Vmcs(Machine.builder().cpu(cpu).build().cpu());
    long size = cpu.msr(Msr.IA32_VMX_BASIC.index).orElse(0) >>> 32 & 0x1FFF;
    assertTrue(vmcs.format().size() <= size, vmcs.format().size() + " of " + size);
  }

  /** Writes and reads every field of a model; what it has not got fails with error 12. */
  @Test
  void everyFieldThatThereIs() {
    for (DumpedCpu cpu : CpuModels.reference()) {
      for (VmcsField f : VmcsField.values()) {
        Machine machine = Machine.builder().cpu(cpu).firmware("locked-on").build();
        String text =
            "mov rax, cr4\nor eax, 2000h\nmov cr4, rax\nmov ecx, 480h\nrdmsr\nmov [201000h], eax\n"
                + "mov dword [200000h], 201000h\nvmxon [vmxon_pointer]\nvmclear [200000h]\n"
                + "vmptrld [200000h]\nmov ecx, "
                + f.encoding()
                + "\nmov rbx, 0123456789ABCDEFh\nvmread rdx, rcx\nsetz dil\nvmwrite rcx, rbx\nsetz sil\n"
                + "vmread r8, rcx\nmov ecx, 4400h\nvmread r9, rcx\n";
        var run = machine.run(Program.assembly(f.name(), text));
        boolean has = f.on(cpu) == Known.HAS;
        boolean any = (cpu.msr(Msr.IA32_VMX_MISC.index).orElse(0) & 1 << 29) != 0;
        boolean writes = has && (any || !f.isReadOnly());
        String what = f + " on " + cpu.name();
        assertEquals(has ? 0 : 1, run.get(State.RDI) & 0xFF, what);
        assertEquals(writes ? 0 : 1, run.get(State.RSI) & 0xFF, what);
        if (writes) {
          assertEquals(f.cut(0x0123456789ABCDEFL), run.get(State.R8), what);
        } else if (f != VmcsField.VM_INSTRUCTION_ERROR) {
          assertEquals(has ? 13 : 12, run.get(State.R9), what);
        }
      }
    }
  }

  @Test
  void aFieldOfNoProcessorIsNotFound() {
    assertFalse(VmcsField.of(0x482C).isPresent());
    assertFalse(VmcsField.of(0x6801).isPresent());
    assertFalse(VmcsField.of(-1).isPresent());
    assertFalse(VmcsField.of(0x1_0000_6800L).isPresent());
  }
}
