"""Titles of works, told by what is said of them: "the film Heat", "Gold is an album by"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import NAMES

_WORK = (
    r"(?:album|film|movie|song|novel|(?:video |computer |arcade |board )?game|sitcom|soap opera"
    r"|(?:television|TV|radio|comedy|drama|anime|manga|comic) (?:series|show|program(?:me)?)"
    r"|miniseries|EP|mixtape|documentary|musical|opera|poem|memoir|anthology|short story)"
)
_WORD = r"[A-Z0-9][\w.'’!-]*"
_TITLE = rf"{_WORD}(?: (?:{_WORD}|of|the|an?|in|and|to|for|on|with|from|&)){{0,8}}"
_IS_WORK = re.compile(
    rf"(?:^|(?<=[.!?] ))({_TITLE}) (?:\([^()\n]{{0,40}}\) )?(?:is|was) (?:an?|the)"
    rf"(?: [\w'’-]+){{0,7}}? (?:{_WORK}|single)(?= ?[.,(]| (?:by|released|directed|from|written|of"
    r"|starring|that|which|in|recorded|produced|published|featuring|created|developed|based)\b)",
    re.MULTILINE,
)
_WORK_BEFORE = re.compile(
    rf"\b(?:{_WORK}|(?:debut|hit|lead|second|third) single|(?:episodes?|seasons?|soundtrack)"
    r" (?:of|to)|(?:his|her|their) book)"
    r"(?:,? (?:called|titled|entitled))?,? (?:[\"“‘] ?)?(?:(?:The|An?) )?$"
)
_MAKER = re.compile(r" (?:made|directed|wrote|sang|recorded|did|ever)\b")
"""Behind a person in "the last film Welles made"."""
_QUOTED = re.compile(rf"((?<!\w)\d{{1,2}}[.)] ?)?[\"“] ?({_TITLE}) ?[,.!?]?[\"”]")
_FEWEST, _MOST = 3, 6
"""Words of a quoted title that makes no name of one within it; a headline has more."""
_REACH = 48
"""Characters before a name in which the word for a work stands."""


def without_works(text: str, found: Sequence[Found]) -> list[Found]:
    """Leaves out names that are titles of works, or stand in one.

    Args:
        text: The document's text.
        found: Names and all else.

    Returns:
        The rest, in order. Titles follow a word for a work or are said to be one; those in
        quotation marks are numbered, or longer than the name.
    """
    titles = [match.span(1) for match in _IS_WORK.finditer(text)]
    quoted = [match for match in _QUOTED.finditer(text) if match[1] or _is_long(match[2])]
    titles += [match.span(2) for match in quoted]

    def is_work(mention: Found) -> bool:
        before = text[max(mention.start - _REACH, 0) : mention.start]
        if _WORK_BEFORE.search(before):
            return not (mention.label == "PER" and _MAKER.match(text, mention.end))
        return any(start <= mention.start and mention.end <= end for start, end in titles)

    return [mention for mention in found if mention.label not in NAMES or not is_work(mention)]


def _is_long(title: str) -> bool:
    return _FEWEST <= len(title.split()) <= _MOST and not title.istitle()
