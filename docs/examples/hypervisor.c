/* A minimal hypervisor: enters VMX operation, launches a guest behind EPT, handles its CPUID,
   CR-access and HLT exits, and leaves VMX operation again. It expects 64-bit mode at CPL 0 and linear
   addresses that are physical ones. With hypervisor_boot.S it is an image that boots. */
#include "vmxlab.h"

enum { DONE = 0, VMXON_FAILED = 1, VMCS_FAILED = 2, ENTRY_FAILED = 3, UNEXPECTED_EXIT = 4 };

/* VMCS fields */
enum {
    EPT_POINTER = 0x201A,
    VMCS_LINK_POINTER = 0x2800,
    PIN_BASED_CONTROLS = 0x4000,
    PRIMARY_CONTROLS = 0x4002,
    VM_EXIT_CONTROLS = 0x400C,
    VM_ENTRY_CONTROLS = 0x4012,
    SECONDARY_CONTROLS = 0x401E,
    EXIT_REASON = 0x4402,
    EXIT_INSTRUCTION_LENGTH = 0x440C,
    CR4_GUEST_HOST_MASK = 0x6002,
    CR4_READ_SHADOW = 0x6006,
    EXIT_QUALIFICATION = 0x6400,
    GUEST_RIP = 0x681E
};

/* Capability MSRs, and controls */
enum {
    IA32_VMX_PINBASED_CTLS = 0x481,
    IA32_VMX_PROCBASED_CTLS = 0x482,
    IA32_VMX_EXIT_CTLS = 0x483,
    IA32_VMX_ENTRY_CTLS = 0x484,
    TRUE_CONTROLS = 0x48D - 0x481,
    HLT_EXITING = 1 << 7,
    ENABLE_EPT = 1 << 1,
    HOST_64_BIT = 1 << 9,
    IA32E_GUEST = 1 << 9
};
static const u32 SECONDARY = 1u << 31;

enum { EXIT_CPUID = 10, EXIT_HLT = 12, EXIT_CR_ACCESS = 28 };

struct registers {
    u64 rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15;
};

static u64 vmxon_region[512] __attribute__((aligned(4096)));
static u64 vmcs_region[512] __attribute__((aligned(4096)));
static u64 ept_pml4[512] __attribute__((aligned(4096)));
static u64 ept_pdpt[512] __attribute__((aligned(4096)));
static u64 ept_directory[512] __attribute__((aligned(4096)));
static u64 guest_stack[512] __attribute__((aligned(4096)));
static u64 gdt[5] __attribute__((aligned(16)));
static u64 task_state[14];

static struct registers guest;

/* What the guest has learnt, for whoever looks. */
u64 guest_signature;

/* Enters the guest and comes back with its next exit; 1 if the entry failed. */
int enter_guest(struct registers *guest, int resume);
__asm__(".pushsection .text\n"
        "enter_guest:\n"
        "  push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15; push %rdi\n"
        "  mov $0x6C14, %eax; vmwrite %rsp, %rax\n" /* host RSP */
        "  lea 2f(%rip), %rdx; mov $0x6C16, %eax; vmwrite %rdx, %rax\n" /* host RIP */
        "  test %esi, %esi\n"
        "  mov 0(%rdi), %rax; mov 8(%rdi), %rcx; mov 16(%rdi), %rdx; mov 24(%rdi), %rbx\n"
        "  mov 40(%rdi), %rbp; mov 48(%rdi), %rsi; mov 64(%rdi), %r8; mov 72(%rdi), %r9\n"
        "  mov 80(%rdi), %r10; mov 88(%rdi), %r11; mov 96(%rdi), %r12; mov 104(%rdi), %r13\n"
        "  mov 112(%rdi), %r14; mov 120(%rdi), %r15; mov 56(%rdi), %rdi\n"
        "  jnz 1f\n"
        "  vmlaunch\n"
        "  mov $1, %eax; pop %rdi; jmp 3f\n"
        "1: vmresume\n"
        "  mov $1, %eax; pop %rdi; jmp 3f\n"
        "2: xchg %rdi, (%rsp)\n" /* the guest's RDI, and where it goes */
        "  mov %rax, 0(%rdi); mov %rcx, 8(%rdi); mov %rdx, 16(%rdi); mov %rbx, 24(%rdi)\n"
        "  mov %rbp, 40(%rdi); mov %rsi, 48(%rdi); mov %r8, 64(%rdi); mov %r9, 72(%rdi)\n"
        "  mov %r10, 80(%rdi); mov %r11, 88(%rdi); mov %r12, 96(%rdi); mov %r13, 104(%rdi)\n"
        "  mov %r14, 112(%rdi); mov %r15, 120(%rdi)\n"
        "  pop %rax; mov %rax, 56(%rdi)\n"
        "  xor %eax, %eax\n"
        "3: pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
        "  ret\n"
        ".popsection\n");

