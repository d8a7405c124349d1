// Products of the looks in float32.
#pragma once

#include "micro.h"
#include "scores.h"

namespace {

using secateur::kGroups;
using secateur::Means;
using secateur::Selection;

constexpr bool kBytes = false;

// Scores of the looks are in units of log2 times this.
constexpr float kUnit = 1.0f;

// Added to scores before they are weighed.
constexpr float kRaise = 0.0f;

// 2**((raised - kRaise) / kUnit); NaN weighs nothing, as in bytes.
SECATEUR_INLINE Vec look_weight(Vec raised) { return exp2<false>(maximum(raised, splat(-127.0f))); }

// Means of one head.
struct MeanBlocks {
  const float* items;  // [blocks, head_dim, kWidth]
};

static MeanBlocks mean_blocks(const Means& means, int64_t head, int64_t head_dim) {
  return {(const float*)means.items + head * blocks_of(means.count) * kWidth * head_dim};
}

static void keep_mean(const Selection& p, const Means& means, int64_t head, int64_t place,
                      const float* mean) {
  const int64_t block = head * blocks_of(means.count) + place / kWidth;
  float* column = (float*)means.items + block * kWidth * p.head_dim + place % kWidth;
  for (int64_t d = 0; d < p.head_dim; ++d) column[d * kWidth] = mean[d];
}

// Keys of one head.
struct KeyRows {
  const float* items;  // [keys, stride]
  int64_t stride;
  int64_t row_bytes;

  void prefetch(int64_t first, int64_t last) const {
    for (; first < last; ++first) prefetch_row<0>(items + first * stride, row_bytes);
  }
};

static KeyRows key_rows(const Selection& p, int64_t batch, int64_t kv_head) {
  return {(const float*)row_of(p.key, batch, kv_head, 0, sizeof(float)), p.key.token,
          p.head_dim * (int64_t)sizeof(float)};
}

static void keep_key(const Selection&, int64_t, int64_t, const float*) {}

// Means of queries, N of them, each against a block of mean keys at a time.
template <int N>
class GroupRows {
 public:
  static int64_t floats(int64_t) { return 0; }

  GroupRows(int64_t head_dim, float*) : head_dim_(head_dim) {}

  void load_rows(const float* rows, float factor) {
    rows_ = rows;
    factor_ = factor;
  }

  // Scores of B groups, one span in each lane.
  template <int B>
  __attribute__((always_inline)) void scores(Vec (&acc)[B][1], const MeanBlocks& means,
                                             int64_t block, int group) const {
    const float* row[B];
    for (int i = 0; i < B; ++i) {
      row[i] = rows_ + (group + i) * head_dim_;
      acc[i][0] = Vec{};
    }
    add_products(acc, row, means.items + block * kWidth * head_dim_, kWidth, head_dim_);
    for (int i = 0; i < B; ++i) acc[i][0] *= splat(factor_);
  }

 private:
  const float* rows_ = nullptr;  // [N, head_dim]
  int64_t head_dim_;
  float factor_ = 0.0f;
};

// Queries, one in each lane.
template <int L>
class SampleLanes {
 public:
  static constexpr int kRegisters = L / kWidth;

  static int64_t floats(int64_t head_dim) { return head_dim * L; }

  SampleLanes(int64_t head_dim, float* scratch) : columns_(scratch), head_dim_(head_dim) {}

  void load_rows(const float* const* rows, float factor) {
    gather_columns<L>((const void* const*)rows, head_dim_, columns_);
    factor_ = factor;
  }

  // What the products of some lanes are multiplied by to give scores.
  Vec factor(int) const { return splat(factor_); }

  // Products with B rows, one query in each lane.
  template <int B>
  __attribute__((always_inline)) void products(Vec (&acc)[B][kRegisters],
                                               const KeyRows& rows,
                                               const int32_t (&index)[B]) const {
    const float* row[B];
#pragma GCC unroll 16
    for (int i = 0; i < B; ++i) {
      row[i] = rows.items + index[i] * rows.stride;
#pragma GCC unroll 8
      for (int r = 0; r < kRegisters; ++r) acc[i][r] = Vec{};
    }
    add_products(acc, row, columns_, L, head_dim_);
  }

 private:
  float* columns_;  // [head_dim, L]
  int64_t head_dim_;
  float factor_ = 0.0f;
};

}  // namespace
