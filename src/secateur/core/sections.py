"""Sections before spans: which spans of a long document a query tile scores.

Scoring every span for every tile is quadratic. A tile that sees many sections, 16 neighbouring
spans each, scores their mean keys and opens those in which a span may reach the bar; the spans of
the others count with their section's mean and are looked at no further. The number opened grows
with the logarithm of the spans, so only the sections' own scores, a 64th of the spans', still grow
with the square: 16 spans each, against 4 means of a tile's queries instead of 16.

Nothing tells from a mean how far a span lies above it. We take twice the standard deviation that
the section's farthest span would have along a direction drawn at random, for a query as long as the
tile's groups of queries are in the mean. On captured queries and keys of a decoder (8,192 tokens,
threshold 0.45) sections so opened held 99.99 % of the probability of the spans to look at, those
opened by their mean alone 98 to 99 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from secateur.core.estimate import HIGHEST, LN2, Inputs, Rows
from secateur.core.geometry import Geometry
from secateur.kernels.selection import COARSE, SECTION


@dataclass(frozen=True)
class Sections:
    """Sections of one head's keys.

    Attributes:
        means: Mean of each section's mean keys `[n, D]`, fp32.
        radii: Distance of the farthest of them `[n]`.
        counts: Visible keys `[n]`, fp32.
    """

    means: Tensor
    radii: Tensor
    counts: Tensor

    @classmethod
    def of(cls, span_means: Tensor, counts: Tensor) -> Sections:
        """Joins neighbouring spans.

        Args:
            span_means: Mean keys of the spans `[S, D]`.
            counts: Their visible keys `[S]`; those without any count for nothing.
        """
        padding = -len(counts) % SECTION
        spans = torch.nn.functional.pad(span_means, (0, 0, 0, padding)).unflatten(0, (-1, SECTION))
        sizes = torch.nn.functional.pad(counts, (0, padding)).unflatten(0, (-1, SECTION))
        filled = sizes > 0
        means = (spans * filled[..., None]).sum(1) / filled.sum(1).clamp(min=1)[:, None]
        radii = ((spans - means[:, None]).norm(dim=2) * filled).amax(1)
        return cls(means, radii, sizes.sum(1))


def open_spans(
    inputs: Inputs,
    geometry: Geometry,
    rows: Rows,
    sections: Sections,
    always: Tensor,
    bar: float,
    most: int,
) -> tuple[Tensor, Tensor]:
    """Chooses for some tiles of one head the spans that are scored.

    Args:
        inputs: The head.
        geometry: The tiles against spans.
        rows: The tiles' queries.
        sections: Of the head's keys.
        always: Spans kept without asking `[tiles, S]`; their sections are open.
        bar: Times its uniform share that a key's probability must be able to reach.
        most: Sections opened beside those, at most, the likeliest; a tile that sees no more opens
            all.

    Returns:
        The open spans, bool `[tiles, S]`, and the log weight of what stays closed
        `[1, tiles, groups]`; -inf for nothing.
    """
    pairs = geometry.pairs
    reach = rows.last[:, -1:] if inputs.causal else torch.full_like(rows.last[:, -1:], 1 << 62)
    visible = _any(geometry.offsets[:-1][None] <= reach)
    all_open = visible.sum(1, keepdim=True) <= most
    if inputs.bias is not None or bool(all_open.all()):
        closed = torch.full(rows.last.shape, -torch.inf, device=pairs.device)
        return torch.ones_like(always), closed[None]
    joined = max(rows.means.shape[2] // COARSE, 1)
    means = rows.means[0].unflatten(1, (-1, joined)).mean(2)
    scores = inputs.scale * means @ sections.means.T + sections.counts.log()
    scores = scores.masked_fill(~visible[:, None], -torch.inf)
    lengths = means.norm(dim=2).mean(1, keepdim=True)
    spread = 2 * abs(inputs.scale) * lengths / math.sqrt(means.shape[-1])
    above = (spread * sections.radii).clamp(max=HIGHEST * LN2)
    share = scores.softmax(2).nan_to_num(0.0).mean(1) * above.exp() / sections.counts.clamp(min=1)
    uniform = geometry.live.sum(1)[:, None] / pairs.sum(1, keepdim=True).clamp(min=1)
    forced = _any(always)
    likely = (share >= bar * uniform) & (sections.counts > 0) & visible & ~forced
    limit = min(most, likely.shape[1])
    best = share.masked_fill(~likely, -1.0).topk(limit, dim=1).indices
    likely &= torch.zeros_like(likely).scatter_(1, best, True)
    opened = likely | forced | all_open
    closed = scores.masked_fill(opened[:, None], -torch.inf).logsumexp(2)
    closed = closed.repeat_interleave(joined, 1)
    return opened.repeat_interleave(SECTION, 1)[:, : pairs.shape[1]], closed[None]


def _any(spans: Tensor) -> Tensor:
    """Whether something holds for a span of each section: `[tiles, S]` to `[tiles, n]`."""
    padded = torch.nn.functional.pad(spans, (0, -spans.shape[1] % SECTION))
    return padded.unflatten(1, (-1, SECTION)).any(2)
