"""What the Triton kernels share: walking key lists, visibility, dropout.

Imported only where Triton is installed.
"""

from __future__ import annotations

import triton
import triton.language as tl

LOG2E: tl.constexpr = tl.constexpr(1.4426950408889634)
# Keys and queries number at most LONGEST, so differences with FAR stay within 32 bits.
LONGEST = 1 << 29
FAR: tl.constexpr = tl.constexpr(3 << 29)
HIDING_BIAS: tl.constexpr = tl.constexpr(-1e29)


@triton.jit
def locate(
    Starts,
    Before,
    run,
    position,
    row_begin,
    row_end,
    base,
    LEVELS: tl.constexpr,
):
    """Finds the key at each position of a row's list.

    A position's run lies at most as many runs ahead as positions were passed since `run` was right,
    so a binary search over that window is enough, with a number of steps known when compiling.

    Args:
        Starts: int32 `[runs]`, first key of each run.
        Before: int32 `[runs + 1]`, keys in all runs before, modulo 2^32.
        run: int32 block, a run at or before the wanted one, from the row's first.
        position: int32 block, rising positions among the row's kept keys.
        row_begin: First run of the row.
        row_end: One past its last run.
        base: `Before` at the row's first run.
        LEVELS: Steps of the search; fewer than `2 ** LEVELS` runs may lie between.

    Returns:
        The runs and the keys at the positions; past the row's end a key of no meaning.
    """
    for level in tl.static_range(LEVELS):
        ahead = run + (1 << (LEVELS - 1 - level))
        inside = row_begin + ahead < row_end
        before = tl.load(Before + row_begin + ahead, mask=inside, other=0)
        passed = tl.sub(before, base, sanitize_overflow=False)
        run = tl.where(inside & (passed <= position), ahead, run)
    here = row_begin + run
    known = here < row_end
    start = tl.load(Starts + here, mask=known, other=0)
    before = tl.load(Before + here, mask=known, other=0)
    passed = tl.sub(before, base, sanitize_overflow=False)
    return run, start + position - passed


@triton.jit
def visible_keys(
    column,
    position,
    n_keys,
    left,
    right,
    HAS_LEFT: tl.constexpr,
    HAS_RIGHT: tl.constexpr,
):
    """Tells which keys each query sees; hidden keys come as `FAR`, past any reach to the right."""
    ahead = column[None, :] - position[:, None]
    seen = ahead <= right if HAS_RIGHT else (column < n_keys)[None, :]
    if HAS_LEFT:
        seen = seen & (ahead >= -left)
    return seen


@triton.jit
def capped(scores, inverse, cap):
    """Bends scores under a cap: `cap * tanh(scores * inverse)`, and the tangent itself."""
    steps = scores * (-2.0 * LOG2E * inverse)
    falling = tl.exp2(tl.minimum(steps, 126.0, propagate_nan=tl.PropagateNan.ALL))
    bent = 2.0 / (1.0 + falling) - 1.0
    return bent * cap, bent


@triton.jit
def _mix(word):
    word = word ^ (word >> 16)
    # These products wrap on purpose, which Triton's debug mode would take for an accident.
    word = tl.mul(word, tl.full([], 0x7FEB352D, tl.uint32), sanitize_overflow=False)
    word = word ^ (word >> 15)
    word = tl.mul(word, tl.full([], 0x846CA68B, tl.uint32), sanitize_overflow=False)
    return word ^ (word >> 16)


@triton.jit
def _stride(word, index, FACTOR: tl.constexpr):
    offset = tl.mul(index.to(tl.uint32), tl.full([], FACTOR, tl.uint32), sanitize_overflow=False)
    return tl.add(word, offset, sanitize_overflow=False)


@triton.jit
def dropout_row(seed_word, head, query):
    """Hash of a query row; `masks.dropout_keep` defines it."""
    word = _mix(seed_word.to(tl.uint32, bitcast=True) ^ head.to(tl.uint32))
    return _mix(_stride(word, query, 0x85EBCA6B))


@triton.jit
def dropout_kept(row, key, threshold):
    """Whether each probability of hashed rows survives dropout."""
    word = _mix(_stride(row, key, 0x9E3779B1))
    return word >= threshold.to(tl.uint32, bitcast=True)
