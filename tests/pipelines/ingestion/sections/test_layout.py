"""Headings of notes behind line breaks and beside their text."""

from pathlib import Path

import docx

from secateur.pipelines.document.document import Document
from secateur.pipelines.ingestion.read import read

LINES = ("HPI: cough", "Home medications:", "lisinopril", "Allergies: latex", "Plan: BMP soon")
NAMES = ["HPI", "Medications", "Allergies", "Plan"]


def text_of(document: Document, name: str) -> str:
    [section] = [section for section in document.sections if section.name == name]
    return document.text[section.start : section.end].strip()


def test_a_line_of_a_block_opens_a_section(tmp_path: Path) -> None:
    path = tmp_path / "note.html"
    path.write_text(f"<html><body><div>{'<br/>'.join(LINES)}</div></body></html>")
    document = read(path)
    assert [section.name for section in document.sections] == NAMES
    assert text_of(document, "Allergies") == "Allergies: latex"
    source = document.passages[3].source
    assert source is not None
    assert path.read_bytes()[slice(*source)] == b"Allergies: latex"


def test_soft_breaks_of_a_paragraph_open_sections(tmp_path: Path) -> None:
    word = docx.Document()
    run = word.add_paragraph().add_run(LINES[0])
    for line in LINES[1:]:
        run.add_break()
        run.add_text(line)
    word.save(str(tmp_path / "note.docx"))
    document = read(tmp_path / "note.docx")
    assert [section.name for section in document.sections] == NAMES


def test_lines_without_headings_stay_one_block(tmp_path: Path) -> None:
    (tmp_path / "note.html").write_text("<p>One: a<br>Two: b<br>Three</p><p>Four</p>")
    assert len(read(tmp_path / "note.html").passages) == 2


def test_a_form_has_a_section_for_each_row(tmp_path: Path) -> None:
    rows = (("Medications", "lisinopril<br>aspirin"), ("Allergies:", "latex"), ("Plan", "rest"))
    cells = "".join(f"<tr><td>{label}</td><td>{text}</td></tr>" for label, text in rows)
    (tmp_path / "note.html").write_text(f"<p>HPI: cough</p><table>{cells}</table>")
    document = read(tmp_path / "note.html")
    assert [section.name for section in document.sections] == NAMES
    assert text_of(document, "Medications") == "Medications\n\nlisinopril\n\naspirin"


def test_a_table_of_values_is_no_form(tmp_path: Path) -> None:
    table = "<table><tr><td>Plan</td><td>1</td></tr><tr><td>Other</td><td>2</td></tr></table>"
    (tmp_path / "note.html").write_text(f"<p>HPI: cough</p>{table}")
    assert {p.kind for p in read(tmp_path / "note.html").passages} == {"paragraph", "cell"}
