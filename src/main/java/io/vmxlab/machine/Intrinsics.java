package io.vmxlab.machine;

import static io.vmxlab.arch.Gpr.RAX;
import static io.vmxlab.arch.Gpr.RBX;
import static io.vmxlab.arch.Gpr.RCX;
import static io.vmxlab.arch.Gpr.RDX;
import static io.vmxlab.arch.Gpr.RSP;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Rflags;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.engine.Stop;
import java.util.List;

/**
 * The compilers' intrinsics, each executing the bytes of its instruction on the machine's
 * processor, so that Java code can do what system code does. Registers other than those an
 * instruction is about stay as they were; status flags are those of the instruction.
 *
 * <p>An instruction that raises an exception makes its method throw {@link GuestFaultException};
 * the processor is then as before the instruction. One that is not modelled throws {@link
 * UnmodelledException}.
 */
public final class Intrinsics {
  /** Result of a VMX intrinsic: the instruction succeeded. */
  public static final int VMX_SUCCESS = 0;

  /** Result of a VMX intrinsic: VMfailValid, the current VMCS holds the error number. */
  public static final int VMX_FAILED_WITH_STATUS = 1;

  /** Result of a VMX intrinsic: VMfailInvalid. */
  public static final int VMX_FAILED = 2;

  private static final long LOW = 0xFFFF_FFFFL;

  private final Machine machine;
  private final Cpu cpu;

  /** Intrinsics that execute on the machine's processor. */
  public Intrinsics(Machine machine) {
    this.machine = machine;
    this.cpu = machine.cpu();
  }

  /** MOV RAX, CR0. */
  public long __readcr0() {
    return read(0x0F, 0x20, 0xC0);
  }

  /** MOV RAX, CR2. */
  public long __readcr2() {
    return read(0x0F, 0x20, 0xD0);
  }

  /** MOV RAX, CR3. */
  public long __readcr3() {
    return read(0x0F, 0x20, 0xD8);
  }

  /** MOV RAX, CR4. */
  public long __readcr4() {
    return read(0x0F, 0x20, 0xE0);
  }

  /** MOV CR0, RAX. */
  public void __writecr0(long value) {
    write(value, 0x0F, 0x22, 0xC0);
  }

  /** MOV CR3, RAX. */
  public void __writecr3(long value) {
    write(value, 0x0F, 0x22, 0xD8);
  }

  /** MOV CR4, RAX. */
  public void __writecr4(long value) {
    write(value, 0x0F, 0x22, 0xE0);
  }

  /** RDMSR. */
  public long __readmsr(int index) {
    long[] r = execute(new long[] {0, index & LOW, 0, 0}, 0x0F, 0x32);
    return r[RDX] << 32 | r[RAX] & LOW;
  }

  /** WRMSR. */
  public void __writemsr(int index, long value) {
    execute(new long[] {value & LOW, index & LOW, value >>> 32, 0}, 0x0F, 0x30);
  }

  /**
   * CPUID with ECX = 0.
   *
   * @param cpuInfo receives EAX, EBX, ECX and EDX
   */
  public void __cpuid(int[] cpuInfo, int function) {
    __cpuidex(cpuInfo, function, 0);
  }

  /**
   * CPUID.
   *
   * @param cpuInfo receives EAX, EBX, ECX and EDX
   */
  public void __cpuidex(int[] cpuInfo, int function, int subfunction) {
    long[] r = execute(new long[] {function & LOW, subfunction & LOW, 0, 0}, 0x0F, 0xA2);
    cpuInfo[0] = (int) r[RAX];
    cpuInfo[1] = (int) r[RBX];
    cpuInfo[2] = (int) r[RCX];
    cpuInfo[3] = (int) r[RDX];
  }

  /** RDTSC. */
  public long __rdtsc() {
    long[] r = execute(new long[4], 0x0F, 0x31);
    return r[RDX] << 32 | r[RAX] & LOW;
  }

  /**
   * VMXON.
   *
   * @param pointer address of 8 bytes that hold the physical address of the VMXON region
   * @return 0 success, 1 failed with status, 2 failed without
   */
  public int __vmx_on(long pointer) {
    return vmx(pointer, 0xF3, 0x0F, 0xC7, 0x30);
  }

