"""The date that a note bears."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from secateur.pipelines.clinical.language.dates import date_of
from secateur.pipelines.document.document import Document, Passage


def _document(text):
    return Document("n.txt", text, (Passage(0, len(text)),), "text/plain")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DOB: 03/14/1957\nADMITTED: 11/04/2024", date(2024, 11, 4)),
        ("Labs of 01/02/2023.\nDate of visit: March 3, 2024", date(2024, 3, 3)),
        ("Born 2 May 1980. Letter, 12th June 2021.", date(2021, 6, 12)),
        ("Exam date/time: 2025-01-31", date(2025, 1, 31)),
        ("DOB 03/14/1957, 13/45/2020, next week.", None),
        ("Date of service: 7/2/24\nHPI: bypass on 01/05/2019.", date(2024, 7, 2)),
        ("Report date: 3/4/97", date(1997, 3, 4)),
        ("DATE: 12-Mar-2024\nStroke 03/03/2015.", date(2024, 3, 12)),
        ("Date of Service: 2024/03/12\nStress test 01/01/2020", date(2024, 3, 12)),
        ("Visit date: Monday, March 4th, 2024\nFell 1/1/2020.", date(2024, 3, 4)),
        ("Seen on 25.03.2024.", date(2024, 3, 25)),
        ("Seen on 12.03.2024.", None),
        ("She was last seen 01/05/2023.\nDate of visit: 02/06/2024", date(2024, 2, 6)),
        ("She was seen 01/05/2023.\nDate of visit: 02/06/2024", date(2024, 2, 6)),
        ("Last visit date: 01/05/2023\nSigned: 02/06/2024", date(2024, 2, 6)),
        ("Date of surgery: 05/06/2022. Date of visit: 02/06/2024", date(2024, 2, 6)),
        ("Onset date: 01/05/2023. She was seen on 02/06/2024.", date(2024, 2, 6)),
        ("Date of visit: March 2024\nBypass on 01/05/2019.", None),
        ("7/2/24\nDear Ana, since the bypass on 01/05/2019 all is well.", date(2024, 7, 2)),
        ("LMP: 08/21/04. Follow-up is set for 09/30/04.", None),
        ("DATE: 5/14\nBypass on 01/05/2019.", None),
        ("DATE:\nBypass on 01/05/2019.", None),
        ("CHEST FILM\nComparison: film of 03/03/2024.\nClear lungs.", None),
        ("30-year-old, EDC 12/22/2025, with cramps.", None),
        ("Your next visit is 12/01/2025 at 9:30.", None),
        ("WARD NOTE\n\nHospital day 2 - 3/4/2025\nBetter.", date(2025, 3, 4)),
        ("DOS: 3/5/25\nBypass on 01/05/2019.", date(2025, 3, 5)),
        ("DATE: 05MAR2025", date(2025, 3, 5)),
        ("Date: 20250305", date(2025, 3, 5)),
        ("MRN: 20250305", None),
        ("Visit: 3/5/2025", date(2025, 3, 5)),
        ("Next visit: 3/5/2025", None),
        ("Today: 3/5/2025", date(2025, 3, 5)),
        ("Collected: 02/20/2025 08:10 Reported: 02/22/2025", date(2025, 2, 20)),
        ("Electronically signed by Wilhelmina Chowdhury-Smith, MD on 3/1/2025", date(2025, 3, 1)),
        (
            "DISCHARGE SUMMARY\nAdmission Date: 11/02/2024\nDischarge Date: 11/07/2024",
            date(2024, 11, 7),
        ),
        ("Admission Date: 11/02/2024\nDischarge Date: 11/07/2024", date(2024, 11, 2)),
        ("Seen on 28/03/2026.", date(2026, 3, 28)),
        ("Date: 03/04/2026\nDOB 25/12/1949", date(2026, 4, 3)),
        ("Date: 03/04/2026\nDOB 12/25/1949", date(2026, 3, 4)),
        ("Date: 03/04/2026\nDOB 25/12/1949, film of 12/31/2020", None),
        ("Date: 03/14/2026\nDOB 25/12/1949", date(2026, 3, 14)),
        ("Clinic date: 2026-05-19T09:30", date(2026, 5, 19)),
        ("Call date/time: 1/22/2026 8:05 AM", date(2026, 1, 22)),
        ("DOA: 3/3/26", date(2026, 3, 3)),
        ("DISCHARGE SUMMARY\nDOA: 3/3/26 DOD: 3/6/26\nDictated: 3/11/2026", date(2026, 3, 6)),
        ("Dictated: 3/11/2026 Typed: 3/12/2026\nClinic date: 3/6/2026", date(2026, 3, 6)),
        ("Dictated: 3/11/2026\nDate of surgery: 3/6/2026", date(2026, 3, 6)),
        ("Ward round\n\nStable.\nEats well.\nWalks.\n3/4/2025\nHome.", date(2025, 3, 4)),
    ],
)
def test_a_document_bears_the_date_that_is_labelled(text, expected):
    assert date_of(_document(text)) == expected


def test_the_date_of_the_format_wins():
    document = replace(_document("Date of visit: 02/06/2024"), dated="2012-09-16")
    assert date_of(document) == date(2012, 9, 16)


def test_a_list_of_medications_to_go_home_with_makes_a_discharge():
    text = "Admission Date: 11/02/2024\nDischarge Date: 11/07/2024\nWarfarin"
    document = _document(text)
    passage = Passage(len(text) - 8, len(text), section="Discharge Medications")
    listed = replace(document, passages=(passage,))
    assert (date_of(document), date_of(listed)) == (date(2024, 11, 2), date(2024, 11, 7))


def test_other_text_of_the_record_tells_which_of_day_and_month_is_first():
    note = _document("Date: 03/04/2026")
    assert date_of(note) == date(2026, 3, 4)
    assert date_of(note, "Date: 25/03/2026") == date(2026, 4, 3)
