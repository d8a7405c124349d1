// Products of register tiles (AMX), for bfloat16: one instruction multiplies 16 rows of 32 items with
// 16 columns. Rows are keys or, transposed, head dimensions; columns are queries, as in micro.h.
#pragma once

#include "rows.h"
#include "tile_registers.h"

namespace {

constexpr int kTileDepth = 32;  // items of bfloat16 in a row

constexpr int64_t whole_tiles(int64_t head_dim) {
  return (head_dim + kTileDepth - 1) / kTileDepth * kTileDepth;
}

// scores[i * L + lane] = sum over d of rows[i][d] * columns[d][lane], for 16 rows side by side and
// L lanes; columns hold pairs of items.
template <int L>
static void multiply_row(float* scores, const uint16_t* rows, const uint32_t* columns,
                         int64_t depth) {
  constexpr int64_t kApart = L * sizeof(uint32_t);
  TileRegisters::settle();
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (int64_t d = 0; d < depth; d += kTileDepth, columns += kTileRows * L) {
    _tile_loadd(4, rows + d, depth * (int64_t)sizeof(uint16_t));
    _tile_loadd(5, columns, kApart);
    _tile_dpbf16ps(0, 4, 5);
    if constexpr (L > kTileRows) {
      _tile_loadd(6, columns + kTileRows, kApart);
      _tile_dpbf16ps(1, 4, 6);
    }
    if constexpr (L > 2 * kTileRows) {
      _tile_loadd(7, columns + 2 * kTileRows, kApart);
      _tile_dpbf16ps(2, 4, 7);
    }
    if constexpr (L > 3 * kTileRows) {
      _tile_loadd(5, columns + 3 * kTileRows, kApart);
      _tile_dpbf16ps(3, 4, 5);
    }
  }
  _tile_stored(0, scores, kApart);
  if constexpr (L > kTileRows) _tile_stored(1, scores + kTileRows, kApart);
  if constexpr (L > 2 * kTileRows) _tile_stored(2, scores + 2 * kTileRows, kApart);
  if constexpr (L > 3 * kTileRows) _tile_stored(3, scores + 3 * kTileRows, kApart);
}

// output[d * L + lane] += sum over keys of values[d][key] * weights[key][lane], for 32 items of the
// head dimension and W lanes of the L, 16 or 32; weights hold pairs of keys.
template <int L, int W>
static void add_weighted_square(float* output, const uint16_t* values, const uint32_t* weights,
                                int keys) {
  constexpr int64_t kApart = L * sizeof(float);
  constexpr int64_t kRowsApart = kChunk * sizeof(uint16_t);
  constexpr bool kWide = W > kTileRows;
  float* below = output + kTileRows * L;
  TileRegisters::settle();
  _tile_loadd(0, output, kApart);
  _tile_loadd(2, below, kApart);
  if constexpr (kWide) {
    _tile_loadd(1, output + kTileRows, kApart);
    _tile_loadd(3, below + kTileRows, kApart);
  }
  for (int key = 0; key < keys; key += kTileDepth) {
    const uint32_t* columns = weights + key / 2 * L;
    _tile_loadd(4, values + key, kRowsApart);
    _tile_loadd(6, columns, kApart);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(5, values + kTileRows * kChunk + key, kRowsApart);
    _tile_dpbf16ps(2, 5, 6);
    if constexpr (kWide) {
      _tile_loadd(7, columns + kTileRows, kApart);
      _tile_dpbf16ps(1, 4, 7);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_stored(0, output, kApart);
  _tile_stored(2, below, kApart);
  if constexpr (kWide) {
    _tile_stored(1, output + kTileRows, kApart);
    _tile_stored(3, below + kTileRows, kApart);
  }
}

// Items `first` to `first + 31` of a row; zero behind its end.
SECATEUR_INLINE __m512i row_part(const uint16_t* row, int64_t first, int64_t items) {
  if (first + kTileDepth <= items) return _mm512_loadu_si512(row + first);
  return _mm512_maskz_loadu_epi16((__mmask32)((1u << (items - first)) - 1), row + first);
}

// Copies rows side by side, `depth` apart.
__attribute__((noinline)) static void copy_rows(uint16_t* out, const uint16_t* const* rows, int count, int64_t items,
                      int64_t depth) {
  for (int i = 0; i < count; ++i) {
    for (int64_t d = 0; d < depth; d += kTileDepth) {
      _mm512_store_si512(out + i * depth + d, row_part(rows[i], d, items));
    }
  }
}

// Sixteen transposed lines of items: unpacking takes four of each eight, the high or the low ones.
template <bool High>
SECATEUR_INLINE void transpose_half(uint16_t* out, const uint16_t* const* rows, int count,
                                    int64_t first, int64_t items) {
  Vec pairs[kWidth];
#pragma GCC unroll 16
  for (int k = 0; k < kWidth; ++k) {
    const int i = 2 * k;
    const __m512i a = i < count ? row_part(rows[i], first, items) : _mm512_setzero_si512();
    const __m512i b = i + 1 < count ? row_part(rows[i + 1], first, items) : _mm512_setzero_si512();
    pairs[k] = (Vec)(High ? _mm512_unpackhi_epi16(a, b) : _mm512_unpacklo_epi16(a, b));
  }
  transpose(pairs);
#pragma GCC unroll 16
  for (int k = 0; k < kWidth; ++k) store_any(out + (k / 4 * 8 + k % 4) * kChunk, pairs[k]);
}

// out[d * kChunk + i] = rows[i][first + d] for 32 items of up to 32 rows; zero for rows that lack.
static void transpose_rows(uint16_t* out, const uint16_t* const* rows, int count, int64_t first,
                           int64_t items) {
  transpose_half<false>(out, rows, count, first, items);
  transpose_half<true>(out + 4 * kChunk, rows, count, first, items);
}

}  // namespace
