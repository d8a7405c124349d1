"""Sentences that turn round what the note says, and such as only say it another way."""

from __future__ import annotations

import pytest

from secateur.pipelines.clinical.verification.facts import check
from secateur.pipelines.clinical.verification.told import Told


def flags(sentence: str, note: str) -> tuple[str, ...]:
    lines = [f"{line.rstrip('.')}." for line in note.split(". ")]
    told = Told((line, None) for line in lines)
    return check(sentence, lines, note, told)


@pytest.mark.parametrize(
    ("note", "right", "wrong", "flag"),
    [
        ("Prone if P/F <150.", "Prone if P/F below 150.", "Prone if P/F >150.", "opposite"),
        ("Cream after surgery.", "Cream after the surgery.", "Cream before surgery.", "opposite"),
        (
            "Involuntary then voluntary.",
            "Involuntary, then voluntary.",
            "Voluntary then involuntary.",
            "opposite",
        ),
        (
            "BRAF was detected; NRAS wild type.",
            "NRAS wild-type; BRAF was detected.",
            "NRAS was detected and BRAF was wild type.",
            "opposite",
        ),
        ("Closed reduction.", "Closed reduction of it.", "Open reduction.", "opposite"),
        (
            "Cashew (anaphylaxis), amoxicillin (hives).",
            "Amoxicillin (hives), cashew (anaphylaxis).",
            "Cashew (hives), amoxicillin (anaphylaxis).",
            "opposite",
        ),
        ("Done except flu.", "Done except flu.", "Done including flu.", "opposite"),
        (
            "Lower lithium to 15 mg.",
            "Lithium lowered to 15 mg.",
            "Lithium raised to 15 mg.",
            "opposite",
        ),
        (
            "Lithium 20 mg in place of 40 mg.",
            "Lithium 20 mg instead of 40 mg.",
            "Lithium 40 mg instead of 20 mg.",
            "number",
        ),
        (
            "156 mg was given on 8 April and 234 mg on 15 April.",
            "234 mg on 15 April.",
            "234 mg on 8 April.",
            "number",
        ),
        ("60 Gy in 20 fractions.", "20 fractions.", "60 fractions.", "unit"),
        (
            "Hip fracture; no fracture of the radius.",
            "No fracture of the radius.",
            "Fracture of the radius.",
            "negation",
        ),
        ("HIT antibody negative; hold heparin.", "HIT antibody was negative.",
         "HIT antibody was present.", "negation"),
        ("Both knees are swollen.", "Left and right knees are swollen.", "", ""),
        ("VA OD 20/80. VA OS 20/30.", "VA of the right eye 20/80.", "", ""),
        ("Take it q4h for 48 h. Seen for 2 days.", "Take it for 48 hours.", "", ""),
    ],
    ids=lambda value: value if len(value) < 9 else "",
)  # fmt: skip
def test_what_is_turned_round_is_flagged(note: str, right: str, wrong: str, flag: str) -> None:
    assert flags(right, note) == ()
    assert not wrong or flag in flags(wrong, note)


@pytest.mark.parametrize(
    ("note", "sentence", "date"),
    [
        ("Seen 8/4 for pain.", "Seen on August 4.", False),
        ("Seen 8/4 for pain.", "Seen on 5 August.", True),
        ("Seen 08/04/2026 for pain.", "Seen on Aug 4, 2026.", False),
        ("Seen 04/08/2026 for pain.", "Seen on 4 August 2026.", False),
        ("Seen 8/4/2026 for pain.", "Seen 8/4/2025.", True),
        ("Decreased 5 points.", "Decreased 5 points.", False),
    ],
)
def test_a_date_may_be_written_in_many_ways(note: str, sentence: str, date: bool) -> None:
    assert ("date" in flags(sentence, note)) is date
