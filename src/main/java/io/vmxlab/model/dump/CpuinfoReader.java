package io.vmxlab.model.dump;

import io.vmxlab.arch.CpuidLeaf;
import io.vmxlab.arch.Msr;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code /proc/cpuinfo} of Linux, as far as it goes: vendor, signature, brand, address sizes, flags
 * and VMX flags. A flag that is not there is a bit that is 0, in registers of which some flag is
 * there: a kernel too old for a register's flags shows none of them.
 */
final class CpuinfoReader implements DumpReader {
  private static final int EAX = 0;
  private static final int EBX = 1;
  private static final int ECX = 2;
  private static final int EDX = 3;
  private static final int HALF = 32;
  private static final int EXTENDED_FAMILY = 15;
  private static final int[] VENDOR_ORDER = {EBX, EDX, ECX};

  /** Names of a register's bits from 0; a hyphen where the kernel has none. */
  private record Flags(int leaf, int subleaf, int register, List<String> names) {
    Flags(int leaf, int subleaf, int register, String names) {
      this(leaf, subleaf, register, Arrays.asList(names.split(" ")));
    }
  }

  /** A VMX flag, the bits of an MSR that it stands for, and whether its absence says anything. */
  private record VmxFlag(String name, Msr msr, int bit, boolean old) {}

  // spotless:off
  private static final List<Flags> FLAGS = List.of(
      new Flags(CpuidLeaf.VERSION, 0, EDX, "fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov"
          + " pat pse36 pn clflush - dts acpi mmx fxsr sse sse2 ss ht tm ia64 pbe"),
      new Flags(CpuidLeaf.VERSION, 0, ECX, "pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg"
          + " fma cx16 xtpr pdcm - pcid dca sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave"
          + " - avx f16c rdrand hypervisor"),
      new Flags(CpuidLeaf.FEATURES, 0, EBX, "fsgsbase tsc_adjust sgx bmi1 hle avx2 - smep bmi2 erms invpcid rtm"
          + " cqm - mpx rdt_a avx512f avx512dq rdseed adx smap avx512ifma - clflushopt clwb intel_pt"
          + " avx512pf avx512er avx512cd sha_ni avx512bw avx512vl"),
      new Flags(CpuidLeaf.FEATURES, 0, ECX, "- avx512vbmi umip pku - waitpkg avx512_vbmi2 - gfni vaes vpclmulqdq"
          + " avx512_vnni avx512_bitalg tme avx512_vpopcntdq - la57 - - - - - rdpid - bus_lock_detect cldemote"
          + " - movdiri movdir64b enqcmd sgx_lc"),
      new Flags(CpuidLeaf.FEATURES, 0, EDX, "- - avx512_4vnniw avx512_4fmaps fsrm - - - avx512_vp2intersect -"
          + " md_clear - - - serialize - tsxldtrk - pconfig arch_lbr ibt - amx_bf16 avx512_fp16 amx_tile"
          + " amx_int8 - - flush_l1d arch_capabilities"),
      new Flags(CpuidLeaf.EXTENDED_STATE, 1, EAX, "xsaveopt xsavec xgetbv1 xsaves"),
      new Flags(0x8000_0001, 0, ECX, "lahf_lm - - - - abm - - 3dnowprefetch"),
      new Flags(0x8000_0001, 0, EDX, "- - - - - - - - - - - syscall - - - - - - - - nx - - - - - pdpe1gb rdtscp - lm"));

  private static final List<VmxFlag> VMX_FLAGS = List.of(
      new VmxFlag("vnmi",                Msr.IA32_VMX_PINBASED_CTLS,   HALF + 5,  true),
      new VmxFlag("preemption_timer",    Msr.IA32_VMX_PINBASED_CTLS,   HALF + 6,  true),
      new VmxFlag("posted_intr",         Msr.IA32_VMX_PINBASED_CTLS,   HALF + 7,  true),
      new VmxFlag("tsc_offset",          Msr.IA32_VMX_PROCBASED_CTLS,  HALF + 3,  true),
      new VmxFlag("vtpr",                Msr.IA32_VMX_PROCBASED_CTLS,  HALF + 21, true),
      new VmxFlag("mtf",                 Msr.IA32_VMX_PROCBASED_CTLS,  HALF + 27, true),
      new VmxFlag("vapic",               Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 0,  true),
      new VmxFlag("ept",                 Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 1,  true),
      new VmxFlag("vpid",                Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 5,  true),
      new VmxFlag("unrestricted_guest",  Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 7,  true),
      new VmxFlag("vapic_reg",           Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 8,  true),
      new VmxFlag("vid",                 Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 9,  true),
      new VmxFlag("ple",                 Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 10, true),
      new VmxFlag("shadow_vmcs",         Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 14, true),
      new VmxFlag("pml",                 Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 17, true),
      new VmxFlag("ept_violation_ve",    Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 18, false),
      new VmxFlag("ept_mode_based_exec", Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 22, true),
      new VmxFlag("tsc_scaling",         Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 25, true),
      new VmxFlag("usr_wait_pause",      Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 26, false),
      new VmxFlag("bus_lock_detection",  Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 30, false),
      new VmxFlag("notify_vm_exiting",   Msr.IA32_VMX_PROCBASED_CTLS2, HALF + 31, false),
      new VmxFlag("ept_x_only",          Msr.IA32_VMX_EPT_VPID_CAP,    0,         true),
      new VmxFlag("ept_5level",          Msr.IA32_VMX_EPT_VPID_CAP,    7,         false),
      new VmxFlag("ept_1gb",             Msr.IA32_VMX_EPT_VPID_CAP,    17,        true),
      new VmxFlag("ept_ad",              Msr.IA32_VMX_EPT_VPID_CAP,    21,        true),
      new VmxFlag("invvpid",             Msr.IA32_VMX_EPT_VPID_CAP,    32,        true),
      new VmxFlag("ipi_virt",            Msr.IA32_VMX_PROCBASED_CTLS3, 4,         false));
  // spotless:on

