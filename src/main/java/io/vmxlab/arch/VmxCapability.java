package io.vmxlab.arch;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Layouts of the VMX capability MSRs, 480H to 493H, and the bits of them that others look at. SDM
 * Vol. 3D "VMX Capability Reporting Facility".
 *
 * <p>A capability MSR of a 32-bit control vector has two fields a control: {@code MUST_NAME} in the
 * lower half (1: the control cannot be 0) and {@code MAY_NAME} in the upper half (1: the control
 * can be 1).
 */
public final class VmxCapability {
  // spotless:off
  /** VMCS revision identifier in IA32_VMX_BASIC. */
  public static final long BASIC_REVISION       = 0x7FFF_FFFFL;
  public static final long BASIC_PHYSICAL_32    = 1L << 48;
  public static final long BASIC_DUAL_MONITOR   = 1L << 49;
  public static final long BASIC_TRUE_CONTROLS  = 1L << 55;
  public static final long BASIC_ANY_ERROR_CODE = 1L << 56;
  /** In IA32_VMX_PROCBASED_CTLS. */
  public static final long MAY_TERTIARY         = 1L << 49;
  /** In IA32_VMX_PROCBASED_CTLS. */
  public static final long MAY_SECONDARY        = 1L << 63;
  /** In IA32_VMX_EXIT_CTLS. */
  public static final long MAY_SECONDARY_EXIT   = 1L << 63;
  /** In IA32_VMX_PROCBASED_CTLS2, as those that follow. */
  public static final long MAY_EPT              = 1L << 33;
  public static final long MAY_VPID             = 1L << 37;
  public static final long MAY_UNRESTRICTED     = 1L << 39;
  public static final long MAY_VM_FUNCTIONS     = 1L << 45;
  public static final long MAY_VMCS_SHADOWING   = 1L << 46;
  /** In IA32_VMX_PROCBASED_CTLS2. */
  public static final long MAY_ENABLE_EPT       = 1L << 33;
  /** In IA32_VMX_PROCBASED_CTLS2. */
  public static final long MAY_ENABLE_VPID      = 1L << 37;
  // the rest down to MISC: in IA32_VMX_EPT_VPID_CAP
  public static final long EPT_PAGE_WALK_4      = 1L << 6;
  public static final long EPT_PAGE_WALK_5      = 1L << 7;
  public static final long EPT_MEMORY_TYPE_UC   = 1L << 8;
  public static final long EPT_MEMORY_TYPE_WB   = 1L << 14;
  public static final long INVEPT               = 1L << 20;
  public static final long EPT_ACCESSED_DIRTY   = 1L << 21;
  public static final long EPT_SHADOW_STACK     = 1L << 23;
  public static final long INVEPT_SINGLE        = 1L << 25;
  public static final long INVEPT_ALL           = 1L << 26;
  public static final long INVVPID              = 1L << 32;
  public static final long INVVPID_ADDRESS      = 1L << 40;
  public static final long INVVPID_SINGLE       = 1L << 41;
  public static final long INVVPID_ALL          = 1L << 42;
  public static final long INVVPID_GLOBALS      = 1L << 43;
  public static final long MISC_STORE_LMA       = 1L << 5;
  public static final long MISC_HLT             = 1L << 6;
  public static final long MISC_SHUTDOWN        = 1L << 7;
  public static final long MISC_WAIT_FOR_SIPI   = 1L << 8;
  public static final long MISC_PT_IN_VMX       = 1L << 14;
  public static final long MISC_RDMSR_SMBASE    = 1L << 15;
  public static final long MISC_SMM_CTL_BIT_2   = 1L << 28;
  public static final long MISC_VMWRITE_ANY     = 1L << 29;
  public static final long MISC_LENGTH_0        = 1L << 30;

