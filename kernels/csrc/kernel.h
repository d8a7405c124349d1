// The kernel of one instruction set: include after naming it with SECATEUR_KERNEL.
#pragma once

#include "backward.h"
#include "forward.h"
#include "peak.h"

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
    multiply_add,
};

}  // namespace secateur
