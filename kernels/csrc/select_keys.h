// What selection prepares of the keys, once for all tiles of a head.
#pragma once

#include <algorithm>
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

// Taken off the keys of a head before they are rounded: the mean of a few hundred of them.
template <typename T>
static void centre_keys(const Selection& p, int64_t batch, int64_t kv_head) {
  constexpr int64_t kFew = 256;
  const bool* mask = p.key_mask ? p.key_mask + batch * p.keys : nullptr;
  const T* rows[kFew];
  int count = 0;
  for (int64_t i = 0; i < std::min(kFew, p.keys); ++i) {
    const int64_t token = p.keys <= kFew ? i : i * p.keys / kFew;
    if (!mask || mask[token]) {
      rows[count++] = (const T*)row_of(p.key, batch, kv_head, token, sizeof(T));
    }
  }
  average_rows(p.centres + (batch * p.kv_heads + kv_head) * p.head_dim, rows, count, p.head_dim);
}

// Means of the visible keys of some spans; where keys are rounded, the keys of these spans too.
template <typename T>
static void prepare_keys(const Selection& p, int64_t batch, int64_t kv_head, int64_t first,
                         int64_t last) {
  const int32_t* spans = p.spans + batch * (p.n_spans + 1);
  const bool* mask = p.key_mask ? p.key_mask + batch * p.keys : nullptr;
  const T* keys = (const T*)row_of(p.key, batch, kv_head, 0, sizeof(T));
  const int64_t head = batch * p.kv_heads + kv_head;
  std::vector<const T*> rows;
  std::vector<float> mean(p.head_dim);
  for (int64_t j = first; j < last; ++j) {
    rows.clear();
    for (int32_t token = spans[j]; token < spans[j + 1]; ++token) {
      if (mask && !mask[token]) continue;
      rows.push_back(keys + token * p.key.token);
      keep_key(p, head, token, rows.back());
    }
    average_rows(mean.data(), rows.data(), (int)rows.size(), p.head_dim);
    keep_mean(p, head, j, mean.data());
  }
}

}  // namespace
