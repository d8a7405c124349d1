"""Companies whose legal form or further names the labels saw apart: "BDO Seidman" and "LLP"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.forms import has_legal_form, is_legal_form, key_of

_TITLE_ALONE = re.compile(
    r"(?:mr|mrs|ms|dr|messrs|sen|rep|gov|prof|gen|adm|maj|col|capt|lt|sgt|rev|hon)\.?"
    r"|the|our|c/o|sir|dame|lord|baron|baroness|president|senator|chairman|judge|professor|(?-i:pope|king|queen|prince)"
    r"|(?:m\.d|ph\.? ?d|esq|c\.?p\.?a|j\.d|mba|c\.?f\.?a|d\.o|r\.n)\.?",
    re.IGNORECASE,
)
_BEFORE_FORM = re.compile(r" ?\)? ?,? ?")
_NAME_BEFORE = re.compile(r"(?:[A-Z][\w&’'-]*|&)(?: (?:[A-Z][\w&’'-]*|&)){0,5} ?,? $")
_PARTNERS = re.compile(
    r"(?:, [A-Z][\w’'-]+){2,9} & [A-Z][\w’'-]+,?"
    r" (?:LLP|L\.L\.P\.|P\.C\.|LLC|(?i:Incorporated))(?!\w)"
    r"|(?:, [A-Z][\w’'-]+){1,9},? (?:and|&) (?:Company|Co\.|Sons|Partners)(?!\w)"
    r"|(?:, [A-Z][\w’'-]+){1,9},? & [A-Z][\w’'-]+(?! [A-Z])"
)
"""Behind the first name of a firm that bears the names of many; a list of hundreds is none."""
_REACH = 40
"""Characters before a legal form in which the company's name begins."""


def with_forms(text: str, found: Sequence[Found]) -> list[Found]:
    """Joins legal forms, and names of partners, with the names before them, found or not.

    What is no more than a form, a title or an article names nobody.
    """
    formed: list[Found] = []
    for number, mention in enumerate(found):
        if formed and mention.start < formed[-1].end:
            continue
        inside = mention.wording(text)
        partners = None if has_legal_form(inside) else _PARTNERS.match(text, mention.end)
        if partners and _are_names(islice(found, number, None), partners.end()):
            formed.append(replace(mention, end=partners.end(), label="ORG"))
        elif _is_state(text, formed, mention):
            formed.append(mention)
        elif mention.is_name and is_legal_form(inside):
            name = _name_before(text, formed, mention.start)
            if name is not None:
                formed = [other for other in formed if other.end <= name]
                formed.append(replace(mention, start=name, label="ORG"))
        elif not mention.is_name or not _TITLE_ALONE.fullmatch(inside):
            formed.append(mention)
    return formed


def company_keys(text: str, found: Iterable[Found]) -> frozenset[str]:
    """Returns the keys of the names that bear a legal form somewhere."""
    wordings = {other.wording(text) for other in found if other.label == "ORG"}
    return frozenset(key_of(wording) for wording in wordings if has_legal_form(wording))


def _are_names(found: Iterable[Found], end: int) -> bool:
    inside = takewhile(lambda other: other.start < end, found)
    return all(other.is_name and other.end <= end for other in inside)


def _is_state(text: str, found: Sequence[Found], mention: Found) -> bool:
    """Whether two letters found as a place are one ("Las Vegas, NV"), and no company's form."""
    letters = mention.label == "LOC" and mention.wording(text).isupper()
    before = found[-1] if found else None
    follows = before and before.label in ("ORG", "PER") and before.end == mention.start - 1
    return letters and mention.end - mention.start == 2 and not follows


def _name_before(text: str, found: Sequence[Found], end: int) -> int | None:
    """Where the name before a legal form starts."""
    last, above = (found[-place] if len(found) >= place else None for place in (1, 2))
    touches = last and last.is_name and _BEFORE_FORM.fullmatch(text, last.end, end)
    if last and touches:
        gap = " (" if text[last.end] == ")" else " "
        is_part = above and above.is_name and text[above.end : last.start] == gap
        if above and is_part and (gap == " (" or last.label == "LOC"):
            return above.start
        if last.label != "LOC":
            return last.start
        # The place in "Bank of Arizona, N.A." is no company; without a bank no name is left.
        end, last = last.start, above
    done = last.end if last else 0
    name = _NAME_BEFORE.search(text, max(done, end - _REACH), end)
    return name.start() if name else None
