package io.vmxlab.explain;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.FeatureControl;
import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.machine.Code;
import io.vmxlab.machine.MemoryOperand;
import io.vmxlab.machine.MemoryOperand.Pointed;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.Verdict;
import io.vmxlab.rule.Verdict.BitChange;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes mends of remedies, for the state in which a requirement was not met. */
final class Mends {
  private static final long LOW = 0xFFFF_FFFFL;

  /** A VMCS without fields would be none for them. */
  private final Context context;

  private final MendCode writer;
  private final VmcsMends vmcs;

  private Mends(Context context) {
    this.context = context;
    writer = context.writer();
    vmcs = new VmcsMends(context);
  }

  /**
   * The mend of a violated rule.
   *
   * @param failed all verdicts of the checklist that failed; changes of one item are made together
   */
  static Mend of(Verdict<?> verdict, List<? extends Verdict<?>> failed, Context context) {
    return new Mends(context).rule(verdict, failed);
  }

  /** The mend of a requirement that stands in no list. */
  static Mend of(Remedy remedy, Context context) {
    Optional<BitChange> change =
        remedy
            .change()
            .map(
                c ->
                    new BitChange(
                        c.item(),
                        c.ones().applyAsLong(context.state()),
                        c.zeros().applyAsLong(context.state())));
    return new Mends(context).remedy(remedy, change);
  }

  /** A change of its own is whole; what others demand looks at the value before it. */
  private Mend rule(Verdict<?> verdict, List<? extends Verdict<?>> failed) {
    Remedy remedy = verdict.rule().mend();
    boolean whole = remedy.kind() == Remedy.Kind.CHANGE;
    return remedy(
        remedy,
        verdict
            .change()
            .flatMap(
                c ->
                    whole
                        ? VmcsMends.beside(c, verdict, failed)
                        : Optional.of(together(c, failed))));
  }

  /** Bits to clear win over bits to set: those are reserved. */
  private static BitChange together(BitChange first, List<? extends Verdict<?>> failed) {
    long missing = first.missing();
    long excess = first.excess();
    for (Verdict<?> other : failed) {
      Optional<BitChange> change = other.change().filter(c -> c.item() == first.item());
      missing |= change.map(BitChange::missing).orElse(0L);
      excess |= change.map(BitChange::excess).orElse(0L);
    }
    return new BitChange(first.item(), missing & ~excess, excess);
  }

  private Mend remedy(Remedy remedy, Optional<BitChange> change) {
    if (!context.privileged() && needsPrivilege(remedy)) {
      return Mend.statement(
          "code at CPL 3 cannot do this: let code at CPL 0 do it, a kernel or a driver of it."
              + " There, "
              + remedy.text());
    }
    switch (remedy.kind()) {
      case DEMANDED:
      case CHANGE:
        return change.map(c -> bits(c, remedy)).orElseGet(() -> Mend.statement(remedy.text()));
      case CODE:
        return Mend.before(remedy.text(), writer.keeping(remedy.code()));
      case OPERANDS:
        return Mend.before(remedy.text(), writer.inMode(remedy.code()));
      case INSTEAD:
        return Mend.instead(remedy.text(), writer.inMode(remedy.code()));
      case OMIT:
        return Mend.instead(remedy.text(), List.of());
      case ASK:
        return AskFirst.mend(context, remedy.text());
      case ASK_LOCK:
        return Mend.instead(remedy.text(), askLock());
      case REGION:
        return region(remedy.text());
      case CURRENT_VMCS:
        if (context.isVmEntry()) {
          return Mend.statement(
              remedy.text()
                  + ", and write its fields; VMCLEAR of the current VMCS leaves none current, so that"
                  + " it comes before VMPTRLD");
        }
        return flat(
            remedy.text(),
            Mend.before(remedy.text(), writer.keeping(currentVmcs())).with(MendRoutines.REGION));
      case VMX_OPERATION:
        return vmxOperation(remedy.text());
      case PROTECTED_MODE:
        return protectedMode(remedy.text());
      case SEGMENT_64:
        return segment(remedy.text(), context.scene().code64(), "bits 64");
      case SEGMENT_32:
        return segment(remedy.text(), context.scene().code32(), "bits 32");
      case TSS_32:
        return tss(remedy.text());
      case PAGE_ENTRY:
        return PageMend.of(context, remedy.text());
      case ADDRESS:
        return address(remedy.text());
      case MEMORY_OPERAND:
        return memoryOperand(remedy.text());
      default:
        return Mend.statement(remedy.text());
    }
  }

  private static boolean needsPrivilege(Remedy remedy) {
    switch (remedy.kind()) {
      case NONE:
      case ADDRESS:
      case MEMORY_OPERAND:
      case CODE:
      case OPERANDS:
        return false;
      default:
        return true;
    }
  }

