"""Drugs over the notes of a record: the last note that tells of a drug decides."""

from __future__ import annotations

from datetime import date

import pytest

from secateur.pipelines.clinical.medications.over_notes import over_notes
from secateur.pipelines.clinical.medications.reconciliation import Course
from secateur.pipelines.clinical.medications.regimen import Regimen

DAYS = [date(2024, month, 1) for month in range(1, 6)]


def course(said: str) -> Course:
    """A course of "name status, dose, frequency, duration"."""
    head, dose, frequency, duration = (*said.split(", "), "", "", "")[:4]
    name, _, status = head.rpartition(" ")
    return Course(name, status=status, regimen=Regimen(dose, "", frequency, duration))


def told(*notes: str) -> list[str]:
    courses = [[course(each) for each in note.split("; ") if each] for note in notes]
    found = over_notes(courses, DAYS[: len(notes)], None)
    return [
        f"{each.name} {each.course.status} {' '.join(filter(None, each.course.regimen))}".strip()
        for each in found
    ]


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        (("iron home", "", ""), ["iron home"]),
        (("iron home", "iron home"), ["iron home"]),
        (("iron new, 5 mg", "iron home"), ["iron continued 5 mg"]),
        (("iron home, 5 mg", "iron home, 10 mg"), ["iron changed 10 mg"]),
        (("iron home", "iron stopped", "zinc new"), ["zinc new", "iron stopped"]),
        (("iron stopped", "iron new, 5 mg"), ["iron new 5 mg"]),
        (("iron home", "iron given"), ["iron home"]),
        (("iron given", "zinc home", "zinc home"), ["zinc home"]),
        (("iron new, 5 mg, daily, 7 days", "zinc home"), ["zinc home"]),
        (
            ("insulin detemir new, 10 units", "insulin continued"),
            ["insulin detemir continued 10 units"],
        ),
    ],
)  # fmt: skip
def test_a_later_note_decides(notes, expected):
    assert told(*notes) == expected


def test_a_drug_listed_after_it_was_stopped_is_told():
    (found,) = over_notes([[course("iron stopped")], [course("iron home")]], DAYS[:2], None)
    assert found.is_stopped_before


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        ("25 mg, BID", "25mg, twice daily", False),
        ("25 mg, b.d.", "25 mg, BID", False),
        ("25 mg, nocte", "25 mg, nightly", False),
        ("25 mg, tds", "25 mg, BID", True),
        ("25 mg, BID", "25 mg, daily", True),
        ("24/26, BID", "49/51, BID", True),
        ("25 mg, BID", ", daily", False),
    ],
)
def test_another_wording_of_a_dose_is_no_change(before, now, changed):
    notes = [[course(f"iron home, {said}")] for said in (before, now)]
    (found,) = over_notes(notes, DAYS[:2], None)
    assert (found.course.status == "changed") is changed
    assert any(found.before) is changed
