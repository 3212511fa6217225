package io.vmxlab.model.dump;

import io.vmxlab.arch.Field;
import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.arch.VmxControls;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Output of QEMU's vmxcap script: sections, each with a value in hexadecimal or with a line a
 * control that says {@code yes}, {@code no}, {@code forced} or {@code default}. What the script
 * says nothing of stays open.
 */
final class VmxcapReader implements DumpReader {
  private static final String[] STATES = {"yes", "no", "forced", "default"};
  private static final int HALF = 32;

  /** The section whose MSR says with all its 64 bits what is allowed. */
  private static final String TERTIARY = "tertiary processor-based controls";

  /** A vector of controls: its MSRs, the second of which may be null, and its default1 class. */
  private record Vector(Msr plain, Msr exact, Layout layout, long default1) {}

  // spotless:off
  private static final Map<String, Integer> VALUES = Map.of(
      "Basic VMX Information", Msr.IA32_VMX_BASIC.index,
      "Miscellaneous data", Msr.IA32_VMX_MISC.index,
      "VPID and EPT capabilities", Msr.IA32_VMX_EPT_VPID_CAP.index,
      "VM Functions", Msr.IA32_VMX_VMFUNC.index);

  private static final Map<String, Vector> VECTORS = Map.of(
      "pin-based controls", new Vector(Msr.IA32_VMX_PINBASED_CTLS, Msr.IA32_VMX_TRUE_PINBASED_CTLS, VmxControls.PIN_BASED, VmxControls.PIN_BASED_DEFAULT1),
      "primary processor-based controls", new Vector(Msr.IA32_VMX_PROCBASED_CTLS, Msr.IA32_VMX_TRUE_PROCBASED_CTLS, VmxControls.PROC_BASED, VmxControls.PROC_BASED_DEFAULT1),
      "secondary processor-based controls", new Vector(Msr.IA32_VMX_PROCBASED_CTLS2, null, VmxControls.PROC_BASED2, 0),
      TERTIARY, new Vector(Msr.IA32_VMX_PROCBASED_CTLS3, null, VmxControls.PROC_BASED3, 0),
      "VM-Exit controls", new Vector(Msr.IA32_VMX_EXIT_CTLS, Msr.IA32_VMX_TRUE_EXIT_CTLS, VmxControls.EXIT, VmxControls.EXIT_DEFAULT1),
      "VM-Entry controls", new Vector(Msr.IA32_VMX_ENTRY_CTLS, Msr.IA32_VMX_TRUE_ENTRY_CTLS, VmxControls.ENTRY, VmxControls.ENTRY_DEFAULT1));

  /** The script's words for controls where they are not the manual's. */
  private static final Map<String, String> OTHER_WORDS = Map.ofEntries(
      Map.entry("ACTIVATESECONDARYCONTROL", "ACTIVATESECONDARYCONTROLS"),
      Map.entry("ENABLEIPIVIRTUALIZATION", "IPIVIRTUALIZATION"),
      Map.entry("APICREGISTEREMULATION", "APICREGISTERVIRTUALIZATION"),
      Map.entry("CONCEALNONROOTOPERATIONFROMPT", "CONCEALVMXFROMPT"),
      Map.entry("CONCEALVMEXITSFROMPT", "CONCEALVMXFROMPT"),
      Map.entry("CONCEALVMENTRIESFROMPT", "CONCEALVMXFROMPT"),
      Map.entry("MODEBASEDEXECUTECONTROLXSXU", "MODEBASEDEXECUTECONTROL"),
      Map.entry("GPATRANSLATIONFORPT", "PTUSESGUESTPHYSICALADDRESSES"),
      Map.entry("TSCSCALING", "USETSCSCALING"),
      Map.entry("USERWAITANDPAUSE", "ENABLEUSERWAITANDPAUSE"),
      Map.entry("ENCLVEXITING", "ENABLEENCLVEXITING"));
  // spotless:on

  private final Dump dump;
  private final Map<Msr, Readings.Bits> exact = new EnumMap<>(Msr.class);