  private Mend bits(BitChange change, Remedy remedy) {
    StateItem item = change.item();
    long missing = change.missing();
    long excess = change.excess();
    Layout layout = context.layout(item);
    if ((missing | excess) == 0) {
      return Mend.statement(remedy.text());
    }
    String words = Mend.words(layout, missing, excess);
    String before = words + (context.mnemonic().isEmpty() ? "" : " before " + context.mnemonic());
    if (item == VmxItem.LAUNCH_STATE) {
      return vmcs.launch(excess, remedy.text());
    }
    if (item == State.SOURCE) {
      return value(missing, excess, words, remedy.text());
    }
    if (item == Msr.IA32_FEATURE_CONTROL) {
      return featureControl(missing, before);
    }
    if (item == State.CR0 && (missing & Cr0.PG) != 0) {
      return paging(missing, before);
    }
    if (item == State.CR0 || item == State.CR3 || item == State.CR4 || item == State.DR7) {
      return Mend.before(before, writer.controlRegister(item.itemName(), missing, excess));
    }
    if (item instanceof VmcsField field) {
      boolean named = remedy.kind() == Remedy.Kind.DEMANDED && !layout.fields().isEmpty();
      return vmcs.field(field, missing, excess, named ? before : remedy.text());
    }
    if (item instanceof VmxItem entry && VmcsMends.isPdpte(entry)) {
      return vmcs.pdpte(entry, excess, remedy.text());
    }
    if (item instanceof Msr msr) {
      return Mend.before(before, writer.msr(msr.index & LOW, missing, excess));
    }
    return Mend.statement(remedy.text());
  }

  /** The address that was, and the canonical one with the same lower bits. */
  private Mend address(String text) {
    Optional<MemoryOperand> operand = context.scene().operand().filter(o -> !o.canonical());
    if (operand.isEmpty()) {
      return Mend.statement(text);
    }
    int unused = Long.SIZE - context.scene().linearWidth();
    long canonical = operand.get().linear() << unused >> unused;
    return Mend.statement(
        text + "; " + Hex.literal(operand.get().linear()) + " would be " + Hex.literal(canonical));
  }

  /** Changes the value that the instruction is about to load. */
  private Mend value(long missing, long excess, String words, String advice) {
    if (context.target() == Msr.IA32_FEATURE_CONTROL && !context.scene().vmx()) {
      return AskFirst.mend(context, "ask CPUID first: this processor does not have VMX");
    }
    String text = "in the value to be loaded, " + words;
    switch (context.mnemonic()) {
      case "WRMSR":
      case "XSETBV":
        return Mend.before(text, MendCode.halves(missing, excess));
      case "MOV":
      case "LMSW":
        break;
      default:
        return Mend.statement(text);
    }
    Optional<String> operand = context.lastOperand();
    if (operand.isEmpty()) {
      return Mend.statement(text);
    }
    if (context.target() == State.CR3 && context.scene().source().isPresent()) {
      String physical = Hex.literal(context.scene().source().getAsLong());
      return Mend.before(
          "the value is a virtual address, which the page tables map to "
              + physical
              + ": "
              + advice,
          List.of("mov " + operand.get() + ", " + physical));
    }
    return Mend.before(text, writer.bits(operand.get(), missing, excess));
  }

  /** Locked it cannot be changed; unlocked, bits and lock are written together. */
  private Mend featureControl(long missing, String words) {
    if (!context.set(Msr.IA32_FEATURE_CONTROL, FeatureControl.LOCK)) {
      return Mend.before(
          words, writer.msr(Msr.IA32_FEATURE_CONTROL.index, missing | FeatureControl.LOCK, 0));
    }
    Optional<Code> lockedBy = context.scene().lockedBy();
    String bits = Mend.words(Msr.IA32_FEATURE_CONTROL.layout(), missing, 0);
    if (lockedBy.isPresent()) {
      String text =
          "the program has locked IA32_FEATURE_CONTROL itself, by "
              + place(lockedBy.get())
              + ": in the value written there, "
              + bits;
      return Mend.before(text, MendCode.halves(missing, 0)).at(lockedBy.get());
    }
    long value = context.state().get(Msr.IA32_FEATURE_CONTROL) | missing;
    return Mend.setting(
        "no program can change IA32_FEATURE_CONTROL before the next reset, for firmware has locked"
            + " it: enable VMX in the firmware's setup, so that firmware has "
            + bits
            + " itself",
        "IA32_FEATURE_CONTROL=" + Hex.literal(value));
  }

  private static String place(Code code) {
    String symbol = code.symbol().map(s -> " (" + s + ")").orElse("");
    return code.mnemonic() + " at " + Hex.literal(code.rip()) + symbol;
  }

  private Mend paging(long missing, String words) {
    String text = words + "; paging needs page tables first";
    if (context.set(Msr.IA32_EFER, Efer.LME) || writer.in64BitMode()) {
      return Mend.statement(text + ", of four levels while IA32_EFER.LME is 1");
    }
    List<String> code = MendRoutines.paging(missing, context.set(State.CR4, Cr4.PAE));
    return flat(text, Mend.before(text, writer.keeping(code)).with(MendRoutines.PAGES));
  }

