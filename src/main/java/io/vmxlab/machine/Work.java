package io.vmxlab.machine;

import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.Engine;
import io.vmxlab.engine.EngineWork;

/**
 * What runs have cost vmxlab. Times and the number of regions, unlike everything else about a run,
 * differ from one to the next; the engine's choice decides about blocks and regions.
 *
 * @param instructions executed, by all processors
 * @param nanoseconds that it took
 * @param blocks of instructions that were decoded, each time that they were
 * @param decoded instructions in them
 * @param decodingNanoseconds what part of the time that was
 * @param regions that were made of blocks
 * @param regionNanoseconds what part of the time that was; other threads write and compile them
 * @param tlbMisses page walks, of instruction fetches too
 */
public record Work(
    long instructions,
    long nanoseconds,
    long blocks,
    long decoded,
    long decodingNanoseconds,
    long regions,
    long regionNanoseconds,
    long tlbMisses) {
  /** Of one processor. */
  static Work of(Engine engine, Cpu cpu, long nanoseconds) {
    EngineWork work = engine.work();
    return new Work(
        engine.retired(),
        nanoseconds,
        work.blocks(),
        work.instructions(),
        work.decoding(),
        work.regions(),
        work.making(),
        cpu.mmu.misses());
  }

  /** Of processors that take turns. */
  Work and(Work other) {
    return new Work(
        instructions + other.instructions,
        nanoseconds + other.nanoseconds,
        blocks + other.blocks,
        decoded + other.decoded,
        decodingNanoseconds + other.decodingNanoseconds,
        regions + other.regions,
        regionNanoseconds + other.regionNanoseconds,
        tlbMisses + other.tlbMisses);
  }

  /** Million instructions a second. */
  public double mips() {
    return nanoseconds == 0 ? 0 : instructions * 1e3 / nanoseconds;
  }

  /** The part of the time in which instructions were executed. */
  public long executingNanoseconds() {
    return nanoseconds - decodingNanoseconds - regionNanoseconds;
  }
}
