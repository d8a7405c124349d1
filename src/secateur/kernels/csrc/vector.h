// Vectors of floats in the width of the instruction set this file is compiled for. Everything has
// internal linkage: the same names are compiled once for each instruction set.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

#define SECATEUR_INLINE static inline __attribute__((always_inline))

namespace {

#if defined(__AVX512F__)
constexpr int kWidth = 16;
constexpr int kGroup = 4;  // registers of queries in a micro-kernel
constexpr int kBlock = 4;  // keys (or head dimensions) in a micro-kernel
#elif defined(__AVX2__)
constexpr int kWidth = 8;
constexpr int kGroup = 2, kBlock = 4;
#else
constexpr int kWidth = 4;
constexpr int kGroup = 2, kBlock = 4;
#endif

typedef float Vec __attribute__((vector_size(kWidth * 4), may_alias));
typedef int32_t VecI __attribute__((vector_size(kWidth * 4), may_alias));
typedef uint32_t VecU __attribute__((vector_size(kWidth * 4), may_alias));

// Vectors that hold so many items.
constexpr int64_t blocks_of(int64_t count) { return (count + kWidth - 1) / kWidth; }

SECATEUR_INLINE Vec load(const float* p) { return *reinterpret_cast<const Vec*>(p); }
SECATEUR_INLINE VecI load(const int32_t* p) { return *reinterpret_cast<const VecI*>(p); }
SECATEUR_INLINE VecU load(const uint32_t* p) { return *reinterpret_cast<const VecU*>(p); }
SECATEUR_INLINE void store(float* p, Vec x) { *reinterpret_cast<Vec*>(p) = x; }
SECATEUR_INLINE void store(uint32_t* p, VecU x) { *reinterpret_cast<VecU*>(p) = x; }

SECATEUR_INLINE Vec load_any(const void* p) {
  Vec x;
  std::memcpy(&x, p, sizeof x);
  return x;
}
SECATEUR_INLINE void store_any(void* p, Vec x) { std::memcpy(p, &x, sizeof x); }

// Of a pair that holds NaN, maximum and minimum give the second.
#if defined(__AVX512F__)
SECATEUR_INLINE Vec splat(float x) { return (Vec)_mm512_set1_ps(x); }
SECATEUR_INLINE VecU splat(uint32_t x) { return (VecU)_mm512_set1_epi32((int32_t)x); }
SECATEUR_INLINE Vec maximum(Vec a, Vec b) { return (Vec)_mm512_max_ps((__m512)a, (__m512)b); }
SECATEUR_INLINE Vec minimum(Vec a, Vec b) { return (Vec)_mm512_min_ps((__m512)a, (__m512)b); }
SECATEUR_INLINE bool any_above(Vec a, Vec b) {
  return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GT_OQ) != 0;
}
// NaN counts as above.
SECATEUR_INLINE bool any_not_under(Vec a, Vec b) {
  return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_NLT_UQ) != 0;
}
#elif defined(__AVX2__)
SECATEUR_INLINE Vec splat(float x) { return (Vec)_mm256_set1_ps(x); }
SECATEUR_INLINE VecU splat(uint32_t x) { return (VecU)_mm256_set1_epi32((int32_t)x); }
SECATEUR_INLINE Vec maximum(Vec a, Vec b) { return (Vec)_mm256_max_ps((__m256)a, (__m256)b); }
SECATEUR_INLINE Vec minimum(Vec a, Vec b) { return (Vec)_mm256_min_ps((__m256)a, (__m256)b); }
SECATEUR_INLINE bool any_above(Vec a, Vec b) {
  return _mm256_movemask_ps(_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_GT_OQ)) != 0;
}
SECATEUR_INLINE bool any_not_under(Vec a, Vec b) {
  return _mm256_movemask_ps(_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_NLT_UQ)) != 0;
}
#else
SECATEUR_INLINE Vec splat(float x) { return Vec{x, x, x, x}; }
SECATEUR_INLINE VecU splat(uint32_t x) { return VecU{x, x, x, x}; }
SECATEUR_INLINE Vec maximum(Vec a, Vec b) { return a > b ? a : b; }
SECATEUR_INLINE Vec minimum(Vec a, Vec b) { return a < b ? a : b; }
SECATEUR_INLINE bool any_above(Vec a, Vec b) {
  VecI above = a > b;
  return (above[0] | above[1] | above[2] | above[3]) != 0;
}
SECATEUR_INLINE bool any_not_under(Vec a, Vec b) {
  VecI under = a < b;
  return (under[0] & under[1] & under[2] & under[3]) == 0;
}
#endif

