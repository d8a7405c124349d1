"""Key facts of a note, and how many of them a handover covers within its limit of words.

A key fact is a list of groups of patterns. A handover covers it where each group has a match inside
one window of two neighbouring units: sentences, rows or lines. The score measures presence; whether
what is written is true is a matter for the checks and for people who read.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secateur.pipelines.document.handover import WORD, count_words, limit_of
from secateur.pipelines.errors import UsageError, unreadable

HALVES = ("tune", "test")
"""Halves of the gold: to develop with, and to report."""

Groups = tuple[tuple[re.Pattern[str], ...], ...]
"""Groups of patterns; each group lists the ways in which one part of a statement is written."""

_BREAK = re.compile(r"(?<=[.;!?])\s+(?=[A-Z0-9(])|\n+")
_NO_SENTENCE = re.compile(r"(?:^\(?\d+[.)]|\b(?:Drs?|Mrs?|Ms|St|vs|No)\.)$")
_GIVE = "benchmarks/handovers/README.md of the source has the format"


@dataclass(frozen=True)
class Statement:
    """A statement that a handover may make.

    Attributes:
        what: Its short name.
        groups: Patterns; each group must match.
    """

    what: str
    groups: Groups

    def is_in(self, windows: Iterable[str]) -> bool:
        """Tells whether one of the windows has a match of each group."""
        return any(
            all(any(pattern.search(window) for pattern in group) for group in self.groups)
            for window in windows
        )


@dataclass(frozen=True)
class KeyFact(Statement):
    """A fact that the next clinician must not miss.

    Attributes:
        kind: "main", "problem", "medication", ...
        weight: What it counts, above 0.
        evidence: Half-open character offsets of the places in the note that state it.
    """

    kind: str
    weight: float = 1.0
    evidence: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Gold:
    """The key facts of one note.

    Attributes:
        doc_id: Id of the note, as in "note-50".
        facts: Its key facts, one at least.
        false_statements: Typical false statements about this patient.
        half: One of `HALVES`, or None.
        scored: Whether scores count it.
        reference: A handover that its reader wrote; empty where there is none.
    """

    doc_id: str
    facts: tuple[KeyFact, ...]
    false_statements: tuple[Statement, ...] = ()
    half: str | None = None
    scored: bool = True
    reference: str = ""

    @property
    def group(self) -> str:
        """The part of the id before the first "-": "note" or "dialogue"."""
        return self.doc_id.split("-")[0]


@dataclass(frozen=True)
class Coverage:
    """The key facts that one handover covers.

    Attributes:
        gold: The key facts of its note.
        covered: Of each fact, whether the handover covers it within its limit of words.
        false_statements: Names of the false statements that the whole handover makes.
        words: Words of the whole handover.
        note_words: Words of the note.
    """

    gold: Gold
    covered: tuple[bool, ...]
    false_statements: tuple[str, ...]
    words: int
    note_words: int

    @property
    def recall(self) -> float:
        """Weight of the facts covered over the weight of all, 0 to 1."""
        facts = self.gold.facts
        found = sum(
            fact.weight for fact, covered in zip(facts, self.covered, strict=True) if covered
        )
        return found / sum(fact.weight for fact in facts)


def score_handover(gold: Gold, handover: str, note: str) -> Coverage:
    """Scores one handover.

    Args:
        gold: The key facts of its note.
        handover: Its text. Facts beyond `limit_of` words do not count, false statements do.
        note: The note's text.

    Returns:
        The facts that it covers.
    """
    whole = windows_of(handover)
    kept = windows_of(cut(handover, limit_of(note)))
    return Coverage(
        gold=gold,
        covered=tuple(fact.is_in(kept) for fact in gold.facts),
        false_statements=tuple(s.what for s in gold.false_statements if s.is_in(whole)),
        words=count_words(handover),
        note_words=count_words(note),
    )


def cut(text: str, limit: int) -> str:
    """Cuts a text behind a number of words, 1 or more; a shorter one stays as it is."""
    words = list(WORD.finditer(text))
    return text if len(words) <= limit else text[: words[limit - 1].end()]


def split_units(text: str) -> list[str]:
    """Splits a text into sentences, rows and lines.

    The number of a list's item and a title ("2.", "Dr.") end no unit: the next one belongs to it.

    Args:
        text: Any text.

    Returns:
        The units without the white space around them, none empty.
    """
    units: list[str] = []
    for unit in filter(None, map(str.strip, _BREAK.split(text))):
        if units and _NO_SENTENCE.search(units[-1]):
            units[-1] += f" {unit}"
        else:
            units.append(unit)
    return units


def windows_of(text: str) -> list[str]:
    """Joins each unit of a text with the next one; the last window is the last unit alone."""
    units = split_units(text)
    return [" ".join(units[at : at + 2]) for at in range(len(units))]


def read_gold(paths: Sequence[Path]) -> tuple[Gold, ...]:
    """Reads gold files.

    Args:
        paths: JSON files, or folders of them.

    Returns:
        The gold in the order of the paths, that of a folder by file name.

    Raises:
        UsageError: A file cannot be read or is no gold, or two are of one note; the message names
            the file and the place in it.
    """
    found: dict[str, Gold] = {}
    for file in (file for path in paths for file in _files(path)):
        gold = _gold(_json(file), _Place(file))
        if gold.doc_id in found:
            raise UsageError(f"{file}: a second gold of {gold.doc_id}; keep one of them")
        found[gold.doc_id] = gold
    return tuple(found.values())


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.json"))
    if not files:
        raise UsageError(f"{path}: no .json file in it; {_GIVE}")
    return files


def _json(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise unreadable(file, error) from None
    except (ValueError, RecursionError):
        raise UsageError(f"{file}: not JSON; {_GIVE}") from None


@dataclass(frozen=True)
class _Place:
    """A place in a gold file, for messages."""

    file: Path
    inner: str = ""

    def at(self, step: str) -> _Place:
        return _Place(self.file, f"{self.inner}, {step}")

    def refuse(self, why: str) -> UsageError:
        return UsageError(f"{self.file}{self.inner}: {why}; {_GIVE}")


def _gold(record: object, place: _Place) -> Gold:
    half = _field(record, "half", str, place, None)
    if half not in (None, *HALVES):
        raise place.at("half").refuse(f"{half} is not {' or '.join(HALVES)}")
    return Gold(
        doc_id=_field(record, "id", str, place),
        facts=tuple(_fact(each, at) for each, at in _items(record, "facts", place)),
        false_statements=tuple(
            Statement(_field(each, "what", str, at), _groups(each, at))
            for each, at in _items(record, "wrong", place, may_lack=True)
        ),
        half=half,
        scored=_field(record, "scored", bool, place, True),
        reference=_field(record, "reference", str, place, ""),
    )


def _fact(record: object, place: _Place) -> KeyFact:
    weight = _field(record, "weight", (int, float), place, 1)
    if isinstance(weight, bool) or not 0 < weight < math.inf:
        raise place.at("weight").refuse(f"{weight} is no number above 0")
    return KeyFact(
        what=_field(record, "what", str, place),
        groups=_groups(record, place),
        kind=_field(record, "kind", str, place),
        weight=weight,
        evidence=tuple(_span(*each) for each in _items(record, "evidence", place, may_lack=True)),
    )


def _groups(record: object, place: _Place) -> Groups:
    groups = []
    for group, at in _items(record, "all", place):
        if not isinstance(group, list) or not group:
            raise at.refuse("is no list of patterns")
        groups.append(
            tuple(_pattern(each, at.at(f"pattern {n}")) for n, each in enumerate(group, 1))
        )
    return tuple(groups)


def _pattern(text: object, place: _Place) -> re.Pattern[str]:
    if not isinstance(text, str):
        raise place.refuse("is no pattern")
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise place.refuse(f"is no regular expression: {error}") from None


def _span(record: object, place: _Place) -> tuple[int, int]:
    match record:
        case [int(start), int(end)] if 0 <= start < end:
            return start, end
    raise place.refuse("is no pair of offsets, the first below the second")


def _items(
    record: object, name: str, place: _Place, *, may_lack: bool = False
) -> Iterator[tuple[object, _Place]]:
    """The items of a list, which may lack or has one at least, with their places from 1 on."""
    items: list[object] = _field(record, name, list, place, *([[]] if may_lack else []))
    if not items and not may_lack:
        raise place.at(name).refuse("is empty")
    for number, item in enumerate(items, 1):
        yield item, place.at(f"{name} {number}")


_KINDS = {str: "text", list: "list", bool: "true or false", (int, float): "number"}


def _field(record: object, name: str, kind: Any, place: _Place, *default: Any) -> Any:
    """A field of a JSON object; without a default it must be there."""
    if not isinstance(record, dict):
        raise place.refuse("is no JSON object")
    if name not in record:
        if not default:
            raise place.refuse(f"{name} is missing")
        return default[0]
    if not isinstance(record[name], kind):
        raise place.at(name).refuse(f"is no {_KINDS[kind]}")
    return record[name]
