// The kernel of one instruction set: include after naming it with SECATEUR_KERNEL.
#pragma once

#include "backward.h"
#include "forward.h"
#include "peak.h"
#include "select.h"

namespace secateur {

const Kernel SECATEUR_KERNEL = {
    SECATEUR_NAME,
    Forward<float, kTile>::scratch_bytes,
    forward<float>,
#if defined(__AVX512BF16__)
    forward<uint16_t>,
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
};

}  // namespace secateur
