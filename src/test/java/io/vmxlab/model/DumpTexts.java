package io.vmxlab.model;

import io.vmxlab.arch.Msr;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** What tools would print on the processor of a model. */
public final class DumpTexts {
  /** A tool for MSRs: gets the index and the value. */
  private static final Map<String, BiFunction<Integer, Long, String>> MSRS = new TreeMap<>();

  /** A tool for CPUID: gets leaf and subleaf, and the registers. */
  private static final Map<String, BiFunction<int[], int[], String>> LEAVES = new TreeMap<>();

  /** What a tool prints first. */
  private static final Map<String, String> HEADS =
      Map.of(
          "freebsd", " eax in    eax      ebx      ecx      edx\n",
          "cpuid -r", "CPU 0:\n",
          "libcpuid", "version=0.7.0\n",
          "aida64", "------[ Logical CPU #0 ]------\n\n");

  static {
    MSRS.put("rdmsr", (i, v) -> line("%s# rdmsr 0x%x\n%x\n", "root@box:~", i, v));
    MSRS.put("rdmsr -p", (i, v) -> line("$ sudo rdmsr -p 0 -x %x\n0x%016x\n", i, v));
    MSRS.put("rdmsr -d", (i, v) -> line("# rdmsr -d 0x%x\n%d\n", i, v));
    MSRS.put("rdmsr -u", (i, v) -> line("# rdmsr -u -p1 %d\n%s\n", i, Long.toUnsignedString(v)));
    MSRS.put("rdmsr -a", (i, v) -> line("rdmsr -a 0x%x\n%x\n%x\n", i, v, v));
    MSRS.put("rdmsr --all", (i, v) -> line("rdmsr --all 0x%x\nCPU 1: %x\nCPU 0: %x\n", i, v, v));
    MSRS.put("index", (i, v) -> line("0x%x: 0x%016x\n", i, v));
    MSRS.put("digits", (i, v) -> line("%X %X\n", i, v));
    MSRS.put("suffix", (i, v) -> line("%s %016Xh ; read\n", name(i), v));
    MSRS.put("equals", (i, v) -> line("%s (%XH) = 0x%x\n", name(i), i, v));
    MSRS.put("linux", (i, v) -> line("MSR_%s\t0x%08x\t0x%016x\n", name(i), i, v));
    MSRS.put("comma", (i, v) -> line("%s,0x%x,0x%x\n", name(i).toLowerCase(Locale.ROOT), i, v));
    MSRS.put("camel", (i, v) -> line("Ia32Vmx%s: 0x%x\n", camel(i), v));
    MSRS.put("markdown", (i, v) -> line("| %s | %Xh | %016X |\n", name(i), i, v));
    MSRS.put("bold", (i, v) -> line("| **%s** | `0x%x` | **0x%x** | some text |\n", name(i), i, v));
    MSRS.put("list", (i, v) -> line("- `%s`: `0x%x`\n", name(i), v));
    MSRS.put("kernel", (i, v) -> line("[   56.147766] MSR 0x%x = 0x%016x\n", i, v));
    MSRS.put("journal", (i, v) -> line("Nov 28 12:00:01 box kernel: %s: 0x%x\n", name(i), v));
    MSRS.put("secure", (i, v) -> line("CPU(0x00): RDMSR(0x%08x) = 0x%016x\n", i, v));
    MSRS.put("chipsec", (i, v) -> line("[*] CPU0: RDMSR( 0x%x ) = %016X (EAX=1, EDX=2)\n", i, v));
    MSRS.put("windbg", (i, v) -> line("lkd> rdmsr %x\nmsr[%x] = %s\n", i, i, accent(v)));
    MSRS.put("aida64", (i, v) -> line("MSR %08X: %s\n", i, groups(v)));
    MSRS.put(
        "cpucontrol", (i, v) -> line("MSR 0x%x: 0x%08x 0x%08x\n", i, v >>> 32, (int) (long) v));
    MSRS.put("virtualbox", (i, v) -> line("00:00:00.15 HM: MSR_%s = %#x\n", name(i), v));
    MSRS.put("hwaccm", (i, v) -> line("00:00:00.178 HWACCM: MSR_%s    = %x\n", old(i), v));

    LEAVES.put(
        "aida64",
        (k, r) ->
            line(
                "CPUID %08X: %08X-%08X-%08X-%08X [SL %02X]\n", k[0], r[0], r[1], r[2], r[3], k[1]));
    LEAVES.put(
        "cpuid -r",
        (k, r) ->
            line(
                "   0x%08x 0x%02x: eax=0x%08x ebx=0x%08x ecx=0x%08x edx=0x%08x\n",
                k[0], k[1], r[0], r[1], r[2], r[3]));
    LEAVES.put(
        "cpucontrol",
        (k, r) ->
            line(
                "cpuid level 0x%x, level_type 0x%x: 0x%08x 0x%08x 0x%08x 0x%08x\n",
                k[0], k[1], r[0], r[1], r[2], r[3]));
    LEAVES.put(
        "virtualbox",
        (k, r) ->
            line(
                "00:00:01.4 Gst: %08x/%04x  %08x 00000000 00000000 00000000\n"
                    + "00:00:01.4 Hst:                %08x %08x %08x %08x\n",
                k[0], k[1], r[0], r[0], r[1], r[2], r[3]));
    LEAVES.put("libcpuid", DumpTexts::libcpuid);
    LEAVES.put(
        "freebsd",
        (k, r) ->
            k[1] == 0 ? line("%08x %08x %08x %08x %08x\n", k[0], r[0], r[1], r[2], r[3]) : "");
  }

