package io.vmxlab.arch;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * State of a logical processor other than its MSRs, and the conditions that checks look at. All
 * values are zero-extended to 64 bits.
 */
public enum State implements StateItem {
  // spotless:off
  RAX(64), RCX(64), RDX(64), RBX(64), RSP(64), RBP(64), RSI(64), RDI(64),
  R8(64), R9(64), R10(64), R11(64), R12(64), R13(64), R14(64), R15(64),
  RIP(64),
  RFLAGS(() -> Rflags.LAYOUT),
  CR0(() -> Cr0.LAYOUT),
  CR2(64),
  CR3(() -> Layout.of("CR3", 64)
      .field( 0, 12, "PCID", "process-context identifier if CR4.PCIDE; else bit 3 is PWT, bit 4 PCD")
      .field(12, 40, "BASE", "page number of the first paging structure")
      .build()),
  CR4(() -> Cr4.LAYOUT),
  CR8(() -> Layout.of("CR8", 64).field(0, 4, "TPL", "task priority level").build()),
  XCR0(() -> Xcr0.LAYOUT),
  PKRU(() -> Pkru.LAYOUT),
  MXCSR(() -> Mxcsr.LAYOUT),
  DR0(64), DR1(64), DR2(64), DR3(64),
  DR6(() -> Dr6.LAYOUT),
  DR7(() -> Dr7.LAYOUT),

  ES_SELECTOR(() -> selector("ES")), ES_BASE("ES.base", 64), ES_LIMIT("ES.limit", 32), ES_RIGHTS(() -> SegmentRights.layout("ES.rights")),
  CS_SELECTOR(() -> selector("CS")), CS_BASE("CS.base", 64), CS_LIMIT("CS.limit", 32), CS_RIGHTS(() -> SegmentRights.layout("CS.rights")),
  SS_SELECTOR(() -> selector("SS")), SS_BASE("SS.base", 64), SS_LIMIT("SS.limit", 32), SS_RIGHTS(() -> SegmentRights.layout("SS.rights")),
  DS_SELECTOR(() -> selector("DS")), DS_BASE("DS.base", 64), DS_LIMIT("DS.limit", 32), DS_RIGHTS(() -> SegmentRights.layout("DS.rights")),
  FS_SELECTOR(() -> selector("FS")), FS_BASE("FS.base", 64), FS_LIMIT("FS.limit", 32), FS_RIGHTS(() -> SegmentRights.layout("FS.rights")),
  GS_SELECTOR(() -> selector("GS")), GS_BASE("GS.base", 64), GS_LIMIT("GS.limit", 32), GS_RIGHTS(() -> SegmentRights.layout("GS.rights")),
  LDTR_SELECTOR(() -> selector("LDTR")), LDTR_BASE("LDTR.base", 64), LDTR_LIMIT("LDTR.limit", 32), LDTR_RIGHTS(() -> SegmentRights.layout("LDTR.rights")),
  TR_SELECTOR(() -> selector("TR")), TR_BASE("TR.base", 64), TR_LIMIT("TR.limit", 32), TR_RIGHTS(() -> SegmentRights.layout("TR.rights")),
  GDTR_BASE("GDTR.base", 64), GDTR_LIMIT("GDTR.limit", 16),
  IDTR_BASE("IDTR.base", 64), IDTR_LIMIT("IDTR.limit", 16),

  XMM0_LOW("XMM0.low", 64), XMM0_HIGH("XMM0.high", 64),
  XMM1_LOW("XMM1.low", 64), XMM1_HIGH("XMM1.high", 64),
  XMM2_LOW("XMM2.low", 64), XMM2_HIGH("XMM2.high", 64),
  XMM3_LOW("XMM3.low", 64), XMM3_HIGH("XMM3.high", 64),
  XMM4_LOW("XMM4.low", 64), XMM4_HIGH("XMM4.high", 64),
  XMM5_LOW("XMM5.low", 64), XMM5_HIGH("XMM5.high", 64),
  XMM6_LOW("XMM6.low", 64), XMM6_HIGH("XMM6.high", 64),
  XMM7_LOW("XMM7.low", 64), XMM7_HIGH("XMM7.high", 64),
  XMM8_LOW("XMM8.low", 64), XMM8_HIGH("XMM8.high", 64),
  XMM9_LOW("XMM9.low", 64), XMM9_HIGH("XMM9.high", 64),
  XMM10_LOW("XMM10.low", 64), XMM10_HIGH("XMM10.high", 64),
  XMM11_LOW("XMM11.low", 64), XMM11_HIGH("XMM11.high", 64),
  XMM12_LOW("XMM12.low", 64), XMM12_HIGH("XMM12.high", 64),
  XMM13_LOW("XMM13.low", 64), XMM13_HIGH("XMM13.high", 64),
  XMM14_LOW("XMM14.low", 64), XMM14_HIGH("XMM14.high", 64),
  XMM15_LOW("XMM15.low", 64), XMM15_HIGH("XMM15.high", 64),

