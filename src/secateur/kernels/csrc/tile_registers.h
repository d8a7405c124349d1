// The tile registers of a processor with AMX, for as long as a unit of work needs them.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace {

constexpr int kTileRows = 16;
constexpr int kTileBytes = 64;  // of a row

// Tiles 4 and 5 hold rows of `depth` bytes, 6 and 7 the columns these are multiplied with, four bytes
// of depth in each line; 0 to 3 hold results. Tiles 2, 3 and 5 have `rows` rows, the others all. They
// are given back, so that others on this thread find them free.
class TileRegisters {
 public:
  explicit TileRegisters(int depth = kTileBytes, int rows = kTileRows) {
    const auto bytes = (uint16_t)depth;
    const auto lines = (uint8_t)(depth / 4), few = (uint8_t)rows;
    struct alignas(64) {
      uint8_t palette, start, reserved[14];
      uint16_t row_bytes[16];
      uint8_t rows[16];
    } config = {1, 0, {}, {64, 64, 64, 64, bytes, bytes, 64, 64}, {16, 16, few, few, 16, few, lines, lines}};
    settle();
    _tile_loadconfig(&config);
  }
  ~TileRegisters() { _tile_release(); }
  TileRegisters(const TileRegisters&) = delete;

  // Not every compiler knows that the intrinsics read memory.
  static __attribute__((always_inline)) void settle() { asm volatile("" ::: "memory"); }
};

}  // namespace
