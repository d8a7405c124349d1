// Host side of the forward pass: cuts the work into units and shares them among torch's threads.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <vector>

#include "host.h"

namespace secateur {
namespace {

constexpr int64_t kShort = 16;           // lanes of the narrow kernel
constexpr int64_t kLeastSplit = 512;      // keys below which splitting does not pay
constexpr int64_t kLeastShare = 1 << 18;  // products under which another thread does not pay

struct Plan {
  std::vector<Unit> units;
  int64_t splits = 1;
};

Plan plan_units(const Problem& p, int64_t threads) {
  Plan plan;
  if (p.heads == 0) return plan;
  const int64_t group = p.heads / p.kv_heads;
  const bool packed = !p.offsets && group * p.queries <= kTile;
  const int64_t heads = packed ? group : 1;
  const int64_t tiles = (p.queries + kTile - 1) / kTile;
  const int64_t rows = p.batches * p.heads / heads * tiles;
  // Partial results have room for the lanes of the narrow kernel.
  if (heads * p.queries <= kShort && rows > 0 && rows < 4 * threads) {
    const int64_t wanted = (4 * threads + rows - 1) / rows;
    plan.splits = std::clamp(p.keys / kLeastSplit, int64_t{1}, wanted);
  }
  plan.units.reserve(rows * plan.splits);
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t head = row / tiles % (p.heads / heads) * heads;
    // Under causality the last tiles are the longest: they start first.
    const int64_t tile = tiles - 1 - row % tiles;
    Unit unit{};
    unit.batch = row / tiles / (p.heads / heads);
    unit.head = head;
    unit.heads = heads;
    unit.kv_head = head / group;
    unit.first = tile * kTile;
    unit.count = std::min<int64_t>(kTile, p.queries - unit.first);
    const int64_t list = (unit.batch * p.heads + head) * tiles + tile;
    const int64_t first = p.offsets ? p.offsets[list] : 0;
    const int64_t last = p.offsets ? p.offsets[list + 1] : p.keys;
    for (int64_t split = 0; split < plan.splits; ++split) {
      unit.run_first = first + (last - first) * split / plan.splits;
      unit.run_last = first + (last - first) * (split + 1) / plan.splits;
      plan.units.push_back(unit);
    }
  }
  return plan;
}

// Adds up the partial results of one row's splits, weighted by their lse.
void merge(const Problem& p, const Unit& unit, int64_t splits, const float* output,
           const double* lse, bool bf16) {
  const int64_t lanes = unit.heads * unit.count;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    const int64_t head = unit.head + lane / unit.count, query = unit.first + lane % unit.count;
    double top = -INFINITY;
    float total = 0.0f;
    for (int64_t s = 0; s < splits; ++s) top = std::max(top, lse[s * kShort + lane]);
    std::vector<float> sum(p.head_dim, 0.0f);
    for (int64_t s = 0; s < splits; ++s) {
      const double own = lse[s * kShort + lane];
      const float weight = own == -INFINITY ? 0.0f : std::exp(own - top);
      const float* part = output + (s * kShort + lane) * p.head_dim;
      for (int64_t d = 0; d < p.head_dim; ++d) sum[d] += weight * part[d];
      total += weight;
    }
    p.lse[(unit.batch * p.heads + head) * p.queries + query] = top + std::log(total);
    const int64_t place =
        unit.batch * p.output.batch + head * p.output.head + query * p.output.token;
    for (int64_t d = 0; d < p.head_dim; ++d) {
      const float x = total == 0.0f ? 0.0f : sum[d] / total;
      if (bf16) {
        reinterpret_cast<uint16_t*>(p.output.data)[place + d] = to_bf16(x);
      } else {
        reinterpret_cast<float*>(p.output.data)[place + d] = x;
      }
    }
  }
}

}  // namespace

void run_forward(const Problem& p, const Kernel& kernel, bool bf16) {
  const int64_t threads = thread_count();
  const Plan plan = plan_units(p, threads);
  const int64_t units = static_cast<int64_t>(plan.units.size());
  if (units == 0) return;
  const auto compute = bf16 ? kernel.forward_bf16 : kernel.forward_fp32;
  const bool split = plan.splits > 1;
  Scratch partial_output(split ? units * kShort * p.head_dim : 0);
  const auto partial_lse = std::make_unique_for_overwrite<double[]>(split ? units * kShort : 0);
  const int64_t products = p.batches * p.heads * p.queries * p.keys * p.head_dim;
  const int64_t workers = std::min({threads, units, 1 + products / kLeastShare});
  const int64_t each = static_cast<int64_t>(kernel.forward_scratch(p.head_dim) / sizeof(float));
  Scratch scratch(workers * each);
  std::atomic<int64_t> next{0};
  share(workers, [&](int64_t worker) {
    char* own = reinterpret_cast<char*>(scratch.data() + worker * each);
    for (int64_t i = next++, after; i < units; i = after) {
      after = next++;
      Unit unit = plan.units[i];
      unit.upcoming = after < units ? &plan.units[after] : nullptr;
      Partial partial;
      if (split) {
        partial.output = partial_output.data() + i * kShort * p.head_dim;
        partial.lse = partial_lse.get() + i * kShort;
      }
      compute(p, unit, partial, own);
    }
  });
  for (int64_t i = 0; split && i < units; i += plan.splits) {
    merge(p, plan.units[i], plan.splits, partial_output.data() + i * kShort * p.head_dim,
          partial_lse.get() + i * kShort, bf16);
  }
}

}  // namespace secateur
