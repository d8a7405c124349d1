"""Several documents of one patient as one timeline: what each says, in the order of their dates."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache

from secateur.pipelines.clinical.verification.quantities import doses
from secateur.pipelines.clinical.verification.schedules import frequencies
from secateur.pipelines.document.summary import Prescription, Summary
from secateur.pipelines.document.validation import check_each
from secateur.pipelines.terminology import sources

_MEANS = {
    "bd": "twice daily", "tds": "three times daily", "qds": "four times daily",
    "od": "once daily", "om": "every morning", "mane": "every morning",
    "nocte": "nightly",
}  # fmt: skip
_BRITISH = re.compile(r"\b(?:b\.?d|t\.?d\.?s|q\.?d\.?s|o\.?[dm]|mane|nocte)\b", re.IGNORECASE)
_SALT = re.compile(
    r"(?: (?:tartrate|succinate|hydrochloride|hcl|chloride|sodium|potassium|calcium|maleate"
    r"|besylate|mesylate|fumarate|sulfate|sulphate|phosphate|acetate|citrate|carbonate|bromide"
    r"|gluconate|disodium|monohydrate))+$"
)

_JOINT = re.compile(r"[/-]| and ")
"""Between the drugs of one tablet."""


@dataclass(frozen=True)
class DoseChange:
    """A drug that two documents give in different doses, or differently often.

    Attributes:
        drug: As the later document calls it.
        before: Dose and frequency in the earlier one ("25 mg BID").
        after: Those in the later one.
        since: When the earlier document was, as in `Event`.
    """

    drug: str
    before: str
    after: str
    since: str


@dataclass(frozen=True)
class Event:
    """One document of a timeline.

    Attributes:
        when: ISO date ("2024-11-04"), the day after the first dated document ("day 22") where dates
            are hidden, or None where the document gives none.
        summary: Of the document.
        started: Medications that no dated document before lists or that were stopped since, by
            whatever name; empty for the first one that lists any.
        stopped: Medications of dated documents before that this one says are stopped, held or
            switched. What it does not mention is none: many a report lists no more than its own.
        new_allergies: Allergies that no dated document before names; empty for the first one.
        conflicts: Medications that the document lists although it, or a dated one before, names
            them as an allergy. Members of one class ("penicillins") are different drugs here.
        dose_changes: Medications with another dose or frequency than in the last dated document
            that gives one; what a document leaves out has not changed.
    """

    when: str | None
    summary: Summary
    started: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    new_allergies: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    dose_changes: tuple[DoseChange, ...] = ()


def build_timeline(
    dated: Sequence[tuple[date | None, Summary]], *, hide: bool = False
) -> tuple[Event, ...]:
    """Puts the summaries of one patient's documents in order.

    Args:
        dated: Each document's date and summary.
        hide: Counts days from the first dated document instead of naming dates.

    Returns:
        By date, those without one last, in the order given; nothing is left out.
    """
    dated = check_each(dated, tuple, "pairs of a document's date and its summary")
    ordered = sorted(dated, key=lambda entry: (entry[0] is None, entry[0] or date.min))
    events: list[Event] = []
    known: tuple[str, ...] = ()
    harmful: tuple[str, ...] = ()
    dosed: dict[frozenset[str], tuple[Prescription, str]] = {}
    is_first = True
    first = ordered[0][0] if ordered else None
    for when, summary in ordered:
        listed = summary.medications if when else ()
        going_on = _without(known, _without(summary.stopped, listed) if when else ())
        started = () if is_first else _without(listed, known)
        gone = tuple(drug for drug in known if drug not in going_on)
        new = _without(summary.allergies, harmful)
        conflicts = tuple(drug for drug in summary.medications if _holds(drug, harmful + new))
        told = _told(when, first if hide else None)
        found = new if events and when else ()
        changed = _dose_changes(summary.prescriptions, told, dosed) if told else ()
        events.append(Event(told, summary, started, gone, found, conflicts, changed))
        known = _without(going_on, listed) + listed
        harmful += new if when else ()
        is_first = is_first and not listed
    return tuple(events)


def _dose_changes(
    prescriptions: Sequence[Prescription],
    when: str,
    dosed: dict[frozenset[str], tuple[Prescription, str]],
) -> tuple[DoseChange, ...]:
    """What differs from the doses so far, which are then those of this document."""
    changes = []
    for now in prescriptions:
        if not now.dose:
            continue
        keys = _keys(now.name)
        same = next((key for key in dosed if not keys.isdisjoint(key)), keys)
        if same in dosed:
            before, since = dosed[same]
            if _differ(before, now):
                changes.append(DoseChange(now.name, _dosed(before), _dosed(now), since))
        dosed[same] = now, when
    return tuple(changes)


def _differ(before: Prescription, now: Prescription) -> bool:
    """Whether two prescriptions give different amounts, or say differently how often.

    One that tells strength and number of tablets agrees with one that tells either.
    """
    amounts = [_amounts(prescription) for prescription in (before, now)]
    often = [{rate for rate, _ in frequencies(_spelt(p.frequency))} for p in (before, now)]
    agree = amounts[0] <= amounts[1] or amounts[1] <= amounts[0]
    return not agree or (all(often) and often[0] != often[1])


def _spelt(frequency: str) -> str:
    """A frequency with British short forms spelt out."""
    return _BRITISH.sub(lambda match: _MEANS[match[0].lower().replace(".", "")], frequency)


def _amounts(prescription: Prescription) -> set[object]:
    """The doses, each in one spelling; those that have their times, or no unit, as they stand."""
    text = prescription.dose
    found: set[object] = {value for value, _ in doses(text)}
    return found if found and not any(frequencies(text)) else {" ".join(text.lower().split())}


def _dosed(prescription: Prescription) -> str:
    return f"{prescription.dose} {prescription.frequency}".strip()


def _without(drugs: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    known = {key for other in others for key in _keys(other)}
    return tuple(drug for drug in drugs if known.isdisjoint(_keys(drug)))


def _holds(drug: str, others: Sequence[str]) -> bool:
    """Whether a drug is one of others, or joined with one ("lisinopril/hctz")."""
    parts = (drug, *_JOINT.split(drug))
    return len(_without(parts, others)) < len(parts)


@cache
def _keys(drug: str) -> frozenset[str]:
    """A drug's name without its salt, and the substance for which it or its letters stand."""
    bare = _SALT.sub("", drug)
    if not sources.is_installed():
        return frozenset((bare,))
    vocabulary, meanings = sources.vocabulary(), sources.abbreviations()
    names = (drug, *meanings.get(drug.upper(), ()))
    found = (m.term for name in names for m in vocabulary.find(name))
    substances = sorted({term.concept for term in found if term.kind == "drug"})
    return frozenset((bare, "/".join(substances) or bare))


def _told(when: date | None, first: date | None) -> str | None:
    if when is None:
        return None
    return when.isoformat() if first is None else f"day {(when - first).days}"


def timeline_as_json(events: Sequence[Event]) -> str:
    """Writes a timeline as one JSON line.

    Args:
        events: In their order.

    Returns:
        The events, each with its document's summary record.
    """
    return json.dumps({"timeline": [asdict(event) for event in events]}, ensure_ascii=False) + "\n"
