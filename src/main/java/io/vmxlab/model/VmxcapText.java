package io.vmxlab.model;

import io.vmxlab.arch.Field;
import io.vmxlab.arch.Layout;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.arch.VmxControls;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Output of QEMU's vmxcap script: sections, each with a value in hexadecimal or with a line a
 * control that says {@code yes}, {@code no}, {@code forced} or {@code default}. Controls that the
 * script does not know are taken as not allowed.
 */
final class VmxcapText {
  private static final Pattern HEX = Pattern.compile("Hex: 0x([0-9a-fA-F]{1,16})");
  private static final Pattern CONTROL = Pattern.compile("(.*?) +(yes|no|forced|default)");

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

  private final CpuDump dump;
  private final Map<Msr, Long> exact = new EnumMap<>(Msr.class);

  /** A control is 1 by default and can be 0: old scripts tell the TRUE MSRs by nothing else. */
  private boolean someDefault;

  private int valueOf = -1;
  private Vector vector;
  private long plainMust;
  private long exactMust;
  private long may;

  VmxcapText(CpuDump dump) {
    this.dump = dump;
  }

  /** Takes a line if it is one of the script's. */
  boolean line(String text) {
    if (VALUES.containsKey(text)) {
      finish();
      valueOf = VALUES.get(text);
      return true;
    }
    if (VECTORS.containsKey(text)) {
      finish();
      vector = VECTORS.get(text);
      plainMust = vector.default1;
      exactMust = vector.default1;
      may = vector.default1;
      return true;
    }
    Matcher hex = HEX.matcher(text);
    if (valueOf >= 0 && hex.matches()) {
      dump.msr(valueOf, Long.parseUnsignedLong(hex.group(1), 16));
      return true;
    }
    Matcher control = CONTROL.matcher(text);
    if (control.matches() && (vector != null || valueOf >= 0)) {
      if (vector != null) {
        control(control.group(1), control.group(2));
      }
      return true;
    }
    return false;
  }

  private void control(String name, String state) {
    long bit = bit(name);
    boolean allowed = !state.equals("no");
    may = allowed ? may | bit : may & ~bit;
    boolean forced = state.equals("forced");
    plainMust = forced || state.equals("default") ? plainMust | bit : plainMust & ~bit;
    exactMust = forced ? exactMust | bit : exactMust & ~bit;
  }

  private long bit(String name) {
    String wanted = folded(name);
    String known = OTHER_WORDS.getOrDefault(wanted, wanted);
    for (Field f : vector.layout.fields()) {
      if (folded(f.name()).equals(known)) {
        return f.mask();
      }
    }
    return 0;
  }

  private static String folded(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
  }

  /** Keeps the section that has been read. */
  private void finish() {
    if (vector != null) {
      keep();
    }
    vector = null;
    valueOf = -1;
  }

  private void keep() {
    if (vector.plain == Msr.IA32_VMX_PROCBASED_CTLS3) {
      if (may != 0) {
        dump.msr(vector.plain.index, may);
      }
      return;
    }
    dump.msr(vector.plain.index, may << 32 | plainMust);
    if (vector.exact != null) {
      exact.put(vector.exact, may << 32 | exactMust);
      someDefault |= plainMust != exactMust;
    }
  }

  /** Keeps the last section, and the TRUE MSRs if the processor has them. */
  void end() {
    finish();
    boolean present =
        dump.msr(Msr.IA32_VMX_BASIC.index)
            .map(basic -> (basic & VmxCapability.BASIC_TRUE_CONTROLS) != 0)
            .orElse(someDefault);
    if (present) {
      exact.forEach((msr, value) -> dump.msr(msr.index, value));
    }
  }
}
