// The looks' products of bytes by register tiles (AMX): 16 rows by 16 columns at a time.
#pragma once

#include "tile_registers.h"
#include "vector.h"

namespace {

// Bytes of depth in a step: as many as fit a tile and divide the head dimension, by fours.
constexpr int look_depth(int64_t head_dim) {
  int depth = kTileBytes;
  while (head_dim % depth) depth -= 4;
  return depth;
}

// products[group * 16 + span] = start[group] + groups[group] * means[span]: a block of 16 spans.
SECATEUR_INLINE void multiply_means(int32_t* products, const int32_t* start, const uint8_t* groups,
                                    const uint8_t* means, int64_t head_dim) {
  const int depth = look_depth(head_dim);
  TileRegisters::settle();
  _tile_loadd(0, start, kTileBytes);
  for (int64_t d = 0; d < head_dim; d += depth) {
    _tile_loadd(4, groups + d, head_dim);
    _tile_loadd(6, means + d * kTileRows, kTileBytes);
    _tile_dpbsud(0, 4, 6);
  }
  _tile_stored(0, products, kTileBytes);
}

// Keys multiplied at a time: short spans would leave half a tile idle.
constexpr int look_rows(int64_t longest_span) { return longest_span <= 8 ? 8 : kTileRows; }

// products[key * 32 + sample] = start[sample] + keys[key] * columns[sample]: 32 samples and as many
// keys as the registers were made for.
SECATEUR_INLINE void multiply_keys(int32_t* products, const int32_t* start, const uint8_t* keys,
                                   const uint32_t* columns, int64_t head_dim) {
  constexpr int64_t kApart = 2 * kTileBytes;
  const int depth = look_depth(head_dim);
  TileRegisters::settle();
  _tile_loadd(2, start, 0);  // the same line for every key
  _tile_loadd(3, start + kTileRows, 0);
  for (int64_t d = 0; d < head_dim; d += depth) {
    _tile_loadd(5, keys + d, head_dim);
    _tile_loadd(6, columns + d / 4 * 2 * kTileRows, kApart);
    _tile_dpbusd(2, 5, 6);
    _tile_loadd(7, columns + (d / 4 * 2 + 1) * kTileRows, kApart);
    _tile_dpbusd(3, 5, 7);
  }
  _tile_stored(2, products, kApart);
  _tile_stored(3, products + kTileRows, kApart);
}

}  // namespace
