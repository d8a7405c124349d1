"""Several documents of one patient in the order of their dates."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from secateur.pipelines.cli import summaries
from secateur.pipelines.cli.exits import PARTLY
from secateur.pipelines.cli.main import main
from secateur.pipelines.clinical.handover.timeline import DoseChange, build_timeline
from secateur.pipelines.clinical.language.dates import date_of
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.summary import Prescription, Summary
from secateur.pipelines.errors import UsageError


def _document(text):
    return Document("n.txt", text, (Passage(0, len(text)),), "text/plain")


def _summary(name, *drugs, stopped=(), allergies=()):
    summary = Summary(name, "brief", "", (), "full", 1, recovered=False, timings={})
    return replace(summary, medications=drugs, stopped=stopped, allergies=allergies)


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


def test_documents_stand_in_order_and_none_is_left_out():
    dated = [
        (date(2024, 5, 1), _summary("b", "aspirin", "insulin")),
        (None, _summary("c", "iron")),
        (date(2023, 5, 1), _summary("a", "aspirin", "metformin")),
        (date(2024, 6, 1), _summary("d")),
    ]
    events = build_timeline(dated)
    assert [event.summary.doc_id for event in events] == ["a", "b", "d", "c"]
    assert [event.when for event in events] == ["2023-05-01", "2024-05-01", "2024-06-01", None]
    assert [event.started for event in events] == [(), ("insulin",), (), ()]


def _changes(*notes):
    days = (date(2024, month, 1) for month in range(1, 12))
    summaries = [_summary("n", *listed, stopped=ended) for listed, ended in notes]
    dated = list(zip(days, summaries, strict=False))
    return [(event.started, event.stopped) for event in build_timeline(dated)]


def test_a_drug_ends_where_a_note_says_so_and_not_by_silence():
    admitted, report = (("metformin", "lisinopril"), ()), (("ticagrelor",), ())
    ended = ((), ("lisinopril", "ibuprofen"))
    again = (("lisinopril", "metformin"), ())
    assert _changes(admitted, report, ended, again) == [
        ((), ()),
        (("ticagrelor",), ()),
        ((), ("lisinopril",)),
        (("lisinopril",), ()),
    ]


def test_a_drug_that_is_stopped_in_one_form_and_listed_in_another_goes_on():
    first, second = (("metoprolol tartrate",), ()), (("metoprolol succinate",), ("metoprolol",))
    assert _changes(first, second)[1] == ((), ())


def test_a_drug_by_another_name_is_no_change():
    first = ("metoprolol", "potassium", "aspirin", "lisinopril")
    salts = ("metoprolol tartrate", "potassium chloride", "aspirin", "warfarin")
    assert _changes((first, ()), (salts, ("lisinopril",)))[1] == (("warfarin",), ("lisinopril",))


def test_a_trade_name_or_its_letters_are_the_drug():
    pytest.importorskip(
        "drug_named_entity_recognition", reason="the clinical extra is not installed"
    )
    first = ("lasix", "asa", "hctz", "kcl")
    names = ("aspirin", "hydrochlorothiazide", "potassium chloride")
    assert _changes((first, ()), (names, ("furosemide",)))[1] == ((), ("lasix",))


def test_an_allergy_is_new_once_and_a_drug_listed_in_spite_of_it_a_conflict():
    dated = [
        (date(2024, 2, 1), _summary("b", "aspirin", allergies=("latex", "lisinopril"))),
        (None, _summary("d", "lisinopril", allergies=("egg",))),
        (date(2024, 1, 1), _summary("a", "lisinopril", allergies=("latex",))),
        (date(2024, 3, 1), _summary("c", "aspirin", "lisinopril", allergies=("lisinopril",))),
    ]
    events = build_timeline(dated)
    assert [event.new_allergies for event in events] == [(), ("lisinopril",), (), ()]
    assert [event.conflicts for event in events] == [(), (), ("lisinopril",), ("lisinopril",)]


def test_a_tablet_conflicts_with_an_allergy_to_one_of_its_drugs():
    taken = ("lisinopril/hctz", "amlodipine-benazepril", "lisi")
    (event,) = build_timeline([(None, _summary("a", *taken, allergies=("lisinopril", "latex")))])
    assert event.conflicts == ("lisinopril/hctz",)


def _dosed(name, *drugs):
    told = tuple(Prescription(*drug.split("|")) for drug in drugs)
    return replace(_summary(name, *(drug.name for drug in told)), prescriptions=told)


def _dose_changes(*notes, hide=False):
    days = (date(2024, month, 1) for month in range(1, 12))
    dated = [(day, _dosed("n", *drugs)) for day, drugs in zip(days, notes, strict=False)]
    return [event.dose_changes for event in build_timeline(dated, hide=hide)]


def test_a_dose_that_changes_is_told_with_the_day_of_the_one_before():
    first, silent = ("metoprolol tartrate|25 mg|PO|BID",), ("metoprolol",)
    second = ("metoprolol|50 mg||BID",)
    change = DoseChange("metoprolol", "25 mg BID", "50 mg BID", "2024-01-01")
    assert _dose_changes(first, silent, second) == [(), (), (change,)]
    assert _dose_changes(first, second, second) == [(), (change,), ()]
    assert _dose_changes(first, second, hide=True)[1][0].since == "day 0"


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        ("iron|25 mg||BID", "iron|25mg||twice daily", False),
        ("iron|25 mg||b.d.", "iron|25 mg||BID", False),
        ("iron|25 mg||nocte", "iron|25 mg||nightly", False),
        ("iron|25 mg||tds", "iron|25 mg||BID", True),
        ("iron|25 mg, 1 tablet||daily", "iron|25 mg||", False),
        ("iron|25 mg, 1 tablet||daily", "iron|25 mg, 2 tablets||daily", True),
        ("iron|25 mg||BID", "iron|25 mg||daily", True),
        ("iron|24/26||BID", "iron|49/51||BID", True),
        ("iron|5 mg daily except 2.5 mg Tue", "iron|5 mg||daily", True),
    ],
)
def test_another_wording_of_a_dose_is_no_change(before, now, changed):
    assert bool(_dose_changes((before,), (now,))[1]) is changed


def test_doses_of_undated_notes_change_nothing():
    one, other = _dosed("a", "iron|25 mg"), _dosed("b", "iron|50 mg")
    events = build_timeline([(None, one), (date(2024, 1, 1), other), (None, one)])
    assert not any(event.dose_changes for event in events)


def test_a_list_of_medications_to_go_home_with_makes_a_discharge():
    text = "Admission Date: 11/02/2024\nDischarge Date: 11/07/2024\nWarfarin"
    document = _document(text)
    passage = Passage(len(text) - 8, len(text), section="Discharge Medications")
    listed = replace(document, passages=(passage,))
    assert (date_of(document), date_of(listed)) == (date(2024, 11, 2), date(2024, 11, 7))


def test_hidden_dates_are_counted_in_days():
    dated = [(date(2024, 1, 31), _summary("b")), (date(2024, 1, 1), _summary("a"))]
    assert [event.when for event in build_timeline(dated, hide=True)] == ["day 0", "day 30"]


def test_the_command_makes_one_timeline_and_names_what_it_could_not_read(decoder, tmp_path, capsys):
    for name, day in (("late", "05/02/2024"), ("early", "05/01/2023")):
        (tmp_path / f"{name}.txt").write_text(f"DATE: {day}\nPLAN: rest.\n")
    (tmp_path / "bare.txt").write_text("DATE: 5/14\nPLAN: call after 05/05/2022.\n")
    names = ("late.txt", "missing.txt", "bare.txt", "early.txt")
    files = [str(tmp_path / name) for name in names]
    arguments = ["summarize", *files, "--timeline", "--model", decoder]
    assert main(arguments) == PARTLY
    out, err = capsys.readouterr()
    told = json.loads(out)["timeline"]
    assert [(e["when"], e["summary"]["doc_id"]) for e in told] == [
        ("2023-05-01", "early.txt"),
        ("2024-05-02", "late.txt"),
        (None, "bare.txt"),
    ]
    assert "missing.txt" in err
    assert "no date could be read, put last: bare.txt" in err


def test_a_timeline_keeps_to_the_limits_and_goes_on_after_a_note_that_fails(
    decoder, tmp_path, capsys, monkeypatch
):
    texts = {"long": "rest. " * 50, "odd": "PLAN: odd.", "good": "PLAN: rest. \xa3"}
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_bytes(text.encode("latin-1"))
    write = summaries.write_brief

    def refuse(document, *arguments, **options):
        if document.doc_id == "odd.txt":
            raise UsageError("odd.txt: the model has no room for it; take another model")
        return write(document, *arguments, **options)

    monkeypatch.setattr(summaries, "write_brief", refuse)
    files = [str(tmp_path / f"{name}.txt") for name in texts]
    arguments = ["summarize", *files, "--timeline", "--model", decoder]
    assert main([*arguments, "--limit", "characters=100"]) == PARTLY
    out, err = capsys.readouterr()
    assert [e["summary"]["doc_id"] for e in json.loads(out)["timeline"]] == ["good.txt"]
    assert "long.txt: 300 characters are more than the limit of 100" in err
    assert "odd.txt: the model has no room" in err
    assert "good.txt: no Unicode text: read as" in err