/* The guest: asks who is there, changes a bit of CR4 that is not its own, and halts. */
static void guest_main(void) {
    int leaf[4];
    __cpuid(leaf, 0x40000000);
    guest_signature = (u32)leaf[1];
    __writecr4(__readcr4() | CR4_VMXE);
    guest_signature |= (__readcr4() & CR4_VMXE) << 32;
    for (;;) {
        __asm__ volatile("hlt");
    }
}

static int failed;

static void write(u64 field, u64 value) { failed |= __vmx_vmwrite(field, value); }

static u64 read(u64 field) {
    u64 value = 0;
    failed |= __vmx_vmread(field, &value);
    return value;
}

/* What is wanted and what has to be 1. Whether it may be 1 the processor says when it is entered. */
static u32 controls(u32 msr, u32 wanted) {
    int is_true = (__readmsr(IA32_VMX_BASIC) >> 55 & 1) != 0;
    return (u32)__readmsr(is_true ? msr + TRUE_CONTROLS : msr) | wanted;
}

/* Guest-physical addresses below 1 GByte are physical ones, in write-back pages of 2 MBytes. */
static u64 ept_pointer(void) {
    for (u64 i = 0; i < 512; i++) {
        ept_directory[i] = i << 21 | 1 << 7 | 6 << 3 | 7;
    }
    ept_pdpt[0] = (u64)ept_directory | 7;
    ept_pml4[0] = (u64)ept_pdpt | 7;
    return (u64)ept_pml4 | 3 << 3 | 6;
}

/* A flat GDT with a TSS of our own: a host needs a TR that is not null. */
static void load_descriptors(void) {
    u64 base = (u64)task_state;
    gdt[1] = 0x00AF9B000000FFFF;
    gdt[2] = 0x00CF93000000FFFF;
    gdt[3] = 0x0000890000000067 | (base & 0xFFFFFF) << 16 | (base >> 24 & 0xFF) << 56;
    gdt[4] = base >> 32;
    struct {
        unsigned short limit;
        u64 base;
    } __attribute__((packed)) pointer = {sizeof gdt - 1, (u64)gdt};
    __asm__ volatile("lgdt %0" : : "m"(pointer));
    __asm__ volatile("ltr %w0" : : "r"(0x18));
}

static void write_host(void) {
    write(0x6C00, __readcr0());
    write(0x6C02, __readcr3());
    write(0x6C04, __readcr4());
    write(0x0C02, 0x08);            /* CS */
    write(0x0C04, 0x10);            /* SS */
    write(0x0C0C, 0x18);            /* TR */
    write(0x6C0A, (u64)task_state); /* its base */
    write(0x6C0C, (u64)gdt);
}

static void write_guest(void) {
    write(0x6800, __readcr0());
    write(0x6802, __readcr3());
    write(0x6804, __readcr4());
    write(CR4_GUEST_HOST_MASK, CR4_VMXE);
    write(CR4_READ_SHADOW, 0);
    for (u64 i = 0; i < 8; i++) { /* ES CS SS DS FS GS LDTR TR */
        write(0x4800 + 2 * i, i == 7 ? 0x67 : 0xFFFFFFFF);
        write(0x4814 + 2 * i, i == 1 ? 0xA09B : i == 6 ? 0x10000 : i == 7 ? 0x8B : 0xC093);
        write(0x0800 + 2 * i, i == 1 ? 0x08 : i == 6 ? 0 : i == 7 ? 0x18 : 0x10);
        write(0x6806 + 2 * i, i == 7 ? (u64)task_state : 0);
    }
    write(0x6816, (u64)gdt);
    write(0x4810, sizeof gdt - 1);
    write(0x681A, 0x400); /* DR7 */
    write(0x681C, (u64)(guest_stack + 511));
    write(GUEST_RIP, (u64)guest_main);
    write(0x6820, 2); /* RFLAGS */
    write(VMCS_LINK_POINTER, ~0ull);
}

