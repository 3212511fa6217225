package io.vmxlab.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of dumps as people have them, and what is said of those that cannot be read. */
class CpuImportLinesTest {
  private static final String KABY_LAKE = "0xfff9fffe0401e172";

  private static String file(String name) throws IOException {
    try (InputStream in =
        CpuImportLinesTest.class.getResourceAsStream("/io/vmxlab/cases/import/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static DumpedCpu imported(String text) {
    return CpuModels.parse("x", CpuImport.of("x", text).model().text()).real();
  }

  private static List<String> remarks(String text) {
    return CpuImport.of("x", text).model().remarks().stream()
        .filter(r -> !r.contains("the dump lacks"))
        .toList();
  }

  @Test
  void a_raw_file_of_libcpuid() throws IOException {
    DumpedCpu model = imported(file("libcpuid.test"));
    assertEquals(0x000506E3, model.cpuid(1, 0)[0]);
    assertEquals(0x16, model.cpuid(0, 0)[0]);
    assertEquals(
        List.of("x: CPUID shows VMX, but no line gives a VMX capability MSR; all are chosen"),
        remarks(file("libcpuid.test")));
  }

  @Test
  void what_a_course_module_prints() throws IOException {
    DumpedCpu model = imported(file("course.txt"));
    assertEquals(OptionalLong.of(0x7F_0000_0016L), model.msr(0x481));
    assertEquals(OptionalLong.of(0xFFF9_FFFE_0401_E172L), model.msr(0x482));
  }

  @Test
  void names_that_end_in_msr() throws IOException {
    DumpedCpu model = imported(file("names-with-msr.txt"));
    assertEquals(OptionalLong.of(0x00DA_0400_0000_0004L), model.msr(0x480));
    assertEquals(OptionalLong.of(0x0000_0F01_0611_4141L), model.msr(0x48C));
  }

  /** Numbers with more digits than fit: the line is named, what else the dump says is taken. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "virtualbox-17-digits.txt    | x:1: looks like VirtualBox, but \"11112222333344445\" is no hexadecimal number of at most 16 digits",
        "rdmsr-index-20-digits.txt   | x:1: looks like rdmsr, but \"11112222333344445555\" is no hexadecimal number of at most 8 digits",
        "aida64-subleaf-20-digits.txt| x:1: looks like AIDA64, but \"11112222333344445555\" is no hexadecimal number of at most 8 digits",
        "rdmsr-17-digits.txt         | x:6: looks like rdmsr, but \"10000000000000000\" is no hexadecimal number of at most 16 digits",
        "rdmsr-19-digits.txt         | x:4: looks like rdmsr, but \"4611686018427387904\" is no hexadecimal number of at most 16 digits",
        "virtualbox-17-digits.log    | x:8: looks like VirtualBox, but \"fffE9fffe0401e172\" is no hexadecimal number of at most 16 digits",
        "cpuid-subleaf-16-digits.txt | x:4: looks like cpuid -r, but \"fffffffffffff000\" is no hexadecimal number of at most 8 digits",
        "rdmsr-index-16-digits.txt   | x:11: looks like rdmsr, but \"fffffffffffff000\" is no hexadecimal number of at most 8 digits",
        "virtualbox-leaf-21-digits.log| x:53: looks like VirtualBox, but \"000116398801154024042\" is no hexadecimal number of at most 8 digits",
      })
  void numbers_that_do_not_fit(String name, String remark) throws IOException {
    String text = file(name);
    String first;
    try {
      first = remarks(text).get(0);
    } catch (CpuModelException e) {
      first = e.getMessage();
    }
    assertEquals(remark, first);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "Pinbased Controls MSR: 0x%s                          ~ 481",
        "pin Controls MSR: 0x%s                               ~ 481",
        "True Pinbased Controls MSR: 0x%s                     ~ 48D",
        "Procbased Controls MSR: 0x%s                         ~ 482",
        "Procbased MSR: 0x%s                                  ~ 482",
        "Proc Based Controls MSR: 0x%s                        ~ 482",
        "Processor Based Controls MSR: 0x%s                   ~ 482",
        "Process Primary MSR: 0x%s                            ~ 482",
        "Primary Processor-Based VM-Execution Controls MSR: 0x%s ~ 482",
        "Primary Process based Controls MSR: 0x%s             ~ 482",
        "Primary Process Controls MSR: 0x%s                   ~ 482",
        "True Procbased Controls MSR: 0x%s                    ~ 48E",
        "Procbased2 Controls MSR: 0x%s                        ~ 48B",
        "Procbased Secondary Controls MSR: 0x%s               ~ 48B",
        "Secondary Proc Based Controls MSR: 0x%s              ~ 48B",
        "Secondary Process Controls MSR: 0x%s                 ~ 48B",
        "Processor based Secondary Controls MSR: 0x%s         ~ 48B",
        "Secondary Controls MSR: 0x%s                         ~ 48B",
        "VMX Exit Controls MSR: 0x%s                          ~ 483",
        "VM-Exit Controls MSR: 0x%s                           ~ 483",
        "Exit Controls MSR = %s                               ~ 483",
        "VM-Entry Controls MSR: 0x%s                          ~ 484",
        "### [   56.147768] Entry Controls MSR: 0x%s ###      ~ 484",
        "\t\t[68529.024551] Entry Controls MSR: 0x%s          ~ 484",
        "> Basic MSR: 0x%s                                    ~ 480",
        "| **IA32_VMX_BASIC** | 480H | `0x%s` |               ~ 480",
        "*IA32_VMX_MISC*: **%s**                              ~ 485",
        "MSR_A32_VMX_TRUE_EXIT_CTLS    = 0x%s                 ~ 48F",
        "HM: MSR_IA32_VMX_EPT_VPID_CAPS = 0x%s                ~ 48C",
        "rdmsr(IA32_VMX_PROCBASED_CTLS_MSR) = 0x%s            ~ 482",
        "spike: IA32_VMX_TRUE_PROCBASED_CTLS cap_msr=0x%s     ~ ",
        "IA32_VMX_BASIC           0x480 = 0x%s  bit55=1       ~ 480",
        "MFX(0x00000481, \"IA32_VMX_PINBASED_CTLS\", Ia32VmxPinbasedCtls, ReadOnly, UINT64_C(0x%s), 0, 0), ~ 481",
        "#define IA32_VMX_BASIC 0x480                         ~ ",
        "IA32_VMX_BASIC bit 55 is 1                           ~ ",
        "IA32_VMX_BASIC[55] = 1                               ~ ",
        "IA32_VMX_MISC.CR3_TARGETS: 4                         ~ ",
        "rdmsr(IA32_VMX_PINBASED_CTLS, lo, hi);               ~ ",
        "Procbased Controls: see the manual                   ~ ",
      })
  void lines_that_say_one_msr(String line, String index) {
    int msr = index == null ? 0 : Integer.parseInt(index, 16);
    DumpedCpu cpu = CpuModels.named("kaby-lake").real();
    String digits = String.format("%016x", cpu.msr(msr == 0 ? 0x48E : msr).orElseThrow());
    // another line, so that there is something to import
    String text = "0x48a: 0x2e\n" + line.replace("%s", digits) + "\n";
    DumpedCpu model = imported(text);
    for (int i = Msr.IA32_VMX_BASIC.index; i <= 0x491; i++) {
      assertEquals(i != msr && i != 0x48A, model.chosen(i), Integer.toHexString(i));
    }
    if (msr != 0) {
      assertEquals(cpu.msr(msr), model.msr(msr));
    }
  }

  /** Modules that read the TRUE MSRs often print the same words. */
  @Test
  void a_true_form_is_told_by_its_value() {
    DumpedCpu model = imported("Procbased Controls MSR: 0xfff9fffe04006172\n");
    assertEquals(OptionalLong.of(0xFFF9_FFFE_0400_6172L), model.msr(0x48E));
    assertEquals(OptionalLong.of(0xFFF9_FFFE_0401_E172L), model.msr(0x482));
    assertTrue(model.chosen(0x482));
  }

  @Test
  void a_table_with_a_column_an_msr() {
    String table =
        "| Model | 480 | **IA32_VMX_PINBASED_CTLS** | 482 | 48B |\n"
            + "|---|:--|---|---|---|\n"
            + "| one | DA040000000004 | `7F00000016` | FFF9FFFE0401E172 | |\n"
            + "| two | DA040000000010 | 0x7F00000016 | FFF9FFFE0401E172 | FF00000000 |\n";
    CpuImport in = CpuImport.of("x", table);
    assertEquals(
        "x: the processors differ: IA32_VMX_BASIC is DA040000000004 on 0, DA040000000010 on 1",
        in.difference().orElseThrow());
    DumpedCpu two = CpuModels.parse("x", in.processor(1).model().text()).real();
    assertEquals(OptionalLong.of(0x00DA_0400_0000_0010L), two.msr(0x480));
    assertEquals(OptionalLong.of(0x0000_00FF_0000_0000L), two.msr(0x48B));
  }

  @Test
  void cpuinfo_as_far_as_it_goes() {
    String text =
        "processor\t: 0\n"
            + "vendor_id\t: GenuineIntel\n"
            + "cpu family\t: 6\nmodel\t\t: 158\n"
            + "model name\t: Intel(R) Core(TM) i7-7700K CPU @ 4.20GHz\n"
            + "stepping\t: 9\n"
            + "flags\t\t: fpu tsc msr pae mce cx8 apic sep vmx cx16 xsave lm nx rdtscp fsgsbase smep\n"
            + "vmx flags\t: vnmi preemption_timer tsc_offset vtpr mtf vapic ept vpid"
            + " unrestricted_guest ept_ad ept_1gb invvpid\n"
            + "address sizes\t: 39 bits physical, 48 bits virtual\n";
    String other = "processor\t: 1\n" + text.substring(text.indexOf("vendor_id"));
    DumpedCpu model = imported(text + "\n" + other);
    assertEquals(0x000906E9, model.cpuid(1, 0)[0]);
    assertEquals(39, model.maxPhysicalAddress());
    assertEquals("Intel(R) Core(TM) i7-7700K CPU @ 4.20GHz", model.brand());
    assertTrue(model.has(Feature.SMEP) && model.has(Feature.LM) && model.has(Feature.VMX));
    assertTrue(!model.has(Feature.SMAP) && !model.has(Feature.PCID) && !model.has(Feature.AVX));
    long secondary = model.msr(0x48B).orElseThrow();
    assertEquals(0, secondary & 1L << 46, "no shadow_vmcs");
    assertEquals(1L << 39, secondary & 1L << 39, "unrestricted_guest");
    assertEquals(0, model.msr(0x48C).orElseThrow() & 1, "no ept_x_only");
    assertEquals(0, model.msr(0x489).orElseThrow() & 1L << 21, "no smap");
    assertEquals(0x1720_0000_0000L & 0, model.msr(0x48B).orElseThrow() & 0xFFFF_FFFFL);
  }

  @Test
  void subleaves_that_the_freebsd_tool_does_not_say_are_not_made_up() {
    String text =
        " eax in    eax      ebx      ecx      edx\n"
            + "00000000 00000016 756e6547 6c65746e 49656e69\n"
            + "00000001 000906e9 00100800 7ffafbbf bfebfbff\n"
            + "00000007 00000000 00000000 00000000 00000000\n"
            + "00000014 02490002 003f3fff 00000000 00000000\n";
    DumpedCpu model = imported(text);
    assertEquals(
        List.of(
            "x:5: leaf 14 is left out: the tool does not say its subleaf",
            "x: CPUID shows VMX, but no line gives a VMX capability MSR; all are chosen"),
        remarks(text));
    assertEquals(1, model.cpuid(0x14, 0)[0]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "MSR 00000480: 00DA-0400-0000                      | x:2: looks like AIDA64, but \"00DA-0400-0000\" is no value in the form of 00DA-0400-0000-0004",
        "IA32_VMX_BASIC: 0xg                               | x:2: looks like a table, but \"g\" is no hexadecimal number of at most 16 digits",
        "0x480: 0x123456789abcdef01                        | x:2: looks like a table, but \"123456789abcdef01\" is no hexadecimal number of at most 16 digits",
        "Virtual Controls MSR: 0x1                         | ",
        "VM Controls MSR: 0x1                              | x:2: looks like a table of controls, but its words do not say which MSR it is",
        "Pinbased Controls MSR: lots                       | x:2: looks like a table of controls, but \"lots\" is no hexadecimal number of at most 16 digits",
        "rdmsr $i                                          | x:2: looks like rdmsr, but \"i\" is no index of an MSR",
        "rdmsr -f 63:32 0x481                              | x:2: looks like rdmsr, but with -f it prints only some bits; read all of them",
        "0x00000001 0x00: eax=0x1 ebx=0x2                  | x:2: looks like cpuid -r, but ecx is missing",
        "basic_cpuid[x]=1 2 3 4                            | x:2: looks like libcpuid, but no decimal number in brackets after basic_cpuid",
        "cpuid level 0x1: 0x1 0x2                          | x:2: looks like cpuid of FreeBSD, but \"\" is no hexadecimal number of at most 8 digits",
        "0x48a: 0x2c                                       | x:2: IA32_VMX_VMCS_ENUM is 2C here and 2E in line 1; the first counts",
        "Hst: 00000001 00000002 00000003 00000004          | x:2: looks like VirtualBox, but no line of the guest before it says which leaf it is",
      })
  void a_line_that_is_recognised_but_not_understood_is_reported(String line, String remark) {
    List<String> expected = remark == null ? List.of() : List.of(remark);
    assertEquals(expected, remarks("0x48a: 0x2e\n" + line + "\n"));
  }

  @Test
  void remarks_do_not_grow_without_end() {
    List<String> remarks = remarks("0x48a: 0x2e\n" + "IA32_VMX_BASIC: 0xg\n".repeat(1000));
    assertEquals(21, remarks.size());
    assertEquals("x: 980 more lines were not understood", remarks.get(20));
  }

  /** Nothing goes back over a line: time is in proportion to the text. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rdmsr@ -a#",
        "rdmsr@ -p#",
        "0x480@ #x",
        "CPUID 00000001:@ #",
        "@ #yes",
        "@|#",
        "@| 480 #",
        "IA32_VMX_BASIC @=#",
        "@IA32_VMX_BASIC #",
        "HM: @ #MSR_IA32_VMX_BASIC = da040000000004",
        "@HM: #",
        "Pinbased @ #Controls MSR: 1",
        "Pinbased @Pinbased #",
        "CPU @ #",
        "flags : @vmx #",
        "@-#",
        "@#",
        "0x480@`#",
        "@00000000`#",
        "@0#",
        "@1 2 3 #",
        "@eax in #",
        "[@ #]"
      })
  void long_lines_take_no_longer_than_many_short_ones(String pattern) {
    int at = pattern.indexOf('@');
    int end = pattern.lastIndexOf('#');
    String repeated = pattern.substring(at + 1, end);
    String line =
        pattern.substring(0, at)
            + repeated.repeat(200_000 / Math.max(1, repeated.length()))
            + pattern.substring(end + 1);
    String text = "Basic VMX Information\n0x481: 0x7f00000016\n" + line + "\n";
    assertSoon(text);
  }

  @Test
  void many_processors_and_lines_are_no_burden() {
    StringBuilder text = new StringBuilder("rdmsr -a 0x481\n");
    for (int i = 0; i < 200_000; i++) {
      text.append("7f00000016\n");
    }
    assertSoon(text.toString());
  }

  /** In processor time, so that a busy machine does not matter. */
  private static void assertSoon(String text) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    imported(text);
    long taken = threads.getCurrentThreadCpuTime() - start;
    assertTrue(taken < Duration.ofSeconds(3).toNanos(), "took " + Duration.ofNanos(taken));
  }

  @Test
  void an_empty_text_says_nothing() {
    for (String text : List.of("", "\n\n", "\0", "\uFEFF")) {
      assertThrows(CpuModelException.class, () -> imported(text));
    }
    assertEquals(
        OptionalLong.of(0xFFF9_FFFE_0401_E172L),
        imported("\uFEFF0x482: " + KABY_LAKE + "\r\n").msr(0x482));
  }
}
