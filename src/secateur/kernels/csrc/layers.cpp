// Host side of what a decoder's layers do to rows: checks, and shares the rows among torch's threads.
#include <algorithm>
#include <string>
#include <vector>

#include "dispatch.h"
#include "host.h"

namespace secateur {
namespace {

using torch::headeronly::ScalarType;
using torch::stable::Tensor;

constexpr int64_t kLeastShare = 1 << 15;  // bytes under which another thread does not pay
constexpr int64_t kLine = 16;             // outputs that one thread computes together

// Calls f with the row kernels of the tensor's dtype.
template <typename F>
void by_dtype(const Tensor& x, const std::string& isa, const F& f) {
  const Kernel& kernel = choose_kernel(isa);
  if (x.scalar_type() == ScalarType::BFloat16) return f(kernel.rows_bf16);
  STD_TORCH_CHECK(x.scalar_type() == ScalarType::Float, "rows are neither float32 nor bfloat16");
  f(kernel.rows_fp32);
}

template <typename T>
const T* items(const Tensor& x, const RowKernels<T>&) {
  return static_cast<const T*>(x.const_data_ptr());
}

template <typename T>
T* items(Tensor& x, const RowKernels<T>&) {
  return static_cast<T*>(x.mutable_data_ptr());
}

// Shares `count` items of so many bytes each in contiguous parts, cut at multiples of `unit`.
template <typename F>
void share_items(int64_t count, int64_t bytes, int64_t unit, const F& f) {
  const int64_t workers = std::clamp(count * bytes / kLeastShare, int64_t{1}, thread_count());
  const int64_t units = (count + unit - 1) / unit;
  share(workers, [&](int64_t worker) {
    const int64_t first = units * worker / workers * unit;
    f(first, std::min(units * (worker + 1) / workers * unit, count));
  });
}

// Outputs of all weights together, each a matrix of `dtype` as deep as the rows.
int64_t outputs(const Tensor& rows, const std::vector<Tensor>& weights, ScalarType dtype) {
  check_dense(rows, rows.scalar_type(), "rows");
  STD_TORCH_CHECK(rows.dim() == 2, "expected rows [T, D]");
  int64_t size = 0;
  for (const Tensor& weight : weights) {
    check_dense(weight, dtype, "weight");
    STD_TORCH_CHECK(weight.dim() == 2 && weight.size(1) == rows.size(1), "weights do not fit the rows");
    size += weight.size(0);
  }
  return size;
}

// The rows, with room for `size` outputs each from the given one on.
template <typename T>
FewRows<T> few_rows(const Tensor& rows, T* out, int64_t size, int64_t from) {
  return {static_cast<const T*>(rows.const_data_ptr()), rows.size(0), rows.size(1), out + from, size};
}

// Shares the outputs of weights of so many bytes a row: f(weight, its first row, rows, output).
template <typename F>
void share_outputs(const std::vector<Tensor>& weights, int64_t size, int64_t bytes, const F& f) {
  share_items(size, bytes, kLine, [&](int64_t first, int64_t last) {
    int64_t begin = 0;
    for (size_t number = 0; number < weights.size(); ++number) {
      const int64_t low = std::max(first, begin), end = begin + weights[number].size(0);
      if (std::min(last, end) > low) f(number, low - begin, std::min(last, end) - low, low);
      begin = end;
    }
  });
}

Tensor row_linear(const Tensor& rows, const std::vector<Tensor>& weights, const std::string& isa) {
  const int64_t size = outputs(rows, weights, rows.scalar_type()), depth = rows.size(1);
  Tensor output = torch::stable::empty({rows.size(0), size}, rows.scalar_type());
  by_dtype(rows, isa, [&](const auto& kernels) {
    auto* out = items(output, kernels);
    share_outputs(weights, size, depth * sizeof(*out),
                  [&](size_t weight, int64_t first, int64_t count, int64_t to) {
                    const auto* part = items(weights[weight], kernels) + first * depth;
                    kernels.multiply(few_rows(rows, out, size, to), part, count);
                  });
  });
  return output;
}

Tensor row_linear_bytes(const Tensor& rows, const std::vector<Tensor>& weights,
                        const std::vector<Tensor>& scales, const std::string& isa) {
  const int64_t size = outputs(rows, weights, ScalarType::Char), depth = rows.size(1);
  STD_TORCH_CHECK(scales.size() == weights.size(), "each weight has its scales");
  for (size_t number = 0; number < scales.size(); ++number) {
    check_dense(scales[number], ScalarType::Float, "scales");
    STD_TORCH_CHECK(scales[number].numel() == weights[number].size(0), "a scale for each output");
  }
  Tensor output = torch::stable::empty({rows.size(0), size}, rows.scalar_type());
  by_dtype(rows, isa, [&](const auto& kernels) {
    auto* out = items(output, kernels);
    share_outputs(weights, size, depth, [&](size_t weight, int64_t first, int64_t count, int64_t to) {
      const auto* part = static_cast<const int8_t*>(weights[weight].const_data_ptr()) + first * depth;
      const auto* factors = static_cast<const float*>(scales[weight].const_data_ptr()) + first;
      kernels.multiply_bytes(few_rows(rows, out, size, to), part, factors, count);
    });
  });
  return output;
}

// Products with matrices, which are in bytes where they have scales.
Tensor linear(const Tensor& rows, const std::vector<Tensor>& weights, const std::vector<Tensor>& scales,
              const std::string& isa) {
  return scales.empty() ? row_linear(rows, weights, isa) : row_linear_bytes(rows, weights, scales, isa);
}

Tensor rms_norm(const Tensor& x, const Tensor& weight, double epsilon, const std::string& isa) {
  check_dense(x, x.scalar_type(), "x");
  check_dense(weight, x.scalar_type(), "weight");
  const int64_t size = weight.numel();
  STD_TORCH_CHECK(x.dim() == 2 && x.size(1) == size, "the weight does not fit the rows");
  Tensor output = torch::stable::empty({x.size(0), size}, x.scalar_type());
  by_dtype(x, isa, [&](const auto& kernels) {
    const auto* in = items(x, kernels);
    const auto* factors = items(weight, kernels);
    auto* out = items(output, kernels);
    share_items(x.size(0), size * sizeof(*in), 1, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        kernels.normalize(in + i * size, factors, size, static_cast<float>(epsilon), out + i * size);
      }
    });
  });
  return output;
}

