// The second look of selection: real scores of a tile's sampled queries for the keys of some spans,
// weighed against the reference of each query's group.
#pragma once

#include "select_queries.h"
#include "select_sections.h"

namespace {

using secateur::TileUnit;

SECATEUR_INLINE float bias_at(const Selection& p, const TileUnit& unit, int64_t query, int64_t key) {
  const char* row = row_of(p.bias, unit.batch, unit.head, query, sizeof(float));
  return ((const float*)row)[key] * (kLog2E * kUnit);
}

class SecondLook {
  static constexpr int kLanes = kSamples / kWidth;  // registers of sampled queries

 public:
  SecondLook(const Selection& p, const TileUnit& unit, const KeyRows& keys,
             const TileQueries& queries, const SampleLanes<kSamples>& samples,
             const float* group_reference)
      : p_(p),
        unit_(unit),
        keys_(keys),
        queries_(queries),
        samples_(samples),
        mask_(p.key_mask ? p.key_mask + unit.batch * p.keys : nullptr) {
    for (int i = 0; i < kSamples; ++i) reference_[i] = group_reference[i / kPerGroup] - kRaise;
  }

#if defined(__AMX_INT8__)
  // Adds up the weights of a span's visible keys for each sampled query: into `measured`, which is
  // complete after `finish`. Products are read some pieces after tiles have stored them: what is
  // still on its way to memory would keep everything waiting.
  void measure(int32_t start, int32_t end, float* measured) {
    const int rows = look_rows(p_.longest_span);
    for (int32_t token = start; token < end; token += rows, ++count_) {
      if (count_ >= kDelay) weigh(count_ - kDelay);
      samples_.multiply(products_[count_ % kDelay], keys_, token);
      pieces_[count_ % kDelay] = {measured, token, std::min(end, token + rows), token == start};
    }
  }

  void finish() {
    for (int64_t piece = std::max(count_ - kDelay, int64_t{0}); piece < count_; ++piece) weigh(piece);
  }

 private:
  void weigh(int64_t number) {
    const Piece& piece = pieces_[number % kDelay];
    if (needs_restriction(piece.end)) {
      weigh<true>(piece, products_[number % kDelay]);
    } else {
      weigh<false>(piece, products_[number % kDelay]);
    }
  }

  // Neighbouring keys of a span, as many as tiles multiply at once.
  struct Piece {
    float* measured;
    int32_t token, end;
    bool first;  // of its span
  };

  template <bool General>
  __attribute__((always_inline)) void weigh(const Piece& piece, const int32_t* products) {
    Vec sum[kLanes], factor[kLanes];
    for (int r = 0; r < kLanes; ++r) {
      factor[r] = samples_.factor(r * kWidth);
      sum[r] = piece.first ? Vec{} : load(piece.measured + r * kWidth);
    }
    for (int32_t token = piece.token; token < piece.end; ++token, products += kSamples) {
      if (mask_ && !mask_[token]) continue;
      const Vec step = splat(keys_.steps[token]);
      Vec acc[kLanes];
      for (int r = 0; r < kLanes; ++r) {
        acc[r] = __builtin_convertvector(load(products + r * kWidth), Vec) * step;
      }
      add_key<General>(sum, acc, factor, token);
    }
    for (int r = 0; r < kLanes; ++r) store(piece.measured + r * kWidth, sum[r]);
  }

  static constexpr int64_t kDelay = 4;
  alignas(64) int32_t products_[kDelay][kTileRows * kSamples];
  Piece pieces_[kDelay];
  int64_t count_ = 0;
#else
  // Adds up the weights of a span's visible keys for each sampled query.
  void measure(int32_t start, int32_t end, float* measured) const {
    if (needs_restriction(end)) {
      measure<true>(start, end, measured);
    } else {
      measure<false>(start, end, measured);
    }
  }

  void finish() const {}

 private:
  template <bool General>
  void measure(int32_t start, int32_t end, float* measured) const {
    constexpr int B = std::min(block_rows(kLanes), 8);
    Vec sum[kLanes]{}, factor[kLanes];
    for (int r = 0; r < kLanes; ++r) factor[r] = samples_.factor(r * kWidth);
    int32_t token = start;
    while (token < end) {
      int32_t index[B];
      int count = 0;
      for (; token < end && count < B; ++token) {
        if (!mask_ || mask_[token]) index[count++] = token;
      }
      if (!count) break;
      for (int i = count; i < B; ++i) index[i] = index[0];
      Vec acc[B][kLanes];
      samples_.template products<B>(acc, keys_, index);
      if (count == B) {  // without a question at every key
#pragma GCC unroll 8
        for (int i = 0; i < B; ++i) add_key<General>(sum, acc[i], factor, index[i]);
      } else {
        for (int i = 0; i < count; ++i) add_key<General>(sum, acc[i], factor, index[i]);
      }
    }
    for (int r = 0; r < kLanes; ++r) store(measured + r * kWidth, sum[r]);
  }
#endif

  // Whether some sampled query must not see some key before `end`, or a bias is added.
  bool needs_restriction(int32_t end) const {
    return p_.bias.data || (p_.causal && end > queries_.sample_position[0] + 1);
  }

  template <bool General>
  __attribute__((always_inline)) void add_key(Vec (&sum)[kLanes], const Vec (&products)[kLanes],
                                              const Vec (&factor)[kLanes], int32_t token) const {
    for (int r = 0; r < kLanes; ++r) {
      Vec score = products[r] * factor[r] - load(reference_ + r * kWidth);
      if (General) score = restrict_score(score, token, r * kWidth);
      sum[r] += look_weight(minimum(score, splat(kHighest * kUnit + kRaise)));
    }
  }

  // Adds the bias of a key and hides it from the queries before it.
  Vec restrict_score(Vec score, int32_t token, int lane) const {
    if (p_.bias.data) {
      alignas(64) float bias[kWidth];
      for (int i = 0; i < kWidth; ++i) bias[i] = bias_at(p_, unit_, queries_.sampled[lane + i], token);
      score += load(bias);
    }
    if (!p_.causal) return score;
    const VecI position = load(queries_.sample_position + lane);
    return (VecI)splat((uint32_t)token) > position ? splat(kHidden) : score;
  }

  const Selection& p_;
  const TileUnit& unit_;
  const KeyRows keys_;
  const TileQueries& queries_;
  const SampleLanes<kSamples>& samples_;
  const bool* const mask_;
  alignas(64) float reference_[kSamples];  // less kRaise
};

}  // namespace
