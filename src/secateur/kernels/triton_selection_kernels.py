"""The Triton kernels of the selection's rule: what one tile looks at, keeps and writes as runs."""

from __future__ import annotations

import triton
import triton.language as tl

# More than the bits of any probability: sums of rounded shares may end a little above 1.
ABOVE_ONE: tl.constexpr = tl.constexpr(0x3F810000)


@triton.jit
def _load_spans(Values, Pairs, Offsets, span, n_seen, low, high, leading):
    """Loads spans' probabilities and pairs, and tells which are kept without asking."""
    inside = (span >= 0) & (span < n_seen)
    value = tl.load(Values + span, mask=inside, other=0.0)
    pairs = tl.load(Pairs + span, mask=inside, other=0.0)
    begin = tl.load(Offsets + span, mask=inside, other=0)
    end = tl.load(Offsets + span + 1, mask=inside, other=0)
    always = (pairs > 0) & (((end > low) & (begin <= high)) | (span == leading))
    return value, pairs, always


@triton.jit
def _rank(value, pairs, always, bar, LOOKS: tl.constexpr):
    """Orders candidates by likelihood, negative for other spans; the bits of floats order as they.

    For looks the always-kept spans come before all others; for keeping they are no candidates.
    """
    bits = value.to(tl.int32, bitcast=True)
    likely = (pairs > 0) & (value >= bar * pairs)
    if LOOKS:
        return tl.where(always, bits + ABOVE_ONE, tl.where(likely, bits, -1))
    return tl.where(likely & ~always, bits, -1)


@triton.jit
def _reaching(
    Values,
    Pairs,
    Offsets,
    n_seen,
    low,
    high,
    leading,
    bar,
    prefix,
    LOOKS: tl.constexpr,
    BLOCK: tl.constexpr,
    SHIFT: tl.constexpr,
):
    """Counts the candidates whose rank begins with `prefix` and goes on with at least each byte."""
    counts = tl.zeros([256], tl.int32)
    for start in range(0, n_seen, BLOCK):
        span = start + tl.arange(0, BLOCK)
        value, pairs, always = _load_spans(Values, Pairs, Offsets, span, n_seen, low, high, leading)
        rank = _rank(value, pairs, always, bar, LOOKS)
        # In two steps: a shift by 32 has no meaning.
        ours = (rank >= 0) & (((rank >> SHIFT) >> 8) == prefix)
        byte = (rank >> SHIFT) & 255
        counts += tl.histogram(tl.where(ours, byte, 0), 256, mask=ours)
    return tl.sum(counts, 0) - tl.cumsum(counts, 0) + counts


