// Products of a few rows with a matrix by register tiles (AMX): sixteen rows of the matrix meet up to
// 32 rows at once, so that these cost no more than the matrix takes to come from memory.
#pragma once

#include <memory>

#include "row_products.h"
#include "tiles.h"

namespace {

constexpr int64_t kTiledRows = 2 * kTileRows;

struct alignas(kTileBytes) TileLine {
  uint32_t at[kTileRows];
};

// Rows as columns of pairs of items, sixteen beside each other, zero behind their ends.
class RowColumns {
 public:
  RowColumns(const secateur::FewRows<uint16_t>& x, int64_t first)
      : lines_(whole_tiles(x.depth) / 2), squares_(x.count - first > kTileRows ? 2 : 1),
        columns_(std::make_unique_for_overwrite<TileLine[]>(squares_ * lines_)) {
    for (int64_t square = 0; square < squares_; ++square) {
      const void* rows[kTileRows];  // rows past the last are the last again
      for (int64_t k = 0; k < kTileRows; ++k) {
        rows[k] = x.at + std::min(first + square * kTileRows + k, x.count - 1) * x.depth;
      }
      fill(columns_.get() + square * lines_, rows, x.depth);
    }
  }

  int64_t squares() const { return squares_; }
  const TileLine* square(int64_t number) const { return columns_.get() + number * lines_; }

 private:
  static void fill(TileLine* columns, const void* const* rows, int64_t depth) {
    const int64_t whole = depth / kTileDepth * kTileDepth;
    gather_columns<kTileRows>(rows, whole / 2, (float*)columns);
    if (whole == depth) return;
    TileLine ends[kTileRows];
    const void* last[kTileRows];
    for (int64_t k = 0; k < kTileRows; ++k) {
      _mm512_store_si512(ends[k].at, row_part((const uint16_t*)rows[k], whole, depth));
      last[k] = ends[k].at;
    }
    gather_columns<kTileRows>(last, kTileRows, (float*)(columns + whole / 2));
  }

  int64_t lines_, squares_;
  std::unique_ptr<TileLine[]> columns_;
};

// Items `first` to `first + 31` of a row in bytes, exact in bfloat16; zero behind its end.
SECATEUR_INLINE __m512i row_part(const int8_t* row, int64_t first, int64_t items) {
  const int64_t left = items - first;
  const __mmask32 there = left >= kTileDepth ? ~__mmask32{0} : (__mmask32)((1u << left) - 1);
  const __m256i bytes = _mm256_maskz_loadu_epi8(there, row + first);
  const __m512 low = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm256_castsi256_si128(bytes)));
  const __m512 high = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm256_extracti128_si256(bytes, 1)));
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

// Puts 32 items of up to 16 rows of a matrix into tile 4.
template <typename W>
SECATEUR_INLINE void load_weights(const W* rows, int64_t count, int64_t first, int64_t depth) {
  if constexpr (sizeof(W) == sizeof(uint16_t)) {
    if (__builtin_expect(count >= kTileRows && first + kTileDepth <= depth, 1)) {
      _tile_loadd(4, rows + first, depth * (int64_t)sizeof(W));
      return;
    }
  }
  TileLine parts[kTileRows];
  for (int64_t k = 0; k < kTileRows; ++k) {
    const __m512i part = k < count ? row_part(rows + k * depth, first, depth) : _mm512_setzero_si512();
    _mm512_store_si512(parts[k].at, part);
  }
  TileRegisters::settle();
  _tile_loadd(4, parts, kTileBytes);
}

// Results of up to 16 weights [weights, 16 rows] become neighbouring items of the rows' outputs.
template <typename F>
static void write_products(const TileLine* products, const secateur::FewRows<uint16_t>& x, int64_t first,
                           int64_t i, int64_t count, const F& factor) {
  Vec square[kWidth];
  for (int64_t k = 0; k < kWidth; ++k) {
    square[k] = load((const float*)products[k].at) * splat(factor(i + std::min(k, count - 1)));
  }
  transpose(square);
  for (int64_t r = 0; r < std::min<int64_t>(kTileRows, x.count - first); ++r) {
    narrow_some(x.out + (first + r) * x.out_stride + i, square[r], count);
  }
}

// out[r][i] = factor(i) * sum over d of x[r][d] * weights[i][d].
template <typename W, typename F>
static void multiply_by_tiles(const secateur::FewRows<uint16_t>& x, const W* weights, int64_t count,
                              const F& factor) {
  constexpr int64_t kFetched = kTileRows * kTileDepth * sizeof(W) / kTileBytes;
  const TileRegisters registers;
  for (int64_t first = 0; first < x.count; first += kTiledRows) {
    const RowColumns columns(x, first);
    for (int64_t i = 0; i < count; i += kTileRows) {
      const int64_t here = std::min<int64_t>(kTileRows, count - i);
      const W* const rows = weights + i * x.depth;
      const char* next = (const char*)(rows + kTileRows * x.depth);
      TileRegisters::settle();
      _tile_zero(0);
      _tile_zero(1);
      for (int64_t d = 0; d < x.depth; d += kTileDepth, next += kFetched * kTileBytes) {
#pragma GCC unroll 16
        for (int64_t k = 0; k < kFetched; ++k) __builtin_prefetch(next + k * kTileBytes, 0, 2);
        load_weights(rows, here, d, x.depth);
        _tile_loadd(6, columns.square(0) + d / 2, kTileBytes);
        _tile_dpbf16ps(0, 4, 6);
        if (columns.squares() > 1) {
          _tile_loadd(7, columns.square(1) + d / 2, kTileBytes);
          _tile_dpbf16ps(1, 4, 7);
        }
      }
      TileLine products[kTileRows];
      _tile_stored(0, products, kTileBytes);
      TileRegisters::settle();
      write_products(products, x, first, i, here, factor);
      if (columns.squares() > 1) {
        _tile_stored(1, products, kTileBytes);
        TileRegisters::settle();
        write_products(products, x, first + kTileRows, i, here, factor);
      }
    }
  }
}

template <>
void multiply<uint16_t>(const secateur::FewRows<uint16_t>& x, const uint16_t* weights, int64_t count) {
  multiply_by_tiles(x, weights, count, [](int64_t) { return 1.0f; });
}

template <>
void multiply_bytes<uint16_t>(const secateur::FewRows<uint16_t>& x, const int8_t* weights,
                              const float* scales, int64_t count) {
  multiply_by_tiles(x, weights, count, [&](int64_t i) { return scales[i]; });
}

}  // namespace
