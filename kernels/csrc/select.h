// Selection of one query tile, in two looks. The first scores every span by its mean key against
// sixteen group means of the tile's queries. The second computes real scores of sampled queries,
// two of each group, for the spans whose first estimate is not far under the bar. Weights are
// relative to a reference of each group and are normalised once, over both looks.
#pragma once

#include <algorithm>
#include <bit>

#include "select_keys.h"

namespace {

using secateur::Kept;
using secateur::Run;
using secateur::Selection;

using secateur::kSamples;
constexpr int kPerGroup = kSamples / kGroups;
constexpr float kHighest = 60.0f;  // log2 of the largest weight against its reference

template <typename T>
class Selector {
 public:
  static int64_t scratch_floats(const Selection& p) {
    const int64_t padded = padded_count(p.n_spans);
    return GroupRows::floats(p.head_dim) + SampleLanes<kSamples>::floats(p.head_dim) +
           p.head_dim * kGroups + padded * (kGroups + 4) +
           padded_count(p.max_looks) * kSamples;
  }

  Selector(const Selection& p, const secateur::TileUnit& unit, float* scratch)
      : p_(p),
        unit_(unit),
        spans_(p.spans + unit.batch * (p.n_spans + 1)),
        before_(p.before + unit.batch * (p.keys + 1)),
        kv_head_(unit.head / (p.heads / p.kv_heads)),
        groups_(p.head_dim, take(scratch, GroupRows::floats(p.head_dim))),
        samples_(p.head_dim, take(scratch, SampleLanes<kSamples>::floats(p.head_dim))) {
    const int64_t padded = padded_count(p.n_spans);
    means_ = take(scratch, p.head_dim * kGroups);
    weights_ = take(scratch, padded * kGroups);
    measured_ = take(scratch, padded_count(p.max_looks) * kSamples);
    probability_ = take(scratch, padded);
    pairs_ = take(scratch, padded);
    chosen_ = (int32_t*)take(scratch, padded);
    flags_ = (int32_t*)take(scratch, padded);
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

  static constexpr int32_t kAlways = 1, kLooked = 2, kKeep = 4;  // flags

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
    const int64_t reach = p_.causal ? queries_[0] + shift + 1 : p_.keys;
    const int64_t whole =
        std::upper_bound(spans_ + 1, spans_ + visible_ + 1, (int32_t)reach) - spans_ - 1;
    const float* counts = p_.counts + unit_.batch * p_.n_spans;
    for (int64_t j = 0; j < whole; ++j) pairs_[j] = (float)live_ * counts[j];
    total_pairs_ = (double)live_ * (before_[spans_[whole]] - before_[spans_[0]]);
    for (int64_t j = whole; j < visible_; ++j) {
      int64_t pairs = 0;
      for (int i = 0; i < live_; ++i) {
        const int64_t seen = std::clamp<int64_t>(queries_[i] + shift + 1, spans_[j], spans_[j + 1]);
        pairs += before_[seen] - before_[spans_[j]];
      }
      pairs_[j] = (float)pairs;
      total_pairs_ += pairs;
    }
    std::fill_n(flags_, visible_, 0);
    int64_t j = 0;
    while (j < visible_ && pairs_[j] == 0.0f) ++j;
    if (j < visible_) flags_[j] = kAlways;
    j = std::upper_bound(spans_ + 1, spans_ + visible_ + 1, (int32_t)std::max<int64_t>(near_low_, -1)) -
        spans_ - 1;
    for (; j < visible_ && spans_[j] <= near_high_; ++j) {
      if (pairs_[j] > 0.0f) flags_[j] = kAlways;
    }
  }

  void load_queries() {
    const T* sampled[kSamples];
    for (int lane = 0; lane < kSamples; ++lane) sampled[lane] = query_row(sampled_[lane]);
    for (int lane = 0; lane < kGroups; ++lane) {
      const T* rows[secateur::kTile];
      for (int i = 0; i < group_count_[lane]; ++i) {
        rows[i] = query_row(queries_[group_first_[lane] + i]);
      }
      average_rows(means_ + lane * p_.head_dim, rows, group_count_[lane], p_.head_dim);
    }
    samples_.load_rows(sampled, p_.scale * kLog2E * kUnit);
    groups_.load_rows(means_, p_.scale * kLog2E * kUnit);
  }

  const T* query_row(int64_t query) const {
    return (const T*)row_of(p_.query, unit_.batch, unit_.head, query, sizeof(T));
  }