  public static final Layout BASIC = Layout.of("IA32_VMX_BASIC", 64)
      .field(0, 31,  "REVISION", "VMCS revision identifier")
      .field(32, 13, "REGION_SIZE", "bytes of a VMXON or VMCS region, at most 4096")
      .bit(BASIC_PHYSICAL_32, "PHYSICAL_32", "VMX structures lie below 4 GiB")
      .bit(BASIC_DUAL_MONITOR, "DUAL_MONITOR", "dual-monitor treatment of SMIs and SMM")
      .field(50, 4,  "MEMORY_TYPE", "memory type for VMCSs: 0 UC, 6 WB")
      .bit(1L << 54, "INS_OUTS_INFORMATION", "VM exits for INS and OUTS report instruction information")
      .bit(BASIC_TRUE_CONTROLS, "TRUE_CONTROLS", "some default1 controls can be 0; MSRs 48DH to 490H exist")
      .bit(BASIC_ANY_ERROR_CODE, "ANY_ERROR_CODE", "VM entry may inject hardware exceptions with or without an error code")
      .bit(1L << 58, "NESTED_EXCEPTION", "VM entry may inject nested exceptions")
      .build();

  public static final Layout PINBASED_CTLS       = controls("IA32_VMX_PINBASED_CTLS", VmxControls.PIN_BASED);
  public static final Layout PROCBASED_CTLS      = controls("IA32_VMX_PROCBASED_CTLS", VmxControls.PROC_BASED);
  public static final Layout EXIT_CTLS           = controls("IA32_VMX_EXIT_CTLS", VmxControls.EXIT);
  public static final Layout ENTRY_CTLS          = controls("IA32_VMX_ENTRY_CTLS", VmxControls.ENTRY);
  public static final Layout PROCBASED_CTLS2     = controls("IA32_VMX_PROCBASED_CTLS2", VmxControls.PROC_BASED2);
  public static final Layout TRUE_PINBASED_CTLS  = controls("IA32_VMX_TRUE_PINBASED_CTLS", VmxControls.PIN_BASED);
  public static final Layout TRUE_PROCBASED_CTLS = controls("IA32_VMX_TRUE_PROCBASED_CTLS", VmxControls.PROC_BASED);
  public static final Layout TRUE_EXIT_CTLS      = controls("IA32_VMX_TRUE_EXIT_CTLS", VmxControls.EXIT);
  public static final Layout TRUE_ENTRY_CTLS     = controls("IA32_VMX_TRUE_ENTRY_CTLS", VmxControls.ENTRY);
  public static final Layout VMFUNC              = allowedOnes("IA32_VMX_VMFUNC", VmxControls.VM_FUNCTIONS);
  public static final Layout PROCBASED_CTLS3     = allowedOnes("IA32_VMX_PROCBASED_CTLS3", VmxControls.PROC_BASED3);
  public static final Layout EXIT_CTLS2          = allowedOnes("IA32_VMX_EXIT_CTLS2", VmxControls.EXIT2);

  public static final Layout MISC = Layout.of("IA32_VMX_MISC", 64)
      .field(0, 5,   "TIMER_RATE", "the VMX-preemption timer counts when this bit of the time-stamp counter toggles")
      .bit(MISC_STORE_LMA, "STORE_LMA", "VM exits store EFER.LMA in the IA-32e mode guest control")
      .bit(MISC_HLT, "HLT", "activity state HLT")
      .bit(MISC_SHUTDOWN, "SHUTDOWN", "activity state shutdown")
      .bit(MISC_WAIT_FOR_SIPI, "WAIT_FOR_SIPI", "activity state wait-for-SIPI")
      .bit(MISC_PT_IN_VMX, "PT_IN_VMX", "Intel PT can be used in VMX operation")
      .bit(MISC_RDMSR_SMBASE, "RDMSR_SMBASE", "RDMSR can read IA32_SMBASE in SMM")
      .field(16, 9,  "CR3_TARGETS", "number of CR3-target values")
      .field(25, 3,  "MSR_LIST", "N: at most 512 * (N + 1) MSRs in a list are recommended")
      .bit(MISC_SMM_CTL_BIT_2, "SMM_CTL_BIT_2", "bit 2 of IA32_SMM_MONITOR_CTL can be 1")
      .bit(MISC_VMWRITE_ANY, "VMWRITE_ANY", "VMWRITE can write VM-exit information fields")
      .bit(MISC_LENGTH_0, "LENGTH_0", "software events of instruction length 0 can be injected")
      .field(32, 32, "MSEG_REVISION", "MSEG revision identifier")
      .build();

