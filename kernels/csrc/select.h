// Selection of one query tile, in two looks. The first scores every span by its mean key against
// sixteen group means of the tile's queries. The second computes real scores of sampled queries,
// two of each group, for the spans whose first estimate is not far under the bar. Weights are
// relative to a reference of each group and are normalised once, over both looks.
#pragma once

#include <algorithm>

#include "micro.h"
#include "scores.h"

namespace {

using secateur::Kept;
using secateur::Run;
using secateur::Selection;

constexpr int kGroups = secateur::kGroups;    // lanes of the first look
constexpr int kSamples = secateur::kSamples;  // lanes of the second
constexpr int kPerGroup = kSamples / kGroups;
constexpr float kHighest = 60.0f;  // log2 of the largest weight against its reference

// Writes the mean of some rows; zeros where there are none.
template <typename T>
static void average_rows(T* mean, const T* const* rows, int count, int64_t head_dim) {
  const float share = count ? 1.0f / (float)count : 0.0f;
  int64_t d = 0;
  for (; d + kWidth <= head_dim; d += kWidth) {
    Vec sum{};
    for (int i = 0; i < count; ++i) sum += widen_row(rows[i] + d);
    narrow_row(mean + d, sum * splat(share));
  }
  for (; d < head_dim; ++d) {
    float sum = 0.0f;
    for (int i = 0; i < count; ++i) sum += widen(rows[i][d]);
    narrow(mean + d, sum * share);
  }
}

template <typename T>
class Selector {
  using Column = typename Storage<T>::Column;
  static constexpr int kPack = Storage<T>::kPack;

 public:
  static int64_t scratch_floats(const Selection& p) {
    const int64_t padded = padded_count(p.n_spans);
    return p.head_dim * (2 * kGroups + kSamples) + padded * (kGroups + 4) +
           padded_count(p.max_looks) * (kSamples + 2 * p.longest_span);
  }

  Selector(const Selection& p, const secateur::TileUnit& unit, float* scratch)
      : p_(p),
        unit_(unit),
        spans_(p.spans + unit.batch * (p.n_spans + 1)),
        before_(p.before + unit.batch * (p.keys + 1)),
        kv_head_(unit.head / (p.heads / p.kv_heads)) {
    const int64_t padded = padded_count(p.n_spans);
    group_columns_ = (Column*)take(scratch, p.head_dim * kGroups);
    sample_columns_ = (Column*)take(scratch, p.head_dim * kSamples);
    means_ = (T*)take(scratch, p.head_dim * kGroups);
    weights_ = take(scratch, padded * kGroups);
    measured_ = take(scratch, padded_count(p.max_looks) * kSamples);
    probability_ = take(scratch, padded);
    pairs_ = take(scratch, padded);
    looks_ = (int32_t*)take(scratch, padded);
    flags_ = (uint8_t*)take(scratch, padded);
    tokens_ = (int32_t*)take(scratch, padded_count(p.max_looks) * p.longest_span);
    slots_ = (int32_t*)take(scratch, padded_count(p.max_looks) * p.longest_span);
  }

  void run(Kept& kept) {
    place_queries();
    kept.live = live_ > 0;
    if (!kept.live) return;
    count_pairs();
    kept.visible = total_pairs_;
    load_queries();
    first_look();
    choose_looks();
    second_look();
    combine();
    keep(kept);
    write_runs(kept);
  }

 private:
  // Room for a whole vector past the last item, and cache lines for what follows.
  static int64_t padded_count(int64_t count) { return (count + 31) / 16 * 16; }

  enum : uint8_t { kAlways = 1, kLooked = 2, kKeep = 4 };

