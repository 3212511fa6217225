package io.vmxlab.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.Vector;
import io.vmxlab.memory.PhysicalMemory;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** SDM Vol. 2B "MOV-Move to/from Control Registers", Vol. 3A "Control Registers". */
class ControlRegisterTest {
  private final Lab lab = new Lab();
  private final Cpu cpu = lab.cpu;

  /** Protected mode with 32-bit code and without paging: where IA-32e mode is entered from. */
  private void beforePaging() {
    cpu.set(State.CR0, Cr0.PE | Cr0.ET);
    cpu.set(Msr.IA32_EFER, Efer.LME);
    cpu.set(State.CR4, Cr4.PAE);
    cpu.segment(SegmentRegister.CS).rights = 0x9B | SegmentRights.DB | SegmentRights.G;
  }

  private void refused(String rule, Runnable write) {
    long before = cpu.cr0 ^ cpu.cr3 ^ cpu.cr4 ^ cpu.cr8 ^ cpu.efer;
    Fault fault = assertThrows(Fault.class, write::run);
    assertEquals(Vector.GP, fault.vector());
    assertEquals(0, fault.errorCode());
    assertEquals(rule, fault.violated().id());
    assertTrue(fault.checks().rules().contains(fault.violated()), "the checklist has the rule");
    assertEquals(before, cpu.cr0 ^ cpu.cr3 ^ cpu.cr4 ^ cpu.cr8 ^ cpu.efer, "nothing changed");
  }

  @Test
  void cr0UpperBits() {
    refused("cr0-upper-bits-clear", () -> cpu.controls.writeCr0(cpu.cr0 | 1L << 32));
    refused("cr0-upper-bits-clear", () -> cpu.controls.writeCr0(cpu.cr0 | 1L << 63));
    cpu.controls.writeCr0(cpu.cr0 | 1 << 28);
    assertEquals(0, cpu.cr0 & 1 << 28, "undefined bits are ignored");
    cpu.controls.writeCr0(cpu.cr0 & ~Cr0.ET);
    assertTrue((cpu.cr0 & Cr0.ET) != 0, "ET is always 1");
  }

  /** MOV to CR3 does not ask the rules about values without bits above MAXPHYADDR. */
  @Test
  void noRuleIsAboutAddressBitsOfCr3() {
    Random random = new Random(3);
    for (long mode : new long[] {0, Efer.LME | Efer.LMA}) {
      for (long pcide : new long[] {0, Cr4.PCIDE}) {
        cpu.efer = mode;
        cpu.cr4 = Cr4.PAE | pcide;
        for (int i = 0; i < 1000; i++) {
          long value = random.nextLong() >>> 64 - cpu.maxPhysicalAddress;
          RuleSet<StateView, Raise> rules = cpu.controls.rules(State.CR3);
          assertNull(rules.firstViolation(cpu.controls.view(value)));
        }
      }
    }
  }

  @Test
  void cr0PgRequiresPe() {
    refused("cr0-pg-requires-pe", () -> cpu.controls.writeCr0(cpu.cr0 & ~Cr0.PE));
  }

  @Test
  void cr0NwRequiresCd() {
    refused("cr0-nw-requires-cd", () -> cpu.controls.writeCr0(cpu.cr0 | Cr0.NW));
    cpu.controls.writeCr0(cpu.cr0 | Cr0.NW | Cr0.CD);
    cpu.controls.writeCr0(cpu.cr0 & ~Cr0.NW);
  }

  @Test
  void enteringIa32eMode() {
    beforePaging();
    cpu.cr4 = 0;
    refused("cr0-paging-with-lme-requires-pae", () -> cpu.controls.writeCr0(cpu.cr0 | Cr0.PG));
    cpu.cr4 = Cr4.PAE;
    cpu.segment(SegmentRegister.CS).rights |= SegmentRights.L;
    refused(
        "cr0-paging-with-lme-requires-cs-l-clear", () -> cpu.controls.writeCr0(cpu.cr0 | Cr0.PG));
    cpu.segment(SegmentRegister.CS).rights &= ~SegmentRights.L;
    cpu.segment(SegmentRegister.TR).rights = 0x83;
    refused(
        "cr0-paging-with-lme-requires-32-bit-tss", () -> cpu.controls.writeCr0(cpu.cr0 | Cr0.PG));
    cpu.segment(SegmentRegister.TR).rights = 0x8B;
    cpu.controls.writeCr0(cpu.cr0 | Cr0.PG);
    assertEquals(Efer.LME | Efer.LMA, cpu.efer);
    cpu.controls.writeCr0(cpu.cr0 & ~Cr0.PG);
    assertEquals(Efer.LME, cpu.efer, "compatibility mode may leave");
  }

