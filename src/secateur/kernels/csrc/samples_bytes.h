// Queries rounded to bytes, for the second look: see looks_bytes.h.
#pragma once

#include "looks_bytes.h"

namespace {

// Queries rounded to bytes: a column holds four neighbouring head dimensions.
template <int L>
class SampleLanes {
 public:
  static constexpr int kRegisters = L / kWidth;

  static int64_t floats(int64_t head_dim) { return head_dim / 4 * 5 * L; }

  SampleLanes(int64_t head_dim, float* scratch)
      : columns_((uint32_t*)scratch), wide_(scratch + head_dim / 4 * L), head_dim_(head_dim) {}

  template <typename Q>
  void load_rows(const Q* const* rows, float factor) {
    gather_columns<L>((const void* const*)rows, head_dim_ / Storage<Q>::kPack, wide_);
    if constexpr (Storage<Q>::kPack == 2) split_pairs();
#pragma GCC unroll 8
    for (int lane = 0; lane < L; lane += kWidth) round_lanes(lane, factor);
  }

  // What the products of some lanes are multiplied by to give scores.
  Vec factor(int lane) const { return load(factor_ + lane); }

  template <int B>
  __attribute__((always_inline)) void products(Vec (&acc)[B][kRegisters],
                                               const KeyRows& rows,
                                               const int32_t (&index)[B]) const {
    __m512i sum[B][kRegisters];
    const uint8_t* row[B];
#pragma GCC unroll 16
    for (int i = 0; i < B; ++i) {
      row[i] = rows.items + index[i] * rows.stride;
#pragma GCC unroll 8
      for (int r = 0; r < kRegisters; ++r) sum[i][r] = _mm512_load_si512(start_ + r * kWidth);
    }
    const uint32_t* four_rows = columns_;
#pragma GCC unroll 4
    for (int64_t d = 0; d < head_dim_; d += 4, four_rows += L) {
      __m512i column[kRegisters];
#pragma GCC unroll 8
      for (int r = 0; r < kRegisters; ++r) column[r] = (__m512i)load(four_rows + r * kWidth);
#pragma GCC unroll 16
      for (int i = 0; i < B; ++i) {
        int32_t four;
        std::memcpy(&four, row[i] + d, sizeof four);
        const __m512i item = _mm512_set1_epi32(four);
#pragma GCC unroll 8
        for (int r = 0; r < kRegisters; ++r) {
          sum[i][r] = _mm512_dpbusd_epi32(sum[i][r], item, column[r]);
        }
      }
    }
#pragma GCC unroll 16
    for (int i = 0; i < B; ++i) {
      const Vec step = splat(rows.steps[index[i]]);
#pragma GCC unroll 8
      for (int r = 0; r < kRegisters; ++r) {
        acc[i][r] = (Vec)_mm512_cvtepi32_ps(sum[i][r]) * step;
      }
    }
  }

#if defined(__AMX_INT8__)
  // Products with neighbouring keys, [look_rows, L]; those past the last key are of no meaning.
  void multiply(int32_t* products, const KeyRows& rows, int32_t token) const {
    static_assert(L == 2 * kTileRows);
    multiply_keys(products, start_, rows.items + token * rows.stride, columns_, head_dim_);
  }
#endif

 private:
  // Columns of two bfloat16 to two columns of floats, from the last, since they take twice the room.
  void split_pairs() {
    for (int64_t i = head_dim_ / 2 * L - kWidth; i >= 0; i -= kWidth) {
      const VecU pair = load((const uint32_t*)wide_ + i);
      float* first = wide_ + i / L * 2 * L + i % L;
      store(first, (Vec)(pair << 16));
      store(first + L, (Vec)(pair & 0xFFFF0000u));
    }
  }

  // Rounds the queries of a register of lanes to whole steps from -127 to 127.
  void round_lanes(int lane, float factor) {
    Vec largest{};
    for (int64_t d = 0; d < head_dim_; ++d) {
      largest = maximum(largest, (Vec)_mm512_abs_ps((__m512)load(wide_ + d * L + lane)));
    }
    const Vec inverse = largest > Vec{} ? splat(127.0f) / largest : Vec{};
    store(factor_ + lane, largest * splat(factor / 127.0f));
    const __m512i zeros = _mm512_set1_epi8((char)kZero);
    __m512i start = _mm512_setzero_si512();
    for (int64_t d = 0; d < head_dim_; d += 4) {
      __m512i four = _mm512_setzero_si512();
#pragma GCC unroll 4
      for (int k = 0; k < 4; ++k) {
        const Vec x = load(wide_ + (d + k) * L + lane) * inverse;
        const __m512i byte = _mm512_and_si512(_mm512_cvtps_epi32((__m512)x), _mm512_set1_epi32(255));
        four = _mm512_or_si512(four, _mm512_slli_epi32(byte, 8 * k));
      }
      start = _mm512_dpbusd_epi32(start, zeros, four);
      store(columns_ + d / 4 * L + lane, (VecU)four);
    }
    _mm512_store_si512(start_ + lane, _mm512_sub_epi32(_mm512_setzero_si512(), start));
  }

  uint32_t* columns_;  // [head_dim / 4, L]
  float* wide_;        // [head_dim, L]
  int64_t head_dim_;
  alignas(64) int32_t start_[L];
  alignas(64) float factor_[L];
};

}  // namespace
