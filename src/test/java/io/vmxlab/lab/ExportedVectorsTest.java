package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.Tools;
import io.vmxlab.lab.VectorExport.Format;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exported C program on processors that are not vmxlab's. Every difference has its reason. */
@Tag("slow")
class ExportedVectorsTest {
  /** QEMU's TCG accepts much that a processor refuses. */
  private static final Map<String, List<String>> QEMU =
      Map.of(
          "it keeps reserved bits of CR0",
          List.of("cr0-bit-32-set", "cr0-bit-63-set", "cr0-reserved-bits-below-32"),
          "it does not check combinations of CR0's bits",
          List.of("cr0-pe-cleared-with-pg", "cr0-nw-without-cd", "cr0-pg-cleared-in-64-bit-mode"),
          "it accepts reserved bits of CR3 and CR8",
          List.of(
              "cr3-bit-at-maxphyaddr",
              "cr3-bit-62",
              "cr3-bit-63-without-pcide",
              "cr8-16",
              "cr8-bit-63"),
          "it ignores reserved bits of CR4 instead of refusing them, and lets PAE be cleared",
          List.of(
              "cr4-bit-15-set",
              "cr4-bit-31-set",
              "cr4-bit-32-set",
              "cr4-bit-63-set",
              "cr4-smxe-without-smx",
              "cr4-pae-cleared"),
          "it ignores reserved bits of IA32_EFER, and lets LME be cleared",
          List.of("efer-bit-1", "efer-bit-9", "efer-bit-12", "efer-bit-63", "efer-lme-cleared"),
          "it does not check memory types",
          List.of(
              "pat-type-2",
              "pat-type-3",
              "pat-type-8",
              "mtrr-type-2",
              "mtrr-type-3",
              "mtrr-type-7",
              "mtrr-type-8",
              "mtrr-fixed-type-2"),
          "it reads unknown MSRs as 0 and ignores writes to them",
          List.of("smm-monitor-ctl-outside-smm", "rdmsr-unknown", "wrmsr-unknown"),
          "it does not check that an address in an MSR is canonical",
          List.of("wrmsr-kernel-gs-base-not-canonical", "wrmsr-kernel-gs-base-below-upper-half"));

  /** Bochs 2.7 with its Skylake-X model. */
  private static final Map<String, List<String>> BOCHS =
      Map.of(
          "it has no IA32_SMM_MONITOR_CTL",
          List.of("smm-monitor-ctl-read"),
          "it does not look at the shadow-VMCS indicator on VM entry",
          List.of("vmlaunch-shadow-vmcs", "vmresume-shadow-vmcs"));

  /** Bochs 2.7 ends with "VMCALL: not implemented yet". */
  private static final Predicate<TestVector> BOCHS_STANDS =
      v -> !v.id().startsWith("vmcall-in-vmx");

  private static final long PATIENCE = 180_000_000_000L;
  private static final long HUNG = 4_000_000_000L;

  @TempDir Path work;

