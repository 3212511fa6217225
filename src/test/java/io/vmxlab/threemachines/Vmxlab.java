package io.vmxlab.threemachines;

import io.vmxlab.arch.ApicBase;
import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.ApicBus;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.cpu.Event;
import io.vmxlab.cpu.IoSpace;
import io.vmxlab.engine.Engine;
import io.vmxlab.engine.Stop;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.vmx.VmxState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** vmxlab's processors with the image where the other machines have their ROM, and two ports. */
final class Vmxlab implements IoSpace {
  private static final int DEBUG_PORT = 0xE9;
  private static final int EXIT_PORT = 0xF4;
  private static final int MEMORY = 16 << 20;
  private static final long MOST_INSTRUCTIONS = 400_000_000;
  private static final int TURN = 1_000;

  private final List<Cpu> cpus = new ArrayList<>();
  private final List<Engine> engines = new ArrayList<>();
  private final StringBuilder printed = new StringBuilder();
  private boolean exited;

  private Vmxlab(byte[] rom, int processors, Function<PhysicalMemory, Cpu> made) {
    PhysicalMemory memory = new PhysicalMemory(MEMORY);
    memory.write(RomImage.BASE, rom);
    ApicBus bus = new ApicBus();
    for (int i = 0; i < processors; i++) {
      Cpu cpu = made.apply(memory);
      cpus.add(cpu);
      engines.add(new Engine(cpu));
      cpu.time = cpus.get(0).time;
      cpu.io = this;
      bus.connect(cpu.apic);
      cpu.apic.id(i);
      if (i > 0) {
        cpu.set(Msr.IA32_APIC_BASE, cpu.get(Msr.IA32_APIC_BASE) & ~ApicBase.BSP);
        cpu.activity = Activity.WAIT_FOR_SIPI;
      }
    }
    cpus.get(0).segment(SegmentRegister.CS).base = RomImage.BASE; // the ROM's second place
    if (cpus.size() > 1) {
      Engine.share(engines);
    }
  }

  /** What a ROM prints on a processor with VMX, and who is told of what its engine does. */
  static String run(byte[] rom, CpuModel model, Function<Engine, CpuObserver> observer) {
    Vmxlab machine = new Vmxlab(rom, 1, memory -> new Cpu(memory, model));
    Cpu cpu = machine.cpus.get(0);
    cpu.vmx = new VmxState(cpu);
    cpu.observer = observer.apply(machine.engines.get(0));
    String end = machine.alone();
    return machine.printed + end;
  }

  /** What it prints. */
  static String run(RomImage image) {
    Vmxlab machine = new Vmxlab(image.bytes(), image.processors(), Cpu::new);
    String end = machine.cpus.size() == 1 ? machine.alone() : machine.together();
    return machine.printed + end;
  }

  private String alone() {
    Stop stop = engines.get(0).run(MOST_INSTRUCTIONS);
    return exited ? "" : " " + stop;
  }

  /** They take turns; while all are halted time goes on to the next deadline. */
  private String together() {
    for (long turns = 0; turns < MOST_INSTRUCTIONS / TURN && !exited; turns++) {
      boolean idle = true;
      for (int i = 0; i < cpus.size() && !exited; i++) {
        Cpu cpu = cpus.get(i);
        if (cpu.activity == Activity.ACTIVE || cpu.events.isDue()) {
          cpu.time.turn(cpu);
          Stop stop = engines.get(i).turn(TURN);
          idle &= stop.kind() == Stop.Kind.HALTED;
          if (stop.kind() == Stop.Kind.SHUTDOWN || stop.kind() == Stop.Kind.UNMODELLED) {
            return " " + stop;
          }
        }
      }
      if (idle && !exited) {
        if (!cpus.get(0).time.skipTogether()) {
          return " halted";
        }
        cpus.get(0).time.expire();
      }
    }
    return exited ? "" : " goes on and on";
  }

  @Override
  public int in(int port, int width) {
    return -1;
  }

  @Override
  public void out(int port, int width, int value) {
    if (port == DEBUG_PORT) {
      printed.append((char) (value & 0xFF));
    } else if (port == EXIT_PORT) {
      exited = true;
      cpus.forEach(cpu -> cpu.events.signal(Event.STOP));
    }
  }
}
