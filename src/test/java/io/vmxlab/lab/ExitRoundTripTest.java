package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.Allocation;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import io.vmxlab.machine.Run;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What VM exits and the VMRESUME behind them cost, and accesses to the VMCS. */
class ExitRoundTripTest {
  /** Enough for regions, and for the JIT compiler to have compiled them. */
  private static final int FEW = 500_000;

  private static final int MANY = FEW + 1_000_000;

  /** Each cost is measured so often, and the one in the middle counts. */
  private static final int TIMES = 5;

  private static final int IN_A_ROW = 10;

  /** Until the JIT compiler has seen that what assembling makes is used in one place only. */
  private static final int ROUNDS = 8;

  /** Of both runs alike, but for what the JVM does at its own time. */
  private static final long MOST_BYTES = 1 << 16;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final long ACTIVATE_SECONDARY = 1L << 31;
  private static final long EPT_AND_VPID = 1L << 1 | 1L << 5;
  private static final long EPT_POINTER = 0x23_001EL;

  /** EPT paging structures that map the first GByte to itself. */
  private static final String TABLES =
      "mov rax, 0x231007\nmov [0x230000], rax\nmov rax, 0xB7\nmov [0x231000], rax\n";

  /** A guest that leaves again and again. */
  private enum Leaving {
    CPUID_WITHOUT_EPT("cpuid", false, null, 0),
    CPUID("cpuid", true, null, 0),
    IN("in al, 0x80", true, VmcsField.PRIMARY_CONTROLS, 1L << 24),
    HLT("hlt", true, VmcsField.PRIMARY_CONTROLS, 1L << 7),
    EPT_VIOLATION("mov al, [0x40000000]", true, null, 0),
    PREEMPTION_TIMER_OF_0("nop", true, VmcsField.PIN_BASED_CONTROLS, 1L << 6);

    final String instruction;
    private final Map<VmcsField, Long> fields = new EnumMap<>(VmcsField.class);

    /** With EPT and VPID, and with a control; null for none. */
    Leaving(String instruction, boolean nested, VmcsField vector, long control) {
      this.instruction = instruction;
      if (nested) {
        fields.put(VmcsField.PRIMARY_CONTROLS, ACTIVATE_SECONDARY);
        fields.put(VmcsField.SECONDARY_CONTROLS, EPT_AND_VPID);
        fields.put(VmcsField.EPT_POINTER, EPT_POINTER);
        fields.put(VmcsField.VPID, 1L);
      }
      if (vector != null) {
        fields.merge(vector, control, (one, other) -> one | other);
      }
    }

    /** R15 counts; the guest leaves it alone. The host enters it where it has left. */
    String trips(int count) {
      return TABLES
          + VmcsPrelude.text(Long.SIZE, fields)
          + "lea rax, [rel guest]\nmov ecx, 0x681E\nvmwrite rcx, rax\n"
          + "lea rax, [rel host]\nmov ecx, 0x6C16\nvmwrite rcx, rax\nmov r15d, "
          + count
          + "\nvmlaunch\nhlt\n"
          + "host: dec r15d\njz program_exit\nvmresume\nguest: "
          + instruction
          + "\njmp guest\n";
    }
  }

  /** Accesses to a field of the current VMCS. */
  private static String accesses(String instruction, int count) {
    return VmcsPrelude.text(Long.SIZE, Map.of())
        + "mov r15d, "
        + count / IN_A_ROW
        + "\nmov ecx, 0x681E\nagain: "
        + (instruction + "\n").repeat(IN_A_ROW)
        + "dec r15d\njnz again\n";
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

  @ParameterizedTest
  @EnumSource(
      value = Leaving.class,
      names = {"CPUID_WITHOUT_EPT", "CPUID"})
  void aRoundTripAllocatesNothing(Leaving guest) {
    assumeTrue(Allocation.ofThisThread() > 0, "this JVM does not tell what a thread allocates");
    Machine machine = machine();
    Program few = Program.assembly("few.asm", guest.trips(FEW));
    Program many = Program.assembly("many.asm", guest.trips(MANY));
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
    System.out.printf("500 instructions of a sieve: %.0f ns%n", 500 * instruction());
    for (Leaving guest : Leaving.values()) {
      System.out.printf("%s, its VM exit and VMRESUME: %.0f ns%n", guest, median(guest::trips));
    }
    for (String access : List.of("vmread rax, rcx", "vmwrite rcx, rax")) {
      System.out.printf("%s: %.0f ns%n", access, median(count -> accesses(access, 4 * count)) / 4);
    }
  }

  /** Nanoseconds that one more takes. */
  private static double median(IntFunction<String> text) {
    Machine machine = machine();
    time(machine, text.apply(MANY));
    double[] costs = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long few = time(machine, text.apply(FEW));
      costs[i] = (double) (time(machine, text.apply(MANY)) - few) / (MANY - FEW);
    }
    Arrays.sort(costs);
    return costs[TIMES / 2];
  }

  private static double instruction() {
    Machine machine = machine();
    time(machine, sieve(20));
    double[] costs = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long[] some = timed(machine, sieve(20));
      long[] more = timed(machine, sieve(500));
      costs[i] = (double) (more[0] - some[0]) / (more[1] - some[1]);
    }
    Arrays.sort(costs);
    return costs[TIMES / 2];
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
