"""The gold of drugs, allergies and follow-up: its form, and how the scorer compares regimens."""

from __future__ import annotations

import re

import pytest
from medications.regimens import dose_of, is_as_needed, lasts_of, often_of, route_of
from medications.score import HALVES, read_gold

pytestmark = pytest.mark.tree

GOLD = read_gold()
STATUSES = {"home", "given", "new", "changed", "continued", "stopped", "held", "*"}


@pytest.mark.parametrize("gold", GOLD, ids=lambda gold: gold["id"])
def test_gold_is_well_formed(gold) -> None:
    assert gold["half"] in HALVES
    assert re.fullmatch("[0-9a-f]{64}", gold["sha256"])
    for row in gold["medications"]:
        assert 0 <= row["start"] < row["end"]
        assert row["names"]
        assert set(row["status"].split("|")) <= STATUSES
    for row in gold["follow_up"]:
        assert all(start < end for start, end in row["spans"])


@pytest.mark.parametrize(
    ("read", "one", "other"),
    [
        (often_of, "b.i.d", "twice a day"),
        (often_of, "q.4-6 h.", "every four to six hours"),
        (often_of, "q.h.s. p.r.n.", "at bedtime as needed"),
        (often_of, "per day", "q.d."),
        (dose_of, "twenty five milligrams", "25 mg"),
        (dose_of, "40 mg 1-1/2 tabs", "40 mg, 1.5"),
        (dose_of, "10 mg, one tab", "10 mg"),
        (route_of, "p.o", "by mouth"),
        (lasts_of, "for 7 days", "x7 days"),
    ],
)
def test_wordings_of_one_regimen_compare_equal(read, one, other) -> None:
    assert read(one) == read(other)
    assert read(one)


@pytest.mark.parametrize(
    ("read", "one", "other"),
    [
        (often_of, "b.i.d.", "t.i.d."),
        (often_of, "q.h.s.", "every hour"),
        (dose_of, "10 mg", "10 mcg"),
        (dose_of, "10 mg two tablets", "10 mg one tablet"),
        (lasts_of, "for 7 days", "for 7 weeks"),
    ],
)
def test_other_regimens_compare_unequal(read, one, other) -> None:
    assert read(one) != read(other)


def test_as_needed_is_read_apart_from_how_often() -> None:
    assert is_as_needed("q.6h. p.r.n.")
    assert not is_as_needed("q.6h.")
