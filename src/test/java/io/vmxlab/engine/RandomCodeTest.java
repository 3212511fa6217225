package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.Scale;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.model.CpuModels;
import io.vmxlab.vmx.VmxState;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random bytes in random states: whatever the guest does, the library throws nothing, stops at its
 * limit and uses no memory beyond the guest's. What the guest computes is not looked at.
 */
class RandomCodeTest {
  private static final int SLICE = 400;
  private static final String[] MODELS = {"penryn", "haswell", "skylake-sp", "ice-lake-sp"};

  @Test
  void a_million_random_instructions() {
    run(1_000_000, 1);
  }

  @Test
  @Tag("slow")
  void twenty_million_random_instructions_times_the_scale() {
    run(20_000_000L * Scale.factor(), 2);
  }

  private static void run(long instructions, long seed) {
    Random random = new Random(seed);
    long executed = 0;
    while (executed < instructions) {
      String model = MODELS[random.nextInt(MODELS.length)];
      Cpu cpu = new Cpu(new PhysicalMemory(RandomGuest.RAM), CpuModels.named(model));
      cpu.vmx = new VmxState(cpu);
      Engine engine = new Engine(cpu);
      for (int i = 0; i < 500 && executed < instructions; i++) {
        long before = cpu.retired;
        long spent = engine.spent();
        RandomGuest.prepare(cpu, RandomGuest.code(random), random);
        Stop stop = runAndExplain(engine, cpu, model, i, seed);
        assertTrue(cpu.retired - before <= SLICE, "ran past its limit");
        assertEquals(0, cpu.r[16], "the slot that is always zero");
        // deliveries of exceptions count as work too, or a storm of faults would never end
        executed += Math.max(1, engine.spent() - spent);
        assertTrue(stop != null);
      }
    }
  }

  private static Stop runAndExplain(Engine engine, Cpu cpu, String model, int round, long seed) {
    try {
      return engine.run(SLICE);
    } catch (RuntimeException | Error e) {
      String where = String.format("%s round %d seed %d rip %x", model, round, seed, cpu.rip);
      throw new AssertionError(where, e);
    }
  }
}