  void place_queries() {
    const int64_t first = unit_.tile * secateur::kTile;
    const int64_t last = std::min<int64_t>(first + secateur::kTile, p_.queries);
    const int64_t shift = p_.keys - p_.queries;
    const bool* mask = p_.key_mask && shift == 0 ? p_.key_mask + unit_.batch * p_.keys : nullptr;
    for (int64_t query = first; query < last; ++query) {
      if (!mask || mask[query]) queries_[live_++] = (int32_t)query;
    }
    near_low_ = first + shift - p_.local;
    near_high_ = last - 1 + shift + p_.local;
    const int64_t reach = p_.causal && live_ ? queries_[live_ - 1] + shift + 1 : p_.keys;
    visible_ = std::lower_bound(spans_, spans_ + p_.n_spans, (int32_t)reach) - spans_;
    for (int lane = 0; lane < kGroups && live_; ++lane) {
      const int begin = live_ * lane / kGroups;
      const int count = std::max(1, live_ * (lane + 1) / kGroups - begin);
      group_first_[lane] = begin;
      group_count_[lane] = count;
      group_position_[lane] = (int32_t)(queries_[begin + count - 1] + shift);
      for (int k = 0; k < kPerGroup; ++k) {
        const int sample = lane * kPerGroup + k;
        sampled_[sample] = queries_[begin + count * (2 * k + 1) / (2 * kPerGroup)];
        sample_position_[sample] = (int32_t)(sampled_[sample] + shift);
      }
    }
  }

  // Visible (query, key) pairs of each span: at once where every query sees the whole span.
  void count_pairs() {
    const int64_t shift = p_.keys - p_.queries;
    const int64_t whole = p_.causal ? queries_[0] + shift + 1 : p_.keys;
    total_pairs_ = 0;
    int64_t first = -1;
    for (int64_t j = 0; j < visible_; ++j) {
      const int32_t start = spans_[j], end = spans_[j + 1];
      int64_t pairs = 0;
      if (end <= whole) {
        pairs = (int64_t)live_ * (before_[end] - before_[start]);
      } else {
        for (int i = 0; i < live_; ++i) {
          const int64_t seen = std::clamp<int64_t>(queries_[i] + shift + 1, start, end);
          pairs += before_[seen] - before_[start];
        }
      }
      pairs_[j] = (float)pairs;
      total_pairs_ += pairs;
      if (first < 0 && pairs) first = j;
      const bool near = end > near_low_ && start <= near_high_;
      flags_[j] = pairs && (near || j == first) ? kAlways : 0;
    }
  }

  void load_queries() {
    const void* rows[kSamples];
    for (int lane = 0; lane < kSamples; ++lane) {
      rows[lane] = row_of(p_.query, unit_.batch, unit_.head, sampled_[lane], sizeof(T));
    }
    gather_columns<kSamples>(rows, p_.head_dim / kPack, (float*)sample_columns_);
    for (int lane = 0; lane < kGroups; ++lane) {
      T* mean = means_ + lane * p_.head_dim;
      average(mean, lane);
      rows[lane] = mean;
    }
    gather_columns<kGroups>(rows, p_.head_dim / kPack, (float*)group_columns_);
  }

  void average(T* mean, int lane) const {
    const T* rows[secateur::kTile];
    for (int i = 0; i < group_count_[lane]; ++i) {
      const int32_t query = queries_[group_first_[lane] + i];
      rows[i] = (const T*)row_of(p_.query, unit_.batch, unit_.head, query, sizeof(T));
    }
    average_rows(mean, rows, group_count_[lane], p_.head_dim);
  }

  void first_look() {
    const T* means = (const T*)p_.means +
                     (unit_.batch * p_.kv_heads + kv_head_) * p_.n_spans * p_.head_dim;
    const float* log_counts = p_.log_counts + unit_.batch * p_.n_spans;
    Vec top[kGroups / kWidth];
    for (Vec& x : top) x = splat(kHidden);
    constexpr int B = block_rows(kGroups / kWidth);
    for (int64_t j = 0; j < visible_; j += B) {
      const T* rows[B];
      for (int i = 0; i < B; ++i) rows[i] = means + std::min(j + i, visible_ - 1) * p_.head_dim;
      Vec acc[B][kGroups / kWidth];
      scaled_products<kGroups>(acc, rows, group_columns_);
      const int count = (int)std::min<int64_t>(B, visible_ - j);
      for (int i = 0; i < count; ++i) {
        const int32_t start = spans_[j + i];
        const float* bias = p_.bias.data ? span_bias(j + i) : nullptr;
        for (int r = 0; r < kGroups / kWidth; ++r) {
          Vec score = acc[i][r] + splat(log_counts[j + i]);
          if (bias) score += load(bias + r * kWidth);
          if (p_.causal) {
            const VecI position = load(group_position_ + r * kWidth);
            score = (VecI)splat((uint32_t)start) > position ? splat(kHidden) : score;
          }
          top[r] = maximum(top[r], score);
          store(weights_ + (j + i) * kGroups + r * kWidth, score);
        }
      }
    }
    for (int r = 0; r < kGroups / kWidth; ++r) {
      store(reference_ + r * kWidth, maximum(top[r], splat(kVisible)));  // a group may see nothing
    }
    for (int i = 0; i < kSamples; ++i) sample_reference_[i] = reference_[i / kPerGroup];
    weigh();
  }