  void first_look() {
    constexpr int B = std::min(block_rows(1), 8);
    const MeanBlocks means = mean_blocks(p_, unit_.batch, kv_head_);
    const float* log_counts = p_.log_counts + unit_.batch * p_.n_spans;
    alignas(64) float top[kGroups * kWidth];
    std::fill_n(top, kGroups * kWidth, kHidden);
    for (int64_t j = 0; j < visible_; j += kWidth) {
      const int64_t last = std::min(j + kWidth, visible_) - 1;
      const bool general = p_.bias.data || last + 1 < j + kWidth ||
                           (p_.causal && spans_[last] > group_position_[0]);
      const Vec size = load_any(log_counts + j) * splat(kUnit);
      for (int group = 0; group < kGroups; group += B) {
        Vec acc[B][1];
        groups_.template scores<B>(acc, means, j / kWidth, group);
#pragma GCC unroll 8
        for (int i = 0; i < B; ++i) {
          Vec score = acc[i][0] + size;
          if (general) score = restrict_first(score, j, group + i);
          float* highest = top + (group + i) * kWidth;
          store(highest, maximum(load(highest), score));
          store(weights_ + j * kGroups + (group + i) * kWidth, score);
        }
      }
    }
    for (int group = 0; group < kGroups; ++group) {  // a group may see nothing
      const float* own = top + group * kWidth;
      reference_[group] = std::max(*std::max_element(own, own + kWidth), kVisible);
    }
    for (int i = 0; i < kSamples; ++i) sample_reference_[i] = reference_[i / kPerGroup];
    weigh();
  }

  // Adds the bias of some spans and hides those that a group does not see.
  Vec restrict_first(Vec score, int64_t j, int group) const {
    alignas(64) float scores[kWidth];
    store(scores, score);
    for (int lane = 0; lane < kWidth; ++lane) {
      const bool seen =
          j + lane < visible_ && (!p_.causal || spans_[j + lane] <= group_position_[group]);
      if (!seen) {
        scores[lane] = kHidden;
      } else if (p_.bias.data) {  // of the group's middle query at the span's middle key
        const int64_t query = queries_[group_first_[group] + group_count_[group] / 2];
        scores[lane] += bias_at(query, (spans_[j + lane] + spans_[j + lane + 1]) / 2);
      }
    }
    return load(scores);
  }

  // Turns the first look's scores into weights against the reference, and probabilities.
  void weigh() {
    Vec total[kGroups]{};
    for (int64_t j = 0; j < visible_; j += kWidth) {
      for (int group = 0; group < kGroups; ++group) {
        float* place = weights_ + j * kGroups + group * kWidth;
        const Vec weight = look_weight(load(place) - splat(reference_[group]));
        store(place, weight);
        total[group] += weight;
      }
    }
    float inverse[kGroups];
    for (int group = 0; group < kGroups; ++group) {
      const float sum = sum_of(total[group]);
      inverse[group] = sum > 0.0f ? 1.0f / (kGroups * sum) : 0.0f;
    }
    average_groups(inverse);
  }

  // Probabilities of all spans by the first look.
  void average_groups(const float* inverse) {
    for (int64_t j = 0; j < visible_; j += kWidth) {
      Vec sum{};
      for (int group = 0; group < kGroups; ++group) {
        sum += load(weights_ + j * kGroups + group * kWidth) * splat(inverse[group]);
      }
      store(probability_ + j, sum);
    }
  }

  static float sum_of(Vec x) {
    float sum = 0.0f;
    for (int lane = 0; lane < kWidth; ++lane) sum += x[lane];
    return sum;
  }

  // Spans not far under the bar, and the always-kept ones: what weighs much must be weighed right,
  // or it distorts the rest. The likeliest, where there are too many.
  void choose_looks() {
    const float bar = p_.look_low * p_.thresholds[unit_.head] / (float)total_pairs_;
    int64_t count = collect([&](int64_t j) {
      const Vec pairs = load(pairs_ + j);
      const VecI likely = load_any(probability_ + j) >= splat(bar) * pairs;
      return (pairs > Vec{}) & (likely | (load(flags_ + j) != VecI{}));
    });
    if (count > p_.max_looks) {
      const auto likelier = [&](int32_t a, int32_t b) {
        return std::pair(flags_[a], probability_[a]) > std::pair(flags_[b], probability_[b]);
      };
      std::nth_element(chosen_, chosen_ + p_.max_looks, chosen_ + count, likelier);
      count = p_.max_looks;
      std::sort(chosen_, chosen_ + count);
    }
    n_looks_ = count;
  }

  void second_look() {
    const KeyRows keys = key_rows(p_, unit_.batch, kv_head_);
    for (int64_t slot = 0; slot < n_looks_; ++slot) {
      flags_[chosen_[slot]] |= kLooked;
      const int32_t start = spans_[chosen_[slot]], end = spans_[chosen_[slot] + 1];
      float* measured = measured_ + slot * kSamples;
      if (p_.bias.data || (p_.causal && end > sample_position_[0] + 1)) {
        measure<true>(keys, start, end, measured);
      } else {
        measure<false>(keys, start, end, measured);
      }
    }
  }

