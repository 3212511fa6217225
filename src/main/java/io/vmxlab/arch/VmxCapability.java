package io.vmxlab.arch;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * Bits of the VMX capability MSRs, 480H to 493H, that others look at, and which of these MSRs
 * announce one another. SDM Vol. 3D "VMX Capability Reporting Facility".
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
  public static final long EPT_EXECUTE_ONLY     = 1L << 0;
  public static final long EPT_PAGE_WALK_4      = 1L << 6;
  public static final long EPT_PAGE_WALK_5      = 1L << 7;
  public static final long EPT_MEMORY_TYPE_UC   = 1L << 8;
  public static final long EPT_MEMORY_TYPE_WB   = 1L << 14;
  public static final long EPT_2M_PAGES         = 1L << 16;
  public static final long EPT_1G_PAGES         = 1L << 17;
  public static final long INVEPT               = 1L << 20;
  public static final long EPT_ACCESSED_DIRTY   = 1L << 21;
  public static final long EPT_VIOLATION_DETAILS = 1L << 22;
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
  // spotless:on

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
    for (int index = Msr.IA32_VMX_BASIC.index; index <= Msr.IA32_VMX_EXIT_CTLS2.index; index++) {
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
}
