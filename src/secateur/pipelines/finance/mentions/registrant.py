"""The company that reports, which the cover names above "(Exact name of registrant …)"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.forms import has_legal_form, is_legal_form

COVER = 12_000
"""Characters of a report in which its cover ends."""

_EXACT_NAME = re.compile(r"\(\s*exact name of (?:the )?registrant", re.IGNORECASE)
_NAME = re.compile(r"(?:The )?[A-Z0-9][^\n\t:()]{2,90}")
_TITLE = re.compile(
    r"((?:[A-Z0-9&][\w&.’'/-]*,? |and |of ){1,7}?[A-Z][A-Za-z/.]+?)"
    r"(?=\s*$|\s?[–—:|(]|\s-\s|,? (?i:Q[1-4]|reports|announces|annual|half|interim|first|second"
    r"|third|fourth|results|form)\b)"
)
_PARENT = re.compile(
    r"(?<![\w&])((?:(?:Corporation|Company|Corp\.|Co\.|Bank) of |[A-Z][\w&’'.-]*,? |& ){0,6}"
    r"[A-Z][\w&’'-]*\.?),? (?:together with|and) "
    r"(?:its |the )?(?:consolidated |wholly[- ]owned )*subsidiaries\b"
)
_NOBODY = frozenset("the company corporation registrant group bank partnership parent".split())
_FEWEST = 2
"""Words of a cover's name from which on it is found anywhere: one may be of the language."""
_HEAD = 200
"""Characters of a document in which its title stands."""
_LETTERS = re.compile(r"[^\W\d_]{2}")


def cover_name(text: str) -> tuple[int, int] | None:
    """Finds the registrant's name on the cover.

    Args:
        text: The document's text.

    Returns:
        First character and one past the last of the line above "(Exact name of registrant …)", or
        of a company with its legal form at the beginning of a title; None where there is neither.
    """
    below = _EXACT_NAME.search(text, 0, COVER)
    if below is None:
        return _titled(text)
    end = len(text[: below.start()].rstrip())
    start = max(text.rfind("\n", 0, end), text.rfind("\t", 0, end)) + 1
    named = _NAME.fullmatch(text, start, end) and _LETTERS.search(text, start, end)
    return (start, end) if named else None


def _titled(text: str) -> tuple[int, int] | None:
    """The name with which one of the first lines begins: "Northgate plc – Half-year results"."""
    at = 0
    for line in text[:_HEAD].splitlines(keepends=True):
        name = _TITLE.match(line.rstrip("\n"))
        end = _company_end(name[1]) if name else 0
        if end:
            return at, at + end
        at += len(line)
    return None


def _company_end(title: str) -> int:
    """Where the first company of a title ends with its legal form, 0 where none does."""
    for comma in re.finditer(",|$", title):
        name, rest = title[: comma.start()], title[comma.end() :].strip()
        if has_legal_form(name) and not (rest and is_legal_form(rest)):
            return len(name)
    return 0


def parent_name(text: str) -> tuple[int, int] | None:
    """Finds the first name before "and its subsidiaries", the registrant's in most reports.

    Args:
        text: The document's text.

    Returns:
        First character and one past the last; None where nobody is named so.
    """
    parents = (match.span(1) for match in _PARENT.finditer(text))
    return next((span for span in parents if _says_who(text[slice(*span)])), None)


def _says_who(name: str) -> bool:
    return not set(name.lower().split()) <= _NOBODY


def with_registrant(text: str, found: Sequence[Found]) -> list[Found]:
    """Makes every mention of the registrant's whole name an organisation.

    The name of the cover counts wherever it stands, in whatever case, in place of names inside it;
    a name of one word may be a word of the language and is left to the model.
    """
    span = cover_name(text)
    words = text[slice(*span)].split() if span else []
    words = words[1:] if words and words[0].lower() == "the" else words
    if len(words) < _FEWEST:
        return list(found)
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)", re.IGNORECASE)
    kept, at = [], 0
    for match in pattern.finditer(text):
        while at < len(found) and found[at].end <= match.start():
            kept.append(found[at])
            at += 1
        inside = at
        while inside < len(found) and found[inside].start < match.end():
            inside += 1
        if all(_within(other, match) for other in found[at:inside]):
            kept.append(Found(*match.span(), "ORG", 1.0))
            at = inside
    return [*kept, *found[at:]]


def _within(other: Found, match: re.Match[str]) -> bool:
    is_inside = match.start() <= other.start and other.end <= match.end()
    return other.is_name and is_inside
