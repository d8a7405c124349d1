// Products of the looks in bytes. Softmax does not mind the same vector taken from every key, so keys
// are rounded after a mean of some of them is taken off, which is most of what is large in them
// (SageAttention, arXiv:2410.02367, section 4.2); every row has its own step.
#pragma once

#include <algorithm>
#include <cmath>

#include "micro.h"
#include "scores.h"
#if defined(__AMX_INT8__)
#include "looks_tiles.h"
#endif

namespace {

using secateur::Means;
using secateur::Selection;

constexpr bool kBytes = true;
constexpr int kZero = 128;  // the byte that stands for 0 in a key
#if defined(__AMX_INT8__)
constexpr bool kTileLooks = true;
#else
constexpr bool kTileLooks = false;
constexpr int kTileRows = 16;
#endif

// Scores of the looks are in units of log2 times this, so that they are bits of a float: a weight is
// then one conversion, straight between two powers of 2 and right in the mean, within 4 %
// (Schraudolph, Neural Computation 11(4), 1999).
constexpr float kUnit = 0x1p23f;

// Added to scores before they are weighed: the exponent's bias. References take it in for nothing.
constexpr float kRaise = kUnit * (127.0f - 0.0576f);

// 2**((raised - kRaise) / kUnit); 0 under 2**-126.
SECATEUR_INLINE Vec look_weight(Vec raised) {
  return (Vec)_mm512_cvtps_epi32((__m512)maximum(raised, Vec{}));
}

// Rounds a row, less `centre` where there is one, to whole steps from -127 to 127 and returns the
// step. Bytes are `first` above the rounded values.
template <typename T>
static float round_row(const T* row, const float* centre, int64_t head_dim, int first,
                       uint8_t* bytes) {
  const auto at = [&](int64_t d) {
    const Vec x = widen_row(row + d);
    return centre ? x - load_any(centre + d) : x;
  };
  const auto one = [&](int64_t d) { return widen(row[d]) - (centre ? centre[d] : 0.0f); };
  const int64_t whole = head_dim / kWidth * kWidth;
  Vec high{};
  for (int64_t d = 0; d < whole; d += kWidth) {
    high = maximum(high, (Vec)_mm512_abs_ps((__m512)at(d)));
  }
  float largest = _mm512_reduce_max_ps((__m512)high);
  for (int64_t d = whole; d < head_dim; ++d) largest = std::max(largest, std::fabs(one(d)));
  const float step = largest / 127.0f, inverse = largest > 0.0f ? 127.0f / largest : 0.0f;
  for (int64_t d = 0; d < whole; d += kWidth) {
    const __m512i rounded = _mm512_cvtps_epi32((__m512)(at(d) * splat(inverse)));
    _mm_storeu_si128((__m128i*)(bytes + d),
                     _mm512_cvtepi32_epi8(_mm512_add_epi32(rounded, _mm512_set1_epi32(first))));
  }
  for (int64_t d = whole; d < head_dim; ++d) {
    bytes[d] = (uint8_t)((int)std::nearbyint(one(d) * inverse) + first);
  }
  return step;
}

// Means of one head, four neighbouring head dimensions side by side.
struct MeanBlocks {
  const uint8_t* items;  // [blocks, head_dim / 4, kWidth, 4]
  const float* steps;    // [blocks, kWidth]
};

static MeanBlocks mean_blocks(const Means& means, int64_t head, int64_t head_dim) {
  const int64_t row = head * blocks_of(means.count) * kWidth;
  return {(const uint8_t*)means.items + row * head_dim, means.steps + row};
}

static void keep_mean(const Selection& p, const Means& means, int64_t head, int64_t place,
                      const float* mean) {
  uint8_t bytes[256];
  const int64_t row = head * blocks_of(means.count) * kWidth + place;
  means.steps[row] = round_row(mean, p.centres + head * p.head_dim, p.head_dim, kZero, bytes);
  uint8_t* column = (uint8_t*)means.items + row / kWidth * kWidth * p.head_dim + row % kWidth * 4;
  for (int64_t d = 0; d < p.head_dim; d += 4) std::memcpy(column + d * kWidth, bytes + d, 4);
}

// Keys of one head.
struct KeyRows {
  const uint8_t* items;  // [keys, stride]
  int64_t stride;
  const float* steps;  // [keys]

