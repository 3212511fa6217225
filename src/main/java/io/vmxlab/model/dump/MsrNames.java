package io.vmxlab.model.dump;

import io.vmxlab.arch.Msr;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Names of the VMX capability MSRs as source code and logs write them. */
final class MsrNames {
  private static final String[] BEFORE = {"MSR", "IA32", "A32", "VMX"};
  private static final String[] AFTER = {"MSR", "INFO", "REG"};
  private static final Map<String, Integer> BY_NAME = new HashMap<>();

  static {
    for (Msr m : Msr.values()) {
      if (Msr.isVmxCapability(m.index)) {
        BY_NAME.put(letters(m.name().substring("IA32_VMX_".length())), m.index);
      }
    }
    BY_NAME.put("EPTVPIDCAPS", Msr.IA32_VMX_EPT_VPID_CAP.index);
    BY_NAME.put("EPTVPIDENUM", Msr.IA32_VMX_EPT_VPID_CAP.index);
    BY_NAME.put("MISCDATA", Msr.IA32_VMX_MISC.index);
    BY_NAME.put("VMFUNCS", Msr.IA32_VMX_VMFUNC.index);
    BY_NAME.put("VMFUNCCTRL", Msr.IA32_VMX_VMFUNC.index);
  }

  private MsrNames() {}

  /**
   * The index of a capability MSR by one of its names, or -1. A name says VMX: {@code MISC} alone
   * is another thing. {@code A32} is VirtualBox's misprint.
   */
  static int index(String name) {
    boolean mayBe = name.indexOf('X') >= 0 || name.indexOf('x') >= 0;
    if (name.length() < 6 || name.length() > 48 || !mayBe) {
      return -1;
    }
    String rest = letters(name);
    boolean vmx = false;
    for (String before : BEFORE) {
      if (rest.startsWith(before)) {
        rest = rest.substring(before.length());
        vmx |= before.equals("VMX");
      }
    }
    if (!vmx) {
      return -1;
    }
    Integer index = BY_NAME.get(rest);
    for (String after : AFTER) {
      if (index == null && rest.endsWith(after)) {
        index = BY_NAME.get(rest.substring(0, rest.length() - after.length()));
      }
    }
    return index == null ? -1 : index;
  }

  private static String letters(String name) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) != '_') {
        letters.append(name.charAt(i));
      }
    }
    return letters.toString().toUpperCase(Locale.ROOT);
  }

  /** The number is the index of a capability MSR. */
  static boolean isIndex(long number) {
    return number == (int) number && Msr.isVmxCapability((int) number);
  }
}