  // Adds up the weights of a span's visible keys for each sampled query.
  template <bool General>
  void measure(const KeyRows& keys, int32_t start, int32_t end, float* measured) {
    constexpr int R = kSamples / kWidth;
    constexpr int B = std::min(block_rows(R), 8);
    const bool* mask = p_.key_mask ? p_.key_mask + unit_.batch * p_.keys : nullptr;
    Vec sum[R]{}, factor[R], reference[R];
    for (int r = 0; r < R; ++r) {
      factor[r] = samples_.factor(r * kWidth);
      reference[r] = load(sample_reference_ + r * kWidth);
    }
    int32_t token = start;
    while (token < end) {
      int32_t index[B];
      int count = 0;
      for (; token < end && count < B; ++token) {
        if (!mask || mask[token]) index[count++] = token;
      }
      if (!count) break;
      for (int i = count; i < B; ++i) index[i] = index[0];
      Vec acc[B][R];
      samples_.template products<B>(acc, keys, index);
#pragma GCC unroll 8
      for (int i = 0; i < B; ++i) {
        if (i >= count) break;
        for (int r = 0; r < R; ++r) {
          Vec score = acc[i][r] * factor[r] - reference[r];
          if (General) score = restrict_second(score, index[i], r * kWidth);
          score = minimum(score, splat(kHighest * kUnit));
          sum[r] += look_weight(score);
        }
      }
    }
    for (int r = 0; r < R; ++r) store(measured + r * kWidth, sum[r]);
  }

  // Adds the bias of a key and hides it from the queries before it.
  Vec restrict_second(Vec score, int32_t token, int lane) const {
    if (p_.bias.data) {
      alignas(64) float bias[kWidth];
      for (int i = 0; i < kWidth; ++i) bias[i] = bias_at(sampled_[lane + i], token);
      score += load(bias);
    }
    if (!p_.causal) return score;
    const VecI position = load(sample_position_ + lane);
    return (VecI)splat((uint32_t)token) > position ? splat(kHidden) : score;
  }

  // Normalises both looks together: what a sampled query did not look at weighs what its group's
  // first look gave it.
  void combine() {
    constexpr int R = kSamples / kWidth;
    alignas(64) float inverse[kSamples];
    float rest[kGroups], group_inverse[kGroups];
    Vec unseen[kGroups]{}, found[R]{};
    for (int64_t j = 0; j < visible_; j += kWidth) {
      const VecI looked = (load(flags_ + j) & kLooked) != VecI{};
      for (int group = 0; group < kGroups; ++group) {
        unseen[group] += looked ? Vec{} : load(weights_ + j * kGroups + group * kWidth);
      }
    }
    for (int64_t slot = 0; slot < n_looks_; ++slot) {
      for (int r = 0; r < R; ++r) found[r] += load(measured_ + slot * kSamples + r * kWidth);
    }
    for (int group = 0; group < kGroups; ++group) rest[group] = sum_of(unseen[group]);
    for (int r = 0; r < R; ++r) store(inverse + r * kWidth, found[r]);
    for (int lane = 0; lane < kGroups; ++lane) {
      group_inverse[lane] = 0.0f;
      for (int sample = lane * kPerGroup; sample < (lane + 1) * kPerGroup; ++sample) {
        const float total = rest[lane] + inverse[sample];
        inverse[sample] = total > 0.0f ? 1.0f / ((float)kSamples * total) : 0.0f;
        group_inverse[lane] += inverse[sample];
      }
    }
    average_groups(group_inverse);
    float* looked = weights_;  // the first look is spent
    sum_lanes<kSamples>(measured_, inverse, looked, n_looks_);
    for (int64_t slot = 0; slot < n_looks_; ++slot) probability_[chosen_[slot]] = looked[slot];
  }

  void keep(Kept& kept) {
    const float bar = p_.thresholds[unit_.head] / (float)total_pairs_;
    int64_t count = collect([&](int64_t j) {
      const Vec pairs = load(pairs_ + j);
      const VecI likely = load_any(probability_ + j) >= splat(bar) * pairs;
      return (pairs > Vec{}) & likely & ((load(flags_ + j) & kAlways) == VecI{});
    });
    if (count > p_.cap) {
      std::nth_element(chosen_, chosen_ + p_.cap, chosen_ + count, [&](int32_t a, int32_t b) {
        return probability_[a] > probability_[b] || (probability_[a] == probability_[b] && a < b);
      });
      count = p_.cap;
    }
    for (int64_t i = 0; i < count; ++i) flags_[chosen_[i]] |= kKeep;
    n_kept_ = collect([&](int64_t j) -> VecI { return (load(flags_ + j) & (kAlways | kKeep)) != VecI{}; });
    for (int64_t i = 0; i < n_kept_; ++i) {
      kept.mass += probability_[chosen_[i]];
      kept.pairs += pairs_[chosen_[i]];
    }
  }

