// What a decoder's layers do to single rows, in the dtype of the model: sums are taken in float32 and
// results rounded where transformers' modules round them, so that both write the same text.
#pragma once

#include "problem.h"
#include "row_products.h"
#if defined(__AMX_BF16__)
#include "row_tiles.h"
#endif

namespace {

SECATEUR_INLINE Vec rounded(Vec x, const float*) { return x; }
SECATEUR_INLINE Vec rounded(Vec x, const uint16_t*) {
  Items<uint16_t> items;
  narrow_row(items.at, x);
  return widen_row(items.at);
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
static void add_row(const T* x, int64_t size, T* sum) {
  for (int64_t i = 0; i < size; i += kWidth) {
    narrow_some(sum + i, widen_some(sum + i, size - i) + widen_some(x + i, size - i), size - i);
  }
}

template <typename T>
constexpr secateur::RowKernels<T> kRowKernels = {multiply<T>,    multiply_bytes<T>, normalize_row<T>,
                                                 rotate_head<T>, gate_row<T>,       add_row<T>};

}  // namespace