  private DumpTexts() {}

  /** Names of the tools for MSRs. */
  public static Iterable<String> msrTools() {
    return MSRS.keySet();
  }

  /** Names of the tools for CPUID. */
  public static Iterable<String> leafTools() {
    return LEAVES.keySet();
  }

  /** What a tool prints of all capability MSRs. */
  public static String msrs(DumpedCpu cpu, String tool) {
    StringBuilder text = new StringBuilder();
    for (int index : cpu.msrs()) {
      if (Msr.isVmxCapability(index)) {
        text.append(MSRS.get(tool).apply(index, cpu.real().msr(index).orElseThrow()));
      }
    }
    return text.toString();
  }

  /** What a tool prints of CPUID. */
  public static String leaves(DumpedCpu cpu, String tool) {
    StringBuilder text = new StringBuilder(HEADS.getOrDefault(tool, ""));
    for (int[] leaf : cpu.leaves()) {
      text.append(LEAVES.get(tool).apply(leaf, cpu.real().cpuid(leaf[0], leaf[1])));
    }
    return text.toString();
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String name(int index) {
    return Msr.of(index).orElseThrow().name();
  }

  /** VirtualBox's old names. */
  private static String old(int index) {
    return index == 0x480 ? "IA32_VMX_BASIC_INFO" : name(index) + (index == 0x48C ? "S" : "");
  }

  private static String camel(int index) {
    StringBuilder camel = new StringBuilder();
    for (String word : name(index).substring("IA32_VMX_".length()).split("_")) {
      camel.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return camel.toString();
  }

  private static String accent(long value) {
    String digits = line("%016x", value);
    return digits.substring(0, 8) + "`" + digits.substring(8);
  }

  private static String groups(long value) {
    String digits = line("%016X", value);
    return String.join(
        "-",
        digits.substring(0, 4),
        digits.substring(4, 8),
        digits.substring(8, 12),
        digits.substring(12));
  }

  private static String libcpuid(int[] k, int[] r) {
    Map<Integer, String> arrays =
        Map.of(4, "intel_fn4", 0xB, "intel_fn11", 0x12, "intel_fn12h", 0x14, "intel_fn14h");
    String array = arrays.get(k[0]);
    int number = k[1];
    if (array == null && number == 0 && (k[0] >>> 28) % 8 == 0) {
      array = k[0] < 0 ? "ext_cpuid" : "basic_cpuid";
      number = k[0] & 0xFF;
    }
    return array == null
        ? ""
        : line("%s[%d]=%08x %08x %08x %08x\n", array, number, r[0], r[1], r[2], r[3]);
  }
}
