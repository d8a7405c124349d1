// Host side of attention of several texts that go on from common ones (trunks), whose keys are read
// for all of them: each key head's keys are cut into pieces, which threads take one by one, and what
// they found is joined by the logarithms of their sums.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "dispatch.h"
#include "host.h"

namespace secateur {
namespace {

using torch::headeronly::ScalarType;
using torch::stable::Tensor;

constexpr int64_t kPieceKeys = 512;

// A unit of one of the problems.
struct Piece {
  size_t problem;
  Unit unit;
};

// Where a piece has results for one text and key head: those of head g are in lane first + g * step.
struct Share {
  size_t piece;
  int64_t first, step;
};

struct Work {
  int64_t kv_heads, group, lanes;  // lanes of a unit, at most
  std::vector<Problem> problems;
  std::vector<Piece> pieces;
  std::vector<std::vector<Share>> shares;  // of each text's key heads
};

// Cuts a problem into pieces. Texts are its queries, or its batches, counted from the given one.
void cut(Work& work, const Problem& p, int64_t first_text) {
  const int64_t most = work.lanes / work.group;
  const int64_t cuts = std::max((p.keys + kPieceKeys - 1) / kPieceKeys, int64_t{1});
  for (int64_t batch = 0; batch < p.batches; ++batch) {
    for (int64_t head = 0; head < work.kv_heads; ++head) {
      for (int64_t piece = 0; piece < cuts; ++piece) {
        for (int64_t first = 0; first < p.queries; first += most) {
          Unit unit{};
          unit.batch = batch;
          unit.kv_head = head;
          unit.head = head * work.group;
          unit.heads = work.group;
          unit.first = first;
          unit.count = std::min(most, p.queries - first);
          unit.run_first = p.keys * piece / cuts;
          unit.run_last = p.keys * (piece + 1) / cuts;
          for (int64_t query = 0; query < unit.count; ++query) {
            const int64_t text = first_text + batch + first + query;
            work.shares[text * work.kv_heads + head].push_back({work.pieces.size(), query, unit.count});
          }
          work.pieces.push_back({work.problems.size(), unit});
        }
      }
    }
  }
  work.problems.push_back(p);
}

void check_keys(const Tensor& query, const Tensor& key, const Tensor& value, int64_t batches) {
  for (const Tensor* x : {&key, &value}) {
    STD_TORCH_CHECK(x->dim() == 4 && x->scalar_type() == query.scalar_type() && x->size(0) == batches &&
                        x->size(1) == key.size(1) && x->size(2) == key.size(2) &&
                        x->size(3) == query.size(3),
                    "query, keys and values do not fit together");
  }
}

Work plan(const Tensor& query, const std::vector<Tensor>& keys, const std::vector<Tensor>& values,
          const std::vector<int64_t>& texts, const Tensor& own_key, const Tensor& own_value,
          double scale, const Kernel& kernel) {
  Problem p;
  p.heads = query.size(1);
  p.head_dim = query.size(3);
  p.kv_heads = own_key.size(1);
  p.scale = static_cast<float>(scale);
  const int64_t group = p.heads / p.kv_heads;
  Work work{p.kv_heads, group, std::max(kernel.lanes, group), {}, {}, {}};
  work.shares.resize(query.size(0) * p.kv_heads);
  int64_t text = 0;
  for (size_t trunk = 0; trunk < keys.size(); ++trunk) {
    check_keys(query, keys[trunk], values[trunk], 1);
    STD_TORCH_CHECK(keys[trunk].size(1) == p.kv_heads, "trunks differ in their heads");
    STD_TORCH_CHECK(texts[trunk] >= 0 && text + texts[trunk] <= query.size(0), "too few queries");
    p.batches = 1;
    p.queries = texts[trunk];
    p.keys = keys[trunk].size(2);
    p.query = strided(query);
    p.query.token = p.query.batch;  // texts side by side are the trunk's queries
    p.query.data += text * p.query.batch * static_cast<int64_t>(query.element_size());
    p.key = strided(keys[trunk]);
    p.value = strided(values[trunk]);
    cut(work, p, text);
    text += texts[trunk];
  }
  STD_TORCH_CHECK(text == query.size(0), "trunks have ", text, " texts, not ", query.size(0));
  p.batches = query.size(0);
  p.queries = 1;
  p.keys = own_key.size(2);
  p.query = strided(query);
  p.key = strided(own_key);
  p.value = strided(own_value);
  cut(work, p, 0);
  return work;
}

// Results of all pieces, a place for each lane.
class Found {
 public:
  Found(const Work& work, int64_t head_dim)
      : lanes_(work.lanes),
        head_dim_(head_dim),
        output_(work.pieces.size() * lanes_ * head_dim),
        lse_(std::make_unique_for_overwrite<double[]>(work.pieces.size() * lanes_)) {}

