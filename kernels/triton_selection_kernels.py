"""The Triton kernels of the selection: one program decides which spans one query tile keeps.

Scores of tiles against spans are read block by block and probabilities computed again in each pass,
so nothing of that size is written.
"""

from __future__ import annotations

import triton
import triton.language as tl

# Bits of the float just above 1.0: no probability has as many.
ABOVE_ONE: tl.constexpr = tl.constexpr(0x3F800001)


@triton.jit
def span_means_kernel(
    Key,
    Mask,
    Offsets,
    Means,
    stride_kh,
    stride_kn,
    stride_kd,
    n_spans,
    HEAD_DIM: tl.constexpr,
    BLOCK_D: tl.constexpr,
    BLOCK_N: tl.constexpr,
    HAS_MASK: tl.constexpr,
):
    """Write mean and variance of the unmasked keys of one span, side by side in fp32."""
    span = tl.program_id(0)
    head = tl.program_id(1)
    begin = tl.load(Offsets + span)
    end = tl.load(Offsets + span + 1)
    dim = tl.arange(0, BLOCK_D)
    total = tl.zeros([BLOCK_D], tl.float32)
    square = tl.zeros([BLOCK_D], tl.float32)
    count = 0.0
    for start in range(begin, end, BLOCK_N):
        token = start + tl.arange(0, BLOCK_N)
        real = token < end
        if HAS_MASK:
            real = real & (tl.load(Mask + token, mask=real, other=0) != 0)
        at = Key + head.to(tl.int64) * stride_kh + token.to(tl.int64)[:, None] * stride_kn
        at += dim[None, :] * stride_kd
        inside = real[:, None] & (dim < HEAD_DIM)[None, :]
        keys = tl.load(at, mask=inside, other=0.0).to(tl.float32)
        total += tl.sum(keys, 0)
        square += tl.sum(keys * keys, 0)
        count += tl.sum(real.to(tl.float32), 0)
    count = tl.maximum(count, 1.0)
    mean = total / count
    spread = tl.maximum(square / count - mean * mean, 0.0)
    row = Means + (head.to(tl.int64) * n_spans + span) * 2 * HEAD_DIM
    tl.store(row + dim, mean, mask=dim < HEAD_DIM)
    tl.store(row + HEAD_DIM + dim, spread, mask=dim < HEAD_DIM)


@triton.jit
def _look(Scores, Pairs, Offsets, span, n_spans, peak, weight, share, low, high):
    """Probability and pairs of spans, and whether each is kept without asking or stands for it."""
    inside = (span >= 0) & (span < n_spans)
    pairs = tl.load(Pairs + span, mask=inside, other=0.0)
    score = tl.load(Scores + span, mask=inside, other=0.0)
    visible = pairs > 0
    score = score + tl.log(tl.where(visible, pairs, 1.0))
    probability = tl.exp(tl.where(visible, score - peak, float("-inf"))) / weight
    begin = tl.load(Offsets + span, mask=inside, other=0)
    end = tl.load(Offsets + span + 1, mask=inside, other=0)
    always = visible & (((end > low) & (begin <= high)) | (span == 0))
    asked = visible & ~always & (probability >= share * pairs)
    return probability, pairs, always, asked


@triton.jit
def _kept(Scores, Pairs, Offsets, span, n_spans, peak, weight, share, low, high, cut):
    """Apply the rule and the cap: probability, pairs and whether the span is kept."""
    probability, pairs, always, asked = _look(
        Scores, Pairs, Offsets, span, n_spans, peak, weight, share, low, high
    )
    keep = always | (asked & (probability.to(tl.int32, bitcast=True) >= cut))
    return probability, pairs, keep