  // Joins neighbours, which the kernel walks faster, and puts the heaviest run first.
  void write_runs(Kept& kept) {
    Run* runs = (Run*)weights_;  // the first look is spent
    int64_t count = 0;
    for (int64_t i = 0; i < n_kept_; ++i) {
      const int32_t j = chosen_[i];
      const float weight = probability_[j] / pairs_[j];
      if (count && runs[count - 1].end == spans_[j]) {
        runs[count - 1].end = spans_[j + 1];
        runs[count - 1].weight = std::max(runs[count - 1].weight, weight);
      } else {
        runs[count++] = {spans_[j], spans_[j + 1], weight};
      }
    }
    kept.runs.resize(count);
    order_by_weight(runs, count, kept.runs.data());
  }

  // The heaviest first, to within a quarter of an octave: all that the kernel's running maximum
  // gains from order, and no sort.
  static void order_by_weight(const Run* runs, int64_t count, Run* ordered) {
    constexpr int kSteps = 128, kStep = 21;  // bits of a float under a quarter of an octave
    const auto rank = [](float weight) { return (int32_t)(std::bit_cast<uint32_t>(weight) >> kStep); };
    int32_t top = 0;
    for (int64_t i = 0; i < count; ++i) top = std::max(top, rank(runs[i].weight));
    const auto step = [&](const Run& run) { return std::min(top - rank(run.weight), kSteps - 1); };
    int32_t place[kSteps + 1] = {};
    for (int64_t i = 0; i < count; ++i) ++place[step(runs[i]) + 1];
    for (int i = 1; i < kSteps; ++i) place[i] += place[i - 1];
    for (int64_t i = 0; i < count; ++i) ordered[place[step(runs[i])]++] = runs[i];
  }

  // Lists the spans of which something holds, told for a vector of them at a time, in `chosen_`.
  template <typename F>
  int64_t collect(const F& holds) {
    int64_t count = 0, j = 0;
    for (; j + kWidth <= visible_; j += kWidth) {
      count = append_lanes(chosen_, count, (int32_t)j, holds(j));
    }
    if (j == visible_) return count;
    const int64_t whole = count;
    count = append_lanes(chosen_, count, (int32_t)j, holds(j));
    while (count > whole && chosen_[count - 1] >= visible_) --count;  // past the last span
    return count;
  }

  float bias_at(int64_t query, int64_t key) const {
    const char* row = row_of(p_.bias, unit_.batch, unit_.head, query, sizeof(float));
    return ((const float*)row)[key] * (kLog2E * kUnit);
  }

  const Selection& p_;
  const secateur::TileUnit& unit_;
  const int32_t* spans_;
  const int32_t* before_;
  const int64_t kv_head_;
  GroupRows groups_;               // means of a few neighbouring queries
  SampleLanes<kSamples> samples_;  // queries
  float* means_;                   // [kGroups, head_dim]
  float* weights_;      // [spans, kGroups]
  float* measured_;     // [looks, kSamples]
  float* probability_;  // [spans]
  float* pairs_;        // [spans]
  int32_t* chosen_;     // [spans]: those looked at twice, then those kept
  int32_t* flags_;      // [spans]
  int live_ = 0;
  int64_t near_low_ = 0, near_high_ = 0;
  int64_t visible_ = 0;  // spans some query may see
  int64_t n_looks_ = 0, n_kept_ = 0;
  double total_pairs_ = 0;
  int32_t queries_[secateur::kTile];  // those that are no padding
  int32_t group_first_[kGroups], group_count_[kGroups], sampled_[kSamples];
  alignas(64) int32_t group_position_[kGroups];
  alignas(64) int32_t sample_position_[kSamples];
  alignas(64) float reference_[kGroups], sample_reference_[kSamples];
};

template <typename T>
static void select_tile(const Selection& p, const secateur::TileUnit& unit,
                        const secateur::TileUnit& upcoming, float* scratch, Kept& kept) {
  // Queries of the next tile come from far away: they are fetched while this one is selected.
  const int64_t first = upcoming.tile * secateur::kTile;
  for (int64_t query = first; query < std::min(first + secateur::kTile, p.queries); ++query) {
    const char* row = row_of(p.query, upcoming.batch, upcoming.head, query, sizeof(T));
    for (int64_t at = 0; at < p.head_dim * (int64_t)sizeof(T); at += 64) {
      __builtin_prefetch(row + at, 0, 2);
    }
  }
  Selector<T>(p, unit, scratch).run(kept);
}

template <typename T>
constexpr secateur::SelectionPasses selection_passes{kBytes ? centre_keys<T> : nullptr,
                                                     prepare_keys<T>, select_tile<T>};

}  // namespace
