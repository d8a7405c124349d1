"""Where a passage stands among sections and headings, in every format that has them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from secateur.pipelines.document.document import Document
from secateur.pipelines.ingestion.read import read


def paths(folder: Path, data: bytes | str) -> dict[str, tuple[str, ...]]:
    path = folder / "file"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    document = read(path)
    check_sections(document)
    return {document.text[p.start : p.end]: p.section_path for p in document.passages}


def check_sections(document: Document) -> None:
    """The section of a passage is one of its path, and begins the path but for its parents."""
    sections = {section.start: section for section in document.sections}
    for passage in document.passages:
        assert passage.section is None or passage.section in passage.section_path
        if passage.start in sections:
            assert passage.section_path == sections[passage.start].path


REPORT = """<html><p><b>Item 1. Business</b></p><p>Pumps.</p><p><b>PART II</b></p>
<p><b>Item 7.</b></p><p><b>Management’s Discussion and Analysis</b></p><p>Intro.</p>
<p style="font-size:10pt;font-weight:700">RESULTS</p><p>All.</p>
<p style="font-size:10pt"><b>Net sales</b></p><p>They rose.</p>
<p style="font-size:10pt"><b><i>By region</i></b></p><table><tr><td>North<td>5</table>
<p style="font-size:10pt"><b>Costs:</b></p><p>They fell.</p>
<p style="font-size:10pt"><b>LIQUIDITY</b></p><p>Cash.</p>
<p style="font-size:14pt"><b>Outlook</b></p><p>Good.</p>
<p><b>Item 8. Financial Statements</b></p><p>Audited.</p></html>"""


def test_headings_of_a_report_by_their_looks(tmp_path: Path) -> None:
    found = paths(tmp_path, REPORT)
    assert found["Pumps."] == ("Item 1",)
    assert found["Intro."] == ("Item 7",)
    assert found["All."] == ("Item 7", "RESULTS")
    assert found["They rose."] == ("Item 7", "RESULTS", "Net sales")
    assert found["North"] == found["5"] == ("Item 7", "RESULTS", "Net sales", "By region")
    assert found["They fell."] == ("Item 7", "RESULTS", "Costs")
    assert found["Cash."] == ("Item 7", "LIQUIDITY")
    assert found["Good."] == ("Item 7", "Outlook")
    assert found["Audited."] == ("Item 8",)


def test_heads_of_pages_are_no_headings(tmp_path: Path) -> None:
    page = "<p><b>ACME CORP</b></p><p>Words of page {}.</p>"
    body = "<p><b>Results</b></p>" + "".join(page.format(number) for number in range(12))
    assert paths(tmp_path, f"<html>{body}")["Words of page 9."] == ("Results",)


MARKDOWN = "# Report\n\n## Results\n\nUp.\n\n### North\n\nTwo.\n\n## Outlook\n\nGood.\n"


def word() -> bytes:
    document = docx.Document()
    document.add_heading("Report", 0)
    for level, title, text in [
        (1, "Results", "Up."),
        (2, "North", "Two."),
        (1, "Outlook", "Good."),
    ]:
        document.add_heading(title, level)
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        MARKDOWN,
        word(),
        "<html><h1>Report</h1><h2>Results</h2><p>Up.</p><h3>North</h3><p>Two.</p>"
        "<h2>Outlook</h2><p>Good.</p>",
    ],
    ids=["markdown", "word", "html"],
)
def test_headings_with_levels(tmp_path: Path, data: bytes | str) -> None:
    found = paths(tmp_path, data)
    assert found["Up."] == ("Report", "Results")
    assert found["Two."] == ("Report", "Results", "North")
    assert found["Good."] == ("Report", "Outlook")


def test_an_outline_level_that_word_does_not_have_is_the_first(tmp_path: Path) -> None:
    document = docx.Document()
    for level, text in (("1", "North"), ("12", "Outlook"), (None, "Good.")):
        paragraph = document.add_paragraph(text)
        if level:
            outline = OxmlElement("w:outlineLvl")
            outline.set(qn("w:val"), level)
            paragraph._p.get_or_add_pPr().append(outline)
    buffer = io.BytesIO()
    document.save(buffer)
    assert paths(tmp_path, buffer.getvalue())["Good."] == ("Outlook",)


def test_sections_of_a_note(tmp_path: Path) -> None:
    note = (
        "SUBJECTIVE:\n\nHPI: cough.\n\nOBJECTIVE:\n\nPHYSICAL EXAM:\n\nHEENT: clear.\n\n"
        "Lungs: wheeze.\n\nPLAN:\n\nRest.\n\nMEDICATIONS: none."
    )
    found = paths(tmp_path, note)
    assert found["HPI: cough."] == ("Subjective", "HPI")
    assert found["HEENT: clear."] == ("Objective", "Physical Exam", "HEENT")
    assert found["Lungs: wheeze."] == ("Objective", "Physical Exam", "Lungs")
    assert found["Rest."] == ("Plan",)
    assert found["MEDICATIONS: none."] == ("Medications",), "behind the plan, in neither half"


CDA = """<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Note</title><component><structuredBody>
<component><section><title>Objective</title><text>Seen.</text><component><section>
<title>Physical Exam</title><text><paragraph>Clear.</paragraph></text></section></component>
</section></component><component><section><text>Loose.</text></section></component>
</structuredBody></component></ClinicalDocument>"""


def test_sections_of_cda(tmp_path: Path) -> None:
    found = paths(tmp_path, CDA)
    assert found["Seen."] == ("Objective",)
    assert found["Clear."] == ("Objective", "Physical Exam")
    assert found["Loose."] == ()


def test_sections_of_fhir(tmp_path: Path) -> None:
    def text(markup: str) -> dict[str, str]:
        return {"div": f"<div xmlns='http://www.w3.org/1999/xhtml'>{markup}</div>"}

    composition = {
        "resourceType": "Composition",
        "section": [
            {
                "title": "Objective",
                "text": text("<p>Seen.</p>"),
                "section": [
                    {"title": "Exam", "text": text("<h4>Chest</h4><p>Clear.</p>")},
                    {"text": text("<p>Loose.</p>")},
                ],
            },
        ],
    }
    found = paths(tmp_path, json.dumps(composition))
    assert found["Seen."] == ("Objective",)
    assert found["Clear."] == ("Objective", "Physical Exam", "Chest")
    assert found["Loose."] == ("Objective",)


def test_no_section_goes_on_into_the_next_document(tmp_path: Path) -> None:
    notes = ["HPI: cough.\n\nPLAN: rest.", "A letter."]
    mail = "Message-ID: 1\nFrom: a\nContent-Type: multipart/mixed; boundary=b\n\n"
    mail += "".join(f"--b\nContent-Type: text/plain\n\n{note}\n" for note in notes) + "--b--\n"
    found = paths(tmp_path, mail)
    assert found["PLAN: rest."] == ("Plan",)
    assert found["A letter."] == ()
