package io.vmxlab.arch;

/**
 * Processor features that gate instructions and register bits, with the CPUID bit that shows each.
 */
public enum Feature {
  // spotless:off
  TSC       (1, 0, Out.EDX, 4),
  MSR       (1, 0, Out.EDX, 5),
  PAE       (1, 0, Out.EDX, 6),
  MCE       (1, 0, Out.EDX, 7),
  CX8       (1, 0, Out.EDX, 8),
  APIC      (1, 0, Out.EDX, 9),
  SEP       (1, 0, Out.EDX, 11),
  MTRR      (1, 0, Out.EDX, 12),
  PGE       (1, 0, Out.EDX, 13),
  MCA       (1, 0, Out.EDX, 14),
  CMOV      (1, 0, Out.EDX, 15),
  PAT       (1, 0, Out.EDX, 16),
  CLFSH     (1, 0, Out.EDX, 19),
  MMX       (1, 0, Out.EDX, 23),
  FXSR      (1, 0, Out.EDX, 24),
  SSE       (1, 0, Out.EDX, 25),
  SSE2      (1, 0, Out.EDX, 26),
  SSE3      (1, 0, Out.ECX, 0),
  PCLMULQDQ (1, 0, Out.ECX, 1),
  MONITOR   (1, 0, Out.ECX, 3),
  VMX       (1, 0, Out.ECX, 5),
  SMX       (1, 0, Out.ECX, 6),
  SSSE3     (1, 0, Out.ECX, 9),
  FMA       (1, 0, Out.ECX, 12),
  CX16      (1, 0, Out.ECX, 13),
  PDCM      (1, 0, Out.ECX, 15),
  PCID      (1, 0, Out.ECX, 17),
  SSE4_1    (1, 0, Out.ECX, 19),
  SSE4_2    (1, 0, Out.ECX, 20),
  X2APIC    (1, 0, Out.ECX, 21),
  MOVBE     (1, 0, Out.ECX, 22),
  POPCNT    (1, 0, Out.ECX, 23),
  AES       (1, 0, Out.ECX, 25),
  XSAVE     (1, 0, Out.ECX, 26),
  AVX       (1, 0, Out.ECX, 28),
  F16C      (1, 0, Out.ECX, 29),
  RDRAND    (1, 0, Out.ECX, 30),
  FSGSBASE  (7, 0, Out.EBX, 0),
  TSC_ADJUST(7, 0, Out.EBX, 1),
  SGX       (7, 0, Out.EBX, 2),
  BMI1      (7, 0, Out.EBX, 3),
  HLE       (7, 0, Out.EBX, 4),
  AVX2      (7, 0, Out.EBX, 5),
  SMEP      (7, 0, Out.EBX, 7),
  BMI2      (7, 0, Out.EBX, 8),
  INVPCID   (7, 0, Out.EBX, 10),
  RTM       (7, 0, Out.EBX, 11),
  AVX512F   (7, 0, Out.EBX, 16),
  RDSEED    (7, 0, Out.EBX, 18),
  ADX       (7, 0, Out.EBX, 19),
  SMAP      (7, 0, Out.EBX, 20),
  CLFLUSHOPT(7, 0, Out.EBX, 23),
  CLWB      (7, 0, Out.EBX, 24),
  PT        (7, 0, Out.EBX, 25),
  SHA       (7, 0, Out.EBX, 29),
  UMIP      (7, 0, Out.ECX, 2),
  PKU       (7, 0, Out.ECX, 3),
  WAITPKG   (7, 0, Out.ECX, 5),
  CET_SS    (7, 0, Out.ECX, 7),
  GFNI      (7, 0, Out.ECX, 8),
  LA57      (7, 0, Out.ECX, 16),
  RDPID     (7, 0, Out.ECX, 22),
  KL        (7, 0, Out.ECX, 23),
  MOVDIRI   (7, 0, Out.ECX, 27),
  MOVDIR64B (7, 0, Out.ECX, 28),
  ENQCMD    (7, 0, Out.ECX, 29),
  SGX_LC    (7, 0, Out.ECX, 30),
  UINTR     (7, 0, Out.EDX, 5),
  SERIALIZE (7, 0, Out.EDX, 14),
  TSXLDTRK  (7, 0, Out.EDX, 16),
  PCONFIG   (7, 0, Out.EDX, 18),
  CET_IBT   (7, 0, Out.EDX, 20),
  ARCH_CAPABILITIES(7, 0, Out.EDX, 29),
  AVX_VNNI  (7, 1, Out.EAX, 4),
  HRESET    (7, 1, Out.EAX, 22),
  XSAVEOPT  (0xD, 1, Out.EAX, 0),
  XSAVEC    (0xD, 1, Out.EAX, 1),
  XSAVES    (0xD, 1, Out.EAX, 3),
  PTWRITE   (0x14, 0, Out.EBX, 4),
  LAHF64    (0x80000001, 0, Out.ECX, 0),
  LZCNT     (0x80000001, 0, Out.ECX, 5),
  PREFETCHW (0x80000001, 0, Out.ECX, 8),
  SYSCALL   (0x80000001, 0, Out.EDX, 11),
  NX        (0x80000001, 0, Out.EDX, 20),
  PAGE1GB   (0x80000001, 0, Out.EDX, 26),
  RDTSCP    (0x80000001, 0, Out.EDX, 27),
  LM        (0x80000001, 0, Out.EDX, 29),
  WBNOINVD  (0x80000008, 0, Out.EBX, 9);
  // spotless:on

  /** Output register of CPUID. */
  public enum Out {
    EAX,
    EBX,
    ECX,
    EDX
  }

  public final int leaf;
  public final int subleaf;
  public final Out register;
  public final int bit;

  Feature(int leaf, int subleaf, Out register, int bit) {
    this.leaf = leaf;
    this.subleaf = subleaf;
    this.register = register;
    this.bit = bit;
  }
}
