"""Whether a sentence takes one of a pair for the other: salts, values of then and now, wishes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

SALTS = (
    r"succinate|tartrate|carbonate|citrate|chloride|gluconate|sulfate|fumarate|acetate|phosphate"
    r"|propionate|furoate|valerate|maleate|mesylate|besylate"
)
_SALT = re.compile(rf"\b([a-z]{{4,40}}) ({SALTS}|xl|xr|er|sr|cr|la|ir|dr)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w./-])\d+(?:[.,]\d+)*(?![\w/-]|[.,]\d)")
_CLAUSE = re.compile(r"[;.](?=\s|$)|,\s+|(?<!\s)\s+(?:and|but|which|while)\s+", re.IGNORECASE)
_ARROW = re.compile(r"[-=]+>|→")
_NOW = re.compile(
    r"\b(?:now|currently|current|today|at present|most recent(?:ly)?|latest)\b", re.IGNORECASE
)
_THEN = re.compile(
    r"\b(?:was|were|had|prior|previous(?:ly)?|former(?:ly)?|earlier|initial(?:ly)?|baseline|ago"
    r"|before|last|from|improv\w+|down|up|decreas\w+|increas\w+)\b",
    re.IGNORECASE,
)
_PREFERS = re.compile(
    r"\b(?:prefer(?:s|red|ring)?|(?:would )?rather have|opt(?:s|ed) for|ch(?:oo|o)ses?)\s+"
    r"(?P<one>[^.;,]{2,80}?)\s+(?:over|to|rather than|instead of)\s+(?P<other>[^.;,]{2,80})",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]{4,}", re.IGNORECASE)


def has_other_salt(sentence: str, note: str) -> bool:
    """Whether the sentence names a salt or form of a drug where the note has another one only."""
    stated: dict[str, set[str]] = defaultdict(set)
    for match in _SALT.finditer(note):
        stated[match[1].lower()].add(match[2].lower())
    named = ((match[1].lower(), match[2].lower()) for match in _SALT.finditer(sentence))
    return any(drug in stated and salt not in stated[drug] for drug, salt in named)


def is_former_value(sentence: str, evidence: Sequence[str]) -> bool:
    """Whether the sentence gives as it is now the value that its evidence says was before."""
    if _THEN.search(sentence):
        return False
    claimed = set(_NUMBER.findall(sentence))
    for place in evidence:
        former, current = set[str](), set[str]()
        for clause, is_former in _clauses(place):
            numbers = _NUMBER.findall(clause)
            if is_former:
                former.update(numbers)
            elif _NOW.search(clause):
                current.update(numbers)
            elif _THEN.search(clause):
                former.update(numbers)
        if current and claimed & (former - current) and not claimed & current:
            return True
    return False


def _clauses(place: str) -> Iterator[tuple[str, bool]]:
    """Each clause, and whether it is of then: all before the arrow of "2 -> today 3"."""
    before, *after = _ARROW.split(place, maxsplit=1)
    if after and _NOW.search(after[0]):
        yield before, True
        yield after[0], False
    else:
        for clause in _CLAUSE.split(place):
            yield clause, False


def turns_preference(sentence: str, evidence: Sequence[str]) -> bool:
    """Whether the sentence has somebody prefer what the evidence says that they do not."""
    wanted = [_wish(match) for match in _PREFERS.finditer(sentence)]
    stated = [_wish(match) for place in evidence for match in _PREFERS.finditer(place)]
    return any(
        one & least and other & most and not (one & most or other & least)
        for one, other in wanted
        for most, least in stated
    )


def _wish(match: re.Match[str]) -> tuple[set[str], set[str]]:
    return set(_WORD.findall(match["one"].lower())), set(_WORD.findall(match["other"].lower()))