static void write_controls(void) {
    write(PIN_BASED_CONTROLS, controls(IA32_VMX_PINBASED_CTLS, 0));
    write(PRIMARY_CONTROLS, controls(IA32_VMX_PROCBASED_CTLS, HLT_EXITING | SECONDARY));
    write(SECONDARY_CONTROLS, ENABLE_EPT);
    write(EPT_POINTER, ept_pointer());
    write(VM_EXIT_CONTROLS, controls(IA32_VMX_EXIT_CTLS, HOST_64_BIT));
    write(VM_ENTRY_CONTROLS, controls(IA32_VMX_ENTRY_CTLS, IA32E_GUEST));
}

static void emulate_cpuid(void) {
    int out[4];
    __cpuidex(out, (int)guest.rax, (int)guest.rcx);
    guest.rax = (u32)out[0];
    guest.rbx = (u32)guest.rax == 0 ? (u32)out[1] : 0x4C584D56; /* VMXL */
    guest.rcx = (u32)out[2];
    guest.rdx = (u32)out[3];
}

/* MOV to CR4: the guest sees what it wrote, and the processor keeps what VMX operation needs. */
static void emulate_cr_access(void) {
    u64 number = read(EXIT_QUALIFICATION) >> 8 & 15;
    u64 value = ((u64 *)&guest)[number];
    write(CR4_READ_SHADOW, value);
    write(0x6804, value | CR4_VMXE);
}

static int run_guest(void) {
    for (int resume = 0;; resume = 1) {
        if (failed || enter_guest(&guest, resume)) {
            return failed ? VMCS_FAILED : ENTRY_FAILED;
        }
        u64 reason = read(EXIT_REASON);
        if (reason == EXIT_HLT) {
            return DONE;
        } else if (reason == EXIT_CPUID) {
            emulate_cpuid();
        } else if (reason == EXIT_CR_ACCESS) {
            emulate_cr_access();
        } else {
            return UNEXPECTED_EXIT;
        }
        write(GUEST_RIP, read(GUEST_RIP) + read(EXIT_INSTRUCTION_LENGTH));
    }
}

int hypervisor(void) {
    u64 control = __readmsr(IA32_FEATURE_CONTROL);
    if ((control & FEATURE_CONTROL_LOCK) == 0) {
        __writemsr(IA32_FEATURE_CONTROL, control | FEATURE_CONTROL_VMX_OUTSIDE_SMX | FEATURE_CONTROL_LOCK);
    }
    __writecr0((__readcr0() | __readmsr(IA32_VMX_CR0_FIXED0)) & __readmsr(IA32_VMX_CR0_FIXED1));
    __writecr4((__readcr4() | __readmsr(IA32_VMX_CR4_FIXED0)) & __readmsr(IA32_VMX_CR4_FIXED1));

    u32 revision = (u32)__readmsr(IA32_VMX_BASIC) & 0x7FFFFFFF;
    vmxon_region[0] = revision;
    vmcs_region[0] = revision;
    u64 physical = (u64)vmxon_region;
    if (__vmx_on(&physical)) {
        return VMXON_FAILED;
    }
    load_descriptors();
    physical = (u64)vmcs_region;
    failed = __vmx_vmclear(&physical) | __vmx_vmptrld(&physical);
    write_controls();
    write_host();
    write_guest();
    int result = run_guest();
    __vmx_vmclear(&physical);
    __vmx_off();
    __writecr4(__readcr4() & ~CR4_VMXE);
    return result;
}