  private static final List<String> KEYS =
      List.of(
          "processor",
          "vendor_id",
          "cpu family",
          "model",
          "model name",
          "stepping",
          "cpuid level",
          "flags",
          "vmx flags",
          "address sizes");

  private final Dump dump;
  private int processor = -1;
  private int family = -1;
  private int model = -1;

  CpuinfoReader(Dump dump) {
    this.dump = dump;
  }

  @Override
  public String tool() {
    return "/proc/cpuinfo";
  }

  @Override
  public boolean recognises(DumpLine line) {
    String key = key(line);
    return key.equals("processor")
        ? Cursor.small(value(line)) >= 0
        : KEYS.contains(key) && (processor >= 0 || key.equals("flags") || key.equals("vmx flags"));
  }

  private static String key(DumpLine line) {
    int colon = line.text().indexOf(':');
    return colon < 0 || colon > 20 ? "" : line.text().substring(0, colon).strip();
  }

  private static String value(DumpLine line) {
    return line.text().substring(line.text().indexOf(':') + 1).strip();
  }

  @Override
  public void read(DumpLine line) throws NotUnderstood {
    String value = value(line);
    switch (key(line)) {
      case "processor":
        processor = Cursor.small(value);
        dump.heading(processor);
        family = -1;
        model = -1;
        break;
      case "vendor_id":
        vendor(value);
        break;
      case "cpu family":
        family = small(value);
        break;
      case "model":
        model = small(value);
        break;
      case "stepping":
        signature(small(value));
        break;
      case "cpuid level":
        listed().leafBits(CpuidLeaf.VENDOR, 0, EAX, 0xFFFF_FFFFL, small(value));
        break;
      case "model name":
        listed().brand(value);
        break;
      case "address sizes":
        addresses(value);
        break;
      case "flags":
        flags(words(value));
        break;
      default:
        vmxFlags(words(value));
        break;
    }
  }

  private Readings listed() {
    return dump.listed();
  }

  private static int small(String text) throws NotUnderstood {
    int number = Cursor.small(text);
    if (number < 0) {
      throw new NotUnderstood(Cursor.shown(text) + " is no decimal number");
    }
    return number;
  }

  private static Set<String> words(String text) {
    return new HashSet<>(Arrays.asList(text.split(" ")));
  }

  private void vendor(String value) {
    if (value.length() == VENDOR_ORDER.length * Integer.BYTES) {
      for (int i = 0; i < value.length(); i++) {
        int shift = i % Integer.BYTES * Byte.SIZE;
        int register = VENDOR_ORDER[i / Integer.BYTES];
        listed().leafBits(0, 0, register, 0xFFL << shift, (value.charAt(i) & 0xFFL) << shift);
      }
    }
  }

  /** CPUID.1:EAX from family, model and stepping. */
  private void signature(int stepping) {
    if (family >= 0 && model >= 0) {
      int base = Math.min(family, EXTENDED_FAMILY);
      long eax =
          (long) (family - base & 0xFF) << 20
              | (model >> 4 & 0xFL) << 16
              | (long) base << 8
              | (model & 0xFL) << 4
              | stepping & 0xFL;
      listed().leafBits(CpuidLeaf.VERSION, 0, EAX, 0x0FFF_0FFFL, eax);
    }
  }

  /** {@code 39 bits physical, 48 bits virtual}. */
  private void addresses(String value) throws NotUnderstood {
    Cursor c = new Cursor(value);
    int physical = Cursor.small(c.decimals());
    boolean right = c.take(" bits physical, ");
    int linear = Cursor.small(c.decimals());
    if (!right || physical < 0 || physical > 52 || linear < 0 || linear > 64) {
      throw new NotUnderstood(Cursor.shown(value) + " says no sizes of addresses");
    }
    listed().leafBits(CpuidLeaf.ADDRESS_SIZES, 0, EAX, 0xFFFF, linear << Byte.SIZE | physical);
  }

  private void flags(Set<String> shown) {
    for (Flags f : FLAGS) {
      long known = 0;
      long value = 0;
      for (int bit = 0; bit < f.names.size(); bit++) {
        String name = f.names.get(bit);
        known |= name.equals("-") ? 0 : 1L << bit;
        value |= !name.equals("-") && shown.contains(name) ? 1L << bit : 0;
      }
      if (value != 0) {
        listed().leafBits(f.leaf, f.subleaf, f.register, known, value);
      }
    }
  }

  private void vmxFlags(Set<String> shown) {
    for (VmxFlag f : VMX_FLAGS) {
      boolean has = shown.contains(f.name);
      if (has || f.old) {
        listed().msrBits(f.msr.index, 1L << f.bit, has ? 1L << f.bit : 0);
      }
    }
  }
}
