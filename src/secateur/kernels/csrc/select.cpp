// Host side of selection: prepares what all tiles share, runs the tiles, recovers unsure ones and
// writes the lists.
#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "dispatch.h"
#include "key_counts.h"

namespace secateur {
namespace {

using torch::headeronly::ScalarType;
using torch::stable::Tensor;

struct Recovery {
  double floor = 0;   // tiles that keep less estimated probability are unsure
  double budget = 0;  // pairs that recovery may add, as a share of the kept ones
};

template <typename F>
void share_out(int64_t count, const F& f) {
  const int64_t workers = std::min(thread_count(), count);
  std::atomic<int64_t> next{0};
  share(workers, [&](int64_t worker) {
    for (int64_t i = next++; i < count; i = next++) f(worker, i);
  });
}

// Mean keys of all spans and sections, and where the kernel rounds keys their bytes.
class KeySummary {
 public:
  KeySummary(Selection& p, const Kernel& kernel, const SelectionPasses& passes)
      : means_(bytes((rows_of(p, p.n_spans) + rows_of(p, p.section_means.count)) * p.head_dim,
                     kernel.rounds_keys ? 1 : 4)),
        keys_(bytes(kernel.rounds_keys ? key_rows(p) * p.head_dim : 0, 1)),
        steps_(rows_of(p, p.n_spans) + 2 * rows_of(p, p.section_means.count) +
               p.batches * p.kv_heads * (p.keys + p.head_dim)) {
    const int64_t heads = p.batches * p.kv_heads;
    const int64_t spans = rows_of(p, p.n_spans), sections = rows_of(p, p.section_means.count);
    char* means = static_cast<char*>(means_.mutable_data_ptr());
    p.means = {means, steps_.data(), p.n_spans};
    p.section_means.items = means + spans * p.head_dim * (kernel.rounds_keys ? 1 : 4);
    p.section_means.steps = p.means.steps + spans;
    p.section_radii = p.section_means.steps + sections;
    p.key_bytes = static_cast<uint8_t*>(keys_.mutable_data_ptr());
    p.key_steps = p.section_radii + sections;
    p.centres = p.key_steps + heads * p.keys;
    if (passes.centre) {
      share_out(heads, [&](int64_t, int64_t i) { passes.centre(p, i / p.kv_heads, i % p.kv_heads); });
    }
    constexpr int64_t kPiece = 16 * kSection;
    const int64_t pieces = (p.n_spans + kPiece - 1) / kPiece;
    share_out(heads * pieces, [&](int64_t, int64_t i) {
      const int64_t first = i % pieces * kPiece, head = i / pieces;
      passes.prepare(p, head / p.kv_heads, head % p.kv_heads, first,
                     std::min(first + kPiece, p.n_spans));
    });
  }

 private:
  // Keys are read sixteen at a time, past the last one too.
  static int64_t key_rows(const Selection& p) { return p.batches * p.kv_heads * p.keys + 15; }

  // Whole blocks for the widest vectors.
  static int64_t rows_of(const Selection& p, int64_t count) {
    return p.batches * p.kv_heads * ((count + 15) / 16 * 16);
  }

  static Tensor bytes(int64_t count, int64_t size) {
    return torch::stable::empty({count * size}, ScalarType::Byte);
  }