  public static final Layout CR0_FIXED0 = fixed("IA32_VMX_CR0_FIXED0", Cr0.LAYOUT, "1: fixed to 1");
  public static final Layout CR0_FIXED1 = fixed("IA32_VMX_CR0_FIXED1", Cr0.LAYOUT, "0: fixed to 0");
  public static final Layout CR4_FIXED0 = fixed("IA32_VMX_CR4_FIXED0", Cr4.LAYOUT, "1: fixed to 1");
  public static final Layout CR4_FIXED1 = fixed("IA32_VMX_CR4_FIXED1", Cr4.LAYOUT, "0: fixed to 0");

  public static final Layout VMCS_ENUM = Layout.of("IA32_VMX_VMCS_ENUM", 64)
      .field(1, 9, "HIGHEST_INDEX", "highest index of any VMCS field encoding")
      .build();

  public static final Layout EPT_VPID_CAP = Layout.of("IA32_VMX_EPT_VPID_CAP", 64)
      .bit(1L << 0,  "EXECUTE_ONLY", "execute-only EPT entries")
      .bit(EPT_PAGE_WALK_4, "PAGE_WALK_4", "EPT page-walk length 4")
      .bit(EPT_PAGE_WALK_5, "PAGE_WALK_5", "EPT page-walk length 5")
      .bit(EPT_MEMORY_TYPE_UC, "MEMORY_TYPE_UC", "EPT paging structures may be uncacheable")
      .bit(EPT_MEMORY_TYPE_WB, "MEMORY_TYPE_WB", "EPT paging structures may be write-back")
      .bit(1L << 16, "PAGES_2M", "2-MByte EPT pages")
      .bit(1L << 17, "PAGES_1G", "1-GByte EPT pages")
      .bit(INVEPT, "INVEPT", "INVEPT")
      .bit(EPT_ACCESSED_DIRTY, "ACCESSED_DIRTY", "accessed and dirty flags for EPT")
      .bit(1L << 22, "ADVANCED_EXIT_INFORMATION", "advanced VM-exit information for EPT violations")
      .bit(EPT_SHADOW_STACK, "SUPERVISOR_SHADOW_STACK", "supervisor shadow-stack control")
      .bit(INVEPT_SINGLE, "INVEPT_SINGLE_CONTEXT", "INVEPT type 1")
      .bit(INVEPT_ALL, "INVEPT_ALL_CONTEXT", "INVEPT type 2")
      .bit(INVVPID, "INVVPID", "INVVPID")
      .bit(INVVPID_ADDRESS, "INVVPID_INDIVIDUAL_ADDRESS", "INVVPID type 0")
      .bit(INVVPID_SINGLE, "INVVPID_SINGLE_CONTEXT", "INVVPID type 1")
      .bit(INVVPID_ALL, "INVVPID_ALL_CONTEXT", "INVVPID type 2")
      .bit(INVVPID_GLOBALS, "INVVPID_RETAINING_GLOBALS", "INVVPID type 3")
      .field(48, 6,  "HLAT_PREFIX_SIZE", "maximum HLAT prefix size")
      .build();
  // spotless:on

  private static final int UPPER_HALF = 32;

  /** Begins the names of fields that say which controls have to be 1. */
  public static final String MUST = "MUST_";

  /** Begins the names of fields that say which controls can be 1. */
  public static final String MAY = "MAY_";

  private static final int FIRST = 0x480;

  /** By index, from 480H. */
  private static final List<Layout> BY_INDEX =
      List.of(
          BASIC,
          PINBASED_CTLS,
          PROCBASED_CTLS,
          EXIT_CTLS,
          ENTRY_CTLS,
          MISC,
          CR0_FIXED0,
          CR0_FIXED1,
          CR4_FIXED0,
          CR4_FIXED1,
          VMCS_ENUM,
          PROCBASED_CTLS2,
          EPT_VPID_CAP,
          TRUE_PINBASED_CTLS,
          TRUE_PROCBASED_CTLS,
          TRUE_EXIT_CTLS,
          TRUE_ENTRY_CTLS,
          VMFUNC,
          PROCBASED_CTLS3,
          EXIT_CTLS2);

