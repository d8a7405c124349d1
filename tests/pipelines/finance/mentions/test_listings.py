"""Exchanges and symbols that say where a stock is listed."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.listings import without_listings


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[Ohm|ORG] ([BMV|ORG]: [OHM|ORG]) grew", "[Ohm|ORG] (BMV: OHM) grew"),
        (
            "[Ohm|ORG] ([NYSE|ORG] and [TSX|ORG]: OHM.A) grew",
            "[Ohm|ORG] (NYSE and TSX: OHM.A) grew",
        ),
        ("([Nasdaq Stockholm|ORG]: OHM-B; [LSE|ORG]: OHM)", "(Nasdaq Stockholm: OHM-B; LSE: OHM)"),
        ("[Ohm|ORG], [NYSE|ORG]: OHM, grew", "[Ohm|ORG], NYSE: OHM, grew"),
        ("listed on [NYSE|ORG] and ([FDIC|ORG]) or (CFO: [MOSS|PER])", None),
        ("([NYSE|ORG]: OHM, of [Volt Inc.|ORG])", "(NYSE: OHM, of [Volt Inc.|ORG])"),
        ("([NYSE|ORG]: the exchange)", None),
    ],
)
def test_a_listing_names_nobody(marked: str, expected: str | None) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, without_listings(text, found)) == (expected or marked)
