// Forward pass of one unit in bfloat16 by register tiles. The tiles' unit and the vectors' run beside
// each other as far as the processor looks ahead: tiles score the next 16 keys while these are
// exponentiated, and multiply one part of the values while the next is transposed. All that is
// written again and again stays within 48 KiB at head_dim 64: the first cache.
#pragma once

#include <algorithm>

#include "tiles.h"

namespace {

template <int L>
class TiledForward {
  static constexpr int G = L / kWidth;

 public:
  static size_t scratch_bytes(int64_t head_dim) {
    const int64_t depth = whole_tiles(head_dim);
    const int64_t floats = depth * L + depth / 2 * L + kTileRows * depth / 2;
    return sizeof(float) * (size_t)(floats + 3 * kTileRows * L + kChunk / 2 * (L + kTileDepth));
  }

  TiledForward(const Problem& p, const Unit& unit, const Partial& partial, char* scratch)
      : p_(p), unit_(unit), depth_(whole_tiles(p.head_dim)), writer_(p, partial, lanes_) {
    float* next = (float*)scratch;
    output_ = take(next, depth_ * L);
    queries_ = (uint32_t*)take(next, depth_ / 2 * L);
    keys_ = (uint16_t*)take(next, kTileRows * depth_ / 2);
    scores_[0] = take(next, kTileRows * L);
    scores_[1] = take(next, kTileRows * L);
    bias_ = take(next, kTileRows * L);
    weights_ = (uint32_t*)take(next, kChunk / 2 * L);
    values_ = (uint16_t*)take(next, kChunk / 2 * kTileDepth);
  }

  void run() {
    place_queries(lanes_, p_, unit_);
    KeyStream<uint16_t> stream(p_, unit_, lanes_);
    load_queries<uint16_t>((float*)queries_, p_, lanes_);
    for (int64_t i = p_.head_dim / 2 * L; i < depth_ / 2 * L; i += kWidth) store(queries_ + i, VecU{});
    for (int64_t i = 0; i < depth_ * L; i += kWidth) store(output_ + i, Vec{});
    softmax_.clear();
    bool more = stream.next(chunks_[0]);
    if (more) score(chunks_[0], 0);
    for (int turn = 0; more; ++turn) {
      chunk_ = chunks_ + turn % 2;
      Chunk<uint16_t>& following = chunks_[1 - turn % 2];
      more = stream.next(following);
      if (!more) following.count = 0;
      weigh_chunk(following);
      if (more) score(following, 0);
      if (heavy_) add_values();
    }
    writer_.write(output_, softmax_);
  }

 private:
  // Scores 16 keys of a chunk.
  void score(const Chunk<uint16_t>& chunk, int first) {
    const int count = chunk.count - first < kTileRows ? chunk.count - first : kTileRows;
    copy_rows(keys_, chunk.key_rows + first, count, p_.head_dim, depth_);
    multiply_row<L>(scores(first), keys_, queries_, depth_);
  }

  float* scores(int first) const { return scores_[first / kTileRows % 2]; }
  uint32_t* weights(int key) const { return weights_ + key / 2 * L; }

  void weigh_chunk(const Chunk<uint16_t>& following) {
    // A product that is the largest scores highest under a positive scale only.
    const bool always = is_general(p_) || p_.scale < 0.0f;
    heavy_ = false;
    for (int first = 0; first < chunk_->count; first += kTileRows) {
      for (int i = first; i < first + kTileRows; ++i) {
        if (i < chunk_->count) prefetch(chunk_->value_rows[i]);
        if (i < following.count) prefetch(following.key_rows[i]);
      }
      if (first + kTileRows < chunk_->count) score(*chunk_, first + kTileRows);
      if (always || partial(first)) {
        weigh<true>(first);
      } else {
        weigh<false>(first);
      }
    }
  }

  // Kept keys lie scattered: values are fetched while their chunk is scored, keys a chunk ahead.
  void prefetch(const uint16_t* row) const { prefetch_row<0>(row, p_.head_dim * 2); }

  bool partial(int first) const {
    bool some = first + kTileRows > chunk_->count;
    for (int i = first; i < first + kTileRows && i < chunk_->count; i += kBlock) {
      some |= chunk_->partial[i / kBlock];
    }
    return some;
  }

  // Exponentiates the scores of 16 keys.
  template <bool General>
  void weigh(int first) {
    float* const scores = this->scores(first);
    Vec factor = splat(p_.scale * kLog2E);
    if constexpr (General) {
      restrict(scores, first);
      factor = splat(1.0f);
    }
    Vec high[G];
    bool raise = false, heavy = false;
#pragma GCC unroll 4
    for (int r = 0; r < G; ++r) {
      high[r] = load(scores + r * kWidth);
#pragma GCC unroll 16
      for (int i = 1; i < kTileRows; ++i) high[r] = maximum(high[r], load(scores + i * L + r * kWidth));
      const Vec top = high[r] * factor + load(softmax_.negative_max + r * kWidth);
      raise |= any_above(top, load(softmax_.limit + r * kWidth));
      heavy |= any_not_under(top, splat(-p_.margin));
    }
    if (__builtin_expect(!(raise | heavy), 0) && !holds_nan(scores)) {
      for (int i = 0; i < kTileRows / 2 * L; i += kWidth) store(weights(first) + i, VecU{});
      return;
    }
    heavy_ = true;
    for (int r = 0; raise && r < G; ++r) raise_maximum(high[r] * factor, first, r * kWidth);
#pragma GCC unroll 4
    for (int r = 0; r < G; ++r) {
      const Vec start = load(softmax_.negative_max + r * kWidth);
      Vec total = load(softmax_.sum + r * kWidth);
#pragma GCC unroll 8
      for (int i = 0; i < kTileRows; i += 2) {
        const float* pair = scores + i * L + r * kWidth;
        Vec one = exp2<false>(load(pair) * factor + start);
        Vec two = exp2<false>(load(pair + L) * factor + start);
        if (General && p_.dropout) {
          total += one + two;
          drop_pair(one, two, first + i, r * kWidth);
        }
        const VecU both = pack(one, two);
        store(weights(first + i) + r * kWidth, both);
        // What will be multiplied is summed, the rounded weights; but dropout sums all.
        if (!(General && p_.dropout)) total = dot_pairs(total, both, splat(0x3F803F80u));
      }
      store(softmax_.sum + r * kWidth, total);
    }
  }

