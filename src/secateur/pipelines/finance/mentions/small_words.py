"""Headings and segments, which read like names, of words that the text has in small letters too.

"PROPERTIES", "LIQUIDITY AND CAPITAL RESOURCES", "the Network Services segment".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.forms import key_of

_WORD = re.compile(r"\w+")
_HEAD = re.compile(r"(?:^|\n|\t)[\d.()\s]*$")
_ITEM = re.compile(r"(?:^|\n|\t)\s*item \d{1,2}[a-c]?[.:]?\s*(?:[-–—]\s*)?$", re.IGNORECASE)
_BACK = 16
"""Characters before a name that tell whether it is a heading."""
_SEGMENT_AFTER = re.compile(
    r" (?:(?:operating|reportable|reporting|business) )?"
    r"(?:segments?|divisions?|reporting units?)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[A-Za-z]+")
_CELLS = 2
"""Cells of tables that a segment heads, where nothing calls it one."""
_SMALL = re.compile(r"[a-z]{2,}")


def without_headings(text: str, found: Sequence[Found], companies: Collection[str]) -> list[Found]:
    """Leaves out names that fill a line in capitals with words that the text has in small ones.

    What is a name in other places too, not in capitals, is one ("SECURITIES AND EXCHANGE"), and so
    are `companies`, keys of the names that bear a legal form somewhere; what follows "Item 1." on
    its line never is.
    """
    found = [m for m in found if not (m.is_name and _ITEM.search(m.before(text, _BACK)))]
    lines = [mention for mention in found if _fills_line(text, mention)]
    wordings = (other.wording(text) for other in found if other.is_name and lines)
    named = {key_of(wording) for wording in wordings if not wording.isupper()} | {*companies}
    headings = {
        mention
        for mention in lines
        if key_of(mention.wording(text)) not in named
        and has_small(text, _WORD.findall(mention.wording(text).lower()))
    }
    return [mention for mention in found if mention not in headings]


def _fills_line(text: str, mention: Found) -> bool:
    in_capitals = mention.is_name and mention.wording(text).isupper()
    ends = text[mention.end : mention.end + 1] in ("", "\n", ".", ":")
    return in_capitals and ends and bool(_HEAD.search(mention.before(text, _BACK)))


def without_segments(text: str, found: Sequence[Found], companies: Collection[str]) -> list[Found]:
    """Leaves out organisations that are segments, of words that the text has in small letters too.

    They are called a segment somewhere, or fill cells of tables. "GEICO segment" is named after one
    of `companies`, keys of the names that bear a legal form somewhere, and stays.
    """
    signs: Counter[str] = Counter()
    for other in found:
        if other.label == "ORG":
            wording = other.wording(text)
            called = _SEGMENT_AFTER.match(text, other.end) is not None
            signs[wording] += _CELLS * called + _fills_cell(text, other)
    called_so = [wording for wording, count in signs.items() if count >= _CELLS]
    segments = {
        wording
        for wording in called_so
        if key_of(wording) not in companies and has_small(text, _LETTERS.findall(wording.lower()))
    }
    return [other for other in found if other.label != "ORG" or other.wording(text) not in segments]


def _fills_cell(text: str, mention: Found) -> bool:
    before = mention.before(text, 1)
    after = text[mention.end : mention.end + 1]
    return "\t" in (before, after) and before in ("", "\n", "\t") and after in ("", "\n", "\t")


def has_small(text: str, words: Iterable[str]) -> bool:
    """Tells whether each word stands alone somewhere, in small letters.

    Args:
        text: The document's text.
        words: In small letters; of one letter, or with other letters than a to z, none counts.
    """
    return all(_stands_alone(word, text) for word in words)


def _stands_alone(word: str, text: str) -> bool:
    # The word comes first, so that the search skips to it.
    alone = rf"{word}(?<![\w’'-]{word})(?![\w-])"
    return _SMALL.fullmatch(word) is not None and re.search(alone, text) is not None
