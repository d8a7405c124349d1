"""Organisations told by the word beside the name: "the newspaper Tishreen", "Unian news agency"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.known import is_country

_BEFORE = re.compile(
    r"\b(?:news(?:paper| agency)|magazine|broadcaster|airline|brokerage|insurer|retailer"
    r"|(?:car|auto|drug|chip|steel|truck)maker|conglomerate|subsidiary|unit) $"
)
_AFTER = re.compile(r" news agency\b")
_REACH = 16


def with_trades(text: str, found: Sequence[Found]) -> list[Found]:
    """Makes persons and places organisations beside a word for a trade.

    Args:
        text: The document's text.
        found: Names and all else.

    Returns:
        The same.
    """
    return [
        replace(mention, label="ORG")
        if mention.label in ("PER", "LOC")
        and not is_country(text[mention.start : mention.end])
        and (
            _BEFORE.search(text, max(mention.start - _REACH, 0), mention.start)
            or _AFTER.match(text, mention.end)
        )
        else mention
        for mention in found
    ]
