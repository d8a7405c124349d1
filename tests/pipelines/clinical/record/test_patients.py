"""Whose the notes of a record are."""

from __future__ import annotations

from datetime import date

import pytest
from made_notes import note

from secateur.pipelines.clinical.record.notes import Note, in_order
from secateur.pipelines.clinical.record.patients import by_patient, compare, identity_of

DAY = date(2024, 5, 2)


def made(text: str, when: date | None = DAY, name: str = "note.txt") -> Note:
    return Note(note((None, text)), 0, when, "note")


PAIRS = [
    ("MRN: 12-345\n", "MRN: 12345\n", "same"),
    ("MRN: 12-345\n", "MRN: 999\n", "other"),
    (
        "Patient: Ann Lee  DOB: 1/2/1960\nMRN: 5-1\n",
        "Name: LEE, ANN  DOB: 01/02/1960\nMRN: A77\n",
        "same",
    ),
    ("Patient: Ann Lee\n", "Patient: Ann B Lee\n", "same"),
    ("Patient: Ann Lee\n", "Patient: Bo Day\n", "other"),
    ("Patient: Ann Lee\nDOB: 1/2/1960\n", "Patient: Ann Lee\nDOB: 1/2/1990\n", "other"),
    ("Mr. Day is a 60-year-old man.", "Day is a 61-year-old male.", "open"),
    ("A 60-year-old man fell.", "A 60-year-old woman fell.", "other"),
    ("A 60-year-old man fell.", "A 31-year-old man fell.", "other"),
    ("A 60-year-old man fell.", "A 6-month-old boy fell.", "other"),
    ("Her 60-year-old mother is well.", "Slept well.", "open"),
    ("Age/Sex: 58 F\n", "A 58 y/o man.", "other"),
    ("Patient: Sample Patient\n", "Patient: Bo Day\n", "open"),
]


@pytest.mark.parametrize(("one", "other", "verdict"), PAIRS)
def test_two_notes_are_of_one_patient_or_not(one, other, verdict):
    first, second = identity_of(made(one)), identity_of(made(other))
    assert compare(first, second) == compare(second, first) == verdict


def test_an_age_counts_with_the_day_of_its_note():
    young, old = made("A 30-year-old man fell.", date(1994, 1, 1)), made("A 60-year-old man fell.")
    assert compare(identity_of(young), identity_of(old)) == "open"


def test_a_note_that_names_nobody_goes_with_the_one_before():
    texts = [
        "Patient: Ann Lee\n",
        "Slept well.",
        "Patient: Bo Day\n",
        "Walks.",
        "Patient: Lee, Ann\n",
    ]
    assert by_patient([made(text) for text in texts]) == ((0, 1, 4), (2, 3))


def test_notes_are_in_order_of_time_and_one_without_a_day_behind_the_one_before():
    days = (date(2024, 3, 1), None, date(2024, 1, 1))
    ordered = in_order(made("Rest.", day) for day in days)
    assert [each.when for each in ordered] == [days[2], days[0], None]
