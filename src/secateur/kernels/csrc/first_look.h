// The first look of selection: every span by its mean key against means of the tile's queries.
#pragma once

#include "second_look.h"
#include "tile_spans.h"

namespace {

// The sum over the lanes of each group's vector, which is spent.
static void sum_groups(Vec (&rows)[kGroups], float* sums) {
  for (int group = 0; group < kGroups; group += kWidth) {
    store_any(sums + group, sum_rows(*(Vec(*)[kWidth])(rows + group)));
  }
}

class FirstLook {
 public:
  static int64_t floats(const Selection& p, int64_t padded_spans) {
    return GroupRows<kGroups>::floats(p.head_dim) + p.head_dim * kGroups + padded_spans * kGroups;
  }

  FirstLook(const Selection& p, const TileUnit& unit, int64_t kv_head, const TileQueries& queries,
            TileSpans& spans, int64_t padded_spans, float*& scratch)
      : p_(p),
        unit_(unit),
        kv_head_(kv_head),
        queries_(queries),
        spans_(spans),
        rows_(p.head_dim, take(scratch, GroupRows<kGroups>::floats(p.head_dim))),
        means_(take(scratch, p.head_dim * kGroups)),
        weights_(take(scratch, padded_spans * kGroups)) {
    std::fill_n(closed, kGroups, 0.0f);
    std::fill_n(reference, kGroups, kHidden);
  }

  float closed[kGroups];     // weight of the spans in closed sections
  float reference[kGroups];  // what weights are relative to

  // Takes in the queries.
  template <typename T>
  void load() {
    for (int lane = 0; lane < kGroups; ++lane) {
      const T* rows[secateur::kTile];
      for (int i = 0; i < queries_.group_count[lane]; ++i) {
        const int32_t query = queries_.index[queries_.group_first[lane] + i];
        rows[i] = (const T*)row_of(p_.query, unit_.batch, unit_.head, query, sizeof(T));
      }
      average_rows(means_ + lane * p_.head_dim, rows, queries_.group_count[lane], p_.head_dim);
    }
    rows_.load_rows(means_, p_.scale * kLog2E * kUnit);
  }

  // The means of the groups of queries `[kGroups, head_dim]`.
  const float* means() const { return means_; }

  // Room for what comes after both looks, when weights are spent.
  float* spent() { return weights_; }

  float* weights_at(int64_t block, int group) const {
    return weights_ + (block * kGroups + group) * kWidth;
  }

  // Weighs the spans of some blocks, and gives their probabilities.
  void look(const int32_t* blocks, int64_t count) {
    blocks_ = blocks;
    n_blocks_ = count;
    alignas(64) float top[kGroups * kWidth];
    score(top);
    for (int group = 0; group < kGroups; ++group) {  // a group may see nothing
      const float* own = top + group * kWidth;
      const float highest = std::max({*std::max_element(own, own + kWidth), reference[group], kVisible});
      closed[group] *= std::exp2((reference[group] - highest) / kUnit);
      reference[group] = highest;
    }
    weigh();
  }

  // Probabilities of the spans by this look; `inverse` is what each group's weights are counted by.
  void average(const float* inverse) {
    for (int64_t b = 0; b < n_blocks_; ++b) {
      Vec sum{};
      for (int group = 0; group < kGroups; ++group) {
        sum += ::load(weights_at(b, group)) * splat(inverse[group]);
      }
      store(spans_.probability + blocks_[b] * kWidth, sum);
    }
  }

 private:
  void score(float* top) {
    constexpr int B = std::min(block_rows(1), 8);
    const MeanBlocks means =
        mean_blocks(p_.means, unit_.batch * p_.kv_heads + kv_head_, p_.head_dim);
    const float* log_counts = p_.log_counts + unit_.batch * p_.n_spans;
    std::fill_n(top, kGroups * kWidth, kHidden);
    for (int64_t b = 0; b < n_blocks_; ++b) {
      const int64_t j = blocks_[b] * kWidth;
      const int64_t last = std::min(j + kWidth, spans_.visible) - 1;
      const bool general = p_.bias.data || last + 1 < j + kWidth ||
                           (p_.causal && spans_.starts[last] > queries_.group_position[0]);
      const Vec size = load_any(log_counts + j) * splat(kUnit);
      for (int group = 0; group < kGroups; group += B) {
        Vec acc[B][1];
        rows_.template scores<B>(acc, means, j / kWidth, group);
#pragma GCC unroll 8
        for (int i = 0; i < B; ++i) {
          Vec score = acc[i][0] + size;
          if (general) score = restricted(score, j, group + i);
          float* highest = top + (group + i) * kWidth;
          store(highest, maximum(score, ::load(highest)));
          store(weights_at(b, group + i), score);
        }
      }
    }
  }

  // Adds the bias of some spans and hides those that a group does not see.
  Vec restricted(Vec score, int64_t j, int group) const {
    const int32_t* starts = spans_.starts;
    alignas(64) float scores[kWidth];
    store(scores, score);
    for (int lane = 0; lane < kWidth; ++lane) {
      const bool seen = j + lane < spans_.visible &&
                        (!p_.causal || starts[j + lane] <= queries_.group_position[group]);
      if (!seen) {
        scores[lane] = kHidden;
      } else if (p_.bias.data) {  // of the group's middle query at the span's middle key
        const int64_t query = queries_.index[queries_.group_first[group] + queries_.group_count[group] / 2];
        scores[lane] += bias_at(p_, unit_, query, (starts[j + lane] + starts[j + lane + 1]) / 2);
      }
    }
    return ::load(scores);
  }

  // Turns scores into weights against the reference, and probabilities.
  void weigh() {
    Vec total[kGroups]{};
    for (int64_t b = 0; b < n_blocks_; ++b) {
      for (int group = 0; group < kGroups; ++group) {
        float* place = weights_at(b, group);
        const Vec weight = look_weight(::load(place) - splat(reference[group] - kRaise));
        store(place, weight);
        total[group] += weight;
      }
    }
    float sums[kGroups], inverse[kGroups];
    sum_groups(total, sums);
    for (int group = 0; group < kGroups; ++group) {
      const float sum = sums[group] + closed[group];
      inverse[group] = sum > 0.0f ? 1.0f / (kGroups * sum) : 0.0f;
    }
    average(inverse);
  }

  const Selection& p_;
  const TileUnit& unit_;
  const int64_t kv_head_;
  const TileQueries& queries_;
  TileSpans& spans_;
  GroupRows<kGroups> rows_;  // means of a few neighbouring queries
  float* means_;             // [kGroups, head_dim]
  float* weights_;           // [blocks, kGroups, kWidth]
  const int32_t* blocks_ = nullptr;
  int64_t n_blocks_ = 0;
};

}  // namespace
