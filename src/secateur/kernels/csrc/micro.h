// The two products everything is made of, with queries in vector lanes; the sum over lanes.
#pragma once

#include "vector.h"

namespace {

template <typename T>
struct Storage;
template <>
struct Storage<float> {
  using Column = float;  // one item of a column
  static constexpr int kPack = 1;
};
template <>
struct Storage<uint16_t> {
  using Column = uint32_t;  // two bfloat16
  static constexpr int kPack = 2;
};

SECATEUR_INLINE float sum_of(Vec x) {
  float sum = 0.0f;
  for (int lane = 0; lane < kWidth; ++lane) sum += x[lane];
  return sum;
}

// Rows whose products with a number of registers of columns stay in registers.
constexpr int block_rows(int registers) {
  const int rows = (kWidth == 16 ? 24 : 10) / registers;
  return rows > 12 ? 12 : rows < 1 ? 1 : rows;
}

// acc[i][r] += sum over d of rows[i][d] * columns[d * stride + r * width].
template <int B, int G>
SECATEUR_INLINE void add_products(Vec (&acc)[B][G], const float* const* rows,
                                  const float* columns, int64_t stride, int64_t depth) {
  const float* row[B];
#pragma GCC unroll 16
  for (int i = 0; i < B; ++i) row[i] = rows[i];
#pragma GCC unroll 4
  for (int64_t d = 0; d < depth; ++d) {
    Vec column[G];
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) column[r] = load(columns + d * stride + r * kWidth);
#pragma GCC unroll 16
    for (int i = 0; i < B; ++i) {
      const Vec item = splat(row[i][d]);
#pragma GCC unroll 8
      for (int r = 0; r < G; ++r) acc[i][r] += item * column[r];
    }
  }
}

// acc[i][r] += sum over keys of rows[key][first + i] * columns[key * L + r * width].
template <int G, int L>
SECATEUR_INLINE void add_weighted(Vec (&acc)[kBlock][G], const float* const* rows, int64_t first,
                                  const float* columns, int count) {
#pragma GCC unroll 4
  for (int key = 0; key < count; ++key) {
    const float* row = rows[key] + first;
    Vec column[G];
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) column[r] = load(columns + key * L + r * kWidth);
#pragma GCC unroll 16
    for (int i = 0; i < kBlock; ++i) {
      const Vec item = splat(row[i]);
#pragma GCC unroll 8
      for (int r = 0; r < G; ++r) acc[i][r] += item * column[r];
    }
  }
}

#if defined(__AVX512BF16__)
SECATEUR_INLINE Vec dot_pairs(Vec acc, VecU a, VecU b) {
  return (Vec)_mm512_dpbf16_ps((__m512)acc, (__m512bh)a, (__m512bh)b);
}

SECATEUR_INLINE VecU splat_pair(const uint16_t* p) {
  uint32_t pair;
  std::memcpy(&pair, p, sizeof pair);
  return splat(pair);
}

// As above for bfloat16: a column item holds two neighbouring head dimensions.
template <int B, int G>
SECATEUR_INLINE void add_products(Vec (&acc)[B][G], const uint16_t* const* rows,
                                  const uint32_t* columns, int64_t stride, int64_t pairs) {
  const uint16_t* row[B];
#pragma GCC unroll 16
  for (int i = 0; i < B; ++i) row[i] = rows[i];
#pragma GCC unroll 4
  for (int64_t d = 0; d < pairs; ++d) {
    VecU column[G];
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) column[r] = load(columns + d * stride + r * kWidth);
#pragma GCC unroll 16
    for (int i = 0; i < B; ++i) {
      const VecU item = splat_pair(row[i] + 2 * d);
#pragma GCC unroll 8
      for (int r = 0; r < G; ++r) acc[i][r] = dot_pairs(acc[i][r], column[r], item);
    }
  }
}

// As above for bfloat16: items and columns hold two neighbouring keys.
template <int G, int L>
SECATEUR_INLINE void add_weighted(Vec (&acc)[kBlock][G], const uint32_t* items, int64_t stride,
                                  const uint32_t* columns, int pairs) {
#pragma GCC unroll 4
  for (int pair = 0; pair < pairs; ++pair) {
    VecU column[G];
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) column[r] = load(columns + pair * L + r * kWidth);
#pragma GCC unroll 16
    for (int i = 0; i < kBlock; ++i) {
      const VecU item = splat(items[pair * stride + i]);
#pragma GCC unroll 8
      for (int r = 0; r < G; ++r) acc[i][r] = dot_pairs(acc[i][r], column[r], item);
    }
  }
}
#endif

}  // namespace
