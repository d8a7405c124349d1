// Sections before spans: where a tile sees too many spans to score them all, it scores the sections
// they form and opens those that may hold something. A span's mean key scores at most about what its
// section's does and the part of its distance from it that lies along the query: two standard
// deviations of a direction drawn at random.
#pragma once

#include <algorithm>
#include <cmath>

#include "select_keys.h"

namespace {

using secateur::kSection;

constexpr float kHighest = 60.0f;  // log2 of the largest weight against its reference

// The sections that one tile sees.
class Sections {
 public:
  static int64_t floats(const Selection& p) {
    return blocks_of(p.section_means.count) * kWidth * (kGroups + 2) + kWidth;
  }

  Sections(const Selection& p, int64_t batch, int64_t kv_head, float* scratch)
      : p_(p), batch_(batch), head_(batch * p.kv_heads + kv_head) {
    const int64_t padded = blocks_of(p.section_means.count) * kWidth;
    weights_ = take(scratch, padded * kGroups);
    share_ = take(scratch, padded);
    order_ = (int32_t*)take(scratch, padded + kWidth);
  }

  // Scores the first `count` sections. `spread` is what a distance of 1 may add to a group's score.
  void look(const GroupRows& groups, const float* spread, int64_t count) {
    count_ = count;
    score(groups);
    float inverse[kGroups];
    weigh(inverse);
    const float* radii = p_.section_radii + head_ * blocks_of(p_.section_means.count) * kWidth;
    for (int64_t s = 0; s < count_; s += kWidth) {
      Vec sum{};
      for (int group = 0; group < kGroups; ++group) {
        const Vec most = load_any(radii + s) * splat(spread[group]);
        sum += load(weights_ + s * kGroups + group * kWidth) * splat(inverse[group]) *
               look_weight(minimum(most, splat(kHighest * kUnit)));
      }
      store(share_ + s, sum);
    }
  }

  // Opens a section whatever it holds.
  void open(int64_t section) { share_[section] = INFINITY; }

  // Opens the sections in which a key's probability may reach `bar`, the likeliest of them where
  // there are too many, and lists all open ones in order. Returns their number.
  int64_t open_likely(float bar) {
    const float* counts = p_.section_counts + batch_ * p_.section_means.count;
    int64_t likely = 0;
    for (int64_t s = 0; s < count_; s += kWidth) {
      const Vec share = load(share_ + s), keys = load_any(counts + s);
      const VecI forced = share == splat(INFINITY);
      const VecI passes = ~forced & (keys > Vec{}) & (share >= splat(bar) * keys);
      store(share_ + s, forced ? share : passes ? share / keys : Vec{});
      likely = append_lanes(order_, likely, (int32_t)s, passes);
    }
    while (likely && order_[likely - 1] >= count_) --likely;  // past the last section
    if (likely > p_.max_sections) {
      std::nth_element(order_, order_ + p_.max_sections, order_ + likely, [&](int32_t a, int32_t b) {
        return share_[a] > share_[b] || (share_[a] == share_[b] && a < b);
      });
      for (int64_t i = p_.max_sections; i < likely; ++i) share_[order_[i]] = 0.0f;
    }
    int64_t opened = 0;
    for (int64_t s = 0; s < count_; s += kWidth) {
      opened = append_lanes(order_, opened, (int32_t)s, load(share_ + s) > Vec{});
    }
    while (opened && order_[opened - 1] >= count_) --opened;
    return opened;
  }

  const int32_t* opened() const { return order_; }

  // What the sections that stay closed weigh for a group, against `reference(group)`.
  void weigh_closed(float* closed) const {
    Vec sum[kGroups]{};
    for (int64_t s = 0; s < count_; s += kWidth) {
      const VecI open = load(share_ + s) > Vec{};
      for (int group = 0; group < kGroups; ++group) {
        sum[group] += open ? Vec{} : load(weights_ + s * kGroups + group * kWidth);
      }
    }
    for (int group = 0; group < kGroups; ++group) closed[group] = sum_of(sum[group]);
  }

  float reference(int group) const { return reference_[group]; }

 private:
  void score(const GroupRows& groups) {
    constexpr int B = std::min(block_rows(1), 8);
    const MeanBlocks means = mean_blocks(p_.section_means, head_, p_.head_dim);
    const float* log_counts = p_.section_log_counts + batch_ * p_.section_means.count;
    Vec top[kGroups];
    std::fill_n(top, kGroups, splat(kHidden));
    for (int64_t s = 0; s < count_; s += kWidth) {
      const Vec size = load_any(log_counts + s) * splat(kUnit);
      for (int group = 0; group < kGroups; group += B) {
        Vec acc[B][1];
        groups.template scores<B>(acc, means, s / kWidth, group);
        for (int i = 0; i < B; ++i) {
          Vec score = acc[i][0] + size;
          for (int64_t lane = count_ - s; lane < kWidth; ++lane) score[lane] = kHidden;
          top[group + i] = maximum(top[group + i], score);
          store(weights_ + s * kGroups + (group + i) * kWidth, score);
        }
      }
    }
    for (int group = 0; group < kGroups; ++group) {
      float highest = kVisible;
      for (int lane = 0; lane < kWidth; ++lane) highest = std::max(highest, top[group][lane]);
      reference_[group] = highest;
    }
  }

  void weigh(float* inverse) {
    Vec total[kGroups]{};
    for (int64_t s = 0; s < count_; s += kWidth) {
      for (int group = 0; group < kGroups; ++group) {
        float* place = weights_ + s * kGroups + group * kWidth;
        const Vec weight = look_weight(load(place) - splat(reference_[group]));
        store(place, weight);
        total[group] += weight;
      }
    }
    for (int group = 0; group < kGroups; ++group) {
      const float sum = sum_of(total[group]);
      inverse[group] = sum > 0.0f ? 1.0f / (kGroups * sum) : 0.0f;
    }
  }

  const Selection& p_;
  const int64_t batch_, head_;
  int64_t count_ = 0;
  float* weights_;  // [sections, kGroups], in blocks
  float* share_;    // [sections]: most probability that the groups may give; 0 where closed
  int32_t* order_;  // [sections]
  float reference_[kGroups];
};

}  // namespace
