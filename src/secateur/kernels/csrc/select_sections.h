// Sections before spans: where a tile sees too many spans to score them all, it scores the sections
// they form, against a few means of its queries only, and opens those that may hold something. A
// span's mean key scores at most about what its section's does and the part of its distance from it
// that lies along the query: two standard deviations of a direction drawn at random.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>

#include "select_keys.h"

namespace {

using secateur::kSection;

constexpr int32_t kForced = 0x7F800000;  // bits of infinity, the share of what is open anyway
constexpr int kCoarse = 4;               // means of a tile's queries that score sections
constexpr float kHighest = 60.0f;        // log2 of the largest weight against its reference

// The sections that one tile sees.
class Sections {
 public:
  static int64_t floats(const Selection& p) {
    return blocks_of(p.section_means.count) * kWidth * (kCoarse + 2) + kWidth +
           kCoarse * p.head_dim + GroupRows<kCoarse>::floats(p.head_dim);
  }

  // `means` are those of the tile's groups of queries `[kGroups, head_dim]`.
  Sections(const Selection& p, int64_t batch, int64_t kv_head, const float* means, float* scratch)
      : p_(p),
        batch_(batch),
        head_(batch * p.kv_heads + kv_head),
        groups_(p.head_dim, take(scratch, GroupRows<kCoarse>::floats(p.head_dim))) {
    float* coarse = take(scratch, kCoarse * p.head_dim);
    load_groups(means, coarse);
    const int64_t padded = blocks_of(p.section_means.count) * kWidth;
    weights_ = take(scratch, padded * kCoarse);
    share_ = take(scratch, padded);
    order_ = (int32_t*)take(scratch, padded + kWidth);
  }

  // Scores the first `count` sections.
  void look(int64_t count) {
    count_ = count;
    score();
    float inverse[kCoarse];
    weigh(inverse);
    const float* radii = p_.section_radii + head_ * blocks_of(p_.section_means.count) * kWidth;
    for (int64_t s = 0; s < count_; s += kWidth) {
      Vec sum{};
      for (int group = 0; group < kCoarse; ++group) {
        sum += load(weights_ + s * kCoarse + group * kWidth) * splat(inverse[group]);
      }
      const Vec most = minimum(load_any(radii + s) * splat(spread_), splat(kHighest * kUnit));
      store(share_ + s, sum * look_weight(most + splat(kRaise)));
    }
  }

  // Opens a section whatever it holds.
  void open(int64_t section) { share_[section] = INFINITY; }

  // Opens the sections in which a key's probability may reach `bar`, the likeliest of them where
  // there are too many, and lists all open ones in order. Returns their number.
  int64_t open_likely(float bar) {
    const float* counts = p_.section_counts + batch_ * p_.section_means.count;
    for (int64_t s = 0; s < count_; s += kWidth) {
      const Vec share = load(share_ + s), keys = load_any(counts + s);
      const VecI forced = share == splat(INFINITY);
      const VecI passes = ~forced & (keys > Vec{}) & (share >= splat(bar) * keys);
      store(share_ + s, forced ? share : passes ? share / keys : Vec{});
    }
    for (int64_t s = count_; s % kWidth; ++s) share_[s] = 0.0f;  // past the last section
    if (count_above(0) > p_.max_sections) keep_likeliest(p_.max_sections);
    int64_t opened = 0;
    for (int64_t s = 0; s < count_; s += kWidth) {
      opened = append_lanes(order_, opened, (int32_t)s, load(share_ + s) > Vec{});
    }
    return opened;
  }

  const int32_t* opened() const { return order_; }

  // What the sections that stay closed weigh for each of the tile's groups, and against what.
  void weigh_closed(float* closed, float* reference) const {
    Vec sum[kCoarse]{};
    for (int64_t s = 0; s < count_; s += kWidth) {
      const VecI open = load(share_ + s) > Vec{};
      for (int group = 0; group < kCoarse; ++group) {
        sum[group] += open ? Vec{} : load(weights_ + s * kCoarse + group * kWidth);
      }
    }
    for (int group = 0; group < kGroups; ++group) {
      closed[group] = sum_of(sum[group / kEach]);
      reference[group] = reference_[group / kEach];
    }
  }

 private:
  static constexpr int kEach = kGroups / kCoarse;

