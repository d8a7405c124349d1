"""The Triton kernels of the selection's first look, by means: one program for one query tile.

Scores are computed again in each pass, so nothing of their size is written: of a tile's sixteen
groups only one probability for each span leaves the kernel.
"""

from __future__ import annotations

import triton
import triton.language as tl

FAR_TOKEN: tl.constexpr = tl.constexpr(2147483647)


@triton.jit
def span_means_kernel(
    Key,
    Mask,
    Offsets,
    Means,
    stride_kh,
    stride_kn,
    n_spans,
    HEAD_DIM: tl.constexpr,
    BLOCK_D: tl.constexpr,
    BLOCK_N: tl.constexpr,
    HAS_MASK: tl.constexpr,
):
    """Writes the mean of the unmasked keys of one span, in the keys' precision."""
    span = tl.program_id(0)
    head = tl.program_id(1)
    begin = tl.load(Offsets + span)
    end = tl.load(Offsets + span + 1)
    dim = tl.arange(0, BLOCK_D)
    total = tl.zeros([BLOCK_D], tl.float32)
    count = 0.0
    for start in range(begin, end, BLOCK_N):
        token = start + tl.arange(0, BLOCK_N)
        real = token < end
        if HAS_MASK:
            real = real & (tl.load(Mask + token, mask=real, other=0) != 0)
        at = Key + head.to(tl.int64) * stride_kh + token.to(tl.int64)[:, None] * stride_kn
        at += dim[None, :]
        inside = real[:, None] & (dim < HEAD_DIM)[None, :]
        total += tl.sum(tl.load(at, mask=inside, other=0.0).to(tl.float32), 0)
        count += tl.sum(real.to(tl.float32), 0)
    mean = total / tl.maximum(count, 1.0)
    row = Means + (head.to(tl.int64) * n_spans + span) * HEAD_DIM
    tl.store(row + dim, mean.to(Means.dtype.element_ty), mask=dim < HEAD_DIM)


@triton.jit
def load_groups(
    GroupMeans,
    GroupLast,
    row,
    tile,
    GROUPS: tl.constexpr,
    HEAD_DIM: tl.constexpr,
    BLOCK_D: tl.constexpr,
):
    """Loads a tile's mean queries and the key position of each group's last query."""
    group = tl.arange(0, GROUPS)
    dim = tl.arange(0, BLOCK_D)
    at = GroupMeans + (row.to(tl.int64) * GROUPS + group)[:, None] * HEAD_DIM + dim[None, :]
    means = tl.load(at, mask=(dim < HEAD_DIM)[None, :], other=0.0)
    return means, tl.load(GroupLast + tile * GROUPS + group)


@triton.jit
def group_scores(
    groups,
    group_last,
    SpanMeans,
    LogCounts,
    Offsets,
    span,
    n_seen,
    scale,
    CAUSAL: tl.constexpr,
    HEAD_DIM: tl.constexpr,
    BLOCK_D: tl.constexpr,
):
    """Scores spans by their mean keys for each group; -inf where it sees nothing of the span."""
    dim = tl.arange(0, BLOCK_D)
    inside = span < n_seen
    at = SpanMeans + span.to(tl.int64)[:, None] * HEAD_DIM + dim[None, :]
    means = tl.load(at, mask=inside[:, None] & (dim < HEAD_DIM)[None, :], other=0.0)
    scores = tl.dot(groups, tl.trans(means), input_precision="ieee") * scale
    scores += tl.load(LogCounts + span, mask=inside, other=float("-inf"))[None, :]
    if CAUSAL:
        begin = tl.load(Offsets + span, mask=inside, other=FAR_TOKEN)
        scores = tl.where(begin[None, :] > group_last[:, None], float("-inf"), scores)
    return scores


@triton.jit
def first_look_kernel(
    GroupMeans,
    GroupLast,
    SpanMeans,
    LogCounts,
    Offsets,
    Seen,
    Reference,
    First,
    first_row,
    n_tiles,
    n_spans,
    heads_of_kv,
    scale,
    CAUSAL: tl.constexpr,
    HEAD_DIM: tl.constexpr,
    BLOCK_D: tl.constexpr,
    GROUPS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Estimates one tile's probabilities from means, and keeps each group's best score."""
    # Under causality later tiles see more spans: they begin first.
    place = tl.num_programs(0) - 1 - tl.program_id(0)
    row = first_row + place
    tile = row % n_tiles
    n_seen = tl.load(Seen + tile)
    SpanMeans += (row // n_tiles // heads_of_kv).to(tl.int64) * n_spans * HEAD_DIM
    First += place.to(tl.int64) * n_spans
    groups, last = load_groups(GroupMeans, GroupLast, row, tile, GROUPS, HEAD_DIM, BLOCK_D)
    best = tl.full([GROUPS], float("-inf"), tl.float32)
    reference = tl.zeros([GROUPS], tl.float32)
    total = tl.zeros([GROUPS], tl.float32)
    for start in range(0, n_seen, BLOCK):
        span = start + tl.arange(0, BLOCK)
        scores = group_scores(
            groups, last, SpanMeans, LogCounts, Offsets, span, n_seen, scale,
            CAUSAL, HEAD_DIM, BLOCK_D,
        )  # fmt: skip
        best = tl.maximum(best, tl.max(scores, 1))
        shifted = tl.where(best == float("-inf"), 0.0, best)
        total = total * tl.exp(tl.where(total > 0, reference - shifted, 0.0))
        total += tl.sum(tl.exp(scores - shifted[:, None]), 1)
        reference = shifted
    inverse = tl.where(total > 0, 1.0 / (GROUPS * total), 0.0)
    for start in range(0, n_seen, BLOCK):
        span = start + tl.arange(0, BLOCK)
        scores = group_scores(
            groups, last, SpanMeans, LogCounts, Offsets, span, n_seen, scale,
            CAUSAL, HEAD_DIM, BLOCK_D,
        )  # fmt: skip
        weights = tl.exp(scores - reference[:, None])
        tl.store(First + span, tl.sum(weights * inverse[:, None], 0), mask=span < n_seen)
    tl.store(Reference + place * GROUPS + tl.arange(0, GROUPS), reference)
