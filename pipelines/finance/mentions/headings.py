"""Headings in capitals, which read like names: "PROPERTIES", "LIQUIDITY AND CAPITAL RESOURCES"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import NAMES, key_of
from secateur.pipelines.finance.mentions.small_words import has_small

_WORD = re.compile(r"\w+")
_HEAD = re.compile(r"(?:^|\n|\t)[\d.()\s]*$")
_ITEM = re.compile(r"(?:^|\n|\t)\s*item \d{1,2}[a-c]?[.:]?\s*(?:[-–—]\s*)?$", re.IGNORECASE)
_BACK = 16
"""Characters before a name that tell whether it is a heading."""


def without_headings(text: str, found: Sequence[Found], companies: Collection[str]) -> list[Found]:
    """Leaves out names that fill a line in capitals with words that the text has in small ones.

    What is a name in other places too, not in capitals, is one ("SECURITIES AND EXCHANGE"); what
    follows "Item 1." on its line never is.

    Args:
        text: The document's text.
        found: Names and all else.
        companies: Keys of the names that bear a legal form somewhere, which are no headings.

    Returns:
        The rest, in order.
    """
    found = [mention for mention in found if not _heads_item(text, mention)]
    lines = [mention for mention in found if _fills_line(text, mention)]
    wordings = (text[other.start : other.end] for other in found if other.label in NAMES and lines)
    named = {key_of(wording) for wording in wordings if not wording.isupper()} | {*companies}
    headings = {
        mention
        for mention in lines
        if key_of(text[mention.start : mention.end]) not in named
        and has_small(text, _WORD.findall(text[mention.start : mention.end].lower()))
    }
    return [mention for mention in found if mention not in headings]


def _heads_item(text: str, mention: Found) -> bool:
    return mention.label in NAMES and bool(_ITEM.search(_before(text, mention)))


def _fills_line(text: str, mention: Found) -> bool:
    in_capitals = mention.label in NAMES and text[mention.start : mention.end].isupper()
    ends = text[mention.end : mention.end + 1] in ("", "\n", ".", ":")
    return in_capitals and ends and bool(_HEAD.search(_before(text, mention)))


def _before(text: str, mention: Found) -> str:
    return text[max(mention.start - _BACK, 0) : mention.start]
