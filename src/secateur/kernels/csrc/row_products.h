// Products of a few rows with all rows of a matrix, which is read from memory once for all of them.
#pragma once

#include <algorithm>

#include "micro.h"
#include "problem.h"
#include "scores.h"

namespace {

#if !defined(__AVX512BF16__)
SECATEUR_INLINE Vec widen_row(const uint16_t* p) {
  typedef uint16_t Halves __attribute__((vector_size(kWidth * 2)));
  Halves items;
  std::memcpy(&items, p, sizeof items);
  return (Vec)(__builtin_convertvector(items, VecU) << 16);
}
SECATEUR_INLINE void narrow_row(uint16_t* p, Vec x) {
  for (int lane = 0; lane < kWidth; ++lane) narrow(p + lane, x[lane]);
}
#endif

// Left to the compiler, the conversion goes item by item.
SECATEUR_INLINE Vec widen_row(const int8_t* p) {
#if defined(__AVX512F__)
  return (Vec)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i*)p)));
#elif defined(__AVX2__)
  return (Vec)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i*)p)));
#else
  Vec items;
  for (int lane = 0; lane < kWidth; ++lane) items[lane] = p[lane];
  return items;
#endif
}

// Items of a vector in memory, aligned as the compiler writes them: under a sanitizer GCC 12 counts
// on an alignment of plain arrays that it does not give them.
template <typename T>
struct alignas(sizeof(Vec)) Items {
  T at[kWidth];
};

// Neighbouring items of which so many are there; the others are 0.
template <typename T>
SECATEUR_INLINE Vec widen_some(const T* p, int64_t count) {
  if (__builtin_expect(count >= kWidth, 1)) return widen_row(p);
  Items<T> items = {};
  std::memcpy(items.at, p, (size_t)count * sizeof(T));
  return widen_row(items.at);
}

template <typename T>
SECATEUR_INLINE void narrow_some(T* p, Vec x, int64_t count) {
  if (__builtin_expect(count >= kWidth, 1)) return narrow_row(p, x);
  Items<T> items;
  narrow_row(items.at, x);
  std::memcpy(p, items.at, (size_t)count * sizeof(T));
}

// How one instruction multiplies items of a row with those of a weight, and adds.
template <typename T, typename W>
struct Products {
  static constexpr int64_t kItems = kWidth;
  static Vec row(const T* p) { return widen_row(p); }
  static Vec weight(const W* p) { return widen_row(p); }
  static Vec add(Vec acc, Vec a, Vec b) { return acc + a * b; }
};
#if defined(__AVX512BF16__)
template <>
struct Products<uint16_t, uint16_t> {
  static constexpr int64_t kItems = 2 * kWidth;
  static VecU row(const uint16_t* p) { return (VecU)load_any(p); }
  static VecU weight(const uint16_t* p) { return (VecU)load_any(p); }
  static Vec add(Vec acc, VecU a, VecU b) { return dot_pairs(acc, a, b); }
};
#endif

// Weights and rows that meet in registers, where each is read once for all of the others; their sums
// fill a vector.
constexpr int64_t kWeights = 4, kRows = kWidth / kWeights;

// square[r * kWeights + k] = the products of row r of x with weight k, not yet added up over lanes.
// A row's sums are the same whatever rows are beside it.
template <int64_t R, typename T, typename W>
SECATEUR_INLINE void dot_block(const T* x, int64_t depth, const W* const* weights, Vec (&square)[kWidth]) {
  using P = Products<T, W>;
  constexpr int64_t kFetched = 64 / sizeof(W);
  Vec sums[R][kWeights] = {};
  int64_t d = 0;
  for (; d + kFetched <= depth; d += kFetched) {
    // The next weights, in the order of memory: the processor's own prefetching stops at every page.
#pragma GCC unroll 4
    for (int64_t k = 0; k < kWeights; ++k) {
      __builtin_prefetch((const char*)(weights[0] + kWeights * (depth + d)) + 64 * k);
    }
#pragma GCC unroll 4
    for (int64_t at = d; at < d + kFetched; at += P::kItems) {
      decltype(P::weight(weights[0])) weight[kWeights];
#pragma GCC unroll 4
      for (int64_t k = 0; k < kWeights; ++k) weight[k] = P::weight(weights[k] + at);
#pragma GCC unroll 4
      for (int64_t r = 0; r < R; ++r) {
        const auto item = P::row(x + r * depth + at);
#pragma GCC unroll 4
        for (int64_t k = 0; k < kWeights; ++k) sums[r][k] = P::add(sums[r][k], item, weight[k]);
      }
    }
  }
  for (; d < depth; d += kWidth) {
    for (int64_t r = 0; r < R; ++r) {
      const Vec item = widen_some(x + r * depth + d, depth - d);
      for (int64_t k = 0; k < kWeights; ++k) sums[r][k] += item * widen_some(weights[k] + d, depth - d);
    }
  }
  for (int64_t r = 0; r < R; ++r) {
    for (int64_t k = 0; k < kWeights; ++k) square[r * kWeights + k] = sums[r][k];
  }
}

// The R rows of x from the given one on, with the weights from i on.
template <int64_t R, typename T, typename W>
SECATEUR_INLINE void multiply_block(const secateur::FewRows<T>& x, int64_t first, const W* const* weights,
                                    Vec factors, int64_t i, int64_t count) {
  Vec square[kWidth] = {};
  dot_block<R>(x.at + first * x.depth, x.depth, weights, square);
  Items<T> items;
  narrow_row(items.at, sum_rows(square) * factors);
  for (int64_t r = 0; r < R; ++r) {
    std::memcpy(x.out + (first + r) * x.out_stride + i, items.at + r * kWeights, count * sizeof(T));
  }
}

// out[r][i] = factor(i) * sum over d of x[r][d] * weights[i][d].
template <typename T, typename W, typename F>
SECATEUR_INLINE void multiply_rows(const secateur::FewRows<T>& x, const W* weights, int64_t count,
                                   const F& factor) {
  for (int64_t i = 0; i < count; i += kWeights) {
    const W* together[kWeights];  // weights past the last are the last again
    Items<float> factors;
    for (int64_t k = 0; k < kWeights; ++k) {
      together[k] = weights + std::min(i + k, count - 1) * x.depth;
      for (int64_t r = 0; r < kRows; ++r) factors.at[r * kWeights + k] = factor(std::min(i + k, count - 1));
    }
    const int64_t here = std::min(kWeights, count - i);
    int64_t r = 0;
    for (; r + kRows <= x.count; r += kRows) {
      multiply_block<kRows>(x, r, together, widen_row(factors.at), i, here);
    }
    if constexpr (kRows > 2) {
      for (; r + 2 <= x.count; r += 2) multiply_block<2>(x, r, together, widen_row(factors.at), i, here);
    }
    for (; r < x.count; ++r) multiply_block<1>(x, r, together, widen_row(factors.at), i, here);
  }
}

template <typename T>
static void multiply(const secateur::FewRows<T>& x, const T* weights, int64_t count) {
  multiply_rows(x, weights, count, [](int64_t) { return 1.0f; });
}

// Weights in bytes, each with a factor.
template <typename T>
static void multiply_bytes(const secateur::FewRows<T>& x, const int8_t* weights, const float* scales,
                           int64_t count) {
  multiply_rows(x, weights, count, [&](int64_t i) { return scales[i]; });
}

}  // namespace
