// The queries of one tile: in groups of neighbours whose means the first look scores, and those of
// each group whose real scores the second look computes.
#pragma once

#include <algorithm>

#include "problem.h"

namespace {

using secateur::kGroups;
using secateur::kSamples;
using secateur::Selection;

constexpr int kPerGroup = kSamples / kGroups;

struct TileQueries {
  int live = 0;                  // queries that are no padding
  int32_t index[secateur::kTile];  // of these
  int32_t group_first[kGroups], group_count[kGroups], sampled[kSamples];
  alignas(64) int32_t group_position[kGroups];  // key position of the group's last query
  alignas(64) int32_t sample_position[kSamples];

  TileQueries(const Selection& p, const secateur::TileUnit& unit) {
    const int64_t first = unit.tile * secateur::kTile;
    const int64_t last = std::min<int64_t>(first + secateur::kTile, p.queries);
    const int64_t shift = p.keys - p.queries;
    const bool* mask = p.key_mask && shift == 0 ? p.key_mask + unit.batch * p.keys : nullptr;
    for (int64_t query = first; query < last; ++query) {
      if (!mask || mask[query]) index[live++] = (int32_t)query;
    }
    for (int lane = 0; lane < kGroups && live; ++lane) {
      const int begin = live * lane / kGroups;
      const int count = std::max(1, live * (lane + 1) / kGroups - begin);
      group_first[lane] = begin;
      group_count[lane] = count;
      group_position[lane] = (int32_t)(index[begin + count - 1] + shift);
      for (int k = 0; k < kPerGroup; ++k) {
        const int sample = lane * kPerGroup + k;
        sampled[sample] = index[begin + count * (2 * k + 1) / (2 * kPerGroup)];
        sample_position[sample] = (int32_t)(sampled[sample] + shift);
      }
    }
  }
};

}  // namespace
