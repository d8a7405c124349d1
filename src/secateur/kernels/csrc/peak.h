// The rate of multiply-adds alone, from registers: what the kernel's share of the peak is against.
#pragma once

#include "micro.h"

#if defined(__AVX512F__)
#define SECATEUR_REGISTER(x) "+v"(x)
#elif defined(__x86_64__)
#define SECATEUR_REGISTER(x) "+x"(x)
#else
#define SECATEUR_REGISTER(x) "+w"(x)
#endif

namespace {

// Enough independent products to hide their latency, few enough to stay in registers.
constexpr int kIndependent = kWidth == 16 ? 16 : 12;

#if defined(__AMX_BF16__)
static int64_t multiply_tiles(int64_t count) {
  const TileRegisters registers;
  for (int64_t round = 0; round < count; ++round) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  return 4 * 2 * kTileRows * kTileRows * kTileDepth;
}
#endif

// Runs count rounds of products and returns the operations of one round.
static int64_t multiply_add(int64_t count, bool bf16) {
#if defined(__AMX_BF16__)
  if (bf16) return multiply_tiles(count);
#endif
  Vec acc[kIndependent];
  Vec factor = splat(0.5f);
#pragma GCC unroll 16
  for (int i = 0; i < kIndependent; ++i) acc[i] = splat((float)i);
  for (int64_t round = 0; round < count; ++round) {
    // The compiler must neither hoist nor fold the products.
    asm volatile("" : SECATEUR_REGISTER(factor));
#pragma GCC unroll 16
    for (int i = 0; i < kIndependent; ++i) {
#if defined(__AVX512BF16__)
      acc[i] = bf16 ? dot_pairs(acc[i], (VecU)factor, (VecU)factor) : acc[i] * factor + factor;
#else
      acc[i] = acc[i] * factor + factor;
#endif
    }
  }
  Vec total{};
#pragma GCC unroll 16
  for (int i = 0; i < kIndependent; ++i) total += acc[i];
  asm volatile("" : SECATEUR_REGISTER(total));
  return (int64_t)kIndependent * kWidth * (bf16 ? 4 : 2);
}

}  // namespace
