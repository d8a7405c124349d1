// What the host counts of a call's keys before tiles are selected.
#pragma once

#include <cmath>

#include "host.h"

namespace secateur {

// Visible keys before each key, in each span and in each section.
class KeyCounts {
 public:
  explicit KeyCounts(Selection& p)
      : before_(torch::stable::empty({p.batches * (p.keys + 1)},
                                    torch::headeronly::ScalarType::Int)),
        counts_(2 * p.batches * (p.n_spans + p.section_means.count) + 16) {  // and a vector
    auto* before = static_cast<int32_t*>(before_.mutable_data_ptr());
    const int64_t spans = p.batches * p.n_spans, sections = p.batches * p.section_means.count;
    float* counts = counts_.data();
    p.before = before;
    p.counts = counts;
    p.log_counts = counts + spans;
    p.section_counts = counts + 2 * spans;
    p.section_log_counts = counts + 2 * spans + sections;
    count_keys(p, before);
    write_counts(p, 1, p.n_spans, counts, counts + spans);
    write_counts(p, kSection, p.section_means.count, counts + 2 * spans, counts + 2 * spans + sections);
  }

 private:
  static void count_keys(const Selection& p, int32_t* before) {
    for (int64_t batch = 0; batch < p.batches; ++batch) {
      int32_t* sums = before + batch * (p.keys + 1);
      const bool* mask = p.key_mask ? p.key_mask + batch * p.keys : nullptr;
      sums[0] = 0;
      for (int64_t key = 0; key < p.keys; ++key) sums[key + 1] = sums[key] + (!mask || mask[key]);
    }
  }

  // Of `count` groups of `size` neighbouring spans each.
  static void write_counts(const Selection& p, int64_t size, int64_t count, float* counts, float* logs) {
    for (int64_t batch = 0; batch < p.batches; ++batch) {
      const int32_t* sums = p.before + batch * (p.keys + 1);
      const int32_t* spans = p.spans + batch * (p.n_spans + 1);
      for (int64_t i = 0; i < count; ++i) {
        const int64_t last = std::min((i + 1) * size, p.n_spans);
        const auto keys = static_cast<float>(sums[spans[last]] - sums[spans[i * size]]);
        *counts++ = keys;
        *logs++ = keys > 0 ? std::log2(keys) : -1e30f;
      }
    }
  }

  torch::stable::Tensor before_;
  Scratch counts_;
};

}  // namespace secateur
