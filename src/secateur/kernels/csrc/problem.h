// Plain description of one attention call. The host fills it from checked tensors; kernels see
// nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

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
  bool streams = false;  // output rows are whole cache lines and go past the caches
  double* lse = nullptr;  // [B, H, Nq]; under biases of -1e9 alone, float would lose the sum

  const int64_t* offsets = nullptr;  // null: every key is kept
  const int32_t* starts = nullptr;
  const int32_t* ends = nullptr;

  const bool* key_mask = nullptr;  // [B, Nk], null: all visible
  Strided bias;                    // fp32 [B, H, Nq, Nk], stride 0 where broadcast

  float scale = 1.0f;
  float softcap = 0.0f;           // scaled scores stay under it; 0 lets them be
  int64_t left = -1, right = -1;  // causality is right = 0

  // Blocks of keys whose scores all lie this far (log2) under the running maximum are left out.
  float margin = 40.0f;

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
  double* lse = nullptr;    // [lanes]
};

constexpr int kGroups = 16;   // means of a tile's queries that the first look of selection scores
constexpr int kSamples = 32;  // queries of a tile whose real scores the second look computes

constexpr int kSection = 16;  // spans in a section

// Mean keys of each head, in blocks of a vector of them.
struct Means {
  char* items = nullptr;   // bytes where the kernel rounds keys to bytes, else floats
  float* steps = nullptr;  // what each was rounded in
  int64_t count = 0;       // of one head
};

// One selection: which spans of keys each query tile keeps.
struct Selection {
  int64_t batches = 0, heads = 0, kv_heads = 0, queries = 0, keys = 0, head_dim = 0;
  Strided query, key;

  const int32_t* spans = nullptr;  // [B, n_spans + 1], ascending
  int64_t n_spans = 0, longest_span = 0;
  const int32_t* before = nullptr;    // [B, Nk + 1]: visible keys before each
  const float* counts = nullptr;      // [B, n_spans]: each span's visible keys
  const float* log_counts = nullptr;  // log2 of them

  Means means;
  // Where there are too many spans to score them all: the sections they form, which are scored first.
  Means section_means;                  // count is 0 where all spans are scored
  float* section_radii = nullptr;       // [B, Hkv, blocks]: largest distance of a span from it
  const float* section_counts = nullptr;      // [B, sections]: visible keys
  const float* section_log_counts = nullptr;  // log2 of them
  // Where the kernel rounds keys to bytes: the keys [B, Hkv, Nk, D].
  uint8_t* key_bytes = nullptr;
  float* key_steps = nullptr;
  float* centres = nullptr;  // [B, Hkv, D]: taken off keys before they are rounded

  const bool* key_mask = nullptr;  // [B, Nk], null: all visible
  Strided bias;                    // fp32 [B, H, Nq, Nk], stride 0 where broadcast
  float scale = 1.0f;
  bool causal = false;

  const float* thresholds = nullptr;  // [H], in units of the uniform share
  float look_low = 0;  // first estimate from which spans get the second look, in bars
  int64_t max_looks = 0;              // spans of a tile's second look, at most
  int64_t max_sections = 0;           // sections opened beside the neighbourhood's, at most
  int64_t cap = 0;                    // spans kept beside the always-kept ones, at most
  int64_t local = 0;                  // keys this near the tile are always kept
};

struct TileUnit {
  int64_t batch, head, tile;
};

struct Run {
  int32_t start, end;
  float weight;  // estimated probability of a pair in its heaviest span
};

// What one tile keeps.
struct Kept {
  std::vector<Run> runs;
  bool live = false;             // some query is no padding
  float mass = 0;                // estimated probability that is kept
  double pairs = 0, visible = 0;  // (query, key) pairs
};

// The passes of selection in the order they run; each piece of one may run beside the others.
struct SelectionPasses {
  void (*centre)(const Selection&, int64_t batch, int64_t kv_head);
  void (*prepare)(const Selection&, int64_t batch, int64_t kv_head, int64_t first_span,
                  int64_t last_span);
  // `upcoming` is what the same thread selects next.
  void (*select)(const Selection&, const TileUnit&, const TileUnit& upcoming, float* scratch,
                 Kept& kept);
};

// Rows of so many items that are multiplied with the same matrix, and where their products go.
template <typename T>
struct FewRows {
  const T* at;
  int64_t count, depth;
  T* out;
  int64_t out_stride;
};

// What a decoder's layers do to single rows; T is float, or uint16_t for bfloat16.
template <typename T>
struct RowKernels {
  void (*multiply)(const FewRows<T>& x, const T* rows, int64_t count);
  void (*multiply_bytes)(const FewRows<T>& x, const int8_t* rows, const float* scales, int64_t count);
  void (*normalize)(const T* x, const T* weight, int64_t size, float epsilon, T* out);
  void (*rotate)(T* head, const T* cosine, const T* sine, int64_t size);
  void (*gate)(const T* gate, const T* up, int64_t size, T* out);
  void (*add)(const T* x, int64_t size, T* sum);
};

struct Kernel {
  const char* name;
  size_t (*forward_scratch)(int64_t head_dim);
  int64_t lanes;  // of a unit that takes less time than two of half as many, at most
  void (*forward_fp32)(const Problem&, const Unit&, const Partial&, char* scratch);
  // Null where the instruction set has no bfloat16 products.
  void (*forward_bf16)(const Problem&, const Unit&, const Partial&, char* scratch);
  size_t (*backward_scratch)(int64_t head_dim);
  void (*backward)(const Problem&, const Gradients&, const Unit&, char* scratch);
  bool rounds_keys;  // selection looks at keys rounded to bytes
  int64_t (*select_scratch)(const Selection&);  // floats
  SelectionPasses select_fp32;
  SelectionPasses select_bf16;  // null where the instruction set has no bfloat16 products
  int64_t (*multiply_add)(int64_t count, bool bf16);
  RowKernels<float> rows_fp32;
  RowKernels<uint16_t> rows_bf16;
};

extern const Kernel kernel_plain;
#if defined(__x86_64__) || defined(_M_X64)
extern const Kernel kernel_avx2;
extern const Kernel kernel_avx512;
extern const Kernel kernel_avx512_bf16;
extern const Kernel kernel_amx_bf16;
#endif

}  // namespace secateur
