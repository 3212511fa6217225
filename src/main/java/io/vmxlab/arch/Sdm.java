package io.vmxlab.arch;

import java.util.Locale;

/**
 * The one list of manual citations. Titles are stable between editions and come first; section
 * numbers are those of {@link #EDITION}. Instruction pages are cited by title alone.
 */
public enum Sdm implements Cause {
  // spotless:off
  AAA("2A", "", "AAA—ASCII Adjust After Addition"),
  AAD("2A", "", "AAD—ASCII Adjust AX Before Division"),
  AAM("2A", "", "AAM—ASCII Adjust AX After Multiply"),
  AAS("2A", "", "AAS—ASCII Adjust AL After Subtraction"),
  ADC("2A", "", "ADC—Add With Carry"),
  ADCX("2A", "", "ADCX—Unsigned Integer Addition of Two Operands With Carry Flag"),
  ADD("2A", "", "ADD—Add"),
  ADOX("2A", "", "ADOX—Unsigned Integer Addition of Two Operands With Overflow Flag"),
  AND("2A", "", "AND—Logical AND"),
  ANDN("2A", "", "ANDN—Logical AND NOT"),
  ARPL("2A", "", "ARPL—Adjust RPL Field of Segment Selector"),
  BEXTR("2A", "", "BEXTR—Bit Field Extract"),
  BLSI("2A", "", "BLSI—Extract Lowest Set Isolated Bit"),
  BLSMSK("2A", "", "BLSMSK—Get Mask Up to Lowest Set Bit"),
  BLSR("2A", "", "BLSR—Reset Lowest Set Bit"),
  BOUND("2A", "", "BOUND—Check Array Index Against Bounds"),
  BSF("2A", "", "BSF—Bit Scan Forward"),
  BSR("2A", "", "BSR—Bit Scan Reverse"),
  BSWAP("2A", "", "BSWAP—Byte Swap"),
  BT("2A", "", "BT—Bit Test"),
  BTC("2A", "", "BTC—Bit Test and Complement"),
  BTR("2A", "", "BTR—Bit Test and Reset"),
  BTS("2A", "", "BTS—Bit Test and Set"),
  BZHI("2A", "", "BZHI—Zero High Bits Starting With Specified Bit Position"),
  CALL("2A", "", "CALL—Call Procedure"),
  CBW("2A", "", "CBW/CWDE/CDQE—Convert Byte to Word/Convert Word to Doubleword/Convert Doubleword to Quadword"),
  CLAC("2A", "", "CLAC—Clear AC Flag in EFLAGS Register"),
  CLC("2A", "", "CLC—Clear Carry Flag"),
  CLD("2A", "", "CLD—Clear Direction Flag"),
  CLFLUSH("2A", "", "CLFLUSH—Flush Cache Line"),
  CLFLUSHOPT("2A", "", "CLFLUSHOPT—Flush Cache Line Optimized"),
  CLI("2A", "", "CLI—Clear Interrupt Flag"),
  CLTS("2A", "", "CLTS—Clear Task-Switched Flag in CR0"),
  CLWB("2A", "", "CLWB—Cache Line Write Back"),
  CMC("2A", "", "CMC—Complement Carry Flag"),
  CMOVCC("2A", "", "CMOVcc—Conditional Move"),
  CMP("2A", "", "CMP—Compare Two Operands"),
  CMPS("2A", "", "CMPS/CMPSB/CMPSW/CMPSD/CMPSQ—Compare String Operands"),
  CMPXCHG("2A", "", "CMPXCHG—Compare and Exchange"),
  CMPXCHG8B("2A", "", "CMPXCHG8B/CMPXCHG16B—Compare and Exchange Bytes"),
  CPUID("2A", "", "CPUID—CPU Identification"),
  CRC32("2A", "", "CRC32—Accumulate CRC32 Value"),
  CWD("2A", "", "CWD/CDQ/CQO—Convert Word to Doubleword/Convert Doubleword to Quadword"),
  DAA("2A", "", "DAA—Decimal Adjust AL After Addition"),
  DAS("2A", "", "DAS—Decimal Adjust AL After Subtraction"),
  DEC("2A", "", "DEC—Decrement by 1"),
  DIV("2A", "", "DIV—Unsigned Divide"),
  ENDBR64("2A", "", "ENDBR64—Terminate an Indirect Branch in 64-bit Mode"),
  ENTER("2A", "", "ENTER—Make Stack Frame for Procedure Parameters"),
  GETSEC("2A", "", "GETSEC—Safer Mode Extensions Leaf Functions"),
  HLT("2A", "", "HLT—Halt"),
  IDIV("2A", "", "IDIV—Signed Divide"),
  IMUL("2A", "", "IMUL—Signed Multiply"),
  IN("2A", "", "IN—Input From Port"),
  INC("2A", "", "INC—Increment by 1"),
  INS("2A", "", "INS/INSB/INSW/INSD—Input from Port to String"),
  INT("2A", "", "INT n/INTO/INT3/INT1—Call to Interrupt Procedure"),
  INVD("2A", "", "INVD—Invalidate Internal Caches"),
  INVEPT("3C", "30.3", "INVEPT—Invalidate Translations Derived from EPT"),
  INVLPG("2A", "", "INVLPG—Invalidate TLB Entries"),
  INVPCID("2A", "", "INVPCID—Invalidate Process-Context Identifier"),
  INVVPID("3C", "30.3", "INVVPID—Invalidate Translations Based on VPID"),
  IRET("2A", "", "IRET/IRETD/IRETQ—Interrupt Return"),
  JCC("2A", "", "Jcc—Jump if Condition Is Met"),
  JMP("2A", "", "JMP—Jump"),
  LAHF("2A", "", "LAHF—Load Status Flags Into AH Register"),
  LAR("2A", "", "LAR—Load Access Rights Byte"),
  LDS("2A", "", "LDS/LES/LFS/LGS/LSS—Load Far Pointer"),
  LEA("2A", "", "LEA—Load Effective Address"),
  LEAVE("2A", "", "LEAVE—High Level Procedure Exit"),
  LFENCE("2A", "", "LFENCE—Load Fence"),
  LGDT("2A", "", "LGDT/LIDT—Load Global/Interrupt Descriptor Table Register"),
  LLDT("2A", "", "LLDT—Load Local Descriptor Table Register"),
  LMSW("2A", "", "LMSW—Load Machine Status Word"),
  LOCK("2A", "", "LOCK—Assert LOCK# Signal Prefix"),
  LODS("2A", "", "LODS/LODSB/LODSW/LODSD/LODSQ—Load String"),
  LOOP("2A", "", "LOOP/LOOPcc—Loop According to ECX Counter"),
  LSL("2A", "", "LSL—Load Segment Limit"),
  LTR("2A", "", "LTR—Load Task Register"),
  LZCNT("2A", "", "LZCNT—Count the Number of Leading Zero Bits"),
  MFENCE("2B", "", "MFENCE—Memory Fence"),
  MONITOR("2B", "", "MONITOR—Set Up Monitor Address"),
  MOV("2B", "", "MOV—Move"),
  MOVBE("2B", "", "MOVBE—Move Data After Swapping Bytes"),
  MOVNTI("2B", "", "MOVNTI—Store Doubleword Using Non-Temporal Hint"),
  MOVS("2B", "", "MOVS/MOVSB/MOVSW/MOVSD/MOVSQ—Move Data From String to String"),
  MOVSX("2B", "", "MOVSX/MOVSXD—Move With Sign-Extension"),
  MOVZX("2B", "", "MOVZX—Move With Zero-Extend"),
  MOV_CR("2B", "", "MOV—Move to/from Control Registers"),
  MOV_DR("2B", "", "MOV—Move to/from Debug Registers"),
  MUL("2B", "", "MUL—Unsigned Multiply"),
  MULX("2B", "", "MULX—Unsigned Multiply Without Affecting Flags"),
  MWAIT("2B", "", "MWAIT—Monitor Wait"),
  NEG("2B", "", "NEG—Two's Complement Negation"),
  NOP("2B", "", "NOP—No Operation"),
  NOT("2B", "", "NOT—One's Complement Negation"),
  OR("2B", "", "OR—Logical Inclusive OR"),
  OUT("2B", "", "OUT—Output to Port"),
  OUTS("2B", "", "OUTS/OUTSB/OUTSW/OUTSD—Output String to Port"),
  PAUSE("2B", "", "PAUSE—Spin Loop Hint"),
  PDEP("2B", "", "PDEP—Parallel Bits Deposit"),
  PEXT("2B", "", "PEXT—Parallel Bits Extract"),
  POP("2B", "", "POP—Pop a Value From the Stack"),
  POPA("2B", "", "POPA/POPAD—Pop All General-Purpose Registers"),
  POPCNT("2B", "", "POPCNT—Return the Count of Number of Bits Set to 1"),
  POPF("2B", "", "POPF/POPFD/POPFQ—Pop Stack Into EFLAGS Register"),
  PREFETCH("2B", "", "PREFETCHh—Prefetch Data Into Caches"),
  PREFETCHW("2B", "", "PREFETCHW—Prefetch Data Into Caches in Anticipation of a Write"),
  PTWRITE("2B", "", "PTWRITE—Write Data to a Processor Trace Packet"),
  PUSH("2B", "", "PUSH—Push Word, Doubleword, or Quadword Onto the Stack"),
  PUSHA("2B", "", "PUSHA/PUSHAD—Push All General-Purpose Registers"),
  PUSHF("2B", "", "PUSHF/PUSHFD/PUSHFQ—Push EFLAGS Register Onto the Stack"),
  RCL("2B", "", "RCL/RCR/ROL/ROR—Rotate"),
  RDFSBASE("2B", "", "RDFSBASE/RDGSBASE—Read FS/GS Segment Base"),
  RDMSR("2B", "", "RDMSR—Read From Model Specific Register"),
  RDPID("2B", "", "RDPID—Read Processor ID"),
  RDPMC("2B", "", "RDPMC—Read Performance-Monitoring Counters"),
  RDRAND("2B", "", "RDRAND—Read Random Number"),
  RDSEED("2B", "", "RDSEED—Read Random SEED"),
  RDTSC("2B", "", "RDTSC—Read Time-Stamp Counter"),
  RDPKRU("2B", "", "RDPKRU—Read Protection Key Rights for User Pages"),
  WRPKRU("2D", "", "WRPKRU—Write Data to User Page Key Register"),
  PROTECTION_KEYS("3A", "4.6.2", "Protection Keys"),
  RDSSP("2B", "", "RDSSPD/RDSSPQ—Read Shadow Stack Pointer"),
  RSM("2B", "", "RSM—Resume from System Management Mode"),
  EXTENDED_CONTROL_REGISTERS("3A", "2.6", "Extended Control Registers (Including XCR0)"),
  RDTSCP("2B", "", "RDTSCP—Read Time-Stamp Counter and Processor ID"),
  REP("2B", "", "REP/REPE/REPZ/REPNE/REPNZ—Repeat String Operation Prefix"),
  RET("2B", "", "RET—Return From Procedure"),
  RORX("2B", "", "RORX—Rotate Right Logical Without Affecting Flags"),
  SAHF("2B", "", "SAHF—Store AH Into Flags"),
  SAL("2B", "", "SAL/SAR/SHL/SHR—Shift"),
  SALC("2B", "", "SALC—Set AL From Carry"),
  SARX("2B", "", "SARX/SHLX/SHRX—Shift Without Affecting Flags"),
  SBB("2B", "", "SBB—Integer Subtraction With Borrow"),
  SCAS("2B", "", "SCAS/SCASB/SCASW/SCASD—Scan String"),
  SETCC("2B", "", "SETcc—Set Byte on Condition"),
  SFENCE("2B", "", "SFENCE—Store Fence"),
  SGDT("2B", "", "SGDT—Store Global Descriptor Table Register"),
  SHLD("2B", "", "SHLD—Double Precision Shift Left"),
  SHRD("2B", "", "SHRD—Double Precision Shift Right"),
  SIDT("2B", "", "SIDT—Store Interrupt Descriptor Table Register"),
  SLDT("2B", "", "SLDT—Store Local Descriptor Table Register"),
  SMSW("2B", "", "SMSW—Store Machine Status Word"),
  STAC("2B", "", "STAC—Set AC Flag in EFLAGS Register"),
  STC("2B", "", "STC—Set Carry Flag"),
  STD("2B", "", "STD—Set Direction Flag"),
  STI("2B", "", "STI—Set Interrupt Flag"),
  STOS("2B", "", "STOS/STOSB/STOSW/STOSD/STOSQ—Store String"),
  STR("2B", "", "STR—Store Task Register"),
  SUB("2B", "", "SUB—Subtract"),
  SWAPGS("2B", "", "SWAPGS—Swap GS Base Register"),
  SYSCALL("2B", "", "SYSCALL—Fast System Call"),
  SYSENTER("2B", "", "SYSENTER—Fast System Call"),
  SYSEXIT("2B", "", "SYSEXIT—Fast Return from Fast System Call"),
  SYSRET("2B", "", "SYSRET—Return From Fast System Call"),
  TEST("2B", "", "TEST—Logical Compare"),
  TZCNT("2B", "", "TZCNT—Count the Number of Trailing Zero Bits"),
  UD("2B", "", "UD—Undefined Instruction"),
  VERR("2C", "", "VERR/VERW—Verify a Segment for Reading or Writing"),
  VMCALL("3C", "30.3", "VMCALL—Call to VM Monitor"),
  VMCLEAR("3C", "30.3", "VMCLEAR—Clear Virtual-Machine Control Structure"),
  VMFUNC("3C", "30.3", "VMFUNC—Invoke VM function"),
  VMLAUNCH("3C", "30.3", "VMLAUNCH/VMRESUME—Launch/Resume Virtual Machine"),
  VMPTRLD("3C", "30.3", "VMPTRLD—Load Pointer to Virtual-Machine Control Structure"),
  VMPTRST("3C", "30.3", "VMPTRST—Store Pointer to Virtual-Machine Control Structure"),
  VMREAD("3C", "30.3", "VMREAD—Read Field from Virtual-Machine Control Structure"),
  VMWRITE("3C", "30.3", "VMWRITE—Write Field to Virtual-Machine Control Structure"),
  VMXOFF("3C", "30.3", "VMXOFF—Leave VMX Operation"),
  VMXON("3C", "30.3", "VMXON—Enter VMX Operation"),
  WAIT("2C", "", "WAIT/FWAIT—Wait"),
  WBINVD("2C", "", "WBINVD—Write Back and Invalidate Cache"),
  WRFSBASE("2C", "", "WRFSBASE/WRGSBASE—Write FS/GS Segment Base"),
  WRMSR("2C", "", "WRMSR—Write to Model Specific Register"),
  XADD("2C", "", "XADD—Exchange and Add"),
  XCHG("2C", "", "XCHG—Exchange Register/Memory With Register"),
  XGETBV("2C", "", "XGETBV—Get Value of Extended Control Register"),
  XLAT("2C", "", "XLAT/XLATB—Table Look-up Translation"),
  XOR("2C", "", "XOR—Logical Exclusive OR"),
  XSETBV("2C", "", "XSETBV—Set Extended Control Register"),
  MODES_OF_OPERATION("1", "3.1", "Modes of Operation"),
  CANONICAL_ADDRESSING("1", "3.3.7.1", "Canonical Addressing"),
  INSTRUCTION_FORMAT("2A", "2", "Instruction Format"),
  OPCODE_MAP("2D", "A", "Opcode Map"),
  CONTROL_REGISTERS("3A", "2.5", "Control Registers"),
  EFER_MSR("3A", "2.2.1", "Extended Feature Enable Register"),
  NULL_SELECTOR("3A", "5.4.1", "Null Segment Selector Checking"),
  CODE_SEGMENT_64BIT("3A", "5.2.1", "Code-Segment Descriptor in 64-bit Mode"),
  ALIGNMENT_CHECK("3A", "6.15", "Interrupt 17-Alignment Check Exception (#AC)"),
  IO_PERMISSION("1", "18.5.2", "I/O Permission Bit Map"),
  IOPL_SENSITIVE("1", "18.5.1", "I/O Privilege Level"),
  PAT("3A", "11.12", "Page Attribute Table (PAT)"),
  MTRRS("3A", "11.11", "Memory Type Range Registers (MTRRs)"),
  SEGMENT_DESCRIPTORS("3A", "3.4.5", "Segment Descriptors"),
  ACCESS_RIGHTS("3A", "4.6", "Access Rights"),
  PAGE_FAULT_EXCEPTIONS("3A", "4.7", "Page-Fault Exceptions"),
  LIMIT_CHECKING("3A", "5.3", "Limit Checking"),
  TYPE_CHECKING("3A", "5.4", "Type Checking"),
  PRIVILEGE_LEVELS("3A", "5.5", "Privilege Levels"),
  PRIVILEGED_INSTRUCTIONS("3A", "5.9", "Privileged Instructions"),
  CALL_GATE_64BIT("3A", "5.8.3.1", "IA-32e Mode Call Gates"),
  TASK_SWITCHING("3A", "7.3", "Task Switching"),
  IDT_DESCRIPTORS("3A", "6.11", "IDT Descriptors"),
  VIRTUAL_8086("3B", "20.3.1", "Class 1—Hardware Interrupt and Exception Handling in Virtual-8086 Mode"),
  VIRTUAL_8086_IOPL("3B", "20.2.7", "Sensitive Instructions"),
  EXCEPTION_HANDLING("3A", "6.12", "Exception and Interrupt Handling"),
  EXCEPTIONS_64BIT("3A", "6.14", "Exception and Interrupt Handling in 64-bit Mode"),
  DOUBLE_FAULT("3A", "6.15", "Interrupt 8-Double Fault Exception (#DF)"),
  MACHINE_CHECK("3A", "6.15", "Interrupt 18-Machine-Check Exception (#MC)"),
  TSS_64BIT("3A", "7.7", "Task Management in 64-bit Mode"),
  DEBUG_REGISTERS("3B", "17.2", "Debug Registers"),
  INSTRUCTION_BREAKPOINT("3B", "17.3.1.1", "Instruction-Breakpoint Exception Condition"),
  DATA_BREAKPOINT("3B", "17.3.1.2", "Data Memory and I/O Breakpoint Exception Conditions"),
  TASK_SWITCH_TRAP("3B", "17.3.1.5", "Task-Switch Exception Condition"),
  SINGLE_STEP("3B", "17.3.1.4", "Single-Step Exception Condition"),
  MSR_LIST("3C", "35.1", "Architectural MSRs"),
  ENABLING_VMX("3C", "23.7", "Enabling and Entering VMX Operation"),
  VMX_RESTRICTIONS("3C", "23.8", "Restrictions on VMX Operation"),
  VMXON_REGION("3C", "24.11.5", "VMXON Region"),
  VMCS_ENCODINGS("3C", "24.11.2", "VMREAD, VMWRITE, and Encodings of VMCS Fields"),
  BASIC_VM_ENTRY_CHECKS("3C", "26.1", "Basic VM-Entry Checks"),
  VM_EXECUTION_CONTROL_CHECKS("3C", "26.2.1.1", "VM-Execution Control Fields"),
  VM_EXIT_CONTROL_CHECKS("3C", "26.2.1.2", "VM-Exit Control Fields"),
  VM_ENTRY_CONTROL_CHECKS("3C", "26.2.1.3", "VM-Entry Control Fields"),
  HOST_REGISTER_CHECKS("3C", "26.2.2", "Checks on Host Control Registers and MSRs"),
  HOST_SEGMENT_CHECKS("3C", "26.2.3", "Checks on Host Segment and Descriptor-Table Registers"),
  ADDRESS_SPACE_CHECKS("3C", "26.2.4", "Checks Related to Address-Space Size"),
  GUEST_REGISTER_CHECKS("3C", "26.3.1.1", "Checks on Guest Control Registers, Debug Registers, and MSRs"),
  GUEST_SEGMENT_CHECKS("3C", "26.3.1.2", "Checks on Guest Segment Registers"),
  GUEST_TABLE_CHECKS("3C", "26.3.1.3", "Checks on Guest Descriptor-Table Registers"),
  GUEST_RIP_CHECKS("3C", "26.3.1.4", "Checks on Guest RIP and RFLAGS"),
  GUEST_NON_REGISTER_CHECKS("3C", "26.3.1.5", "Checks on Guest Non-Register State"),
  GUEST_PDPTE_CHECKS("3C", "26.3.1.6", "Checks on Guest Page-Directory-Pointer-Table Entries"),
  VM_ENTRY_FAILURES("3C", "26.7", "VM-Entry Failures During or After Loading Guest State"),
  LOADING_HOST_STATE("3C", "27.5", "Loading Host State"),
  VMX_CONVENTIONS("3C", "30.2", "Conventions"),
  VMX_INSTRUCTIONS("3C", "30.3", "VMX Instructions"),
  SMM_VMXE("3C", "34.14.3", "Protection of CR4.VMXE in SMM"),
  VMX_FIXED_CR0("3D", "A.7", "VMX-Fixed Bits in CR0"),
  VMX_FIXED_CR4("3D", "A.8", "VMX-Fixed Bits in CR4"),
  VMCS_FIELD_ENCODING("3D", "B", "Field Encoding in VMCS");
  // spotless:on

  /**
   * Edition of the section numbers. Later editions renumber the chapters on VMX, and no text of one
   * was at hand to take the numbers from.
   */
  public static final String EDITION = "325462-059US";

  /** When that edition came out. */
  public static final String EDITION_DATE = "June 2016";

  private final String volume;
  private final String section;
  private final String title;

  Sdm(String volume, String section, String title) {
    this.volume = volume;
    this.section = section;
    this.title = title;
  }

  /** Such as {@code 3C}. */
  public String volume() {
    return volume;
  }

  /** Section number in {@link #EDITION}; empty where the title says all. */
  public String section() {
    return section;
  }

  public String title() {
    return title;
  }

  /** {@code SDM Vol. 3C "Restrictions on VMX Operation" (23.8)}. */
  public String cite() {
    String number = section.isEmpty() ? "" : " (" + section + ")";
    return "SDM Vol. " + volume + " \"" + title + "\"" + number;
  }

  /** The citation and, if it has a section number, the edition that the number is of. */
  public String citeEdition() {
    return section.isEmpty() ? cite() : cite() + ", " + EDITION_DATE;
  }

  @Override
  public String id() {
    return "sdm-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public Sdm citation() {
    return this;
  }

  @Override
  public String requirement() {
    return title;
  }
}
