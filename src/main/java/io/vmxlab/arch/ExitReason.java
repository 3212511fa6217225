package io.vmxlab.arch;

import static io.vmxlab.arch.ExitInstructionInformation.DESCRIPTOR_TABLE;
import static io.vmxlab.arch.ExitInstructionInformation.FIELD_ACCESS;
import static io.vmxlab.arch.ExitInstructionInformation.INVALIDATION;
import static io.vmxlab.arch.ExitInstructionInformation.MEMORY;
import static io.vmxlab.arch.ExitInstructionInformation.NONE;
import static io.vmxlab.arch.ExitInstructionInformation.RANDOM;
import static io.vmxlab.arch.ExitInstructionInformation.SELECTOR;
import static io.vmxlab.arch.ExitInstructionInformation.STRING_IO;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Basic exit reasons with the manual's numbers, and what each reports: the bits of its exit
 * qualification and the format of its instruction information. SDM Vol. 3C "VMX Basic Exit
 * Reasons", "Recording VM-Exit Information".
 */
public enum ExitReason {
  // spotless:off
  EXCEPTION_OR_NMI            (0,  "Exception or non-maskable interrupt (NMI)", ExitQualification::number),
  EXTERNAL_INTERRUPT          (1,  "External interrupt"),
  TRIPLE_FAULT                (2,  "Triple fault"),
  INIT_SIGNAL                 (3,  "INIT signal"),
  START_UP_IPI                (4,  "Start-up IPI (SIPI)", ExitQualification::vector),
  IO_SMI                      (5,  "I/O system-management interrupt (SMI)"),
  OTHER_SMI                   (6,  "Other SMI"),
  INTERRUPT_WINDOW            (7,  "Interrupt window"),
  NMI_WINDOW                  (8,  "NMI window"),
  TASK_SWITCH                 (9,  "Task switch", ExitQualification::taskSwitch),
  CPUID                       (10, "CPUID", Kind.INSTRUCTION),
  GETSEC                      (11, "GETSEC", Kind.INSTRUCTION),
  HLT                         (12, "HLT", Kind.INSTRUCTION),
  INVD                        (13, "INVD", Kind.INSTRUCTION),
  INVLPG                      (14, "INVLPG", Kind.INSTRUCTION, ExitQualification::number, NONE),
  RDPMC                       (15, "RDPMC", Kind.INSTRUCTION),
  RDTSC                       (16, "RDTSC", Kind.INSTRUCTION),
  RSM                         (17, "RSM", Kind.INSTRUCTION),
  VMCALL                      (18, "VMCALL", Kind.INSTRUCTION),
  VMCLEAR                     (19, "VMCLEAR", Kind.INSTRUCTION, ExitQualification::number, MEMORY),
  VMLAUNCH                    (20, "VMLAUNCH", Kind.INSTRUCTION),
  VMPTRLD                     (21, "VMPTRLD", Kind.INSTRUCTION, ExitQualification::number, MEMORY),
  VMPTRST                     (22, "VMPTRST", Kind.INSTRUCTION, ExitQualification::number, MEMORY),
  VMREAD                      (23, "VMREAD", Kind.INSTRUCTION, ExitQualification::number, FIELD_ACCESS),
  VMRESUME                    (24, "VMRESUME", Kind.INSTRUCTION),
  VMWRITE                     (25, "VMWRITE", Kind.INSTRUCTION, ExitQualification::number, FIELD_ACCESS),
  VMXOFF                      (26, "VMXOFF", Kind.INSTRUCTION),
  VMXON                       (27, "VMXON", Kind.INSTRUCTION, ExitQualification::number, MEMORY),
  CONTROL_REGISTER_ACCESS     (28, "Control-register accesses", Kind.INSTRUCTION, ExitQualification::controlRegister, NONE),
  MOV_DR                      (29, "MOV DR", Kind.INSTRUCTION, ExitQualification::debugRegister, NONE),
  IO_INSTRUCTION              (30, "I/O instruction", Kind.INSTRUCTION, ExitQualification::io, STRING_IO),
  RDMSR                       (31, "RDMSR", Kind.INSTRUCTION),
  WRMSR                       (32, "WRMSR", Kind.INSTRUCTION),
  INVALID_GUEST_STATE         (33, "VM-entry failure due to invalid guest state", Kind.ENTRY_FAILURE, ExitQualification::number, NONE),
  MSR_LOADING                 (34, "VM-entry failure due to MSR loading", Kind.ENTRY_FAILURE, ExitQualification::number, NONE),
  MWAIT                       (36, "MWAIT", Kind.INSTRUCTION, ExitQualification::number, NONE),
  MONITOR_TRAP_FLAG           (37, "Monitor trap flag", Kind.TRAP),
  MONITOR                     (39, "MONITOR", Kind.INSTRUCTION),
  PAUSE                       (40, "PAUSE", Kind.INSTRUCTION),
  MACHINE_CHECK               (41, "VM-entry failure due to machine-check event", Kind.ENTRY_FAILURE, ExitQualification::number, NONE),
  TPR_BELOW_THRESHOLD         (43, "TPR below threshold", Kind.TRAP),
  APIC_ACCESS                 (44, "APIC access", ExitQualification::apicAccess),
  VIRTUALIZED_EOI             (45, "Virtualized EOI", Kind.TRAP, ExitQualification::vector, NONE),
  GDTR_OR_IDTR_ACCESS         (46, "Access to GDTR or IDTR", Kind.INSTRUCTION, ExitQualification::number, DESCRIPTOR_TABLE),
  LDTR_OR_TR_ACCESS           (47, "Access to LDTR or TR", Kind.INSTRUCTION, ExitQualification::number, SELECTOR),
  EPT_VIOLATION               (48, "EPT violation", ExitQualification::eptViolation),
  EPT_MISCONFIGURATION        (49, "EPT misconfiguration"),
  INVEPT                      (50, "INVEPT", Kind.INSTRUCTION, ExitQualification::number, INVALIDATION),
  RDTSCP                      (51, "RDTSCP", Kind.INSTRUCTION),
  PREEMPTION_TIMER            (52, "VMX-preemption timer expired"),
  INVVPID                     (53, "INVVPID", Kind.INSTRUCTION, ExitQualification::number, INVALIDATION),
  WBINVD                      (54, "WBINVD or WBNOINVD", Kind.INSTRUCTION),
  XSETBV                      (55, "XSETBV", Kind.INSTRUCTION),
  APIC_WRITE                  (56, "APIC write", Kind.TRAP, ExitQualification::number, NONE),
  RDRAND                      (57, "RDRAND", Kind.INSTRUCTION, ExitQualification::number, RANDOM),
  INVPCID                     (58, "INVPCID", Kind.INSTRUCTION, ExitQualification::number, INVALIDATION),
  VMFUNC                      (59, "VMFUNC", Kind.INSTRUCTION),
  ENCLS                       (60, "ENCLS", Kind.INSTRUCTION),
  RDSEED                      (61, "RDSEED", Kind.INSTRUCTION, ExitQualification::number, RANDOM),
  PAGE_MODIFICATION_LOG_FULL  (62, "Page-modification log full", ExitQualification::logFull),
  XSAVES                      (63, "XSAVES", Kind.INSTRUCTION, ExitQualification::number, MEMORY),
  XRSTORS                     (64, "XRSTORS", Kind.INSTRUCTION, ExitQualification::number, MEMORY),
  PCONFIG                     (65, "PCONFIG", Kind.INSTRUCTION),
  SPP_RELATED_EVENT           (66, "SPP-related event", ExitQualification::subPages),
  UMWAIT                      (67, "UMWAIT", Kind.INSTRUCTION),
  TPAUSE                      (68, "TPAUSE", Kind.INSTRUCTION),
  LOADIWKEY                   (69, "LOADIWKEY", Kind.INSTRUCTION),
  ENCLV                       (70, "ENCLV", Kind.INSTRUCTION),
  ENQCMD                      (72, "ENQCMD PASID translation failure", Kind.INSTRUCTION),
  ENQCMDS                     (73, "ENQCMDS PASID translation failure", Kind.INSTRUCTION),
  BUS_LOCK                    (74, "Bus lock", Kind.TRAP),
  INSTRUCTION_TIMEOUT         (75, "Instruction timeout", ExitQualification::number),
  SEAMCALL                    (76, "SEAMCALL", Kind.INSTRUCTION),
  TDCALL                      (77, "TDCALL", Kind.INSTRUCTION),
  RDMSRLIST                   (78, "RDMSRLIST", Kind.INSTRUCTION),
  WRMSRLIST                   (79, "WRMSRLIST", Kind.INSTRUCTION);
  // spotless:on

