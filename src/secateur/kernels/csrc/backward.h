// Backward pass of one tile in fp32: probabilities are computed again from lse. The unit's thread
// owns all gradients it adds to.
#pragma once

#include "lanes.h"
#include "micro.h"
#include "scores.h"

namespace {

using secateur::Gradients;

class Backward {
  static constexpr int L = secateur::kTile;
  static constexpr int G = L / kWidth < kGroup ? L / kWidth : kGroup;

 public:
  static size_t scratch_bytes(int64_t head_dim) {
    return sizeof(float) * (size_t)(5 * padded(head_dim) * L + 4 * kChunk * L);
  }

  Backward(const Problem& p, const Gradients& gradients, const Unit& unit, char* scratch)
      : p_(p), g_(gradients), unit_(unit), head_dim_(p.head_dim), stride_(padded(p.head_dim)) {
    float* next = (float*)scratch;
    queries_ = take(next, stride_ * L);
    upstream_ = take(next, stride_ * L);
    grad_query_ = take(next, stride_ * L);
    query_rows_ = take(next, stride_ * L);
    upstream_rows_ = take(next, stride_ * L);
    weights_ = take(next, kChunk * L);
    grad_scores_ = take(next, kChunk * L);
    bias_ = take(next, kChunk * L);
    slopes_ = take(next, kChunk * L);
  }

  void run() {
    place_queries(lanes_, p_, unit_);
    load_rows();
    for (int64_t i = 0; i < head_dim_ * L; i += kWidth) store(grad_query_ + i, Vec{});
    const bool always = is_general(p_);
    KeyStream<float> stream(p_, unit_, lanes_);
    while (stream.next(chunk_)) {
      if (p_.bias.data) load_bias(bias_, p_, lanes_, chunk_.keys, chunk_.count);
      for (int first = 0; first < chunk_.count; first += kBlock) {
        for (int lane = 0; lane < L; lane += G * kWidth) {
          if (always || chunk_.partial[first / kBlock]) {
            score_block<true>(first, lane);
          } else {
            score_block<false>(first, lane);
          }
        }
      }
      add_to_keys(weights_, upstream_rows_, g_.value);
      if (g_.bias.data) add_to_bias();
      if (p_.softcap > 0.0f) multiply_slopes();
      add_to_keys(grad_scores_, query_rows_, g_.key);
      add_to_queries();
    }
    write_queries();
  }

 private:
  static int64_t padded(int64_t head_dim) { return (head_dim + kWidth - 1) / kWidth * kWidth; }

  void load_rows() {
    const void *queries[L], *upstream[L];
    for (int lane = 0; lane < L; ++lane) {
      const int64_t head = lanes_.batch * p_.heads + lanes_.head[lane];
      const int64_t row = head * p_.queries + lanes_.index[lane];
      queries[lane] =
          row_of(p_.query, lanes_.batch, lanes_.head[lane], lanes_.index[lane], sizeof(float));
      upstream[lane] = g_.output + row * head_dim_;
      const double lse = p_.lse[row] / kLn2;  // in units of log2, as all scores
      // Idle lanes and rows that saw nothing get probability zero.
      const bool idle = lane >= lanes_.count || lse == -__builtin_inff();
      negative_lse_[lane] = idle ? kHidden : (float)-lse;
      rest_[lane] = idle ? 0.0f : (float)(lse + negative_lse_[lane]);
      delta_[lane] = g_.delta[row];
      for (int64_t d = 0; d < stride_; ++d) {
        const bool real = d < head_dim_;
        query_rows_[lane * stride_ + d] = real ? ((const float*)queries[lane])[d] * p_.scale : 0.0f;
        upstream_rows_[lane * stride_ + d] = real ? ((const float*)upstream[lane])[d] : 0.0f;
      }
    }
    gather_columns<L>(queries, head_dim_, queries_);
    gather_columns<L>(upstream, head_dim_, upstream_);
    const Vec factor = splat(p_.scale * kLog2E);
    for (int64_t i = 0; i < head_dim_ * L; i += kWidth) {
      store(queries_ + i, load(queries_ + i) * factor);
    }
  }

