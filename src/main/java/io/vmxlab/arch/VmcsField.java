package io.vmxlab.arch;

import static io.vmxlab.arch.VmcsField.Group.ENTRY;
import static io.vmxlab.arch.VmcsField.Group.EXECUTION;
import static io.vmxlab.arch.VmcsField.Group.EXIT;
import static io.vmxlab.arch.VmcsField.Group.GUEST;
import static io.vmxlab.arch.VmcsField.Group.HOST;
import static io.vmxlab.arch.VmcsField.Group.INFORMATION;
import static io.vmxlab.arch.VmcsField.Width.DOUBLE;
import static io.vmxlab.arch.VmcsField.Width.NATURAL;
import static io.vmxlab.arch.VmcsField.Width.QUAD;
import static io.vmxlab.arch.VmcsField.Width.WORD;
import static io.vmxlab.arch.VmcsPresence.*;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every field of a VMCS: the manual's name, the names that Linux and Xen give it, where its
 * encoding comes from, and what announces it. Natural width is 64 bits on every processor that
 * vmxlab knows. Dense numbers are the ordinals. SDM Vol. 3D "Field Encoding in VMCS"; {@link
 * VmcsEncoding} puts the parts of an encoding together.
 */
public enum VmcsField implements StateItem {
  // spotless:off
  // 16-bit control
  VPID                                  (EXECUTION, WORD, 0, VPIDS, "Virtual-processor identifier", "VIRTUAL_PROCESSOR_ID"),
  POSTED_INTERRUPT_NOTIFICATION_VECTOR  (EXECUTION, WORD, 1, POSTED_INTERRUPTS, "Posted-interrupt notification vector", "POSTED_INTR_NV", "POSTED_INTR_NOTIFICATION_VECTOR"),
  EPTP_INDEX                            (EXECUTION, WORD, 2, EPT_VIOLATION_VE, "EPTP index"),
  HLAT_PREFIX_SIZE                      (EXECUTION, WORD, 3, HLAT, "HLAT prefix size"),
  LAST_PID_POINTER_INDEX                (EXECUTION, WORD, 4, IPI_VIRTUALIZATION, "Last PID-pointer index"),
  VIRTUAL_TIMER_VECTOR                  (EXECUTION, WORD, 5, APIC_TIMER, "Virtual timer vector"),
  // 16-bit guest state
  GUEST_ES_SELECTOR                     (GUEST, WORD, 0, ALWAYS, "Guest ES selector"),
  GUEST_CS_SELECTOR                     (GUEST, WORD, 1, ALWAYS, "Guest CS selector"),
  GUEST_SS_SELECTOR                     (GUEST, WORD, 2, ALWAYS, "Guest SS selector"),
  GUEST_DS_SELECTOR                     (GUEST, WORD, 3, ALWAYS, "Guest DS selector"),
  GUEST_FS_SELECTOR                     (GUEST, WORD, 4, ALWAYS, "Guest FS selector"),
  GUEST_GS_SELECTOR                     (GUEST, WORD, 5, ALWAYS, "Guest GS selector"),
  GUEST_LDTR_SELECTOR                   (GUEST, WORD, 6, ALWAYS, "Guest LDTR selector"),
  GUEST_TR_SELECTOR                     (GUEST, WORD, 7, ALWAYS, "Guest TR selector"),
  GUEST_INTERRUPT_STATUS                (GUEST, WORD, 8, INTERRUPT_DELIVERY, "Guest interrupt status", "GUEST_INTR_STATUS"),
  PML_INDEX                             (GUEST, WORD, 9, PML, "PML index", "GUEST_PML_INDEX"),
  GUEST_UINV                            (GUEST, WORD, 10, UINV, "Guest UINV"),
  // 16-bit host state
  HOST_ES_SELECTOR                      (HOST, WORD, 0, ALWAYS, "Host ES selector"),
  HOST_CS_SELECTOR                      (HOST, WORD, 1, ALWAYS, "Host CS selector"),
  HOST_SS_SELECTOR                      (HOST, WORD, 2, ALWAYS, "Host SS selector"),
  HOST_DS_SELECTOR                      (HOST, WORD, 3, ALWAYS, "Host DS selector"),
  HOST_FS_SELECTOR                      (HOST, WORD, 4, ALWAYS, "Host FS selector"),
  HOST_GS_SELECTOR                      (HOST, WORD, 5, ALWAYS, "Host GS selector"),
  HOST_TR_SELECTOR                      (HOST, WORD, 6, ALWAYS, "Host TR selector"),
  // 64-bit control
  IO_BITMAP_A                           (EXECUTION, QUAD, 0, ALWAYS, "Address of I/O bitmap A"),
  IO_BITMAP_B                           (EXECUTION, QUAD, 1, ALWAYS, "Address of I/O bitmap B"),
  MSR_BITMAPS                           (EXECUTION, QUAD, 2, USE_MSR_BITMAPS, "Address of MSR bitmaps", "MSR_BITMAP"),
  VM_EXIT_MSR_STORE_ADDRESS             (EXIT, QUAD, 3, ALWAYS, "VM-exit MSR-store address", "VM_EXIT_MSR_STORE_ADDR"),
  VM_EXIT_MSR_LOAD_ADDRESS              (EXIT, QUAD, 4, ALWAYS, "VM-exit MSR-load address", "VM_EXIT_MSR_LOAD_ADDR"),
  VM_ENTRY_MSR_LOAD_ADDRESS             (ENTRY, QUAD, 5, ALWAYS, "VM-entry MSR-load address", "VM_ENTRY_MSR_LOAD_ADDR"),
  EXECUTIVE_VMCS_POINTER                (EXECUTION, QUAD, 6, ALWAYS, "Executive-VMCS pointer"),
  PML_ADDRESS                           (EXECUTION, QUAD, 7, PML, "PML address"),
  TSC_OFFSET                            (EXECUTION, QUAD, 8, ALWAYS, "TSC offset"),
  VIRTUAL_APIC_ADDRESS                  (EXECUTION, QUAD, 9, TPR_SHADOW, "Virtual-APIC address", "VIRTUAL_APIC_PAGE_ADDR"),
  APIC_ACCESS_ADDRESS                   (EXECUTION, QUAD, 10, APIC_ACCESSES, "APIC-access address", "APIC_ACCESS_ADDR"),
  POSTED_INTERRUPT_DESCRIPTOR_ADDRESS   (EXECUTION, QUAD, 11, POSTED_INTERRUPTS, "Posted-interrupt descriptor address", "POSTED_INTR_DESC_ADDR", "PI_DESC_ADDR"),
  VM_FUNCTION_CONTROLS                  (EXECUTION, QUAD, 12, VM_FUNCTIONS, "VM-function controls", "VM_FUNCTION_CONTROL"),
  EPT_POINTER                           (EXECUTION, QUAD, 13, EPT, "EPT pointer", "EPTP"),
  EOI_EXIT_BITMAP_0                     (EXECUTION, QUAD, 14, INTERRUPT_DELIVERY, "EOI-exit bitmap 0", "EOI_EXIT_BITMAP0"),
  EOI_EXIT_BITMAP_1                     (EXECUTION, QUAD, 15, INTERRUPT_DELIVERY, "EOI-exit bitmap 1", "EOI_EXIT_BITMAP1"),
  EOI_EXIT_BITMAP_2                     (EXECUTION, QUAD, 16, INTERRUPT_DELIVERY, "EOI-exit bitmap 2", "EOI_EXIT_BITMAP2"),
  EOI_EXIT_BITMAP_3                     (EXECUTION, QUAD, 17, INTERRUPT_DELIVERY, "EOI-exit bitmap 3", "EOI_EXIT_BITMAP3"),
  EPTP_LIST_ADDRESS                     (EXECUTION, QUAD, 18, EPTP_SWITCHING, "EPTP-list address", "EPTP_LIST_ADDR"),
  VMREAD_BITMAP                         (EXECUTION, QUAD, 19, SHADOWING, "VMREAD-bitmap address"),
  VMWRITE_BITMAP                        (EXECUTION, QUAD, 20, SHADOWING, "VMWRITE-bitmap address"),
  VE_INFORMATION_ADDRESS                (EXECUTION, QUAD, 21, EPT_VIOLATION_VE, "Virtualization-exception information address", "VIRT_EXCEPTION_INFO"),
  XSS_EXITING_BITMAP                    (EXECUTION, QUAD, 22, XSAVES, "XSS-exiting bitmap", "XSS_EXIT_BITMAP"),
  ENCLS_EXITING_BITMAP                  (EXECUTION, QUAD, 23, ENCLS, "ENCLS-exiting bitmap"),
  SPPT_POINTER                          (EXECUTION, QUAD, 24, SUB_PAGE, "Sub-page-permission-table pointer", "SPPTP"),
  TSC_MULTIPLIER                        (EXECUTION, QUAD, 25, TSC_SCALING, "TSC multiplier"),
  TERTIARY_CONTROLS                     (EXECUTION, QUAD, 26, TERTIARY, "Tertiary processor-based VM-execution controls", "TERTIARY_VM_EXEC_CONTROL"),
  ENCLV_EXITING_BITMAP                  (EXECUTION, QUAD, 27, ENCLV, "ENCLV-exiting bitmap"),
  LOW_PASID_DIRECTORY                   (EXECUTION, QUAD, 28, PASID, "Low PASID directory address"),
  HIGH_PASID_DIRECTORY                  (EXECUTION, QUAD, 29, PASID, "High PASID directory address"),
  SHARED_EPT_POINTER                    (EXECUTION, QUAD, 30, SEAM, "Shared EPT pointer"),
  PCONFIG_EXITING_BITMAP                (EXECUTION, QUAD, 31, PCONFIG, "PCONFIG-exiting bitmap"),
  HLAT_POINTER                          (EXECUTION, QUAD, 32, HLAT, "HLAT pointer", "HLATP"),
  PID_POINTER_TABLE_ADDRESS             (EXECUTION, QUAD, 33, IPI_VIRTUALIZATION, "PID-pointer table address", "PID_POINTER_TABLE"),
  SECONDARY_VM_EXIT_CONTROLS            (EXIT, QUAD, 34, SECONDARY_EXIT, "Secondary VM-exit controls"),
  SPEC_CTRL_MASK                        (EXECUTION, QUAD, 37, SPEC_CTRL, "IA32_SPEC_CTRL mask"),
  SPEC_CTRL_SHADOW                      (EXECUTION, QUAD, 38, SPEC_CTRL, "IA32_SPEC_CTRL shadow"),
  GUEST_DEADLINE_SHADOW                 (EXECUTION, QUAD, 39, APIC_TIMER, "Guest deadline shadow"),
  INJECTED_EVENT_DATA                   (ENTRY, QUAD, 41, FRED, "Injected-event data"),
  // 64-bit read-only
  GUEST_PHYSICAL_ADDRESS                (INFORMATION, QUAD, 0, EPT, "Guest-physical address"),
  MSR_DATA                              (INFORMATION, QUAD, 1, MSR_LIST, "MSR data"),
  ORIGINAL_EVENT_DATA                   (INFORMATION, QUAD, 2, FRED, "Original-event data"),
  // 64-bit guest state
  VMCS_LINK_POINTER                     (GUEST, QUAD, 0, ALWAYS, "VMCS link pointer"),
  GUEST_IA32_DEBUGCTL                   (GUEST, QUAD, 1, ALWAYS, "Guest IA32_DEBUGCTL"),
  GUEST_IA32_PAT                        (GUEST, QUAD, 2, GUEST_PAT, "Guest IA32_PAT", "GUEST_PAT"),
  GUEST_IA32_EFER                       (GUEST, QUAD, 3, GUEST_EFER, "Guest IA32_EFER", "GUEST_EFER"),
  GUEST_IA32_PERF_GLOBAL_CTRL           (GUEST, QUAD, 4, GUEST_PERF, "Guest IA32_PERF_GLOBAL_CTRL", "GUEST_PERF_GLOBAL_CTRL"),
  GUEST_PDPTE0                          (GUEST, QUAD, 5, EPT, "Guest PDPTE0", "GUEST_PDPTR0"),
  GUEST_PDPTE1                          (GUEST, QUAD, 6, EPT, "Guest PDPTE1", "GUEST_PDPTR1"),
  GUEST_PDPTE2                          (GUEST, QUAD, 7, EPT, "Guest PDPTE2", "GUEST_PDPTR2"),
  GUEST_PDPTE3                          (GUEST, QUAD, 8, EPT, "Guest PDPTE3", "GUEST_PDPTR3"),
  GUEST_IA32_BNDCFGS                    (GUEST, QUAD, 9, BNDCFGS, "Guest IA32_BNDCFGS", "GUEST_BNDCFGS"),
  GUEST_IA32_RTIT_CTL                   (GUEST, QUAD, 10, RTIT_CTL, "Guest IA32_RTIT_CTL"),
  GUEST_IA32_LBR_CTL                    (GUEST, QUAD, 11, LBR_CTL, "Guest IA32_LBR_CTL"),
  GUEST_IA32_PKRS                       (GUEST, QUAD, 12, GUEST_PKRS, "Guest IA32_PKRS"),
  GUEST_IA32_FRED_CONFIG                (GUEST, QUAD, 13, FRED, "Guest IA32_FRED_CONFIG"),
  GUEST_IA32_FRED_RSP1                  (GUEST, QUAD, 14, FRED, "Guest IA32_FRED_RSP1"),
  GUEST_IA32_FRED_RSP2                  (GUEST, QUAD, 15, FRED, "Guest IA32_FRED_RSP2"),
  GUEST_IA32_FRED_RSP3                  (GUEST, QUAD, 16, FRED, "Guest IA32_FRED_RSP3"),
  GUEST_IA32_FRED_STKLVLS               (GUEST, QUAD, 17, FRED, "Guest IA32_FRED_STKLVLS"),
  GUEST_IA32_FRED_SSP1                  (GUEST, QUAD, 18, FRED, "Guest IA32_FRED_SSP1"),
  GUEST_IA32_FRED_SSP2                  (GUEST, QUAD, 19, FRED, "Guest IA32_FRED_SSP2"),
  GUEST_IA32_FRED_SSP3                  (GUEST, QUAD, 20, FRED, "Guest IA32_FRED_SSP3"),
  GUEST_IA32_SPEC_CTRL                  (GUEST, QUAD, 23, GUEST_SPEC_CTRL, "Guest IA32_SPEC_CTRL"),
  GUEST_DEADLINE                        (GUEST, QUAD, 24, APIC_TIMER, "Guest deadline"),
  // 64-bit host state
  HOST_IA32_PAT                         (HOST, QUAD, 0, HOST_PAT, "Host IA32_PAT", "HOST_PAT"),
  HOST_IA32_EFER                        (HOST, QUAD, 1, HOST_EFER, "Host IA32_EFER", "HOST_EFER"),
  HOST_IA32_PERF_GLOBAL_CTRL            (HOST, QUAD, 2, HOST_PERF, "Host IA32_PERF_GLOBAL_CTRL", "HOST_PERF_GLOBAL_CTRL"),
  HOST_IA32_PKRS                        (HOST, QUAD, 3, HOST_PKRS, "Host IA32_PKRS"),
  HOST_IA32_FRED_CONFIG                 (HOST, QUAD, 4, HOST_FRED, "Host IA32_FRED_CONFIG"),
  HOST_IA32_FRED_RSP1                   (HOST, QUAD, 5, HOST_FRED, "Host IA32_FRED_RSP1"),
  HOST_IA32_FRED_RSP2                   (HOST, QUAD, 6, HOST_FRED, "Host IA32_FRED_RSP2"),
  HOST_IA32_FRED_RSP3                   (HOST, QUAD, 7, HOST_FRED, "Host IA32_FRED_RSP3"),
  HOST_IA32_FRED_STKLVLS                (HOST, QUAD, 8, HOST_FRED, "Host IA32_FRED_STKLVLS"),
  HOST_IA32_FRED_SSP1                   (HOST, QUAD, 9, HOST_FRED, "Host IA32_FRED_SSP1"),
  HOST_IA32_FRED_SSP2                   (HOST, QUAD, 10, HOST_FRED, "Host IA32_FRED_SSP2"),
  HOST_IA32_FRED_SSP3                   (HOST, QUAD, 11, HOST_FRED, "Host IA32_FRED_SSP3"),
  HOST_IA32_SPEC_CTRL                   (HOST, QUAD, 13, HOST_SPEC_CTRL, "Host IA32_SPEC_CTRL"),
  // 32-bit control
  PIN_BASED_CONTROLS                    (EXECUTION, DOUBLE, 0, ALWAYS, "Pin-based VM-execution controls", "PIN_BASED_VM_EXEC_CONTROL"),
  PRIMARY_CONTROLS                      (EXECUTION, DOUBLE, 1, ALWAYS, "Primary processor-based VM-execution controls", "CPU_BASED_VM_EXEC_CONTROL"),
  EXCEPTION_BITMAP                      (EXECUTION, DOUBLE, 2, ALWAYS, "Exception bitmap"),
  PAGE_FAULT_ERROR_CODE_MASK            (EXECUTION, DOUBLE, 3, ALWAYS, "Page-fault error-code mask"),
  PAGE_FAULT_ERROR_CODE_MATCH           (EXECUTION, DOUBLE, 4, ALWAYS, "Page-fault error-code match"),
  CR3_TARGET_COUNT                      (EXECUTION, DOUBLE, 5, ALWAYS, "CR3-target count"),
  VM_EXIT_CONTROLS                      (EXIT, DOUBLE, 6, ALWAYS, "VM-exit controls"),
  VM_EXIT_MSR_STORE_COUNT               (EXIT, DOUBLE, 7, ALWAYS, "VM-exit MSR-store count"),
  VM_EXIT_MSR_LOAD_COUNT                (EXIT, DOUBLE, 8, ALWAYS, "VM-exit MSR-load count"),
  VM_ENTRY_CONTROLS                     (ENTRY, DOUBLE, 9, ALWAYS, "VM-entry controls"),
  VM_ENTRY_MSR_LOAD_COUNT               (ENTRY, DOUBLE, 10, ALWAYS, "VM-entry MSR-load count"),
  VM_ENTRY_INTERRUPTION_INFORMATION     (ENTRY, DOUBLE, 11, ALWAYS, "VM-entry interruption-information field", "VM_ENTRY_INTR_INFO_FIELD", "VM_ENTRY_INTR_INFO"),
  VM_ENTRY_EXCEPTION_ERROR_CODE         (ENTRY, DOUBLE, 12, ALWAYS, "VM-entry exception error code"),
  VM_ENTRY_INSTRUCTION_LENGTH           (ENTRY, DOUBLE, 13, ALWAYS, "VM-entry instruction length", "VM_ENTRY_INSTRUCTION_LEN"),
  TPR_THRESHOLD                         (EXECUTION, DOUBLE, 14, TPR_SHADOW, "TPR threshold"),
  SECONDARY_CONTROLS                    (EXECUTION, DOUBLE, 15, SECONDARY, "Secondary processor-based VM-execution controls", "SECONDARY_VM_EXEC_CONTROL"),
  PLE_GAP                               (EXECUTION, DOUBLE, 16, PAUSE_LOOP, "PLE_Gap"),
  PLE_WINDOW                            (EXECUTION, DOUBLE, 17, PAUSE_LOOP, "PLE_Window"),
  INSTRUCTION_TIMEOUT_CONTROL           (EXECUTION, DOUBLE, 18, INSTRUCTION_TIMEOUT, "Instruction-timeout control", "NOTIFY_WINDOW"),
  SEAM_GUEST_KEY_ID                     (EXECUTION, DOUBLE, 19, SEAM, "SEAM guest key id"),
  // 32-bit read-only
  VM_INSTRUCTION_ERROR                  (INFORMATION, DOUBLE, 0, ALWAYS, "VM-instruction error"),
  EXIT_REASON                           (INFORMATION, DOUBLE, 1, ALWAYS, "Exit reason", "VM_EXIT_REASON"),
  VM_EXIT_INTERRUPTION_INFORMATION      (INFORMATION, DOUBLE, 2, ALWAYS, "VM-exit interruption information", "VM_EXIT_INTR_INFO"),
  VM_EXIT_INTERRUPTION_ERROR_CODE       (INFORMATION, DOUBLE, 3, ALWAYS, "VM-exit interruption error code", "VM_EXIT_INTR_ERROR_CODE"),
  IDT_VECTORING_INFORMATION             (INFORMATION, DOUBLE, 4, ALWAYS, "IDT-vectoring information field", "IDT_VECTORING_INFO_FIELD", "IDT_VECTORING_INFO"),
  IDT_VECTORING_ERROR_CODE              (INFORMATION, DOUBLE, 5, ALWAYS, "IDT-vectoring error code"),
  VM_EXIT_INSTRUCTION_LENGTH            (INFORMATION, DOUBLE, 6, ALWAYS, "VM-exit instruction length", "VM_EXIT_INSTRUCTION_LEN"),
  VM_EXIT_INSTRUCTION_INFORMATION       (INFORMATION, DOUBLE, 7, ALWAYS, "VM-exit instruction information", "VMX_INSTRUCTION_INFO"),
  // 32-bit guest state
  GUEST_ES_LIMIT                        (GUEST, DOUBLE, 0, ALWAYS, "Guest ES limit"),
  GUEST_CS_LIMIT                        (GUEST, DOUBLE, 1, ALWAYS, "Guest CS limit"),
  GUEST_SS_LIMIT                        (GUEST, DOUBLE, 2, ALWAYS, "Guest SS limit"),
  GUEST_DS_LIMIT                        (GUEST, DOUBLE, 3, ALWAYS, "Guest DS limit"),
  GUEST_FS_LIMIT                        (GUEST, DOUBLE, 4, ALWAYS, "Guest FS limit"),
  GUEST_GS_LIMIT                        (GUEST, DOUBLE, 5, ALWAYS, "Guest GS limit"),
  GUEST_LDTR_LIMIT                      (GUEST, DOUBLE, 6, ALWAYS, "Guest LDTR limit"),
  GUEST_TR_LIMIT                        (GUEST, DOUBLE, 7, ALWAYS, "Guest TR limit"),
  GUEST_GDTR_LIMIT                      (GUEST, DOUBLE, 8, ALWAYS, "Guest GDTR limit"),
  GUEST_IDTR_LIMIT                      (GUEST, DOUBLE, 9, ALWAYS, "Guest IDTR limit"),
  GUEST_ES_ACCESS_RIGHTS                (GUEST, DOUBLE, 10, ALWAYS, "Guest ES access rights", "GUEST_ES_AR_BYTES"),
  GUEST_CS_ACCESS_RIGHTS                (GUEST, DOUBLE, 11, ALWAYS, "Guest CS access rights", "GUEST_CS_AR_BYTES"),
  GUEST_SS_ACCESS_RIGHTS                (GUEST, DOUBLE, 12, ALWAYS, "Guest SS access rights", "GUEST_SS_AR_BYTES"),
  GUEST_DS_ACCESS_RIGHTS                (GUEST, DOUBLE, 13, ALWAYS, "Guest DS access rights", "GUEST_DS_AR_BYTES"),
  GUEST_FS_ACCESS_RIGHTS                (GUEST, DOUBLE, 14, ALWAYS, "Guest FS access rights", "GUEST_FS_AR_BYTES"),
  GUEST_GS_ACCESS_RIGHTS                (GUEST, DOUBLE, 15, ALWAYS, "Guest GS access rights", "GUEST_GS_AR_BYTES"),
  GUEST_LDTR_ACCESS_RIGHTS              (GUEST, DOUBLE, 16, ALWAYS, "Guest LDTR access rights", "GUEST_LDTR_AR_BYTES"),
  GUEST_TR_ACCESS_RIGHTS                (GUEST, DOUBLE, 17, ALWAYS, "Guest TR access rights", "GUEST_TR_AR_BYTES"),
  GUEST_INTERRUPTIBILITY_STATE          (GUEST, DOUBLE, 18, ALWAYS, "Guest interruptibility state", "GUEST_INTERRUPTIBILITY_INFO"),
  GUEST_ACTIVITY_STATE                  (GUEST, DOUBLE, 19, ALWAYS, "Guest activity state"),
  GUEST_SMBASE                          (GUEST, DOUBLE, 20, ALWAYS, "Guest SMBASE"),
  GUEST_SYSENTER_CS                     (GUEST, DOUBLE, 21, ALWAYS, "Guest IA32_SYSENTER_CS", "GUEST_IA32_SYSENTER_CS"),
  PREEMPTION_TIMER_VALUE                (GUEST, DOUBLE, 23, PREEMPTION_TIMER, "VMX-preemption timer value", "VMX_PREEMPTION_TIMER_VALUE", "GUEST_PREEMPTION_TIMER"),
  // 32-bit host state
  HOST_SYSENTER_CS                      (HOST, DOUBLE, 0, ALWAYS, "Host IA32_SYSENTER_CS", "HOST_IA32_SYSENTER_CS"),
  // Natural-width control
  CR0_GUEST_HOST_MASK                   (EXECUTION, NATURAL, 0, ALWAYS, "CR0 guest/host mask"),
  CR4_GUEST_HOST_MASK                   (EXECUTION, NATURAL, 1, ALWAYS, "CR4 guest/host mask"),
  CR0_READ_SHADOW                       (EXECUTION, NATURAL, 2, ALWAYS, "CR0 read shadow"),
  CR4_READ_SHADOW                       (EXECUTION, NATURAL, 3, ALWAYS, "CR4 read shadow"),
  CR3_TARGET_VALUE_0                    (EXECUTION, NATURAL, 4, ALWAYS, "CR3-target value 0", "CR3_TARGET_VALUE0"),
  CR3_TARGET_VALUE_1                    (EXECUTION, NATURAL, 5, ALWAYS, "CR3-target value 1", "CR3_TARGET_VALUE1"),
  CR3_TARGET_VALUE_2                    (EXECUTION, NATURAL, 6, ALWAYS, "CR3-target value 2", "CR3_TARGET_VALUE2"),
  CR3_TARGET_VALUE_3                    (EXECUTION, NATURAL, 7, ALWAYS, "CR3-target value 3", "CR3_TARGET_VALUE3"),
  // Natural-width read-only
  EXIT_QUALIFICATION                    (INFORMATION, NATURAL, 0, ALWAYS, "Exit qualification"),
  IO_RCX                                (INFORMATION, NATURAL, 1, ALWAYS, "I/O RCX"),
  IO_RSI                                (INFORMATION, NATURAL, 2, ALWAYS, "I/O RSI"),
  IO_RDI                                (INFORMATION, NATURAL, 3, ALWAYS, "I/O RDI"),
  IO_RIP                                (INFORMATION, NATURAL, 4, ALWAYS, "I/O RIP"),
  GUEST_LINEAR_ADDRESS                  (INFORMATION, NATURAL, 5, ALWAYS, "Guest-linear address"),
  // Natural-width guest state
  GUEST_CR0                             (GUEST, NATURAL, 0, ALWAYS, "Guest CR0"),
  GUEST_CR3                             (GUEST, NATURAL, 1, ALWAYS, "Guest CR3"),
  GUEST_CR4                             (GUEST, NATURAL, 2, ALWAYS, "Guest CR4"),
  GUEST_ES_BASE                         (GUEST, NATURAL, 3, ALWAYS, "Guest ES base"),
  GUEST_CS_BASE                         (GUEST, NATURAL, 4, ALWAYS, "Guest CS base"),
  GUEST_SS_BASE                         (GUEST, NATURAL, 5, ALWAYS, "Guest SS base"),
  GUEST_DS_BASE                         (GUEST, NATURAL, 6, ALWAYS, "Guest DS base"),
  GUEST_FS_BASE                         (GUEST, NATURAL, 7, ALWAYS, "Guest FS base"),
  GUEST_GS_BASE                         (GUEST, NATURAL, 8, ALWAYS, "Guest GS base"),
  GUEST_LDTR_BASE                       (GUEST, NATURAL, 9, ALWAYS, "Guest LDTR base"),
  GUEST_TR_BASE                         (GUEST, NATURAL, 10, ALWAYS, "Guest TR base"),
  GUEST_GDTR_BASE                       (GUEST, NATURAL, 11, ALWAYS, "Guest GDTR base"),
  GUEST_IDTR_BASE                       (GUEST, NATURAL, 12, ALWAYS, "Guest IDTR base"),
  GUEST_DR7                             (GUEST, NATURAL, 13, ALWAYS, "Guest DR7"),
  GUEST_RSP                             (GUEST, NATURAL, 14, ALWAYS, "Guest RSP"),
  GUEST_RIP                             (GUEST, NATURAL, 15, ALWAYS, "Guest RIP"),
  GUEST_RFLAGS                          (GUEST, NATURAL, 16, ALWAYS, "Guest RFLAGS"),
  GUEST_PENDING_DEBUG_EXCEPTIONS        (GUEST, NATURAL, 17, ALWAYS, "Guest pending debug exceptions", "GUEST_PENDING_DBG_EXCEPTIONS"),
  GUEST_SYSENTER_ESP                    (GUEST, NATURAL, 18, ALWAYS, "Guest IA32_SYSENTER_ESP", "GUEST_IA32_SYSENTER_ESP"),
  GUEST_SYSENTER_EIP                    (GUEST, NATURAL, 19, ALWAYS, "Guest IA32_SYSENTER_EIP", "GUEST_IA32_SYSENTER_EIP"),
  GUEST_S_CET                           (GUEST, NATURAL, 20, GUEST_CET, "Guest IA32_S_CET", "GUEST_IA32_S_CET"),
  GUEST_SSP                             (GUEST, NATURAL, 21, GUEST_CET, "Guest SSP"),
  GUEST_INTERRUPT_SSP_TABLE             (GUEST, NATURAL, 22, GUEST_CET, "Guest IA32_INTERRUPT_SSP_TABLE_ADDR", "GUEST_INTR_SSP_TABLE"),
  // Natural-width host state
  HOST_CR0                              (HOST, NATURAL, 0, ALWAYS, "Host CR0"),
  HOST_CR3                              (HOST, NATURAL, 1, ALWAYS, "Host CR3"),
  HOST_CR4                              (HOST, NATURAL, 2, ALWAYS, "Host CR4"),
  HOST_FS_BASE                          (HOST, NATURAL, 3, ALWAYS, "Host FS base"),
  HOST_GS_BASE                          (HOST, NATURAL, 4, ALWAYS, "Host GS base"),
  HOST_TR_BASE                          (HOST, NATURAL, 5, ALWAYS, "Host TR base"),
  HOST_GDTR_BASE                        (HOST, NATURAL, 6, ALWAYS, "Host GDTR base"),
  HOST_IDTR_BASE                        (HOST, NATURAL, 7, ALWAYS, "Host IDTR base"),
  HOST_SYSENTER_ESP                     (HOST, NATURAL, 8, ALWAYS, "Host IA32_SYSENTER_ESP", "HOST_IA32_SYSENTER_ESP"),
  HOST_SYSENTER_EIP                     (HOST, NATURAL, 9, ALWAYS, "Host IA32_SYSENTER_EIP", "HOST_IA32_SYSENTER_EIP"),
  HOST_RSP                              (HOST, NATURAL, 10, ALWAYS, "Host RSP"),
  HOST_RIP                              (HOST, NATURAL, 11, ALWAYS, "Host RIP"),
  HOST_S_CET                            (HOST, NATURAL, 12, HOST_CET, "Host IA32_S_CET", "HOST_IA32_S_CET"),
  HOST_SSP                              (HOST, NATURAL, 13, HOST_CET, "Host SSP"),
  HOST_INTERRUPT_SSP_TABLE              (HOST, NATURAL, 14, HOST_CET, "Host IA32_INTERRUPT_SSP_TABLE_ADDR", "HOST_INTR_SSP_TABLE");
  // spotless:on

