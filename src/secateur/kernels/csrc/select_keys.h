// What selection prepares of the keys, once for all tiles of a head.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "looks.h"

namespace {

// Writes the mean of some rows; zeros where there are none.
template <typename T>
static void average_rows(float* mean, const T* const* rows, int count, int64_t head_dim) {
  const float share = count ? 1.0f / (float)count : 0.0f;
  int64_t d = 0;
  for (; d + kWidth <= head_dim; d += kWidth) {
    Vec sum{};
    for (int i = 0; i < count; ++i) sum += widen_row(rows[i] + d);
    store_any(mean + d, sum * splat(share));
  }
  for (; d < head_dim; ++d) {
    float sum = 0.0f;
    for (int i = 0; i < count; ++i) sum += widen(rows[i][d]);
    mean[d] = sum * share;
  }
}

// Taken off the keys of a head before they are rounded: the mean of those from the first visible one to
// its tile's end. What comes later, be it padding or what a causal query must not know of, has no say.
template <typename T>
static void centre_keys(const Selection& p, int64_t batch, int64_t kv_head) {
  const bool* mask = p.key_mask ? p.key_mask + batch * p.keys : nullptr;
  int64_t token = 0;
  while (mask && token < p.keys && !mask[token]) ++token;
  const int64_t place = p.causal ? std::max<int64_t>(token - (p.keys - p.queries), 0) : 0;
  const int64_t end = std::min(token + secateur::kTile - place % secateur::kTile, p.keys);
  const T* rows[secateur::kTile];
  int count = 0;
  for (; token < end; ++token) {
    if (mask && !mask[token]) continue;
    rows[count++] = (const T*)row_of(p.key, batch, kv_head, token, sizeof(T));
  }
  average_rows(p.centres + (batch * p.kv_heads + kv_head) * p.head_dim, rows, count, p.head_dim);
}

// Collects the mean keys of a section's spans and keeps their mean and how far they lie from it.
class SectionSummary {
 public:
  SectionSummary(const Selection& p, int64_t head) : p_(p), head_(head), means_(secateur::kSection * p.head_dim) {}

  void add(const float* mean) {
    std::copy_n(mean, p_.head_dim, means_.data() + count_++ * p_.head_dim);
  }

  void keep(int64_t section) {
    const float* rows[secateur::kSection];
    for (int i = 0; i < count_; ++i) rows[i] = means_.data() + i * p_.head_dim;
    std::vector<float> mean(p_.head_dim);
    average_rows(mean.data(), rows, count_, p_.head_dim);
    float largest = 0.0f;
    for (int i = 0; i < count_; ++i) {
      float square = 0.0f;
      for (int64_t d = 0; d < p_.head_dim; ++d) square += (rows[i][d] - mean[d]) * (rows[i][d] - mean[d]);
      largest = std::max(largest, square);
    }
    keep_mean(p_, p_.section_means, head_, section, mean.data());
    p_.section_radii[head_ * blocks_of(p_.section_means.count) * kWidth + section] = std::sqrt(largest);
    count_ = 0;
  }

 private:
  const Selection& p_;
  const int64_t head_;
  std::vector<float> means_;  // [kSection, head_dim]
  int count_ = 0;
};

// Means of the visible keys of some spans and of the sections they form, from a section's first span
// on; where keys are rounded, the keys of these spans too.
template <typename T>
static void prepare_keys(const Selection& p, int64_t batch, int64_t kv_head, int64_t first,
                         int64_t last) {
  const int32_t* spans = p.spans + batch * (p.n_spans + 1);
  const bool* mask = p.key_mask ? p.key_mask + batch * p.keys : nullptr;
  const T* keys = (const T*)row_of(p.key, batch, kv_head, 0, sizeof(T));
  const int64_t head = batch * p.kv_heads + kv_head;
  std::vector<const T*> rows;
  std::vector<float> mean(p.head_dim);
  SectionSummary section(p, head);
  for (int64_t j = first; j < last; ++j) {
    rows.clear();
    for (int32_t token = spans[j]; token < spans[j + 1]; ++token) {
      if (mask && !mask[token]) continue;
      rows.push_back(keys + token * p.key.token);
      keep_key(p, head, token, rows.back());
    }
    average_rows(mean.data(), rows.data(), (int)rows.size(), p.head_dim);
    keep_mean(p, p.means, head, j, mean.data());
    if (!p.section_means.count) continue;
    if (!rows.empty()) section.add(mean.data());
    if ((j + 1) % secateur::kSection == 0 || j + 1 == last) section.keep(j / secateur::kSection);
  }
}

}  // namespace
