package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Feature;
import io.vmxlab.cpu.Enabling;
import io.vmxlab.cpu.Requirement;
import io.vmxlab.isa.Encoding.Space;
import io.vmxlab.isa.Form;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.GuestFault;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Outcome;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An extension whose enabling bit is 0 is #UD on the real processor, so in a run too; many of these
 * bits cannot be set in a run. SDM Vol. 2 by instruction.
 */
class EnablingTest {
  private static String ending(Run run) {
    if (run.outcome() instanceof Outcome.Unmodelled u) {
      return "unmodelled " + u.what();
    }
    return run.outcome().fault().flatMap(GuestFault::rule).orElse(run.kind().id());
  }

  private static String run(String cpu, String hex, String... settings) {
    MachineBuilder machine = Machine.builder().cpu(cpu).mode(CodeMode.BITS64);
    for (String s : settings) {
      machine.set(s);
    }
    return ending(machine.build().run(Program.hex("code", hex)));
  }

  @ParameterizedTest(name = "{0}: {1} is {2}")
  @CsvSource({
    "sapphire-rapids, F3 0F C7 F0,          uintr-enabled", // SENDUIPI RAX
    "sapphire-rapids, F3 0F 01 EC,          uintr-enabled", // UIRET
    "skylake,         C5 F8 77,             avx-state-enabled", // VZEROUPPER
    "skylake,         C5 F8 58 C0,          avx-state-enabled", // VADDPS
    "penryn,          C5 F8 77,             instruction-present",
    "skylake-sp,      62 F1 7C 48 58 C0,    avx512-state-enabled", // VADDPS ZMM
    "skylake-sp,      C5 F8 90 C0,          avx512-state-enabled", // KMOVW
    "sapphire-rapids, C4 E2 78 49 C0,       amx-state-enabled", // TILERELEASE
    "skylake,         C4 E2 78 49 C0,       instruction-present",
    "tiger-lake,      F3 0F 38 DC C8,       key-locker-enabled", // LOADIWKEY
    "tiger-lake,      F3 0F 01 EA,          cet-enabled", // SAVEPREVSSP
    "tiger-lake,      F3 48 0F 1E C8,       completed", // RDSSPQ RAX
    "skylake,         F3 48 0F 1E C8,       completed", // a NOP there
    "wildcat-lake,    F2 0F 01 CA,          fred-enabled", // ERETS
    "skylake,         0F AE 20,             osxsave-enabled", // XSAVE [RAX]
    "granite-rapids,  F3 0F AE E0,          completed", // PTWRITE EAX
    "granite-rapids,  F3 66 0F AE E0,       prefixes-allowed",
    "granite-rapids,  66 F3 48 0F AE E0,    prefixes-allowed",
    "arrow-lake,      C4 E2 61 E0 03,       unmodelled CMPOXADD m32 r32 r32",
    "skylake,         C4 E2 61 E0 03,       instruction-present",
    "via-isaiah,      0F A7 C0,             unmodelled XSTORE",
    "skylake,         0F A7 C0,             instruction-present",
    "zhaoxin-kx7000,  F3 0F A6 C8,          unmodelled XSHA1",
    "skylake,         0F AA,                in-smm", // RSM
    "wildcat-lake,    F2 0F 00 F0,          unmodelled LKGS r/m16",
    "penryn,          0F 01 CF,             instruction-present", // ENCLS, and no SIDT
    "penryn,          0F 01 CA,             instruction-present", // CLAC
    "skylake,         0F 01 CF,             unmodelled ENCLS",
    "skylake,         F3 0F C7 F0,          operand-in-memory", // VMXON
    "lunar-lake,      C4 E2 6B 50 CB,       avx-state-enabled", // VPDPBSSD
    "skylake,         C4 E2 6B 50 CB,       instruction-present",
    "arrow-lake,      C4 E2 77 CB D0,       avx-state-enabled", // VSHA512RNDS2
    "haswell,         C4 E2 71 DC C2,       avx-state-enabled", // VAESENC XMM
    "haswell,         C4 E2 75 DC C2,       instruction-present", // VAESENC YMM
    "skylake,         C4 E1 F9 C4 C0 00,    avx-state-enabled", // VPINSRW with VEX.W
    "lunar-lake,      0F 01 C7,             unmodelled PBNDKB",
    "skylake,         0F 01 C7,             instruction-present",
    "skylake,         0F 38 FC 03,          instruction-present", // AADD
    "skylake,         66 0F 01 CF,          tdx-operation", // SEAMCALL, and no ENCLS
    "granite-rapids,  66 0F 01 CF,          tdx-operation",
    "granite-rapids,  66 0F 01 CC,          tdx-operation", // TDCALL
    "granite-rapids,  66 0F 01 CD,          tdx-operation", // SEAMRET
    "granite-rapids,  66 0F 01 CE,          tdx-operation", // SEAMOPS
    "granite-rapids,  F3 0F 01 CF,          prefixes-allowed",
    "skylake,         66 0F 01 D7,          prefixes-allowed", // ENCLU
    "skylake,         66 0F 01 C0,          prefixes-allowed", // ENCLV
  })
  void answersAsTheRealProcessor(String cpu, String hex, String ending) {
    assertEquals(ending, run(cpu, hex).replace(",", ""));
  }

