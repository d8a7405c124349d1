// Selection of one query tile, in two looks. The first scores every span by its mean key against
// sixteen group means of the tile's queries. The second computes real scores of sampled queries,
// two of each group, for the spans whose first estimate is not far under the bar. Weights are
// relative to a reference of each group and are normalised once, over both looks. Spans of sections
// that stay closed (select_sections.h) count with their section's mean in that and are looked at no
// further.
#pragma once

#include <algorithm>

#include "second_look.h"
#include "select_queries.h"
#include "select_runs.h"
#include "select_sections.h"

namespace {

using secateur::Kept;
using secateur::Selection;

using secateur::kSamples;

template <typename T>
class Selector {
 public:
  static int64_t scratch_floats(const Selection& p) {
    const int64_t padded = padded_count(p.n_spans);
    return GroupRows<kGroups>::floats(p.head_dim) + SampleLanes<kSamples>::floats(p.head_dim) +
           p.head_dim * kGroups + padded * (kGroups + 5) +
           padded_count(p.max_looks) * kSamples + Sections::floats(p);
  }

  Selector(const Selection& p, const secateur::TileUnit& unit, float* scratch)
      : p_(p),
        unit_(unit),
        spans_(p.spans + unit.batch * (p.n_spans + 1)),
        before_(p.before + unit.batch * (p.keys + 1)),
        kv_head_(unit.head / (p.heads / p.kv_heads)),
        queries_(p, unit),
        groups_(p.head_dim, take(scratch, GroupRows<kGroups>::floats(p.head_dim))),
        samples_(p.head_dim, take(scratch, SampleLanes<kSamples>::floats(p.head_dim))) {
    const int64_t padded = padded_count(p.n_spans);
    means_ = take(scratch, p.head_dim * kGroups);
    weights_ = take(scratch, padded * kGroups);
    measured_ = take(scratch, padded_count(p.max_looks) * kSamples);
    probability_ = take(scratch, padded);
    pairs_ = take(scratch, padded);
    chosen_ = (int32_t*)take(scratch, padded);
    flags_ = (int32_t*)take(scratch, padded);
    blocks_ = (int32_t*)take(scratch, padded);
    sections_ = scratch;
  }