  Partial of(size_t piece) const { return {output(piece, 0), &lse(piece, 0)}; }
  float* output(size_t piece, int64_t lane) const {
    return output_.data() + (piece * lanes_ + lane) * head_dim_;
  }
  double& lse(size_t piece, int64_t lane) const { return lse_[piece * lanes_ + lane]; }

 private:
  int64_t lanes_, head_dim_;
  Scratch output_;
  std::unique_ptr<double[]> lse_;
};

// Joins what was found for one head of a text into `sum`, of head_dim items.
void join(const std::vector<Share>& shares, int64_t head, const Found& found, int64_t head_dim,
          float* sum) {
  double top = -INFINITY;
  float total = 0.0f;
  for (const Share& s : shares) top = std::max(top, found.lse(s.piece, s.first + head * s.step));
  std::fill(sum, sum + head_dim, 0.0f);
  for (const Share& s : shares) {
    const int64_t lane = s.first + head * s.step;
    const float weight = std::exp(found.lse(s.piece, lane) - top);
    const float* part = found.output(s.piece, lane);
    for (int64_t d = 0; d < head_dim; ++d) sum[d] += weight * part[d];
    total += weight;
  }
  for (int64_t d = 0; d < head_dim; ++d) sum[d] /= total;
}

void write(Tensor& output, int64_t row, const float* sum, int64_t head_dim) {
  if (output.scalar_type() == ScalarType::BFloat16) {
    uint16_t* to = static_cast<uint16_t*>(output.mutable_data_ptr()) + row * head_dim;
    std::transform(sum, sum + head_dim, to, to_bf16);
  } else {
    std::copy(sum, sum + head_dim, static_cast<float*>(output.mutable_data_ptr()) + row * head_dim);
  }
}

Tensor branched_attention(const Tensor& query, const std::vector<Tensor>& keys,
                          const std::vector<Tensor>& values, const std::vector<int64_t>& texts,
                          const Tensor& own_key, const Tensor& own_value, double scale,
                          const std::string& isa) {
  const Kernel& kernel = choose_kernel(isa);
  const bool bf16 = query.scalar_type() == ScalarType::BFloat16;
  const auto compute = bf16 ? kernel.forward_bf16 : kernel.forward_fp32;
  STD_TORCH_CHECK(compute && (bf16 || query.scalar_type() == ScalarType::Float),
                  "dtype not covered by kernel ", kernel.name);
  STD_TORCH_CHECK(query.dim() == 4 && query.size(2) == 1, "expected queries [R, H, 1, D]");
  check_keys(query, own_key, own_value, query.size(0));
  const int64_t heads = query.size(1), head_dim = query.size(3), kv_heads = own_key.size(1);
  STD_TORCH_CHECK(head_dim > 0 && head_dim % 8 == 0 && head_dim <= 256,
                  "head_dim must be a multiple of 8 up to 256, not ", head_dim);
  STD_TORCH_CHECK(kv_heads > 0 && heads % kv_heads == 0 && heads / kv_heads <= kTile, heads,
                  " heads over ", kv_heads);
  STD_TORCH_CHECK(own_key.size(2) > 0, "each text has keys of its own");
  STD_TORCH_CHECK(keys.size() == values.size() && keys.size() == texts.size(),
                  "each trunk has keys, values and texts");
  const Work work = plan(query, keys, values, texts, own_key, own_value, scale, kernel);
  const Found found(work, head_dim);
  const int64_t pieces = static_cast<int64_t>(work.pieces.size());
  const int64_t workers = std::min(thread_count(), pieces);
  const int64_t each = static_cast<int64_t>(kernel.forward_scratch(head_dim) / sizeof(float));
  const Scratch scratch(workers * each);
  std::atomic<int64_t> next{0};
  share(workers, [&](int64_t worker) {
    char* own = reinterpret_cast<char*>(scratch.data() + worker * each);
    for (int64_t i = next++; i < pieces; i = next++) {
      compute(work.problems[work.pieces[i].problem], work.pieces[i].unit, found.of(i), own);
    }
  });
  Tensor output = torch::stable::empty({query.size(0), heads, 1, head_dim}, query.scalar_type());
  std::vector<float> sum(head_dim);
  for (int64_t row = 0; row < query.size(0) * heads; ++row) {
    join(work.shares[row / work.group], row % work.group, found, head_dim, sum.data());
    write(output, row, sum.data(), head_dim);
  }
  return output;
}

}  // namespace
}  // namespace secateur

STABLE_TORCH_LIBRARY_FRAGMENT(secateur, library) {
  library.def(
      "branched_attention(Tensor query, Tensor[] keys, Tensor[] values, int[] texts, Tensor own_key, "
      "Tensor own_value, float scale, str isa) -> Tensor");
}

STABLE_TORCH_LIBRARY_IMPL(secateur, CPU, library) {
  library.impl("branched_attention", TORCH_BOX(&secateur::branched_attention));
}
