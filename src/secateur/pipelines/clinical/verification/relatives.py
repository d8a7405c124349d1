"""Of whom a finding is told where a note speaks of the patient's family."""

from __future__ import annotations

import re

from secateur.pipelines.clinical.verification.words import singular

ANYONE = "family"
"""Somebody of the family, whoever it is."""

_SECTION = "Family History"
_ONE = (
    r"(?:grand|step)?(?:mother|father)s?|moms?|dads?|(?:grand)?parents?|(?:half-)?(?:brother|sister)s?"
    r"|siblings?|(?:grand)?(?:sons?|daughters?)|aunts?|uncles?|cousins?|wife|husband|spouse|partner|girlfriend"
    r"|boyfriend|room-?mate"
)
_RELATIVE = re.compile(rf"\b(?:{_ONE})\b", re.IGNORECASE)
_OWN = r"(?:(?:his|her|the|a|an|one|two|three|both|older|younger|maternal|paternal) )*"
_NAMED = rf"(?:{_ONE})\b(?:(?:,? (?:and|or)|,|/| &) ?{_OWN}(?:{_ONE})\b){{0,9}}"
# What a relative has, not what one says: "mother reports fever" is of the patient.
_HAVING = re.compile(
    rf"\b{_NAMED}"
    r"(?: (?:who|is|was|are|were|has|been|also|both|alive|now|(?:age[ds]?|at)? ?\d+)\b,?)*"
    r"(?: ?[:(–—-]| (?:died|dying|passed|deceased|suffer\w*|diagnosed|with|positive|allergic"
    r"|history)\b| (?:has|had|have)\b(?! (?:been|not|to|noticed|noted|brought)\b))",
    re.IGNORECASE,
)
_HISTORY = re.compile(r"\bfamily (?:medical )?(?:history|hx)\b|\bfhx?\b", re.IGNORECASE)
_FAMILY = re.compile(r"\b(?:famil(?:y|ies|ial)|fhx?)\b", re.IGNORECASE)
# From these on the patient is spoken of again.
_PATIENT = re.compile(r"\b(?:patient(?! ?'s)|she|he)\b", re.IGNORECASE)
_AFTER = re.compile(
    rf"[^,;.]{{0,40}}?(?:\b(?:in|of|affecting|including|associated with)\b|[-:(–—])"
    rf" ?(?P<who>\b{_OWN}{_NAMED})",
    re.IGNORECASE,
)
_SAME = {"mom": ("mother",), "dad": ("father",), "parent": ("mother", "father")}
_SAME["sibling"] = ("brother", "sister")


def relatives_of(before: str, after: str, section: str | None = None) -> frozenset[str]:
    """Finds the relatives whom a finding is told of.

    Args:
        before: What stands before it in its clause.
        after: What stands after it.
        section: Canonical name of its section.

    Returns:
        "mother", "brother", …; `ANYONE` for nobody in particular; none where it is the patient's.
    """
    cues = [*_HAVING.finditer(before), *_HISTORY.finditer(before)]
    last = max(cues, key=lambda match: match.start(), default=None)
    told = _AFTER.match(after)
    if last and not _PATIENT.search(before, last.end()):
        named = relatives_in(last[0]) or (relatives_in(told["who"]) if told else frozenset())
    elif told:
        named = relatives_in(told["who"])
    else:
        here = section == _SECTION and not _PATIENT.search(before)
        return frozenset({ANYONE}) if here else frozenset()
    return named or frozenset({ANYONE})


def named_relatives(text: str) -> list[tuple[int, int, str]]:
    """Finds the single relatives that a text names, with their places, each in one spelling."""
    found = ((match.span(), relatives_in(match[0])) for match in _RELATIVE.finditer(text))
    return [(*span, next(iter(names))) for span, names in found if len(names) == 1]


def names_family(text: str) -> bool:
    """Whether a text names a relative or the family at all."""
    return bool(_RELATIVE.search(text) or _FAMILY.search(text))


def relatives_in(text: str) -> frozenset[str]:
    """Lists the relatives that a text names, each in one spelling."""
    names = (singular(match[0].lower()) for match in _RELATIVE.finditer(text))
    return frozenset(one for name in names for one in _SAME.get(name, (name,)))
