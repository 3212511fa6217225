package io.vmxlab.arch;

/**
 * Bits of exit qualifications that say more than one number. SDM Vol. 3C "Basic VM-Exit
 * Information".
 */
public final class ExitQualification {
  // spotless:off
  /** Of control-register accesses. */
  public static final int MOV_TO_CR                = 0;
  public static final int MOV_FROM_CR              = 1;
  public static final int CLTS                     = 2;
  public static final int LMSW                     = 3;
  public static final int ACCESS_SHIFT             = 4;
  public static final long LMSW_MEMORY             = 1L << 6;
  public static final int REGISTER_SHIFT           = 8;
  public static final int LMSW_SOURCE_SHIFT        = 16;

  /** Of MOV DR. */
  public static final long FROM_DR                 = 1L << 4;

  /** Of I/O instructions. */
  public static final long IN                      = 1L << 3;
  public static final long STRING                  = 1L << 4;
  public static final long REP                     = 1L << 5;
  public static final long IMMEDIATE               = 1L << 6;
  public static final int PORT_SHIFT               = 16;

  /** Of task switches. */
  public static final int TASK_CALL                = 0;
  public static final int TASK_IRET                = 1;
  public static final int TASK_JMP                 = 2;
  public static final int TASK_GATE                = 3;
  public static final int TASK_SOURCE_SHIFT        = 30;

  /** Of EPT violations. */
  public static final long READ                    = 1L << 0;
  public static final long WRITE                   = 1L << 1;
  public static final long FETCH                   = 1L << 2;
  public static final long READABLE                = 1L << 3;
  public static final long WRITABLE                = 1L << 4;
  public static final long EXECUTABLE              = 1L << 5;
  public static final long USER_EXECUTABLE         = 1L << 6;
  public static final long LINEAR_ADDRESS_VALID    = 1L << 7;
  public static final long TRANSLATION             = 1L << 8;
  public static final long USER_PAGE               = 1L << 9;
  public static final long WRITABLE_PAGE           = 1L << 10;
  public static final long EXECUTE_DISABLE_PAGE    = 1L << 11;
  /** Of EPT violations, of sub-page permissions and of a full page-modification log. */
  public static final long NMI_UNBLOCKING          = 1L << 12;

  /** Of sub-page permissions: an entry is not valid; else reserved bits are not 0. */
  public static final long SUB_PAGE_MISS           = 1L << 11;

  /** Of APIC accesses. */
  public static final int APIC_ACCESS_SHIFT        = 12;
  public static final int APIC_LINEAR_READ         = 0;
  public static final int APIC_LINEAR_WRITE        = 1;
  public static final int APIC_LINEAR_FETCH        = 2;
  public static final int APIC_LINEAR_DELIVERY     = 3;
  public static final int APIC_PHYSICAL_DELIVERY   = 10;
  public static final int APIC_PHYSICAL            = 15;

  /** Of VM-entry failures due to invalid guest state. */
  public static final int FAILED_PDPTE             = 2;
  public static final int FAILED_NMI_INJECTION     = 3;
  public static final int FAILED_LINK_POINTER      = 4;

  private static final String NAME = "exit qualification";

  static Layout controlRegister() {
    return Layout.of(NAME, 64)
        .field(0, 4, "REGISTER", "number of the control register; 0 for CLTS and LMSW")
        .field(ACCESS_SHIFT, 2, "ACCESS", "0 MOV to CR, 1 MOV from CR, 2 CLTS, 3 LMSW")
        .bit(LMSW_MEMORY, "MEMORY", "the operand of LMSW is in memory")
        .field(REGISTER_SHIFT, 4, "GPR", "the general-purpose register of MOV CR")
        .field(LMSW_SOURCE_SHIFT, 16, "SOURCE", "source of LMSW")
        .build();
  }

