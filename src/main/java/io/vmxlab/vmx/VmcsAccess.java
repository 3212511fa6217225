package io.vmxlab.vmx;

import static io.vmxlab.arch.Msr.IA32_VMX_MISC;
import static io.vmxlab.arch.VmInstructionError.UNSUPPORTED_VMCS_COMPONENT;
import static io.vmxlab.arch.VmInstructionError.VMWRITE_READ_ONLY_COMPONENT;
import static io.vmxlab.arch.VmxItem.FIELD_ENCODING;
import static io.vmxlab.arch.VmxItem.FIELD_SUPPORTED;
import static io.vmxlab.isa.FormAttribute.FORCE64;
import static io.vmxlab.isa.FormAttribute.NO64;
import static io.vmxlab.isa.FormAttribute.ONLY64;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsEncoding;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxCapability;
import io.vmxlab.cpu.ControlRules;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Operands;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.cpu.VmFail;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Page;
import io.vmxlab.rule.Checklist;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleSet;

/** VMREAD and VMWRITE. SDM Vol. 3C "VMX Instructions", "VMREAD, VMWRITE, and Encodings". */
public final class VmcsAccess {
  private static final int HALF = 32;
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  // spotless:off
  static final Page VMREAD = page("VMREAD", Sdm.VMREAD)
      .needs(Feature.VMX)
      .form("NP 0F 78 /r", "VMREAD r/m32, r32", NO64)
      .form("NP 0F 78 /r", "VMREAD r/m64, r64", ONLY64, FORCE64)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(VmcsAccess.class, "vmread");

  static final Page VMWRITE = page("VMWRITE", Sdm.VMWRITE)
      .needs(Feature.VMX)
      .form("NP 0F 79 /r", "VMWRITE r32, r/m32", NO64)
      .form("NP 0F 79 /r", "VMWRITE r64, r/m64", ONLY64, FORCE64)
      .flags("CF ZF: by outcome; PF AF SF OF: 0")
      .does(VmcsAccess.class, "vmwrite");

  /** What both check of the field. */
  static final RuleSet<StateView, VmFail> FIELD =
      RuleSet.<StateView, VmFail>ruleSet("vmcs-field", Sdm.VMX_INSTRUCTIONS, VmFail.valid(UNSUPPORTED_VMCS_COMPONENT))
          .rule("vmcs-field-supported")
              .alias("FIELD.UNSUP", "FIELD.EXIST")
              .cite(Sdm.VMCS_ENCODINGS)
              .reads(FIELD_ENCODING, FIELD_SUPPORTED)
              .mend(Remedy.omit("leave the access out: ask the capability MSR that announces the field first, and give all of the register's bits"))
              .require("the processor has a VMCS field with that encoding", v -> VmcsEncoding.field(v.get(FIELD_ENCODING)) != null && v.get(FIELD_SUPPORTED) != 0)
          .build();

  static final RuleSet<StateView, VmFail> WRITABLE =
      RuleSet.<StateView, VmFail>ruleSet("vmwrite-field", Sdm.VMWRITE, VmFail.valid(VMWRITE_READ_ONLY_COMPONENT))
          .rule("vmwrite-field-not-read-only")
              .alias("FIELD.RO")
              .cite(Sdm.VMCS_ENCODINGS)
              .reads(FIELD_ENCODING, FIELD_SUPPORTED, IA32_VMX_MISC)
              .when("the processor has the field and IA32_VMX_MISC[29] is 0",
                  v -> v.get(FIELD_SUPPORTED) != 0 && (v.get(IA32_VMX_MISC) & VmxCapability.MISC_VMWRITE_ANY) == 0)
              .mend(Remedy.omit("leave VMWRITE out: VM exits write this field"))
              .require("the field is no VM-exit information field: bits 11:10 of the encoding are not 1",
                  v -> !VmcsEncoding.field(v.get(FIELD_ENCODING)).isReadOnly())
          .build();
  // spotless:on

  /** What VMREAD checks, and VMWRITE: before it reads a source in memory, and after that. */
  private static final Checklist READ =
      Checklist.of(
          "VMREAD",
          VmxChecks.UD,
          ControlRules.PRIVILEGED,
          VmxChecks.CURRENT,
          VmxChecks.LINKED,
          FIELD);

  private static final Checklist WRITE =
      Checklist.of(
          "VMWRITE", VmxChecks.UD, ControlRules.PRIVILEGED, VmxChecks.CURRENT, VmxChecks.LINKED);

  private static final Checklist WRITTEN = Checklist.of("VMWRITE", FIELD, WRITABLE);

  private static final Checklist WRITE_FROM_REGISTER =
      Checklist.of(
          "VMWRITE",
          VmxChecks.UD,
          ControlRules.PRIVILEGED,
          VmxChecks.CURRENT,
          VmxChecks.LINKED,
          FIELD,
          WRITABLE);

  private VmcsAccess() {}

  /** A field that is narrower than the operand is zero-extended, a wider one cut. */
  public static void vmread(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    VmcsField field = vmx.beginAccess(insn);
    if (field != null) {
      vmx.held(READ);
    } else {
      vmx.begin(insn, VmxChecks.UD);
      if (lacksVmcs(vmx) || vmx.fails(FIELD)) {
        return;
      }
      field = field(vmx);
    }
    long value = read(cpu, vmx, field);
    Operands.writeRm(cpu, insn, width(cpu), isHigh(vmx) ? value >>> HALF : value);
    vmx.succeed();
  }

  /**
   * Without a current VMCS a source in memory is not read. Bits of the source beyond the field are
   * ignored; what the source has not got of a wider field becomes 0.
   */
  public static void vmwrite(Cpu cpu, Instruction insn) {
    VmxSteps vmx = VmxSteps.of(cpu);
    VmcsField field = vmx.beginAccess(insn);
    boolean held = field != null && !field.isReadOnly();
    if (held) {
      vmx.held(insn.memory() ? WRITE : WRITE_FROM_REGISTER);
    } else {
      vmx.begin(insn, VmxChecks.UD);
      if (lacksVmcs(vmx)) {
        return;
      }
    }
    long source = Operands.readRm(cpu, insn, width(cpu));
    if (held) {
      if (insn.memory()) {
        vmx.held(WRITTEN);
      }
    } else if (vmx.fails(FIELD) || vmx.fails(WRITABLE)) {
      return;
    } else {
      field = field(vmx);
    }
    long value = isHigh(vmx) ? source << HALF | read(cpu, vmx, field) & LOW_HALF : source;
    if (cpu.inGuest()) {
      vmx.state().shadow().set(field, value);
    } else {
      vmx.state().vmcs().set(field, value);
    }
    vmx.succeed();
  }

  /** There is nothing to access: the current VMCS, in VMX non-root operation the linked one. */
  private static boolean lacksVmcs(VmxSteps vmx) {
    return vmx.fails(VmxChecks.CURRENT) || vmx.fails(VmxChecks.LINKED);
  }

  private static long read(Cpu cpu, VmxSteps vmx, VmcsField field) {
    return cpu.inGuest() ? vmx.state().shadow().get(field) : vmx.state().vmcs().get(field);
  }

  private static boolean isHigh(VmxSteps vmx) {
    return (vmx.state().view.registerOperand() & VmcsEncoding.HIGH) != 0;
  }

  /** A field that no source tells of stops the run. */
  private static VmcsField field(VmxSteps vmx) {
    VmcsField field = VmcsEncoding.field(vmx.state().view.registerOperand());
    if (vmx.state().vmcs().on(field) == Known.UNKNOWN) {
      throw Unmodelled.doubtful("VMCS field " + field.itemName());
    }
    return field;
  }

  private static int width(Cpu cpu) {
    return cpu.in64BitMode() ? Long.SIZE : Integer.SIZE;
  }
}