  /** A control is 1 by default and can be 0: old scripts tell the TRUE MSRs by nothing else. */
  private boolean someDefault;

  /** The section's MSR if it has one value; -1 in other sections. */
  private int valueOf = -1;

  private Optional<Long> basic = Optional.empty();
  private Optional<Vector> vector = Optional.empty();
  private long known;
  private long plainMust;
  private long exactMust;
  private long may;

  VmxcapReader(Dump dump) {
    this.dump = dump;
  }

  @Override
  public String tool() {
    return "vmxcap";
  }

  @Override
  public boolean recognises(DumpLine line) {
    boolean inSection = valueOf >= 0 || vector.isPresent();
    return VALUES.containsKey(line.text())
        || VECTORS.containsKey(line.text())
        || valueOf >= 0 && line.text().startsWith("Hex: ")
        || inSection && !state(line.text()).isEmpty();
  }

  /** The word that ends a control's line; empty if none does. */
  private static String state(String text) {
    for (String state : STATES) {
      int start = text.length() - state.length();
      if (start > 0 && text.endsWith(state) && text.charAt(start - 1) == ' ') {
        return state;
      }
    }
    return "";
  }

  @Override
  public void read(DumpLine line) throws NotUnderstood {
    String text = line.text();
    if (VALUES.containsKey(text)) {
      finish();
      valueOf = VALUES.get(text);
    } else if (VECTORS.containsKey(text)) {
      finish();
      vector = Optional.of(VECTORS.get(text));
      known = vector.get().default1;
      plainMust = known;
      exactMust = known;
      may = known;
    } else if (vector.isPresent()) {
      String state = state(text);
      control(text.substring(0, text.length() - state.length()), state);
    } else if (text.startsWith("Hex: ")) {
      Cursor c = line.cursor();
      c.take("Hex: ");
      c.take("0x");
      long value = Cursor.number(c.word());
      dump.msr(-1, valueOf, value, line);
      basic = valueOf == Msr.IA32_VMX_BASIC.index ? Optional.of(value) : basic;
    }
  }

  private void control(String name, String state) throws NotUnderstood {
    String wanted = folded(name);
    String meant = OTHER_WORDS.getOrDefault(wanted, wanted);
    long bit = 0;
    for (Field f : vector.orElseThrow().layout.fields()) {
      bit |= folded(f.name()).equals(meant) ? f.mask() : 0;
    }
    if (bit == 0) {
      throw new NotUnderstood(Cursor.shown(name.strip()) + " is no control that is known");
    }
    known |= bit;
    may = state.equals("no") ? may & ~bit : may | bit;
    boolean forced = state.equals("forced");
    plainMust = forced || state.equals("default") ? plainMust | bit : plainMust & ~bit;
    exactMust = forced ? exactMust | bit : exactMust & ~bit;
  }

  private static String folded(String name) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '_' && Cursor.inWord(c)) {
        letters.append(c);
      }
    }
    return letters.toString().toUpperCase(Locale.ROOT);
  }

  /** Keeps the section that has been read. */
  private void finish() {
    vector.ifPresent(this::keep);
    vector = Optional.empty();
    valueOf = -1;
  }

  private void keep(Vector v) {
    if (v.plain == Msr.IA32_VMX_PROCBASED_CTLS3) {
      dump.every().msrBits(v.plain.index, known, may);
      return;
    }
    long both = known << HALF | known;
    dump.every().msrBits(v.plain.index, both, may << HALF | plainMust);
    if (v.exact != null) {
      exact.put(v.exact, new Readings.Bits(both, may << HALF | exactMust));
      someDefault |= plainMust != exactMust;
    }
  }

  /** Keeps the last section, and the TRUE MSRs if the processor has them. */
  @Override
  public void end() {
    finish();
    boolean present =
        basic.map(b -> (b & VmxCapability.BASIC_TRUE_CONTROLS) != 0).orElse(someDefault);
    if (present) {
      exact.forEach((msr, bits) -> dump.every().msrBits(msr.index, bits.known(), bits.value()));
    }
  }
}
