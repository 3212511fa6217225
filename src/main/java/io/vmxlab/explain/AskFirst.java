package io.vmxlab.explain;

import io.vmxlab.arch.Announcement;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmxCapability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Mends that ask whether the processor has something before they use it. The questions are those
 * that announce it: bits of CPUID and of other capability MSRs, whose own existence is asked first.
 */
final class AskFirst {
  private static final long LOW = 0xFFFF_FFFFL;

  private final Context context;
  private final MendCode writer;

  private AskFirst(Context context) {
    this.context = context;
    writer = context.writer();
  }

  /** For RDMSR and WRMSR of an MSR that is not there, and for INVEPT and INVVPID. */
  static Mend mend(Context context, String text) {
    return new AskFirst(context).mend(text);
  }

  /** For an instruction that the processor has not. */
  static Mend instruction(Context context, Feature feature) {
    return new AskFirst(context).guarded(words(feature), cpuid(feature), List.of());
  }

  private Mend mend(String text) {
    switch (context.mnemonic()) {
      case "INVEPT":
        return invalidation(VmxCapability.MAY_EPT, VmxCapability.INVEPT);
      case "INVVPID":
        return invalidation(VmxCapability.MAY_VPID, VmxCapability.INVVPID);
      default:
        break;
    }
    Optional<Msr> msr = Msr.of((int) context.state().get(State.RCX));
    boolean announced = msr.filter(AskFirst::isAnnounced).isPresent();
    if (!announced) {
      return Mend.instead(text + "; of this one nothing tells, so leave the access out", List.of());
    }
    if (!context.scene().vmx()) {
      return guarded(words(Feature.VMX), cpuid(Feature.VMX), reload(msr.get()));
    }
    List<String> questions = new ArrayList<>();
    ask(msr.get(), questions);
    String words =
        "ask first: " + msr.get() + " exists only where " + msr.get().announcement().orElse("");
    return guarded(words, questions, reload(msr.get()));
  }

  private Mend invalidation(long control, long bit) {
    Msr capability = Msr.IA32_VMX_EPT_VPID_CAP;
    List<String> questions = new ArrayList<>();
    ask(capability, questions);
    questions.addAll(question(new Announcement(Msr.IA32_VMX_PROCBASED_CTLS2, control)));
    questions.addAll(question(new Announcement(capability, bit)));
    String words =
        "ask first: "
            + context.mnemonic()
            + " exists only where "
            + new Announcement(Msr.IA32_VMX_PROCBASED_CTLS2, control)
            + " and "
            + new Announcement(capability, bit);
    return guarded(words, questions, List.of());
  }

  private static boolean isAnnounced(Msr msr) {
    return msr == Msr.IA32_FEATURE_CONTROL || Msr.isVmxCapability(msr.index);
  }

  private static List<String> reload(Msr msr) {
    return List.of("mov ecx, " + Hex.literal(msr.index & LOW));
  }

  private static void ask(Msr msr, List<String> questions) {
    Optional<Announcement> announcement = VmxCapability.announcement(msr);
    if (announcement.isPresent()) {
      ask(announcement.get().by(), questions);
      questions.addAll(question(announcement.get()));
    }
  }

  /** Goes to mend_absent unless one of the bits is 1. */
  private static List<String> question(Announcement a) {
    boolean upper = a.bits() >>> 32 != 0;
    String register = upper ? "edx" : "eax";
    return List.of(
        "mov ecx, " + Hex.literal(a.by().index & LOW),
        "rdmsr",
        "test " + register + ", " + Hex.literal(upper ? a.bits() >>> 32 : a.bits()),
        "jz mend_absent");
  }

  private static List<String> cpuid(Feature feature) {
    return List.of(
        "push BX",
        "mov eax, " + Hex.literal(feature.leaf & LOW),
        "mov ecx, " + Hex.literal(feature.subleaf),
        "cpuid",
        "mov eax, " + feature.register.name().toLowerCase(Locale.ROOT),
        "pop BX",
        "test eax, " + Hex.literal(1L << feature.bit & LOW),
        "jz mend_absent");
  }

  private static String words(Feature feature) {
    return "ask CPUID first whether the processor has it: CPUID."
        + Integer.toHexString(feature.leaf).toUpperCase(Locale.ROOT)
        + ":"
        + feature.register
        + "["
        + feature.bit
        + "] ("
        + feature
        + ")";
  }

  /** The instruction, unless a question is answered with no; what it uses is kept meanwhile. */
  private Mend guarded(String text, List<String> questions, List<String> again) {
    boolean read = context.mnemonic().equals("RDMSR");
    List<String> kept = read ? List.of() : List.of("AX", "CX", "DX");
    List<String> lines = new ArrayList<>();
    kept.forEach(r -> lines.add("push " + r));
    lines.addAll(questions);
    List<String> pops = List.of("pop DX", "pop CX", "pop AX");
    lines.addAll(read ? again : pops);
    lines.add(writer.instruction());
    if (!read) {
      lines.add("jmp mend_done");
    }
    lines.add("mend_absent:");
    if (!read) {
      lines.addAll(pops);
      lines.add("mend_done:");
    }
    return Mend.instead(text, writer.inMode(lines));
  }
}
