// What a decoder's layers do to single rows, in the dtype of the model: sums are taken in float32 and
// results rounded where transformers' modules round them, so that both write the same text.
#pragma once

#include "micro.h"
#include "problem.h"
#include "scores.h"

namespace {

#if !defined(__AVX512BF16__)
SECATEUR_INLINE Vec widen_row(const uint16_t* p) {
  typedef uint16_t Halves __attribute__((vector_size(kWidth * 2)));
  Halves items;
  std::memcpy(&items, p, sizeof items);
  return (Vec)(__builtin_convertvector(items, VecU) << 16);
}
SECATEUR_INLINE void narrow_row(uint16_t* p, Vec x) {
  for (int lane = 0; lane < kWidth; ++lane) narrow(p + lane, x[lane]);
}
#endif

// Items of a vector in memory, aligned as the compiler writes them: under a sanitizer GCC 12 counts
// on an alignment of plain arrays that it does not give them.
template <typename T>
struct alignas(sizeof(Vec)) Items {
  T at[kWidth];
};

// Neighbouring items of which so many are there; the others are 0.
template <typename T>
SECATEUR_INLINE Vec widen_some(const T* p, int64_t count) {
  if (__builtin_expect(count >= kWidth, 1)) return widen_row(p);
  Items<T> items = {};
  std::memcpy(items.at, p, (size_t)count * sizeof(T));
  return widen_row(items.at);
}

template <typename T>
SECATEUR_INLINE void narrow_some(T* p, Vec x, int64_t count) {
  if (__builtin_expect(count >= kWidth, 1)) return narrow_row(p, x);
  Items<T> items;
  narrow_row(items.at, x);
  std::memcpy(p, items.at, (size_t)count * sizeof(T));
}

SECATEUR_INLINE Vec rounded(Vec x, const float*) { return x; }
SECATEUR_INLINE Vec rounded(Vec x, const uint16_t*) {
  Items<uint16_t> items;
  narrow_row(items.at, x);
  return widen_row(items.at);
}

// Items of a row that one instruction multiplies and adds.
template <typename T>
struct Products {
  static constexpr int64_t kItems = kWidth;
  static Vec add(Vec acc, const T* a, const T* b) { return acc + widen_row(a) * widen_row(b); }
};
#if defined(__AVX512BF16__)
template <>
struct Products<uint16_t> {
  static constexpr int64_t kItems = 2 * kWidth;
  static Vec add(Vec acc, const uint16_t* a, const uint16_t* b) {
    return dot_pairs(acc, (VecU)load_any(a), (VecU)load_any(b));
  }
};
#endif

// Fetched ahead of the products: the processor's own prefetching stops at every page.
constexpr int64_t kAhead = 2048;

template <typename T>
SECATEUR_INLINE Vec dot_row(const T* x, const T* row, int64_t depth) {
  constexpr int64_t kItems = Products<T>::kItems;
  Vec even{}, odd{};
  int64_t d = 0;
  for (; d + 2 * kItems <= depth; d += 2 * kItems) {
    __builtin_prefetch((const char*)(row + d) + kAhead);
    if (kItems * sizeof(T) == 64) __builtin_prefetch((const char*)(row + d) + kAhead + 64);
    even = Products<T>::add(even, x + d, row + d);
    odd = Products<T>::add(odd, x + d + kItems, row + d + kItems);
  }
  for (; d < depth; d += kWidth) {
    odd += widen_some(x + d, depth - d) * widen_some(row + d, depth - d);
  }
  return even + odd;
}

// out[r][i] = sum over d of x[r][d] * rows[i][d]; a few rows of x meet the others while these are in
// the cache.
template <typename T>
static void multiply_rows(const secateur::FewRows<T>& x, const T* rows, int64_t count) {
  for (int64_t i = 0; i < count; i += kWidth) {
    const int64_t here = count - i < kWidth ? count - i : kWidth;
    for (int64_t r = 0; r < x.count; ++r) {
      Vec square[kWidth] = {};
      for (int64_t k = 0; k < here; ++k) {
        square[k] = dot_row(x.at + r * x.depth, rows + (i + k) * x.depth, x.depth);
      }
      narrow_some(x.out + r * x.out_stride + i, sum_rows(square), here);
    }
  }
}

// Left to the compiler, the conversion goes item by item.
SECATEUR_INLINE Vec widen_bytes(const int8_t* p) {
#if defined(__AVX512F__)
  return (Vec)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i*)p)));
#elif defined(__AVX2__)
  return (Vec)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i*)p)));
#else
  Vec items;
  for (int lane = 0; lane < kWidth; ++lane) items[lane] = p[lane];
  return items;
