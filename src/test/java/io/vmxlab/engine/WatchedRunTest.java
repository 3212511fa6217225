package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.Scale;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.Vector;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.CpuObserver;
import io.vmxlab.cpu.Fault;
import io.vmxlab.isa.Instruction;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.model.CpuModels;
import io.vmxlab.vmx.VmxState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a program does never depends on who watches, nor on how often the run is interrupted, nor on
 * the engine: random programs in every mode end alike in blocks, step by step, in slices, and in
 * regions.
 */
class WatchedRunTest {
  private static final String[] MODELS = {"penryn", "haswell", "skylake-sp", "ice-lake-sp"};
  private static final int PROGRAMS_OF_A_PROCESSOR = 200;
  private static final int MOST_INSTRUCTIONS = 1500;

  /** In bytes; some hundred instructions, so that decoded code is dropped again and again. */
  private static final long LITTLE_CODE = 20_000;

  /** Most of memory keeps a difference until then, and it takes longest to compare. */
  private static final int MEMORY_COMPARED = 10;

  /** One in so many processors has regions made too, which takes longer than all else. */
  private static final int IN_REGIONS = 8;

  @Test
  void some_programs_end_alike() {
    run(200, 1);
  }

  @Test
  @Tag("slow")
  void a_million_programs_end_alike_times_the_scale() {
    run(1_000_000L * Scale.factor(), 2);
  }

  private static void run(long programs, long seed) {
    Random random = new Random(seed);
    for (long i = 0; i < programs; ) {
      String model = MODELS[random.nextInt(MODELS.length)];
      Guest blocks = new Guest(model);
      Guest steps = new Guest(model);
      Guest slices = new Guest(model);
      Guest regions = new Guest(model, EngineMode.TRANSLATOR);
      Guest late = new Guest(model, EngineMode.TRANSLATOR);
      Guest sequences = new Guest(model, EngineMode.SEQUENCES);
      late.engine.regionWriter(new LateWriter());
      steps.engine.stepListener(new Watcher());
      slices.engine.mostCode(LITTLE_CODE);
      boolean inRegions = i / PROGRAMS_OF_A_PROCESSOR % IN_REGIONS == 0;
      for (int j = 0; j < PROGRAMS_OF_A_PROCESSOR && i < programs; j++, i++) {
        long program = random.nextLong();
        int limit = 1 + random.nextInt(MOST_INSTRUCTIONS);
        int slice = 1 + random.nextInt(300);
        String which = model + " program " + program + " limit " + limit;
        byte[] code = RandomGuest.code(new Random(~program));
        blocks.prepare(code, program);
        steps.prepare(code, program);
        slices.prepare(code, program);
        Stop whole = blocks.engine.run(limit);
        assertEquals(whole, steps.engine.run(limit), which + " watched");
        same(blocks, steps, which + " watched");
        assertEquals(whole, slices.run(limit, slice), which + " in slices of " + slice);
        same(blocks, slices, which + " in slices of " + slice);
        if (inRegions) {
          regions.prepare(code, program);
          assertEquals(whole, regions.engine.run(limit), which + " in regions");
          same(blocks, regions, which + " in regions");
          late.prepare(code, program);
          assertEquals(whole, late.engine.run(limit), which + " in late regions");
          same(blocks, late, which + " in late regions");
          sequences.prepare(code, program);
          assertEquals(whole, sequences.engine.run(limit), which + " in sequences");
          same(blocks, sequences, which + " in sequences");
        }
      }
    }
  }

  private static void same(Guest expected, Guest actual, String which) {
    assertEquals(expected.faults, actual.faults, which);
    assertEquals(expected.engine.spent(), actual.engine.spent(), which);
    assertEquals(expected.cpu.retired, actual.cpu.retired, which);
    for (State item : State.values()) {
      assertEquals(expected.cpu.get(item), actual.cpu.get(item), () -> which + ": " + item);
    }
    for (Msr msr : expected.cpu.msrs.present()) {
      assertEquals(expected.cpu.get(msr), actual.cpu.get(msr), () -> which + ": " + msr);
    }
    if (expected.prepared % MEMORY_COMPARED != 0) {
      return;
    }
    for (long at = 0; at < RandomGuest.RAM; at += PhysicalMemory.CHUNK) {
      boolean equal = Arrays.equals(expected.cpu.memory.written(at), actual.cpu.memory.written(at));
      assertTrue(equal, which);
    }
  }

  private static final class Watcher implements StepListener {
    @Override
    public void before(Cpu cpu, Instruction insn) {}

    @Override
    public void after(Cpu cpu, Instruction insn) {}
  }

  private static final class Guest {
    final Cpu cpu;
    final Engine engine;
    final List<String> faults = new ArrayList<>();

    /** Programs so far. */
    int prepared;

    Guest(String model) {
      this(model, EngineMode.INTERPRETER);
    }

    Guest(String model, EngineMode mode) {
      cpu = new Cpu(new PhysicalMemory(RandomGuest.RAM), CpuModels.named(model));
      cpu.vmx = new VmxState(cpu);
      engine = new Engine(cpu, Engine.decoder(cpu), mode);
      cpu.observer =
          new CpuObserver() {
            @Override
            public void onException(Cpu c, Fault f) {
              faults.add(what(f) + " at " + Long.toHexString(c.rip) + " after " + c.retired);
            }

            @Override
            public void onNestedException(Cpu c, Vector first, Fault second) {
              faults.add("in delivery: " + what(second));
            }
          };
    }

    private static String what(Fault f) {
      return f.vector() + "(" + f.errorCode() + ") " + f.violated().id() + " " + f.address();
    }

    void prepare(byte[] code, long program) {
      prepared++;
      faults.clear();
      RandomGuest.prepare(cpu, code, new Random(program));
    }

    Stop run(int limit, int slice) {
      long left = limit;
      while (true) {
        long before = engine.spent();
        Stop stop = engine.run(Math.min(left, slice));
        left -= engine.spent() - before;
        if (stop.kind() != Stop.Kind.LIMIT || left <= 0) {
          return stop;
        }
      }
    }
  }
}
