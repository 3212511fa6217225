import io.vmxlab.machine.Firmware;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.Program;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What operations cost: java -cp vmxlab.jar Operations.java KERNELS.o [NAME...] prints a name and
 * the nanoseconds of this thread for each. Every program runs once to warm up, then with few and
 * with many repetitions; the difference has no start in it.
 */
final class Operations {
  private static final Map<String, String> LOOPS =
      Map.of(
          "vmxon-vmxoff", "again: vmxon [vmxon_pointer]\nvmxoff\ndec ebx\njnz again",
          "mov-cr3", "mov rax, cr3\nagain: mov cr3, rax\ndec ebx\njnz again",
          "invlpg", "again: invlpg [600000h]\ndec ebx\njnz again",
          "stosq-4k", "again: mov ecx, 512\nmov edi, 600000h\nrep stosq\ndec ebx\njnz again",
          "page-alone", page("nop"),
          "page-store", page("mov byte [rel page + 2001], 0"),
          "touch-page",
              "mov esi, 1000000h\nagain: mov [rsi], rax\nadd rsi, 1000h\ndec ebx\njnz again");

  private static final Map<String, Integer> MANY =
      Map.of(
          "vmxon-vmxoff",
          400_000,
          "mov-cr3",
          1_500_000,
          "invlpg",
          1_500_000,
          "stosq-4k",
          1_000_000,
          "page-alone",
          4_000,
          "page-store",
          200,
          "touch-page",
          250_000);

  private static final Map<String, Integer> KERNELS =
      Map.of("sieve", 700, "sha256", 100_000, "quicksort", 1_200, "bytecode", 25_000);

  private Operations() {}

  /** A page of 2,000 blocks, run through again and again. */
  private static String page(String before) {
    return "again: "
        + before
        + "\njmp page\nback: dec ebx\njnz again\nret\nalign 4096\n"
        + "page: times 2000 db 0EBh, 0\njmp back";
  }

  private static Machine machine() {
    return Machine.builder()
        .firmware(Firmware.LOCKED_ON)
        .set("CR4.VMXE", "1")
        .memory(1200L << 20)
        .limit(Long.MAX_VALUE)
        .build();
  }

  private static long time(Machine machine, Program program) {
    long from = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    machine.run(program);
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - from;
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, Integer> all = new TreeMap<>(MANY);
    all.putAll(KERNELS);
    byte[] object = Files.readAllBytes(Path.of(arguments[0]));
    for (int i = 1; i < arguments.length || arguments.length == 1 && i == 1; i++) {
      for (String name : arguments.length == 1 ? all.keySet() : java.util.List.of(arguments[i])) {
        System.out.printf("%s %.1f%n", name, cost(name, all.get(name), object));
      }
    }
  }

  private static double cost(String name, int many, byte[] object) {
    Machine machine = machine();
    int few = Math.max(1, many / 10);
    time(machine, program(name, many / 2, object));
    if (name.equals("touch-page")) {
      machine = machine(); // RAM that nobody has touched
    }
    long less = time(machine, program(name, few, object));
    if (name.equals("touch-page")) {
      machine = machine();
    }
    return (double) (time(machine, program(name, many, object)) - less) / (many - few);
  }

  private static Program program(String name, int times, byte[] object) {
    return LOOPS.containsKey(name)
        ? Program.assembly("mov ebx, " + times + "\n" + LOOPS.get(name))
        : Program.elf("kernels.o", object).call(name).argument(times);
  }
}
