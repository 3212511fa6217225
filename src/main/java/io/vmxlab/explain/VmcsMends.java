package io.vmxlab.explain;

import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.machine.Entered;
import io.vmxlab.rule.Verdict;
import io.vmxlab.rule.Verdict.BitChange;
import io.vmxlab.vmx.entry.BasicChecks;
import io.vmxlab.vmx.entry.EntryItems;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.LaunchState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Mends of what a VM entry checks: fields of the current VMCS, its launch state, PDPTEs. */
final class VmcsMends {
  private static final Set<VmxItem> PDPTES = EnumSet.range(VmxItem.PDPTE0, VmxItem.PDPTE3);

  /** Addresses of areas of MSRs, and the number of their entries. */
  private static final Map<VmcsField, VmcsField> MSR_AREAS =
      Map.of(
          VmcsField.VM_ENTRY_MSR_LOAD_ADDRESS, VmcsField.VM_ENTRY_MSR_LOAD_COUNT,
          VmcsField.VM_EXIT_MSR_LOAD_ADDRESS, VmcsField.VM_EXIT_MSR_LOAD_COUNT,
          VmcsField.VM_EXIT_MSR_STORE_ADDRESS, VmcsField.VM_EXIT_MSR_STORE_COUNT);

  private static final long MSR_AREA_OFFSET = 0xF;

  /** Where the processor has the selectors that may not be null in the host-state area. */
  private static final Map<VmcsField, State> HOST_SELECTORS =
      Map.of(
          VmcsField.HOST_CS_SELECTOR, State.CS_SELECTOR,
          VmcsField.HOST_SS_SELECTOR, State.SS_SELECTOR,
          VmcsField.HOST_TR_SELECTOR, State.TR_SELECTOR);

  private static final long LOW = 0xFFFF_FFFFL;

  private final Context context;
  private final MendCode writer;

  VmcsMends(Context context) {
    this.context = context;
    writer = context.writer();
  }

  /**
   * The change of a VMCS field, and what the other rules that failed want changed after it; empty
   * if the rule would not hold then.
   */
  static Optional<BitChange> beside(
      BitChange first, Verdict<?> verdict, List<? extends Verdict<?>> failed) {
    Optional<Long> before =
        verdict.observed().stream()
            .filter(o -> o.item() == first.item())
            .findFirst()
            .map(Verdict.Observation::value);
    if (before.isEmpty() || !(first.item() instanceof VmcsField)) {
      return Optional.of(first);
    }
    long alone = before.get() & ~first.excess() | first.missing();
    long value = alone;
    for (Verdict<?> other : failed) {
      if (other.change().filter(c -> c.item() == first.item()).isPresent()) {
        Optional<BitChange> more = other.changeWith(first.item(), value);
        value = more.isEmpty() ? value : value & ~more.get().excess() | more.get().missing();
      }
    }
    if (verdict.changeWith(first.item(), value).isPresent()) {
      value = alone;
    }
    return verdict.changeWith(first.item(), value).isPresent()
        ? Optional.empty()
        : Optional.of(new BitChange(first.item(), value & ~before.get(), before.get() & ~value));
  }

  /** Changes bits of a field, but where only another value would do. */
  Mend field(VmcsField field, long missing, long excess, String text) {
    if (MSR_AREAS.containsKey(field) && (excess & MSR_AREA_OFFSET) != 0) {
      return withoutMsrs(MSR_AREAS.get(field));
    }
    if (!HOST_SELECTORS.containsKey(field) || excess != 0) {
      return Mend.before(text, writer.field(field, missing, excess));
    }
    long own = context.state().get(HOST_SELECTORS.get(field));
    return own == 0 ? Mend.statement(text) : Mend.before(text, writer.field(field, own, 0));
  }

  /** Another address would be that of something else: the area itself has to move. */
  private Mend withoutMsrs(VmcsField count) {
    return Mend.before(
        "begin the area on a 16-byte boundary, such as by ALIGN 16, and give its address; until"
            + " then the area can only be left out, by a count of 0",
        writer.keeping(
            List.of("mov edx, " + Hex.literal(count.encoding()), "mov ecx, 0", "vmwrite DX, CX")));
  }

  /**
   * The other of VMLAUNCH and VMRESUME, or what VMLAUNCH needs if VMCLEAR never saw the VMCS. The
   * state is what has to go.
   */
  Mend launch(long state, String text) {
    if (state == LaunchState.LAUNCHED.ordinal()) {
      return Mend.instead(text, List.of("vmresume"));
    }
    List<String> lines = new ArrayList<>();
    if (state == LaunchState.NOT_CLEARED.ordinal()) {
      lines.addAll(BasicChecks.MAKE_CLEAR);
    }
    lines.add("vmlaunch");
    return Mend.instead(text, writer.inMode(lines));
  }

  static boolean isPdpte(VmxItem item) {
    return PDPTES.contains(item);
  }

  /** A PDPTE of the guest: a field with EPT, else in memory where the guest's CR3 points to. */
  Mend pdpte(VmxItem entry, long excess, String text) {
    if (context.scene().entered().isEmpty()) {
      return Mend.statement(text);
    }
    Entered entered = context.scene().entered().get();
    long rights = entered.field(VmcsField.GUEST_CS_ACCESS_RIGHTS);
    if ((rights & SegmentRights.L) != 0 && !entered.on(Control.IA32E_GUEST)) {
      return Mend.before(
          "set IA32E_MODE_GUEST (bit 9 of the VM-entry controls): CS.L is 1, so that the guest seems"
              + " to be one in IA-32e mode, whose CR3 leads to a PML4 table; or "
              + text,
          writer.field(VmcsField.VM_ENTRY_CONTROLS, Control.IA32E_GUEST.mask(), 0));
    }
    int number = entry.ordinal() - VmxItem.PDPTE0.ordinal();
    if (entered.on(Control.EPT)) {
      return Mend.before(text, writer.field(EntryItems.pdpteField(entry), 0, excess));
    }
    List<String> lines = new ArrayList<>(List.of("mov edx, 6802h", "vmread CX, DX"));
    lines.add("and ecx, 0FFFFFFE0h");
    String at = "dword [CX + " + number * Long.BYTES;
    if ((excess & LOW) != 0) {
      lines.add("and " + at + "], " + Hex.literal(~excess & LOW));
    }
    if (excess >>> Integer.SIZE != 0) {
      lines.add("and " + at + " + 4], " + Hex.literal(~excess >>> Integer.SIZE));
    }
    return context.scene().flat() ? Mend.before(text, writer.keeping(lines)) : Mend.statement(text);
  }
}
