/* The compiler intrinsics of system code, with the names and meanings that Microsoft's compiler
   gives them, for gcc and clang, C and C++, 64-bit and 32-bit code; they run in vmxlab and on a
   real processor alike. With Microsoft's compiler it takes its own. */
#ifndef VMXLAB_H
#define VMXLAB_H

typedef unsigned int u32;
typedef unsigned long long u64;

#ifdef _MSC_VER
#include <intrin.h>
#else

/* A register's width. */
#ifdef __x86_64__
typedef u64 vmxlab_word;
#else
typedef u32 vmxlab_word;
#endif

/* {one|other}: the text for AT&T syntax, and that for Intel syntax (-masm=intel), in which the
   operands stand the other way round. */
#define VMXLAB_READ(name, from)                                                                    \
    static inline vmxlab_word name(void) {                                                         \
        vmxlab_word v;                                                                             \
        __asm__ volatile("mov {%%" from ", %0|%0, " from "}" : "=r"(v));                           \
        return v;                                                                                  \
    }
#define VMXLAB_WRITE(name, to)                                                                     \
    static inline void name(vmxlab_word v) {                                                       \
        __asm__ volatile("mov {%0, %%" to "|" to ", %0}" : : "r"(v) : "memory");                   \
    }

VMXLAB_READ(__readcr0, "cr0")
VMXLAB_READ(__readcr2, "cr2")
VMXLAB_READ(__readcr3, "cr3")
VMXLAB_READ(__readcr4, "cr4")
VMXLAB_WRITE(__writecr0, "cr0")
VMXLAB_WRITE(__writecr3, "cr3")
VMXLAB_WRITE(__writecr4, "cr4")
#ifdef __x86_64__
VMXLAB_READ(__readcr8, "cr8")
VMXLAB_WRITE(__writecr8, "cr8")
#endif

static inline u64 __readmsr(u32 msr) {
    u32 low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (u64)high << 32 | low;
}

static inline void __writemsr(u32 msr, u64 v) {
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((u32)v), "d"((u32)(v >> 32)) : "memory");
}

/* EAX, EBX, ECX and EDX of a leaf. <cpuid.h> has other things of these names: include it before. */
#undef __cpuid
#undef __cpuidex

static inline void vmxlab_cpuidex(int out[4], int leaf, int subleaf) {
    __asm__ volatile("cpuid"
                     : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3])
                     : "a"(leaf), "c"(subleaf));
}

#define __cpuidex(out, leaf, subleaf) vmxlab_cpuidex(out, leaf, subleaf)
#define __cpuid(out, leaf) vmxlab_cpuidex(out, leaf, 0)

/* The VMX instructions that can fail return 0 for success, 1 for a failure whose reason stands in
   the VM-instruction error field, 2 for a failure without one. */
#define VMXLAB_VMX(instruction, ...)                                                               \
    unsigned char valid, invalid;                                                                  \
    __asm__ volatile(instruction : "=@ccz"(valid), "=@ccc"(invalid) : __VA_ARGS__ : "memory");     \
    return invalid ? 2 : valid

static inline unsigned char __vmx_on(u64 *physical) { VMXLAB_VMX("vmxon %2", "m"(*physical)); }
static inline unsigned char __vmx_vmclear(u64 *physical) { VMXLAB_VMX("vmclear %2", "m"(*physical)); }
static inline unsigned char __vmx_vmptrld(u64 *physical) { VMXLAB_VMX("vmptrld %2", "m"(*physical)); }
static inline unsigned char __vmx_vmlaunch(void) { VMXLAB_VMX("vmlaunch", "i"(0)); }
static inline unsigned char __vmx_vmresume(void) { VMXLAB_VMX("vmresume", "i"(0)); }

static inline unsigned char __vmx_vmwrite(vmxlab_word field, vmxlab_word value) {
    VMXLAB_VMX("vmwrite {%3, %2|%2, %3}", "r"(field), "rm"(value));
}

static inline unsigned char __vmx_vmread(vmxlab_word field, vmxlab_word *value) {
    unsigned char valid, invalid;
    vmxlab_word v = *value;
    __asm__ volatile("vmread {%3, %0|%0, %3}"
                     : "+r"(v), "=@ccz"(valid), "=@ccc"(invalid)
                     : "r"(field));
    *value = v;
    return invalid ? 2 : valid;
}

static inline void __vmx_vmptrst(u64 *physical) {
    __asm__ volatile("vmptrst %0" : "=m"(*physical) : : "memory", "cc");
}

/* Microsoft's returns nothing. */
static inline unsigned char __vmx_off(void) { VMXLAB_VMX("vmxoff", "i"(0)); }

#undef VMXLAB_READ
#undef VMXLAB_WRITE
#undef VMXLAB_VMX

#endif

#define CR4_VMXE (1ull << 13)
#define CPUID_1_ECX_VMX (1u << 5)
#define IA32_FEATURE_CONTROL 0x3A
#define FEATURE_CONTROL_LOCK (1ull << 0)
#define FEATURE_CONTROL_VMX_INSIDE_SMX (1ull << 1)
#define FEATURE_CONTROL_VMX_OUTSIDE_SMX (1ull << 2)
#define IA32_VMX_BASIC 0x480
#define IA32_VMX_CR0_FIXED0 0x486
#define IA32_VMX_CR0_FIXED1 0x487
#define IA32_VMX_CR4_FIXED0 0x488
#define IA32_VMX_CR4_FIXED1 0x489

#endif