  /** A running emulator that has the processor reset when its report stops growing. */
  private String report(List<String> command, String onceRunning, String onceHung)
      throws IOException, InterruptedException {
    Path log = work.resolve("report.txt");
    Process emulator =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("emulator.txt").toFile())
            .start();
    try (OutputStream in = emulator.getOutputStream()) {
      in.write(onceRunning.getBytes(StandardCharsets.US_ASCII));
      in.flush();
      long start = System.nanoTime();
      long grown = start;
      String text = "";
      while (!text.contains("\ndone: ")) {
        long now = System.nanoTime();
        assertTrue(
            emulator.isAlive() && now - start < PATIENCE,
            () -> "no end of the report; see " + contents(work.resolve("emulator.txt")));
        String more = Files.exists(log) ? Files.readString(log, StandardCharsets.US_ASCII) : "";
        if (more.length() != text.length()) {
          grown = now;
        } else if (!onceHung.isEmpty() && now - grown > HUNG) {
          in.write(onceHung.getBytes(StandardCharsets.US_ASCII));
          in.flush();
          grown = now;
        }
        text = more;
        Thread.sleep(100);
      }
      return text;
    } finally {
      emulator.destroyForcibly();
      emulator.waitFor();
    }
  }

  private static String contents(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Path image(Predicate<TestVector> chosen) throws IOException, InterruptedException {
    List<TestVector> vectors = Vectors.builtIn().stream().filter(chosen).toList();
    for (Map.Entry<String, String> f : VectorExport.files(vectors, Format.C).entrySet()) {
      Files.writeString(work.resolve(f.getKey()), f.getValue());
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                ("gcc -O1 -Wall -Werror -ffreestanding -fno-pic -no-pie -mno-red-zone"
                        + " -mgeneral-regs-only -fno-stack-protector -fcf-protection=none"
                        + " -nostdlib -static -T vectors.ld"
                        + " -Wl,--build-id=none,--oformat=binary -o vectors.img boot.S runner.c")
                    .split(" ")));
    Process gcc =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("gcc.txt").toFile())
            .start();
    assertEquals(0, gcc.waitFor(), () -> contents(work.resolve("gcc.txt")));
    return work.resolve("vectors.img");
  }

  private static Set<String> failures(String report) {
    return report
        .lines()
        .filter(l -> l.startsWith("FAIL "))
        .map(l -> l.substring(5, l.indexOf(':')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long passed(String report) {
    return report.lines().filter(l -> l.startsWith("ok ")).count();
  }

  private static Set<String> ids(Map<String, List<String>> reasons) {
    return reasons.values().stream()
        .flatMap(List::stream)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void qemuHasNoVmx() throws Exception {
    assumeTrue(
        Tools.installed("gcc", "qemu-system-x86_64"), "gcc or qemu-system-x86_64 is missing");
    String report =
        report(
            List.of(
                "qemu-system-x86_64",
                "-accel",
                "tcg",
                "-cpu",
                "max",
                "-display",
                "none",
                "-monitor",
                "stdio",
                "-serial",
                "file:" + work.resolve("report.txt"),
                "-drive",
                "format=raw,file=" + image(v -> true)),
            "",
            "system_reset\n");
    assertTrue(report.lines().findFirst().orElse("").endsWith("VMX absent"), report);
    assertTrue(report.contains("skip vmxon-enters-vmx-operation: VMX absent"), report);
    assertEquals(ids(QEMU), failures(report), report);
    assertTrue(passed(report) >= 20, report);
  }

  @Test
  void bochsHasVmx() throws Exception {
    Path bios = Path.of("/usr/share/bochs/BIOS-bochs-latest");
    Path vga = Path.of("/usr/share/seabios/vgabios-stdvga.bin");
    assumeTrue(
        Tools.installed("gcc", "bochs") && Files.exists(bios) && Files.exists(vga),
        "gcc, bochs, bochsbios or seabios is missing");
    Path disk = image(BOCHS_STANDS);
    byte[] padded = new byte[16 * 63 * 512];
    byte[] bytes = Files.readAllBytes(disk);
    System.arraycopy(bytes, 0, padded, 0, bytes.length);
    Files.write(disk, padded);
    Path settings =
        Files.writeString(
            work.resolve("bochsrc"),
            """
            config_interface: textconfig
            display_library: rfb, options="timeout=0"
            cpu: model=corei7_skylake_x, ips=50000000, ignore_bad_msrs=0
            memory: guest=64, host=64
            romimage: file=%s
            vgaromimage: file=%s
            ata0-master: type=disk, path=%s, mode=flat, cylinders=1, heads=16, spt=63
            boot: disk
            sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
            com1: enabled=1, mode=file, dev=%s
            log: %s
            panic: action=fatal
            """
                .formatted(bios, vga, disk, work.resolve("report.txt"), work.resolve("bochs.txt")));
    String report = report(List.of("bochs", "-q", "-f", settings.toString()), "c\n", "");
    assertTrue(report.lines().findFirst().orElse("").endsWith("VMX present"), report);
    assertTrue(report.contains("ok   vmxon-enters-vmx-operation\n"), report);
    assertEquals(ids(BOCHS), failures(report), report);
    assertTrue(passed(report) >= 160, report);
  }
}
