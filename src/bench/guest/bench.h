/* The kernels: each does `rounds` rounds of the same work and returns a checksum that depends on `rounds` alone. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

/* What a kernel returns that this processor cannot run. */
static const u64 NONE = ~0ul;

u64 sieve(u64), sha256(u64), quicksort(u64), bytecode(u64), recursion(u64), hashing(u64), text(u64);
u64 alu(u64), calls(u64), copy(u64), strings(u64);
u64 simd(u64), sse(u64);
u64 cold(u64), wide(u64), selfmod(u64);
u64 exceptions(u64), syscalls(u64), pages(u64), ports(u64);
u64 vmexits(u64);

/* The next of a sequence of pseudo-random numbers; its upper bits are the better ones. */
static inline u32 next(u32 *seed) { return *seed = *seed * 1664525 + 1013904223; }
