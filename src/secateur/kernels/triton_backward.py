"""The Triton kernel of pruned attention, backward.

It walks the same tiles and lists as the forward kernel. Gradients of keys, values and bias come
from many tiles and are added atomically in fp32, so their last bits depend on the order of arrival.
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
    grad_query,
    query,
    grad_out,
    level,
    rest,
    delta,
    K,
    V,
    GradK,
    GradV,
    GradBias,
    Mask,
    Bias,
    key,
    in_list,
    position,
    real,
    row_hash,
    bias_row,
    grad_bias_row,
    stride_kn,
    stride_vn,
    stride_bk,
    n_keys,
    left,
    right,
    drop_threshold,
    scale,
    cap_inverse,
    cap_log2,
    keep_scale,
    HEAD_DIM: tl.constexpr,
    HAS_MASK: tl.constexpr,
    HAS_BIAS: tl.constexpr,
    HAS_CAP: tl.constexpr,
    WANT_BIAS: tl.constexpr,
    HAS_LEFT: tl.constexpr,
    HAS_RIGHT: tl.constexpr,
    DROPOUT: tl.constexpr,
):
    """Adds one block of keys to the tile's query gradient, and the tile to the keys' gradients."""
    dim = tl.arange(0, HEAD_DIM)
    wide_key = key.to(tl.int64)
    usable = in_list & (key >= 0) & (key < n_keys)
    if HAS_MASK:
        usable = usable & (tl.load(Mask + key, mask=usable, other=0) != 0)
    loaded = usable[:, None]
    key_at = K + wide_key[:, None] * stride_kn + dim[None, :]
    keys = tl.load(key_at, mask=loaded, other=0.0)
    scores = tl.dot(query, tl.trans(keys), input_precision="ieee")
    if HAS_CAP:
        scores, bent = capped(scores, cap_inverse, cap_log2)
    else:
        scores *= scale * LOG2E
    column = tl.where(usable, key, FAR)
    seen = visible_keys(column, position, n_keys, left, right, HAS_LEFT, HAS_RIGHT)
    seen = seen & real[:, None]
    if HAS_BIAS:
        bias_at = Bias + bias_row[:, None] + wide_key[None, :] * stride_bk
        bias = tl.load(bias_at, mask=seen, other=float("-inf")).to(tl.float32)
        seen = seen & (bias > HIDING_BIAS)
        scores += bias * LOG2E
    scores -= level[:, None]
    if HAS_BIAS:
        scores -= rest[:, None]
    probability = tl.exp2(tl.where(seen, scores, float("-inf")))
    value_at = V + wide_key[:, None] * stride_vn + dim[None, :]
    values = tl.load(value_at, mask=loaded, other=0.0)
    grad_probability = tl.dot(grad_out, tl.trans(values), input_precision="ieee")
    dropped = probability
    if DROPOUT:
        kept = dropout_kept(row_hash[:, None], key[None, :], drop_threshold)
        grad_probability = tl.where(kept, grad_probability * keep_scale, 0.0)
        dropped = tl.where(kept, probability * keep_scale, 0.0)
    grad_scores = probability * (grad_probability - delta[:, None])
    grad_at = wide_key[:, None] * HEAD_DIM + dim[None, :]
    narrow = tl.trans(dropped.to(grad_out.dtype))
    grad_values = tl.dot(narrow, grad_out, input_precision="ieee")
    tl.atomic_add(GradV + grad_at, grad_values, mask=loaded, sem="relaxed")
    if WANT_BIAS:
        bias_grad_at = GradBias + grad_bias_row[:, None] + wide_key[None, :]
        tl.atomic_add(bias_grad_at, grad_scores, mask=seen, sem="relaxed")
    if HAS_CAP:
        # What reaches the scores passes the cap on its way to queries and keys.
        grad_scores *= 1.0 - bent * bent
    grad_scores = grad_scores.to(query.dtype)
    grad_keys = tl.dot(tl.trans(grad_scores), query, input_precision="ieee") * scale
    tl.atomic_add(GradK + grad_at, grad_keys, mask=loaded, sem="relaxed")
    return tl.dot(grad_scores, keys, grad_query, input_precision="ieee")


@triton.jit(do_not_specialize=["seed_word", "drop_threshold", "left", "right"])
def backward_kernel(
    Q,
    K,
    V,
    GradOut,
    Lse,
    Delta,
    GradQ,
    GradK,
    GradV,
    GradBias,
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
    stride_bb,
    stride_bh,
    stride_bq,
    stride_bk,
    stride_gb,
    stride_gh,
    n_queries,
    n_keys,
    heads,
    tiles,
    group,
    left,
    right,
    seed_word,
    drop_threshold,
    scale,
    cap_inverse,
    cap_log2,
    keep_scale,
    HEAD_DIM: tl.constexpr,
    BLOCK_M: tl.constexpr,
    SLICES: tl.constexpr,
    BLOCK_N: tl.constexpr,
    LEVELS: tl.constexpr,
    HAS_LISTS: tl.constexpr,
    HAS_MASK: tl.constexpr,
    HAS_BIAS: tl.constexpr,
    HAS_CAP: tl.constexpr,
    WANT_BIAS: tl.constexpr,
    HAS_LEFT: tl.constexpr,
    HAS_RIGHT: tl.constexpr,
    DROPOUT: tl.constexpr,
):
    """Takes the gradient of one tile of one head; `triton_dap` says what the arguments hold.

    `GradOut`, `GradQ`, `Lse` and `Delta` are contiguous, as are the gradients in fp32.
    """
    program = tl.program_id(0)
    piece = program % SLICES
    if HAS_LISTS:
        program = tl.load(Order + program // SLICES).to(tl.int32)
    elif HAS_RIGHT:
        program = tl.num_programs(0) - 1 - program
    row = (program // tiles).to(tl.int64)
    batch = row // heads
    head = row % heads
    kv_head = head // group
    line = tl.arange(0, BLOCK_M)
    index = (program % tiles * SLICES + piece) * BLOCK_M + line
    real = index < n_queries
    position = index + n_keys - n_queries
    dim = tl.arange(0, HEAD_DIM)
    shown = real[:, None]
    wide_index = index.to(tl.int64)
    Q += batch * stride_qb + head * stride_qh
    query_at = Q + wide_index[:, None] * stride_qn + dim[None, :]
    query = tl.load(query_at, mask=shown, other=0.0)
    K += batch * stride_kb + kv_head * stride_kh
    V += batch * stride_vb + kv_head * stride_vh
    Mask += batch * n_keys
    out_at = (row * n_queries + wide_index)[:, None] * HEAD_DIM + dim[None, :]
    grad_out = tl.load(GradOut + out_at, mask=shown, other=0.0)
    lse = tl.load(Lse + row * n_queries + index, mask=real, other=0.0)
    # A row that saw nothing has lse -inf and no visible pair.
    lse = tl.where(lse == float("-inf"), 0.0, lse * LOG2E)
    level = lse.to(tl.float32)
    rest = (lse - level).to(tl.float32)
    delta = tl.load(Delta + row * n_queries + index, mask=real, other=0.0)
    GradK += (batch * (heads // group) + kv_head) * n_keys * HEAD_DIM
    GradV += (batch * (heads // group) + kv_head) * n_keys * HEAD_DIM
    row_hash = line.to(tl.uint32)
    if DROPOUT:
        row_hash = dropout_row(seed_word, row, index)
    bias_row = wide_index
    grad_bias_row = wide_index
    if HAS_BIAS:
        bias_row = batch * stride_bb + head * stride_bh + wide_index * stride_bq
        grad_bias_row = batch * stride_gb + head * stride_gh + wide_index * n_keys
    grad_query = tl.zeros([BLOCK_M, HEAD_DIM], tl.float32)
    lane = tl.arange(0, BLOCK_N)
    row_begin = program.to(tl.int64)
    row_end = row_begin
    base = program * 0
    first = 0
    last = n_keys
    run = lane * 0
    key = lane
    if HAS_LISTS:
        row_begin = tl.load(Offsets + program)
        row_end = tl.load(Offsets + program + 1)
        base = tl.load(Before + row_begin)
        last = tl.sub(tl.load(Before + row_end), base, sanitize_overflow=False)
    else:
        low = tl.min(position)
        if HAS_LEFT:
            first = tl.maximum(first, (low - left) // BLOCK_N * BLOCK_N)
        if HAS_RIGHT:
            last = tl.minimum(last, tl.max(tl.where(real, position, low)) + right + 1)
    for start in range(first, last, BLOCK_N):
        if HAS_LISTS:
            run, key = locate(Starts, Before, run, start + lane, row_begin, row_end, base, LEVELS)
        else:
            key = start + lane
        grad_query = _block(
            grad_query, query, grad_out, level, rest, delta,
            K, V, GradK, GradV, GradBias, Mask, Bias,
            key, start + lane < last, position, real, row_hash, bias_row, grad_bias_row,
            stride_kn, stride_vn, stride_bk,
            n_keys, left, right, drop_threshold, scale, cap_inverse, cap_log2, keep_scale,
            HEAD_DIM, HAS_MASK, HAS_BIAS, HAS_CAP, WANT_BIAS, HAS_LEFT, HAS_RIGHT, DROPOUT,
        )  # fmt: skip
    tl.store(GradQ + out_at, (grad_query * scale).to(GradQ.dtype.element_ty), mask=shown)