  void run(Kept& kept) {
    kept.live = queries_.live > 0;
    if (!kept.live) return;
    place_spans();
    count_pairs();
    kept.visible = total_pairs_;
    load_queries();
    open_blocks();
    mark_blocks();
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

  static constexpr int64_t kAhead = 3;  // looks for which keys are fetched while one is measured

  static constexpr int32_t kAlways = 1, kLooked = 2, kKeep = 4;  // flags

  // Which spans some query may see, and which keys are near.
  void place_spans() {
    const int64_t first = unit_.tile * secateur::kTile;
    const int64_t last = std::min<int64_t>(first + secateur::kTile, p_.queries);
    const int64_t shift = p_.keys - p_.queries;
    near_low_ = first + shift - p_.local;
    near_high_ = last - 1 + shift + p_.local;
    const int64_t reach = p_.causal ? queries_.index[queries_.live - 1] + shift + 1 : p_.keys;
    visible_ = std::lower_bound(spans_, spans_ + p_.n_spans, (int32_t)reach) - spans_;
  }

  // Visible (query, key) pairs: one by one in the spans that not every query sees whole.
  void count_pairs() {
    const int64_t shift = p_.keys - p_.queries;
    const int64_t reach = p_.causal ? queries_.index[0] + shift + 1 : p_.keys;
    whole_ = std::upper_bound(spans_ + 1, spans_ + visible_ + 1, (int32_t)reach) - spans_ - 1;
    total_pairs_ = (double)queries_.live * (before_[spans_[whole_]] - before_[spans_[0]]);
    for (int64_t j = whole_; j < visible_; ++j) {
      int64_t pairs = 0;
      for (int i = 0; i < queries_.live; ++i) {
        const int64_t seen = std::clamp<int64_t>(queries_.index[i] + shift + 1, spans_[j], spans_[j + 1]);
        pairs += before_[seen] - before_[spans_[j]];
      }
      pairs_[j] = (float)pairs;
      total_pairs_ += pairs;
    }
    const float* counts = p_.counts + unit_.batch * p_.n_spans;
    while (first_ < visible_ && (first_ < whole_ ? counts : pairs_)[first_] == 0.0f) ++first_;
    near_first_ = std::upper_bound(spans_ + 1, spans_ + visible_ + 1,
                                   (int32_t)std::max<int64_t>(near_low_, -1)) - spans_ - 1;
    near_last_ = std::upper_bound(spans_, spans_ + visible_, (int32_t)near_high_) - spans_;
  }

  // Lists the blocks of spans that are looked at: all of them, or those of the opened sections.
  void open_blocks() {
    const int64_t sections = (visible_ + kSection - 1) / kSection;
    std::fill_n(closed_, kGroups, 0.0f);
    std::fill_n(reference_, kGroups, kHidden);
    if (!p_.section_means.count || sections <= p_.max_sections) {
      n_blocks_ = blocks_of(visible_);
      for (int64_t b = 0; b < n_blocks_; ++b) blocks_[b] = (int32_t)b;
      return;
    }
    Sections look(p_, unit_.batch, kv_head_, means_, sections_);
    look.look(sections);
    if (first_ < visible_) look.open(first_ / kSection);
    for (int64_t j = near_first_; j < near_last_; ++j) look.open(j / kSection);
    const float bar = p_.look_low * p_.thresholds[unit_.head] / (float)total_pairs_;
    const int64_t opened = look.open_likely(bar * (float)queries_.live);
    constexpr int64_t kEach = kSection / kWidth;
    for (int64_t i = 0; i < opened; ++i) {
      for (int64_t b = look.opened()[i] * kEach, k = 0; k < kEach && (b + k) * kWidth < visible_; ++k) {
        blocks_[n_blocks_++] = (int32_t)(b + k);
      }
    }
    look.weigh_closed(closed_, reference_);
  }

  // Pairs of the blocks' spans, and which of them are kept without asking: the neighbourhood and the
  // first visible one.
  void mark_blocks() {
    const float* counts = p_.counts + unit_.batch * p_.n_spans;
    for (int64_t b = 0; b < n_blocks_; ++b) {
      const int64_t j = blocks_[b] * kWidth;
      if (j + kWidth <= whole_) {
        store(pairs_ + j, load_any(counts + j) * splat((float)queries_.live));
      } else {
        for (int64_t k = j; k < whole_; ++k) pairs_[k] = (float)queries_.live * counts[k];
      }
      store((uint32_t*)flags_ + j, VecU{});
    }
    if (first_ < visible_) flags_[first_] = kAlways;
    for (int64_t j = near_first_; j < near_last_; ++j) {
      if (pairs_[j] > 0.0f) flags_[j] = kAlways;
    }
  }

  void load_queries() {
    const T* sampled[kSamples];
    for (int lane = 0; lane < kSamples; ++lane) sampled[lane] = query_row(queries_.sampled[lane]);
    for (int lane = 0; lane < kGroups; ++lane) {
      const T* rows[secateur::kTile];
      for (int i = 0; i < queries_.group_count[lane]; ++i) {
        rows[i] = query_row(queries_.index[queries_.group_first[lane] + i]);
      }
      average_rows(means_ + lane * p_.head_dim, rows, queries_.group_count[lane], p_.head_dim);
    }
    samples_.load_rows(sampled, p_.scale * kLog2E * kUnit);
    groups_.load_rows(means_, p_.scale * kLog2E * kUnit);
  }

  const T* query_row(int64_t query) const {
    return (const T*)row_of(p_.query, unit_.batch, unit_.head, query, sizeof(T));
  }

  void first_look() {
    constexpr int B = std::min(block_rows(1), 8);
    const MeanBlocks means =
        mean_blocks(p_.means, unit_.batch * p_.kv_heads + kv_head_, p_.head_dim);
    const float* log_counts = p_.log_counts + unit_.batch * p_.n_spans;
    alignas(64) float top[kGroups * kWidth];
    std::fill_n(top, kGroups * kWidth, kHidden);
    for (int64_t b = 0; b < n_blocks_; ++b) {
      const int64_t j = blocks_[b] * kWidth;
      const int64_t last = std::min(j + kWidth, visible_) - 1;
      const bool general = p_.bias.data || last + 1 < j + kWidth ||
                           (p_.causal && spans_[last] > queries_.group_position[0]);
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
          store(weights_at(b, group + i), score);
        }
      }
    }
    for (int group = 0; group < kGroups; ++group) {  // a group may see nothing
      const float* own = top + group * kWidth;
      const float highest = std::max({*std::max_element(own, own + kWidth), reference_[group], kVisible});
      closed_[group] *= std::exp2((reference_[group] - highest) / kUnit);
      reference_[group] = highest;
    }
    weigh();
  }

  // Adds the bias of some spans and hides those that a group does not see.
  Vec restrict_first(Vec score, int64_t j, int group) const {
    alignas(64) float scores[kWidth];
    store(scores, score);
    for (int lane = 0; lane < kWidth; ++lane) {
      const bool seen =
          j + lane < visible_ && (!p_.causal || spans_[j + lane] <= queries_.group_position[group]);
      if (!seen) {
        scores[lane] = kHidden;
      } else if (p_.bias.data) {  // of the group's middle query at the span's middle key
        const int64_t query = queries_.index[queries_.group_first[group] + queries_.group_count[group] / 2];
        scores[lane] += bias_at(p_, unit_, query, (spans_[j + lane] + spans_[j + lane + 1]) / 2);
      }
    }
    return load(scores);
  }

  // Turns the first look's scores into weights against the reference, and probabilities.
  void weigh() {
    Vec total[kGroups]{};
    for (int64_t b = 0; b < n_blocks_; ++b) {
      for (int group = 0; group < kGroups; ++group) {
        float* place = weights_at(b, group);
        const Vec weight = look_weight(load(place) - splat(reference_[group]));
        store(place, weight);
        total[group] += weight;
      }
    }
    float inverse[kGroups];
    for (int group = 0; group < kGroups; ++group) {
      const float sum = sum_of(total[group]) + closed_[group];
      inverse[group] = sum > 0.0f ? 1.0f / (kGroups * sum) : 0.0f;
    }
    average_groups(inverse);
  }

