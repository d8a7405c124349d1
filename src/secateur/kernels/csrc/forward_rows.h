// Forward pass of one unit of few queries that all see the same keys, as in decoding. Vectors lie
// along the head dimension, as lanes of one query each would mostly be empty; a vector of scores
// holds neighbouring keys. Scores are in units of log2, relative to a running maximum, as in rows.h.
#pragma once

#include <algorithm>

#include "rows.h"

namespace {

template <typename T>
class RowForward {
  static constexpr int64_t kItems = kWidth * Storage<T>::kPack;  // of a vector
  static constexpr int kMostRows = 8;
  static constexpr int kTogether = 4;                  // rows that meet values in registers,
  static constexpr int kParts = kWidth == 16 ? 4 : 2;  // with so many vectors of each value
  static constexpr bool kPrecise = sizeof(T) == sizeof(float);

 public:
  // Whether a unit is one of these: few rows, whose keys lie side by side and are all visible.
  static bool covers(const Problem& p, const Unit& unit) {
    const bool few = unit.heads * unit.count <= kMostRows;
    const bool visible = !p.offsets && !p.key_mask && p.left < 0 && p.right < 0;
    return few && visible && !is_general(p) && p.head_dim % (kParts * kWidth) == 0;
  }

  // Needs less scratch memory than Forward.
  RowForward(const Problem& p, const Unit& unit, const Partial& partial, char* scratch)
      : p_(p), unit_(unit), partial_(partial), rows_((int)(unit.heads * unit.count)) {
    float* next = (float*)scratch;
    output_ = take(next, kMostRows * p.head_dim);
    queries_ = (T*)take(next, kMostRows * p.head_dim);
    weights_ = take(next, kMostRows * kChunk);
  }

  void run() {
    for (int row = 0; row < rows_; ++row) place_query(row);
    std::fill(output_, output_ + rows_ * p_.head_dim, 0.0f);
    for (int64_t first = unit_.run_first; first < unit_.run_last; first += kChunk) {
      const int count = (int)std::min<int64_t>(kChunk, unit_.run_last - first);
      const T* keys = row_at(p_.key, first);
      const T* values = row_at(p_.value, first);
      bool heavy = false;
      for (int row = 0; row < rows_; ++row) heavy |= weigh(row, keys, count);
      for (int row = 0; heavy && row < rows_; row += kTogether) {
        const int together = std::min(kTogether, rows_ - row);
        if (together == 1) add_values<1>(row, values, count);
        if (together == 2) add_values<2>(row, values, count);
        if (together == 3) add_values<3>(row, values, count);
        if (together == 4) add_values<4>(row, values, count);
      }
    }
    for (int row = 0; row < rows_; ++row) write(row);
  }

 private:
  const T* row_at(const Strided& x, int64_t key) const {
    return (const T*)row_of(x, unit_.batch, unit_.kv_head, key, sizeof(T));
  }
  int64_t head(int row) const { return unit_.head + row / unit_.count; }
  int64_t query(int row) const { return unit_.first + row % unit_.count; }
  T* query_at(int row) const { return queries_ + row * p_.head_dim; }

  // Rows are fetched a chunk ahead.
  void fetch(const T* rows, int64_t apart, int count) const {
    for (int i = kChunk; i < kChunk + count; ++i) {
      prefetch_row<0>(rows + i * apart, p_.head_dim * (int64_t)sizeof(T));
    }
  }

  // Fp32 queries are scaled now; bfloat16 ones would be rounded twice.
  void place_query(int row) {
    const T* from = (const T*)row_of(p_.query, unit_.batch, head(row), query(row), sizeof(T));
    std::copy(from, from + p_.head_dim, query_at(row));
    if constexpr (kPrecise) {
      const Vec factor = splat(p_.scale * kLog2E);
      for (int64_t d = 0; d < p_.head_dim; d += kWidth) {
        store(query_at(row) + d, load(query_at(row) + d) * factor);
      }
    }
    highest_[row] = kVisible;
    sum_[row] = Vec{};
  }

  static Vec add_product(Vec sum, const float* key, const float* query) {
    return sum + load_any(key) * load(query);
  }
#if defined(__AVX512BF16__)
  static Vec add_product(Vec sum, const uint16_t* key, const uint16_t* query) {
    return dot_pairs(sum, (VecU)load_any(key), (VecU)load_any(query));
  }
#endif

  // Scores of as many keys as a vector has items.
  template <bool Whole>
  Vec score(int row, const T* keys, int count) const {
    const T* query = query_at(row);
    const int64_t apart = p_.key.token;
    Vec sums[kWidth];
#pragma GCC unroll 16
    for (int i = 0; i < kWidth; ++i) sums[i] = Vec{};
    for (int64_t d = 0; d < p_.head_dim; d += kItems) {
      const T* key = keys + d;
#pragma GCC unroll 16
      for (int i = 0; i < kWidth; ++i) {
        sums[i] = add_product(sums[i], key, query + d);
        if (Whole || i + 1 < count) key += apart;
      }
    }
    Vec scores = sum_rows(sums);
    if constexpr (!kPrecise) scores *= splat(p_.scale * kLog2E);
    return scores;
  }

