"""Items of Form 10-K, recognised from their titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from secateur.pipelines.ingestion.layout.blocks import Line
from secateur.pipelines.ingestion.layout.reading import SectionStart

_HEAD = re.compile(
    r"(?:part\s+i{1,3}v?\b[\s,.:–—-]*)?items?\s*(\d{1,2})\s?([a-c])?(?:\s?\(t\))?(?![\w(])"
    r"(?:\s*(?:and|&|,|through|-|–)\s*(?:item\s+)?\d{1,2}[a-c]?(?!\w))*[\s.:|)–—-]*",
    re.IGNORECASE,
)
# First words of each item's title, current and older wordings.
_TITLES = {
    "1": r"business|description of (?:the )?business|general",
    "1A": r"risk factors",
    "1B": r"unresolved",
    "1C": r"cyber\s?security",
    "2": r"(?:description of )?propert",
    "3": r"legal",
    "4": r"mine safety|submission",
    "5": r"market\b",
    "6": r"selected|consolidated",
    "7": r"management|md&a",
    "7A": r"quantitative",
    "8": r"(?:consolidated )?financial|index to",
    "9": r"changes|disagreements",
    "9A": r"controls|evaluation",
    "9B": r"other",
    "9C": r"disclosures? regarding",
    "10": r"(?:our )?directors|executive officers",
    "11": r"executive|compensation",
    "12": r"(?:stock|share|unit|security|beneficial)",
    "13": r"certain|transactions|related",
    "14": r"principal|exhibits?|controls",
    "15": r"exhibits?|financial|principal",
    "16": r"(?:form )?10-k|summary|exhibits?",
}
_VACANT = r"[\[(]?(?:reserved|removed|omitted|not applicable|none|n/a|intentionally)"
_TITLE_PATTERNS = {
    item: re.compile(rf"(?:the\s+)?(?:{words}|{_VACANT})", re.IGNORECASE)
    for item, words in _TITLES.items()
}
_PAGE_NUMBER = re.compile(
    r"[\s.…·_-](?:F-|S-)?\d{1,3}(?:\s?[-–,]\s?\d{1,3})*$|[\s.](?:n/a|—|-)$", re.I
)
_LONGEST_TITLE = 300
"""Most characters of a line that may be an item's title."""
_CONTENTS_IN_TABLE = 3
"""Titles in one table from which on it lists contents."""
_CONTENTS_IN_BLOCKS = 8
"""Titles in blocks close together from which on they may list contents."""
_CONTENTS_GAP = 200
"""Most characters between two titles of contents."""


@dataclass(frozen=True)
class _Candidate:
    line: Line
    item: str
    worded: bool

    @property
    def rank(self) -> tuple[int, str]:
        """Place in the order of the form."""
        return int(self.item.rstrip("ABC")), self.item


def find_items(lines: Sequence[Line]) -> list[SectionStart]:
    """Finds where the items of an annual report start.

    A title is a line of its own that opens with the item's number and goes on with the words of
    its title, or with nothing. Lines of a table of contents are told by standing together. Of all
    titles the longest chain in the order of the form wins, its earliest one where titles repeat
    as running heads.

    Args:
        lines: The document's blocks and table rows in order.

    Returns:
        Each item by name ("Item 7A"), in document order. Its confidence is the share of five signs
        that hold: it is part of the chain; words of its title follow its number; its line is bold
        or a heading; no other line could be its title; the item before it is found as well.
    """
    candidates = [candidate for line in lines if (candidate := _candidate(line)) is not None]
    titles = _without_contents(candidates)
    chain = _longest_chain(titles)
    rivals = Counter(title.item for title in titles)
    before = {after: item for item, after in pairwise(_TITLES)}
    found = {title.item for title in chain}
    return [
        SectionStart(
            title.line.start,
            f"Item {title.item}",
            (
                1
                + title.worded
                + (title.line.strong or title.line.kind == "title")
                + (rivals[title.item] == 1)
                + (before.get(title.item, title.item) in found)
            )
            / 5,
        )
        for title in chain
    ]


def opens_item(text: str) -> bool:
    """Tells whether a line reads as the title of an item.

    Args:
        text: The line.

    Returns:
        True for "Item 7. Management's Discussion" and for "Item 7." alone.
    """
    return _candidate(Line(0, len(text), text, "paragraph")) is not None


def _candidate(line: Line) -> _Candidate | None:
    text = line.text
    if len(text) > _LONGEST_TITLE:
        return None
    head = _HEAD.match(text)
    if not head:
        return None
    item = head.group(1).lstrip("0") + (head.group(2) or "").upper()
    pattern = _TITLE_PATTERNS.get(item)
    rest = text[head.end() :].lstrip("“\"'")
    if pattern is None or (rest and not pattern.match(rest)):
        return None
    return _Candidate(line, item, bool(rest))


def _without_contents(candidates: list[_Candidate]) -> list[_Candidate]:
    """Leaves out the lines of tables of contents.

    Three candidates in one table list contents, and so do eight blocks with rising numbers close
    together of which half end in a page number.
    """
    in_table = Counter(candidate.line.table for candidate in candidates)
    kept: list[_Candidate] = []
    group: list[_Candidate] = []
    for candidate in candidates:
        if candidate.line.table >= 0:
            if in_table[candidate.line.table] < _CONTENTS_IN_TABLE:
                kept.append(candidate)
            continue
        if group and not (
            candidate.line.start - group[-1].line.end < _CONTENTS_GAP
            and candidate.rank > group[-1].rank
        ):
            kept.extend(_unlisted(group))
            group = []
        group.append(candidate)
    kept.extend(_unlisted(group))
    return sorted(kept, key=lambda candidate: candidate.line.start)


def _unlisted(group: list[_Candidate]) -> list[_Candidate]:
    paged = sum(bool(_PAGE_NUMBER.search(member.line.text)) for member in group)
    return [] if len(group) >= _CONTENTS_IN_BLOCKS and 2 * paged >= len(group) else group


def _longest_chain(candidates: list[_Candidate]) -> list[_Candidate]:
    """The longest subsequence with rising ranks; among equals the one whose members come first."""
    chains: dict[tuple[int, str], list[_Candidate]] = {}
    for candidate in candidates:
        lower = (chain for rank, chain in chains.items() if rank < candidate.rank)
        before = max(lower, key=len, default=[])
        if len(before) >= len(chains.get(candidate.rank, [])):
            # Taken out first, so that the chains stand in the order of their ends.
            chains.pop(candidate.rank, None)
            chains[candidate.rank] = [*before, candidate]
    return max(chains.values(), key=len, default=[])
