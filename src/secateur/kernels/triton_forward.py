"""The Triton kernel of pruned attention, forward: exact, by key lists, and with split keys.

One program computes a tile of queries. By lists it fills each block of keys from as many runs as
it takes, so short spans cost about what long ones do.
"""

from __future__ import annotations

import triton
import triton.language as tl

from secateur.kernels.triton_tiles import (
    FAR,
    HIDING_BIAS,
    LOG2E,
    capped,
    dropout_kept,
    dropout_row,
    locate,
    visible_keys,
)


@triton.jit
def _block(
    acc,
    weight,
    peak,
    query,
    K,
    V,
    Mask,
    Bias,
    key,
    in_list,
    position,
    real,
    row_hash,
    bias_row,
    stride_kn,
    stride_vn,
    stride_bk,
    n_keys,
    left,
    right,
    drop_threshold,
    scale_log2,
    cap_inverse,
    cap_log2,
    keep_scale,
    HEAD_DIM: tl.constexpr,
    MASKED: tl.constexpr,
    HAS_MASK: tl.constexpr,
    HAS_BIAS: tl.constexpr,
    HAS_CAP: tl.constexpr,
    HAS_LEFT: tl.constexpr,
    HAS_RIGHT: tl.constexpr,
    DROPOUT: tl.constexpr,
):
    """Adds one block of keys to the running softmax: output, weight and peak so far."""
    dim = tl.arange(0, HEAD_DIM)
    key_at = K + key.to(tl.int64)[:, None] * stride_kn + dim[None, :]
    value_at = V + key.to(tl.int64)[:, None] * stride_vn + dim[None, :]
    if MASKED:
        usable = in_list & (key >= 0) & (key < n_keys)
        if HAS_MASK:
            usable = usable & (tl.load(Mask + key, mask=usable, other=0) != 0)
        loaded = usable[:, None]
        keys = tl.load(key_at, mask=loaded, other=0.0)
    else:
        keys = tl.load(key_at)
    scores = tl.dot(query, tl.trans(keys), input_precision="ieee")
    unit = scale_log2
    if HAS_CAP:
        scores, _ = capped(scores, cap_inverse, cap_log2)
        unit = 1.0
    if MASKED:
        column = tl.where(usable, key, FAR)
        seen = visible_keys(column, position, n_keys, left, right, HAS_LEFT, HAS_RIGHT)
        if HAS_BIAS:
            bias_at = Bias + bias_row[:, None] + key.to(tl.int64)[None, :] * stride_bk
            seen = seen & real[:, None]
            bias = tl.load(bias_at, mask=seen, other=float("-inf")).to(tl.float32)
            seen = seen & (bias > HIDING_BIAS)
            scores = scores * unit + bias * LOG2E
            unit = 1.0
        scores = tl.where(seen, scores, float("-inf"))
    # Scores stay unscaled, so that scaling and subtracting are one instruction for each.
    new_peak = tl.maximum(peak, tl.max(scores, 1) * unit)
    # A row that has seen nothing yet would subtract -inf from -inf.
    level = tl.where(new_peak == float("-inf"), 0.0, new_peak) if MASKED else new_peak
    probability = tl.exp2(scores * unit - level[:, None])
    decay = tl.exp2(peak - level)
    weight = weight * decay + tl.sum(probability, 1)
    acc = acc * decay[:, None]
    if DROPOUT:
        kept = dropout_kept(row_hash[:, None], key[None, :], drop_threshold)
        probability = tl.where(kept, probability * keep_scale, 0.0)
    values = tl.load(value_at, mask=loaded, other=0.0) if MASKED else tl.load(value_at)
    acc = tl.dot(probability.to(values.dtype), values, acc, input_precision="ieee")
    return acc, weight, new_peak


