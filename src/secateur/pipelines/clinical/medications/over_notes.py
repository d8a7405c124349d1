"""Reconciles drugs over the notes of a record: the last note that tells of a drug decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from secateur.pipelines.clinical.medications.names import SameDrugs
from secateur.pipelines.clinical.medications.outcome import OFF
from secateur.pipelines.clinical.medications.reconciliation import Course
from secateur.pipelines.clinical.medications.regimen import Regimen
from secateur.pipelines.clinical.medications.status import Status
from secateur.pipelines.clinical.verification.quantities import doses
from secateur.pipelines.clinical.verification.schedules import frequencies
from secateur.pipelines.terminology.matcher import TermMatcher

_MEANS = {
    "bd": "twice daily", "tds": "three times daily", "qds": "four times daily",
    "od": "once daily", "om": "every morning", "mane": "every morning",
    "nocte": "nightly",
}  # fmt: skip
_BRITISH = re.compile(r"\b(?:b\.?d|t\.?d\.?s|q\.?d\.?s|o\.?[dm]|mane|nocte)\b", re.IGNORECASE)
_LASTS = re.compile(r"(?P<number>\d+)\W{0,3}(?:day|(?P<weeks>w(?:ee)?k))", re.IGNORECASE)
_STAY = timedelta(days=30)
"""How long before the last note something that was only given still matters."""


_NONE = Regimen()


@dataclass(frozen=True)
class LongCourse:
    """A drug over the notes of a record.

    Attributes:
        course: The last note's that decides, with status and regimen over all notes.
        note: Number of that note.
        name: The fullest of its names: "insulin detemir", which a later note calls "insulin".
        before: How it was taken before the last change; empty where no dose changed.
        is_stopped_before: Whether an earlier note stops or holds what this one lists as taken.
    """

    course: Course
    note: int
    name: str
    before: Regimen = _NONE
    is_stopped_before: bool = False


def over_notes(
    told: Sequence[Sequence[Course]],
    days: Sequence[date | None],
    vocabulary: TermMatcher | None,
) -> list[LongCourse]:
    """Reconciles the drugs of a record.

    A drug that later notes do not mention goes on. A later list that has a drug again that was
    stopped decides too, but is told. A course of some days that are over at the last note, and what
    was only given more than a month before it, is left out.

    Args:
        told: What each note tells, in order of time, as `courses` returns it.
        days: Of the notes.
        vocabulary: Drug names.

    Returns:
        One a drug: those taken, then those stopped or held, then those given.
    """
    same = SameDrugs((course.name for courses in told for course in courses), vocabulary)
    found: list[LongCourse] = []
    for note, courses in enumerate(told):
        for course in courses:
            known = (
                n for n, each in enumerate(found) if same.are_same(each.course.name, course.name)
            )
            number = next(known, None)
            if number is None:
                found.append(LongCourse(course, note, course.name))
            else:
                found[number] = _later(found[number], course, note)
    last = next((day for day in reversed(days) if day), None)
    kept = [each for each in found if not _is_over(each.course, days[each.note], last)]
    return sorted(kept, key=lambda each: _rank(each.course.status))


def _later(known: LongCourse, course: Course, note: int) -> LongCourse:
    """What holds of a drug after a later note."""
    before = known.course
    name = known.name if course.name in known.name else course.name
    if course.status == "given" and before.status != "given":
        return known
    if course.status in (*OFF, "given") or before.status == "given":
        return LongCourse(course, note, name)
    regimen = course.regimen.over(before.regimen)
    if before.status in OFF:
        is_again = course.status in ("home", "continued", "")
        again = replace(course, regimen=regimen)
        return LongCourse(again, note, name, is_stopped_before=is_again)
    differs = _differ(before.regimen, course.regimen)
    status: Status = "changed" if differs or course.status == "changed" else "continued"
    if status == "continued" and before.status == "home" and course.status == "home":
        status = "home"
    changed = before.regimen if differs else known.before if status != "changed" else _NONE
    held = replace(course, regimen=regimen, status=status)
    return replace(known, course=held, note=note, name=name, before=changed)


def _is_over(course: Course, day: date | None, last: date | None) -> bool:
    """Whether a drug is of the past at the last note: given long ago, or for days that are over."""
    if day is None or last is None:
        return False
    if course.status == "given":
        return last - day > _STAY
    lasts = _LASTS.search(course.regimen.duration)
    if lasts is None or course.status in OFF:
        return False
    return last > day + timedelta(days=int(lasts["number"]) * (7 if lasts["weeks"] else 1))


def _rank(status: Status) -> int:
    return 2 if status == "given" else 1 if status in OFF else 0


def _differ(before: Regimen, now: Regimen) -> bool:
    """Whether two regimens give different amounts, or say differently how often.

    One that tells strength and number of tablets agrees with one that tells either.
    """
    if not (before.dose and now.dose):
        return False
    amounts = [_amounts(before), _amounts(now)]
    often = [{rate for rate, _ in frequencies(_spelt(each.frequency))} for each in (before, now)]
    agree = amounts[0] <= amounts[1] or amounts[1] <= amounts[0]
    return not agree or (all(often) and often[0] != often[1])


def _spelt(frequency: str) -> str:
    """A frequency with British short forms spelt out."""
    return _BRITISH.sub(lambda match: _MEANS[match[0].lower().replace(".", "")], frequency)


def _amounts(regimen: Regimen) -> set[object]:
    """The doses, each in one spelling; those that have their times, or no unit, as they are."""
    found: set[object] = {value for value, _ in doses(regimen.dose)}
    if found and not any(frequencies(regimen.dose)):
        return found
    return {" ".join(regimen.dose.lower().split())}