  // Of fewer keys, the others hidden.
  __attribute__((noinline)) Vec score_some(int row, const T* keys, int count) const {
    Vec scores = splat(kHidden);
    if (count <= 0) return scores;
    const Vec some = score<false>(row, keys, count);
    for (int i = 0; i < count; ++i) scores[i] = some[i];
    return scores;
  }

  // Makes weights of a row's scores of a chunk; false where all weigh nothing beside others.
  bool weigh(int row, const T* keys, int count) {
    Vec scores[kChunk / kWidth];
    Vec top = splat(kHidden);
    bool heavy = false;
    for (int i = 0; i < kChunk / kWidth; ++i) {
      const int first = i * kWidth;
      const T* key = keys + first * p_.key.token;
      if (row == 0) fetch(key, p_.key.token, kWidth);
      scores[i] = first + kWidth <= count ? score<true>(row, key, kWidth)
                                          : score_some(row, key, count - first);
      heavy |= any_not_under(scores[i], splat(highest_[row] - p_.margin));
      top = maximum(scores[i], top);
    }
    if (any_above(top, splat(highest_[row]))) raise(row, top);
    for (int i = 0; i < kChunk / kWidth; ++i) {
      const Vec weight = exp2<kPrecise>(scores[i] - splat(highest_[row]));
      sum_[row] += weight;
      store(weights_ + row * kChunk + i * kWidth, weight);
    }
    return heavy;
  }

  __attribute__((noinline)) void raise(int row, Vec top) {
    float highest = highest_[row];
    for (int lane = 0; lane < kWidth; ++lane) highest = std::max(highest, top[lane]);
    const Vec factor = exp2<true>(splat(highest_[row] - highest));
    highest_[row] = highest;
    sum_[row] *= factor;
    float* output = output_ + row * p_.head_dim;
    for (int64_t d = 0; d < p_.head_dim; d += kWidth) store(output + d, load(output + d) * factor);
  }

  // Adds a chunk's weighted values to the output of R rows. Each chunk is summed on its own first:
  // rounding then grows with the square root of the number of chunks, not of keys.
  template <int R>
  void add_values(int row, const T* values, int count) {
    const float* weights = weights_ + row * kChunk;
    for (int64_t d = 0; d < p_.head_dim; d += kParts * kWidth) {
      Vec sums[R][kParts] = {};
      for (int key = 0; key < count; ++key) {
        const T* value = values + key * p_.value.token + d;
        if (row == 0 && d == 0) fetch(value, p_.value.token, 1);
#pragma GCC unroll 4
        for (int k = 0; k < kParts; ++k) {
          const Vec item = widen_row(value + k * kWidth);
#pragma GCC unroll 4
          for (int r = 0; r < R; ++r) sums[r][k] += splat(weights[r * kChunk + key]) * item;
        }
      }
      for (int r = 0; r < R; ++r) {
        float* output = output_ + (row + r) * p_.head_dim + d;
        for (int k = 0; k < kParts; ++k) {
          store(output + k * kWidth, load(output + k * kWidth) + sums[r][k]);
        }
      }
    }
  }

  void write(int row) const {
    const float sum = sum_of(sum_[row]);
    const Vec inverse = splat(sum == 0.0f ? 0.0f : 1.0f / sum);
    const int64_t place = (unit_.batch * p_.heads + head(row)) * p_.queries + query(row);
    *(partial_.lse ? partial_.lse + row : p_.lse + place) =
        sum == 0.0f ? -__builtin_inff() : (__builtin_log2(sum) + highest_[row]) * kLn2;
    T* output = (T*)row_of(p_.output, unit_.batch, head(row), query(row), sizeof(T));
    for (int64_t d = 0; d < p_.head_dim; d += kWidth) {
      const Vec x = load(output_ + row * p_.head_dim + d) * inverse;
      if (partial_.output) {
        store_any(partial_.output + row * p_.head_dim + d, x);
      } else {
        narrow_row(output + d, x);
      }
    }
  }

  const Problem& p_;
  const Unit& unit_;
  const Partial& partial_;
  const int rows_;
  float* output_;   // [rows, D]
  T* queries_;      // [rows, D]
  float* weights_;  // [rows, kChunk]
  float highest_[kMostRows];  // score that weighs 1
  Vec sum_[kMostRows];        // weights, by place in a vector
};

// Computes one unit by the code for its kind.
template <typename T>
static void forward_unit(const Problem& p, const Unit& unit, const Partial& partial,
                         char* scratch) {
  if (RowForward<T>::covers(p, unit)) {
    RowForward<T>(p, unit, partial, scratch).run();
  } else {
    forward<T>(p, unit, partial, scratch);
  }
}

}  // namespace
