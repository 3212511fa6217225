/* The compiler intrinsics that the examples use, for compilers that do not have them. */
#ifndef INTRINSICS_H
#define INTRINSICS_H

typedef unsigned int u32;
typedef unsigned long long u64;

static inline u64 __readcr0(void) { u64 v; __asm__ volatile("mov %%cr0, %0" : "=r"(v)); return v; }
static inline u64 __readcr4(void) { u64 v; __asm__ volatile("mov %%cr4, %0" : "=r"(v)); return v; }
static inline void __writecr0(u64 v) { __asm__ volatile("mov %0, %%cr0" : : "r"(v) : "memory"); }
static inline void __writecr4(u64 v) { __asm__ volatile("mov %0, %%cr4" : : "r"(v) : "memory"); }

static inline u64 __readmsr(u32 msr) {
    u32 low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (u64)high << 32 | low;
}

static inline void __writemsr(u32 msr, u64 v) {
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((u32)v), "d"((u32)(v >> 32)) : "memory");
}

static inline u32 cpuid_ecx(u32 leaf) {
    u32 a = leaf, b, c = 0, d;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return c;
}

/* 0 success, 1 failed with a status in the VM-instruction error field, 2 failed without. */
static inline unsigned char __vmx_on(u64 *physical) {
    unsigned char valid, invalid;
    __asm__ volatile("vmxon %2" : "=@ccz"(valid), "=@ccc"(invalid) : "m"(*physical) : "memory");
    return invalid ? 2 : valid;
}

static inline unsigned char __vmx_off(void) {
    unsigned char valid, invalid;
    __asm__ volatile("vmxoff" : "=@ccz"(valid), "=@ccc"(invalid) : : "memory");
    return invalid ? 2 : valid;
}

#define CR4_VMXE (1ull << 13)
#define IA32_FEATURE_CONTROL 0x3A
#define FEATURE_CONTROL_LOCK (1ull << 0)
#define FEATURE_CONTROL_VMX_OUTSIDE_SMX (1ull << 2)
#define IA32_VMX_BASIC 0x480
#define IA32_VMX_CR0_FIXED0 0x486
#define IA32_VMX_CR0_FIXED1 0x487
#define IA32_VMX_CR4_FIXED0 0x488
#define IA32_VMX_CR4_FIXED1 0x489

#endif
