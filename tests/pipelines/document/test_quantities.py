"""Counts as a sentence tells them."""

from __future__ import annotations

import pytest

from secateur.pipelines.document.quantities import quantity


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 entities"), (1, "1 entity"), (1_204, "1,204 entities")]
)
def test_a_noun_agrees_with_its_count(count: int, told: str) -> None:
    assert quantity(count, "entity", "entities") == told


def test_most_nouns_take_an_s() -> None:
    assert [quantity(count, "error") for count in (1, 2)] == ["1 error", "2 errors"]
