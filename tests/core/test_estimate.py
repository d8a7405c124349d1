"""The rows that stand for a tile, and what each of the two looks makes of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from secateur.core import estimate
from secateur.core.config import Backend, DapConfig
from secateur.core.estimate import Inputs
from secateur.core.geometry import Geometry, build
from secateur.core.selection import select
from secateur.core.spans import SpanTable
from secateur.kernels.selection import GROUPS


def _inputs(query: Tensor, key: Tensor, *, causal: bool = False, bias: Tensor | None = None):
    return Inputs(query[None], key[None], None, bias, 1.0, causal)


def _geometry(queries: int, keys: int, *, causal: bool = False) -> Geometry:
    return build(SpanTable.uniform(1, keys, 8, torch.device("cpu")).offsets[0], queries, keys, 64,
                 None, causal)  # fmt: skip


@given(st.lists(st.booleans(), min_size=1, max_size=150), st.integers(0, 1))
def test_groups_deal_the_live_queries_of_a_tile_out_in_order(shown: list[bool], more: int) -> None:
    count, mask = len(shown), torch.tensor([*shown, *[True] * more])
    geometry = build(torch.tensor([0, count + more]), count, count + more, 64, mask, False)
    # Each query is a direction of its own, so that a mean tells whose it is.
    own = _inputs(torch.eye(count), torch.zeros(count + more, count))
    rows = estimate.choose_rows(own, geometry)
    for tile, live in enumerate(geometry.live):
        places = (live.nonzero()[:, 0] + 64 * tile).tolist()
        groups = [group.nonzero()[:, 0].tolist() for group in rows.means[0, tile]]
        if len(places) < GROUPS:
            assert {place for group in groups for place in group} >= set(places)
            continue
        assert [place for group in groups for place in group] == places
        assert {len(group) - len(places) // GROUPS for group in groups} <= {0, 1}
        assert rows.last[tile].tolist() == [group[-1] + more for group in groups]
        assert rows.middle[tile].tolist() == [group[len(group) // 2] for group in groups]
        sampled = rows.sampled[tile].view(GROUPS, -1).tolist()
        for few, group in zip(sampled, groups, strict=True):
            assert set(few) <= set(group)
            assert len(set(few)) == min(len(few), len(group))


def test_a_spans_mean_is_of_the_keys_that_may_be_read() -> None:
    key, mask = torch.randn(40, 4), torch.rand(40) < 0.5
    mask[8:16] = False
    own = Inputs(torch.zeros(1, 64, 4), key[None], mask, None, 1.0, False)
    geometry = build(torch.arange(0, 41, 8), 64, 40, 64, mask, False)
    (means,) = estimate.span_means(own, geometry)
    for begin, mean in zip(range(0, 40, 8), means, strict=True):
        shown = key[begin : begin + 8][mask[begin : begin + 8]]
        torch.testing.assert_close(mean, shown.mean(0) if len(shown) else torch.zeros(4))


def test_the_first_look_scores_the_spans_that_a_query_of_the_group_sees() -> None:
    torch.manual_seed(0)
    own = _inputs(torch.randn(128, 4), torch.randn(200, 4), causal=True)
    geometry = _geometry(128, 200, causal=True)
    rows = estimate.choose_rows(own, geometry)
    scores = estimate.first_look(own, geometry, rows, estimate.span_means(own, geometry))
    position = torch.arange(128).view(2, GROUPS, 4) + 72
    seen = (geometry.offsets[:-1] <= position[..., None]).any(2)
    assert torch.equal(scores[0].isfinite(), seen)


def test_the_first_look_takes_the_bias_between_the_middles_of_group_and_span() -> None:
    bias = 1000.0 * torch.arange(64)[:, None] + torch.arange(80)
    own = _inputs(torch.zeros(64, 4), torch.zeros(80, 4), bias=bias[None])
    geometry = _geometry(64, 80)
    rows = estimate.choose_rows(own, geometry)
    scores = estimate.first_look(own, geometry, rows, estimate.span_means(own, geometry))
    middles = 1000.0 * torch.arange(2, 64, 4)[:, None] + torch.arange(4, 80, 8)
    torch.testing.assert_close(scores[0, 0], middles + torch.tensor(8.0).log())


@pytest.mark.parametrize(("begin", "end"), [(0, 40), (0, 32), (8, 32)])
def test_the_second_look_weighs_the_visible_keys_of_the_spans_that_it_looks_at(
    begin: int, end: int
) -> None:
    torch.manual_seed(0)
    own = _inputs(torch.randn(64, 4), torch.randn(40, 4))
    offsets = torch.arange(begin, end + 1, 4)
    geometry = build(offsets, 64, 40, 64, None, False)
    rows = estimate.choose_rows(own, geometry)
    looks = (torch.arange(len(offsets) - 1) % 3 != 1)[None, None]
    reference = torch.randn(1, 1, GROUPS)
    found = estimate.second_look(own, geometry, rows, looks, reference)[0, 0]
    scores = own.query[0, rows.sampled[0]] @ own.key[0].T
    weights = (scores - reference[0, 0].repeat_interleave(2)[:, None]).exp()
    sums = [weights[:, first:last].sum(1) for first, last in pairwise(offsets.tolist())]
    expected = torch.stack(sums, 1) * looks[0]
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("looked", [False, True], ids=["first look", "both looks"])
def test_probabilities_and_the_share_of_what_is_closed_add_up_to_one(looked: bool) -> None:
    torch.manual_seed(0)
    first, closed = torch.rand(2, 3, 4, 10), torch.rand(2, 3, 4)
    looks = torch.rand(2, 3, 10) < 0.5
    measured = torch.rand(2, 3, 8, 10) * looks[:, :, None] if looked else None
    found = estimate.probabilities(first, closed, measured, looks if looked else None)
    weights, shut = first, closed
    if measured is not None:
        weights = first.masked_fill(looks[:, :, None], 0.0).repeat_interleave(2, 2) + measured
        shut = closed.repeat_interleave(2, 2)
    share = shut / (weights.sum(-1) + shut)
    torch.testing.assert_close(found.sum(-1), 1 - share.mean(-1))


@pytest.mark.parametrize("backend", ["auto", "portable"])
def test_a_score_far_above_its_estimate_counts_without_overflow(backend: Backend) -> None:
    """Two keys of a span cancel each other out in its mean; e to the power of 500 is too much."""
    query, key = torch.zeros(1, 1, 64, 16), torch.zeros(1, 1, 640, 16)
    query[..., 0] = 100.0
    key[0, 0, 320, 0], key[0, 0, 321, 0] = 20.0, -20.0
    spans = SpanTable.uniform(1, 640, 8, query.device)
    config = DapConfig(threshold=2.0, fallback=False, backend=backend)
    selection = select(query, key, spans, config)
    assert bool(selection.lists.mask(1, 1, 64, 640)[0, 0, 0, 320])
    assert float(selection.kept_mass) == pytest.approx(1.0)
