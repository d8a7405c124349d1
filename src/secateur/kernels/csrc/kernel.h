// The kernel of one instruction set: include after naming it with SECATEUR_KERNEL.
#pragma once

#include "backward.h"
#include "forward.h"
#if defined(__AMX_BF16__)
#include "forward_tiles.h"
#endif
#include "forward_rows.h"
#include "layers.h"
#include "peak.h"
#include "select.h"

namespace secateur {

static size_t forward_scratch(int64_t head_dim) {
  const size_t bytes = Forward<float, kTile>::scratch_bytes(head_dim);
#if defined(__AMX_BF16__)
  return std::max(bytes, TiledForward<kTile>::scratch_bytes(head_dim));
#else
  return bytes;
#endif
}

#if defined(__AMX_BF16__)
constexpr int64_t kUnitLanes = kTile;
#else
constexpr int64_t kUnitLanes = 32;
#endif

const Kernel SECATEUR_KERNEL = {
    SECATEUR_NAME,
    forward_scratch,
    kUnitLanes,
    forward_unit<float>,
#if defined(__AMX_BF16__)
    forward<uint16_t>,  // tiles take no longer for few rows
#elif defined(__AVX512BF16__)
    forward_unit<uint16_t>,
#else
    nullptr,
#endif
    Backward::scratch_bytes,
    backward,
    kBytes,
    Selector<float>::scratch_floats,
    selection_passes<float>,
#if defined(__AVX512BF16__)
    selection_passes<uint16_t>,
#else
    {},
#endif
    multiply_add,
    kRowKernels<float>,
    kRowKernels<uint16_t>,
};

}  // namespace secateur
