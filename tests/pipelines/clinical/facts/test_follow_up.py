"""What is to happen after a note, told by notes written for these tests."""

from pathlib import Path

import pytest

from secateur.pipelines.clinical.facts.follow_up import follow_up
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.ingestion.read import read


def told(tmp_path: Path, text: str) -> list[str]:
    """What a note says is to happen after it."""
    (tmp_path / "note.txt").write_text(text)
    document = read(tmp_path / "note.txt")
    spans = sentences(document.text, document.passages)
    return [place.text for place in follow_up(document, spans)]


@pytest.mark.parametrize(
    ("line", "ahead"),
    [
        ("She will be seen on 10/12.", True),
        ("Psych c/s in AM re: mood.", True),
        ("MFM consult before a next pregnancy.", True),
        ("Followup EKG done this morning shows sinus rhythm.", False),
        ("EKG from that time, with followup EKG showing flutter.", False),
        ("Follow up if MRI shows progression.", True),
        ("DEXA scan requested.", True),
        ("Could you kindly check his thyroid?", True),
        ("I have booked an echocardiogram.", True),
        ("She was asked to return in two weeks.", True),
        ("Return 6 weeks, sooner if worse.", True),
        ("Echo in 6-12 months.", True),
        ("Incision check 1 week.", True),
        ("6 week postpartum visit with labs.", True),
        ("PET/CT recommended.", True),
        ("Follow-up histology is awaited.", True),
        ("A chest CT is recommended.", True),
        ("D/c home, f/u clinic 11/20.", True),
        ("Follow\u2011up 4 weeks.", True),
        ("Better.\nFollow-up: cardiology 3/13, BMP 3/10.", True),
        ("Better.\n\nFOLLOW-UP\nSurgery clinic with Dr. Roe for the drain.", True),
        ("Better.\n\nFOLLOW-UP\nDictated by Ann Roe, PA-C, for Lee Poe, MD", False),
        ("Better.\n\nFOLLOW-UP\nSigned electronically 11/26/2024 13:52", False),
        ("Better.\n\nFOLLOW-UP\nAnn Roe, MD, electronically signed on 11/26/2024", False),
        ("Better.\n\nFOLLOW-UP\nAnn B. Roe, MD, FNP, 11/26/2024", False),
        ("Better.\n\nFOLLOW-UP\nA. Lee-Roe, MD - 11/26/2024 16:21", False),
        ("Better.\n\nFOLLOW-UP\nAnn Roe, R.N.", False),
        ("Better.\n\nFOLLOW-UP\nAnn Roe, MD, 11/26/2024 10:30", True),
        ("Better.\n\nFOLLOW-UP\nAnn Roe, MD, 11/26/2024\nBring all tablets along.", True),
        ("Better.\n\nFOLLOW-UP\nConsent to be signed by the parents.", True),
        ("Better.\nDiet: cardiac, low in salt.", False),
        ("He presents today for follow-up of his gout.", False),
        ("Surgery was recommended and he underwent it.", False),
        ("He underwent an angiogram on 10/13.", False),
        ("The patient was referred to me by Dr. X.", False),
        ("For details please refer to anesthesia notes.", False),
        ("Thank you for this kind referral.", False),
        ("Lovenox 40 mg given as ordered.", False),
        ("He felt faint at 9:30 PM on 4/11/03.", False),
        ("Here today for f/u migraine, doing well.", False),
        ("Here for f/u migraine. F/u 3 mo.", True),
        ("Rv 1/52.", True),
        ("Better.\nPLAN\nReturn to the ED for fever or numbness.", True),
        ("Better.\nPLAN\nCall if fever persists.", True),
        ("Better.\nPLAN\nFeel free to call if you have questions.", False),
        ("Better.\nPLAN\nSkin exam yearly.", True),
        ("Better.\nPLAN\nSN 2x/week for 3 weeks.", True),
        ("An echocardiogram has been scheduled for November 20.", True),
        ("I have ordered a home sleep study.", True),
        ("Please check a TSH when she next sees you.", True),
        ("Better.\n\nUPCOMING APPOINTMENTS\n04/09/2024 Nina Roe, DO", True),
        ("Next visit: strengthen the hip.", True),
        ("Renal cyst; no follow-up needed.", False),
        ("No referral; recheck in 2 weeks.", True),
        ("Wound care, next visit with labs.", True),
        ("Notify MD for weight gain.", True),
        ("OT eval for transfers requested.", True),
        ("Await pathology.", True),
        ("They would like a baby, ideally within the next year.", False),
        ("Nephrology referral not needed unless the eGFR falls below 45.", False),
        ("TSH 3.1 mU/L (0.3-4.2); on 12 August 5.2", False),
        ("Better.\nPLAN\nLast dose of heparin 8/18 at 18:00.", False),
        ("Better.\nPLAN\nFamily conference 10/28 at 2 pm.", True),
        ("Better.\nPLAN\nEczema: triamcinolone 0.1% oint BID; bleach bath 2x/wk", False),
        ("Better.\nPLAN\nStop Lasix, BMP 1 wk, elevate legs.", True),
        ("Better.\nPLAN\nBreast MRI after C4, then surgery.", True),
        ("Better.\nPLAN\nCall for fever or bleeding.", True),
        ("Better.\nPLAN\nED for chest pain.", True),
        ("Better.\nPLAN\nBlood test on or after Feb 17.", True),
        ("Better.\nPLAN\nPCP in 7-10d.", True),
        ("Better.\nPLAN\nNeeds colonoscopy.", True),
        ("Better.\nPLAN\nObtain EEG.", True),
        ("Better.\nPLAN\nSeek care if fever > 38.", True),
        ("Better.\nPLAN\nDr. Roe will call with biopsy results.", True),
        ("Better.\nPLAN\nTo see neurosurgery in clinic.", True),
        ("Better.\nPLAN\nFerritin 12 on 3/4.", False),
        ("Better.\nPLAN\nGained 4 lb in 3 months.", False),
        ("Better.\nPLAN\nQuit smoking in May.", False),
        ("Better.\nPLAN\nQuit date 7/4.", True),
        ("Better.\nPLAN\nRepeat K 4.1.", False),
        ("Better.\nPLAN\nPelvic floor PT, 6 sessions.", True),
        ("Better.\nPLAN\nRash: allergy clinic for oral challenge.", True),
        ("Better.\nPLAN\nNext well visit at 5 y.", True),
        ("Better.\nPLAN\nInfluenza vaccine in the fall.", True),
        ("Better.\nPLAN\nRest.\n\nCOME BACK AT ONCE FOR: chest pain, black stool.", True),
        ("Family meeting tomorrow at 2 PM.", True),
        ("Clinic 3 days after discharge.", True),
        ("The patient is 6 days post surgery.", False),
        ("TSH in 6 wks", True),
        ("Colonoscopy in 5 yrs.", True),
        ("Review in 2/52", True),
        ("Appt w/ Roe 4/2/25 9am", True),
        ("RTC 3 mo", True),
        ("F/u 2 wks", True),
        ("Repeat A1c", True),
        ("Repeat CT head 4/2 - neg.", False),
        ("Repeat film: no infiltrate.", False),
        ("Repeat CT of the stable nodule in a year.", True),
        ("Repeat MRI once stable.", True),
        ("Repeat film if not clear.", True),
        ("Repeat echo no later than May.", True),
        ("Repeat cultures negative, recheck in 2 weeks.", True),
        ("GI consult.", True),
        ("HBO consult once the infection is gone.", True),
        ("Next monthly visit 07/01.", True),
        ("Booster to begin with the next run.", True),
        ("Case to be shown at breast tumor board.", True),
        ("Re-excision should be considered.", True),
        ("TESTS STILL PENDING: TSH. Dr. Roe will get the result.", True),
        ("Better.\n\nYOUR APPOINTMENTS\nHeart clinic, Ann Roe: Friday, April 11 at 9:30 am.", True),
        ("INTRAOPERATIVE CONSULTATION\n\nAtypical cells.", False),
        ("Better.\nPLAN\nMRI L foot; ID consult.", True),
        ("Better.\nPLAN\nBiopsy Thursday 8/14 with stain; hold aspirin.", True),
        ("Better.\nPLAN\nIDT 3/19.", True),
        ("Better.\nPLAN\nNurse call 1 wk on dose.", True),
        ("Better.\nPLAN\nSkin check due October.", True),
        ("Better.\nPLAN\nBlood pressure controlled.", False),
        ("Better.\nPLAN\nLast seen 3/19.", False),
        ("Better.\nPLAN\nTSH 2.1 in Sept.", False),
        ("MRI ordered", True),
        ("Better.\nFOLLOW-UP: 4 weeks", True),
        ("Better.\nFOLLOW-UP: none", False),
        ("Better.\nFOLLOW-UP: Electronically signed by Jane Roe on 3/4.", False),
        ("Better.\nFOLLOW-UP:\nTime spent on discharge: 48 minutes.", False),
        ("Followup.", False),
        ("L RTC repair 8 wks post-op", False),
        ("Take her back and then see the chart.", False),
        ("See her back in a month.", True),
        ("They resolve within a year.", False),
        ("This is the third hypotensive episode in 2 wks.", False),
        ("Dr. Roe stopped it in January for 6 months.", False),
        ("I have not arranged an MRI spine.", False),
        ("I have now arranged an MRI spine.", True),
        ("Family mtg 11/08 1500 re trach.", True),
        ("Better.\nPLAN\nR effusion US today, tap if >1 cm.", True),
        ("Better.\nPLAN\nUS today shows no effusion.", False),
        ("Better.\nPLAN\nDecrease levothyroxine to 50 mcg, TSH 6 wks. BMP 8/21.", True),
        ("Better.\nPLAN\nDecrease levothyroxine to 50 mcg, TSH was 6.", False),
        ("Better.\nPLAN\nCoiling planned in AM.", True),
        ("Better.\nPLAN\nMRI of the spine if he develops back pain.", True),
        ("Better.\nPLAN\nTSH and LFTs before discharge.", True),
        ("Better.\n\nTo do for the outpatient team\n[ ] Hepatologist Dr. Roe\n[ ] EGD", True),
    ],
)
def test_what_was_is_not_ahead(tmp_path, line, ahead):
    assert bool(told(tmp_path, f"CHIEF COMPLAINT: Cough.\n\nHISTORY: {line}\n")) == ahead


