"""Tells the patients of a record apart: by name, number and day of birth, else by sex and age."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from secateur.pipelines.clinical.record.notes import Note
from secateur.pipelines.document.dates import dates_of

Verdict = Literal["same", "other", "open"]
"""Whether two notes are of one patient; "open" where neither can be told."""

_HEADER = 1500
"""Characters of a note in which its header may say whose it is."""
_NAME = re.compile(
    r"(?:^|[\t|]|(?<=  ))[ \t]*(?:patient(?: name)?|(?:full )?name|pt(?: name)?|re)[ \t]*:[ \t]*"
    r"(?:(?:mr|mrs|ms|miss|dr)\.? )?"
    r"(?P<name>[^\W\d_][\w.'’-]*,?(?: [^\W\d_][\w.'’-]*){0,3})(?=$|\s{2,}|[\t,;|(]|\s\S+:)",
    re.IGNORECASE | re.MULTILINE,
)
_NUMBER = re.compile(
    r"\b(?:m\.?r\.?n|medical record(?: no| number)?|nhs(?: no| number)?|hospital (?:no|number)"
    r"|patient id|(?:patient )?id|chart(?: no| number)?)\b[.:# \t]*"
    r"(?P<number>[A-Z]{0,4}[-/]?\d[\w/ -]*\d)",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?)\b[: \t]*", re.IGNORECASE
)
_SEX = re.compile(r"\b(?:sex|gender)\b[^\w\n]*(?:\d+ ?)?(?P<sex>m|f|male|female)\b", re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?P<age>\d{1,3})(?:[ -]?(?P<unit>years?|months?|weeks?|days?)[ -]old|[ -]?(?:y/?o|yo)\b"
    r"|(?= ?[MF]\b)),?"
    r"(?:[ -](?!and\b|who\b|with\b)[A-Za-z-]+){0,4}?"
    r"[ -]?(?P<sex>woman|lady|female|girl|man|gentleman|male|boy|[MF]\b)",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"\bage\b[^\w\n]*(?P<age>\d{1,3})\b|\b(?P<old>\d{1,3})[ -]years?[ -]old\b", re.IGNORECASE
)
_CALLED = re.compile(r"\b(?P<title>Mr|Mrs|Ms|Miss)\.? (?P<name>[A-Z][\w'’-]+)")
_FEMALE = frozenset(("f", "female", "woman", "lady", "girl", "mrs", "ms", "miss"))
_YEARS = 1
"""Years that an age and a day leave open."""
_UNDATED_YEARS = 5
"""Years between two notes of which one has no day."""
_NO_NAME = frozenset("name sample unknown patient doe same self a b c x y z xyz abc xxx".split())


@dataclass(frozen=True)
class Identity:
    """What a note says of whose it is; None where it does not say.

    Attributes:
        name: Words of the name in small letters; the surname alone where only that is given.
        number: Record number without marks.
        born: Day of birth.
        sex: "f" or "m".
        year: Year of birth by age and day; by the age alone counted back from year 0.
        is_dated: Whether `year` rests on a day.
    """

    name: frozenset[str] = frozenset()
    number: str | None = None
    born: date | None = None
    sex: str | None = None
    year: int | None = None
    is_dated: bool = False


def identity_of(note: Note) -> Identity:
    """Reads whose a note is from its header and its first words on the patient."""
    text = note.document.text
    head = f"{note.subject}\n\n{text[:_HEADER]}"
    number = _NUMBER.search(head)
    label = _BORN.search(head)
    days = dates_of(head[label.end() : label.end() + 24]) if label else ()
    born = next((day for match, day in days if match.start() < 2), None)
    person, age = _PERSON.search(text), _AGE.search(head)
    years = _years(person) if person else int(age["age"] or age["old"]) if age else None
    year = None if years is None else (note.when.year if note.when else 0) - years
    called = Counter((m["title"], m["name"]) for m in _CALLED.finditer(text)).most_common(1)
    return Identity(
        _name(head, called[0][0][1] if called else ""),
        re.sub(r"\W", "", number["number"]).lower() if number else None,
        born,
        _sex(_SEX.search(head), person, called[0][0][0] if called else ""),
        born.year if born else year,
        is_dated=born is not None or note.when is not None,
    )


def _name(head: str, called: str) -> frozenset[str]:
    label = _NAME.search(head)
    words = re.findall(r"[^\W\d_][\w'’-]+", (label["name"] if label else called).lower())
    return frozenset() if _NO_NAME.intersection(words) else frozenset(words)


def _years(person: re.Match[str]) -> int:
    return 0 if (person["unit"] or "y")[0].lower() != "y" else int(person["age"])


def _sex(label: re.Match[str] | None, person: re.Match[str] | None, title: str) -> str | None:
    said = label["sex"] if label else person["sex"] if person else title
    return ("f" if said.lower() in _FEMALE else "m") if said else None


def compare(one: Identity, other: Identity) -> Verdict:
    """Tells whether two notes are of one patient; numbers and names go before sex and age."""
    is_born = one.born is not None and other.born is not None
    is_numbered = one.number is not None and one.number == other.number
    if is_born and one.born != other.born and not is_numbered:
        return "other"
    named = one.name and other.name
    is_named = bool(named) and (one.name <= other.name or other.name <= one.name)
    if one.number and other.number:
        is_person = is_named and is_born
        return "same" if is_numbered or is_person else "other"
    if named and not is_named and len(one.name & other.name) < 2:
        return "other"
    if is_named and is_born:
        return "same"
    if one.sex and other.sex and one.sex != other.sex:
        return "other"
    if one.year is not None and other.year is not None and one.is_dated == other.is_dated:
        apart = _YEARS if one.is_dated else _UNDATED_YEARS
        if abs(one.year - other.year) > apart:
            return "other"
    return "same" if is_named else "open"


def by_patient(notes: Sequence[Note]) -> tuple[tuple[int, ...], ...]:
    """Parts the notes of a record by patient.

    Args:
        notes: In the order of their files.

    Returns:
        Numbers of the notes of each patient, in the order in which patients come up. A note that
        does not say whose it is goes with the one before it.
    """
    groups: list[list[tuple[int, Identity]]] = []
    last = 0
    for number, note in enumerate(notes):
        own = identity_of(note)
        verdicts = [{compare(own, other) for _, other in group} for group in groups]
        same = [n for n, found in enumerate(verdicts) if "same" in found]
        fits = [n for n, found in enumerate(verdicts) if "other" not in found]
        if same:
            last = max(same, key=lambda n: ("other" not in verdicts[n], n == last))
        elif last not in fits:
            last = fits[-1] if fits else len(groups)
        groups += [[]] if last == len(groups) else []
        groups[last].append((number, own))
    return tuple(tuple(number for number, _ in group) for group in groups)
