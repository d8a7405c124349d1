// The rows of a unit: the softmax that runs in each lane while keys stream by, and how the lanes are
// written at the end. Everything is in units of log2, relative to a running maximum that is only
// moved when a score exceeds it by more than kSlack: floating point does not mind, and most chunks
// then rescale nothing.
#pragma once

#include <type_traits>

#include "scores.h"

namespace {

using secateur::Partial;

constexpr float kSlack = 8.0f;
constexpr float kSteep = 32.0f;  // scores this far above the maximum are computed again

template <int L>
struct Softmax {
  alignas(64) float negative_max[L];
  alignas(64) float limit[L];  // scores above move the maximum
  alignas(64) float sum[L];
  float steep = kSteep;

  void clear() {
    for (int lane = 0; lane < L; ++lane) {
      negative_max[lane] = 0.0f;
      limit[lane] = kVisible;
      sum[lane] = 0.0f;
    }
  }

  // Moves the maximum of the lanes whose score exceeds their limit; returns by how much, and in
  // `factor` what that makes of everything summed before. Relative to a maximum far under it a score
  // has lost digits, after keys with a bias of -1e9 all of them: such lanes go back to a maximum of 0
  // and set `again`, for a second call with the score relative to that. There `steep` is infinite:
  // sums of huge scores are off by more than kSteep, and lanes would take turns for ever.
  Vec raise(Vec top, int lane, Vec& factor, bool& again) {
    const Vec before = load(limit + lane);
    const VecI raised = top > before, fresh = before < splat(0.0f);
    const Vec rise = raised ? top : Vec{};
    const VecI back = ~fresh & (rise > splat(steep));
    const Vec shift = back ? Vec{} : rise;
    factor = raised & ~fresh ? exp2<true>(-rise) : splat(1.0f);
    store(limit + lane, back ? splat(kVisible) : raised ? splat(kSlack) : before);
    store(negative_max + lane, back ? Vec{} : load(negative_max + lane) - shift);
    store(sum + lane, load(sum + lane) * factor);
    again |= any_above(back ? splat(1.0f) : Vec{}, Vec{});
    return shift;
  }
};

// Two rows of weights, rounded to bfloat16, side by side in each lane.
SECATEUR_INLINE VecU pack(Vec first, Vec second) {
#if defined(__AVX512BF16__)
  const __m512i both = (__m512i)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first);
  const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24,
                                         8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  return (VecU)_mm512_permutexvar_epi16(order, both);
#else
  return (VecU)first >> 16 | ((VecU)second & 0xFFFF0000u);
#endif
}

// What pack made, times a factor a lane.
SECATEUR_INLINE VecU scale_pair(VecU pair, Vec factor) {
  return pack((Vec)(pair << 16) * factor, (Vec)(pair & 0xFFFF0000u) * factor);
}

// Puts the unit's queries into columns: `columns[i * L + lane]` is item i of the lane's query, two
// neighbouring ones where T is bfloat16. Fp32 queries are scaled on the way; bfloat16 ones are not,
// which would round twice.
template <typename T, int L>
static void load_queries(float* columns, const Problem& p, const Lanes<L>& lanes) {
  const void* rows[L];
  for (int lane = 0; lane < L; ++lane) {
    rows[lane] = row_of(p.query, lanes.batch, lanes.head[lane], lanes.index[lane], sizeof(T));
  }
  gather_columns<L>(rows, p.head_dim * (int64_t)sizeof(T) / 4, columns);
  if constexpr (sizeof(T) == sizeof(float)) {
    const Vec factor = splat(p.scale * kLog2E);
    for (int64_t i = 0; i < p.head_dim * L; i += kWidth) {
      store(columns + i, load(columns + i) * factor);
    }
  }
}

// Writes a vector past the caches where that is a whole cache line.
SECATEUR_INLINE void stream(float* p, Vec x) {
#if defined(__AVX512F__)
  _mm512_stream_ps(p, (__m512)x);
#else
  store_any(p, x);
#endif
}

// Lets other threads see all that was streamed.
SECATEUR_INLINE void finish_streams() {
#if defined(__AVX512F__)
  _mm_sfence();
#endif
}

// Writes what the lanes have summed: a [head_dim, L] array of columns becomes rows of the output,
// or of a split's partial result.
template <typename T, int L>
class RowWriter {
 public:
  RowWriter(const Problem& p, const Partial& partial, const Lanes<L>& lanes)
      : p_(p), partial_(partial), lanes_(lanes) {}

  // Whether rows of the output are written through the caches.
  bool caches() const { return !partial_.output && !p_.streams; }

  T* row(int lane) const {
    return (T*)row_of(p_.output, lanes_.batch, lanes_.head[lane], lanes_.index[lane], sizeof(T));
  }

  void write(const float* columns, const Softmax<L>& softmax) const {
    alignas(64) float inverse[L];
    for (int lane = 0; lane < L; ++lane) {
      // The highest score weighs 1, and what sees NaN sums to NaN.
      const bool empty = softmax.sum[lane] == 0.0f;
      inverse[lane] = empty ? 0.0f : 1.0f / softmax.sum[lane];
      if (lane >= lanes_.count) continue;
      const double log_sum = __builtin_log2(softmax.sum[lane]) - softmax.negative_max[lane];
      *(partial_.lse ? partial_.lse + lane : lse_of(lane)) =
          empty ? -__builtin_inff() : log_sum * kLn2;
    }
    for (int lane = 0; lane < lanes_.count; lane += kWidth) {
      const Vec factor = load(inverse + lane);
      int64_t d = 0;
      for (; d + kWidth <= p_.head_dim; d += kWidth) {
        Vec square[kWidth];
        for (int k = 0; k < kWidth; ++k) square[k] = load(columns + (d + k) * L + lane) * factor;
        transpose(square);
        const int rows = lanes_.count - lane < kWidth ? lanes_.count - lane : kWidth;
        for (int k = 0; k < rows; ++k) put(lane + k, d, square[k]);
      }
      for (; d < p_.head_dim; ++d) {
        for (int k = lane; k < lane + kWidth && k < lanes_.count; ++k) {
          put(k, d, columns[d * L + k] * inverse[k]);
        }
      }
    }
    if (p_.streams) finish_streams();
  }

 private:
  double* lse_of(int lane) const {
    return p_.lse + (lanes_.batch * p_.heads + lanes_.head[lane]) * p_.queries + lanes_.index[lane];
  }

  __attribute__((always_inline)) void put(int lane, int64_t d, Vec x) const {
    if (partial_.output) return store_any(partial_.output + lane * p_.head_dim + d, x);
    if constexpr (std::is_same_v<T, float>) {
      if (p_.streams) return stream(row(lane) + d, x);
    }
    narrow_row(row(lane) + d, x);
  }

  void put(int lane, int64_t d, float x) const {
    if (partial_.output) {
      partial_.output[lane * p_.head_dim + d] = x;
    } else {
      narrow(row(lane) + d, x);
    }
  }

  const Problem& p_;
  const Partial& partial_;
  const Lanes<L>& lanes_;
};

}  // namespace