def test_other_lines_below_what_follows_are_not_ahead(tmp_path):
    text = "CHIEF COMPLAINT: Cough.\n\nFollow up: PCP in 1 week.\nCode status: DNR/DNI.\n"
    assert told(tmp_path, text) == ["PCP in 1 week."]


def test_what_is_not_needed_is_not_ahead(tmp_path):
    text = "CHIEF COMPLAINT: Cough.\n\nFollow up: PCP in 1 week. Titer not needed.\n"
    assert told(tmp_path, text) == ["PCP in 1 week."]


def test_what_brings_the_patient_is_not_ahead(tmp_path):
    assert told(tmp_path, "CHIEF COMPLAINT: Follow-up of gout.\n\nHISTORY: Well.\n") == []


@pytest.mark.parametrize("line", ["10.5 lb lost: recheck.", "0.5 mg in 2 weeks.", "30 Dr. Roe"])
def test_no_number_vanishes(tmp_path, line):
    assert told(tmp_path, f"CHIEF COMPLAINT: Cough.\n\nFOLLOW-UP:\n{line}\n") == [line]


@pytest.mark.parametrize(
    ("line", "ahead"),
    [
        ("Nurse visit tomorrow for bowel check.", True),
        ("Access flow study due 11/15.", True),
        ("SW Roe to visit re: grief.", True),
        ("Restart metformin when eating.", True),
        ("Diabetes, uncontrolled; note to PCP.", True),
        ("Scans after C10.", True),
        ("Wkly visits x4 then q2wk.", True),
        ("Derm yearly.", True),
        ("Present at liver tumor board 10/12.", True),
        ("NODAT: linagliptin, ref endocrine.", True),
        ("Contact MD if ER <20 by wk 6.", True),
        ("Next: 18 mo visit", True),
        ("Restarted metformin, eating well.", False),
        ("Glucose note from PCP seen.", False),
        ("Chaplain to call this week.", True),
        ("INR on Thursday at the clinic.", True),
        ("Growth ultrasound at 32 weeks", True),
        ("TSH; Expected date: 6 weeks", True),
        ("Colonoscopy due next February.", True),
        ("Prednisone 40 mg daily starting tomorrow.", False),
        ("He fell in December 2008.", False),
        ("CBC daily until stable.", True),
        ("Dental extraction on the 19th.", True),
        ("Partner to be seen at the health department.", True),
        ("He will take it in the morning.", False),
        ("Echo 6/15/2026.", True),
        ("INR Friday.", True),
        ("BMP 2 weeks.", True),
        ("Re-eval 9/9/26.", True),
        ("Drain removal 3/30.", True),
        ("Nodule - CT chest 12 mo given smoking.", True),
        ("Nodule - CT chest 3/4/2024.", False),
        ("Last echo 6/15/2026.", False),
        ("Echo 6/15/2026: normal.", False),
        ("BMP 2 weeks ago.", False),
        ("Labs: TSH, A1c.", True),
        ("Labs: TSH 7.9, A1c 6.1.", False),
        ("Labs: normal.", False),
        ("Weekly CBT.", True),
        ("CEA q3mo.", True),
        ("TURBT listed for 05/05/2026.", True),
        ("If bleeding more than 30 min go to ER.", True),
        ("Return if fever.", True),
        ("Recommendation: PET/CT and tissue sampling.", True),
        ("Recommendation: aspirin.", False),
        ("Continue 5-FU.", False),
        ("She is aware of the suspected cancer referral.", False),
        ("Call back in 48 h.", True),
        ("Ring 111 or attend ED if there is blood.", True),
        ("Attend the day unit by 18:00.", True),
        ("Booking scan 6 July as arranged.", True),
        ("Modified barium swallow study 05/20/2026.", True),
        ("Surveillance cultures 02/21.", True),
        ("Bloods tomorrow by district nurse: CRP.", True),
        ("Revisit Friday 13/02.", True),
        ("Chase the X-ray.", True),
        ("Medical review this morning before 09:00.", True),
        ("GP to advise on a PPI.", True),
        ("EP clinic Dr. Feng 4 weeks re ablation.", True),
        ("Seen in clinic 4 weeks ago.", False),
        ("Next review: 30 January 2026.", True),
        ("If no better by Monday an X-ray.", True),
        ("A neurosurgical opinion has been requested (Dr. Weiss).", True),
        ("Ulcer improving (half smaller in 4 wks).", False),
        ("Haloperidol IV q6h scheduled.", False),
        ("Rest.\nGoals: sleep through the night in 4 weeks.", False),
        ("Goals of care: family meeting tomorrow.", True),
        ("Rest.\nPrognosis: recovery within 6 weeks.", False),
        ("VT 04/22/2026 at 182 bpm.", False),
        ("Clinic 04/22/2026 at 9:40.", True),
        ("Hold lithium, Li q6h till below 1.0.", True),
        ("Gas q6h.", True),
        ("Duonebs q4h.", False),
        ("PT/OT when off BiPAP.", True),
        ("Discuss clopidogrel with his cardiologist.", True),
        ("Discuss clopidogrel with the patient.", False),
        ("Anticipate six weeks of cefazolin.", True),
        ("X-ray in PACU and at 2, 6 and 12 weeks.", True),
        ("Sling for 4 weeks.", True),
        ("Psych c/s in AM re: mood stabilizer.", True),
        ("PT/OT evaluation today.", True),
        ("Uric acid as outpatient.", True),
        ("Outpatient colonoscopy if iron deficient.", True),
        ("Family meeting Thursday at 2 pm.", True),
        ("58M POD 5 from repair of an aneurysm.", False),
        ("Staples out POD 10.", True),
        ("Rest.\n-- A. Roe, PMHNP-BC", False),
    ],
)
def test_a_plan_tells_what_is_ahead_by_when(tmp_path, line, ahead):
    assert bool(told(tmp_path, f"CHIEF COMPLAINT: Cough.\n\nPLAN: {line}\n")) == ahead