  // Turns the first look's scores into weights against the reference, and probabilities.
  void weigh() {
    constexpr int R = kGroups / kWidth;
    Vec total[R], reference[R];
    for (int r = 0; r < R; ++r) {
      total[r] = Vec{};
      reference[r] = load(reference_ + r * kWidth);
    }
    for (int64_t j = 0; j < visible_; ++j) {
      for (int r = 0; r < R; ++r) {
        float* place = weights_ + j * kGroups + r * kWidth;
        const Vec weight = exp2<false>(load(place) - reference[r]);
        store(place, weight);
        total[r] += weight;
      }
    }
    alignas(64) float inverse[kGroups];
    for (int r = 0; r < R; ++r) {
      store(total_ + r * kWidth, total[r]);
      store(inverse + r * kWidth, total[r] > Vec{} ? splat(1.0f / kGroups) / total[r] : Vec{});
    }
    sum_lanes<kGroups>(weights_, inverse, probability_, visible_);
  }

  // Spans not far under the bar, and the always-kept ones: what weighs much must be weighed right,
  // or it distorts the rest. The likeliest, where there are too many.
  void choose_looks() {
    const float bar = p_.thresholds[unit_.head] / total_pairs_;
    int64_t count = 0;
    for (int64_t j = 0; j < visible_; ++j) {
      const bool likely = probability_[j] >= p_.look_low * bar * pairs_[j];
      if (pairs_[j] && (likely || flags_[j])) looks_[count++] = (int32_t)j;
    }
    if (count > p_.max_looks) {
      const auto likelier = [&](int32_t a, int32_t b) {
        return std::pair(flags_[a], probability_[a]) > std::pair(flags_[b], probability_[b]);
      };
      std::nth_element(looks_, looks_ + p_.max_looks, looks_ + count, likelier);
      count = p_.max_looks;
      std::sort(looks_, looks_ + count);
    }
    n_looks_ = count;
  }

  void second_look() {
    const bool* mask = p_.key_mask ? p_.key_mask + unit_.batch * p_.keys : nullptr;
    int64_t count = 0;
    for (int64_t slot = 0; slot < n_looks_; ++slot) {
      const int32_t j = looks_[slot];
      flags_[j] |= kLooked;
      for (int lane = 0; lane < kSamples; lane += kWidth) {
        store(measured_ + slot * kSamples + lane, Vec{});
      }
      for (int32_t token = spans_[j]; token < spans_[j + 1]; ++token) {
        if (mask && !mask[token]) continue;
        tokens_[count] = token;
        slots_[count++] = (int32_t)slot;
      }
    }
    const T* keys = (const T*)row_of(p_.key, unit_.batch, kv_head_, 0, sizeof(T));
    constexpr int B = block_rows(kSamples / kWidth);
    for (int64_t k = 0; k < count; k += B) {
      const T* rows[B];
      for (int i = 0; i < B; ++i) rows[i] = keys + tokens_[std::min(k + i, count - 1)] * p_.key.token;
      Vec acc[B][kSamples / kWidth];
      scaled_products<kSamples>(acc, rows, sample_columns_);
      const int real = (int)std::min<int64_t>(B, count - k);
      for (int i = 0; i < real; ++i) add_measured(acc[i], tokens_[k + i], slots_[k + i]);
    }
  }

