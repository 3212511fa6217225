/* Integer kernels: each does `rounds` rounds of the same work and returns a checksum.
 * Freestanding, no SSE: gcc -O2 -ffreestanding -mgeneral-regs-only. Each stands alone, for src/bench/compare calls it. */
#include "bench.h"

/* Primes below SIEVE by crossing out. */
enum { SIEVE = 1 << 16 };
static u8 composite[SIEVE];

u64 sieve(u64 rounds) {
  u64 sum = 0;
  while (rounds--) {
    for (u32 i = 0; i < SIEVE; i++) composite[i] = 0;
    for (u32 i = 2; i < SIEVE; i++) {
      if (composite[i]) continue;
      sum += i;
      for (u32 k = 2 * i; k < SIEVE; k += i) composite[k] = 1;
    }
  }
  return sum;
}

/* SHA-256 compression over one message block after another (FIPS 180-4). */
static u32 k256[64];

static u64 power(u64 x, u64 n, int exponent) {
  /* floor(x^exponent) compared with n without overflow is all that the constants need */
  u64 r = 1;
  while (exponent--) r *= x;
  return r > n;
}

/* The round constants are the first 32 bits of the fractional parts of the cube roots of the first
 * 64 primes: found here by bisection on 128-bit integers. */
static void constants(void) {
  u32 count = 0;
  for (u32 p = 2; count < 64; p++) {
    u32 prime = 1;
    for (u32 d = 2; d * d <= p; d++)
      if (p % d == 0) prime = 0;
    if (!prime) continue;
    u64 whole = 1;
    while (!power(whole + 1, p, 3)) whole++;
    u64 low = whole << 32, high = (whole + 1) << 32;
    while (high - low > 1) {
      u64 mid = low + (high - low) / 2;
      unsigned __int128 square = (unsigned __int128)mid * mid >> 32;
      unsigned __int128 cube = square * mid >> 32;
      if ((u64)(cube >> 32) >= p) high = mid; else low = mid;
    }
    k256[count++] = (u32)low;
  }
}

static u32 ror(u32 x, int n) { return x >> n | x << (32 - n); }

