"""Lines of figures that end in a word are read in time that grows with their length."""

from __future__ import annotations

import pytest
from time_growth import LINEAR, growth

from secateur.pipelines.ingestion.text.plain import text_reading


@pytest.mark.timeout(120)
@pytest.mark.parametrize("part", ["7% ", "$5 "])
def test_figures_before_a_word(part: str) -> None:
    def read_line(figures: str) -> object:
        return text_reading(f"Sales.\n\nTotal   {figures}x   5\nOther   4   6\n")

    assert growth(read_line, part, 5) < LINEAR