  __attribute__((always_inline)) void add_measured(const Vec (&scores)[kSamples / kWidth], int32_t token,
                                    int32_t slot) {
    alignas(64) float bias[kSamples];
    if (p_.bias.data) {
      for (int lane = 0; lane < kSamples; ++lane) bias[lane] = bias_at(sampled_[lane], token);
    }
    for (int r = 0; r < kSamples / kWidth; ++r) {
      Vec score = scores[r] - load(sample_reference_ + r * kWidth);
      if (p_.bias.data) score += load(bias + r * kWidth);
      const Vec high = splat(kHighest);
      score = score > high ? high : score;
      if (p_.causal) {
        const VecI position = load(sample_position_ + r * kWidth);
        score = (VecI)splat((uint32_t)token) > position ? splat(kHidden) : score;
      }
      float* place = measured_ + slot * kSamples + r * kWidth;
      store(place, load(place) + exp2<false>(score));
    }
  }

  // Normalises both looks together: what a sampled query did not look at weighs what its group's
  // first look gave it.
  void combine() {
    alignas(64) float rest[kGroups], inverse[kSamples], group_inverse[kGroups];
    for (int lane = 0; lane < kGroups; ++lane) rest[lane] = total_[lane];
    for (int lane = 0; lane < kSamples; ++lane) inverse[lane] = 0.0f;
    for (int64_t slot = 0; slot < n_looks_; ++slot) {
      const float* first = weights_ + looks_[slot] * kGroups;
      for (int lane = 0; lane < kGroups; lane += kWidth) {
        store(rest + lane, load(rest + lane) - load(first + lane));
      }
      for (int lane = 0; lane < kSamples; lane += kWidth) {
        store(inverse + lane, load(inverse + lane) + load(measured_ + slot * kSamples + lane));
      }
    }
    for (int lane = 0; lane < kGroups; ++lane) {
      group_inverse[lane] = 0.0f;
      for (int sample = lane * kPerGroup; sample < (lane + 1) * kPerGroup; ++sample) {
        const float total = std::max(rest[lane], 0.0f) + inverse[sample];
        inverse[sample] = total > 0.0f ? 1.0f / ((float)kSamples * total) : 0.0f;
        group_inverse[lane] += inverse[sample];
      }
    }
    sum_lanes<kGroups>(weights_, group_inverse, probability_, visible_);
    float* looked = weights_;  // the first look is spent
    sum_lanes<kSamples>(measured_, inverse, looked, n_looks_);
    for (int64_t slot = 0; slot < n_looks_; ++slot) probability_[looks_[slot]] = looked[slot];
  }

  void keep(Kept& kept) {
    const float bar = p_.thresholds[unit_.head] / total_pairs_;
    int64_t count = 0;
    for (int64_t j = 0; j < visible_; ++j) {
      if (flags_[j] & kAlways) {
        flags_[j] |= kKeep;
      } else if (pairs_[j] && probability_[j] >= bar * pairs_[j]) {
        looks_[count++] = (int32_t)j;
      }
    }
    if (count > p_.cap) {
      std::nth_element(looks_, looks_ + p_.cap, looks_ + count, [&](int32_t a, int32_t b) {
        return probability_[a] > probability_[b] || (probability_[a] == probability_[b] && a < b);
      });
      count = p_.cap;
    }
    for (int64_t i = 0; i < count; ++i) flags_[looks_[i]] |= kKeep;
    for (int64_t j = 0; j < visible_; ++j) {
      if (!(flags_[j] & kKeep)) continue;
      kept.mass += probability_[j];
      kept.pairs += pairs_[j];
    }
  }

  // Joins neighbours, which the kernel walks faster, and puts the heaviest run first.
  void write_runs(Kept& kept) const {
    for (int64_t j = 0; j < visible_; ++j) {
      if (!(flags_[j] & kKeep)) continue;
      const float weight = probability_[j] / pairs_[j];
      if (!kept.runs.empty() && kept.runs.back().end == spans_[j]) {
        kept.runs.back().end = spans_[j + 1];
        kept.runs.back().weight = std::max(kept.runs.back().weight, weight);
      } else {
        kept.runs.push_back({spans_[j], spans_[j + 1], weight});
      }
    }
    std::stable_sort(kept.runs.begin(), kept.runs.end(),
                     [](const Run& a, const Run& b) { return a.weight > b.weight; });
  }