  /** Current privilege level. */
  CPL(8),
  /** Address lines above 19 are masked for bit 20. */
  A20M_MODE("A20M mode", 8),
  /** GETSEC[SENTER] was executed and GETSEC[SEXIT] not since. */
  SMX_OPERATION("SMX operation", 8),
  /** In system-management mode. */
  SMM(8),
  /** 0 outside, 1 VMX root operation, 2 VMX non-root operation. */
  VMX_OPERATION("VMX operation", 8),
  /** INIT is held back instead of taken. */
  INIT_BLOCKED("INIT blocked", 8),
  /** An INIT that came while blocked. */
  INIT_PENDING("INIT pending", 8),
  /** NMIs are held back until the next IRET. */
  NMI_BLOCKED("NMI blocked", 8),
  /** Interrupts are held back for one instruction: bit 0 by STI, bit 1 by MOV or POP to SS. */
  INTERRUPT_SHADOW(() -> Layout.of("interrupt shadow", 8)
      .field(0, 1, "STI", "blocking by STI")
      .field(1, 1, "MOV_SS", "blocking by MOV SS")
      .build()),
  /** 0 active, 1 HLT, 2 shutdown, 3 wait-for-SIPI: the encoding of the VMCS field. */
  ACTIVITY("activity state", 8),

  /** The value that the instruction is about to load. */
  SOURCE("new value", 64),
  /** The model's width of physical addresses in bits. */
  MAXPHYADDR(8),
  /** The model's width of linear addresses in bits. */
  LINEAR_WIDTH("linear-address width", 8),
  /** Bits of CR4 that the processor has. */
  CR4_SUPPORTED(() -> Layout.of("CR4 bits supported", 64).fieldsOf(Cr4.LAYOUT).build()),
  /** Bits of CR4 that the processor has and vmxlab does not model. */
  CR4_UNMODELLED(() -> Layout.of("CR4 bits not modelled", 64).fieldsOf(Cr4.LAYOUT).build()),
  /** 1 while a guest runs that has the control UNRESTRICTED_GUEST. */
  UNRESTRICTED("unrestricted guest", 8),
  /** Bits of IA32_EFER that the processor has. */
  EFER_SUPPORTED(() -> Layout.of("IA32_EFER bits supported", 64).fieldsOf(Efer.LAYOUT).build()),
  /** Bits of XCR0 that the processor has. */
  XCR0_SUPPORTED("XCR0 bits supported", 64),
  /** The index in ECX of RDMSR and WRMSR, however it came there. */
  MSR_INDEX("MSR index", 32),
  /** The processor has an MSR with that index, or may have one. */
  MSR_IMPLEMENTED("MSR implemented", 8),
  /** The MSR with that index cannot be written. */
  MSR_READ_ONLY("MSR read-only", 8),
  /** The MSR with that index cannot be read. */
  MSR_WRITE_ONLY("MSR write-only", 8),
  /** Bits of the MSR being written that the processor has. */
  MSR_SUPPORTED("MSR bits supported", 64);
  // spotless:on

  private final Supplier<Layout> source;

  /** Made when first asked for: a run asks for few. */
  private Layout layout;

  State(int width) {
    source = () -> Layout.plain(name(), width);
  }

  State(String itemName, int width) {
    source = () -> Layout.plain(itemName, width);
  }

  State(Supplier<Layout> source) {
    this.source = source;
  }

  private static Layout selector(String register) {
    return Layout.of(register + ".selector", 16)
        .field(0, 2, "RPL", "requested privilege level")
        .field(2, 1, "TI", "0 GDT, 1 LDT")
        .field(3, 13, "INDEX", "descriptor number")
        .build();
  }

  @Override
  public String itemName() {
    return layout().name();
  }

  @Override
  public Layout layout() {
    if (layout == null) {
      layout = source.get();
    }
    return layout;
  }

  /** The item with that name, case-insensitively. */
  public static Optional<State> find(String name) {
    return StateItem.find(values(), name);
  }
}