  // Joins groups of queries, and measures what a distance of 1 from a mean key may add to a score,
  // in the mean of what they joined.
  void load_groups(const float* means, float* coarse) {
    float lengths = 0.0f;
    for (int group = 0; group < kCoarse; ++group) {
      float square = 0.0f;
      for (int64_t d = 0; d < p_.head_dim; ++d) {
        float sum = 0.0f;
        for (int i = 0; i < kEach; ++i) sum += means[(group * kEach + i) * p_.head_dim + d];
        const float mean = sum / kEach;
        coarse[group * p_.head_dim + d] = mean;
        square += mean * mean;
      }
      lengths += std::sqrt(square);
    }
    const float length = lengths / kCoarse / std::sqrt((float)p_.head_dim);
    spread_ = 2.0f * length * std::abs(p_.scale) * (kLog2E * kUnit);
    groups_.load_rows(coarse, p_.scale * kLog2E * kUnit);
  }

  // Closes all but the likeliest, and of those alike the first. Shares are positive floats, whose
  // bits are ordered as they are: the bits to be above are found by halving.
  void keep_likeliest(int64_t most) {
    int32_t low = 0, high = kForced - 1;  // more than `most` are above low, no more above high
    while (low + 1 < high) {
      const int32_t middle = low + (high - low) / 2;
      const int64_t above = count_above(middle);
      (above > most ? low : high) = middle;
      if (above == most) break;
    }
    int64_t alike = most - count_above(high);
    for (int64_t s = 0; s < count_; s += kWidth) {
      const VecI bits = load((const int32_t*)share_ + s);
      store((uint32_t*)share_ + s, (VecU)(bits > splat_int(high) ? bits : VecI{}));
      if (!alike) continue;
      for (int lane = 0; lane < kWidth && s + lane < count_; ++lane) {
        if (bits[lane] == high && alike-- > 0) share_[s + lane] = std::bit_cast<float>(high);
      }
    }
  }

  // Sections whose bits are above the given ones, those that are open whatever they hold left out.
  int64_t count_above(int32_t bits) const {
    VecI total{};
    for (int64_t s = 0; s < count_; s += kWidth) {
      const VecI own = load((const int32_t*)share_ + s);
      total -= (own > splat_int(bits)) & (own < splat_int(kForced));
    }
    int64_t count = 0;
    for (int lane = 0; lane < kWidth; ++lane) count += total[lane];
    return count;
  }

  static VecI splat_int(int32_t x) { return (VecI)splat((uint32_t)x); }

  void score() {
    constexpr int B = std::min(block_rows(1), kCoarse);
    const MeanBlocks means = mean_blocks(p_.section_means, head_, p_.head_dim);
    const float* log_counts = p_.section_log_counts + batch_ * p_.section_means.count;
    Vec top[kCoarse];
    std::fill_n(top, kCoarse, splat(kHidden));
    for (int64_t s = 0; s < count_; s += kWidth) {
      const Vec size = load_any(log_counts + s) * splat(kUnit);
      for (int group = 0; group < kCoarse; group += B) {
        Vec acc[B][1];
        groups_.template scores<B>(acc, means, s / kWidth, group);
        for (int i = 0; i < B; ++i) {
          Vec score = acc[i][0] + size;
          for (int64_t lane = count_ - s; lane < kWidth; ++lane) score[lane] = kHidden;
          top[group + i] = maximum(score, top[group + i]);
          store(weights_ + s * kCoarse + (group + i) * kWidth, score);
        }
      }
    }
    for (int group = 0; group < kCoarse; ++group) {
      float highest = kVisible;
      for (int lane = 0; lane < kWidth; ++lane) highest = std::max(highest, top[group][lane]);
      reference_[group] = highest;
    }
  }

  void weigh(float* inverse) {
    Vec total[kCoarse]{};
    for (int64_t s = 0; s < count_; s += kWidth) {
      for (int group = 0; group < kCoarse; ++group) {
        float* place = weights_ + s * kCoarse + group * kWidth;
        const Vec weight = look_weight(load(place) - splat(reference_[group] - kRaise));
        store(place, weight);
        total[group] += weight;
      }
    }
    for (int group = 0; group < kCoarse; ++group) {
      const float sum = sum_of(total[group]);
      inverse[group] = sum > 0.0f ? 1.0f / (kCoarse * sum) : 0.0f;
    }
  }

  const Selection& p_;
  const int64_t batch_, head_;
  GroupRows<kCoarse> groups_;
  int64_t count_ = 0;
  float spread_ = 0.0f;
  float* weights_;  // [sections, kCoarse], in blocks
  float* share_;    // [sections]: most probability that the groups may give; 0 where closed
  int32_t* order_;  // [sections]
  float reference_[kCoarse];
};

}  // namespace