#endif
}

SECATEUR_INLINE Vec widen_some(const int8_t* p, int64_t count) {
  Items<int8_t> items = {};
  std::memcpy(items.at, p, (size_t)count);
  return widen_bytes(items.at);
}

// Rows of bytes that share what is widened of x, and bytes of each between two fetches.
constexpr int64_t kTogether = 4, kFetched = 64;

template <typename T>
SECATEUR_INLINE void dot_bytes(const T* x, const int8_t* const* rows, int64_t depth, Vec* sums) {
  int64_t d = 0;
  for (; d + kFetched <= depth; d += kFetched) {
    for (int64_t k = 0; k < kTogether; ++k) __builtin_prefetch(rows[k] + d + kAhead);
    for (int64_t at = d; at < d + kFetched; at += kWidth) {
      const Vec item = widen_row(x + at);
      for (int64_t k = 0; k < kTogether; ++k) sums[k] += item * widen_bytes(rows[k] + at);
    }
  }
  for (; d < depth; d += kWidth) {
    const int64_t left = depth - d < kWidth ? depth - d : kWidth;
    const Vec item = widen_some(x + d, left);
    for (int64_t k = 0; k < kTogether; ++k) sums[k] += item * widen_some(rows[k] + d, left);
  }
}

// out[r][i] = scales[i] * sum over d of x[r][d] * rows[i][d].
template <typename T>
static void multiply_bytes(const secateur::FewRows<T>& x, const int8_t* rows, const float* scales,
                           int64_t count) {
  for (int64_t i = 0; i < count; i += kWidth) {
    const int64_t here = count - i < kWidth ? count - i : kWidth;
    for (int64_t r = 0; r < x.count; ++r) {
      Vec square[kWidth] = {};
      for (int64_t k = 0; k < here; k += kTogether) {
        const int8_t* together[kTogether];  // rows past the last are the last again
        for (int64_t j = 0; j < kTogether; ++j) {
          together[j] = rows + std::min(i + k + j, count - 1) * x.depth;
        }
        dot_bytes(x.at + r * x.depth, together, x.depth, square + k);
      }
      const Vec sums = sum_rows(square) * widen_some(scales + i, here);
      narrow_some(x.out + r * x.out_stride + i, sums, here);
    }
  }
}

// Root mean square normalization (arXiv 1910.07467).
template <typename T>
static void normalize_row(const T* x, const T* weight, int64_t size, float epsilon, T* out) {
  Vec squares{};
  for (int64_t i = 0; i < size; i += kWidth) {
    const Vec item = widen_some(x + i, size - i);
    squares += item * item;
  }
  const Vec factor = splat(1.0f / std::sqrt(sum_of(squares) / (float)size + epsilon));
  for (int64_t i = 0; i < size; i += kWidth) {
    const Vec normal = rounded(widen_some(x + i, size - i) * factor, x);
    narrow_some(out + i, normal * widen_some(weight + i, size - i), size - i);
  }
}

// Rotary position embedding (arXiv 2104.09864) of one head, its halves rotated into each other.
template <typename T>
static void rotate_head(T* head, const T* cosine, const T* sine, int64_t size) {
  const int64_t half = size / 2;
  for (int64_t i = 0; i < half; i += kWidth) {
    const int64_t left = half - i;
    const Vec low = widen_some(head + i, left), high = widen_some(head + half + i, left);
    const Vec kept_low = rounded(low * widen_some(cosine + i, left), head);
    const Vec kept_high = rounded(high * widen_some(cosine + half + i, left), head);
    const Vec turned_high = rounded(high * widen_some(sine + i, left), head);
    const Vec turned_low = rounded(low * widen_some(sine + half + i, left), head);
    narrow_some(head + i, kept_low - turned_high, left);
    narrow_some(head + half + i, kept_high + turned_low, left);
  }
}

// SwiGLU (arXiv 2002.05202): out = silu(gate) * up.
template <typename T>
static void gate_row(const T* gate, const T* up, int64_t size, T* out) {
  for (int64_t i = 0; i < size; i += kWidth) {
    const Vec x = widen_some(gate + i, size - i);
    const Vec power = exp2<true>(minimum(x * splat(-kLog2E), splat(100.0f)));
    const Vec silu = rounded(x / (splat(1.0f) + power), gate);
    narrow_some(out + i, silu * widen_some(up + i, size - i), size - i);
  }
}

template <typename T>
constexpr secateur::RowKernels<T> kRowKernels = {multiply_rows<T>, multiply_bytes<T>, normalize_row<T>,
                                                 rotate_head<T>, gate_row<T>};

}  // namespace
