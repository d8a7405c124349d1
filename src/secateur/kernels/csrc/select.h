// Selection of one query tile, in two looks. The first scores every span by its mean key against
// sixteen group means of the tile's queries. The second computes real scores of sampled queries,
// two of each group, for the spans whose first estimate is not far under the bar. Weights are
// relative to a reference of each group and are normalised once, over both looks. Spans of sections
// that stay closed (select_sections.h) count with their section's mean in that and are looked at no
// further.
#pragma once

#include <algorithm>

#include "first_look.h"
#include "select_runs.h"

namespace {

using secateur::Kept;
using secateur::Selection;

using secateur::kSamples;

template <typename T>
class Selector {
 public:
  static int64_t scratch_floats(const Selection& p) {
    const int64_t padded = padded_count(p.n_spans);
    return FirstLook::floats(p, padded) + SampleLanes<kSamples>::floats(p.head_dim) + padded * 5 +
           padded_count(p.max_looks) * kSamples + Sections::floats(p);
  }

  Selector(const Selection& p, const secateur::TileUnit& unit, float* scratch)
      : p_(p),
        unit_(unit),
        kv_head_(unit.head / (p.heads / p.kv_heads)),
        queries_(p, unit),
        samples_(p.head_dim, take(scratch, SampleLanes<kSamples>::floats(p.head_dim))),
        pairs_(take(scratch, padded_count(p.n_spans))),
        flags_((int32_t*)take(scratch, padded_count(p.n_spans))),
        probability_(take(scratch, padded_count(p.n_spans))),
        spans_(p, unit, queries_, pairs_, flags_, probability_),
        first_(p, unit, kv_head_, queries_, spans_, padded_count(p.n_spans), scratch) {
    measured_ = take(scratch, padded_count(p.max_looks) * kSamples);
    chosen_ = (int32_t*)take(scratch, padded_count(p.n_spans));
    blocks_ = (int32_t*)take(scratch, padded_count(p.n_spans));
    sections_ = scratch;
  }