// Coefficients of 2**f on [0, 1), minimax in relative error: 7.5e-8 (fifth degree), 7.5e-5 (third).
template <bool Precise>
SECATEUR_INLINE Vec exp2_fraction(Vec f) {
  if constexpr (Precise) {
    Vec p = splat(1.8775767e-3f);
    p = p * f + splat(8.9893397e-3f);
    p = p * f + splat(5.5826318e-2f);
    p = p * f + splat(2.4015361e-1f);
    p = p * f + splat(6.9315308e-1f);
    return p * f + splat(9.9999994e-1f);
  }
  Vec p = splat(7.8024519e-2f);
  p = p * f + splat(2.2606718e-1f);
  p = p * f + splat(6.9583352e-1f);
  return p * f + splat(9.9992521e-1f);
}

// 2**x for x at most about 100; 0 far below, NaN of NaN.
template <bool Precise>
SECATEUR_INLINE Vec exp2(Vec x) {
#if defined(__AMX_BF16__)
  const __m512 fraction =
      _mm512_reduce_ps((__m512)x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
  return (Vec)_mm512_scalef_ps((__m512)exp2_fraction<Precise>((Vec)fraction), (__m512)x);
#elif defined(__AVX512F__)
  // VREDUCEPS would give the fraction at once but is microcoded on Zen 5: six times slower in all.
  const __m512 whole =
      _mm512_roundscale_ps((__m512)x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
  return (Vec)_mm512_scalef_ps((__m512)exp2_fraction<Precise>(x - (Vec)whole), whole);
#else
  x = maximum(splat(-127.0f), x);
#if defined(__AVX2__)
  const Vec whole = (Vec)_mm256_floor_ps((__m256)x);
  const VecI exponent = (VecI)_mm256_cvtps_epi32((__m256)whole);
#else
  VecI exponent = __builtin_convertvector(x, VecI);
  exponent += __builtin_convertvector(exponent, Vec) > x;
  const Vec whole = __builtin_convertvector(exponent, Vec);
#endif
  return exp2_fraction<Precise>(x - whole) * (Vec)((exponent + 127) << 23);
#endif
}

#if defined(__AVX512F__)
// Written out, because the compiler builds the shuffles' indices anew in every call. Each step joins
// neighbours: floats, pairs of floats, then quarters of a register.
template <int First>
SECATEUR_INLINE void transpose_four(const Vec (&rows)[kWidth], __m512 (&out)[4]) {
  const __m512 a = (__m512)rows[First], b = (__m512)rows[First + 1];
  const __m512 c = (__m512)rows[First + 2], d = (__m512)rows[First + 3];
  const __m512d low = (__m512d)_mm512_unpacklo_ps(a, b), high = (__m512d)_mm512_unpackhi_ps(a, b);
  const __m512d below = (__m512d)_mm512_unpacklo_ps(c, d);
  const __m512d beside = (__m512d)_mm512_unpackhi_ps(c, d);
  out[0] = (__m512)_mm512_unpacklo_pd(low, below);
  out[1] = (__m512)_mm512_unpackhi_pd(low, below);
  out[2] = (__m512)_mm512_unpacklo_pd(high, beside);
  out[3] = (__m512)_mm512_unpackhi_pd(high, beside);
}

// Transposes a square of kWidth rows in registers.
SECATEUR_INLINE void transpose(Vec (&rows)[kWidth]) {
  __m512 parts[4][4];
  transpose_four<0>(rows, parts[0]);
  transpose_four<4>(rows, parts[1]);
  transpose_four<8>(rows, parts[2]);
  transpose_four<12>(rows, parts[3]);
#pragma GCC unroll 4
  for (int k = 0; k < 4; ++k) {
    const __m512 even = _mm512_shuffle_f32x4(parts[0][k], parts[1][k], 0x88);
    const __m512 odd = _mm512_shuffle_f32x4(parts[0][k], parts[1][k], 0xDD);
    const __m512 even_after = _mm512_shuffle_f32x4(parts[2][k], parts[3][k], 0x88);
    const __m512 odd_after = _mm512_shuffle_f32x4(parts[2][k], parts[3][k], 0xDD);
    rows[k] = (Vec)_mm512_shuffle_f32x4(even, even_after, 0x88);
    rows[k + 4] = (Vec)_mm512_shuffle_f32x4(odd, odd_after, 0x88);
    rows[k + 8] = (Vec)_mm512_shuffle_f32x4(even, even_after, 0xDD);
    rows[k + 12] = (Vec)_mm512_shuffle_f32x4(odd, odd_after, 0xDD);
  }
}

SECATEUR_INLINE __m512 sum_four(__m512 a, __m512 b, __m512 c, __m512 d) {
  const __m512d first = (__m512d)_mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
  const __m512d second = (__m512d)_mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
  return _mm512_add_ps((__m512)_mm512_unpacklo_pd(first, second),
                       (__m512)_mm512_unpackhi_pd(first, second));
}

SECATEUR_INLINE __m512 sum_quarters(__m512 a, __m512 b) {
  return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xDD));
}

