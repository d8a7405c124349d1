"""Which sections of a document's spans are opened, and what those count that stay closed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from secateur.core import estimate
from secateur.core.geometry import build
from secateur.core.sections import Sections, open_spans
from secateur.kernels.selection import SECTION

# Natural logarithms of how much more a key of each section weighs than one of the first.
LEVELS = (0.0, 4.0, 2.0, 0.0, 0.0, 0.0)
# Of their keys' weights over the uniform share, the second section has 4.97 and the third 0.67.


def opened(
    *,
    most: int,
    bar: float = 0.5,
    levels: Sequence[float] = LEVELS,
    apart: Sequence[float] = (0.0,) * 6,
    offsets: Tensor | None = None,
    queries: int = 64,
    always: Sequence[int] = (),
    hidden: Sequence[int] = (),
    bias: bool = False,
) -> tuple[list[list[int]], Tensor]:
    """Sections opened for each tile, and the log weight of the others.

    Keys lie along one direction, those of a section as far as its level says but for two spans that
    stand `apart` along another. With 64 queries none has a place; with more all tokens do.
    """
    offsets = torch.arange(0, 8 * 16 * len(levels) + 1, 8) if offsets is None else offsets
    keys, spans = int(offsets[-1]), len(offsets) - 1
    causal = queries == keys
    of_token = torch.repeat_interleave(torch.arange(spans), offsets.diff())
    key = torch.zeros(keys, 16)
    key[:, 0] = torch.tensor(levels)[of_token // SECTION]
    for sign in (0, 1):
        key[:, 1] += (
            (1 - 2 * sign) * (of_token % SECTION == sign) * torch.tensor(apart)[of_token // SECTION]
        )
    mask = ~torch.isin(of_token // SECTION, torch.tensor(hidden))
    query = torch.zeros(queries, 16)
    query[:, 0] = 1.0
    added = torch.zeros(1, queries, keys) if bias else None
    own = estimate.Inputs(query[None], key[None], mask, added, 1.0, causal)
    geometry = build(offsets, queries, keys, 64, mask, causal)
    forced = torch.zeros_like(geometry.visible)
    for section in always:
        forced[:, SECTION * section] = True
    sections = Sections.of(estimate.span_means(own, geometry)[0], geometry.counts)
    rows = estimate.choose_rows(own, geometry)
    found, closed = open_spans(own, geometry, rows, sections, forced, bar, most)
    by_section = found.unflatten(1, (-1, SECTION))
    assert torch.equal(by_section.any(2), by_section.all(2))
    return [row.nonzero()[:, 0].tolist() for row in by_section.any(2)], closed[0]


def test_a_section_is_of_its_spans_with_visible_keys_alone() -> None:
    torch.manual_seed(0)
    means, counts = torch.randn(2 * SECTION + 5, 4) + 3, torch.full((2 * SECTION + 5,), 8.0)
    counts[3:9] = 0.0
    counts[SECTION : 2 * SECTION] = 0.0
    found = Sections.of(means, counts)
    for number, rows in enumerate(means.split(SECTION)):
        of = counts[SECTION * number :][:SECTION]
        assert float(found.counts[number]) == float(of.sum())
        if rows[of > 0].numel():
            mean = rows[of > 0].mean(0)
            torch.testing.assert_close(found.means[number], mean)
            torch.testing.assert_close(found.radii[number], (rows[of > 0] - mean).norm(dim=1).max())


def test_those_that_may_reach_the_bar_are_opened_and_the_others_count() -> None:
    (found,), closed = opened(most=5)
    assert found == [1, 2]
    torch.testing.assert_close(closed, torch.full((1, 16), math.log(4 * 128)))
    assert opened(most=5, bar=1.0)[0] == [[1]]


def test_of_more_than_the_most_the_likeliest_are_opened() -> None:
    (found,), closed = opened(most=1)
    assert found == [1]
    expected = math.log(128 * (4 + math.exp(2)))
    torch.testing.assert_close(closed, torch.full((1, 16), expected))


def test_where_no_more_than_the_most_are_seen_all_are_opened() -> None:
    (found,), closed = opened(most=6)
    assert found == [0, 1, 2, 3, 4, 5]
    assert bool((closed == -torch.inf).all())


@pytest.mark.parametrize(("always", "expected"), [([4], [1, 4]), ([1], [1, 2])])
def test_what_is_kept_without_asking_opens_its_section_beside_the_most(
    always: list[int], expected: list[int]
) -> None:
    assert opened(most=1, always=always)[0] == [expected]


def test_a_section_without_a_visible_key_stays_closed() -> None:
    (found,), closed = opened(most=5, bar=0.0, hidden=[3, 5])
    assert found == [0, 1, 2, 4]
    assert bool((closed == -torch.inf).all())


def test_a_bias_opens_all() -> None:
    (found,), closed = opened(most=1, bias=True)
    assert found == [0, 1, 2, 3, 4, 5]
    assert bool((closed == -torch.inf).all())


def test_how_far_spans_lie_from_their_mean_counts_twice() -> None:
    """A span 4 from the mean, for queries of length 1 in 16 dimensions: twice 4 / sqrt(16)."""
    levels, apart = (0.0,) * 6, (0.0, 0.0, 4.0, 0.0, 0.0, 0.0)
    for bar, expected in ((math.exp(1.9), [2]), (math.exp(2.1), [])):
        (found,), _ = opened(most=5, bar=bar, levels=levels, apart=apart)
        assert found == expected


@pytest.mark.parametrize(("third", "fourth", "expected"), [(2.0, 3.0, 3), (3.0, 2.0, 2)])
def test_of_spans_too_far_away_to_weigh_the_likelier_section_is_opened(
    third: float, fourth: float, expected: int
) -> None:
    levels, apart = (0.0, 4.0, third, fourth, 0.0, 0.0), (0.0, 0.0, 1e6, 1e6, 0.0, 0.0)
    assert opened(most=1, levels=levels, apart=apart)[0] == [[expected]]


def test_a_tile_sees_a_section_from_its_last_query_on() -> None:
    # The third section begins at 224, within the fourth tile.
    offsets = torch.arange(0, 7 * 16 * 6 + 1, 7)
    found, _ = opened(most=2, bar=1e9, offsets=offsets, queries=672)
    assert [len(row) for row in found] == [6, 6, 6, *[0] * 8]
    # The second begins at 255, with the last query of the fourth tile.
    edge = torch.cat([torch.arange(0, 241, 16), torch.arange(255, 255 + 8 * 48 + 1, 8)])
    found, _ = opened(most=1, bar=1e9, levels=LEVELS[:4], apart=(0.0,) * 4, offsets=edge,
                      queries=639)  # fmt: skip
    assert [len(row) for row in found[:4]] == [4, 4, 4, 0]