  // Probabilities of the spans by the first look.
  void average_groups(const float* inverse) {
    for (int64_t b = 0; b < n_blocks_; ++b) {
      Vec sum{};
      for (int group = 0; group < kGroups; ++group) {
        sum += load(weights_at(b, group)) * splat(inverse[group]);
      }
      store(probability_ + blocks_[b] * kWidth, sum);
    }
  }

  float* weights_at(int64_t block, int group) const {
    return weights_ + (block * kGroups + group) * kWidth;
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
    SecondLook look(p_, unit_, keys, queries_, samples_, reference_);
    for (int64_t slot = 0; slot < n_looks_; ++slot) {
      const int32_t j = chosen_[slot];
      if (slot + kAhead < n_looks_) {
        const int32_t later = chosen_[slot + kAhead];
        keys.prefetch(spans_[later], spans_[later + 1]);
      }
      flags_[j] |= kLooked;
      look.measure(spans_[j], spans_[j + 1], measured_ + slot * kSamples);
    }
    look.finish();
  }

  // Normalises both looks together: what a sampled query did not look at weighs what its group's
  // first look gave it.
  void combine() {
    constexpr int R = kSamples / kWidth;
    alignas(64) float inverse[kSamples];
    float rest[kGroups], group_inverse[kGroups];
    Vec unseen[kGroups]{}, found[R]{};
    for (int64_t b = 0; b < n_blocks_; ++b) {
      const VecI looked = (load(flags_ + blocks_[b] * kWidth) & kLooked) != VecI{};
      for (int group = 0; group < kGroups; ++group) {
        unseen[group] += looked ? Vec{} : load(weights_at(b, group));
      }
    }
    for (int64_t slot = 0; slot < n_looks_; ++slot) {
      for (int r = 0; r < R; ++r) found[r] += load(measured_ + slot * kSamples + r * kWidth);
    }
    for (int group = 0; group < kGroups; ++group) rest[group] = sum_of(unseen[group]) + closed_[group];
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

  // Lists the spans of which something holds, told for a vector of them at a time, in `chosen_`.
  template <typename F>
  int64_t collect(const F& holds) {
    int64_t count = 0;
    for (int64_t b = 0; b < n_blocks_; ++b) {
      const int64_t j = blocks_[b] * kWidth;
      count = append_lanes(chosen_, count, (int32_t)j, holds(j));
    }
    while (count && chosen_[count - 1] >= visible_) --count;  // past the last span
    return count;
  }

  const Selection& p_;
  const secateur::TileUnit& unit_;
  const int32_t* spans_;
  const int32_t* before_;
  const int64_t kv_head_;
  const TileQueries queries_;
  GroupRows<kGroups> groups_;      // means of a few neighbouring queries
  SampleLanes<kSamples> samples_;  // queries
  float* means_;                   // [kGroups, head_dim]
  float* weights_;      // [blocks, kGroups, kWidth]
  float* measured_;     // [looks, kSamples]
  float* probability_;  // [spans]
  float* pairs_;        // [spans]
  int32_t* chosen_;     // [spans]: those looked at twice, then those kept
  int32_t* flags_;      // [spans]
  int32_t* blocks_;     // [blocks]: those looked at, in order
  float* sections_;     // what scoring sections needs
  int64_t near_low_ = 0, near_high_ = 0;
  int64_t visible_ = 0;  // spans some query may see
  int64_t whole_ = 0;    // of these, from the first on, that every query sees whole
  int64_t first_ = 0, near_first_ = 0, near_last_ = 0;  // spans kept without asking
  int64_t n_blocks_ = 0;
  int64_t n_looks_ = 0, n_kept_ = 0;
  double total_pairs_ = 0;
  float closed_[kGroups];  // weight of the spans in closed sections
  float reference_[kGroups];
};

template <typename T>
static void select_tile(const Selection& p, const secateur::TileUnit& unit,
                        const secateur::TileUnit& upcoming, float* scratch, Kept& kept) {
  // Queries of the next tile come from far away: they are fetched while this one is selected.
  const int64_t first = upcoming.tile * secateur::kTile;
  for (int64_t query = first; query < std::min(first + secateur::kTile, p.queries); ++query) {
    prefetch_row<0>(row_of(p.query, upcoming.batch, upcoming.head, query, sizeof(T)),
                    p.head_dim * (int64_t)sizeof(T));
  }
#if defined(__AMX_INT8__)
  const TileRegisters registers(look_depth(p.head_dim), look_rows(p.longest_span));
#endif
  Selector<T>(p, unit, scratch).run(kept);
}

template <typename T>
constexpr secateur::SelectionPasses selection_passes{kBytes ? centre_keys<T> : nullptr,
                                                     prepare_keys<T>, select_tile<T>};

}  // namespace
