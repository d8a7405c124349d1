"""Stages, vertebrae, sides by letter, orders, changed doses: the note's own ones."""

from __future__ import annotations

import pytest

from secateur.pipelines.clinical.verification.codes import Codes
from secateur.pipelines.clinical.verification.facts import check
from secateur.pipelines.clinical.verification.told import Told

DRUGS = ("apixaban", "diltiazem", "labetalol", "torsemide")


def drugs(text: str) -> list[tuple[int, int, str]]:
    low = text.lower()
    return sorted(
        (low.index(name), low.index(name) + len(name), name) for name in DRUGS if name in low
    )


def flags(sentence: str, *note: str) -> tuple[str, ...]:
    told = Told(((line, None) for line in note), drugs)
    return check(sentence, note, " ".join(note), told)


@pytest.mark.parametrize(
    ("note", "sentence", "other"),
    [
        ("CKD stage 3b and gout.", "CKD stage 3b.", False),
        ("CKD stage 3b and gout.", "CKD stage 3a.", True),
        ("CKD stage 3b and gout.", "Chronic kidney disease stage 3B.", False),
        ("CKD stage 3b and gout.", "CKD stage IIIb.", False),
        ("Type 2 diabetes.", "Type II diabetes.", False),
        ("Papillary carcinoma, Bethesda VI.", "Papillary carcinoma, Bethesda IV.", True),
        ("Right level IV node.", "Node of the right level VI.", True),
        ("She got IV furosemide.", "IV furosemide.", False),
        ("Woman, G2P1 at 31w4d, for a visit.", "G1P2 for a visit.", True),
        ("Woman, G2P1 at 31w4d, for a visit.", "Visit at 34w1d.", True),
        ("Woman, G2P1 at 31w4d, for a visit.", "G2 P1 at 31+4 for a visit.", False),
        ("L3-L4: no stenosis. L4-L5: disc extrusion.", "Disc extrusion at L4-5.", False),
        ("Left disc extrusion at L4/5.", "Left disc extrusion at L4-L5.", False),
        ("Nerve root of S1 is free; left disc extrusion at L4-L5.", "Disc extrusion, L5-S1.", True),
        ("T1 and T2 images of the spine.", "T1 images of the spine.", False),
        ("Gleason 4+3=7, cT2b.", "Gleason 3 + 4.", True),
        ("Gleason 4+3=7, cT2b.", "Gleason 4 + 3.", False),
        ("4 days of pain on aspirin. Resume aspirin on POD 2.", "Aspirin on POD 4.", True),
        ("Resume aspirin on POD 2.", "Aspirin on postoperative day two.", False),
        ("Aspirin on the second postoperative day.", "Aspirin on POD 2.", False),
    ],
)
def test_a_code_is_the_notes_own(note: str, sentence: str, other: bool) -> None:
    assert Codes([note]).are_others(sentence) is other


def test_a_code_of_something_else_is_flagged() -> None:
    note = ("L3-L4: Mild facet arthropathy.", "L4-L5: Left paracentral disc extrusion.")
    assert "number" in flags("Left paracentral disc extrusion at L3-L4.", *note)
    assert not flags("Left paracentral disc extrusion at L4-L5.", *note)


@pytest.mark.parametrize(
    ("note", "sentence", "expected"),
    [
        ("R wrist fracture.", "Left wrist fracture.", True),
        ("R wrist fracture.", "Right wrist fracture.", False),
        ("Pain in the RLQ.", "Pain in the left lower quadrant.", True),
        ("Pain in the RLQ.", "Pain in the right lower quadrant.", False),
        ("Swelling of the (L) knee.", "Swelling of the right knee.", True),
        ("9.4 L removed, right effusion.", "Right effusion removed.", False),
    ],
)
def test_a_side_may_be_one_letter(note: str, sentence: str, expected: bool) -> None:
    assert ("side" in flags(sentence, note)) is expected


NOTE = (
    "Apixaban was continued.",
    "Diltiazem, started in the ED for a rapid ventricular response, was stopped for low output.",
    "Labetalol 200 mg twice daily at home.",
    "Increase labetalol to 300 mg.",
)


@pytest.mark.parametrize(
    ("sentence", "flag"),
    [
        ("Apixaban was stopped.", "opposite"),
        ("Apixaban was continued.", None),
        ("Diltiazem was continued.", "opposite"),
        ("Diltiazem was stopped.", None),
        ("Labetalol was increased to 200 mg.", "dose"),
        ("Labetalol was increased to 300 mg.", None),
        ("Labetalol 200 mg at home.", None),
    ],
)
def test_orders_stay_as_they_are(sentence: str, flag: str | None) -> None:
    assert (flag in flags(sentence, *NOTE)) if flag else not flags(sentence, *NOTE)


@pytest.mark.parametrize(
    ("note", "sentence", "flag"),
    [
        ("Creatinine was 1.9 (baseline 1.6).", "Baseline creatinine 1.9.", "number"),
        ("Creatinine was 1.9 (baseline 1.6).", "Baseline creatinine 1.6.", None),
        ("Urine dip: trace protein, neg glucose.", "Trace glucose.", "negation"),
        ("Urine dip: trace protein, neg glucose.", "Trace protein.", None),
        ("+LOC per coworker.", "No LOC.", "negation"),
        ("No DVT was seen.", "DVT was seen.", "negation"),
    ],
)
def test_what_is_said_in_short_counts(note: str, sentence: str, flag: str | None) -> None:
    assert (flag in flags(sentence, note)) if flag else not flags(sentence, note)