  @Test
  void pagingCannotBeLeftIn64BitMode() {
    refused("cr0-pg-kept-in-64-bit-mode", () -> cpu.controls.writeCr0(cpu.cr0 & ~Cr0.PG));
  }

  @Test
  void pagingCannotBeLeftWithPcide() {
    cpu.controls.writeCr4(cpu.cr4 | Cr4.PCIDE);
    cpu.segment(SegmentRegister.CS).rights =
        cpu.segment(SegmentRegister.CS).rights & ~SegmentRights.L | SegmentRights.DB;
    refused("cr0-pg-kept-with-pcide", () -> cpu.controls.writeCr0(cpu.cr0 & ~Cr0.PG));
    cpu.controls.writeCr4(cpu.cr4 & ~Cr4.PCIDE);
    cpu.controls.writeCr0(cpu.cr0 & ~Cr0.PG);
  }

  @Test
  void paePagingLooksAtItsTopmostEntriesAtOnce() {
    beforePaging();
    cpu.efer = 0;
    Fault fault = assertThrows(Fault.class, () -> cpu.controls.writeCr0(cpu.cr0 | Cr0.PG));
    assertEquals("pdpte-reserved-bits-clear", fault.violated().id());
    assertEquals(0, cpu.cr0 & Cr0.PG);
    lab.memory.write(Lab.PML4, 64, Lab.PDPT | 1);
    cpu.controls.writeCr0(cpu.cr0 | Cr0.PG);
    assertEquals(Lab.PDPT | 1, cpu.controls.pdpte(0));
  }

  @Test
  void cr3() {
    cpu.controls.writeCr3(Lab.PML4 | 0x18);
    refused("cr3-bits-above-maxphyaddr-clear", () -> cpu.controls.writeCr3(1L << 40));
    refused("cr3-bits-above-maxphyaddr-clear", () -> cpu.controls.writeCr3(1L << 62));
    cpu.controls.writeCr3(1L << 39);
    refused("cr3-bit-63-requires-pcide", () -> cpu.controls.writeCr3(Lab.PML4 | 1L << 63));
    cpu.controls.writeCr3(Lab.PML4);
    cpu.controls.writeCr4(cpu.cr4 | Cr4.PCIDE);
    cpu.controls.writeCr3(Lab.PML4 | 1L << 63);
    assertEquals(Lab.PML4, cpu.cr3);
  }

  @Test
  void cr4() {
    refused("cr4-reserved-bits-clear", () -> cpu.controls.writeCr4(cpu.cr4 | 1 << 15));
    refused("cr4-reserved-bits-clear", () -> cpu.controls.writeCr4(cpu.cr4 | Cr4.SMXE));
    refused("cr4-pae-kept-in-ia-32e-mode", () -> cpu.controls.writeCr4(cpu.cr4 & ~Cr4.PAE));
    cpu.cr3 = Lab.PML4 | 1;
    refused("cr4-pcide-requires-pcid-0", () -> cpu.controls.writeCr4(cpu.cr4 | Cr4.PCIDE));
    cpu.cr3 = Lab.PML4;
    cpu.controls.writeCr4(cpu.cr4 | Cr4.PCIDE);
    beforePaging();
    refused("cr4-pcide-requires-ia-32e-mode", () -> cpu.controls.writeCr4(cpu.cr4 | Cr4.PCIDE));
  }

  @Test
  void cr8() {
    cpu.controls.writeCr8(15);
    refused("cr8-upper-bits-clear", () -> cpu.controls.writeCr8(16));
    assertEquals(15, cpu.cr8);
  }

  @Test
  void efer() {
    int efer = Msr.IA32_EFER.index;
    refused("efer-reserved-bits-clear", () -> cpu.msrs.write(efer, cpu.efer | 2));
    refused("efer-lme-kept-with-paging", () -> cpu.msrs.write(efer, cpu.efer & ~Efer.LME));
    cpu.msrs.write(efer, Efer.LME);
    assertEquals(Efer.LME | Efer.LMA, cpu.efer, "LMA cannot be written");
  }

