// What happens to scores besides the product: bias, visibility, dropout; and the moves between
// rows in memory and columns with one query in each lane.
#pragma once

#include "dropout.h"
#include "lanes.h"

namespace {

constexpr float kLog2E = 1.44269504f, kLn2 = 0.69314718f;
constexpr float kHidden = -1e30f;   // score of an invisible pair
constexpr float kVisible = -1e29f;  // every score of a visible pair is above

// Cuts the next piece off a scratch area.
SECATEUR_INLINE float* take(float*& next, int64_t count) {
  float* taken = next;
  next += count;
  return taken;
}

// Copies the bias of a chunk to columns, in units of log2.
template <int L>
static void load_bias(float* columns, const Problem& p, const Lanes<L>& lanes, const int32_t* keys,
                      int count) {
  for (int lane = 0; lane < L; ++lane) {
    const float* row = (const float*)row_of(p.bias, lanes.batch, lanes.head[lane],
                                            lanes.index[lane], sizeof(float));
    for (int i = 0; i < count; ++i) {
      columns[i * L + lane] = keys[i] < 0 ? 0.0f : row[keys[i]] * kLog2E;
    }
  }
}

// Adds the bias and hides what a lane must not see.
template <int L, int G>
SECATEUR_INLINE void restrict_scores(Vec (&acc)[kBlock][G], const Problem& p,
                                     const Lanes<L>& lanes, const int32_t* keys, const float* bias,
                                     int lane) {
#pragma GCC unroll 8
  for (int r = 0; r < G; ++r) {
    const VecI low = load(lanes.low + lane + r * kWidth);
    const VecI high = load(lanes.high + lane + r * kWidth);
#pragma GCC unroll 16
    for (int i = 0; i < kBlock; ++i) {
      Vec score = acc[i][r];
      if (p.bias.data) score += load(bias + i * L + lane + r * kWidth);
      const VecI key = (VecI)splat((uint32_t)keys[i]);
      const VecI hidden = (key < low) | (key > high) | (score < splat(kHidden));
      acc[i][r] = hidden ? splat(kHidden) : score;
    }
  }
}

// A weight scaled up, or zero where it is dropped; `row` is the hash of each lane's row.
SECATEUR_INLINE Vec drop(Vec weight, const Problem& p, VecU row, int32_t key) {
  const VecU word = mix(row + splat((uint32_t)key * 0x9E3779B1u));
  return word >= splat(p.drop_below) ? weight * splat(p.keep_scale) : Vec{};
}

template <int L, int G>
SECATEUR_INLINE void drop_weights(Vec (&acc)[kBlock][G], const Problem& p, const Lanes<L>& lanes,
                                  const int32_t* keys, int lane) {
#pragma GCC unroll 8
  for (int r = 0; r < G; ++r) {
    const VecU row = load(lanes.hash + lane + r * kWidth);
#pragma GCC unroll 16
    for (int i = 0; i < kBlock; ++i) acc[i][r] = drop(acc[i][r], p, row, keys[i]);
  }
}

// Writes rows that lie in memory one per lane as columns: columns[i * L + lane] = rows[lane][i],
// for 32-bit items.
template <int L>
static void gather_columns(const void* const* rows, int64_t items, float* columns) {
  int64_t i = 0;
  for (; i + kWidth <= items; i += kWidth) {
    for (int lane = 0; lane < L; lane += kWidth) {
      Vec square[kWidth];
      for (int k = 0; k < kWidth; ++k) square[k] = load_any((const float*)rows[lane + k] + i);
      transpose(square);
      for (int k = 0; k < kWidth; ++k) store(columns + (i + k) * L + lane, square[k]);
    }
  }
  for (; i < items; ++i) {
    for (int lane = 0; lane < L; ++lane) {
      std::memcpy(columns + i * L + lane, (const float*)rows[lane] + i, sizeof(float));
    }
  }
}

}  // namespace