@triton.jit
def _lowest_rank(
    Values,
    Pairs,
    Offsets,
    n_seen,
    low,
    high,
    leading,
    bar,
    limit,
    LOOKS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Finds the lowest rank that at most `limit` candidates have, byte by byte from the first."""
    byte = tl.arange(0, 256)
    lowest = tl.zeros([], tl.int32)
    reaching = _reaching(
        Values, Pairs, Offsets, n_seen, low, high, leading, bar, 0, LOOKS, BLOCK, 24
    )
    # The rank wanted is one above the highest that too many reach: `found` are its bytes so far.
    found = tl.max(tl.where(reaching > limit, byte, -1), 0)
    if found >= 0:
        limit -= tl.sum(tl.where(byte == found + 1, reaching, 0), 0)
        for level in tl.static_range(3):
            reaching = _reaching(
                Values, Pairs, Offsets, n_seen, low, high, leading, bar, found, LOOKS, BLOCK,
                16 - 8 * level,
            )  # fmt: skip
            last = tl.max(tl.where(reaching > limit, byte, -1), 0)
            limit -= tl.sum(tl.where(byte == last + 1, reaching, 0), 0)
            found = 256 * found + last
        lowest = found + 1
    return lowest


@triton.jit
def choose_looks_kernel(
    First,
    Pairs,
    Totals,
    Offsets,
    Low,
    High,
    Leading,
    Seen,
    Threshold,
    MaxLooks,
    Looks,
    first_row,
    n_tiles,
    n_spans,
    look_low,
    BLOCK: tl.constexpr,
):
    """Marks the spans of one tile whose real scores are wanted."""
    place = tl.num_programs(0) - 1 - tl.program_id(0)
    row = first_row + place
    tile = row % n_tiles
    First += place.to(tl.int64) * n_spans
    Looks += place.to(tl.int64) * n_spans
    Pairs += tile.to(tl.int64) * n_spans
    n_seen = tl.load(Seen + tile)
    low = tl.load(Low + tile)
    high = tl.load(High + tile)
    leading = tl.load(Leading + tile)
    bar = look_low * (tl.load(Threshold + row // n_tiles) / tl.load(Totals + tile))
    lowest = _lowest_rank(
        First, Pairs, Offsets, n_seen, low, high, leading, bar, tl.load(MaxLooks), True, BLOCK
    )
    for start in range(0, n_seen, BLOCK):
        span = start + tl.arange(0, BLOCK)
        value, pairs, always = _load_spans(First, Pairs, Offsets, span, n_seen, low, high, leading)
        looked = _rank(value, pairs, always, bar, True) >= lowest
        tl.store(Looks + span, looked.to(tl.uint8), mask=span < n_seen)


# A cap of 1 would become a constant, from which nothing can be taken.
@triton.jit(do_not_specialize=["cap"])
def keep_spans_kernel(
    Probability,
    Pairs,
    Totals,
    Offsets,
    Low,
    High,
    Leading,
    Seen,
    Threshold,
    Keep,
    Mass,
    KeptPairs,
    Runs,
    first_row,
    n_tiles,
    n_spans,
    cap,
    BLOCK: tl.constexpr,
):
    """Marks the spans that one tile keeps, and adds up what they are."""
    place = tl.num_programs(0) - 1 - tl.program_id(0)
    row = first_row + place
    tile = row % n_tiles
    Probability += place.to(tl.int64) * n_spans
    Keep += row.to(tl.int64) * n_spans
    Pairs += tile.to(tl.int64) * n_spans
    n_seen = tl.load(Seen + tile)
    low = tl.load(Low + tile)
    high = tl.load(High + tile)
    leading = tl.load(Leading + tile)
    bar = tl.load(Threshold + row // n_tiles) / tl.load(Totals + tile)
    lowest = _lowest_rank(
        Probability, Pairs, Offsets, n_seen, low, high, leading, bar, cap, False, BLOCK
    )
    mass = tl.zeros([BLOCK], tl.float32)
    kept_pairs = tl.zeros([BLOCK], tl.float32)
    runs = tl.zeros([BLOCK], tl.int32)
    for start in range(0, n_seen, BLOCK):
        span = start + tl.arange(0, BLOCK)
        value, pairs, always = _load_spans(
            Probability, Pairs, Offsets, span, n_seen, low, high, leading
        )
        keep = always | (_rank(value, pairs, always, bar, False) >= lowest)
        mass += tl.where(keep, value, 0.0)
        kept_pairs += tl.where(keep, pairs, 0.0)
        tl.store(Keep + span, keep.to(tl.uint8), mask=span < n_seen)
        value, pairs, always = _load_spans(
            Probability, Pairs, Offsets, span - 1, n_seen, low, high, leading
        )
        before = always | (_rank(value, pairs, always, bar, False) >= lowest)
        runs += (keep & ~before).to(tl.int32)
    tl.store(Mass + row, tl.sum(mass, 0))
    tl.store(KeptPairs + row, tl.sum(kept_pairs, 0))
    tl.store(Runs + row, tl.sum(runs, 0))


@triton.jit
def write_runs_kernel(
    Keep,
    Again,
    RowOffsets,
    Offsets,
    Begin,
    End,
    Starts,
    Ends,
    n_tiles,
    n_spans,
    BLOCK: tl.constexpr,
):
    """Writes one tile's kept spans as runs; a recovered tile gets one run over all it sees."""
    row = tl.program_id(0)
    tile = row % n_tiles
    Keep += row.to(tl.int64) * n_spans
    at = tl.load(RowOffsets + row)
    if tl.load(Again + row) != 0:
        tl.store(Starts + at, tl.load(Begin + tile))
        tl.store(Ends + at, tl.load(End + tile))
    else:
        opened = 0
        closed = 0
        for start in range(0, n_spans, BLOCK):
            span = start + tl.arange(0, BLOCK)
            keep = tl.load(Keep + span, mask=span < n_spans, other=0) != 0
            inside = (span > 0) & (span <= n_spans)
            before = tl.load(Keep + span - 1, mask=inside, other=0) != 0
            after = tl.load(Keep + span + 1, mask=span + 1 < n_spans, other=0) != 0
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
