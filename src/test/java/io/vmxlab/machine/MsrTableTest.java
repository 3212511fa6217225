package io.vmxlab.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Msr;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Fault;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every MSR that a run has, beside the manual's table: values that it reserves or restricts are
 * refused by the rule that says so, others are taken. SDM Vol. 4 "Architectural MSRs".
 */
class MsrTableTest {
  private static final String RESERVED = "msr-reserved-bits-clear";
  private static final String CANONICAL = "msr-address-is-canonical";
  private static final String TYPE = "mtrr-memory-type-valid";
  private static final String TYPES = "mtrr-fixed-memory-types-valid";
  private static final String READ_ONLY = "msr-is-writable";
  private static final String NONE = "";

  /** A value, and the rule that refuses it; an empty one if none does. */
  private record Row(String msr, long value, String rule, boolean smm) {
    Row(String msr, long value, String rule) {
      this(msr, value, rule, false);
    }
  }

  // spotless:off
  /** A name that ends with a hyphen stands for all that begin so. */
  private static final List<Row> TABLE = List.of(
      new Row("IA32_MONITOR_FILTER_SIZE",         0x40, NONE),
      new Row("IA32_TIME_STAMP_COUNTER",            -1, NONE),
      new Row("IA32_TSC_ADJUST",                    -1, NONE),
      new Row("IA32_PLATFORM_ID",                    0, READ_ONLY),
      new Row("IA32_APIC_BASE",            0xFEE0_0900L, NONE),
      new Row("IA32_APIC_BASE",            0xFEE0_0901L, RESERVED),
      new Row("IA32_APIC_BASE",                 1L << 9, RESERVED),
      new Row("IA32_APIC_BASE",                1L << 63, RESERVED),
      new Row("IA32_TSC_DEADLINE",                   -1, NONE),
      new Row("IA32_FEATURE_CONTROL",                4, NONE),
      new Row("IA32_FEATURE_CONTROL",           1L << 3, RESERVED),
      new Row("IA32_FEATURE_CONTROL",          1L << 63, RESERVED),
      new Row("IA32_BIOS_SIGN_ID",            0L, NONE),
      new Row("IA32_SMM_MONITOR_CTL",                1, "smm-monitor-ctl-written-in-smm"),
      new Row("IA32_SMM_MONITOR_CTL",     0xFFFF_F001L, NONE, true),
      new Row("IA32_SMM_MONITOR_CTL",                2, RESERVED, true),
      new Row("IA32_SMM_MONITOR_CTL",            0x800, RESERVED, true),
      new Row("IA32_SMM_MONITOR_CTL",          1L << 32, RESERVED, true),
      new Row("IA32_SMBASE",                   0x30000, "msr-is-implemented"),
      new Row("IA32_SMBASE",                   0x30000, READ_ONLY, true),
      new Row("IA32_MTRRCAP",                        0, READ_ONLY),
      new Row("IA32_ARCH_CAPABILITIES",              0, READ_ONLY),
      new Row("IA32_MCG_CAP",                        0, READ_ONLY),
      new Row("IA32_MCG_STATUS",                     7, NONE),
      new Row("IA32_MCG_STATUS",              1L << 63, RESERVED),
      new Row("IA32_MISC_ENABLE",          0x81_1889L, NONE),
      new Row("IA32_MISC_ENABLE",             1L << 63, RESERVED),
      new Row("IA32_DEBUGCTL",                  0x5800, NONE),
      new Row("IA32_DEBUGCTL",                    0x20, RESERVED),
      new Row("IA32_DEBUGCTL",                1L << 16, RESERVED),
      new Row("IA32_SYSENTER_CS",                   -1, NONE),
      new Row("IA32_SYSENTER_ESP",    0x7FFF_FFFF_FFFFL, NONE),
      new Row("IA32_SYSENTER_ESP",            1L << 63, CANONICAL),
      new Row("IA32_SYSENTER_EIP",    0x7FFF_FFFF_FFFFL, NONE),
      new Row("IA32_SYSENTER_EIP",            1L << 63, CANONICAL),
      new Row("IA32_MTRR_PHYSBASE-",            0x1006, NONE),
      new Row("IA32_MTRR_PHYSBASE-",            0x1002, TYPE),
      new Row("IA32_MTRR_PHYSBASE-",            0x1003, TYPE),
      new Row("IA32_MTRR_PHYSBASE-",            0x1007, TYPE),
      new Row("IA32_MTRR_PHYSBASE-",            0x1008, TYPE),
      new Row("IA32_MTRR_PHYSBASE-",             0x100, RESERVED),
      new Row("IA32_MTRR_PHYSBASE-",          1L << 52, RESERVED),
      new Row("IA32_MTRR_PHYSMASK-",             0x800, NONE),
      new Row("IA32_MTRR_PHYSMASK-",             0x400, RESERVED),
      new Row("IA32_MTRR_PHYSMASK-",          1L << 52, RESERVED),
      new Row("IA32_MTRR_FIX-",  0x0605_0401_0006_0504L, NONE),
      new Row("IA32_MTRR_FIX-",  0x0605_0401_0006_0502L, TYPES),
      new Row("IA32_MTRR_FIX-",  0x0305_0401_0006_0504L, TYPES),
      new Row("IA32_MTRR_FIX-",  0x0605_0701_0006_0504L, TYPES),
      new Row("IA32_MTRR_FIX-",  0x0605_0801_0006_0504L, TYPES),
      new Row("IA32_MTRR_DEF_TYPE",              0xC06, NONE),
      new Row("IA32_MTRR_DEF_TYPE",              0x802, TYPE),
      new Row("IA32_MTRR_DEF_TYPE",              0x803, TYPE),
      new Row("IA32_MTRR_DEF_TYPE",              0x807, TYPE),
      new Row("IA32_MTRR_DEF_TYPE",              0x808, TYPE),
      new Row("IA32_MTRR_DEF_TYPE",              0x106, RESERVED),
      new Row("IA32_MTRR_DEF_TYPE",             0x1006, RESERVED),
      new Row("IA32_PAT",        0x0007_0406_0605_0100L, NONE),
      new Row("IA32_PAT",        0x0007_0406_0605_0102L, "pat-memory-types-valid"),
      new Row("IA32_PAT",        0x0307_0406_0605_0100L, "pat-memory-types-valid"),
      new Row("IA32_PAT",        0x0807_0406_0605_0100L, "pat-memory-types-valid"),
      new Row("IA32_VMX_-",                          0, READ_ONLY),
      new Row("IA32_XSS",                            0, NONE),
      new Row("IA32_XSS",                            1, RESERVED),
      new Row("IA32_XSS",                     1L << 62, RESERVED),
      new Row("IA32_EFER",                       0xD01, NONE),
      new Row("IA32_EFER",                       0xD03, "efer-reserved-bits-clear"),
      new Row("IA32_EFER",                       0xC01, "efer-lme-kept-with-paging"),
      new Row("IA32_STAR",                          -1, NONE),
      new Row("IA32_LSTAR",           0x7FFF_FFFF_FFFFL, NONE),
      new Row("IA32_LSTAR",                   1L << 63, CANONICAL),
      new Row("IA32_CSTAR",           0x7FFF_FFFF_FFFFL, NONE),
      new Row("IA32_CSTAR",                   1L << 63, CANONICAL),
      new Row("IA32_FMASK",               0xFFFF_FFFFL, NONE),
      new Row("IA32_FMASK",                   1L << 32, RESERVED),
      new Row("IA32_FS_BASE",         0x7FFF_FFFF_FFFFL, NONE),
      new Row("IA32_FS_BASE",                 1L << 63, CANONICAL),
      new Row("IA32_GS_BASE",         0x7FFF_FFFF_FFFFL, NONE),
      new Row("IA32_GS_BASE",                 1L << 63, CANONICAL),
      new Row("IA32_KERNEL_GS_BASE",  0x7FFF_FFFF_FFFFL, NONE),
      new Row("IA32_KERNEL_GS_BASE",          1L << 63, CANONICAL),
      new Row("IA32_TSC_AUX",             0xFFFF_FFFFL, NONE),
      new Row("IA32_TSC_AUX",                 1L << 32, RESERVED));
  // spotless:on

