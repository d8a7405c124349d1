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
    Selector<float>::scratch_floats,
    select_tile<float>,
    average_spans<float>,
#if defined(__AVX512BF16__)
    select_tile<uint16_t>,
    average_spans<uint16_t>,
#else
    nullptr,
    nullptr,
#endif
    multiply_add,
};

}  // namespace secateur