@triton.jit
def measure_rows_kernel(
    Scores,
    Pairs,
    Totals,
    Offsets,
    First,
    Last,
    Threshold,
    Softmax,
    Cut,
    Mass,
    KeptPairs,
    Runs,
    n_tiles,
    n_spans,
    local,
    limit,
    BLOCK: tl.constexpr,
):
    """Find one tile's softmax, the probability that its cap asks for, and what it then keeps."""
    row = tl.program_id(0)
    tile = row % n_tiles
    Scores += row.to(tl.int64) * n_spans
    Pairs += tile.to(tl.int64) * n_spans
    low = tl.load(First + tile) - local
    high = tl.load(Last + tile) + local
    total = tl.load(Totals + tile)
    share = tl.load(Threshold + row // n_tiles) / total
    lane = tl.arange(0, BLOCK)

    peaks = tl.full([BLOCK], float("-inf"), tl.float32)
    for start in range(0, n_spans, BLOCK):
        span = start + lane
        pairs = tl.load(Pairs + span, mask=span < n_spans, other=0.0)
        score = tl.load(Scores + span, mask=span < n_spans, other=0.0)
        score = score + tl.log(tl.where(pairs > 0, pairs, 1.0))
        peaks = tl.maximum(peaks, tl.where(pairs > 0, score, float("-inf")))
    peak = tl.max(peaks, 0)
    peak = tl.where(peak == float("-inf"), 0.0, peak)
    weights = tl.zeros([BLOCK], tl.float32)
    for start in range(0, n_spans, BLOCK):
        probability, _, _, _ = _look(
            Scores, Pairs, Offsets, start + lane, n_spans, peak, 1.0, share, low, high
        )
        weights += probability
    weight = tl.sum(weights, 0)
    weight = tl.where(weight == 0.0, 1.0, weight)

    counts = tl.zeros([BLOCK], tl.int32)
    for start in range(0, n_spans, BLOCK):
        _, _, _, asked = _look(
            Scores, Pairs, Offsets, start + lane, n_spans, peak, weight, share, low, high
        )
        counts += asked.to(tl.int32)
    cut = 0
    if tl.sum(counts, 0) > limit:
        # Positive floats order as their bits do: halve until at most `limit` spans pass.
        under = 0
        cut = tl.full([], ABOVE_ONE, tl.int32)
        for _ in range(31):
            middle = under + (cut - under) // 2
            counts = tl.zeros([BLOCK], tl.int32)
            for start in range(0, n_spans, BLOCK):
                probability, _, _, asked = _look(
                    Scores, Pairs, Offsets, start + lane, n_spans, peak, weight, share, low, high
                )
                passing = asked & (probability.to(tl.int32, bitcast=True) >= middle)
                counts += passing.to(tl.int32)
            fits = tl.sum(counts, 0) <= limit
            cut = tl.where(fits, middle, cut)
            under = tl.where(fits, under, middle)

    mass = tl.zeros([BLOCK], tl.float32)
    kept_pairs = tl.zeros([BLOCK], tl.float32)
    runs = tl.zeros([BLOCK], tl.int32)
    for start in range(0, n_spans, BLOCK):
        span = start + lane
        probability, pairs, keep = _kept(
            Scores, Pairs, Offsets, span, n_spans, peak, weight, share, low, high, cut
        )
        _, _, before = _kept(
            Scores, Pairs, Offsets, span - 1, n_spans, peak, weight, share, low, high, cut
        )
        mass += tl.where(keep, probability, 0.0)
        kept_pairs += tl.where(keep, pairs, 0.0)
        runs += (keep & ~before).to(tl.int32)
    tl.store(Softmax + 2 * row, peak)
    tl.store(Softmax + 2 * row + 1, weight)
    tl.store(Cut + row, cut)
    tl.store(Mass + row, tl.sum(mass, 0))
    tl.store(KeptPairs + row, tl.sum(kept_pairs, 0))
    tl.store(Runs + row, tl.sum(runs, 0))


@triton.jit
def write_runs_kernel(
    Scores,
    Pairs,
    Totals,
    Offsets,
    First,
    Last,
    Threshold,
    Softmax,
    Cut,
    Again,
    RowOffsets,
    Starts,
    Ends,
    n_tiles,
    n_spans,
    local,
    BLOCK: tl.constexpr,
):
    """Write one tile's kept spans as runs; a recovered tile gets one run over all it sees."""
    row = tl.program_id(0)
    tile = row % n_tiles
    Scores += row.to(tl.int64) * n_spans
    Pairs += tile.to(tl.int64) * n_spans
    at = tl.load(RowOffsets + row)
    lane = tl.arange(0, BLOCK)
    if tl.load(Again + row) != 0:
        firsts = tl.full([BLOCK], 2147483647, tl.int32)
        lasts = tl.zeros([BLOCK], tl.int32)
        for start in range(0, n_spans, BLOCK):
            span = start + lane
            visible = tl.load(Pairs + span, mask=span < n_spans, other=0.0) > 0
            begin = tl.load(Offsets + span, mask=visible, other=2147483647)
            end = tl.load(Offsets + span + 1, mask=visible, other=0)
            firsts = tl.minimum(firsts, begin)
            lasts = tl.maximum(lasts, end)
        tl.store(Starts + at, tl.min(firsts, 0))
        tl.store(Ends + at, tl.max(lasts, 0))
    else:
        low = tl.load(First + tile) - local
        high = tl.load(Last + tile) + local
        share = tl.load(Threshold + row // n_tiles) / tl.load(Totals + tile)
        peak = tl.load(Softmax + 2 * row)
        weight = tl.load(Softmax + 2 * row + 1)
        cut = tl.load(Cut + row)
        opened = 0
        closed = 0
        for start in range(0, n_spans, BLOCK):
            span = start + lane
            _, _, keep = _kept(
                Scores, Pairs, Offsets, span, n_spans, peak, weight, share, low, high, cut
            )
            _, _, before = _kept(
                Scores, Pairs, Offsets, span - 1, n_spans, peak, weight, share, low, high, cut
            )
            _, _, after = _kept(
                Scores, Pairs, Offsets, span + 1, n_spans, peak, weight, share, low, high, cut
            )
            opens = keep & ~before
            closes = keep & ~after
            begin = tl.load(Offsets + span, mask=opens, other=0)
            end = tl.load(Offsets + span + 1, mask=closes, other=0)
            rank = opened + tl.cumsum(opens.to(tl.int32), 0) - 1
            tl.store(Starts + at + rank, begin, mask=opens)
            rank = closed + tl.cumsum(closes.to(tl.int32), 0) - 1
            tl.store(Ends + at + rank, end, mask=closes)
            opened += tl.sum(opens.to(tl.int32), 0)
            closed += tl.sum(closes.to(tl.int32), 0)
