package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.State;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static Machine with(String... settings) {
    MachineBuilder b = Machine.builder();
    for (String s : settings) {
      b.set(s);
    }
    return b.build();
  }

  private static String refusal(String... settings) {
    return assertThrows(BadInputException.class, () -> with(settings)).getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "cr4.VMXE=1, CR4, 2020",
    "CR4.vmxe=1, cr4.vmxe, 1",
    "IA32_FEATURE_CONTROL=5, feature_control, 5",
    "feature_control.lock=1, IA32_FEATURE_CONTROL.LOCK, 1",
    "msr[0x3a]=5, IA32_FEATURE_CONTROL, 5",
    "smx=1, SMX operation, 1",
    "a20m=1, A20M mode, 1",
    "smm=1, SMM, 1",
    "cr0.ne=0, CR0.NE, 0",
    "cr4.13=1, CR4.VMXE, 1",
    "efer.nxe=0, IA32_EFER.NXE, 0",
    "fs_base=0x1234, FS.base, 1234",
    "cr2=-1, cr2, ffffffffffffffff"
  })
  void namesAreFoundWhateverTheirCase(String setting, String name, String value) {
    assertEquals(value, Long.toHexString(with(setting).get(name)));
  }

  @Test
  void registersAreSetWhenAProgramBegins() {
    Run run = with("rax=7", "ecx=0x10").run(Program.assembly("add rax, rcx"));
    assertEquals(0x17, run.register("rax"));
    assertEquals(0x10, run.before().get(State.RCX));
  }

  @Test
  void mistypedNamesGetASuggestion() {
    assertTrue(refusal("cr5.vmxe=1").contains("did you mean CR"), refusal("cr5.vmxe=1"));
    assertTrue(refusal("cr4.vmx=1").contains("did you mean VMXE?"), refusal("cr4.vmx=1"));
    assertTrue(refusal("IA32_FEATURE_CONTROLL=1").contains("did you mean IA32_FEATURE_CONTROL?"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cr4", "=1", "cr4.vmxe=", "cr4.vmxe=x", "cr4.vmxe=2", "cr4=1x", ""})
  void malformedSettingsAreRefused(String setting) {
    assertThrows(BadInputException.class, () -> Setting.parse(setting));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cr0=0xFFFFFFFF80000011",
        "cr0.pg=0",
        "cr0.pe=0",
        "cr0.nw=1",
        "cr0.et=0",
        "cr4.15=1",
        "cr4.pae=0",
        "cr4.pks=1",
        "efer.lme=0",
        "efer=0x8000",
        "rflags=0x8000",
        "feature_control=0x8",
        "ia32_vmx_basic=1",
        "cpl=1",
        "vmx=1",
        "init pending=1",
        "IA32_APIC_BASE=0xFEE00400",
        "cs=0x99"
      })
  void impossibleValuesAreRefusedUnlessForced(String setting) {
    assertTrue(refusal(setting).contains("MachineBuilder.force"), refusal(setting));
    Machine machine = Machine.builder().set(setting).force(true).build();
    assertTrue(!machine.forced().isEmpty());
  }

  /** SDM Vol. 3C "Restrictions on VMX Operation". */
  @Test
  void a20mModeIsImpossibleWhereA20mIsBlocked() {
    assertTrue(refusal("a20m=1", "smx=1").contains("A20M"), refusal("a20m=1", "smx=1"));
    assertEquals(refusal("smx=1", "a20m=1"), refusal("a20m=1", "smx=1"));
  }

  @Test
  void possibleValuesAreNotForced() {
    Machine machine = Machine.builder().set("cr4.vmxe=1").force(true).build();
    assertEquals(List.of(), machine.forced());
  }

  @Test
  void registersThatTheModelLacksAreRefused() {
    assertTrue(
        assertThrows(
                BadInputException.class,
                () -> Machine.builder().cpu("penryn").set("IA32_VMX_VMFUNC=1").build())
            .getMessage()
            .contains("penryn has no IA32_VMX_VMFUNC"));
  }

  @Test
  void otherOptionsAreCheckedToo() {
    assertTrue(
        assertThrows(BadInputException.class, () -> Machine.builder().cpu("skylak"))
            .getMessage()
            .contains("skylake"));
    assertTrue(
        assertThrows(BadInputException.class, () -> Firmware.named("locked"))
            .getMessage()
            .contains("locked-on"));
    assertThrows(BadInputException.class, () -> Machine.builder().mode(8));
    assertThrows(BadInputException.class, () -> Machine.builder().memory("1M"));
    assertThrows(BadInputException.class, () -> Machine.builder().memory("lots"));
    assertThrows(BadInputException.class, () -> Machine.builder().limit(0));
    assertThrows(BadInputException.class, () -> Abi.named("fastcall"));
    assertThrows(BadInputException.class, () -> Argument.parse("buffer:0"));
    assertThrows(BadInputException.class, () -> Argument.parse("five"));
    assertEquals(new Argument.Value(-1), Argument.parse("-1"));
    assertEquals(new Argument.Value(0x2000), Argument.parse("2000h"));
    assertEquals(new Argument.Buffer(4096), Argument.parse("buffer:4096"));
    assertEquals(Firmware.LOCKED_SMX_ONLY, Firmware.named("Locked-SMX-only"));
  }

  @Test
  void everyMemorySizeWorks() {
    for (String size : List.of("2M", "65M", "5G", "64G")) {
      for (String model : List.of("penryn", "ice-lake-sp")) {
        Run run =
            Machine.builder().cpu(model).memory(size).build().run(Program.assembly("mov eax, 1"));
        assertEquals(Outcome.Kind.COMPLETED, run.kind(), model + " " + size);
      }
    }
  }
}