@triton.jit(do_not_specialize=["seed_word", "drop_threshold", "left", "right"])
def forward_kernel(
    Q,
    K,
    V,
    Out,
    Lse,
    Mask,
    Bias,
    Offsets,
    Starts,
    Before,
    Order,
    stride_qb,
    stride_qh,
    stride_qn,
    stride_kb,
    stride_kh,
    stride_kn,
    stride_vb,
    stride_vh,
    stride_vn,
    stride_os,
    stride_ob,
    stride_oh,
    stride_on,
    stride_ls,
    stride_bb,
    stride_bh,
    stride_bq,
    stride_bk,
    n_queries,
    n_keys,
    programs_per_batch,
    tiles,
    group,
    heads,
    split_keys,
    left,
    right,
    seed_word,
    drop_threshold,
    scale_log2,
    cap_inverse,
    cap_log2,
    keep_scale,
    HEAD_DIM: tl.constexpr,
    BLOCK_M: tl.constexpr,
    SLICES: tl.constexpr,
    BLOCK_N: tl.constexpr,
    LEVELS: tl.constexpr,
    FIRST_LEVELS: tl.constexpr,
    HAS_LISTS: tl.constexpr,
    HAS_MASK: tl.constexpr,
    HAS_BIAS: tl.constexpr,
    HAS_CAP: tl.constexpr,
    HAS_LEFT: tl.constexpr,
    HAS_RIGHT: tl.constexpr,
    DROPOUT: tl.constexpr,
    PACKED: tl.constexpr,
    SPLIT: tl.constexpr,
):
    """Attends for `BLOCK_M` queries of one head; `triton_launch` says what the arguments hold.

    Where lists have longer tiles, `SLICES` programs side by side share each. Where `PACKED`, one
    program holds the few queries of all heads that share a key head. Where `SPLIT`, the second
    program index names a part of `split_keys` positions of the keys.
    """
    program = tl.program_id(0)
    piece = program % SLICES
    if HAS_LISTS:
        program = tl.load(Order + program // SLICES).to(tl.int32)
    elif HAS_RIGHT:
        # Under causality later tiles read more keys: they begin first.
        program = tl.num_programs(0) - 1 - program
    batch = program // programs_per_batch
    head_tile = program % programs_per_batch
    line = tl.arange(0, BLOCK_M)
    if PACKED:
        kv_head = head_tile
        head = kv_head * group + line // n_queries
        index = line % n_queries
        real = line < group * n_queries
    else:
        head = head_tile // tiles + line * 0
        kv_head = head_tile // tiles // group
        index = (head_tile % tiles * SLICES + piece) * BLOCK_M + line
        real = index < n_queries
    position = index + n_keys - n_queries
    dim = tl.arange(0, HEAD_DIM)
    wide_batch = batch.to(tl.int64)
    query_at = (
        Q
        + wide_batch * stride_qb
        + head.to(tl.int64)[:, None] * stride_qh
        + index.to(tl.int64)[:, None] * stride_qn
        + dim[None, :]
    )
    shown = real[:, None]
    query = tl.load(query_at, mask=shown, other=0.0)
    K += wide_batch * stride_kb + kv_head.to(tl.int64) * stride_kh
    V += wide_batch * stride_vb + kv_head.to(tl.int64) * stride_vh
    Mask += wide_batch * n_keys
    row = wide_batch * heads + head
    row_hash = line.to(tl.uint32)
    if DROPOUT:
        row_hash = dropout_row(seed_word, row, index)
    bias_row = line.to(tl.int64)
    if HAS_BIAS:
        wide_head = head.to(tl.int64)
        bias_row = wide_batch * stride_bb + wide_head * stride_bh + index.to(tl.int64) * stride_bq

    peak = tl.full([BLOCK_M], float("-inf"), tl.float32)
    weight = tl.zeros([BLOCK_M], tl.float32)
    acc = tl.zeros([BLOCK_M, HEAD_DIM], tl.float32)
    part = tl.program_id(1)
    lane = tl.arange(0, BLOCK_N)
    if HAS_LISTS:
        row_begin = tl.load(Offsets + program)
        row_end = tl.load(Offsets + program + 1)
        base = tl.load(Before + row_begin)
        first = 0
        last = tl.sub(tl.load(Before + row_end), base, sanitize_overflow=False)
        run = lane * 0
        if SPLIT:
            first = part * split_keys
            last = tl.minimum(last, first + split_keys)
            run, key = locate(
                Starts, Before, run, first + lane, row_begin, row_end, base, FIRST_LEVELS
            )
        else:
            run, key = locate(Starts, Before, run, lane, row_begin, row_end, base, LEVELS)
        for start in range(first, last, BLOCK_N):
            acc, weight, peak = _block(
                acc, weight, peak, query, K, V, Mask, Bias,
                key, start + lane < last, position, real, row_hash, bias_row,
                stride_kn, stride_vn, stride_bk,
                n_keys, left, right, drop_threshold, scale_log2, cap_inverse, cap_log2, keep_scale,
                HEAD_DIM, True, HAS_MASK, HAS_BIAS, HAS_CAP, HAS_LEFT, HAS_RIGHT, DROPOUT,
            )  # fmt: skip
            run, key = locate(
                Starts, Before, run, start + BLOCK_N + lane, row_begin, row_end, base, LEVELS
            )
    else:
        low = tl.min(position)
        first = 0
        last = n_keys
        if SPLIT:
            first = part * split_keys
            last = tl.minimum(last, first + split_keys)
        if HAS_LEFT:
            first = tl.maximum(first, (low - left) // BLOCK_N * BLOCK_N)
        if HAS_RIGHT:
            last = tl.minimum(last, tl.max(tl.where(real, position, low)) + right + 1)
        clear: tl.constexpr = not (HAS_MASK or HAS_BIAS or HAS_LEFT)
        middle = first
        if clear:
            # Blocks that every query of the tile sees whole need no mask.
            whole = tl.minimum(last, low + right + 1) if HAS_RIGHT else last
            middle = first + tl.maximum(whole - first, 0) // BLOCK_N * BLOCK_N
            for start in range(first, middle, BLOCK_N):
                acc, weight, peak = _block(
                    acc, weight, peak, query, K, V, Mask, Bias,
                    start + lane, lane >= 0, position, real, row_hash, bias_row,
                    stride_kn, stride_vn, stride_bk,
                    n_keys, left, right, drop_threshold,
                    scale_log2, cap_inverse, cap_log2, keep_scale,
                    HEAD_DIM, False, HAS_MASK, HAS_BIAS, HAS_CAP, HAS_LEFT, HAS_RIGHT, DROPOUT,
                )  # fmt: skip
        for start in range(middle, last, BLOCK_N):
            acc, weight, peak = _block(
                acc, weight, peak, query, K, V, Mask, Bias,
                start + lane, start + lane < last, position, real, row_hash, bias_row,
                stride_kn, stride_vn, stride_bk,
                n_keys, left, right, drop_threshold, scale_log2, cap_inverse, cap_log2, keep_scale,
                HEAD_DIM, True, HAS_MASK, HAS_BIAS, HAS_CAP, HAS_LEFT, HAS_RIGHT, DROPOUT,
            )  # fmt: skip

    weight = tl.where(weight == 0.0, 1.0, weight)
    acc = acc / weight[:, None]
    lse = (peak.to(tl.float64) + tl.log2(weight)) / LOG2E
    Out += part.to(tl.int64) * stride_os + wide_batch * stride_ob
    out_at = (
        Out
        + head.to(tl.int64)[:, None] * stride_oh
        + index.to(tl.int64)[:, None] * stride_on
        + dim[None, :]
    )
    tl.store(out_at, acc.to(Out.dtype.element_ty), mask=shown)
    Lse += part.to(tl.int64) * stride_ls
    tl.store(Lse + row * n_queries + index, lse, mask=real)
