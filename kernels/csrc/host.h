// What the host side needs from torch, through its stable ABI.
#pragma once

#include <torch/csrc/stable/library.h>
#include <torch/csrc/stable/ops.h>
#include <torch/csrc/stable/tensor.h>

#include <cstring>

#include "problem.h"

namespace secateur {

inline int64_t thread_count() { return torch::stable::get_num_threads(); }

// Runs f(0) ... f(workers - 1) on torch's threads.
template <typename F>
void share(int64_t workers, const F& f) {
  torch::stable::parallel_for(0, workers, 1, [&](int64_t first, int64_t last) {
    for (int64_t worker = first; worker < last; ++worker) f(worker);
  });
}

// Uninitialised floats from torch's allocator, on a cache line.
class Scratch {
 public:
  explicit Scratch(int64_t count)
      : tensor_(torch::stable::empty({count + kLine}, torch::headeronly::ScalarType::Float)) {
    const auto address = reinterpret_cast<uintptr_t>(tensor_.mutable_data_ptr());
    data_ = reinterpret_cast<float*>((address + 63) / 64 * 64);
  }
  float* data() const { return data_; }

 private:
  static constexpr int64_t kLine = 16;
  torch::stable::Tensor tensor_;
  float* data_;
};

inline Strided strided(const torch::stable::Tensor& x) {
  STD_TORCH_CHECK(x.dim() == 4, "expected [B, H, T, D], got ", x.dim(), " dimensions");
  STD_TORCH_CHECK(x.stride(3) == 1 || x.size(3) <= 1, "the last dimension must be contiguous");
  Strided result;
  result.data = static_cast<char*>(const_cast<void*>(x.const_data_ptr()));
  result.batch = x.stride(0);
  result.head = x.stride(1);
  result.token = x.stride(2);
  return result;
}

inline Strided broadcast(const torch::stable::Tensor& x) {
  Strided result = strided(x);
  if (x.size(0) == 1) result.batch = 0;
  if (x.size(1) == 1) result.head = 0;
  return result;
}

inline void check_dense(const torch::stable::Tensor& x, torch::headeronly::ScalarType dtype,
                        const char* name) {
  STD_TORCH_CHECK(x.scalar_type() == dtype && x.is_contiguous(), name,
                  " has the wrong dtype or is not contiguous");
}

inline uint16_t to_bf16(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  if (x != x) return static_cast<uint16_t>((bits | 0x400000) >> 16);
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

void run_forward(const Problem& problem, const Kernel& kernel, bool bf16);
void run_backward(const Problem& problem, const Gradients& gradients, const Kernel& kernel);

}  // namespace secateur
