"""Segments of a company, which read like names: "the Network Services segment"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import key_of
from secateur.pipelines.finance.mentions.small_words import has_small

_SEGMENT_AFTER = re.compile(
    r" (?:(?:operating|reportable|reporting|business) )?"
    r"(?:segments?|divisions?|reporting units?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+")
_CELLS = 2
"""Cells of tables that a segment heads, where nothing calls it one."""


def without_segments(text: str, found: Sequence[Found], companies: Collection[str]) -> list[Found]:
    """Leaves out organisations that are segments, of words that the text has in small letters too.

    "GEICO segment" is named after a company and stays.

    Args:
        text: The document's text.
        found: Names and all else.
        companies: Keys of the names that bear a legal form somewhere, which are no segments.

    Returns:
        The rest, in order; without what is called a segment somewhere, or fills cells of tables.
    """
    signs: Counter[str] = Counter()
    for other in found:
        if other.label == "ORG":
            wording = text[other.start : other.end]
            called = _SEGMENT_AFTER.match(text, other.end) is not None
            signs[wording] += _CELLS * called + _fills_cell(text, other)
    called_so = [wording for wording, count in signs.items() if count >= _CELLS]
    segments = {
        wording
        for wording in called_so
        if key_of(wording) not in companies and has_small(text, _WORD.findall(wording.lower()))
    }
    return [
        other
        for other in found
        if other.label != "ORG" or text[other.start : other.end] not in segments
    ]


def _fills_cell(text: str, mention: Found) -> bool:
    before, after = text[max(mention.start - 1, 0) : mention.start], text[mention.end :][:1]
    return "\t" in (before, after) and before in ("", "\n", "\t") and after in ("", "\n", "\t")