  // Whether some of 16 keys' scores are NaN, which their maximum may not show.
  static bool holds_nan(const float* scores) {
    bool some = false;
    for (int i = 0; i < kTileRows * L; i += kWidth) {
      some |= any_not_under(load(scores + i), splat(__builtin_inff()));
    }
    return some;
  }

  // Brings scores to units of log2, caps them, adds the bias and hides what a lane must not see,
  // filler too.
  __attribute__((noinline)) void restrict(float* scores, int first) {
    const int count = chunk_->count - first < kTileRows ? chunk_->count - first : kTileRows;
    const Vec factor = splat(p_.scale * kLog2E);
    if (p_.bias.data) load_bias(bias_, p_, lanes_, chunk_->keys + first, count);
    for (int i = 0; i < count; i += kBlock) {
      Vec acc[kBlock][G];
      for (int k = 0; k < kBlock; ++k) {
        for (int r = 0; r < G; ++r) acc[k][r] = load(scores + (i + k) * L + r * kWidth) * factor;
      }
      restrict_scores<L>(acc, p_, lanes_, chunk_->keys + first + i, bias_ + i * L, 0, nullptr);
      for (int k = 0; k < kBlock; ++k) {
        for (int r = 0; r < G; ++r) store(scores + (i + k) * L + r * kWidth, acc[k][r]);
      }
    }
    for (int i = count * L; i < kTileRows * L; i += kWidth) store(scores + i, splat(kHidden));
  }

  void drop_pair(Vec& one, Vec& two, int first, int lane) const {
    const VecU row = load(lanes_.hash + lane);
    one = drop(one, p_, row, chunk_->keys[first]);
    two = drop(two, p_, row, chunk_->keys[first + 1]);
  }

  // Moves the maximum of the lanes whose highest score exceeds their limit.
  __attribute__((noinline)) void raise_maximum(Vec highest, int computed, int lane) {
    Vec factor, once_more;
    bool again = false;
    softmax_.raise(highest + load(softmax_.negative_max + lane), lane, factor, again);
    if (again) softmax_.raise(highest + load(softmax_.negative_max + lane), lane, once_more, again);
    for (int64_t d = 0; d < depth_; ++d) {
      store(output_ + d * L + lane, load(output_ + d * L + lane) * factor);
    }
    for (int key = 0; key < computed; key += 2) {
      store(weights(key) + lane, scale_pair(load(weights(key) + lane), factor));
    }
  }

  // Adds the chunk's weighted values to the output.
  void add_values() {
    const int keys = chunk_->count > kTileDepth ? kChunk : kTileDepth;
    const int weighed = (chunk_->count + kTileRows - 1) / kTileRows * kTileRows;
    for (int i = weighed / 2 * L; i < keys / 2 * L; i += kWidth) store(weights_ + i, VecU{});
    for (int64_t d = 0; d < depth_; d += kTileDepth) {
      for (int key = 0; key < keys; key += kTileDepth) {
        transpose_rows(values_ + key, chunk_->value_rows + key, chunk_->count - key, d, p_.head_dim);
      }
      add_weighted_square<L, std::min(L, 32)>(output_ + d * L, values_, weights_, keys);
      if constexpr (L > 32) {
        add_weighted_square<L, L - 32>(output_ + d * L + 32, values_, weights_ + 32, keys);
      }
    }
  }

  const Problem& p_;
  const Unit& unit_;
  const int64_t depth_;  // head_dim in whole tiles
  Lanes<L> lanes_;
  const RowWriter<uint16_t, L> writer_;
  Softmax<L> softmax_;
  Chunk<uint16_t> chunks_[2];
  const Chunk<uint16_t>* chunk_ = nullptr;
  bool heavy_ = false;   // some keys of the chunk were not left out
  float* output_;        // [depth, L]
  uint32_t* queries_;    // [depth / 2, L]
  uint16_t* keys_;       // [16, depth]
  float* scores_[2];     // [16, L] of these keys and of the next
  float* bias_;          // [16, L]
  uint32_t* weights_;    // [kChunk / 2, L]
  uint16_t* values_;     // [32, kChunk]: a part of the head dimension
};

template <>
void forward<uint16_t>(const Problem& p, const Unit& unit, const Partial& partial, char* scratch) {
  const TileRegisters registers;
  const int64_t lanes = unit.heads * unit.count;
  if (lanes <= kTileRows) {
    TiledForward<kTileRows>(p, unit, partial, scratch).run();
  } else if (lanes <= 2 * kTileRows) {
    TiledForward<2 * kTileRows>(p, unit, partial, scratch).run();
  } else if (lanes <= 3 * kTileRows) {
    TiledForward<3 * kTileRows>(p, unit, partial, scratch).run();
  } else {
    TiledForward<secateur::kTile>(p, unit, partial, scratch).run();
  }
}

}  // namespace
