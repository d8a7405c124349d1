// The spans that one tile of queries sees, and what is counted of each.
#pragma once

#include <algorithm>

#include "micro.h"
#include "select_queries.h"

namespace {

constexpr int32_t kAlways = 1, kLooked = 2, kKeep = 4;  // flags of a span

struct TileSpans {
  const int32_t* starts;      // of the document's spans, and the end of the last
  int64_t visible;            // spans some query may see
  int64_t whole;              // of these, from the first on, that every query sees whole
  int64_t first = 0;          // the first with a visible key
  int64_t near_first, near_last;  // those that reach into the neighbourhood
  double total_pairs;         // visible (query, key) pairs
  float* pairs;               // of each span
  int32_t* flags;             // of each span
  float* probability;         // of each span, by all that was looked at

  // `pairs`, `flags` and `probability` have room for a vector past the last span.
  TileSpans(const Selection& p, const secateur::TileUnit& unit, const TileQueries& queries,
            float* pairs, int32_t* flags, float* probability)
      : starts(p.spans + unit.batch * (p.n_spans + 1)),
        pairs(pairs),
        flags(flags),
        probability(probability) {
    if (!queries.live) return;
    const int64_t shift = p.keys - p.queries;
    const auto reach = [&](int query) {
      return (int32_t)(p.causal ? queries.index[query] + shift + 1 : p.keys);
    };
    visible = std::lower_bound(starts, starts + p.n_spans, reach(queries.live - 1)) - starts;
    whole = std::upper_bound(starts + 1, starts + visible + 1, reach(0)) - starts - 1;
    count_pairs(p, unit, queries);
    const float* counts = p.counts + unit.batch * p.n_spans;
    while (first < visible && (first < whole ? counts : pairs)[first] == 0.0f) ++first;
    place_near(p, unit);
  }

  // Marks the spans of a block that are kept without asking: the neighbourhood and the first one.
  void mark_always() {
    if (first < visible) flags[first] = kAlways;
    for (int64_t j = near_first; j < near_last; ++j) {
      if (pairs[j] > 0.0f) flags[j] = kAlways;
    }
  }

  // Clears the flags of a block and counts the pairs of its spans that every query sees whole.
  void open_block(int64_t block, const float* counts, int live) {
    const int64_t j = block * kWidth;
    if (j + kWidth <= whole) {
      store(pairs + j, load_any(counts + j) * splat((float)live));
    } else {
      for (int64_t k = j; k < whole; ++k) pairs[k] = (float)live * counts[k];
    }
    store((uint32_t*)flags + j, VecU{});
  }

 private:
  // One by one in the spans that not every query sees whole.
  void count_pairs(const Selection& p, const secateur::TileUnit& unit, const TileQueries& queries) {
    const int64_t shift = p.keys - p.queries;
    const int32_t* before = p.before + unit.batch * (p.keys + 1);
    total_pairs = (double)queries.live * (before[starts[whole]] - before[starts[0]]);
    for (int64_t j = whole; j < visible; ++j) {
      int64_t count = 0;
      for (int i = 0; i < queries.live; ++i) {
        const int64_t seen =
            std::clamp<int64_t>(queries.index[i] + shift + 1, starts[j], starts[j + 1]);
        count += before[seen] - before[starts[j]];
      }
      pairs[j] = (float)count;
      total_pairs += count;
    }
  }

  void place_near(const Selection& p, const secateur::TileUnit& unit) {
    const int64_t query = unit.tile * secateur::kTile;
    const int64_t last = std::min<int64_t>(query + secateur::kTile, p.queries) - 1;
    const int64_t shift = p.keys - p.queries;
    const int64_t low = std::max<int64_t>(query + shift - p.local, -1);
    const int64_t high = std::min(last + shift + p.local, p.keys);
    near_first = std::upper_bound(starts + 1, starts + visible + 1, (int32_t)low) - starts - 1;
    near_last = std::upper_bound(starts, starts + visible, (int32_t)high) - starts;
  }
};

}  // namespace