  @Test
  void noLeafOfGetsec() {
    assertEquals("getsec-leaf-exists", run("skylake", "6A 01 58 0F 37", "cr4.SMXE=1"));
    assertEquals("completed", run("skylake", "31 C0 0F 37 C3", "cr4.SMXE=1"));
  }

  /** SEAMCALL is for virtual-machine monitors on processors that may have Intel TDX. */
  @ParameterizedTest
  @CsvSource({
    "granite-rapids, unmodelled SEAMCALL, tdx-operation",
    "skylake,        tdx-operation,       tdx-operation",
  })
  void inVmxOperation(String cpu, String seamcall, String tdcall) {
    assertEquals(seamcall, inRoot(cpu, "seamcall"));
    for (String name : List.of("tdcall", "seamret", "seamops")) {
      assertEquals(tdcall, inRoot(cpu, name));
    }
  }

  private static String inRoot(String cpu, String instruction) {
    Machine machine =
        Machine.builder().cpu(cpu).firmware(Firmware.LOCKED_ON).set("cr4.VMXE=1").build();
    String text = "vmxon [vmxon_pointer]\n" + instruction;
    return ending(machine.run(Program.assembly(text))).replaceAll(",.*", "");
  }

  /** Every row of these extensions has its condition, and none else has. */
  @Test
  void allRowsOfTheKind() {
    Set<Feature> gated =
        EnumSet.of(
            Feature.AMX_TILE,
            Feature.AMX_INT8,
            Feature.AMX_BF16,
            Feature.AMX_FP16,
            Feature.AMX_COMPLEX,
            Feature.UINTR,
            Feature.CET_SS,
            Feature.KL,
            Feature.FRED);
    List<String> without = new ArrayList<>();
    for (Form form : Engine.table().forms()) {
      boolean vector = form.pattern().space() != Space.LEGACY && !form.modelled();
      boolean needed =
          vector && form.feature() != Feature.CMPCCXADD || gated.contains(form.feature());
      Requirement r = Enabling.needs(form);
      if (needed != (r != null)) {
        without.add(form.syntax());
      }
    }
    assertEquals(List.of(), without);
  }

  /** Where the bit cannot be set, no row of the extension stops a run as unmodelled. */
  @Test
  void whatCannotBeEnabledIsNeverUnmodelled() {
    for (DumpedCpu model : CpuModels.list()) {
      assertTrue((model.cr4Supported() & (0x3L << 23 | 1L << 25 | 1L << 19 | 1L << 32)) == 0);
    }
    assertNotNull(Requirement.of("uintr-enabled").orElse(null));
  }
}
