package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.VmcsField;
import io.vmxlab.machine.BadInputException;
import io.vmxlab.model.CpuModels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dumps of every kind, with the prefixes of loggers; written here, in the hypervisors' layouts. */
class VmcsDumpTest {
  private static VmcsDump dump(String name) {
    return VmcsDump.parse(name, Resources.text("/io/vmxlab/lab/dumps/" + name));
  }

  private static List<String> violations(VmcsDump dump, String cpu) {
    return new DumpCheck(dump, CpuModels.named(cpu))
        .violations().stream().map(v -> v.rule().id()).toList();
  }

  /** What is wrong in each: as in public reports of such failures. */
  @ParameterizedTest
  @CsvSource({
    "kvm.txt,        skylake-x,    guest-blocking-by-sti-requires-if, 1",
    "kvm-old.txt,    skylake-x,    guest-blocking-by-sti-requires-if, 0",
    "xen.txt,        skylake-x,    guest-cr3-within-physical-width,   0",
    "haxm.txt,       haswell,      guest-blocking-by-sti-requires-if, 2",
    "virtualbox.txt, haswell,      vm-exit-controls-allowed,          0",
    "list.txt,       skylake,      guest-rflags-reserved,             1",
  })
  void whatIsWrong(String file, String cpu, String rule, int unread) {
    VmcsDump dump = dump(file);
    assertEquals(List.of(rule), violations(dump, cpu));
    assertEquals(unread, dump.unread().size(), dump.unread().toString());
  }

  /** A log names the reason above the dump, whose own line for it may be cut off. */
  @ParameterizedTest
  @ValueSource(strings = {"xen.txt", "haxm.txt"})
  void reasonAboveTheDump(String file) {
    String first = Resources.text("/io/vmxlab/lab/dumps/" + file).lines().findFirst().orElseThrow();
    assertEquals(Map.of(VmcsField.EXIT_REASON, 0x8000_0021L), VmcsDump.parse(file, first).fields());
  }

  /** The old layout and the new one say the same of the fields that both have. */
  @Test
  void layoutsOfKvm() {
    Map<VmcsField, Long> now = dump("kvm.txt").fields();
    Map<VmcsField, Long> old = dump("kvm-old.txt").fields();
    assertTrue(old.size() > 80, old.size() + " fields");
    old.forEach((f, v) -> assertEquals(now.get(f), v, f.itemName()));
  }

  @Test
  void aHealthyDump() {
    String text = Resources.text("/io/vmxlab/lab/dumps/kvm.txt");
    String healthy = text.replace("Interruptibility = 00000001", "Interruptibility = 00000000");
    assertEquals(List.of(), violations(VmcsDump.parse("healthy", healthy), "skylake-x"));
  }

  /** A rule is not judged, rather than passed, where the dump does not have what it reads. */
  @Test
  void whatIsLackingIsNotJudged() {
    VmcsDump dump = VmcsDump.parse("one", "GUEST_RFLAGS = 2");
    DumpCheck check = new DumpCheck(dump, CpuModels.named("skylake"));
    assertEquals(List.of(), check.violations());
    assertTrue(check.unjudged().size() > 150, check.unjudged().size() + " not judged");
    assertTrue(check.unjudged().stream().anyMatch(u -> u.rule().id().equals("guest-cr0-fixed")));
    assertTrue(
        check.unjudged().stream().noneMatch(u -> u.rule().id().equals("guest-rflags-reserved")));
  }

  @Test
  void theMendHolds() {
    for (String file : List.of("kvm.txt", "xen.txt", "list.txt")) {
      VmcsDump dump = dump(file);
      DumpCheck.Violation v = new DumpCheck(dump, CpuModels.named("skylake-x")).violations().get(0);
      Map<VmcsField, Long> mended = new HashMap<>(dump.fields());
      mended.put(v.change().orElseThrow().getKey(), v.change().orElseThrow().getValue());
      assertEquals(List.of(), violations(new VmcsDump(mended, List.of()), "skylake-x"), file);
    }
  }

  @Test
  void valuesAreTakenInEveryNotation() {
    String text = "Guest CR0: 31h\n4004: 0x60042\nGUEST_CS_AR_BYTES = a09b\nVPID = 10\n6820h=2\n";
    Map<VmcsField, Long> fields = VmcsDump.parse("notations", text).fields();
    assertEquals(
        Map.of(
            VmcsField.GUEST_CR0, 0x31L,
            VmcsField.EXCEPTION_BITMAP, 0x60042L,
            VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xA09BL,
            VmcsField.VPID, 10L,
            VmcsField.GUEST_RFLAGS, 2L),
        fields);
  }

  /**
   * VirtualBox prints the guest's registers; in the VMCS real-address mode is virtual-8086 mode.
   */
  @Test
  void realAddressModeOfVirtualBox() {
    String text =
        "00:01:02.000001 ds={0000 base=0000000000000000 limit=0000ffff flags=00000093}\n"
            + "00:01:02.000002 gs={0000 base=0000000000000000 limit=ffffffff flags=0000c093}\n"
            + "00:01:02.000003   Real-on-v86 active = true\n";
    assertEquals(
        List.of("guest-gs-limit-of-virtual-8086-mode"),
        violations(VmcsDump.parse("guru", text), "haswell"));
  }

  @Test
  void shortenedNames() {
    String text = "[ 1.5]  # GUEST_TR_SEL = 0x40\n[ 1.6]  # IO_BITMAP_A_FULL = 0x1000\n";
    VmcsDump dump = VmcsDump.parse("list", text);
    assertEquals(
        Map.of(VmcsField.GUEST_TR_SELECTOR, 0x40L, VmcsField.IO_BITMAP_A, 0x1000L), dump.fields());
    assertEquals(List.of(), dump.unread());
  }

  @Test
  void textWithoutAFieldIsRefused() {
    assertThrows(BadInputException.class, () -> VmcsDump.parse("none", "hello\nworld = 3\n"));
  }

  /** Whatever is cut or spoiled, it is read or reported. */
  @Test
  void spoiledDumps() {
    for (String file : List.of("kvm.txt", "xen.txt", "haxm.txt", "list.txt")) {
      String text = Resources.text("/io/vmxlab/lab/dumps/" + file);
      for (int at = 1; at < text.length(); at += 37) {
        char[] spoiled = text.toCharArray();
        Arrays.fill(spoiled, at, Math.min(at + 3, spoiled.length), '\0');
        String cut = new String(spoiled, 0, Math.min(spoiled.length, at + 900));
        try {
          VmcsDump dump = VmcsDump.parse(file, cut);
          assertTrue(new DumpCheck(dump, CpuModels.named("skylake")).judged() > 0, file);
        } catch (BadInputException e) {
          assertTrue(e.getMessage().contains("no field"), e.getMessage());
        }
      }
    }
  }
}
