// The torch operators: schemas, last checks of what native code relies on, CPU registration.
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <tuple>

#include "dispatch.h"
#include "host.h"

namespace {

using secateur::broadcast;
using secateur::check_dense;
using secateur::strided;
using torch::headeronly::ScalarType;
using torch::stable::Tensor;
using MaybeTensor = std::optional<Tensor>;

void set_lists(secateur::Problem& p, const Tensor& offsets, const Tensor& starts,
               const Tensor& ends) {
  check_dense(offsets, ScalarType::Long, "offsets");
  check_dense(starts, ScalarType::Int, "starts");
  check_dense(ends, ScalarType::Int, "ends");
  const int64_t rows =
      p.batches * p.heads * ((p.queries + secateur::kTile - 1) / secateur::kTile);
  STD_TORCH_CHECK(ends.numel() == starts.numel() && offsets.numel() == rows + 1,
                  "lists do not fit the queries: ", offsets.numel(), " offsets for ", rows, " rows");
  p.offsets = static_cast<const int64_t*>(offsets.const_data_ptr());
  p.starts = static_cast<const int32_t*>(starts.const_data_ptr());
  p.ends = static_cast<const int32_t*>(ends.const_data_ptr());
  const int64_t runs = p.offsets[rows];
  bool fits = p.offsets[0] == 0 && runs <= starts.numel();
  for (int64_t i = 0; i < rows; ++i) fits &= p.offsets[i] <= p.offsets[i + 1];
  for (int64_t i = 0; fits && i < runs; ++i) {
    fits &= (p.starts[i] >= 0) & (p.starts[i] < p.ends[i]) & (p.ends[i] <= p.keys);
  }
  STD_TORCH_CHECK(fits, "lists hold offsets or runs outside the keys");
}

struct Settings {
  double scale, softcap;
  int64_t left, right;
  double dropout_p;
  int64_t seed;
};

secateur::Problem describe(const Tensor& query, const Tensor& key, const Tensor& value,
                           const MaybeTensor& offsets, const MaybeTensor& starts,
                           const MaybeTensor& ends, const MaybeTensor& key_mask,
                           const MaybeTensor& bias, const Settings& settings) {
  secateur::Problem p;
  secateur::set_inputs(p, query, key, key_mask, bias);
  p.value = strided(value);
  STD_TORCH_CHECK(value.scalar_type() == query.scalar_type() && value.size(0) == p.batches &&
                      value.size(1) == p.kv_heads && value.size(2) == p.keys &&
                      value.size(3) == p.head_dim,
                  "key and value do not fit together");
  if (offsets) {
    STD_TORCH_CHECK(starts && ends, "offsets without starts and ends");
    set_lists(p, *offsets, *starts, *ends);
  }
  p.scale = static_cast<float>(settings.scale);
  p.softcap = static_cast<float>(settings.softcap);
  p.left = settings.left;
  p.right = settings.right;
  p.dropout = settings.dropout_p > 0;
  p.drop_below = static_cast<uint32_t>(settings.dropout_p * 4294967296.0);
  p.keep_scale = static_cast<float>(1 / (1 - settings.dropout_p));
  p.seed = static_cast<uint64_t>(settings.seed);
  return p;
}

// More than caches hold would only push keys and values out of them. Lines of bfloat16 are written
// in parts, which would each go to memory.
bool streams(const Tensor& output) {
  constexpr int64_t kCached = int64_t{1} << 25, kLine = 64;
  const int64_t row = output.size(3) * static_cast<int64_t>(sizeof(float));
  return output.scalar_type() == ScalarType::Float && row % kLine == 0 &&
         output.numel() * static_cast<int64_t>(sizeof(float)) > kCached &&
         reinterpret_cast<uintptr_t>(output.const_data_ptr()) % kLine == 0;
}

std::tuple<Tensor, Tensor> attention_forward(
    const Tensor& query, const Tensor& key, const Tensor& value, const MaybeTensor& offsets,
    const MaybeTensor& starts, const MaybeTensor& ends, const MaybeTensor& key_mask,
    const MaybeTensor& bias, double scale, double softcap, int64_t left, int64_t right,
    double dropout_p, int64_t seed, double margin, const std::string& isa) {
  const secateur::Kernel& kernel = secateur::choose_kernel(isa);
  const Settings settings{scale, softcap, left, right, dropout_p, seed};
  secateur::Problem p =
      describe(query, key, value, offsets, starts, ends, key_mask, bias, settings);
  p.margin = static_cast<float>(margin * 1.44269504);
  const bool bf16 = query.scalar_type() == ScalarType::BFloat16;
  STD_TORCH_CHECK(bf16 ? kernel.forward_bf16 != nullptr
                       : query.scalar_type() == ScalarType::Float,
                  "dtype not covered by kernel ", kernel.name);
  // A token's heads side by side, as models join them.
  const Tensor rows = torch::stable::empty({p.batches, p.queries, p.heads, p.head_dim},
                                           query.scalar_type());
  Tensor output = torch::stable::transpose(rows, 1, 2);
  Tensor lse = torch::stable::empty({p.batches, p.heads, p.queries}, ScalarType::Double);
  p.output = strided(output);
  p.streams = streams(rows);
  p.lse = static_cast<double*>(lse.mutable_data_ptr());
  secateur::run_forward(p, kernel, bf16);
  return {output, lse};
}

std::tuple<Tensor, Tensor, Tensor, Tensor> attention_backward(
    const Tensor& grad_output, const Tensor& delta, const Tensor& lse, const Tensor& query,
    const Tensor& key, const Tensor& value, const MaybeTensor& offsets, const MaybeTensor& starts,
    const MaybeTensor& ends, const MaybeTensor& key_mask, const MaybeTensor& bias, double scale,
    double softcap, int64_t left, int64_t right, double dropout_p, int64_t seed, bool want_bias,
    const std::string& isa) {
  const secateur::Kernel& kernel = secateur::choose_kernel(isa);
  const Settings settings{scale, softcap, left, right, dropout_p, seed};
  secateur::Problem p =
      describe(query, key, value, offsets, starts, ends, key_mask, bias, settings);
  STD_TORCH_CHECK(query.scalar_type() == ScalarType::Float, "backward computes in float32");
  check_dense(grad_output, ScalarType::Float, "grad_output");
  check_dense(delta, ScalarType::Float, "delta");
  check_dense(lse, ScalarType::Double, "lse");
  const int64_t rows = p.batches * p.heads * p.queries;
  STD_TORCH_CHECK(grad_output.numel() == rows * p.head_dim && delta.numel() == rows &&
                      lse.numel() == rows && (bias || !want_bias),
                  "gradients do not fit the query");
  const auto zeros = [](std::initializer_list<int64_t> shape) {
    Tensor result = torch::stable::empty(shape, ScalarType::Float);
    return torch::stable::zero_(result);
  };
  Tensor grad_query = zeros({p.batches, p.heads, p.queries, p.head_dim});
  Tensor grad_key = zeros({p.batches, p.kv_heads, p.keys, p.head_dim});
  Tensor grad_value = zeros({p.batches, p.kv_heads, p.keys, p.head_dim});
  Tensor grad_bias = want_bias ? zeros({bias->size(0), bias->size(1), p.queries, p.keys})
                               : zeros({0});
  p.lse = static_cast<double*>(const_cast<void*>(lse.const_data_ptr()));
  secateur::Gradients gradients;
  gradients.output = static_cast<const float*>(grad_output.const_data_ptr());
  gradients.delta = static_cast<const float*>(delta.const_data_ptr());
  gradients.query = static_cast<float*>(grad_query.mutable_data_ptr());
  gradients.key = static_cast<float*>(grad_key.mutable_data_ptr());
  gradients.value = static_cast<float*>(grad_value.mutable_data_ptr());
  if (want_bias) gradients.bias = broadcast(grad_bias);
  secateur::run_backward(p, gradients, kernel);
  return {grad_query, grad_key, grad_value, grad_bias};
}

// Floating-point operations per second of bare multiply-adds on all of torch's threads.
double peak_rate(const std::string& isa, bool bf16) {
  const secateur::Kernel& kernel = secateur::choose_kernel(isa);
  STD_TORCH_CHECK(!bf16 || kernel.forward_bf16, "kernel ", kernel.name, " has no bfloat16");
  constexpr int64_t kRounds = 2'000'000;
  const int64_t threads = secateur::thread_count();
  std::atomic<int64_t> operations{0};
  const auto start = std::chrono::steady_clock::now();
  secateur::share(threads, [&](int64_t) {
    operations += kRounds * kernel.multiply_add(kRounds, bf16);
  });
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return static_cast<double>(operations) / elapsed.count();
}

std::string runnable_kernels() { return secateur::runnable_kernels(); }

}  // namespace

