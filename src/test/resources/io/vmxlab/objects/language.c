/* What C compilers make of ordinary programs: every kind of section and relocation that they use. */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef __SIZE_TYPE__ usize;

void *memcpy(void *to, const void *from, usize bytes);
void *memmove(void *to, const void *from, usize bytes);
void *memset(void *to, int value, usize bytes);
int memcmp(const void *a, const void *b, usize bytes);

extern int absent __attribute__((weak));
extern int absent_function(int) __attribute__((weak));

int common[300];
static int zeroed[100];
int initialised[4] = {1, 2, 3, 4};
const int table[5] = {10, 20, 30, 40, 50};
static const char *const names[] = {"root", "non-root", "outside"};
const char *message = "outside";
int *pointer = &initialised[2];

struct large {
    u64 words[40];
};

static struct large source;

__attribute__((noinline)) static int twice(int x) { return 2 * x; }
__attribute__((noinline)) int thrice(int x) { return 3 * x; }

int (*functions[])(int) = {twice, thrice};

__attribute__((noinline)) int choose(int x) {
    switch (x) {
        case 0: return 7;
        case 1: return common[3];
        case 2: return table[2];
        case 3: return zeroed[5] + 1;
        case 4: return thrice(x);
        case 5: return -1;
        case 6: return initialised[1];
        default: return 99;
    }
}

__attribute__((noinline)) static u64 sum(struct large by_value) {
    u64 total = 0;
    for (int i = 0; i < 40; i++) {
        total += by_value.words[i];
    }
    return total;
}

__attribute__((noinline)) static int length(const char *text) {
    int n = 0;
    while (*text++) {
        n++;
    }
    return n;
}

/* 0, or the number of the first check that failed. */
int language(int n, char *buffer) {
    if (&absent != 0 || absent_function != 0) {
        return 1;
    }
    for (int i = 0; i < 300; i++) {
        common[i] = i;
    }
    if (common[n] != n || zeroed[n] != 0) {
        return 2;
    }
    if (functions[n & 1](n) != 3 * n || functions[0](n) != 2 * n) {
        return 3;
    }
    if (*pointer != 3 || table[n & 3] != 40) {
        return 4;
    }
    if (choose(0) != 7 || choose(1) != 3 || choose(2) != 30 || choose(3) != 1 || choose(4) != 12
            || choose(5) != -1 || choose(6) != 2 || choose(7) != 99) {
        return 5;
    }
    for (int i = 0; i < 40; i++) {
        source.words[i] = i;
    }
    struct large copy = source;
    copy.words[0] = n;
    if (sum(copy) != 780 + (u64)n) {
        return 6;
    }
    if (length(names[n & 1]) != 8 || memcmp(message, names[2], 8) != 0) {
        return 7;
    }
    memset(buffer, 'a', 16);
    memcpy(buffer + 4, "bcdefgh", 7);
    memmove(buffer + 5, buffer + 4, 7);
    if (memcmp(buffer, "aaaabbcdefghaaaa", 16) != 0 || memcmp(buffer, "aaab", 4) >= 0
            || memcmp(buffer + 3, "aa", 2) <= 0) {
        return 8;
    }
    volatile char local[32];
    for (int i = 0; i < 32; i++) {
        local[i] = (char)i;
    }
    return local[n] == n ? 0 : 9;
}

/* Writes beyond its array, so that the stack protector finds its canary changed. */
int overrun(int n) {
    volatile char local[16];
    for (int i = 0; i < n; i++) {
        local[i] = 0x55;
    }
    return local[0];
}

/* Eight arguments: some of them are on the stack. */
u64 eight(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 g, u64 h) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}

__attribute__((ms_abi)) u64 eight_ms(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 g, u64 h) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}
