"""The Triton kernel of the selection's second look, by real scores: one program for one query tile.

As in the first look, scores are computed again in each pass.
"""

from __future__ import annotations

import triton
import triton.language as tl

from secateur.kernels.triton_first_look import FAR_TOKEN, group_scores, load_groups
from secateur.kernels.triton_tiles import LOG2E

# A real score further above its group's best estimate counts as this much, in units of log2.
HIGHEST: tl.constexpr = tl.constexpr(60.0)


@triton.jit
def _spans_looked_at(Looks, Offsets, start, n_seen, SPANS: tl.constexpr):
    """Loads a few neighbouring spans: whether looked at, and their bounds, empty where not."""
    span = start + tl.arange(0, SPANS)
    looked = tl.load(Looks + span, mask=span < n_seen, other=0) != 0
    begin = tl.load(Offsets + span, mask=looked, other=FAR_TOKEN)
    end = tl.load(Offsets + span + 1, mask=looked, other=0)
    return looked, begin, end


@triton.jit
def _key_weights(
    samples,
    position,
    reference,
    Key,
    Mask,
    token,
    begin,
    end,
    stride_kn,
    scale,
    CAUSAL: tl.constexpr,
    HAS_MASK: tl.constexpr,
    HEAD_DIM: tl.constexpr,
    BLOCK_D: tl.constexpr,
):
    """Weighs keys for each sample, and tells which span each key lies in; 0 outside the spans."""
    dim = tl.arange(0, BLOCK_D)
    belongs = (token[:, None] >= begin[None, :]) & (token[:, None] < end[None, :])
    wanted = tl.max(belongs.to(tl.int32), 1) > 0
    if HAS_MASK:
        wanted = wanted & (tl.load(Mask + token, mask=wanted, other=0) != 0)
    at = Key + token.to(tl.int64)[:, None] * stride_kn + dim[None, :]
    keys = tl.load(at, mask=wanted[:, None] & (dim < HEAD_DIM)[None, :], other=0.0)
    scores = tl.dot(samples, tl.trans(keys), input_precision="ieee") * scale
    weights = tl.exp2(tl.minimum((scores - reference[:, None]) * LOG2E, HIGHEST))
    seen = wanted[None, :]
    if CAUSAL:
        seen = seen & (token[None, :] <= position[:, None])
    return tl.where(seen, weights, 0.0), belongs


@triton.jit
def second_look_kernel(
    Query,
    Key,
    Mask,
    Sampled,
    GroupMeans,
    GroupLast,
    SpanMeans,
    LogCounts,
    Offsets,
    Seen,
    Reference,
    Looks,
    Probability,
    stride_qh,
    stride_qn,
    stride_kh,
    stride_kn,
    first_row,
    n_tiles,
    n_spans,
    heads_of_kv,
    shift,
    scale,
    CAUSAL: tl.constexpr,
    HAS_MASK: tl.constexpr,
    HEAD_DIM: tl.constexpr,
    BLOCK_D: tl.constexpr,
    GROUPS: tl.constexpr,
    SAMPLES: tl.constexpr,
    BLOCK: tl.constexpr,
    SPANS: tl.constexpr,
    BLOCK_N: tl.constexpr,
):
    """Weighs the spans in question by real scores of sampled queries and normalises both looks."""
    # Under causality later tiles see more spans: they begin first.
    place = tl.num_programs(0) - 1 - tl.program_id(0)
    row = first_row + place
    tile = row % n_tiles
    head = row // n_tiles
    n_seen = tl.load(Seen + tile)
    SpanMeans += (head // heads_of_kv).to(tl.int64) * n_spans * HEAD_DIM
    Key += (head // heads_of_kv).to(tl.int64) * stride_kh
    Looks += place.to(tl.int64) * n_spans
    Probability += place.to(tl.int64) * n_spans
    groups, last = load_groups(GroupMeans, GroupLast, row, tile, GROUPS, HEAD_DIM, BLOCK_D)
    reference = tl.load(Reference + place * GROUPS + tl.arange(0, GROUPS))
    sample = tl.arange(0, SAMPLES)
    query = tl.load(Sampled + tile * SAMPLES + sample)
    real = tl.load(Reference + place * GROUPS + sample // (SAMPLES // GROUPS))
    dim = tl.arange(0, BLOCK_D)
    at = Query + head.to(tl.int64) * stride_qh + query.to(tl.int64)[:, None] * stride_qn
    samples = tl.load(at + dim[None, :], mask=(dim < HEAD_DIM)[None, :], other=0.0)
    position = query + shift

    rest = tl.zeros([GROUPS], tl.float32)
    for start in range(0, n_seen, BLOCK):
        span = start + tl.arange(0, BLOCK)
        scores = group_scores(
            groups, last, SpanMeans, LogCounts, Offsets, span, n_seen, scale,
            CAUSAL, HEAD_DIM, BLOCK_D,
        )  # fmt: skip
        looked = tl.load(Looks + span, mask=span < n_seen, other=1) != 0
        rest += tl.sum(tl.where(looked[None, :], 0.0, tl.exp(scores - reference[:, None])), 1)
    measured = tl.zeros([SAMPLES], tl.float32)
    for start in range(0, n_seen, SPANS):
        looked, begin, end = _spans_looked_at(Looks, Offsets, start, n_seen, SPANS)
        for token in range(tl.min(begin, 0), tl.max(end, 0), BLOCK_N):
            weights, _ = _key_weights(
                samples, position, real, Key, Mask, token + tl.arange(0, BLOCK_N), begin, end,
                stride_kn, scale, CAUSAL, HAS_MASK, HEAD_DIM, BLOCK_D,
            )  # fmt: skip
            measured += tl.sum(weights, 1)

    by_group = tl.reshape(measured, [GROUPS, SAMPLES // GROUPS]) + rest[:, None]
    shares = tl.where(by_group > 0, 1.0 / (SAMPLES * by_group), 0.0)
    inverse = tl.reshape(shares, [SAMPLES])
    by_group_inverse = tl.sum(shares, 1)
    for start in range(0, n_seen, BLOCK):
        span = start + tl.arange(0, BLOCK)
        scores = group_scores(
            groups, last, SpanMeans, LogCounts, Offsets, span, n_seen, scale,
            CAUSAL, HEAD_DIM, BLOCK_D,
        )  # fmt: skip
        looked = tl.load(Looks + span, mask=span < n_seen, other=1) != 0
        outside = tl.sum(tl.exp(scores - reference[:, None]) * by_group_inverse[:, None], 0)
        tl.store(Probability + span, outside, mask=~looked)
    for start in range(0, n_seen, SPANS):
        looked, begin, end = _spans_looked_at(Looks, Offsets, start, n_seen, SPANS)
        inside = tl.zeros([SPANS], tl.float32)
        for token in range(tl.min(begin, 0), tl.max(end, 0), BLOCK_N):
            weights, belongs = _key_weights(
                samples, position, real, Key, Mask, token + tl.arange(0, BLOCK_N), begin, end,
                stride_kn, scale, CAUSAL, HAS_MASK, HEAD_DIM, BLOCK_D,
            )  # fmt: skip
            by_key = tl.sum(weights * inverse[:, None], 0)
            inside += tl.sum(tl.where(belongs, by_key[:, None], 0.0), 0)
        tl.store(Probability + start + tl.arange(0, SPANS), inside, mask=looked)
