// Plain description of one attention call. The host fills it from checked tensors; kernels see
// nothing else.
#pragma once

#include <cstddef>
#include <cstdint>

namespace secateur {

constexpr int kTile = 64;   // queries that share one list of kept keys
constexpr int kChunk = 64;  // keys computed between two updates of the output

// A [B, H, T, D] tensor: last dimension contiguous, strides in elements.
struct Strided {
  char* data = nullptr;
  int64_t batch = 0, head = 0, token = 0;
};

struct Problem {
  int64_t batches = 0, heads = 0, kv_heads = 0, queries = 0, keys = 0, head_dim = 0;
  Strided query, key, value, output;
  float* lse = nullptr;  // [B, H, Nq]

  const int64_t* offsets = nullptr;  // null: every key is kept
  const int32_t* starts = nullptr;
  const int32_t* ends = nullptr;

  const bool* key_mask = nullptr;  // [B, Nk], null: all visible
  Strided bias;                    // fp32 [B, H, Nq, Nk], stride 0 where broadcast

  float scale = 1.0f;
  int64_t left = -1, right = -1;  // causality is right = 0

  bool dropout = false;
  uint32_t drop_below = 0;  // hash values under this are dropped
  float keep_scale = 1.0f;
  uint64_t seed = 0;
};

// What backward needs beyond the forward problem; all fp32 and contiguous [B, H(kv), T, D].
struct Gradients {
  const float* output = nullptr;  // upstream of the output
  const float* delta = nullptr;   // [B, H, Nq]: rowsum(grad_output * output) - grad_lse
  float* query = nullptr;
  float* key = nullptr;
  float* value = nullptr;
  Strided bias;  // null data: not wanted
};

// A share of the work of one forward call.
struct Unit {
  int64_t batch, kv_head;
  int64_t head, heads;   // query heads computed together (more than one only when packed)
  int64_t first, count;  // queries of each head
  int64_t run_first, run_last;  // runs of the lists, or the key range when nothing is listed
  const Unit* upcoming;         // what the same thread computes next, or null
};

// Where a unit leaves its results instead of writing the output, when the keys of short queries
// are split over threads.
struct Partial {
  float* output = nullptr;  // [lanes, D]
  float* lse = nullptr;     // [lanes]
};

struct Kernel {
  const char* name;
  size_t (*forward_scratch)(int64_t head_dim);
  void (*forward_fp32)(const Problem&, const Unit&, const Partial&, char* scratch);
  // Null where the instruction set has no bfloat16 products.
  void (*forward_bf16)(const Problem&, const Unit&, const Partial&, char* scratch);
  size_t (*backward_scratch)(int64_t head_dim);
  void (*backward)(const Problem&, const Gradients&, const Unit&, char* scratch);
  int64_t (*multiply_add)(int64_t count, bool bf16);
};

extern const Kernel kernel_plain;
#if defined(__x86_64__) || defined(_M_X64)
extern const Kernel kernel_avx2;
extern const Kernel kernel_avx512;
extern const Kernel kernel_avx512_bf16;
#endif

}  // namespace secateur
