// Kept spans as runs of keys.
#pragma once

#include <algorithm>
#include <bit>

#include "problem.h"

namespace {

using secateur::Run;

// The heaviest first, to within a quarter of an octave: all that the kernel's running maximum gains
// from order, and no sort.
static inline void order_by_weight(const Run* runs, int64_t count, Run* ordered) {
  constexpr int kSteps = 128, kStep = 21;  // bits of a float under a quarter of an octave
  const auto rank = [](float weight) { return (int32_t)(std::bit_cast<uint32_t>(weight) >> kStep); };
  int32_t top = 0;
  for (int64_t i = 0; i < count; ++i) top = std::max(top, rank(runs[i].weight));
  const auto step = [&](const Run& run) { return std::min(top - rank(run.weight), kSteps - 1); };
  int32_t place[kSteps + 1] = {};
  for (int64_t i = 0; i < count; ++i) ++place[step(runs[i]) + 1];
  for (int i = 1; i < kSteps; ++i) place[i] += place[i - 1];
  for (int64_t i = 0; i < count; ++i) ordered[place[step(runs[i])]++] = runs[i];
}

}  // namespace
