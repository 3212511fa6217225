package io.vmxlab.fuzz;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.MachineBuilder;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.RunListener;
import io.vmxlab.model.CpuModels;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of a machine, a line each: {@code force}, {@code watch}, {@code mode N}, {@code cpu
 * NAME}, {@code firmware STATE} and {@code NAME=VALUE}.
 */
final class SettingsTarget extends RunTarget {
  private static final int LIMIT = 100;
  private static final String CODE =
      """
      mov eax, 1
      cpuid
      mov ecx, 3Ah
      rdmsr
      push eax
      pushf
      pop eax
      mov eax, cr4
      int3
      mov cr4, eax
      """;

  SettingsTarget() {
    super("settings");
  }

  @Override
  public List<byte[]> seeds() {
    return Seeds.texts(
        "cr4.VMXE=1\nIA32_FEATURE_CONTROL=5\ncpu haswell",
        "force\nVMX operation=1\nSMX operation=1\nINIT pending=1",
        "force\nmode 32\ncr0.PG=1\nCS.limit=3\nDS.rights=0xf\nDR1=3",
        "watch\nmode 16\nrip=0xfff0\nsp=1\nss=0x9000",
        "cpl=3\nRSP=-1\nfirmware locked-off\nmsr[0x3a]=1",
        "force\nwatch\ncr3=0x200000\nIA32_EFER=0\nTR.base=-1\nidtr.limit=0");
  }

  @Override
  public List<String> dictionary() {
    List<String> words = new ArrayList<>(CpuModels.names());
    words.addAll(List.of("force", "watch", "mode ", "cpu ", "firmware ", "=", "\n", "."));
    for (State s : State.values()) {
      words.add(s.itemName());
      s.layout().fields().forEach(f -> words.add(f.name()));
    }
    for (Msr m : Msr.values()) {
      words.add(m.name());
    }
    words.addAll(Firmware.ids());
    return words;
  }

  @Override
  public int longest() {
    return 1 << 10;
  }

  @Override
  public String feed(byte[] input) {
    MachineBuilder builder = Machine.builder().memory("2M").limit(LIMIT);
    boolean watch = false;
    for (String line : FuzzTarget.text(input).lines().toList()) {
      if (line.equals("force")) {
        builder.force(true);
      } else if (line.equals("watch")) {
        watch = true;
      } else if (line.equals("mode 32") || line.equals("mode 16")) {
        builder.mode(Integer.parseInt(line.substring(5)));
      } else if (line.startsWith("cpu ")) {
        builder.cpu(line.substring(4));
      } else if (line.startsWith("firmware ")) {
        builder.firmware(Firmware.named(line.substring(9)));
      } else {
        builder.set(line);
      }
    }
    Machine machine = builder.build();
    if (watch) {
      machine.listener(
          new RunListener() {
            @Override
            public boolean wantsSteps() {
              return true;
            }
          });
    }
    String code = machine.mode().bits == 64 ? CODE.replace(" eax", " rax") : CODE;
    return run(machine, Program.assembly("input", code)) + machine.forced().size();
  }
}