  /** What a field is for: the manual's six groups. */
  public enum Group {
    EXECUTION("VM-execution control fields", 0),
    EXIT("VM-exit control fields", 0),
    ENTRY("VM-entry control fields", 0),
    INFORMATION("VM-exit information fields", 1),
    GUEST("guest-state area", 2),
    HOST("host-state area", 3);

    public final String title;

    /** Bits 11:10 of the encoding. */
    final int type;

    Group(String title, int type) {
      this.title = title;
      this.type = type;
    }
  }

  /** Width, in the order of bits 14:13 of the encoding. */
  public enum Width {
    WORD(16),
    QUAD(64),
    DOUBLE(32),
    NATURAL(64);

    public final int bits;

    Width(int bits) {
      this.bits = bits;
    }
  }

  private final Group group;
  private final Width width;
  private final int index;
  private final Presence presence;
  private final String title;
  private final List<String> aliases;

  /** Made when it is first asked for. */
  private Layout layout;

  VmcsField(
      Group group, Width width, int index, Presence presence, String title, String... aliases) {
    this.group = group;
    this.width = width;
    this.index = index;
    this.presence = presence;
    this.title = title;
    this.aliases = List.of(aliases);
  }

  public Group group() {
    return group;
  }

  public Width width() {
    return width;
  }