  /** A write to it updates the microcode, which no run does. */
  private static final Set<Msr> UNTESTED = Set.of(Msr.IA32_BIOS_UPDT_TRIG);

  static List<DumpedCpu> models() {
    return CpuModels.list();
  }

  private static boolean isAbout(Row row, Msr msr) {
    return row.msr.endsWith("-")
        ? msr.name().startsWith(row.msr.substring(0, row.msr.length() - 1))
        : msr.name().equals(row.msr);
  }

  @ParameterizedTest
  @MethodSource("models")
  void asTheManualSays(DumpedCpu model) {
    for (Row row : TABLE) {
      Machine machine =
          Machine.builder().cpu(model).memory(2L << 20).set("smm", row.smm ? "1" : "0").build();
      Cpu cpu = machine.cpu();
      for (Msr msr : cpu.msrs.present()) {
        if (isAbout(row, msr)) {
          String what = model + " " + msr + " := " + Long.toHexString(row.value);
          assertEquals(row.rule, write(cpu, msr, row.value), what);
        }
      }
    }
  }

  private static String write(Cpu cpu, Msr msr, long value) {
    try {
      cpu.msrs.write(msr.index, value);
      return NONE;
    } catch (Fault fault) {
      return fault.violated().id();
    }
  }

  /** None is forgotten, and what can be written at all has a value that is taken. */
  @Test
  void everyMsrHasRows() {
    Set<Msr> seen = new HashSet<>(UNTESTED);
    Set<Msr> taken = new HashSet<>(UNTESTED);
    Set<Msr> all = new TreeSet<>();
    for (DumpedCpu model : CpuModels.list()) {
      all.addAll(Machine.builder().cpu(model).memory(2L << 20).build().cpu().msrs.present());
    }
    for (Msr msr : all) {
      for (Row row : TABLE) {
        if (isAbout(row, msr)) {
          seen.add(msr);
          if (row.rule.isEmpty() || row.rule.equals(READ_ONLY)) {
            taken.add(msr);
          }
        }
      }
    }
    assertEquals(all, new TreeSet<>(seen));
    assertTrue(taken.containsAll(all), taken.toString());
    assertThrows(
        Fault.class, () -> Machine.create().cpu().msrs.read(Msr.IA32_BIOS_UPDT_TRIG.index));
  }
}