  Tensor means_, keys_;
  Scratch steps_;
};

std::vector<Kept> select_all(const Selection& p, const Kernel& kernel,
                             const SelectionPasses& passes) {
  const int64_t tiles = (p.queries + kTile - 1) / kTile;
  std::vector<Kept> rows(p.batches * p.heads * tiles);
  const int64_t each = kernel.select_scratch(p);
  Scratch scratch(std::min<int64_t>(thread_count(), rows.size()) * each);
  // Heads within tiles, the last tiles first: under causality they are the longest.
  const int64_t heads = p.batches * p.heads, count = heads * tiles;
  const auto unit_at = [&](int64_t i) {
    return TileUnit{i / tiles / p.heads, i / tiles % p.heads, tiles - 1 - i % tiles};
  };
  const int64_t workers = std::min(thread_count(), count);
  std::atomic<int64_t> next{0};
  share(workers, [&](int64_t worker) {
    for (int64_t i = next++, after; i < count; i = after) {
      after = next++;
      const TileUnit unit = unit_at(i), upcoming = unit_at(std::min(after, count - 1));
      Kept& kept = rows[(unit.batch * p.heads + unit.head) * tiles + unit.tile];
      passes.select(p, unit, upcoming, scratch.data() + worker * each, kept);
    }
  });
  return rows;
}

// Gives unsure tiles of one batch row all keys they see, the least sure first. Returns their number.
int64_t recover(const Selection& p, const Recovery& recovery, Kept* rows, int64_t count) {
  double kept = 0;
  std::vector<int64_t> unsure;
  for (int64_t i = 0; i < count; ++i) {
    kept += rows[i].pairs;
    const bool all = recovery.floor >= 1;
    if (rows[i].live && (all || rows[i].mass < recovery.floor)) unsure.push_back(i);
  }
  std::stable_sort(unsure.begin(), unsure.end(),
                   [&](int64_t a, int64_t b) { return rows[a].mass < rows[b].mass; });
  double room = recovery.floor >= 1 ? INFINITY : recovery.budget * kept;
  int64_t recovered = 0;
  for (int64_t i : unsure) {
    room -= rows[i].visible;
    if (room < 0) break;
    rows[i].runs.assign(1, Run{0, static_cast<int32_t>(p.keys), 0.0f});
    rows[i].pairs = rows[i].visible;
    ++recovered;
  }
  return recovered;
}

std::tuple<Tensor, Tensor, Tensor> write_lists(const std::vector<Kept>& rows) {
  const int64_t count = static_cast<int64_t>(rows.size());
  Tensor offsets = torch::stable::empty({count + 1}, ScalarType::Long);
  auto* place = static_cast<int64_t*>(offsets.mutable_data_ptr());
  place[0] = 0;
  for (int64_t i = 0; i < count; ++i) place[i + 1] = place[i] + rows[i].runs.size();
  Tensor starts = torch::stable::empty({place[count]}, ScalarType::Int);
  Tensor ends = torch::stable::empty({place[count]}, ScalarType::Int);
  auto* start = static_cast<int32_t*>(starts.mutable_data_ptr());
  auto* end = static_cast<int32_t*>(ends.mutable_data_ptr());
  for (const Kept& row : rows) {
    for (const Run& run : row.runs) {
      *start++ = run.start;
      *end++ = run.end;
    }
  }
  return {offsets, starts, ends};
}

void check_spans(Selection& p, const Tensor& spans) {
  check_dense(spans, ScalarType::Int, "spans");
  STD_TORCH_CHECK(spans.dim() == 2 && spans.size(0) == p.batches && spans.size(1) > 0,
                  "spans do not fit the batch");
  p.spans = static_cast<const int32_t*>(spans.const_data_ptr());
  p.n_spans = spans.size(1) - 1;
  bool fits = true;
  for (int64_t batch = 0; batch < p.batches; ++batch) {
    const int32_t* row = p.spans + batch * (p.n_spans + 1);
    fits &= row[0] >= 0 && row[p.n_spans] <= p.keys;
    for (int64_t j = 0; j < p.n_spans; ++j) {
      fits &= row[j] <= row[j + 1];
      p.longest_span = std::max<int64_t>(p.longest_span, row[j + 1] - row[j]);
    }
  }
  STD_TORCH_CHECK(fits, "span offsets must ascend within the keys");
}

Selection describe(const Tensor& query, const Tensor& key, const Tensor& spans,
                   const Tensor& thresholds, const std::optional<Tensor>& key_mask,
                   const std::optional<Tensor>& bias) {
  Selection p;
  set_inputs(p, query, key, key_mask, bias);
  check_spans(p, spans);
  check_dense(thresholds, ScalarType::Float, "thresholds");
  STD_TORCH_CHECK(thresholds.numel() == p.heads, "one threshold for each head is needed");
  p.thresholds = static_cast<const float*>(thresholds.const_data_ptr());
  return p;
}

std::tuple<Tensor, Tensor, Tensor, Tensor, Tensor> select_spans(
    const Tensor& query, const Tensor& key, const Tensor& spans, const Tensor& thresholds,
    const std::optional<Tensor>& key_mask, const std::optional<Tensor>& bias, double scale,
    bool causal, int64_t local, double look_low, int64_t max_sections, int64_t max_looks, int64_t cap,
    double mass_floor, double budget, const std::string& isa) {
  const Kernel& kernel = choose_kernel(isa);
  Selection p = describe(query, key, spans, thresholds, key_mask, bias);
  p.scale = static_cast<float>(scale);
  p.causal = causal;
  p.local = local;
  p.look_low = static_cast<float>(look_low);
  const int64_t sections = (p.n_spans + kSection - 1) / kSection;
  // A section's mean says nothing of a bias.
  if (sections > max_sections && !bias) p.section_means.count = sections;
  p.max_sections = max_sections;
  p.max_looks = std::min(max_looks, p.n_spans);
  p.cap = cap;
  const bool bf16 = query.scalar_type() == ScalarType::BFloat16;
  const SelectionPasses& passes = bf16 ? kernel.select_bf16 : kernel.select_fp32;
  STD_TORCH_CHECK((bf16 || query.scalar_type() == ScalarType::Float) && passes.select,
                  "dtype not covered by kernel ", kernel.name);
  const KeyCounts counts(p);
  const KeySummary summary(p, kernel, passes);
  std::vector<Kept> rows = select_all(p, kernel, passes);

  Tensor mass = torch::stable::empty({static_cast<int64_t>(rows.size())}, ScalarType::Float);
  Tensor totals = torch::stable::empty({p.batches, 3}, ScalarType::Double);
  auto* masses = static_cast<float*>(mass.mutable_data_ptr());
  auto* total = static_cast<double*>(totals.mutable_data_ptr());
  const int64_t each = static_cast<int64_t>(rows.size()) / std::max<int64_t>(p.batches, 1);
  for (int64_t batch = 0; batch < p.batches; ++batch, total += 3) {
    Kept* own = rows.data() + batch * each;
    for (int64_t i = 0; i < each; ++i) *masses++ = own[i].live ? own[i].mass : 1.0f;
    total[2] = recover(p, {mass_floor, budget}, own, each);
    total[0] = total[1] = 0;
    for (int64_t i = 0; i < each; ++i) {
      total[0] += own[i].pairs;
      total[1] += own[i].visible;
    }
  }
  auto [offsets, starts, ends] = write_lists(rows);
  return {offsets, starts, ends, mass, totals};
}

}  // namespace
}  // namespace secateur

STABLE_TORCH_LIBRARY_FRAGMENT(secateur, library) {
  library.def(
      "select_spans(Tensor query, Tensor key, Tensor spans, Tensor thresholds, Tensor? key_mask, "
      "Tensor? bias, float scale, bool causal, int local, float look_low, "
      "int max_sections, int max_looks, int cap, float mass_floor, float budget, str isa) -> "
      "(Tensor, Tensor, Tensor, Tensor, Tensor)");
}

STABLE_TORCH_LIBRARY_IMPL(secateur, CPU, library) {
  library.impl("select_spans", TORCH_BOX(&secateur::select_spans));
}