void rotate(Tensor heads, const Tensor& cosine, const Tensor& sine, const std::string& isa) {
  STD_TORCH_CHECK(heads.dim() == 3 && heads.stride(2) == 1, "expected heads [T, H, D]");
  const int64_t count = heads.size(1), size = heads.size(2);
  for (const Tensor* x : {&cosine, &sine}) {
    check_dense(*x, heads.scalar_type(), "cosine or sine");
    STD_TORCH_CHECK(x->dim() == 2 && x->size(0) == heads.size(0) && x->size(1) == size,
                    "angles do not fit the heads");
  }
  by_dtype(heads, isa, [&](const auto& kernels) {
    auto* data = items(heads, kernels);
    const auto* cosines = items(cosine, kernels);
    const auto* sines = items(sine, kernels);
    const int64_t bytes = count * size * sizeof(*data);
    share_items(heads.size(0), bytes, 1, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        for (int64_t head = 0; head < count; ++head) {
          kernels.rotate(data + i * heads.stride(0) + head * heads.stride(1), cosines + i * size,
                         sines + i * size, size);
        }
      }
    });
  });
}

Tensor swiglu(const Tensor& gate_up, const std::string& isa) {
  check_dense(gate_up, gate_up.scalar_type(), "gate_up");
  STD_TORCH_CHECK(gate_up.dim() == 2 && gate_up.size(1) % 2 == 0, "expected gate and up, [T, 2 N]");
  const int64_t size = gate_up.size(1) / 2;
  Tensor output = torch::stable::empty({gate_up.size(0), size}, gate_up.scalar_type());
  by_dtype(gate_up, isa, [&](const auto& kernels) {
    const auto* in = items(gate_up, kernels);
    auto* out = items(output, kernels);
    share_items(gate_up.size(0), size * sizeof(*in), 1, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        kernels.gate(in + 2 * i * size, in + (2 * i + 1) * size, size, out + i * size);
      }
    });
  });
  return output;
}

