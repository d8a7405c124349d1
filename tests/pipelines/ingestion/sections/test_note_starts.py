"""Where the notes of a record begin, in files of several."""

from __future__ import annotations

import pytest
from made_charts import FILES, TWO_PATIENTS

from secateur.pipelines.ingestion.read import read
from secateur.pipelines.ingestion.sections.note_starts import header_end

BODY = "She slept well and her cough is almost gone. The lungs are clear. Continue the inhaler."
VISIT = f"HPI: {BODY}\nASSESSMENT: Asthma.\nPLAN: Return in a month. Call if worse."


def joined(*heads: str, body: str = VISIT) -> str:
    return "\n\n".join(f"{head}{body}" for head in heads)


RECORDS = {
    "days alone": (joined("2024-01-04\n", "2024-02-05\n", "2024-03-06\n"), 3),
    "days apart": (joined("01/04/2024\n\n", "02/05/2024\n\n"), 2),
    "days that open a line": (joined("2024-01-04 ", "2024-02-05 ", body=BODY), 2),
    "labelled days": (
        joined("Date of service: May 4, 2024\n", "Date of service: May 9, 2024\n"),
        2,
    ),
    "rules and numbers": (
        joined("=== Note 1, 2024-01-04 ===\n", "=== Note 2, 2024-01-09 ===\n"),
        2,
    ),
    "titles above sections that begin anew": (joined("Progress note\n", "Clinic letter\n"), 2),
    "patients": (joined("Patient: Ann Lee\nMRN: 12-34\n", "Patient: Bo Day\nMRN: 56-78\n"), 2),
    "a letterhead": (TWO_PATIENTS, 5),
    "no headers, sections that begin anew": (joined("", ""), 2),
    "a log": ("\n".join(f"2024-01-0{n}: Seen. {BODY}" for n in range(1, 5)), 4),
}
NOTES = {
    "one visit": VISIT,
    "days of a stay": f"DISCHARGE SUMMARY\nDate: 2024-01-09\n\n{VISIT}\n\n2024-01-05\nFever again.",
    "a table of results": "Clinic note\nDate: 2024-01-09\n\nLABS:\n1/2/2024 Hgb 9\n1/3/2024 Hgb 8",
    "a signature": f"2024-01-09\n\n{VISIT}\n\nElectronically signed by A. Roe, MD\n2024-01-09",
    "a history of years": f"{VISIT}\n\n2012: appendectomy.\n\n2015: hernia repair.",
    "a transcript": "Doctor: How are you?\nPatient: Tired.\nDoctor: Since when?\nPatient: May.",
} | FILES


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_read_note_by_note(name, tmp_path):
    text, count = RECORDS[name]
    (path := tmp_path / "record.txt").write_text(text)
    document = read(path)
    assert len(document.notes) == count
    assert document.notes[0].start == 0
    assert document.notes[-1].end == len(document.text)
    assert all(a.end == b.start for a, b in zip(document.notes, document.notes[1:], strict=False))


@pytest.mark.parametrize("name", NOTES)
def test_one_note_is_not_parted(name, tmp_path):
    (path := tmp_path / "note.txt").write_text(NOTES[name])
    assert read(path).notes == ()


def test_a_section_ends_with_its_note(tmp_path):
    (path := tmp_path / "record.txt").write_text(joined("2024-01-04\n", "2024-02-05\n"))
    document = read(path)
    start = document.text.index("2024-02-05")
    assert document.passage_at(start - 3).section == "Plan"
    assert document.passage_at(start).section is None


def test_the_header_ends_above_the_first_section():
    text = FILES["1-visit.txt"]
    assert text[header_end(text) :].lstrip().startswith("CHIEF COMPLAINT")
    assert header_end(BODY) == 0
