"""The labelled sets that the shipped checkpoint is made of: how each one's labels become ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.candidates.found import NAMES
from secateur.pipelines.finance.candidates.vocabulary import is_per_share
from secateur.pipelines.finance.mentions.forms import TITLE
from secateur.pipelines.finance.training.datasets import (
    Labelled,
    LabelledText,
    Mark,
    Rows,
    is_demonym,
    read_conll,
    read_fire,
    read_kpi_edgar,
)
from secateur.pipelines.finance.training.weak import WEAK_TYPES, find_weak

ROLES = frozenset(
    "borrower borrowers lender lenders guarantor guarantors lessee lessor tenant landlord "
    "purchaser purchasers seller sellers agent trustee holder pledgor grantor obligor licensee "
    "licensor executive employee".split()
)
"""Words of contracts that stand for a party; FIN5 calls them persons."""

WIKIGOLD_HELD_OUT = 5
"""Every fifth document of wikigold (counting from 0: numbers 4, 9, 14, ...) is held out."""

_OURS = NAMES | WEAK_TYPES | {"KPI"}
_GENERAL = {kind: kind for kind in NAMES}
_WNUT = {"person": "PER", "location": "LOC", "corporation": "ORG", "group": "ORG"}


def _mend_contracts(rows: Rows) -> Rows:
    roles = []
    for word, tag in rows:
        role = tag not in ("O", None) and tag is not None and tag[2:] == "PER"
        roles.append((word, "I-ROLE" if role and word.lower() in ROLES else tag))
    return roles


def _mend_tweets(rows: Rows) -> Rows:
    mended: list[tuple[str, str | None]] = []
    handle = False
    for word, tag in rows:
        unknown = handle or word.startswith("@") or (tag != "O" and is_demonym(word))
        mended.append((word, None if unknown else tag))
        handle = word == "@"
    return mended


def _trim(texts: Labelled) -> Labelled:
    return tuple(tuple(_trim_text(text) for text in document) for document in texts)


_BEFORE = re.compile(
    r"(?:less than|more than|over|up to|about|approximately|at least|nearly|almost|around|the)\s*",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?:\s*(?:'s|’s|')|\s+(?:per|/)\s.*|\s+or more|\s+par value)$")


def _trim_text(text: LabelledText) -> LabelledText:
    marks = []
    for mark in text.marks:
        start, end = mark.start, mark.end
        if mark.label in ("MONEY", "PERCENT", "ORG", "PER", "LOC"):
            before = _BEFORE.match(text.text, start, end)
            if before and mark.label in ("MONEY", "PERCENT"):
                start = before.end()
            elif text.text[start] == "#":
                start += 1
            title = TITLE.match(text.text, start, end) if mark.label == "PER" else None
            start = title.end() if title else start
            after = _AFTER.search(text.text[start:end])
            if after and (mark.label in ("MONEY", "PERCENT") or "'" in after.group()):
                end = start + after.start()
        label = mark.label
        if label == "MONEY" and is_per_share(text.text, end):
            label = "PER_SHARE"
        if start < end:
            marks.append(Mark(start, end, label))
    return replace(text, marks=tuple(marks))


def _read_wikigold(path: Path, part: str) -> Labelled:
    texts = read_conll(path, _GENERAL)
    if part == "all":
        return texts
    last = WIKIGOLD_HELD_OUT - 1
    held_out = part == "held-out"
    numbered = enumerate(texts)
    return tuple(text for n, text in numbered if (n % WIKIGOLD_HELD_OUT == last) == held_out)


_READERS: dict[str, Callable[[Path, str], Labelled]] = {
    "wikigold": _read_wikigold,
    "wnut17": lambda path, _: read_conll(path, _WNUT),
    "btc": lambda path, _: _trim(read_conll(path, _GENERAL, mend=_mend_tweets)),
    "alvarado": lambda path, _: read_conll(path, _GENERAL, NAMES | {"ROLE"}, mend=_mend_contracts),
    "fire": lambda path, _: _trim(read_fire(path)),
    "kpi_edgar": lambda path, _: read_kpi_edgar(path),
    "conll": lambda path, _: read_conll(path, _GENERAL | {"UNSURE": None}),
    "corrected": lambda path, _: read_conll(path, {kind: kind for kind in _OURS}, _OURS),
}

LOOSE = frozenset({"wnut17", "btc", "fire"})
"""Sets of single sentences: neighbours do not belong together."""


def read_set(kind: str, path: str | Path, part: str = "all", *, weak: bool = True) -> Labelled:
    """Reads one labelled set with its labels in ours.

    Args:
        kind: wikigold, wnut17, btc, alvarado, fire, kpi_edgar, conll for any file of PER, LOC
            and ORG (UNSURE where nothing is known), or corrected for the CoNLL file that the page
            gives out after corrections.
        path: The set's file.
        part: For wikigold "train" (without the documents held out), "held-out" or "all".
        weak: Adds amounts, percentages and dates by their form where the set does not label them.

    Returns:
        Its documents.

    Raises:
        UsageError: The kind or part is unknown or the file not in its form.
    """
    if kind not in _READERS:
        known = ("documents", "filings", *_READERS)
        near = get_close_matches(kind, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"unknown set {kind!r}: known are {', '.join(known)}{hint}")
    if part not in ("all", "train", "held-out"):
        raise UsageError(f'part of {kind} must be "all", "train" or "held-out", got {part!r}')
    texts = _READERS[kind](Path(path), part)
    return tuple(tuple(map(add_weak, document)) for document in texts) if weak else texts


def add_weak(text: LabelledText) -> LabelledText:
    """Labels amounts, percentages and dates by their form where the set labels none of that type.

    What the set itself marks stays; a digit that no form explains becomes unknown, since it may
    well belong to a figure.
    """
    missing = WEAK_TYPES - text.annotated
    if not missing:
        return text
    labelled = [mark for mark in text.marks if mark.label is not None]
    found = [
        Mark(start, end, kind)
        for start, end, kind in find_weak(text.text)
        if kind in missing and not _overlaps(start, end, labelled)
    ]
    known = [*labelled, *found]
    rest = [mark for mark in text.marks if mark.label is None]
    rest += [Mark(*match.span(), None) for match in re.finditer(r"\d[\d.,]*", text.text)]
    unknown = _disjoint(mark for mark in rest if not _overlaps(mark.start, mark.end, known))
    marks = sorted([*known, *unknown], key=lambda mark: mark.start)
    return replace(text, marks=tuple(marks), annotated=text.annotated | missing)


def _overlaps(start: int, end: int, marks: Iterable[Mark]) -> bool:
    return any(start < mark.end and mark.start < end for mark in marks)


def _disjoint(marks: Iterable[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept
