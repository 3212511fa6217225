package io.vmxlab.vmx.vmcs;

import static io.vmxlab.vmx.vmcs.Transfer.of;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * The registers of the guest-state area: what VM entries load and VM exits save. SDM Vol. 3C
 * "Loading Guest State", "Saving Guest State".
 */
public final class GuestState {
  /** Bits of CR0 that VM entries leave alone: ET, NW, CD and those that are reserved. */
  private static final long CR0_KEPT = Cr0.ET | Cr0.NW | Cr0.CD | 0x1FFA_FFC0L;

  /** Bits 12, 14 and 15 of DR7, which no load sets. */
  private static final long DR7_CLEARED = 0xD000;

  // spotless:off
  private static final Transfer[] COMMON = {
      of(VmcsField.GUEST_CR3,          State.CR3),
      of(VmcsField.GUEST_CR4,          State.CR4),
      of(VmcsField.GUEST_RSP,          State.RSP),
      of(VmcsField.GUEST_RIP,          State.RIP),
      of(VmcsField.GUEST_RFLAGS,       State.RFLAGS),
      of(VmcsField.GUEST_SYSENTER_CS,  Msr.IA32_SYSENTER_CS),
      of(VmcsField.GUEST_SYSENTER_ESP, Msr.IA32_SYSENTER_ESP),
      of(VmcsField.GUEST_SYSENTER_EIP, Msr.IA32_SYSENTER_EIP),
      of(VmcsField.GUEST_GDTR_BASE,    State.GDTR_BASE),
      of(VmcsField.GUEST_GDTR_LIMIT,   State.GDTR_LIMIT),
      of(VmcsField.GUEST_IDTR_BASE,    State.IDTR_BASE),
      of(VmcsField.GUEST_IDTR_LIMIT,   State.IDTR_LIMIT)};

  private static final Transfer[] LOADED = {
      of(VmcsField.GUEST_CR0,                   State.CR0).keeping(CR0_KEPT),
      of(VmcsField.GUEST_DR7,                   State.DR7).forcing(DR7_CLEARED, Dr7.FIXED).ifOn(Control.LOAD_DEBUG),
      of(VmcsField.GUEST_IA32_DEBUGCTL,         Msr.IA32_DEBUGCTL).ifOn(Control.LOAD_DEBUG),
      of(VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL, Msr.IA32_PERF_GLOBAL_CTRL).ifOn(Control.LOAD_PERF),
      of(VmcsField.GUEST_IA32_PAT,              Msr.IA32_PAT).ifOn(Control.LOAD_PAT),
      of(VmcsField.GUEST_IA32_EFER,             Msr.IA32_EFER).ifOn(Control.LOAD_EFER)};

  private static final Transfer[] SAVED = {
      of(VmcsField.GUEST_CR0,                   State.CR0),
      of(VmcsField.GUEST_DR7,                   State.DR7).ifOn(Control.SAVE_DEBUG),
      of(VmcsField.GUEST_IA32_DEBUGCTL,         Msr.IA32_DEBUGCTL).ifOn(Control.SAVE_DEBUG),
      of(VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL, Msr.IA32_PERF_GLOBAL_CTRL).ifOn(Control.SAVE_PERF),
      of(VmcsField.GUEST_IA32_PAT,              Msr.IA32_PAT).ifOn(Control.SAVE_PAT),
      of(VmcsField.GUEST_IA32_EFER,             Msr.IA32_EFER).ifOn(Control.SAVE_EFER)};
  // spotless:on

  private static final Transfer[] LOAD = table(LOADED);

  private static final Transfer[] SAVE = table(SAVED);

  private static final SegmentRegister[] SEGMENTS = SegmentRegister.values();

  private static final VmcsField[] SELECTORS = fields("SELECTOR");
  private static final VmcsField[] BASES = fields("BASE");
  private static final VmcsField[] LIMITS = fields("LIMIT");
  private static final VmcsField[] RIGHTS = fields("ACCESS_RIGHTS");

  private GuestState() {}

  private static Transfer[] table(Transfer[] own) {
    List<Transfer> rows = new ArrayList<>(List.of(own));
    rows.addAll(List.of(COMMON));
    return rows.toArray(Transfer[]::new);
  }

  private static VmcsField[] fields(String part) {
    VmcsField[] fields = new VmcsField[SEGMENTS.length];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = VmcsField.valueOf("GUEST_" + SEGMENTS[i].name() + "_" + part);
    }
    return fields;
  }

  /** What a VM entry loads. */
  public static void load(Cpu cpu, Vmcs vmcs) {
    Transfer.load(LOAD, cpu, vmcs);
    for (int i = 0; i < SEGMENTS.length; i++) {
      cpu.segments[i].set(
          (int) vmcs.get(SELECTORS[i]),
          vmcs.get(BASES[i]),
          (int) vmcs.get(LIMITS[i]),
          (int) vmcs.get(RIGHTS[i]));
    }
  }

  /** What a VM exit saves. */
  public static void save(Cpu cpu, Vmcs vmcs) {
    Transfer.save(SAVE, cpu, vmcs);
    for (int i = 0; i < SEGMENTS.length; i++) {
      Segment segment = cpu.segments[i];
      vmcs.set(SELECTORS[i], segment.selector);
      vmcs.set(BASES[i], segment.base);
      vmcs.set(LIMITS[i], segment.limit);
      vmcs.set(RIGHTS[i], segment.rights & SegmentRights.ALL);
    }
  }
}