void add(Tensor& sum, const Tensor& x, const std::string& isa) {
  check_dense(sum, x.scalar_type(), "rows");
  STD_TORCH_CHECK(sum.numel() == x.numel(), "what is added does not fit the rows");
  by_dtype(x, isa, [&](const auto& kernels) { kernels.add(items(x, kernels), x.numel(), items(sum, kernels)); });
}

Tensor project(const Tensor& hidden, const Tensor& norm, double epsilon, const std::vector<Tensor>& weights,
               const std::vector<Tensor>& scales, const Tensor& cosine, const Tensor& sine, int64_t turned,
               const std::string& isa) {
  const Tensor projected = linear(rms_norm(hidden, norm, epsilon, isa), weights, scales, isa);
  STD_TORCH_CHECK(cosine.dim() == 2 && cosine.size(1) > 0 && projected.size(1) % cosine.size(1) == 0,
                  "weights do not fit the angles");
  const int64_t size = cosine.size(1);
  Tensor heads = torch::stable::view(projected, {hidden.size(0), projected.size(1) / size, size});
  rotate(torch::stable::narrow(heads, 1, 0, turned), cosine, sine, isa);
  return heads;
}

void feed_forward(Tensor hidden, const Tensor& attended, const Tensor& norm, double epsilon,
                  const std::vector<Tensor>& weights, const std::vector<Tensor>& scales,
                  const std::string& isa) {
  const size_t last = weights.size() - 1;
  STD_TORCH_CHECK(weights.size() >= 3 && (scales.empty() || scales.size() == weights.size()),
                  "expected the weights of output, gate and up, and down");
  const auto part = [](const std::vector<Tensor>& all, size_t from, size_t to) {
    return all.empty() ? all : std::vector<Tensor>(all.begin() + from, all.begin() + to);
  };
  const auto product = [&](const Tensor& rows, size_t from, size_t to) {
    return linear(rows, part(weights, from, to), part(scales, from, to), isa);
  };
  add(hidden, product(attended, 0, 1), isa);
  const Tensor gated = swiglu(product(rms_norm(hidden, norm, epsilon, isa), 1, last), isa);
  add(hidden, product(gated, last, last + 1), isa);
}

}  // namespace
}  // namespace secateur

STABLE_TORCH_LIBRARY_FRAGMENT(secateur, library) {
  library.def("row_linear(Tensor rows, Tensor[] weights, str isa) -> Tensor");
  library.def("row_linear_bytes(Tensor rows, Tensor[] weights, Tensor[] scales, str isa) -> Tensor");
  library.def("rms_norm(Tensor x, Tensor weight, float epsilon, str isa) -> Tensor");
  library.def("rotate(Tensor(a!) heads, Tensor cosine, Tensor sine, str isa) -> ()");
  library.def("swiglu(Tensor gate_up, str isa) -> Tensor");
  library.def(
      "project(Tensor hidden, Tensor norm, float epsilon, Tensor[] weights, Tensor[] scales, "
      "Tensor cosine, Tensor sine, int turned, str isa) -> Tensor");
  library.def(
      "feed_forward(Tensor(a!) hidden, Tensor attended, Tensor norm, float epsilon, Tensor[] weights, "
      "Tensor[] scales, str isa) -> ()");
}

STABLE_TORCH_LIBRARY_IMPL(secateur, CPU, library) {
  library.impl("row_linear", TORCH_BOX(&secateur::row_linear));
  library.impl("row_linear_bytes", TORCH_BOX(&secateur::row_linear_bytes));
  library.impl("rms_norm", TORCH_BOX(&secateur::rms_norm));
  library.impl("rotate", TORCH_BOX(&secateur::rotate));
  library.impl("swiglu", TORCH_BOX(&secateur::swiglu));
  library.impl("project", TORCH_BOX(&secateur::project));
  library.impl("feed_forward", TORCH_BOX(&secateur::feed_forward));
}