  /** VMXOFF. */
  public void __vmx_off() {
    execute(new long[4], 0x0F, 0x01, 0xC4);
  }

  /**
   * VMCLEAR.
   *
   * @param pointer address of 8 bytes that hold the physical address of the VMCS
   * @return 0 success, 1 failed with status, 2 failed without
   */
  public int __vmx_vmclear(long pointer) {
    return vmx(pointer, 0x66, 0x0F, 0xC7, 0x30);
  }

  /**
   * VMPTRLD.
   *
   * @param pointer address of 8 bytes that hold the physical address of the VMCS
   * @return 0 success, 1 failed with status, 2 failed without
   */
  public int __vmx_vmptrld(long pointer) {
    return vmx(pointer, 0x0F, 0xC7, 0x30);
  }

  /**
   * VMPTRST.
   *
   * @param pointer address of 8 bytes that receive the current-VMCS pointer
   */
  public void __vmx_vmptrst(long pointer) {
    vmx(pointer, 0x0F, 0xC7, 0x38);
  }

  /**
   * VMREAD.
   *
   * @param value receives the field in its first element
   * @return 0 success, 1 failed with status, 2 failed without
   */
  public int __vmx_vmread(long field, long[] value) {
    long[] r = execute(new long[] {0, field, 0, 0}, 0x0F, 0x78, 0xC8);
    value[0] = r[RAX];
    return result();
  }

  /**
   * VMWRITE.
   *
   * @return 0 success, 1 failed with status, 2 failed without
   */
  public int __vmx_vmwrite(long field, long value) {
    execute(new long[] {field, value, 0, 0}, 0x0F, 0x79, 0xC1);
    return result();
  }

  /** VMLAUNCH. */
  public int __vmx_vmlaunch() {
    execute(new long[4], 0x0F, 0x01, 0xC2);
    return result();
  }

  /** VMRESUME. */
  public int __vmx_vmresume() {
    execute(new long[4], 0x0F, 0x01, 0xC3);
    return result();
  }

  private long read(int... bytes) {
    return execute(new long[4], bytes)[RAX];
  }

  private void write(long value, int... bytes) {
    execute(new long[] {value, 0, 0, 0}, bytes);
  }

  private int vmx(long pointer, int... bytes) {
    execute(new long[] {pointer, 0, 0, 0}, bytes);
    return result();
  }

  private int result() {
    return cpu.cf() ? VMX_FAILED : cpu.zf() ? VMX_FAILED_WITH_STATUS : VMX_SUCCESS;
  }

  /**
   * Executes one instruction.
   *
   * @param in RAX, RCX, RDX and RBX before
   * @return the same after
   */
  private long[] execute(long[] in, int... bytes) {
    ProcessorContext context = new ProcessorContext(cpu);
    byte[] code = new byte[bytes.length + 1];
    int at = 0;
    if (machine.mode() == CodeMode.BITS16) {
      code[at++] = 0x67; // 32-bit addressing: [eax]
    }
    for (int b : bytes) {
      code[at++] = (byte) b;
    }
    machine.write(MemoryMap.INTRINSICS, code);
    System.arraycopy(in, 0, cpu.r, 0, in.length);
    cpu.r[RSP] = MemoryMap.RSP0_TOP;
    cpu.rip = MemoryMap.INTRINSICS;
    cpu.activity = Activity.ACTIVE;
    machine.recorder().begin(RunListener.NONE);
    Stop stop = machine.engine().step();
    long[] out = {cpu.r[RAX], cpu.r[RCX], cpu.r[RDX], cpu.r[RBX]};
    long status = cpu.rflags() & Rflags.STATUS;
    List<GuestFault> faults = machine.recorder().open();
    context.restore();
    if (!faults.isEmpty()) {
      throw new GuestFaultException(faults.get(0));
    }
    if (stop.kind() == Stop.Kind.UNMODELLED) {
      throw new UnmodelledException(stop.detail());
    }
    cpu.setStatus(status);
    return out;
  }
}
