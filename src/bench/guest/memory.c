/* Kernels about memory and vectors: compiled with SSE2. */
#include "bench.h"

/* Copies by words, forwards and backwards, each run at another alignment. */
enum { WORDS = 2048 };
static u64 from[WORDS + 2], to[WORDS + 2];

__attribute__((optimize("no-tree-vectorize"))) u64 copy(u64 rounds) {
  for (int i = 0; i < WORDS + 2; i++) from[i] = (u64)i * 0x9E3779B97F4A7C15;
  for (u64 round = 0; round < rounds; round++) {
    u64 *source = (u64 *)((u8 *)from + (round & 7));
    for (long i = 0; i < WORDS; i++) to[i] = source[i];
    for (long i = WORDS - 1; i >= 0; i--) from[i] = to[i] + 1;
  }
  return from[WORDS / 3];
}

/* 128-bit integers: a blend of two pictures, and a sum of absolute differences. */
typedef u16 words __attribute__((vector_size(16)));
typedef u32 doubles __attribute__((vector_size(16)));
enum { PIXELS = 512 };
static words picture[PIXELS], other[PIXELS];

u64 simd(u64 rounds) {
  for (int i = 0; i < PIXELS; i++)
    for (int k = 0; k < 8; k++) {
      picture[i][k] = (u16)(i * 7 + k);
      other[i][k] = (u16)(i * 3 + 251 * k);
    }
  doubles sum = {0, 0, 0, 0};
  while (rounds--) {
    for (int i = 0; i < PIXELS; i++) {
      words mixed = ((picture[i] * 3 + other[i]) >> 2) ^ (words)(picture[i] > other[i]);
      sum += (doubles)(mixed - other[i]) & 0x00FF00FF;
      other[i] = mixed;
    }
  }
  return ((u64)sum[0] << 32 | sum[1]) ^ ((u64)sum[2] << 16 | sum[3]);
}

/* Floating point: a step of a filter in single precision, a scalar product in double precision. */
typedef float singles __attribute__((vector_size(16)));
enum { SAMPLES = 256 };
static singles signal[SAMPLES];
static double series[SAMPLES];

u64 sse(u64 rounds) {
  for (int i = 0; i < SAMPLES; i++) {
    for (int k = 0; k < 4; k++) signal[i][k] = (float)(i + k) * 0.25f;
    series[i] = 1.0 / (i + 1);
  }
  double sum = 0;
  while (rounds--) {
    singles last = {1, 2, 3, 4};
    for (int i = 0; i < SAMPLES; i++) {
      last = signal[i] * 0.75f + last * 0.125f;
      signal[i] = last + 0.5f;
    }
    double product = 0;
    for (int i = 0; i < SAMPLES; i++) product += series[i] * (double)signal[i][0];
    sum = sum * 0.5 + product;
  }
  union {
    double number;
    u64 bits;
  } result = {sum};
  return result.bits;
}
