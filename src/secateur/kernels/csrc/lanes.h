// Which queries sit in the vector lanes of a unit, and which keys reach them, chunk by chunk.
#pragma once

#include "dropout.h"
#include "problem.h"
#include "vector.h"

namespace {

using secateur::kChunk;
using secateur::Problem;
using secateur::Strided;
using secateur::Unit;

template <int L>
struct Lanes {
  int count = 0;
  int64_t batch = 0;
  int64_t head[L], index[L];                // coordinates of each lane's query
  alignas(64) int32_t low[L];               // first and last key a lane may see
  alignas(64) int32_t high[L];
  alignas(64) uint32_t hash[L];             // dropout hash of the row
  int32_t any_low, any_high;                // keys some lane sees
  int32_t all_low, all_high;                // keys every lane sees
};

SECATEUR_INLINE char* row_of(const Strided& x, int64_t batch, int64_t head, int64_t token,
                             int64_t item) {
  return x.data + (batch * x.batch + head * x.head + token * x.token) * item;
}

SECATEUR_INLINE uint32_t row_hash(const Problem& p, int64_t batch, int64_t head, int64_t query) {
  const uint32_t low = (uint32_t)p.seed, high = (uint32_t)(p.seed >> 32);
  const uint32_t base = mix(mix(low + 0x9E3779B9u) ^ high);
  return mix(mix(base ^ (uint32_t)(batch * p.heads + head)) + (uint32_t)query * 0x85EBCA6Bu);
}

template <int L>
static void place_queries(Lanes<L>& lanes, const Problem& p, const Unit& unit) {
  lanes.count = (int)(unit.heads * unit.count);
  lanes.batch = unit.batch;
  const int64_t last_key = p.keys - 1;
  lanes.any_low = lanes.all_high = (int32_t)last_key;
  lanes.any_high = -1;
  lanes.all_low = 0;
  int64_t head = unit.head, query = unit.first - 1;
  for (int lane = 0; lane < L; ++lane) {
    // Idle lanes repeat the last query; nothing of theirs is written.
    if (lane < lanes.count && ++query == unit.first + unit.count) {
      query = unit.first;
      ++head;
    }
    const int64_t position = query + p.keys - p.queries;
    int64_t low = p.left < 0 ? 0 : position - p.left;
    int64_t high = p.right < 0 ? last_key : position + p.right;
    if (low < 0) low = 0;
    if (high > last_key) high = last_key;
    lanes.head[lane] = head;
    lanes.index[lane] = query;
    if (low > high) {  // sees nothing: an empty range within the keys
      low = last_key + 1;
      high = -1;
    }
    lanes.low[lane] = (int32_t)low;
    lanes.high[lane] = (int32_t)high;
    lanes.hash[lane] = p.dropout ? row_hash(p, unit.batch, head, query) : 0;
    if (low < lanes.any_low) lanes.any_low = (int32_t)low;
    if (high > lanes.any_high) lanes.any_high = (int32_t)high;
    if (low > lanes.all_low) lanes.all_low = (int32_t)low;
    if (high < lanes.all_high) lanes.all_high = (int32_t)high;
  }
}

template <typename T>
struct Chunk {
  const T* key_rows[kChunk];
  const T* value_rows[kChunk];
  int32_t keys[kChunk];             // -1 on filler
  bool partial[kChunk / kBlock];    // some lane must not see some key of this block
  int real = 0;                     // keys
  int count = 0;                    // keys and filler, a multiple of kBlock
};

// Walks the kept keys of a unit.
template <typename T>
class KeyStream {
 public:
  template <int L>
  KeyStream(const Problem& p, const Unit& unit, const Lanes<L>& lanes)
      : problem_(p),
        keys_((const T*)row_of(p.key, unit.batch, unit.kv_head, 0, sizeof(T))),
        values_((const T*)row_of(p.value, unit.batch, unit.kv_head, 0, sizeof(T))),
        key_stride_(p.key.token),
        value_stride_(p.value.token),
        visible_(p.key_mask ? p.key_mask + unit.batch * p.keys : nullptr),
        run_(unit.run_first),
        run_last_(unit.run_last),
        any_low_(lanes.any_low),
        any_high_(lanes.any_high),
        all_low_(lanes.all_low),
        all_high_(lanes.all_high) {
    if (!p.offsets) {
      open(unit.run_first, unit.run_last);
      run_ = run_last_;
    }
  }

  // Fills the next chunk; false when no key is left.
  bool next(Chunk<T>& chunk) {
    int count = 0;
    while (count < kChunk) {
      if (position_ >= end_) {
        if (run_ >= run_last_) break;
        open(problem_.starts[run_], problem_.ends[run_]);
        ++run_;
        continue;
      }
      const int32_t room = kChunk - count, left = end_ - position_;
      const int32_t take = room < left ? room : left;
      const bool partial = position_ < all_low_ || position_ + take - 1 > all_high_;
      const int first = count;
      if (visible_) {
        for (int32_t key = position_; key < position_ + take; ++key) {
          if (visible_[key]) add(chunk, count++, key);
        }
      } else {
        for (int32_t key = position_; key < position_ + take; ++key) add(chunk, count++, key);
      }
      position_ += take;
      mark(chunk, first, count, partial);
    }
    chunk.real = count;
    if (count == 0) return false;
    const int filler = (kBlock - count % kBlock) % kBlock;
    for (int i = 0; i < filler; ++i, ++count) {
      chunk.keys[count] = -1;
      chunk.key_rows[count] = chunk.key_rows[count - 1];
      chunk.value_rows[count] = chunk.value_rows[count - 1];
    }
    mark(chunk, count - filler, count, true);
    chunk.count = count;
    return true;
  }

 private:
  void add(Chunk<T>& chunk, int place, int32_t key) const {
    chunk.keys[place] = key;
    chunk.key_rows[place] = keys_ + key * key_stride_;
    chunk.value_rows[place] = values_ + key * value_stride_;
  }

  static void mark(Chunk<T>& chunk, int first, int last, bool partial) {
    for (int i = first; i < last; ++i) {
      // The first key of a block clears what an earlier chunk left.
      if (i % kBlock == 0) chunk.partial[i / kBlock] = false;
      chunk.partial[i / kBlock] |= partial;
    }
  }

  void open(int64_t start, int64_t end) {
    position_ = (int32_t)(start > any_low_ ? start : any_low_);
    end_ = (int32_t)(end < any_high_ + 1 ? end : any_high_ + 1);
  }

  const Problem& problem_;
  const T* keys_;
  const T* values_;
  int64_t key_stride_, value_stride_;
  const bool* visible_;
  int64_t run_, run_last_;
  int32_t position_ = 0, end_ = 0;
  int32_t any_low_, any_high_, all_low_, all_high_;
};

}  // namespace
