// What happens to scores besides the product: cap, bias, visibility, dropout; and the moves between
// rows in memory and columns with one query in each lane.
#pragma once

#include "dropout.h"
#include "lanes.h"

namespace {

constexpr float kLog2E = 1.44269504f;
constexpr double kLn2 = 0.69314718055994531;
constexpr float kHidingBias = -1e29f * kLog2E;  // a bias at or under hides, as in kernels/masks.py
constexpr float kVisible = -2e29f;  // every score of a visible pair is above
constexpr float kHidden = -1e30f;   // score of an invisible pair

// Whether more happens to every score than that some are invisible.
static bool is_general(const Problem& p) { return p.bias.data || p.dropout || p.softcap > 0.0f; }

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

// The hyperbolic tangent: near 0 by a polynomial (S. Moshier, Cephes), where the difference of two
// exponentials would lose digits.
SECATEUR_INLINE Vec tanh(Vec x) {
  const Vec size = maximum(x, -x), square = x * x;
  Vec p = splat(-5.70498872745e-3f);
  p = p * square + splat(2.06390887954e-2f);
  p = p * square + splat(-5.37397155531e-2f);
  p = p * square + splat(1.33314422036e-1f);
  p = p * square + splat(-3.33332819422e-1f);
  const Vec near = p * square * x + x;
  const Vec falling = exp2<true>(size * splat(-2.0f * kLog2E));
  const Vec far = (splat(1.0f) - falling) / (splat(1.0f) + falling);
  return size < splat(0.625f) ? near : x < Vec{} ? -far : far;
}

// Bends scores under the cap; see `restrict_scores`.
template <int L, int G>
SECATEUR_INLINE void cap_scores(Vec (&acc)[kBlock][G], const Problem& p, const float* start,
                                float* slopes) {
  const Vec cap = splat(p.softcap * kLog2E), inverse = splat(1.0f / (p.softcap * kLog2E));
#pragma GCC unroll 8
  for (int r = 0; r < G; ++r) {
    const Vec level = start ? load(start + r * kWidth) : Vec{};
#pragma GCC unroll 16
    for (int i = 0; i < kBlock; ++i) {
      const Vec bent = tanh((acc[i][r] - level) * inverse);
      acc[i][r] = bent * cap + level;
      if (slopes) store(slopes + i * L + r * kWidth, splat(1.0f) - bent * bent);
    }
  }
}

// Caps scores, adds the bias and hides what a lane must not see. Scores are relative to `start`, null
// for 0; the cap's derivative goes to `slopes`, null where nobody asks for it.
template <int L, int G>
SECATEUR_INLINE void restrict_scores(Vec (&acc)[kBlock][G], const Problem& p,
                                     const Lanes<L>& lanes, const int32_t* keys, const float* bias,
                                     int lane, const float* start, float* slopes = nullptr) {
  if (p.softcap > 0.0f) cap_scores<L>(acc, p, start, slopes);
#pragma GCC unroll 8
  for (int r = 0; r < G; ++r) {
    const VecI low = load(lanes.low + lane + r * kWidth);
    const VecI high = load(lanes.high + lane + r * kWidth);
#pragma GCC unroll 16
    for (int i = 0; i < kBlock; ++i) {
      Vec score = acc[i][r];
      const VecI key = (VecI)splat((uint32_t)keys[i]);
      VecI hidden = (key < low) | (key > high);
      if (p.bias.data) {
        const Vec added = load(bias + i * L + lane + r * kWidth);
        score += added;
        hidden |= added <= splat(kHidingBias);  // whatever the score, NaN too
      }
      acc[i][r] = hidden | (score < splat(kHidden)) ? splat(kHidden) : score;
    }
  }
}

// Whether some score is NaN, which their maximum may not show.
template <int G>
SECATEUR_INLINE bool any_nan(const Vec (&acc)[kBlock][G]) {
  bool some = false;
#pragma GCC unroll 8
  for (int r = 0; r < G; ++r) {
#pragma GCC unroll 16
    for (int i = 0; i < kBlock; ++i) some |= any_not_under(acc[i][r], splat(__builtin_inff()));
  }
  return some;
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
