// Host side of the backward pass. A worker owns all tiles that add to the same keys (and to the
// same bias, where its gradient is wanted), so that nothing is added to by two threads and the
// result does not depend on their number.
#include <algorithm>
#include <atomic>

#include "host.h"

namespace secateur {
namespace {

void run_head(const Problem& p, const Gradients& gradients, const Kernel& kernel, int64_t batch,
              int64_t kv_head, char* scratch) {
  const int64_t group = p.heads / p.kv_heads;
  const int64_t tiles = (p.queries + kTile - 1) / kTile;
  for (int64_t head = kv_head * group; head < (kv_head + 1) * group; ++head) {
    for (int64_t tile = 0; tile < tiles; ++tile) {
      Unit unit{};
      unit.batch = batch;
      unit.kv_head = kv_head;
      unit.head = head;
      unit.heads = 1;
      unit.first = tile * kTile;
      unit.count = std::min<int64_t>(kTile, p.queries - unit.first);
      const int64_t list = (batch * p.heads + head) * tiles + tile;
      unit.run_first = p.offsets ? p.offsets[list] : 0;
      unit.run_last = p.offsets ? p.offsets[list + 1] : p.keys;
      kernel.backward(p, gradients, unit, scratch);
    }
  }
}

}  // namespace

void run_backward(const Problem& p, const Gradients& gradients, const Kernel& kernel) {
  const int64_t pairs = p.batches * p.kv_heads;
  int64_t owners = pairs;
  if (gradients.bias.data && gradients.bias.batch == 0) owners = p.kv_heads;
  if (gradients.bias.data && gradients.bias.head == 0) {
    owners = gradients.bias.batch == 0 ? 1 : p.batches;
  }
  if (pairs == 0) return;
  const bool by_batch = gradients.bias.data && gradients.bias.head == 0;
  const int64_t workers = std::min(thread_count(), owners);
  const int64_t each = static_cast<int64_t>(kernel.backward_scratch(p.head_dim) / sizeof(float));
  Scratch scratch(workers * each);
  std::atomic<int64_t> next{0};
  share(workers, [&](int64_t worker) {
    char* own = reinterpret_cast<char*>(scratch.data() + worker * each);
    for (int64_t owner = next++; owner < owners; owner = next++) {
      for (int64_t pair = 0; pair < pairs; ++pair) {
        const int64_t batch = pair / p.kv_heads, kv_head = pair % p.kv_heads;
        const int64_t key = by_batch ? batch : owners == pairs ? pair : kv_head;
        if (key % owners == owner) run_head(p, gradients, kernel, batch, kv_head, own);
      }
    }
  });
}

}  // namespace secateur