// The sums over each of kWidth rows, in the order of the rows: a transposition of which only the
// sum is wanted.
SECATEUR_INLINE Vec sum_rows(Vec (&rows)[kWidth]) {
  __m512 fours[4];
#pragma GCC unroll 4
  for (int k = 0; k < 4; ++k) {
    fours[k] = sum_four((__m512)rows[4 * k], (__m512)rows[4 * k + 1], (__m512)rows[4 * k + 2],
                        (__m512)rows[4 * k + 3]);
  }
  return (Vec)sum_quarters(sum_quarters(fours[0], fours[1]), sum_quarters(fours[2], fours[3]));
}
#else
// Transposes a square of kWidth rows in registers.
SECATEUR_INLINE void transpose(Vec (&rows)[kWidth]) {
#pragma GCC unroll 4
  for (int step = 1; step < kWidth; step *= 2) {
#pragma GCC unroll 16
    for (int i = 0; i < kWidth; ++i) {
      if (i & step) continue;
      VecI low, high;
      for (int lane = 0; lane < kWidth; ++lane) {
        low[lane] = lane & step ? kWidth + lane - step : lane;
        high[lane] = lane & step ? kWidth + lane : lane + step;
      }
      const Vec a = rows[i], b = rows[i + step];
      rows[i] = __builtin_shuffle(a, b, low);
      rows[i + step] = __builtin_shuffle(a, b, high);
    }
  }
}

// The sums over each of kWidth rows, in the order of the rows: a transposition of which only the
// sum is wanted.
SECATEUR_INLINE Vec sum_rows(Vec (&rows)[kWidth]) {
#pragma GCC unroll 4
  for (int step = 1; step < kWidth; step *= 2) {
#pragma GCC unroll 16
    for (int i = 0; i < kWidth; i += 2 * step) {
      VecI low, high;
      for (int lane = 0; lane < kWidth; ++lane) {
        low[lane] = lane & step ? kWidth + lane - step : lane;
        high[lane] = lane & step ? kWidth + lane : lane + step;
      }
      rows[i] = __builtin_shuffle(rows[i], rows[i + step], low) +
                __builtin_shuffle(rows[i], rows[i + step], high);
    }
  }
  return rows[0];
}
#endif

// out[j] = sum over lanes of rows[j * L + lane] * factors[lane]; reads and writes up to a whole
// vector past the count.
template <int L>
static void sum_lanes(const float* rows, const float* factors, float* out, int64_t count) {
  for (int64_t j = 0; j < count; j += kWidth) {
    Vec square[kWidth];
    for (int k = 0; k < kWidth; ++k) {
      square[k] = Vec{};
      for (int lane = 0; lane < L; lane += kWidth) {
        square[k] += load(rows + (j + k) * L + lane) * load(factors + lane);
      }
    }
    store_any(out + j, sum_rows(square));
  }
}

// Appends `first + lane` for each lane of the mask that is set; writes up to a whole vector.
SECATEUR_INLINE int64_t append_lanes(int32_t* list, int64_t count, int32_t first, VecI mask) {
#if defined(__AVX512F__)
  const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __mmask16 set = _mm512_movepi32_mask((__m512i)mask);
  const __m512i found =
      _mm512_maskz_compress_epi32(set, _mm512_add_epi32(lanes, _mm512_set1_epi32(first)));
  std::memcpy(list + count, &found, sizeof found);
  return count + __builtin_popcount(set);
#else
  for (int lane = 0; lane < kWidth; ++lane) {
    list[count] = first + lane;
    count += mask[lane] != 0;
  }
  return count;
#endif
}

SECATEUR_INLINE float widen(float x) { return x; }
SECATEUR_INLINE float widen(uint16_t x) {  // of bfloat16
  const uint32_t bits = (uint32_t)x << 16;
  float wide;
  std::memcpy(&wide, &bits, sizeof wide);
  return wide;
}

SECATEUR_INLINE void narrow(float* out, float x) { *out = x; }
SECATEUR_INLINE void narrow(uint16_t* out, float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  *out = (uint16_t)((x != x ? bits | 0x400000 : bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

// A vector of neighbouring items.
SECATEUR_INLINE Vec widen_row(const float* p) { return load_any(p); }
SECATEUR_INLINE void narrow_row(float* p, Vec x) { store_any(p, x); }
#if defined(__AVX512BF16__)
SECATEUR_INLINE Vec widen_row(const uint16_t* p) {
  const __m256i items = _mm256_loadu_si256((const __m256i*)p);
  return (Vec)_mm512_slli_epi32(_mm512_cvtepu16_epi32(items), 16);
}
SECATEUR_INLINE void narrow_row(uint16_t* p, Vec x) {
  const __m256i items = (__m256i)_mm512_cvtneps_pbh((__m512)x);
  std::memcpy(p, &items, sizeof items);
}
#endif

// Cache lines of a row, fetched ahead.
template <int Write>
SECATEUR_INLINE void prefetch_row(const void* row, int64_t bytes) {
  for (int64_t offset = 0; offset < bytes; offset += 64) {
    __builtin_prefetch((const char*)row + offset, Write, 2);
  }
}

}  // namespace