  /** What a VM exit comes from. */
  public enum Kind {
    /** Something between or instead of instructions. */
    EVENT,
    /** An instruction, instead of which it happens; its length is reported. */
    INSTRUCTION,
    /** The end of an instruction that has completed. */
    TRAP,
    /** A VM entry that failed; bit 31 of the exit reason is 1. */
    ENTRY_FAILURE
  }

  /** Bit 31 of the exit-reason field. */
  public static final long ENTRY_FAILED = 1L << 31;

  private static final int BASIC = 0xFFFF;

  /** The basic exit reason. */
  public final int number;

  /** The manual's words. */
  public final String title;

  public final Kind kind;
  private final Supplier<Layout> qualification;
  public final ExitInstructionInformation information;

  ExitReason(
      int number,
      String title,
      Kind kind,
      Supplier<Layout> qualification,
      ExitInstructionInformation information) {
    this.number = number;
    this.title = title;
    this.kind = kind;
    this.qualification = qualification;
    this.information = information;
  }

  ExitReason(int number, String title, Kind kind) {
    this(number, title, kind, null, NONE);
  }

  ExitReason(int number, String title, Supplier<Layout> qualification) {
    this(number, title, Kind.EVENT, qualification, NONE);
  }

  ExitReason(int number, String title) {
    this(number, title, Kind.EVENT, null, NONE);
  }

  /** {@code vm-exit-external-interrupt}, as test vectors name it. */
  public String id() {
    return "vm-exit-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Value of the exit-reason field. */
  public long field() {
    return kind == Kind.ENTRY_FAILURE ? ENTRY_FAILED | number : number;
  }

  /** It has an exit qualification; without one the field is 0. */
  public boolean isQualified() {
    return qualification != null;
  }

  /**
   * Names and places of the bits of the exit qualification; empty if there is none.
   *
   * @param interruption the VM-exit interruption information, which the qualification of an
   *     exception depends on
   */
  public Optional<Layout> qualification(long interruption) {
    boolean debug =
        this == EXCEPTION_OR_NMI && (interruption & VmcsBits.VECTOR) == Vector.DB.number;
    return debug
        ? Optional.of(ExitQualification.debugException())
        : Optional.ofNullable(qualification).map(Supplier::get);
  }

  /** The reason that an exit-reason field names. */
  public static Optional<ExitReason> of(long field) {
    for (ExitReason r : values()) {
      if (r.number == (field & BASIC)) {
        return Optional.of(r);
      }
    }
    return Optional.empty();
  }
}
