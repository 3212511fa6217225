package io.vmxlab.threemachines;

/**
 * Names of what a {@link VmxTrial} tells: encodings of VMCS fields in hexadecimal, of the guest
 * where nothing else is said, and words for what is no field.
 */
final class VmxPart {
  /** Where two outcomes differ that are not of the same kind. */
  static final String OUTCOME = "outcome";

  /** The exit qualification. */
  static final String QUALIFICATION = "qualification";

  static final String CR2 = "cr2";

  /** A sum of the guest's paging structures. */
  static final String TABLES = "tab";

  /** A sum of the guest's other memory. */
  static final String MEMORY = "mem";

  /** The VM-entry interruption information. */
  static final String INJECTED = "4016";

  /** The secondary processor-based controls. */
  static final String SECONDARY = "401E";

  /** The VM-exit interruption information. */
  static final String INTERRUPTION = "4404";

  /** The VM-exit interruption error code. */
  static final String CODE = "4406";

  /** The IDT-vectoring information. */
  static final String VECTORING = "4408";

  /** The IDT-vectoring error code. */
  static final String VECTORING_CODE = "440A";

  /** The VM-exit instruction length. */
  static final String LENGTH = "440C";

  /** The VM-exit instruction information. */
  static final String INFORMATION = "440E";

  static final String LINEAR_ADDRESS = "640A";
  static final String PHYSICAL_ADDRESS = "2400";
  static final String CS = "802";
  static final String CS_RIGHTS = "4816";
  static final String LDTR_RIGHTS = "4820";
  static final String TR_RIGHTS = "4822";
  static final String CR0 = "6800";
  static final String CR3 = "6802";
  static final String DR7 = "681A";
  static final String RSP = "681C";
  static final String RIP = "681E";
  static final String RFLAGS = "6820";
  static final String PENDING_DEBUG = "6822";
  static final String INTERRUPTIBILITY = "4824";
  static final String ACTIVITY = "4826";
  static final String DEBUGCTL = "2802";

  private VmxPart() {}
}