  static Layout debugRegister() {
    return Layout.of(NAME, 64)
        .field(0, 3, "REGISTER", "number of the debug register")
        .bit(FROM_DR, "FROM", "MOV from DR")
        .field(REGISTER_SHIFT, 4, "GPR", "the general-purpose register")
        .build();
  }

  static Layout io() {
    return Layout.of(NAME, 64)
        .field(0, 3, "SIZE", "bytes less 1")
        .bit(IN, "IN", "IN or INS")
        .bit(STRING, "STRING", "INS or OUTS")
        .bit(REP, "REP", "with a repeat prefix")
        .bit(IMMEDIATE, "IMMEDIATE", "the port is an immediate operand")
        .field(PORT_SHIFT, 16, "PORT", "number of the port")
        .build();
  }

  static Layout taskSwitch() {
    return Layout.of(NAME, 64)
        .field(0, 16, "SELECTOR", "selector of the new task's TSS")
        .field(TASK_SOURCE_SHIFT, 2, "SOURCE", "0 CALL, 1 IRET, 2 JMP, 3 task gate in the IDT")
        .build();
  }

  static Layout eptViolation() {
    return Layout.of(NAME, 64)
        .bit(READ, "READ", "data read")
        .bit(WRITE, "WRITE", "data write")
        .bit(FETCH, "FETCH", "instruction fetch")
        .bit(READABLE, "READABLE", "EPT allows reads")
        .bit(WRITABLE, "WRITABLE", "EPT allows writes")
        .bit(EXECUTABLE, "EXECUTABLE", "EPT allows fetches")
        .bit(USER_EXECUTABLE, "USER_EXECUTABLE", "EPT allows fetches from user-mode addresses")
        .bit(LINEAR_ADDRESS_VALID, "LINEAR_VALID", "the guest-linear address is valid")
        .bit(TRANSLATION, "TRANSLATION", "1 the address that the linear one translates to, 0 a paging-structure entry")
        .bit(USER_PAGE, "USER_PAGE", "the linear address is a user-mode one")
        .bit(WRITABLE_PAGE, "WRITABLE_PAGE", "the guest's paging allows writes")
        .bit(EXECUTE_DISABLE_PAGE, "XD_PAGE", "the guest's paging forbids fetches")
        .bit(NMI_UNBLOCKING, "NMI_UNBLOCKING", "IRET unblocked NMIs")
        .build();
  }

  static Layout logFull() {
    return Layout.of(NAME, 64).bit(NMI_UNBLOCKING, "NMI_UNBLOCKING", "IRET unblocked NMIs").build();
  }

  static Layout apicAccess() {
    return Layout.of(NAME, 64)
        .field(0, 12, "OFFSET", "offset in the APIC-access page")
        .field(APIC_ACCESS_SHIFT, 4, "ACCESS", "0 read, 1 write, 2 fetch, 3 event delivery; by guest-physical address: 10 event delivery, 15 other")
        .build();
  }

  static Layout subPages() {
    return Layout.of(NAME, 64)
        .bit(SUB_PAGE_MISS, "MISS", "1 an entry is not valid, 0 reserved bits are not 0")
        .bit(NMI_UNBLOCKING, "NMI_UNBLOCKING", "NMIs were unblocked by IRET")
        .build();
  }

  static Layout vector() {
    return Layout.of(NAME, 64).field(0, 8, "VECTOR", "vector").build();
  }

  static Layout debugException() {
    return Layout.of(NAME, 64)
        .bit(Dr6.B0, "B0", "breakpoint condition 0 met")
        .bit(Dr6.B1, "B1", "breakpoint condition 1 met")
        .bit(Dr6.B2, "B2", "breakpoint condition 2 met")
        .bit(Dr6.B3, "B3", "breakpoint condition 3 met")
        .bit(Dr6.BD, "BD", "debug register access detected")
        .bit(Dr6.BS, "BS", "single step")
        .build();
  }

  static Layout number() {
    return Layout.plain(NAME, 64);
  }
  // spotless:on

  private ExitQualification() {}
}