  private List<String> askLock() {
    return writer.inMode(
        List.of(
            "push AX",
            "push DX",
            "mov ecx, 3Ah",
            "rdmsr",
            "test al, 1",
            "pop DX",
            "pop AX",
            "jnz mend_locked",
            "wrmsr",
            "mend_locked:"));
  }

  private static List<String> currentVmcs() {
    return MendRoutines.joined(
        MendRoutines.prepareRegion(), MendRoutines.onRegion("vmclear", "vmptrld"));
  }

  private Mend vmxOperation(String text) {
    if (context.mnemonic().equals("VMXOFF")) {
      return Mend.instead("leave VMXOFF out: the processor is not in VMX operation", List.of());
    }
    if (context.mnemonic().equals("VMREAD") || context.mnemonic().equals("VMWRITE")) {
      return Mend.instead(
          "leave "
              + context.mnemonic()
              + " out here: outside VMX operation no VMCS is current; use its fields before VMXOFF",
          List.of());
    }
    if (!context.set(State.CR0, Cr0.PG)) {
      return Mend.statement(text + ", which needs page tables and CR0.PG before");
    }
    boolean off =
        context.set(Msr.IA32_FEATURE_CONTROL, FeatureControl.LOCK)
            && !context.set(Msr.IA32_FEATURE_CONTROL, FeatureControl.VMX_OUTSIDE_SMX);
    if (off) {
      return featureControl(FeatureControl.VMX_OUTSIDE_SMX, "");
    }
    return flat(
        text,
        Mend.before(text, writer.keeping(MendRoutines.vmxOperation())).with(MendRoutines.REGION));
  }

  private Mend protectedMode(String text) {
    if (context.state().get(State.VMX_OPERATION) != 0) {
      return Mend.statement("no processor in VMX operation is in real-address mode: " + text);
    }
    List<String> code =
        MendRoutines.joined(
            MendRoutines.protectedMode(),
            MendRoutines.paging(Cr0.PG | Cr0.NE, context.set(State.CR4, Cr4.PAE)));
    return Mend.before(text, code).with(MendRoutines.joined(MendRoutines.GDT, MendRoutines.PAGES));
  }

  private Mend segment(String text, OptionalInt selector, String bits) {
    if (selector.isEmpty()) {
      return Mend.statement(text + "; the GDT has none");
    }
    String jump = "jmp " + Hex.literal(selector.getAsInt()) + ":mend_next";
    return Mend.before(text, List.of(jump, bits, "mend_next:"));
  }

  private Mend tss(String text) {
    OptionalInt selector = context.scene().tss32();
    if (selector.isEmpty()) {
      return Mend.statement(text + "; the GDT has none");
    }
    long access = context.scene().gdt() + selector.getAsInt() + 5;
    return Mend.before(
        text,
        writer.keeping(
            List.of(
                "and byte [" + Hex.literal(access) + "], 0FDh",
                "mov eax, " + Hex.literal(selector.getAsInt()),
                "ltr ax")));
  }

  /** The region that the operand was to name, or a new one. */
  private Mend region(String text) {
    Optional<MemoryOperand> operand = context.scene().operand();
    if (operand.isPresent() && operand.get().meant().isPresent()) {
      long meant = operand.get().meant().getAsLong();
      return Mend.instead(
          RegionWords.wrong(context.mnemonic(), operand.get()),
          writer.inMode(MendRoutines.onRegion(meant, context.lower())));
    }
    boolean noRam = operand.filter(o -> o.pointed() == Pointed.NO_RAM).isPresent();
    if (text.contains("first four bytes") && operand.isPresent() && !noRam) {
      long region = operand.get().pointer().orElse(0);
      return flat(text, Mend.before(text, writer.keeping(MendRoutines.writeRevision(region))));
    }
    String words = noRam ? RegionWords.noRam(operand.get(), context.scene().ram()) : text;
    List<String> code =
        MendRoutines.joined(
            writer.keeping(MendRoutines.prepareRegion()),
            writer.inMode(MendRoutines.onRegion(context.lower())));
    return flat(words, Mend.instead(words, code).with(MendRoutines.REGION));
  }

  /** Code that takes linear for physical addresses is shown only where they are equal. */
  private Mend flat(String text, Mend mend) {
    return context.scene().flat() ? mend : Mend.statement(text);
  }

  private Mend memoryOperand(String text) {
    byte[] bytes = context.code().bytes();
    int rm = bytes.length == 0 ? -1 : bytes[bytes.length - 1] & 7;
    String[] names = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
    boolean extended = bytes.length > 2 && (bytes[1] & 0xF1) == 0x41;
    boolean ours = List.of("VMXON", "VMPTRLD", "VMCLEAR").contains(context.mnemonic());
    if (!ours || rm < 0) {
      return Mend.statement(text);
    }
    String register = extended ? "r" + (rm + 8) : (writer.in64BitMode() ? "r" : "e") + names[rm];
    return Mend.instead(
        "put the physical address of the region into memory, and name that memory",
        writer.inMode(
            List.of(
                "push " + register, context.lower() + " [SP]", "lea SP, [SP + " + size() + "]")));
  }

  private int size() {
    return writer.in64BitMode() ? 8 : 4;
  }
}