  private VmxCapability() {}

  /**
   * What announces a capability MSR; empty for those that every processor with VMX has. SDM Vol. 3D
   * "VMX Capability Reporting Facility".
   */
  public static Optional<Announcement> announcement(Msr msr) {
    switch (msr) {
      case IA32_VMX_PROCBASED_CTLS2:
        return announcement(Msr.IA32_VMX_PROCBASED_CTLS, MAY_SECONDARY);
      case IA32_VMX_EPT_VPID_CAP:
        return announcement(Msr.IA32_VMX_PROCBASED_CTLS2, MAY_EPT | MAY_VPID);
      case IA32_VMX_TRUE_PINBASED_CTLS:
      case IA32_VMX_TRUE_PROCBASED_CTLS:
      case IA32_VMX_TRUE_EXIT_CTLS:
      case IA32_VMX_TRUE_ENTRY_CTLS:
        return announcement(Msr.IA32_VMX_BASIC, BASIC_TRUE_CONTROLS);
      case IA32_VMX_VMFUNC:
        return announcement(Msr.IA32_VMX_PROCBASED_CTLS2, MAY_VM_FUNCTIONS);
      case IA32_VMX_PROCBASED_CTLS3:
        return announcement(Msr.IA32_VMX_PROCBASED_CTLS, MAY_TERTIARY);
      case IA32_VMX_EXIT_CTLS2:
        return announcement(Msr.IA32_VMX_EXIT_CTLS, MAY_SECONDARY_EXIT);
      default:
        return Optional.empty();
    }
  }

  private static Optional<Announcement> announcement(Msr by, long bits) {
    return Optional.of(new Announcement(by, bits));
  }

  /**
   * The bits of an MSR, or of its twin among the TRUE ones, that announce another MSR.
   *
   * @param of the announced ones that are meant
   */
  public static long announcing(Msr by, Predicate<Msr> of) {
    Msr plain = plain(by);
    long bits = 0;
    for (int index = FIRST; index < FIRST + BY_INDEX.size(); index++) {
      Msr announced = Msr.of(index).orElseThrow();
      Optional<Announcement> a = announcement(announced).filter(x -> x.by() == plain);
      if (a.isPresent() && of.test(announced)) {
        bits |= a.get().bits();
      }
    }
    return bits;
  }

  /** The MSR without TRUE in its name that reports on the same controls; else the MSR itself. */
  static Msr plain(Msr msr) {
    int twin = msr.index - Msr.IA32_VMX_TRUE_PINBASED_CTLS.index;
    boolean isTrue = twin >= 0 && msr.compareTo(Msr.IA32_VMX_TRUE_ENTRY_CTLS) <= 0;
    return isTrue ? Msr.of(Msr.IA32_VMX_PINBASED_CTLS.index + twin).orElseThrow() : msr;
  }

  /** The layout of a VMX capability MSR. */
  static Layout layout(int index) {
    return BY_INDEX.get(index - FIRST);
  }

  private static Layout controls(String name, Layout vector) {
    Layout.Builder layout = Layout.of(name, 64);
    for (Field f : vector.fields()) {
      layout.field(f.low(), 1, MUST + f.name(), "cannot be 0: " + f.meaning());
      layout.field(f.low() + UPPER_HALF, 1, MAY + f.name(), "can be 1: " + f.meaning());
    }
    return layout.build();
  }

  private static Layout allowedOnes(String name, Layout vector) {
    Layout.Builder layout = Layout.of(name, 64);
    for (Field f : vector.fields()) {
      layout.field(f.low(), 1, MAY + f.name(), "can be 1: " + f.meaning());
    }
    return layout.build();
  }

  private static Layout fixed(String name, Layout register, String sense) {
    Layout.Builder layout = Layout.of(name, 64);
    for (Field f : register.fields()) {
      layout.field(f.low(), f.width(), f.name(), sense);
    }
    return layout.build();
  }
}