  void prefetch(int64_t first, int64_t last) const {
    prefetch_row<0>(items + first * stride, (last - first) * stride);
    prefetch_row<0>(steps + first, (last - first) * sizeof(float));
  }
};

static KeyRows key_rows(const Selection& p, int64_t batch, int64_t kv_head) {
  const int64_t row = (batch * p.kv_heads + kv_head) * p.keys;
  return {p.key_bytes + row * p.head_dim, p.head_dim, p.key_steps + row};
}

template <typename T>
static void keep_key(const Selection& p, int64_t head, int64_t token, const T* key) {
  const int64_t row = head * p.keys + token;
  const float* centre = p.centres + head * p.head_dim;
  p.key_steps[row] = round_row(key, centre, p.head_dim, kZero, p.key_bytes + row * p.head_dim);
}

// Means of queries, N of them, rounded to bytes, each against a block of mean keys at a time.
template <int N>
class GroupRows {
  static constexpr int kRows = kTileLooks ? kTileRows : N;  // a register tile is filled up with zeros

 public:
  static int64_t floats(int64_t head_dim) {
    return words(head_dim) + (kTileLooks ? 2 * kRows * kWidth : 0);
  }

  GroupRows(int64_t head_dim, float* scratch)
      : bytes_((uint8_t*)scratch),
        products_((int32_t*)scratch + words(head_dim)),
        head_dim_(head_dim) {
    if constexpr (kTileLooks) {
      std::fill_n(bytes_, kRows * head_dim, 0);
      std::fill_n(starts(), kRows * kWidth, 0);
    }
  }

  void load_rows(const float* rows, float factor) {
    for (int group = 0; group < N; ++group) {
      uint8_t* bytes = bytes_ + group * head_dim_;
      const float* row = rows + group * head_dim_;
      factor_[group] = factor * round_row(row, nullptr, head_dim_, 0, bytes);
      int32_t sum = 0;
      for (int64_t d = 0; d < head_dim_; ++d) sum += (int8_t)bytes[d];
      start_[group] = -kZero * sum;
      if constexpr (kTileLooks) std::fill_n(starts() + group * kWidth, kWidth, start_[group]);
    }
  }

  // Scores of B groups, one span in each lane. Of a block, groups are asked for from the first on.
  template <int B>
  __attribute__((always_inline)) void scores(Vec (&acc)[B][1], const MeanBlocks& means,
                                             int64_t block, int group) const {
    __m512i sum[B];
    multiply(sum, means.items + block * kWidth * head_dim_, group);
    const Vec step = load_any(means.steps + block * kWidth);
#pragma GCC unroll 16
    for (int i = 0; i < B; ++i) {
      acc[i][0] = (Vec)_mm512_cvtepi32_ps(sum[i]) * (step * splat(factor_[group + i]));
    }
  }

 private:
#if defined(__AMX_INT8__)
  template <int B>
  __attribute__((always_inline)) void multiply(__m512i (&sum)[B], const uint8_t* block,
                                               int group) const {
    if (group == 0) multiply_means(products_, starts(), bytes_, block, head_dim_);
#pragma GCC unroll 16
    for (int i = 0; i < B; ++i) sum[i] = _mm512_load_si512(products_ + (group + i) * kWidth);
  }
#else
  template <int B>
  __attribute__((always_inline)) void multiply(__m512i (&sum)[B], const uint8_t* block,
                                               int group) const {
    const uint8_t* row[B];
#pragma GCC unroll 16
    for (int i = 0; i < B; ++i) {
      row[i] = bytes_ + (group + i) * head_dim_;
      sum[i] = _mm512_set1_epi32(start_[group + i]);
    }
#pragma GCC unroll 2
    for (int64_t d = 0; d < head_dim_; d += 4) {
      const __m512i column = _mm512_load_si512(block + d * kWidth);
#pragma GCC unroll 16
      for (int i = 0; i < B; ++i) {
        int32_t four;
        std::memcpy(&four, row[i] + d, sizeof four);
        sum[i] = _mm512_dpbusd_epi32(sum[i], column, _mm512_set1_epi32(four));
      }
    }
  }
#endif

  // Room for the rows, in whole vectors.
  static int64_t words(int64_t head_dim) { return (kRows * head_dim / 4 + 15) / 16 * 16; }

  int32_t* starts() const { return products_ + kRows * kWidth; }

  uint8_t* bytes_;     // [kRows, head_dim]
  int32_t* products_;  // [2, kRows, kWidth] of a block, and what they start from
  int64_t head_dim_;
  int32_t start_[N];
  float factor_[N];
};

}  // namespace
