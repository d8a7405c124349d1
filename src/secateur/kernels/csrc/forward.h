// Forward pass of one unit: scores and outputs are transposed, so that the softmax works by lane.
#pragma once

#include "micro.h"
#include "rows.h"

namespace {

template <typename T, int L>
class Forward {
  using Column = typename Storage<T>::Column;
  static constexpr int kPack = Storage<T>::kPack;
  static constexpr bool kPrecise = kPack == 1;
  static constexpr int kRegisters = L / kWidth;
  static constexpr int G = kRegisters < kGroup ? kRegisters : kGroup;

 public:
  static size_t scratch_bytes(int64_t head_dim) {
    return sizeof(float) * (size_t)(2 * head_dim * L + 2 * kChunk * L + kChunk * head_dim);
  }

  Forward(const Problem& p, const Unit& unit, const Partial& partial, char* scratch)
      : p_(p), unit_(unit), partial_(partial), head_dim_(p.head_dim), writer_(p, partial, lanes_) {
    float* next = (float*)scratch;
    output_ = take(next, head_dim_ * L);
    queries_ = (Column*)take(next, head_dim_ * L);
    weights_ = (Column*)take(next, kChunk * L);
    bias_ = take(next, kChunk * L);
    packed_ = (uint32_t*)take(next, kChunk * head_dim_);
  }

  void run() {
    place_queries(lanes_, p_, unit_);
    KeyStream<T> stream(p_, unit_, lanes_);
    bool more = stream.next(chunks_[0]);
    if (more) prefetch_rows(chunks_[0].key_rows, 0, chunks_[0].count);
    load_queries<T>((float*)queries_, p_, lanes_);
    softmax_.clear();
    for (int64_t i = 0; i < head_dim_ * L; i += kWidth) store(output_ + i, Vec{});
    for (int turn = 0; more; ++turn) {
      chunk_ = chunks_ + turn % 2;
      Chunk<T>& following = chunks_[1 - turn % 2];
      more = stream.next(following);
      score_chunk(turn == 1);
      if (heavy_) add_values(following, more ? following.count : 0);
    }
    writer_.write(output_, softmax_);
  }

 private:
  int64_t row_bytes() const { return head_dim_ * (int64_t)sizeof(T); }

  // Kept keys lie scattered, so their rows are fetched ahead, a few at a time: values while the
  // chunk's scores are computed, keys while the chunk before is multiplied with its values.
  void prefetch_rows(const T* const* rows, int first, int last) const {
    for (int i = first; i < last; ++i) prefetch_row<0>(rows[i], row_bytes());
  }

  // So are the rows this unit writes at its end and those the next one begins with.
  void prefetch_queries(int first) const {
    const Unit* next = unit_.upcoming;
    for (int i = first; i < first + kBlock; ++i) {
      if (i < lanes_.count && writer_.caches()) prefetch_row<1>(writer_.row(i), row_bytes());
      if (!next || next->heads != 1 || i >= next->count) continue;
      const char* row = row_of(p_.query, next->batch, next->head, next->first + i, sizeof(T));
      prefetch_row<0>(row, row_bytes());
    }
  }

  void score_chunk(bool second) {
    rescale_ = heavy_ = false;
    for (int lane = 0; lane < L; lane += kWidth) store(chunk_sum_ + lane, Vec{});
    if (p_.bias.data) load_bias(bias_, p_, lanes_, chunk_->keys, chunk_->count);
    const bool always = is_general(p_);
    for (int first = 0; first < chunk_->count; first += kBlock) {
      prefetch_rows(chunk_->value_rows, first, first + kBlock);
      if (second) prefetch_queries(first);
      const bool general = always || chunk_->partial[first / kBlock];
      for (int lane = 0; lane < L; lane += G * kWidth) {
        while (!(general ? score_block<true>(first, lane) : score_block<false>(first, lane))) {
          softmax_.steep = __builtin_inff();
        }
        softmax_.steep = kSteep;
      }
    }
    for (int lane = 0; lane < L; lane += kWidth) {
      store(softmax_.sum + lane, load(softmax_.sum + lane) + load(chunk_sum_ + lane));
    }
  }

