"""Names that the labels saw in parts: "Orlando Regional" + "Medical Center", "Court of" + "Ohm"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.forms import has_legal_form, names_trade

_LONGEST = 200
"""Characters of a name that takes in another."""
_OF, _OF_THE = " of ", " of the "
_STATE = re.compile(
    r"(?:Republic|Kingdom|Commonwealth|Principality|Emirate|Duchy|Gulf|Bay|Isle|Strait)$"
)
_STATE_OF = re.compile(_STATE.pattern.replace("$", " of(?: the)?$"))
_PARTY = re.compile(r"\w+ (?:Party|Federation|League|Union)")
_NATION = re.compile(r"[A-Z][a-z]+(?:ian|ean|can|ese|ish|ine)|French|Dutch|German|Greek|Swiss|Thai")
_OPEN = re.compile(r"(?<=\w) (?:of|for)(?: the)?$", re.IGNORECASE)
_INITIALS_LAST = re.compile(r" (?:[A-Z]\.)+$")
BODY_LAST = re.compile(
    r" (?:Court|Commission|Committee|Agency|Authority|University|Association|Institute|Council"
    r"|(?:Water|School) District|Parliament|Stock Exchange)(?: [Oo]f(?: the)?)?$"
)
"""The word for a body that ends a name."""


def joined(text: str, found: Sequence[Found]) -> list[Found]:
    """Joins what belongs to one name: "Orlando Regional" and "Medical Center".

    That is a place that belongs to an organisation's name, what stands right before a name with a
    legal form, and initials before a surname.
    """
    whole: list[Found] = []
    for mention in found:
        before = whole[-1] if whole else None
        if before and before.end - before.start < _LONGEST and _belong(text, before, mention):
            is_firm = before.label != mention.label or text[before.end - 1] == "&"
            label = "ORG" if is_firm else mention.label
            whole[-1] = replace(before, end=mention.end, label=label)
        else:
            whole.append(mention)
    return whole


def closed(text: str, found: Sequence[Found]) -> list[Found]:
    """Leaves out words at an organisation's end that no name followed: "Organizations of the"."""
    return [_closed(text, mention) if mention.label == "ORG" else mention for mention in found]


def _closed(text: str, mention: Found) -> Found:
    left = _OPEN.search(mention.wording(text))
    return replace(mention, end=mention.start + left.start()) if left else mention


def _belong(text: str, first: Found, second: Found) -> bool:
    named, name = first.wording(text), second.wording(text)
    gap, labels = text[first.end : second.start], (first.label, second.label)
    if labels == ("LOC", "ORG"):
        # "U.S. GAAP" and "U.S. FCC" are two.
        is_code = name.isupper() and " " not in name and not BODY_LAST.search(f" {name.title()}")
        return gap == " " and name[0].isupper() and not is_code
    if gap == " ":
        return _go_on(named, name, *labels)
    if gap == " (":
        return ")" in name and "(" not in name and has_legal_form(name)
    if gap == " & ":
        return "LOC" not in labels and has_legal_form(name) and not has_legal_form(named)
    if labels == ("LOC", "LOC"):
        return gap in (_OF, _OF_THE) and _STATE.search(named) is not None
    court = named.lower().endswith(("court", "court of justice"))
    links = (_OF, _OF_THE, " for the ") if court else (_OF,)
    is_of = labels == ("ORG", "LOC") or (court and labels == ("ORG", "ORG"))
    return is_of and gap.lower() in links and named != "State" and not has_legal_form(named)


def _go_on(named: str, name: str, first: str, second: str) -> bool:
    """Whether two names of these types that only a space parts are one."""
    if first == second == "PER" and _INITIALS_LAST.search(named):
        return True
    if second in ("ORG", "PER") and named.endswith(" &"):
        return True
    if first == "ORG" and second != "PER" and _OPEN.search(named):
        return True
    if first in ("ORG", "PER") and second == "ORG":
        goes_on = names_trade(f" {name}") or _PARTY.fullmatch(name) or _NATION.fullmatch(named)
        is_company = has_legal_form(name) or (first == "ORG" and goes_on)
        return bool(is_company) and not has_legal_form(named)
    return first == second == "LOC" and _STATE_OF.search(named) is not None
