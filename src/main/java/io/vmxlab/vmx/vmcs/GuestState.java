package io.vmxlab.vmx.vmcs;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Gpr;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Segment;
import io.vmxlab.cpu.TableRegister;

/**
 * The registers of the guest-state area: what VM entries load and VM exits save. Written out and
 * not walked as a table, for this is most of what a VM exit and the next VM entry cost. SDM Vol. 3C
 * "Loading Guest State", "Saving Guest State".
 */
public final class GuestState {
  /** Bits of CR0 that VM entries leave alone: ET, NW, CD and those that are reserved. */
  private static final long CR0_KEPT = Cr0.ET | Cr0.NW | Cr0.CD | 0x1FFA_FFC0L;

  /** Bits 12, 14 and 15 of DR7, which no load sets. */
  private static final long DR7_CLEARED = 0xD000;

  private static final int TABLE_LIMIT = 0xFFFF;

  private static final SegmentRegister[] SEGMENTS = SegmentRegister.values();

  /** Dense numbers of the fields of segment registers. */
  private static final int[] SELECTORS = fields("SELECTOR");

  private static final int[] BASES = fields("BASE");
  private static final int[] LIMITS = fields("LIMIT");
  private static final int[] RIGHTS = fields("ACCESS_RIGHTS");

  private GuestState() {}

  private static int[] fields(String part) {
    int[] fields = new int[SEGMENTS.length];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = VmcsField.valueOf("GUEST_" + SEGMENTS[i].name() + "_" + part).ordinal();
    }
    return fields;
  }

  /** What a VM entry loads. */
  public static void load(Cpu cpu, Vmcs vmcs) {
    cpu.controls.exchange(
        vmcs.get(VmcsField.GUEST_CR0) & ~CR0_KEPT | cpu.cr0 & CR0_KEPT,
        vmcs.get(VmcsField.GUEST_CR3),
        vmcs.get(VmcsField.GUEST_CR4));
    if (Control.LOAD_DEBUG.on(vmcs)) {
      cpu.exchangeDr7(vmcs.get(VmcsField.GUEST_DR7) & ~DR7_CLEARED | Dr7.FIXED);
      cpu.msrs.set(Msr.IA32_DEBUGCTL, vmcs.get(VmcsField.GUEST_IA32_DEBUGCTL));
    }
    if (Control.LOAD_PERF.on(vmcs)) {
      cpu.msrs.set(Msr.IA32_PERF_GLOBAL_CTRL, vmcs.get(VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL));
    }
    if (Control.LOAD_PAT.on(vmcs)) {
      cpu.msrs.set(Msr.IA32_PAT, vmcs.get(VmcsField.GUEST_IA32_PAT));
    }
    if (Control.LOAD_EFER.on(vmcs)) {
      cpu.controls.exchangeEfer(vmcs.get(VmcsField.GUEST_IA32_EFER));
    }
    cpu.r[Gpr.RSP] = vmcs.get(VmcsField.GUEST_RSP);
    cpu.rip = vmcs.get(VmcsField.GUEST_RIP);
    cpu.setRflags(vmcs.get(VmcsField.GUEST_RFLAGS));
    cpu.msrs.set(Msr.IA32_SYSENTER_CS, vmcs.get(VmcsField.GUEST_SYSENTER_CS));
    cpu.msrs.set(Msr.IA32_SYSENTER_ESP, vmcs.get(VmcsField.GUEST_SYSENTER_ESP));
    cpu.msrs.set(Msr.IA32_SYSENTER_EIP, vmcs.get(VmcsField.GUEST_SYSENTER_EIP));
    load(cpu.gdtr, vmcs.get(VmcsField.GUEST_GDTR_BASE), vmcs.get(VmcsField.GUEST_GDTR_LIMIT));
    load(cpu.idtr, vmcs.get(VmcsField.GUEST_IDTR_BASE), vmcs.get(VmcsField.GUEST_IDTR_LIMIT));
    for (int i = 0; i < SEGMENTS.length; i++) {
      cpu.segments[i].set(
          (int) vmcs.get(SELECTORS[i]),
          vmcs.get(BASES[i]),
          (int) vmcs.get(LIMITS[i]),
          (int) vmcs.get(RIGHTS[i]));
    }
  }

  private static void load(TableRegister register, long base, long limit) {
    register.base = base;
    register.limit = (int) limit & TABLE_LIMIT;
  }

  /** What a VM exit saves. */
  public static void save(Cpu cpu, Vmcs vmcs) {
    vmcs.set(VmcsField.GUEST_CR0, cpu.cr0);
    vmcs.set(VmcsField.GUEST_CR3, cpu.cr3);
    vmcs.set(VmcsField.GUEST_CR4, cpu.cr4);
    if (Control.SAVE_DEBUG.on(vmcs)) {
      vmcs.set(VmcsField.GUEST_DR7, cpu.dr[7]);
      vmcs.set(VmcsField.GUEST_IA32_DEBUGCTL, cpu.msrs.get(Msr.IA32_DEBUGCTL));
    }
    if (Control.SAVE_PERF.on(vmcs)) {
      vmcs.set(VmcsField.GUEST_IA32_PERF_GLOBAL_CTRL, cpu.msrs.get(Msr.IA32_PERF_GLOBAL_CTRL));
    }
    if (Control.SAVE_PAT.on(vmcs)) {
      vmcs.set(VmcsField.GUEST_IA32_PAT, cpu.msrs.get(Msr.IA32_PAT));
    }
    if (Control.SAVE_EFER.on(vmcs)) {
      vmcs.set(VmcsField.GUEST_IA32_EFER, cpu.efer);
    }
    vmcs.set(VmcsField.GUEST_RSP, cpu.r[Gpr.RSP]);
    vmcs.set(VmcsField.GUEST_RIP, cpu.rip);
    vmcs.set(VmcsField.GUEST_SYSENTER_CS, cpu.msrs.get(Msr.IA32_SYSENTER_CS));
    vmcs.set(VmcsField.GUEST_SYSENTER_ESP, cpu.msrs.get(Msr.IA32_SYSENTER_ESP));
    vmcs.set(VmcsField.GUEST_SYSENTER_EIP, cpu.msrs.get(Msr.IA32_SYSENTER_EIP));
    vmcs.set(VmcsField.GUEST_GDTR_BASE, cpu.gdtr.base);
    vmcs.set(VmcsField.GUEST_GDTR_LIMIT, cpu.gdtr.limit);
    vmcs.set(VmcsField.GUEST_IDTR_BASE, cpu.idtr.base);
    vmcs.set(VmcsField.GUEST_IDTR_LIMIT, cpu.idtr.limit);
    for (int i = 0; i < SEGMENTS.length; i++) {
      Segment segment = cpu.segments[i];
      vmcs.set(SELECTORS[i], segment.selector);
      vmcs.set(BASES[i], segment.base);
      vmcs.set(LIMITS[i], segment.limit);
      vmcs.set(RIGHTS[i], segment.rights & SegmentRights.ALL);
    }
  }
}