  // False where the scores lost digits against a maximum far under them, which is gone now.
  template <bool General>
  __attribute__((always_inline)) bool score_block(int first, int lane) {
    Vec acc[kBlock][G];
    dot(acc, first, lane);
    if constexpr (General) {
      restrict_scores<L>(acc, p_, lanes_, chunk_->keys + first, bias_ + first * L, lane,
                         softmax_.negative_max + lane);
    }
    bool raise = false, heavy = false;
    Vec top[G];
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) {
      top[r] = acc[0][r];
#pragma GCC unroll 16
      for (int i = 1; i < kBlock; ++i) top[r] = maximum(top[r], acc[i][r]);
      raise |= any_above(top[r], load(softmax_.limit + lane + r * kWidth));
      heavy |= any_not_under(top[r], splat(-p_.margin));
    }
    if (__builtin_expect(!(raise | heavy), 0) && !any_nan(acc)) return drop_block(first, lane);
    heavy_ = true;
    if (__builtin_expect(raise, 0)) {
      bool again = false;
#pragma GCC unroll 8
      for (int r = 0; r < G; ++r) {
        const Vec shift = raise_maximum(top[r], first, lane + r * kWidth, again);
#pragma GCC unroll 16
        for (int i = 0; i < kBlock; ++i) acc[i][r] -= shift;
      }
      if (again) return false;
    }
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) {
#pragma GCC unroll 16
      for (int i = 0; i < kBlock; ++i) acc[i][r] = exp2<kPrecise>(acc[i][r]);
    }
    const bool dropout = General && p_.dropout;
    // Bfloat16 sums what it will multiply: the rounded weights. Dropout sums all.
    if (kPack == 1 || dropout) {
#pragma GCC unroll 8
      for (int r = 0; r < G; ++r) {
        Vec total = load(chunk_sum_ + lane + r * kWidth);
#pragma GCC unroll 16
        for (int i = 0; i < kBlock; ++i) total += acc[i][r];
        store(chunk_sum_ + lane + r * kWidth, total);
      }
    }
    if (dropout) drop_weights<L>(acc, p_, lanes_, chunk_->keys + first, lane);
    keep_weights(acc, first, lane, !dropout);
    return true;
  }

  // Leaves out a block that weighs nothing beside what came before.
  __attribute__((noinline)) bool drop_block(int first, int lane) {
    for (int i = 0; i < kBlock; i += kPack) {
      for (int r = 0; r < G; ++r) {
        store((float*)weights_ + (first + i) / kPack * L + lane + r * kWidth, Vec{});
      }
    }
    return true;
  }

  // Scores relative to the running maximum.
  __attribute__((always_inline)) void dot(Vec (&acc)[kBlock][G], int first, int lane) {
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) {
      const Vec start = kPack == 1 ? load(softmax_.negative_max + lane + r * kWidth) : Vec{};
#pragma GCC unroll 16
      for (int i = 0; i < kBlock; ++i) acc[i][r] = start;
    }
    add_products(acc, chunk_->key_rows + first, queries_ + lane, L, head_dim_ / kPack);
    if constexpr (kPack == 2) {
      // Bfloat16 queries are scaled here: scaling them earlier would round twice.
      const Vec factor = splat(p_.scale * kLog2E);
#pragma GCC unroll 8
      for (int r = 0; r < G; ++r) {
        const Vec start = load(softmax_.negative_max + lane + r * kWidth);
#pragma GCC unroll 16
        for (int i = 0; i < kBlock; ++i) acc[i][r] = acc[i][r] * factor + start;
      }
    }
  }

  // Moves the maximum of the lanes that exceed their limit and returns by how much.
  __attribute__((noinline)) Vec raise_maximum(Vec top, int computed, int lane, bool& again) {
    Vec factor;
    const Vec shift = softmax_.raise(top, lane, factor, again);
    store(chunk_sum_ + lane, load(chunk_sum_ + lane) * factor);
    if (!rescale_) {
      rescale_ = true;
      for (int i = 0; i < L; i += kWidth) store(alpha_ + i, splat(1.0f));
    }
    store(alpha_ + lane, load(alpha_ + lane) * factor);
    for (int i = 0; i < computed / kPack; ++i) {
      Column* place = weights_ + i * L + lane;
      if constexpr (kPack == 1) {
        store(place, load(place) * factor);
      } else {
        store(place, scale_pair(load(place), factor));
      }
    }
    return shift;
  }

  __attribute__((always_inline)) void keep_weights(Vec (&acc)[kBlock][G], int first, int lane,
                                                   bool add) {
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) {
      float* sum = chunk_sum_ + lane + r * kWidth;
      Vec total = load(sum);
#pragma GCC unroll 16
      for (int i = 0; i < kBlock; i += kPack) {
        Column* place = weights_ + (first + i) / kPack * L + lane + r * kWidth;
        if constexpr (kPack == 1) {
          store(place, acc[i][r]);
        } else {
          const VecU pair = pack(acc[i][r], acc[i + 1][r]);
          store(place, pair);
#if defined(__AVX512BF16__)
          total = dot_pairs(total, pair, splat(0x3F803F80u));
#endif
        }
      }
      if (kPack == 2 && add) store(sum, total);
    }
  }

  void pack_values() {
    for (int i = 0; i < chunk_->count; i += 2) {
      const T* first = chunk_->value_rows[i];
      const T* second = chunk_->value_rows[i + 1];
      uint32_t* pairs = packed_ + i / 2 * head_dim_;
      for (int64_t d = 0; d < head_dim_; ++d) pairs[d] = first[d] | (uint32_t)second[d] << 16;
    }
  }

  void add_values(const Chunk<T>& following, int following_count) {
    if constexpr (kPack == 2) pack_values();
    const int steps = (int)(head_dim_ / kBlock) * (kRegisters / G);
    int share = (following_count + steps - 1) / steps, fetched = 0;
    for (int lane = 0; lane < L; lane += G * kWidth) {
      for (int64_t d = 0; d < head_dim_; d += kBlock) {
        const int until = fetched + share < following_count ? fetched + share : following_count;
        prefetch_rows(following.key_rows, fetched, until);
        fetched = until;
        Vec acc[kBlock][G];
#pragma GCC unroll 16
        for (int i = 0; i < kBlock; ++i) {
#pragma GCC unroll 8
          for (int r = 0; r < G; ++r) acc[i][r] = Vec{};
        }
        if constexpr (kPack == 1) {
          add_weighted<G, L>(acc, chunk_->value_rows, d, weights_ + lane, chunk_->count);
        } else {
          add_weighted<G, L>(acc, packed_ + d, head_dim_, weights_ + lane, chunk_->count / 2);
        }
        add_to_output(acc, d, lane);
      }
    }
  }

  // Each chunk is summed on its own first: rounding then grows with the square root of the number
  // of chunks, not of keys.
  __attribute__((always_inline)) void add_to_output(Vec (&acc)[kBlock][G], int64_t d, int lane) {
#pragma GCC unroll 8
    for (int r = 0; r < G; ++r) {
      float* output = output_ + d * L + lane + r * kWidth;
      if (__builtin_expect(rescale_, 0)) {
        const Vec alpha = load(alpha_ + lane + r * kWidth);
#pragma GCC unroll 16
        for (int i = 0; i < kBlock; ++i) acc[i][r] += load(output + i * L) * alpha;
      } else {
#pragma GCC unroll 16
        for (int i = 0; i < kBlock; ++i) acc[i][r] += load(output + i * L);
      }
#pragma GCC unroll 16
      for (int i = 0; i < kBlock; ++i) store(output + i * L, acc[i][r]);
    }
  }

  const Problem& p_;
  const Unit& unit_;
  const Partial& partial_;
  const int64_t head_dim_;
  Lanes<L> lanes_;
  const RowWriter<T, L> writer_;
  Chunk<T> chunks_[2];
  const Chunk<T>* chunk_ = nullptr;
  float *output_, *bias_;
  Column *queries_, *weights_;
  uint32_t* packed_;
  bool rescale_ = false;  // some lane's maximum moved within the chunk
  bool heavy_ = false;    // some block of the chunk was not left out
  Softmax<L> softmax_;
  alignas(64) float chunk_sum_[L], alpha_[L];
};

template <typename T>
static void forward(const Problem& p, const Unit& unit, const Partial& partial, char* scratch) {
  const int64_t lanes = unit.heads * unit.count;
  if (lanes <= 16) {
    Forward<T, 16>(p, unit, partial, scratch).run();
  } else if (lanes <= 32) {
    Forward<T, 32>(p, unit, partial, scratch).run();
  } else {
    Forward<T, secateur::kTile>(p, unit, partial, scratch).run();
  }
}

}  // namespace