u64 sha256(u64 rounds) {
  u32 h[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  u32 w[64];
  if (!k256[0]) constants();
  while (rounds--) {
    for (int i = 0; i < 16; i++) w[i] = h[i & 7] + i;
    for (int i = 16; i < 64; i++) {
      u32 s0 = ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ w[i - 15] >> 3;
      u32 s1 = ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ w[i - 2] >> 10;
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    u32 a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
    for (int i = 0; i < 64; i++) {
      u32 t1 = k + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + ((e & f) ^ (~e & g)) + k256[i] + w[i];
      u32 t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      k = g; g = f; f = e; e = d + t1; d = c; c = b; b = a; a = t1 + t2;
    }
    h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += k;
  }
  return (u64)h[0] << 32 | h[7];
}

/* Quicksort of pseudo-random numbers, recursive. */
enum { SORT = 4096 };
static u32 numbers[SORT];

static void sort(u32 *a, long low, long high) {
  while (low < high) {
    u32 pivot = a[(low + high) / 2];
    long i = low, k = high;
    while (i <= k) {
      while (a[i] < pivot) i++;
      while (a[k] > pivot) k--;
      if (i <= k) {
        u32 t = a[i];
        a[i++] = a[k];
        a[k--] = t;
      }
    }
    sort(a, low, k);
    low = i;
  }
}

u64 quicksort(u64 rounds) {
  u32 seed = 1;
  u64 sum = 0;
  while (rounds--) {
    for (int i = 0; i < SORT; i++) {
      numbers[i] = next(&seed) >> 4;
    }
    sort(numbers, 0, SORT - 1);
    sum += numbers[SORT / 2];
  }
  return sum;
}

/* A register machine with computed gotos: an indirect jump for every step. */
u64 bytecode(u64 rounds) {
  enum { LOAD, ADD, MUL, XOR, SHIFT, DEC, LOOP, END };
  static const u8 program[][4] = {
      {LOAD, 0, 1}, {LOAD, 1, 7},     {LOAD, 2, 250}, {MUL, 0, 1},   {ADD, 0, 2},  {XOR, 1, 0},
      {SHIFT, 1, 3}, {ADD, 1, 2}, {ADD, 3, 0}, {DEC, 2}, {LOOP, 2, 3}, {END}};
  static const void *const steps[] = {&&load, &&add, &&mul, &&xor, &&shift, &&dec, &&loop, &&end};
  u64 r[4] = {0, 0, 0, 0};
  const u8(*pc)[4];
#define STEP goto *steps[(*pc)[0]]
  while (rounds--) {
    pc = program;
    STEP;
  load:  r[(*pc)[1]] = (*pc)[2];            pc++; STEP;
  add:   r[(*pc)[1]] += r[(*pc)[2]];        pc++; STEP;
  mul:   r[(*pc)[1]] *= r[(*pc)[2]] | 1;    pc++; STEP;
  xor:   r[(*pc)[1]] ^= r[(*pc)[2]];        pc++; STEP;
  shift: r[(*pc)[1]] >>= (*pc)[2];          pc++; STEP;
  dec:   r[(*pc)[1]]--;                     pc++; STEP;
  loop:  pc = r[(*pc)[1]] ? program + (*pc)[2] : pc + 1; STEP;
  end:;
  }
  return r[3];
}

/* A function that calls itself: Ackermann's, and the ways to fill a staircase. */
static u32 ackermann(u32 m, u32 n) {
  return m == 0 ? n + 1 : ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static u64 stairs(u32 n) { return n < 3 ? 1 : stairs(n - 1) + stairs(n - 2) + (stairs(n - 3) & 1); }

u64 recursion(u64 rounds) {
  u64 sum = 0;
  while (rounds--) sum += ackermann(2, 9 + (rounds & 3)) + stairs(15 + (rounds & 3));
  return sum;
}

/* A hash table with chains: insertions, look-ups and removals. */
enum { BUCKETS = 1024, ENTRIES = 4096 };
static struct entry {
  struct entry *next;
  u32 key, value;
} entries[ENTRIES], *buckets[BUCKETS], *spare;

static struct entry **find(u32 key) {
  struct entry **at = &buckets[(key * 2654435761u) >> 22];
  while (*at && (*at)->key != key) at = &(*at)->next;
  return at;
}

u64 hashing(u64 rounds) {
  u32 seed = 7;
  u64 sum = 0;
  for (int i = 0; i < BUCKETS; i++) buckets[i] = 0;
  spare = 0;
  for (int i = 0; i < ENTRIES; i++) {
    entries[i].next = spare;
    spare = &entries[i];
  }
  while (rounds--) {
    for (int i = 0; i < 1000; i++) {
      u32 key = next(&seed) >> 19;
      struct entry **at = find(key), *found = *at;
      if (!found && spare) {
        found = spare;
        spare = found->next;
        found->next = 0;
        found->key = key;
        found->value = 1;
        *at = found;
      } else if (found && (key & 7) == 0) {
        *at = found->next;
        found->next = spare;
        spare = found;
      } else if (found) {
        sum += found->value++;
      }
    }
  }
  return sum;
}

/* Words of a text: counted by their letters, turned to capitals, compared. */
enum { TEXT = 8192 };
static char letters[TEXT + 1], capitals[TEXT + 1];

u64 text(u64 rounds) {
  u32 seed = 3;
  u64 sum = 0;
  for (int i = 0; i < TEXT; i++) {
    u32 c = next(&seed) >> 27;
    letters[i] = c < 26 ? (char)('a' + c) : " ,.\n 0"[c - 26];
  }
  while (rounds--) {
    u32 words = 0, hash = 0;
    int inside = 0;
    for (const char *from = letters; *from; from++) {
      char c = *from;
      int letter = c >= 'a' && c <= 'z';
      capitals[from - letters] = letter ? (char)(c - 32) : c;
      if (letter) {
        hash = hash * 31 + (u8)c;
      } else if (inside) {
        words++;
        sum ^= hash;
        hash = 0;
      }
      inside = letter;
    }
    for (int i = 0; i + 64 < TEXT; i += 64) {
      int k = 0;
      while (k < 64 && capitals[i + k] == capitals[i + 64 + (k ^ 1)]) k++;
      sum += (u64)k;
    }
    sum += words;
  }
  return sum;
}
