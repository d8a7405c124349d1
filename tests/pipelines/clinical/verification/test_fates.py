"""What becomes of a drug: in place of which other, and whether the patient still takes it."""

from __future__ import annotations

import re

import pytest

from secateur.pipelines.clinical.verification.facts import check
from secateur.pipelines.clinical.verification.told import Told

DRUGS = ("calcium acetate", "lisinopril", "lithium", "lorazepam", "losartan", "mirtazapine",
         "olanzapine", "penicillin", "sevelamer")  # fmt: skip


def drugs(text: str) -> list[tuple[int, int, str]]:
    found = (match for name in DRUGS for match in re.finditer(name, text.lower()))
    return sorted((*match.span(), match[0]) for match in found)


def flags(sentence: str, note: str) -> tuple[str, ...]:
    lines = [f"{line.rstrip('.')}." for line in note.split(". ")]
    return check(sentence, lines, note, Told(((line, None) for line in lines), drugs))


@pytest.mark.parametrize(
    ("note", "right", "wrong"),
    [
        (
            "Stop lorazepam, start mirtazapine 7.5 mg at night.",
            "Lorazepam was stopped and mirtazapine 7.5 mg at night started.",
            "Mirtazapine was stopped and lorazepam 7.5 mg at night started.",
        ),
        (
            "Switch to losartan instead of the lisinopril, 50 milligrams once a day.",
            "Start losartan 50 mg once a day in place of lisinopril.",
            "Start lisinopril 50 mg once a day in place of losartan.",
        ),
        (
            "Calcium acetate stopped in Aug d/t hypercalcemia. Sevelamer 3 tabs.",
            "Calcium acetate was stopped in August due to hypercalcemia.",
            "Sevelamer was stopped in August due to hypercalcemia.",
        ),
        (
            "He declined lithium for his psoriasis. His father has a good response to lithium.",
            "He declined lithium for his psoriasis.",
            "He was started on lithium for his psoriasis.",
        ),
        (
            "Olanzapine was tried for a week and stopped for sedation. Lithium continued.",
            "Olanzapine was stopped for sedation.",
            "Lithium was stopped for sedation.",
        ),
        (
            "Penicillin: tolerated, allergy label removed. Lithium continued.",
            "The penicillin allergy label was removed.",
            "Lithium was stopped.",
        ),
    ],
    ids=["started", "in place", "month", "relative", "tried", "label"],
)
def test_what_becomes_of_a_drug(note: str, right: str, wrong: str) -> None:
    assert flags(right, note) == ()
    assert {"drug", "opposite"} & set(flags(wrong, note))


def test_a_frequency_beside_another_drug_is_not_this_ones() -> None:
    note = "Lithium 2 mg q8h. Penicillin, then continue BID prophylaxis while on lithium."
    assert flags("Lithium 2 mg q8h.", note) == ()
    assert "frequency" in flags("Lithium 2 mg q12h.", note)


def test_a_dose_is_changed_whatever_stands_before_and_after_it() -> None:
    note = "Restart lithium, increase to 110 mcg 2 puffs. Lithium 44 mcg at home."
    assert "dose" in flags("Lithium is restarted and reduced to 44 mcg 2 puffs.", note)
    assert flags("Lithium is restarted and increased to 110 mcg 2 puffs.", note) == ()
