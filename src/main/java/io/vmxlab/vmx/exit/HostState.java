package io.vmxlab.vmx.exit;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Cr4;
import io.vmxlab.arch.Dr7;
import io.vmxlab.arch.Efer;
import io.vmxlab.arch.Gpr;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Segment;
import io.vmxlab.vmx.vmcs.Control;
import io.vmxlab.vmx.vmcs.Vmcs;

/** Loads the host's state. SDM Vol. 3C "Loading Host State". */
final class HostState {
  /** Bits of CR0 that VM exits leave alone: ET, NW, CD and those that are reserved. */
  private static final long CR0_KEPT = Cr0.ET | Cr0.NW | Cr0.CD | 0x1FFA_FFC0L;

  private static final int FLAT = -1;
  private static final int TSS_LIMIT = 0x67;
  private static final int BUSY_TSS = SegmentRights.P | 0xB;
  private static final int TABLE_LIMIT = 0xFFFF;

  // spotless:off
  private static final int DATA = SegmentRights.P | SegmentRights.S | SegmentRights.WRITABLE
      | SegmentRights.ACCESSED | SegmentRights.DB | SegmentRights.G;
  private static final int CODE = SegmentRights.P | SegmentRights.S | SegmentRights.CODE
      | SegmentRights.READABLE | SegmentRights.ACCESSED | SegmentRights.G;
  // spotless:on

  private HostState() {}

  /** Everything but MSRs in the VM-exit MSR-load area. The processor is active. */
  static void load(Cpu cpu, Vmcs vmcs) {
    boolean wide = Control.HOST_64_BIT.on(vmcs);
    cpu.stepping.clear();
    if (Control.EXIT_LOAD_EFER.off(vmcs)) {
      long mode = wide ? Efer.LME | Efer.LMA : 0;
      cpu.efer = cpu.efer & ~(Efer.LME | Efer.LMA) | mode;
    }
    loadRegisters(cpu, vmcs, wide);
    loadSegments(cpu, vmcs, wide);
    cpu.activity = Activity.ACTIVE;
    cpu.nextRip = cpu.rip;
    cpu.cpl = 0;
    cpu.mmu.exchange(0, null);
    cpu.controls.updatePdptes();
  }

  private static void loadRegisters(Cpu cpu, Vmcs vmcs, boolean wide) {
    long cr4 = vmcs.get(VmcsField.HOST_CR4);
    cpu.controls.exchange(
        vmcs.get(VmcsField.HOST_CR0) & ~CR0_KEPT | cpu.cr0 & CR0_KEPT,
        vmcs.get(VmcsField.HOST_CR3),
        wide ? cr4 | Cr4.PAE : cr4 & ~Cr4.PCIDE);
    cpu.exchangeDr7(Dr7.FIXED);
    cpu.msrs.set(Msr.IA32_SYSENTER_CS, vmcs.get(VmcsField.HOST_SYSENTER_CS));
    cpu.msrs.set(Msr.IA32_SYSENTER_ESP, vmcs.get(VmcsField.HOST_SYSENTER_ESP));
    cpu.msrs.set(Msr.IA32_SYSENTER_EIP, vmcs.get(VmcsField.HOST_SYSENTER_EIP));
    cpu.msrs.set(Msr.IA32_DEBUGCTL, 0);
    if (Control.EXIT_LOAD_EFER.on(vmcs)) {
      cpu.controls.exchangeEfer(vmcs.get(VmcsField.HOST_IA32_EFER));
    }
    if (Control.EXIT_LOAD_PERF.on(vmcs)) {
      cpu.msrs.set(Msr.IA32_PERF_GLOBAL_CTRL, vmcs.get(VmcsField.HOST_IA32_PERF_GLOBAL_CTRL));
    }
    if (Control.EXIT_LOAD_PAT.on(vmcs)) {
      cpu.msrs.set(Msr.IA32_PAT, vmcs.get(VmcsField.HOST_IA32_PAT));
    }
    cpu.gdtr.base = vmcs.get(VmcsField.HOST_GDTR_BASE);
    cpu.gdtr.limit = TABLE_LIMIT;
    cpu.idtr.base = vmcs.get(VmcsField.HOST_IDTR_BASE);
    cpu.idtr.limit = TABLE_LIMIT;
    cpu.rip = vmcs.get(VmcsField.HOST_RIP);
    cpu.r[Gpr.RSP] = vmcs.get(VmcsField.HOST_RSP);
    cpu.setRflags(Rflags.FIXED);
  }

  private static void loadSegments(Cpu cpu, Vmcs vmcs, boolean wide) {
    int code = (int) vmcs.get(VmcsField.HOST_CS_SELECTOR);
    int size = wide ? SegmentRights.L : SegmentRights.DB;
    cpu.segment(SegmentRegister.CS).set(code, 0, FLAT, CODE | size);
    data(cpu, SegmentRegister.SS, vmcs.get(VmcsField.HOST_SS_SELECTOR), 0);
    data(cpu, SegmentRegister.DS, vmcs.get(VmcsField.HOST_DS_SELECTOR), 0);
    data(cpu, SegmentRegister.ES, vmcs.get(VmcsField.HOST_ES_SELECTOR), 0);
    based(cpu, SegmentRegister.FS, VmcsField.HOST_FS_SELECTOR, VmcsField.HOST_FS_BASE, vmcs);
    based(cpu, SegmentRegister.GS, VmcsField.HOST_GS_SELECTOR, VmcsField.HOST_GS_BASE, vmcs);
    int task = (int) vmcs.get(VmcsField.HOST_TR_SELECTOR);
    cpu.segment(SegmentRegister.TR)
        .set(task, vmcs.get(VmcsField.HOST_TR_BASE), TSS_LIMIT, BUSY_TSS);
    cpu.segment(SegmentRegister.LDTR).set(0, 0, 0, SegmentRights.UNUSABLE);
  }

  private static void based(
      Cpu cpu, SegmentRegister register, VmcsField selector, VmcsField base, Vmcs vmcs) {
    data(cpu, register, vmcs.get(selector), vmcs.get(base));
  }

  private static void data(Cpu cpu, SegmentRegister register, long selector, long base) {
    Segment segment = cpu.segment(register);
    boolean none = selector == 0;
    segment.set((int) selector, base, FLAT, none ? DATA | SegmentRights.UNUSABLE : DATA);
  }
}
