"""One handover over the notes of a record, by patient, with its timeline."""

from __future__ import annotations

import json
from datetime import date

import pytest
from made_charts import FILES, TWO_PATIENTS

from secateur.pipelines.cli.exits import PARTLY
from secateur.pipelines.cli.main import main
from secateur.pipelines.clinical.handover.hand_over import hand_over, hand_overs
from secateur.pipelines.clinical.handover.outdated import due, is_answered, is_status_of
from secateur.pipelines.clinical.handover.render import HANDOVER_FORMATS, handover_files
from secateur.pipelines.document.handover import SECTION_TITLES
from secateur.pipelines.errors import UsageError
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology import sources

pytestmark = pytest.mark.skipif(
    not sources.is_installed(), reason="the clinical extra is not installed"
)
WRITTEN = date(2024, 2, 24)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("okafor")
    for name, text in FILES.items():
        (place / name).write_text(text)
    return place


@pytest.fixture(scope="module")
def okafor(folder):
    (made,) = hand_overs([read(path) for path in sorted(folder.iterdir())])
    return made


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    (path := tmp_path_factory.mktemp("two") / "two.txt").write_text(TWO_PATIENTS)
    return path


def said(handover, name):
    return "\n".join(item.text for item in handover.section(name).items).lower()


def test_drugs_are_reconciled_over_the_notes(okafor):
    rows = {
        i.medication.drug.lower(): i for i in okafor.section("medications").items if i.medication
    }
    assert {drug: row.medication.status for drug, row in rows.items()} == {
        "metformin": "continued",
        "losartan": "continued",
        "empagliflozin": "new",
        "lisinopril": "stopped",
    }
    assert "1000 mg" in rows["metformin"].text
    assert "was 500 mg" in rows["metformin"].text
    assert "2024-02-24" in rows["lisinopril"].text


def test_an_allergy_is_held_against_the_note_that_knew_none(okafor):
    (item,) = okafor.section("allergies").items
    assert item.text.startswith("Sulfa (hives)")
    assert item.flags == ("none known 2024-01-09",)


def test_what_later_notes_answer_or_pass_is_gone(okafor):
    assert "pending" not in okafor.text.lower().replace("pending:", "")
    assert "lund" not in said(okafor, "follow_up")
    assert "4 weeks" not in said(okafor, "follow_up")
    assert "3 months" in said(okafor, "follow_up")


def test_the_timeline_has_a_line_a_note(okafor):
    lines = [item.text for item in okafor.section("timeline").items]
    assert [line.split(" — ")[0] for line in lines] == [
        "2024-01-09: Office visit",
        "2024-01-16: Telephone encounter",
        "2024-02-24: Discharge summary",
        "2024-03-08: Clinic note",
    ]
    assert "started metformin" in lines[0]
    assert "stopped lisinopril" in lines[2]
    assert okafor.words <= okafor.limit


def test_places_are_those_of_the_files(okafor, folder):
    for section in okafor.sections:
        for place in (place for item in section.items for place in item.evidence):
            note = okafor.notes[place.note - 1]
            text = read(folder / note.doc_id).text
            assert text[place.start : place.end] == place.text


def test_patients_are_told_apart_and_unread_notes_named(two):
    voss, brandt = hand_overs([read(two)])
    assert [len(voss.notes), len(brandt.notes)] == [2, 2]
    assert "note 3 (2024-05-20) is in French, not English, and was not read" in voss.notices
    assert "note 2 (2024-05-10) ends in mid-sentence" in brandt.notices
    assert "insulin" not in voss.text
    assert "apixaban" not in brandt.text
    assert "insulin detemir 10 units at bedtime — continued" in brandt.text


@pytest.mark.parametrize("form", HANDOVER_FORMATS)
def test_a_record_is_written_in_each_format(two, form):
    voss, _ = hand_overs([read(two)])
    (content,) = handover_files(voss, form).values()
    assert content
    if HANDOVER_FORMATS[form].text:
        assert b"French" in content
        assert b"Timeline" in content or b'"timeline"' in content


def test_hidden_days_are_counted(two):
    voss, _ = hand_overs([read(two)], hide=lambda document: document)
    assert [note.when for note in voss.notes] == ["day 0", "day 14"]


def test_what_is_not_english_or_not_clinical_gives_no_items(tmp_path):
    french = TWO_PATIENTS[TWO_PATIENTS.index("Le patient") :].split("\n")[0]
    (path := tmp_path / "note.txt").write_text(french)
    made = hand_over(read(path))
    assert made.notices == ("the text is in French, not English; nothing was read from it",)
    assert not any(section.items for section in made.sections)
    assert made.text.startswith("Notice: the text is in French")


@pytest.mark.parametrize(
    ("waits", "later", "answered"),
    [
        ("Blood cultures are pending.", "Blood cultures were negative.", True),
        ("Blood cultures are pending.", "Blood cultures still pending.", False),
        ("Blood cultures are pending.", "Blood pressure 120/80.", False),
        ("TSH pending", "TSH 2.4", True),
    ],
)
def test_a_later_sentence_answers_what_waits(waits, later, answered):
    assert is_answered(waits, [later]) is answered


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Ultrasound on 03/18/2024", date(2024, 3, 18)),
        ("Ultrasound on 3/18", date(2024, 3, 18)),
        ("Ultrasound on January 5", date(2025, 1, 5)),
        ("Return in two weeks", date(2024, 3, 5)),
        ("Return in 4-6 weeks", date(2024, 3, 26)),
        ("Call tomorrow", date(2024, 2, 25)),
        ("See cardiology", None),
        ("Return in no time", None),
    ],
)
def test_a_plan_is_due(text, day):
    assert due(text, WRITTEN) == day


def test_a_status_begins_with_its_problem():
    assert is_status_of("Heart failure, improved", "Heart failure, worse")
    assert not is_status_of("Fell, heart failure is worse", "Heart failure, worse")


def test_the_command_reads_a_folder_as_one_record(folder, capsys):
    assert (
        main(["summarize", "--timeline", str(folder), "missing.txt", "--format", "json"]) == PARTLY
    )
    out, err = capsys.readouterr()
    record = json.loads(out)
    assert [section["name"] for section in record["sections"]] == list(SECTION_TITLES)
    assert [note["doc_id"] for note in record["notes"]] == list(FILES)
    assert "missing.txt" in err
    assert "Okafor" not in err


def test_no_document_is_refused():
    with pytest.raises(UsageError):
        hand_over("note.txt")