def test_precautions_are_no_disease_of_the_patient() -> None:
    note = ("Her mother had preeclampsia.", "Preeclampsia precautions reviewed.")
    assert "person" in flags("Preeclampsia.", *note)
    assert not flags("Preeclampsia precautions reviewed.", *note)


@pytest.mark.parametrize(
    ("note", "sentence", "flag"),
    [
        ("68F with COPD, admitted with gout.", "68-year-old woman with COPD.", None),
        ("68F with COPD, admitted with gout.", "68-year-old man with COPD.", "person"),
        ("34 yo F with gout.", "34-year-old woman with gout.", None),
        ("F/u PCP 1 wk, repeat CXR 6 wks.", "Repeat CXR in 1 week.", "number"),
        ("F/u PCP 1 wk, repeat CXR 6 wks.", "Repeat CXR in 6 weeks.", None),
        ("GAD-7 of 14, PHQ-9 of 6.", "GAD-7 of 6.", "number"),
        ("GAD-7 of 14, PHQ-9 of 6.", "GAD-7 of 14.", None),
        ("Torsemide 10 mg as needed.", "Torsemide 10 mg daily.", "frequency"),
        ("Torsemide 10 mg as needed.", "Torsemide 10 mg prn.", None),
        ("Right TM bulging; left TM gray.", "Left TM bulging.", "side"),
        ("Right kidney 10.2 cm, left kidney 9.1 cm.", "Left kidney 10.2 cm.", "side"),
        ("Right kidney 10.2 cm, left kidney 9.1 cm.", "Left kidney 9.1 cm.", None),
        ("Reduce labetalol to 100 mg. Labetalol 300 mg.", "Labetalol reduced to 300 mg.", "dose"),
        ("Creatinine 1.4 in June, 2.1 on arrival and 3.8 today.", "Creatinine 2.1.", None),
        (
            "Creatinine 1.4 in June, 2.1 on arrival and 3.8 today.",
            "Creatinine 3.8 on arrival.",
            "number",
        ),
        ("Bypass 2009 with 3 grafts, stents 2015.", "Stents in 2015, 3 grafts in 2009.", None),
        ("9 mm RUL nodule, 4 mm LLL nodule.", "4 mm RUL nodule.", "number"),
        ("Avoid diltiazem.", "Start diltiazem.", "opposite"),
        ("Diltiazem was begun but discontinued.", "Diltiazem was begun.", None),
        (
            "She took diltiazem once but stopped because of edema.",
            "She takes diltiazem.",
            "opposite",
        ),
        ("Hold torsemide, continue labetalol.", "Torsemide held and labetalol continued.", None),
    ],
)
def test_shorthand_is_compared(note: str, sentence: str, flag: str | None) -> None:
    lines = [f"{line.rstrip('.')}." for line in note.split(". ")]
    assert (flag in flags(sentence, *lines)) if flag else not flags(sentence, *lines)


@pytest.mark.parametrize(
    ("note", "sentence", "flag"),
    [
        ("Severe aortic stenosis; trace regurgitation.", "Severe regurgitation.", "opposite"),
        ("Severe aortic stenosis; mild mitral leak.", "Severe mitral leak.", "opposite"),
        ("Severe aortic stenosis; trace regurgitation.", "Severe aortic stenosis.", None),
        ("Severe pain in the left knee, mild swelling of it.", "Severe knee pain.", None),
        ("Severe knee pain; mild swelling.", "Severe knee pain despite swelling.", None),
        ("Weight 71 kg, down 2 kg.", "Weight up 2 kg.", "number"),
        ("Weight 71 kg, down 2 kg.", "Weight down 2 kg.", None),
        ("Chemotherapy in June and radiation in August.", "Radiation in June.", "number"),
        ("Chemotherapy in June and radiation in August.", "Radiation in August.", None),
        ("Intubated on 11/02, extubated 11/05.", "Extubated 11/02.", "number"),
        ("Intubated on 11/02, extubated 11/05.", "Extubated 11/05.", None),
        ("Acid every 6 months. Return in 3 months.", "Return in 6 months.", "number"),
        ("KRAS G12D was detected.", "KRAS G12V was detected.", "number"),
        ("Occlusion of a left M2 branch.", "Occlusion of a left M1 branch.", "number"),
        ("Child-Pugh C cirrhosis.", "Child-Pugh B cirrhosis.", "number"),
        ("Grade III varices. Received 2 units.", "Grade II varices.", "number"),
        ("Varices were banded x4.", "Varices were banded x6.", "number"),
        ("Received 5 units PRBC, 2 units FFP.", "Received 5 units FFP.", "dose"),
        ("Received 5 units PRBC, 2 units FFP.", "Received 2 units FFP.", None),
    ],
)
def test_degrees_days_and_turns_are_compared(note: str, sentence: str, flag: str | None) -> None:
    lines = [f"{line.rstrip('.')}." for line in note.split(". ")]
    found = flags(sentence, *lines)
    assert (flag in found) if flag else not found