  void run(Kept& kept) {
    kept.live = queries_.live > 0;
    if (!kept.live) return;
    kept.visible = spans_.total_pairs;
    load_queries();
    open_blocks();
    const float* counts = p_.counts + unit_.batch * p_.n_spans;
    for (int64_t b = 0; b < n_blocks_; ++b) spans_.open_block(blocks_[b], counts, queries_.live);
    spans_.mark_always();
    first_.look(blocks_, n_blocks_);
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

  void load_queries() {
    const T* sampled[kSamples];
    for (int lane = 0; lane < kSamples; ++lane) {
      sampled[lane] =
          (const T*)row_of(p_.query, unit_.batch, unit_.head, queries_.sampled[lane], sizeof(T));
    }
    samples_.load_rows(sampled, p_.scale * kLog2E * kUnit);
    first_.template load<T>();
  }

  // Lists the blocks of spans that are looked at: all of them, or those of the opened sections.
  void open_blocks() {
    const int64_t sections = (spans_.visible + kSection - 1) / kSection;
    if (!p_.section_means.count || sections <= p_.max_sections) {
      n_blocks_ = blocks_of(spans_.visible);
      for (int64_t b = 0; b < n_blocks_; ++b) blocks_[b] = (int32_t)b;
      return;
    }
    Sections look(p_, unit_.batch, kv_head_, first_.means(), sections_);
    look.look(sections);
    if (spans_.first < spans_.visible) look.open(spans_.first / kSection);
    for (int64_t j = spans_.near_first; j < spans_.near_last; ++j) look.open(j / kSection);
    const int64_t opened = look.open_likely(p_.look_low * bar() * (float)queries_.live);
    constexpr int64_t kEach = kSection / kWidth;
    for (int64_t i = 0; i < opened; ++i) {
      const int64_t first = look.opened()[i] * kEach;
      for (int64_t b = first; b < first + kEach && b * kWidth < spans_.visible; ++b) {
        blocks_[n_blocks_++] = (int32_t)b;
      }
    }
    look.weigh_closed(first_.closed, first_.reference);
  }

  // The probability of a pair from which its span is kept.
  float bar() const { return p_.thresholds[unit_.head] / (float)spans_.total_pairs; }

  // Spans not far under the bar, and the always-kept ones: what weighs much must be weighed right,
  // or it distorts the rest. The likeliest, where there are too many.
  void choose_looks() {
    const float low = p_.look_low * bar();
    int64_t count = collect([&](int64_t j) {
      const Vec pairs = load(pairs_ + j);
      const VecI likely = load_any(probability_ + j) >= splat(low) * pairs;
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
    SecondLook look(p_, unit_, keys, queries_, samples_, first_.reference);
    for (int64_t slot = 0; slot < n_looks_; ++slot) {
      const int32_t j = chosen_[slot];
      if (slot + kAhead < n_looks_) {
        const int32_t later = chosen_[slot + kAhead];
        keys.prefetch(spans_.starts[later], spans_.starts[later + 1]);
      }
      flags_[j] |= kLooked;
      look.measure(spans_.starts[j], spans_.starts[j + 1], measured_ + slot * kSamples);
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
        unseen[group] += looked ? Vec{} : load(first_.weights_at(b, group));
      }
    }
    for (int64_t slot = 0; slot < n_looks_; ++slot) {
      for (int r = 0; r < R; ++r) found[r] += load(measured_ + slot * kSamples + r * kWidth);
    }
    sum_groups(unseen, rest);
    for (int group = 0; group < kGroups; ++group) rest[group] += first_.closed[group];
    for (int r = 0; r < R; ++r) store(inverse + r * kWidth, found[r]);
    for (int lane = 0; lane < kGroups; ++lane) {
      group_inverse[lane] = 0.0f;
      for (int sample = lane * kPerGroup; sample < (lane + 1) * kPerGroup; ++sample) {
        const float total = rest[lane] + inverse[sample];
        inverse[sample] = total > 0.0f ? 1.0f / ((float)kSamples * total) : 0.0f;
        group_inverse[lane] += inverse[sample];
      }
    }
    first_.average(group_inverse);
    float* looked = first_.spent();
    sum_lanes<kSamples>(measured_, inverse, looked, n_looks_);
    for (int64_t slot = 0; slot < n_looks_; ++slot) probability_[chosen_[slot]] = looked[slot];
  }

  void keep(Kept& kept) {
    const float bar = this->bar();
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
    Run* runs = (Run*)first_.spent();
    const int32_t* starts = spans_.starts;
    int64_t count = 0;
    for (int64_t i = 0; i < n_kept_; ++i) {
      const int32_t j = chosen_[i];
      const float weight = probability_[j] / pairs_[j];
      if (count && runs[count - 1].end == starts[j]) {
        runs[count - 1].end = starts[j + 1];
        runs[count - 1].weight = std::max(runs[count - 1].weight, weight);
      } else {
        runs[count++] = {starts[j], starts[j + 1], weight};
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
    while (count && chosen_[count - 1] >= spans_.visible) --count;  // past the last span
    return count;
  }

  const Selection& p_;
  const secateur::TileUnit& unit_;
  const int64_t kv_head_;
  const TileQueries queries_;
  SampleLanes<kSamples> samples_;  // queries
  float* pairs_;                   // [spans]
  int32_t* flags_;                 // [spans]
  float* probability_;             // [spans]
  TileSpans spans_;
  FirstLook first_;
  float* measured_;  // [looks, kSamples]
  int32_t* chosen_;  // [spans]: those looked at twice, then those kept
  int32_t* blocks_;  // [blocks]: those looked at, in order
  float* sections_;  // what scoring sections needs
  int64_t n_blocks_ = 0;
  int64_t n_looks_ = 0, n_kept_ = 0;
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