  @Test
  void lmswCannotClearPe() {
    cpu.controls.loadMachineStatusWord(0xE);
    assertEquals(Cr0.PE | Cr0.MP | Cr0.EM | Cr0.TS, cpu.cr0 & 0xF);
    cpu.controls.loadMachineStatusWord(0xFFF0);
    assertEquals(Cr0.PE, cpu.cr0 & 0xF);
    assertEquals(Cr0.PG, cpu.cr0 & Cr0.PG);
  }

  @Test
  void clts() {
    cpu.controls.writeCr0(cpu.cr0 | Cr0.TS);
    cpu.controls.clearTaskSwitched();
    assertEquals(0, cpu.cr0 & Cr0.TS);
  }

  @Test
  void onlyAtCpl0() {
    cpu.setCpl(3);
    refused("privileged-cpl-is-0", () -> cpu.controls.writeCr0(cpu.cr0));
    refused("privileged-cpl-is-0", () -> cpu.msrs.read(Msr.IA32_EFER.index));
  }

  /** Upper floors add rules, which stand in the same checklist. */
  @Test
  void addedRulesStandInTheChecklist() {
    RuleSet<StateView, Raise> more =
        RuleSet.<StateView, Raise>ruleSet("more", Sdm.VMX_FIXED_CR0, Raise.GP0)
            .rule("test-ne-fixed")
            .requireSet("NE is 1", State.SOURCE, Cr0.NE)
            .build();
    cpu.controls.extend(State.CR0, more);
    refused("test-ne-fixed", () -> cpu.controls.writeCr0(cpu.cr0 & ~Cr0.NE));
    refused("cr0-nw-requires-cd", () -> cpu.controls.writeCr0(cpu.cr0 & ~Cr0.NE | Cr0.NW));
    cpu.cr0 &= ~Cr0.NE;
    refused("test-ne-fixed", cpu.controls::clearTaskSwitched);
  }

  /** What a rule reads is what it says it reads: an explanation shows nothing else. */
  @Test
  void rulesReadWhatTheySay() {
    List<RuleSet<StateView, Raise>> sets = new ArrayList<>(ControlRules.all());
    sets.addAll(MsrRules.all());
    Set<String> ids = new HashSet<>();
    for (RuleSet<StateView, Raise> set : sets) {
      for (Rule<StateView> rule : set.rules()) {
        assertTrue(ids.add(rule.id()), rule.id() + " is unique");
        assertFalse(rule.mend().text().isEmpty(), rule.id() + " has a mend");
        for (long pattern : new long[] {0, -1, 0x8000_0021L, 0x20, 0x501}) {
          Set<StateItem> read = new HashSet<>();
          StateView recording =
              item -> {
                read.add(item);
                return pattern;
              };
          rule.holds(recording);
          read.removeAll(rule.reads());
          assertEquals(Set.of(), read, rule.id());
        }
      }
    }
  }

  @Test
  void resetState() {
    Cpu fresh = new Cpu(new PhysicalMemory(1 << 20));
    assertEquals(0x6000_0010L, fresh.get(State.CR0));
    assertEquals(0xFFF0, fresh.get(State.RIP));
    assertEquals(0xFFFF_0000L, fresh.get(State.CS_BASE));
    assertEquals(2, fresh.get(State.RFLAGS));
    assertEquals(0xFFFF_0FF0L, fresh.get(State.DR6));
    assertEquals(0x400, fresh.get(State.DR7));
    assertEquals(0x0007_0406_0007_0406L, fresh.get(Msr.IA32_PAT));
  }

  @Test
  void everyItemCanBeReadAndConditionsCanBeSet() {
    for (State item : State.values()) {
      cpu.get(item);
    }
    for (Msr msr : Msr.values()) {
      cpu.get(msr);
    }
    cpu.set(State.A20M_MODE, 1);
    assertEquals(1, cpu.get(State.A20M_MODE));
    for (State condition : List.of(State.SMM, State.SMX_OPERATION)) {
      cpu.set(condition, 1);
      assertEquals(1, cpu.get(condition), condition.itemName());
      assertEquals(0, cpu.get(State.A20M_MODE), "A20M# is blocked");
      cpu.set(condition, 0);
      assertEquals(1, cpu.get(State.A20M_MODE), "A20M# is not blocked");
    }
    for (State item : List.of(State.R15, State.TR_BASE, State.DR7, State.IDTR_LIMIT)) {
      cpu.set(item, 0x5A5);
      assertEquals(0x5A5, cpu.get(item), item.itemName());
    }
  }
}
