package io.vmxlab.vmx.entry;

import io.vmxlab.arch.StateView;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.rule.Rule;
import io.vmxlab.rule.RuleSet;
import java.util.ArrayList;
import java.util.List;

/**
 * All that a VM entry checks of a VMCS, in the manual's order. SDM Vol. 3C "Checks on VMX Controls
 * and Host-State Area", "Checking and Loading Guest State". The rows are made when an entry is
 * first checked.
 */
public final class EntryChecks {
  private static final List<RuleSet<StateView, VmFail>> CONTROLS_AND_HOST =
      List.of(
          ExecutionControlChecks.RULES,
          TransitionControlChecks.EXIT,
          TransitionControlChecks.ENTRY,
          HostChecks.REGISTERS,
          HostChecks.SEGMENTS,
          HostChecks.ADDRESS_SPACE);

  private static final List<RuleSet<StateView, EntryFailure>> GUEST =
      List.of(
          GuestRegisterChecks.REGISTERS,
          GuestSegmentChecks.RULES,
          GuestRegisterChecks.TABLES,
          GuestRegisterChecks.RIP,
          GuestStateChecks.ACTIVITY,
          GuestStateChecks.NMI_AFTER_STI,
          GuestStateChecks.EVENTS,
          GuestStateChecks.LINK,
          GuestStateChecks.PDPTES);

  private EntryChecks() {}

  /** Checks on controls and on host state: a violation fails the instruction. */
  public static List<RuleSet<StateView, VmFail>> controlsAndHost() {
    return CONTROLS_AND_HOST;
  }

  /** Checks on guest state: a violation fails the VM entry as a VM exit. */
  public static List<RuleSet<StateView, EntryFailure>> guest() {
    return GUEST;
  }

  /** Of guest RFLAGS the rule looks at VM alone. */
  public static boolean readsOnlyVmOfFlags(Rule<StateView> rule) {
    return GuestSegmentChecks.RULES.rules().contains(rule);
  }

  /** How many rules there are. */
  public static int count() {
    int count = 0;
    for (RuleSet<StateView, ?> set : all()) {
      count += set.rules().size();
    }
    return count;
  }

  /** All of them. */
  public static List<RuleSet<StateView, ?>> all() {
    List<RuleSet<StateView, ?>> all = new ArrayList<>(CONTROLS_AND_HOST);
    all.addAll(GUEST);
    return List.copyOf(all);
  }
}
