package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.Allocation;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a VM exit for CPUID and the VMRESUME behind it cost. */
class ExitRoundTripTest {
  /** Enough for regions, and for the JIT compiler to have compiled them. */
  private static final int FEW = 500_000;

  private static final int MANY = FEW + 1_000_000;

  /** Until the JIT compiler has seen that what assembling makes is used in one place only. */
  private static final int ROUNDS = 8;

  /** Of both runs alike, but for what the JVM does at its own time. */
  private static final long MOST_BYTES = 1 << 16;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** R15 counts; the guest leaves it alone, for it executes nothing but CPUID. */
  private static String trips(int count) {
    return VmcsPrelude.text(Long.SIZE, Map.of())
        + "lea rax, [rel guest]\nmov ecx, 0x681E\nvmwrite rcx, rax\n"
        + "lea rax, [rel host]\nmov ecx, 0x6C16\nvmwrite rcx, rax\nmov r15d, "
        + count
        + "\nvmlaunch\n"
        + "host: dec r15d\njz program_exit\nvmresume\nguest: cpuid\njmp guest\n";
  }

  /** Marks multiples in an array, as the sieve of Eratosthenes does. */
  private static String sieve(int passes) {
    return "mov r8d, "
        + passes
        + "\npass: mov ebx, 2\nprime: mov ecx, ebx\nmark: add ecx, ebx\n"
        + "mov byte [rcx + 0x300000], 1\ncmp ecx, 8000\njb mark\ninc ebx\n"
        + "cmp ebx, 90\njb prime\ndec r8d\njnz pass\n";
  }

  private static Machine machine() {
    return Machine.builder().firmware(Firmware.LOCKED_ON).limit(Long.MAX_VALUE).build();
  }

  private static long bytes(Machine machine, Program program) {
    long before = Allocation.ofThisThread();
    machine.run(program);
    return Allocation.ofThisThread() - before;
  }

  @Test
  void aRoundTripAllocatesNothing() {
    assumeTrue(Allocation.ofThisThread() > 0, "this JVM does not tell what a thread allocates");
    Machine machine = machine();
    Program few = Program.assembly("few.asm", trips(FEW));
    Program many = Program.assembly("many.asm", trips(MANY));
    long added = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS && added >= MOST_BYTES; i++) {
      added = bytes(machine, many) - bytes(machine, few);
    }
    assertTrue(added < MOST_BYTES, added + " bytes for " + (MANY - FEW) + " round trips");
  }

  /** Printed, not judged: a time says little on a busy machine. */
  @Test
  @Tag("slow")
  void costs() {
    Machine machine = machine();
    time(machine, trips(FEW));
    double trip = (double) (time(machine, trips(MANY)) - time(machine, trips(FEW))) / (MANY - FEW);
    machine = machine();
    time(machine, sieve(20));
    long[] some = timed(machine, sieve(20));
    long[] more = timed(machine, sieve(500));
    double instructions = 1_000.0 * (more[0] - some[0]) / (more[1] - some[1]);
    System.out.printf(
        "VM exit and VMRESUME: %.0f ns; 1,000 instructions of a sieve: %.0f ns%n",
        trip, instructions);
  }

  private static long time(Machine machine, String text) {
    return timed(machine, text)[0];
  }

  /** Nanoseconds of this thread, and instructions. */
  private static long[] timed(Machine machine, String text) {
    long before = THREADS.getCurrentThreadCpuTime();
    Run run = machine.run(Program.assembly("timed.asm", text));
    return new long[] {THREADS.getCurrentThreadCpuTime() - before, run.instructions()};
  }
}
