// What the host side needs from torch, through its stable ABI.
#pragma once

#include <torch/csrc/stable/library.h>
#include <torch/csrc/stable/ops.h>
#include <torch/csrc/stable/tensor.h>

#include <cstring>
#include <optional>

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
  STD_TORCH_CHECK(x.stride(3) == 1 || x.size(3) <= 1 || x.numel() == 0,
                  "the last dimension must be contiguous");
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

// Fills in what an attention call and a selection are given alike, and checks what kernels rely on.
template <typename P>
void set_inputs(P& p, const torch::stable::Tensor& query, const torch::stable::Tensor& key,
                const std::optional<torch::stable::Tensor>& key_mask,
                const std::optional<torch::stable::Tensor>& bias) {
  p.query = strided(query);
  p.key = strided(key);
  p.batches = query.size(0);
  p.heads = query.size(1);
  p.queries = query.size(2);
  p.head_dim = query.size(3);
  p.kv_heads = key.size(1);
  p.keys = key.size(2);
  STD_TORCH_CHECK(key.scalar_type() == query.scalar_type() && key.size(0) == p.batches &&
                      key.size(3) == p.head_dim,
                  "query and key do not fit together");
  STD_TORCH_CHECK(p.head_dim > 0 && p.head_dim % 8 == 0 && p.head_dim <= 256,
                  "head_dim must be a multiple of 8 up to 256, not ", p.head_dim);
  STD_TORCH_CHECK(p.kv_heads > 0 && p.heads % p.kv_heads == 0, p.heads, " heads over ",
                  p.kv_heads);
  STD_TORCH_CHECK(p.keys < (int64_t{1} << 31) - 64, "too many keys: ", p.keys);
  if (key_mask) {
    check_dense(*key_mask, torch::headeronly::ScalarType::Bool, "key_mask");
    STD_TORCH_CHECK(key_mask->dim() == 2 && key_mask->size(0) == p.batches &&
                        key_mask->size(1) == p.keys,
                    "key_mask does not fit the keys");
    p.key_mask = static_cast<const bool*>(key_mask->const_data_ptr());
  }
  if (bias) {
    STD_TORCH_CHECK(bias->scalar_type() == torch::headeronly::ScalarType::Float,
                    "bias must be float32");
    p.bias = broadcast(*bias);
    STD_TORCH_CHECK((bias->size(0) == 1 || bias->size(0) == p.batches) &&
                        (bias->size(1) == 1 || bias->size(1) == p.heads) &&
                        bias->size(2) == p.queries && bias->size(3) == p.keys,
                    "bias does not fit the scores");
  }
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
