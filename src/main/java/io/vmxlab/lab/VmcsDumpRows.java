package io.vmxlab.lab;

import io.vmxlab.arch.VmcsField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What lines of hypervisors' VMCS dumps say, for those that print labels of their own: Linux KVM
 * and Xen print alike, section by section; VirtualBox names its control words. {@code #} stands for
 * a hexadecimal number.
 */
final class VmcsDumpRows {
  /** Part of a dump, begun by a line with its words. */
  enum Section {
    NONE(""),
    GUEST("*** Guest State ***"),
    HOST("*** Host State ***"),
    CONTROL("*** Control State ***");

    final String heading;

    Section(String heading) {
      this.heading = heading;
    }
  }

  /** A pattern whose groups are values of fields. */
  record Row(Section section, Pattern pattern, List<VmcsField> fields) {
    /** Finds the row's values in a line; the matcher stands at them. */
    Matcher in(String line) {
      return pattern.matcher(line);
    }
  }

  private static final String NUMBER = "(?:0x)?([0-9A-Fa-f]{1,16})";

  private final List<Row> rows = new ArrayList<>();

  private VmcsDumpRows() {}

  /** Lines that belong to a dump and name no field. */
  static boolean isKnown(String line) {
    return line.contains("VMCS")
        || line.contains("***")
        || line.matches(".*\\bsel\\s+attr\\s+limit\\s+base\\s*")
        || line.contains("Real-on-v86 active")
        || line.contains("MSR guest autoload")
        || line.contains("MSR host autoload")
        || line.contains("MSR autostore")
        || line.matches(".*\\s\\d+: msr=0x[0-9a-f]{8} value=0x[0-9a-f]{16}\\s*");
  }

  static List<Row> all() {
    VmcsDumpRows table = new VmcsDumpRows();
    table.guest();
    table.host();
    table.control();
    table.headings();
    table.virtualBox();
    return List.copyOf(table.rows);
  }

  private void row(Section section, String pattern, String... fields) {
    List<VmcsField> list = new ArrayList<>();
    for (String f : fields) {
      list.add(VmcsField.valueOf(f));
    }
    rows.add(new Row(section, Pattern.compile(pattern.replace("#", NUMBER)), List.copyOf(list)));
  }

  // spotless:off
  private void guest() {
    Section s = Section.GUEST;
    for (String r : List.of("CR0", "CR4")) {
      row(s, "\\b" + r + ": actual=#, shadow=#, gh_mask=#", "GUEST_" + r, r + "_READ_SHADOW", r + "_GUEST_HOST_MASK");
    }
    for (int i = 0; i < 4; i++) {
      row(s, "\\bPDPT[RE]" + i + " = #", "GUEST_PDPTE" + i);
    }
    row(s, "\\bCR3 = #", "GUEST_CR3");
    row(s, "(?<!Sysenter )\\bRSP = #", "GUEST_RSP");
    row(s, "\\bRIP = #", "GUEST_RIP");
    row(s, "\\bRFLAGS=#", "GUEST_RFLAGS");
    row(s, "\\bDR7 = #", "GUEST_DR7");
    row(s, "Sysenter RSP=# CS:RIP=#:#", "GUEST_SYSENTER_ESP", "GUEST_SYSENTER_CS", "GUEST_SYSENTER_EIP");
    for (String r : List.of("ES", "CS", "SS", "DS", "FS", "GS", "LDTR", "TR")) {
      String[] fields = {"GUEST_" + r + "_SELECTOR", "GUEST_" + r + "_ACCESS_RIGHTS", "GUEST_" + r + "_LIMIT", "GUEST_" + r + "_BASE"};
      row(s, "\\b" + r + ":\\s+sel=#, attr=#, limit=#, base=#", fields);
      row(s, "\\b" + r + ": # # # #", fields);
    }
    for (String r : List.of("GDTR", "IDTR")) {
      row(s, "\\b" + r + ":\\s+limit=#, base=#", "GUEST_" + r + "_LIMIT", "GUEST_" + r + "_BASE");
      row(s, "\\b" + r + ":\\s+# #", "GUEST_" + r + "_LIMIT", "GUEST_" + r + "_BASE");
    }
    row(s, "\\bEFER\\s*(?:\\(VMCS\\)\\s*)?=\\s*#", "GUEST_IA32_EFER");
    row(s, "\\bPAT = #", "GUEST_IA32_PAT");
    row(s, "\\bDebugCtl = #", "GUEST_IA32_DEBUGCTL");
    row(s, "\\bDebugExceptions = #", "GUEST_PENDING_DEBUG_EXCEPTIONS");
    row(s, "\\bPerfGlobCtl = #", "GUEST_IA32_PERF_GLOBAL_CTRL");
    row(s, "\\bBndCfgS = #", "GUEST_IA32_BNDCFGS");
    row(s, "\\bInterruptibility = #", "GUEST_INTERRUPTIBILITY_STATE");
    row(s, "\\bActivityState = #", "GUEST_ACTIVITY_STATE");
    row(s, "\\bInterruptStatus = #", "GUEST_INTERRUPT_STATUS");
    row(s, "\\bPreemptionTimer = #", "PREEMPTION_TIMER_VALUE");
    row(s, "\\bSM Base = #", "GUEST_SMBASE");
  }

  private void host() {
    Section s = Section.HOST;
    row(s, "\\bRIP = #", "HOST_RIP");
    row(s, "\\bRSP = #", "HOST_RSP");
    for (String r : List.of("CS", "SS", "DS", "ES", "FS", "GS", "TR")) {
      row(s, "\\b" + r + "=#", "HOST_" + r + "_SELECTOR");
    }
    row(s, "\\bFSBase=#", "HOST_FS_BASE");
    row(s, "\\bGSBase=#", "HOST_GS_BASE");
    row(s, "\\bTRBase=#", "HOST_TR_BASE");
    row(s, "\\bGDTBase=#", "HOST_GDTR_BASE");
    row(s, "\\bIDTBase=#", "HOST_IDTR_BASE");
    for (String r : List.of("CR0", "CR3", "CR4")) {
      row(s, "\\b" + r + "=#", "HOST_" + r);
    }
    row(s, "Sysenter RSP=# CS:RIP=#:#", "HOST_SYSENTER_ESP", "HOST_SYSENTER_CS", "HOST_SYSENTER_EIP");
    row(s, "\\bEFER\\s*=\\s*#", "HOST_IA32_EFER");
    row(s, "\\bPAT = #", "HOST_IA32_PAT");
    row(s, "\\bPerfGlobCtl = #", "HOST_IA32_PERF_GLOBAL_CTRL");
  }

  private void control() {
    Section s = Section.CONTROL;
    row(s, "\\bPinBased=#", "PIN_BASED_CONTROLS");
    row(s, "\\bCPUBased=#", "PRIMARY_CONTROLS");
    row(s, "\\bSecondaryExec=#", "SECONDARY_CONTROLS");
    row(s, "\\bTertiaryExec=#", "TERTIARY_CONTROLS");
    row(s, "\\bEntryControls=#", "VM_ENTRY_CONTROLS");
    row(s, "\\bExitControls=#", "VM_EXIT_CONTROLS");
    row(s, "\\bExceptionBitmap=#", "EXCEPTION_BITMAP");
    row(s, "\\bPFECmask=#", "PAGE_FAULT_ERROR_CODE_MASK");
    row(s, "\\bPFECmatch=#", "PAGE_FAULT_ERROR_CODE_MATCH");
    row(s, "VMEntry: intr_info=# errcode=# ilen=#", "VM_ENTRY_INTERRUPTION_INFORMATION", "VM_ENTRY_EXCEPTION_ERROR_CODE", "VM_ENTRY_INSTRUCTION_LENGTH");
    row(s, "VMExit: intr_info=# errcode=# ilen=#", "VM_EXIT_INTERRUPTION_INFORMATION", "VM_EXIT_INTERRUPTION_ERROR_CODE", "VM_EXIT_INSTRUCTION_LENGTH");
    row(s, "\\breason=# qualification=#", "EXIT_REASON", "EXIT_QUALIFICATION");
    row(s, "IDTVectoring: info=# errcode=#", "IDT_VECTORING_INFORMATION", "IDT_VECTORING_ERROR_CODE");
    row(s, "\\bTSC Offset = #", "TSC_OFFSET");
    row(s, "\\bTSC Multiplier = #", "TSC_MULTIPLIER");
    row(s, "\\bTPR Threshold = #", "TPR_THRESHOLD");
    row(s, "\\bAPIC-access addr = #", "APIC_ACCESS_ADDRESS");
    row(s, "\\bvirt-APIC addr = #", "VIRTUAL_APIC_ADDRESS");
    row(s, "\\bPostedIntrVec = #", "POSTED_INTERRUPT_NOTIFICATION_VECTOR");
    row(s, "\\bEPT pointer = #", "EPT_POINTER");
    row(s, "\\bEPTP index = #", "EPTP_INDEX");
    row(s, "\\bPLE Gap=# Window=#", "PLE_GAP", "PLE_WINDOW");
    row(s, "\\bVirtual processor ID = #", "VPID");
    row(s, "\\bVMfunc controls = #", "VM_FUNCTION_CONTROLS");
  }

  /** What Xen and HAXM say above a dump. */
  private void headings() {
    row(Section.NONE, "\\bvmentry failure \\(reason #\\)", "EXIT_REASON");
    row(Section.NONE, "\\bexit_reason\\.raw #", "EXIT_REASON");
  }

  private void virtualBox() {
    Section s = Section.NONE;
    row(s, "CPU\\[\\d+\\] PinCtls\\s+#", "PIN_BASED_CONTROLS");
    row(s, "CPU\\[\\d+\\] ProcCtls\\s+#", "PRIMARY_CONTROLS");
    row(s, "CPU\\[\\d+\\] ProcCtls2\\s+#", "SECONDARY_CONTROLS");
    row(s, "CPU\\[\\d+\\] EntryCtls\\s+#", "VM_ENTRY_CONTROLS");
    row(s, "CPU\\[\\d+\\] ExitCtls\\s+#", "VM_EXIT_CONTROLS");
    for (String r : List.of("ES", "CS", "SS", "DS", "FS", "GS", "LDTR", "TR")) {
      row(s, "(?<![a-z])" + r.toLowerCase(Locale.ROOT) + "\\s*=\\{# base=# limit=# flags=#",
          "GUEST_" + r + "_SELECTOR", "GUEST_" + r + "_BASE", "GUEST_" + r + "_LIMIT", "GUEST_" + r + "_ACCESS_RIGHTS");
    }
  }
  // spotless:on
}