  // Scores of B keys in units of log2, one query or group in each lane.
  template <int L, int B>
  __attribute__((always_inline)) void scaled_products(Vec (&acc)[B][L / kWidth],
                                                      const T* const* rows,
                                                      const Column* columns) const {
    const Vec factor = splat(p_.scale * kLog2E);
#pragma GCC unroll 16
    for (int i = 0; i < B; ++i) {
#pragma GCC unroll 8
      for (int r = 0; r < L / kWidth; ++r) acc[i][r] = Vec{};
    }
    add_products(acc, rows, columns, L, p_.head_dim / kPack);
#pragma GCC unroll 16
    for (int i = 0; i < B; ++i) {
#pragma GCC unroll 8
      for (int r = 0; r < L / kWidth; ++r) acc[i][r] *= factor;
    }
  }

  float bias_at(int64_t query, int64_t key) const {
    const char* row = row_of(p_.bias, unit_.batch, unit_.head, query, sizeof(float));
    return ((const float*)row)[key] * kLog2E;
  }

  // The bias of each group's middle query at the span's middle key.
  const float* span_bias(int64_t j) {
    const int32_t key = (spans_[j] + spans_[j + 1]) / 2;
    for (int lane = 0; lane < kGroups; ++lane) {
      bias_[lane] = bias_at(queries_[group_first_[lane] + group_count_[lane] / 2], key);
    }
    return bias_;
  }

  const Selection& p_;
  const secateur::TileUnit& unit_;
  const int32_t* spans_;
  const int32_t* before_;
  const int64_t kv_head_;
  Column* group_columns_;
  Column* sample_columns_;
  T* means_;
  float* weights_;      // [spans, kGroups]
  float* measured_;     // [looks, kSamples]
  float* probability_;  // [spans]
  float* pairs_;        // [spans]
  int32_t* looks_;      // [spans]
  uint8_t* flags_;      // [spans]
  int32_t* tokens_;     // keys of the second look, and the look each belongs to
  int32_t* slots_;
  int live_ = 0;
  int64_t near_low_ = 0, near_high_ = 0;
  int64_t visible_ = 0;  // spans some query may see
  int64_t n_looks_ = 0;
  double total_pairs_ = 0;
  int32_t queries_[secateur::kTile];  // those that are no padding
  int32_t group_first_[kGroups], group_count_[kGroups], sampled_[kSamples];
  alignas(64) int32_t group_position_[kGroups];
  alignas(64) int32_t sample_position_[kSamples];
  alignas(64) float reference_[kGroups], sample_reference_[kSamples], total_[kGroups];
  alignas(64) float bias_[kGroups];
};

template <typename T>
static void select_tile(const Selection& p, const secateur::TileUnit& unit, float* scratch,
                        Kept& kept) {
  Selector<T>(p, unit, scratch).run(kept);
}

// Means of the visible keys of some spans, in the dtype of the keys.
template <typename T>
static void average_spans(const Selection& p, int64_t batch, int64_t kv_head, int64_t first,
                          int64_t last) {
  const int32_t* spans = p.spans + batch * (p.n_spans + 1);
  const bool* mask = p.key_mask ? p.key_mask + batch * p.keys : nullptr;
  const T* keys = (const T*)row_of(p.key, batch, kv_head, 0, sizeof(T));
  T* means = (T*)p.means + (batch * p.kv_heads + kv_head) * p.n_spans * p.head_dim;
  std::vector<const T*> rows;
  for (int64_t j = first; j < last; ++j) {
    rows.clear();
    for (int32_t token = spans[j]; token < spans[j + 1]; ++token) {
      if (!mask || mask[token]) rows.push_back(keys + token * p.key.token);
    }
    average_rows(means + j * p.head_dim, rows.data(), (int)rows.size(), p.head_dim);
  }
}

}  // namespace