  /** Number among the fields of its width and type. */
  public int index() {
    return index;
  }

  /** The encoding that accesses the whole field. */
  public int encoding() {
    return VmcsEncoding.of(width.ordinal(), group.type, index);
  }

  /** Names that other people give it: first Linux's, then Xen's where they differ. */
  public List<String> aliases() {
    return aliases;
  }

  /** VMWRITE can change it only where IA32_VMX_MISC[29] is 1. */
  public boolean isReadOnly() {
    return group == Group.INFORMATION;
  }

  /** What announces it: the control that it belongs to can be 1. */
  public Presence presence() {
    return presence;
  }

  /** Every processor with VMX has it. */
  public boolean isEverywhere() {
    return presence == VmcsPresence.ALWAYS;
  }

  /** What is known of the field on a real processor. */
  public Known on(CpuModel cpu) {
    return presence.on(cpu.real());
  }

  /** The field's bits of a value. */
  public long cut(long value) {
    return width.bits == Long.SIZE ? value : value & (1L << width.bits) - 1;
  }

  /** The manual's name, such as {@code Guest CR0}. */
  @Override
  public String itemName() {
    return title;
  }

  @Override
  public Layout layout() {
    if (layout == null) {
      layout = VmcsLayouts.of(this);
    }
    return layout;
  }

  /** {@code 6800H}. */
  public String number() {
    return String.format(Locale.ROOT, "%04XH", encoding());
  }

  /** The field that an encoding accesses, wholly or its upper half; empty if there is none. */
  public static Optional<VmcsField> of(long encoding) {
    return Optional.ofNullable(VmcsEncoding.field(encoding));
  }

  /** The field of that name: the manual's, that of this list, Linux's or Xen's. */
  public static Optional<VmcsField> find(String name) {
    String wanted = folded(name);
    for (VmcsField f : values()) {
      if (wanted.equals(folded(f.name())) || wanted.equals(folded(f.title))) {
        return Optional.of(f);
      }
      for (String alias : f.aliases) {
        if (wanted.equals(folded(alias))) {
          return Optional.of(f);
        }
      }
    }
    return Optional.empty();
  }

  /** Letters and digits alone, in capitals. */
  private static String folded(String name) {
    StringBuilder text = new StringBuilder();
    for (char c : name.toCharArray()) {
      if (Character.isLetterOrDigit(c)) {
        text.append(Character.toUpperCase(c));
      }
    }
    return text.toString();
  }
}
