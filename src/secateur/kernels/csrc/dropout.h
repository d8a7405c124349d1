// The hash that decides what dropout drops, as in kernels/masks.py; U is a number or a vector of them.
#pragma once

#include "vector.h"

namespace {

template <typename U>
SECATEUR_INLINE U mix(U x) {
  x ^= x >> 16;
  x *= 0x7FEB352Du;
  x ^= x >> 15;
  x *= 0x846CA68Bu;
  return x ^ (x >> 16);
}

}  // namespace