  template <bool General>
  __attribute__((always_inline)) void score_block(int first, int lane) {
    Vec weight[kBlock][G], grad[kBlock][G];
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) {
      const Vec start = load(negative_lse_ + lane + r * kWidth);
#pragma GCC unroll 16
      for (int i = 0; i < kBlock; ++i) weight[i][r] = start;
    }
    add_products(weight, chunk_.key_rows + first, queries_ + lane, L, head_dim_);
    if constexpr (General) {
      restrict_scores<L>(weight, p_, lanes_, chunk_.keys + first, bias_ + first * L, lane,
                         negative_lse_ + lane, slopes_ + first * L + lane);
    }
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) {
      const Vec rest = General ? load(rest_ + lane + r * kWidth) : Vec{};
#pragma GCC unroll 16
      for (int i = 0; i < kBlock; ++i) {
        weight[i][r] = exp2<true>(weight[i][r] - rest);
        store(grad_scores_ + (first + i) * L + lane + r * kWidth, weight[i][r]);
        grad[i][r] = Vec{};
      }
    }
    if constexpr (General) {
      if (p_.dropout) drop_weights<L>(weight, p_, lanes_, chunk_.keys + first, lane);
    }
#pragma GCC unroll 16
    for (int i = 0; i < kBlock; ++i) {
#pragma GCC unroll 8
      for (int r = 0; r < G; ++r) {
        store(weights_ + (first + i) * L + lane + r * kWidth, weight[i][r]);
      }
    }
    add_products(grad, chunk_.value_rows + first, upstream_ + lane, L, head_dim_);
    if constexpr (General) {
      if (p_.dropout) drop_weights<L>(grad, p_, lanes_, chunk_.keys + first, lane);
    }
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) {
      const Vec delta = load(delta_ + lane + r * kWidth);
#pragma GCC unroll 16
      for (int i = 0; i < kBlock; ++i) {
        float* place = grad_scores_ + (first + i) * L + lane + r * kWidth;
        store(place, load(place) * (grad[i][r] - delta));
      }
    }
  }

  // total[key] += sum over queries of columns[key, query] * rows[query].
  void add_to_keys(const float* columns, const float* rows, float* total) {
    const int64_t head = (unit_.batch * p_.kv_heads + unit_.kv_head) * p_.keys;
    for (int first = 0; first < chunk_.real; first += kBlock) {
      int64_t d = 0;
      for (; d + G * kWidth <= stride_; d += G * kWidth) {
        add_to_block<G>(columns, rows + d, total + head * head_dim_ + d, first, head_dim_ - d);
      }
      for (; d < stride_; d += kWidth) {
        add_to_block<1>(columns, rows + d, total + head * head_dim_ + d, first, head_dim_ - d);
      }
    }
  }

  template <int R>
  __attribute__((always_inline)) void add_to_block(const float* columns, const float* rows,
                                                   float* total, int first, int64_t room) {
    Vec acc[kBlock][R];
    const float* items[kBlock];
#pragma GCC unroll 16
    for (int i = 0; i < kBlock; ++i) {
      items[i] = columns + (first + i) * L;
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) acc[i][r] = Vec{};
    }
    add_products(acc, items, rows, stride_, L);
#pragma GCC unroll 16
    for (int i = 0; i < kBlock; ++i) {
      if (first + i >= chunk_.real) continue;
      float* row = total + chunk_.keys[first + i] * head_dim_;
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) {
        if ((r + 1) * kWidth <= room) {
          store_any(row + r * kWidth, load_any(row + r * kWidth) + acc[i][r]);
        } else {
          for (int64_t d = r * kWidth; d < room; ++d) row[d] += acc[i][r][d - r * kWidth];
        }
      }
    }
  }

  void add_to_queries() {
    for (int lane = 0; lane < L; lane += G * kWidth) {
      for (int64_t d = 0; d < head_dim_; d += kBlock) {
        Vec acc[kBlock][G];
#pragma GCC unroll 16
        for (int i = 0; i < kBlock; ++i) {
#pragma GCC unroll 8
          for (int r = 0; r < G; ++r) acc[i][r] = Vec{};
        }
        add_weighted<G, L>(acc, chunk_.key_rows, d, grad_scores_ + lane, chunk_.count);
        float* place = grad_query_ + d * L + lane;
#pragma GCC unroll 16
        for (int i = 0; i < kBlock; ++i) {
#pragma GCC unroll 8
          for (int r = 0; r < G; ++r) {
            float* item = place + i * L + r * kWidth;
            store(item, load(item) + acc[i][r]);
          }
        }
      }
    }
  }

  // What reaches the scores passes the cap on its way to queries and keys.
  void multiply_slopes() {
    for (int i = 0; i < chunk_.count * L; i += kWidth) {
      store(grad_scores_ + i, load(grad_scores_ + i) * load(slopes_ + i));
    }
  }

  void add_to_bias() {
    for (int lane = 0; lane < lanes_.count; ++lane) {
      float* row = (float*)row_of(g_.bias, lanes_.batch, lanes_.head[lane], lanes_.index[lane],
                                  sizeof(float));
      for (int i = 0; i < chunk_.real; ++i) row[chunk_.keys[i]] += grad_scores_[i * L + lane];
    }
  }

  void write_queries() {
    for (int lane = 0; lane < lanes_.count; ++lane) {
      const int64_t head = lanes_.batch * p_.heads + lanes_.head[lane];
      float* row = g_.query + (head * p_.queries + lanes_.index[lane]) * head_dim_;
      for (int64_t d = 0; d < head_dim_; ++d) row[d] = grad_query_[d * L + lane] * p_.scale;
    }
  }

  const Problem& p_;
  const Gradients& g_;
  const Unit& unit_;
  const int64_t head_dim_, stride_;
  Lanes<L> lanes_;
  Chunk<float> chunk_;
  float *queries_, *upstream_, *grad_query_, *query_rows_, *upstream_rows_;
  float *weights_, *grad_scores_, *bias_, *slopes_;
  alignas(64) float negative_lse_[L];
  alignas(64) float rest_[L];  // of lse, which rounding to float took off
  alignas(64) float delta_[L];
};

static void backward(const Problem& p, const Gradients& gradients, const Unit& unit,
                     char* scratch) {
  Backward(p, gradients, unit, scratch).run();
}

}  // namespace