STABLE_TORCH_LIBRARY(secateur, library) {
  library.def(
      "attention_forward(Tensor query, Tensor key, Tensor value, Tensor? offsets, Tensor? starts, "
      "Tensor? ends, Tensor? key_mask, Tensor? bias, float scale, float softcap, int left, "
      "int right, float dropout_p, int seed, float margin, str isa) -> (Tensor, Tensor)");
  library.def(
      "attention_backward(Tensor grad_output, Tensor delta, Tensor lse, Tensor query, Tensor key, "
      "Tensor value, Tensor? offsets, Tensor? starts, Tensor? ends, Tensor? key_mask, "
      "Tensor? bias, float scale, float softcap, int left, int right, float dropout_p, int seed, "
      "bool want_bias, str isa) -> (Tensor, Tensor, Tensor, Tensor)");
  library.def("peak_rate(str isa, bool bf16) -> float");
  library.def("runnable_kernels() -> str");
}

STABLE_TORCH_LIBRARY_IMPL(secateur, CPU, library) {
  library.impl("attention_forward", TORCH_BOX(&attention_forward));
  library.impl("attention_backward", TORCH_BOX(&attention_backward));
}

STABLE_TORCH_LIBRARY_IMPL(secateur, CompositeExplicitAutograd, library) {
  library.impl("peak_rate", TORCH_BOX(&peak_rate));
  library.impl("runnable_kernels", TORCH_BOX(&runnable_kernels));
}