def test_what_is_pending_is_ahead_whatever_its_section_is_called(tmp_path):
    note = "PLAN: Rest.\n\nPENDING AT DISCHARGE: germline panel, sent 02/09.\n"
    assert told(tmp_path, note) == ["germline panel, sent 02/09."]


def test_a_row_is_ahead_where_one_of_its_cells_is(tmp_path):
    head = "| Problem | Status | Plan |\n|---|---|---|\n"
    table = f"{head}| CKD | eGFR 22, was 26 | Vein referral |\n"
    [row] = told(tmp_path, f"Assessment and Plan\n\n{table}")
    assert row.endswith("Vein referral")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RESULTS: Endoscopy, final results pending.\n\nPLAN: Rest.", ["final results pending"]),
        ("HOSPITAL COURSE: The lesion could be followed up with Dr. Y.\n\nPLAN: Rest.",
         ["could be followed up"]),
        ("PLAN:\n1. She is going to go to lab to obtain a hemoglobin A1c.", ["hemoglobin A1c"]),
        ("PLAN:\n1. Echocardiogram, stress test.\n2. Rest.", ["Echocardiogram"]),
        ("PLAN: We plan to see the patient back in approximately 6 months or sooner.",
         ["see the patient back"]),
        ("PLAN: Recommend quantitative HCG for dating.", ["Recommend quantitative"]),
        ("PLAN: Repeat CTs showed no change.", []),
        ("PLAN: Elevated CEA.", []),
        ("HPI: He was seen in clinic 4 weeks ago.\n\nPLAN: It was good to see him.", []),
    ],
)  # fmt: skip
def test_what_is_ordered_planned_or_pending_is_ahead(tmp_path, text, expected):
    (tmp_path / "note.txt").write_text(f"CHIEF COMPLAINT: Cough.\n\n{text}\n")
    document = read(tmp_path / "note.txt")
    found = follow_up(document, sentences(document.text, document.passages))
    assert len(found) == len(expected)
    assert all(part in place.text for part, place in zip(expected, found, strict=True))
