"""C-CDA documents read as their narrative, with sections by LOINC code."""

from __future__ import annotations

import base64
import gzip
import re
from pathlib import Path

import pytest
from lxml import etree

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.read import read

CDA = """<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="CDA.xsl"?>
<!-- made for a test --><ClinicalDocument xmlns="urn:hl7-org:v3"><title>Progress
 Note</title><recordTarget><patient>Ada</patient></recordTarget>
<component>{body}</component></ClinicalDocument>"""
SECTION = """<component><section><code code="{code}"/><title>{title}</title><text>{text}</text>
{rest}</section></component>"""


def read_cda(folder: Path, body: str) -> Document:
    path = folder / "note.dat"
    path.write_text(CDA.replace("{body}", body), encoding="utf-8")
    return read(path)


def structured(*sections: str) -> str:
    return f"<structuredBody>{''.join(sections)}</structuredBody>"


def section(code: str, title: str, text: str, rest: str = "") -> str:
    return SECTION.format(code=code, title=title, text=text, rest=rest)


def test_narrative_with_sections(tmp_path: Path) -> None:
    document = read_cda(
        tmp_path,
        structured(
            section("10164-2", "STORY", "<paragraph>Cough.</paragraph>"),
            section("x", "ALLERGIES", "<list><item>Eggs</item><item>Nuts</item></list>"),
            section("x", "Odd Things", "None."),
        ),
    )
    found = [(p.kind, p.section, document.text[p.start : p.end]) for p in document.passages]
    assert found == [
        ("title", None, "Progress Note"),
        ("title", "HPI", "STORY"),
        ("paragraph", "HPI", "Cough."),
        ("title", "Allergies", "ALLERGIES"),
        ("list", "Allergies", "Eggs"),
        ("list", "Allergies", "Nuts"),
        ("title", "Odd Things", "Odd Things"),
        ("paragraph", "Odd Things", "None."),
    ]
    assert document.media_type == "application/hl7-cda+xml"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('<effectiveTime value="201209161905-0400"/>', "2012-09-16"),
        ('<effectiveTime value="2012"/>', None),
        ('<effectiveTime value="20121345"/>', None),
        ('<effectiveTime nullFlavor="UNK"/>', None),
        ("", None),
    ],
)
def test_the_header_dates_the_document(tmp_path: Path, header: str, expected: str | None) -> None:
    path = tmp_path / "note.xml"
    body = structured(section("x", "PLAN", "Rest.", '<effectiveTime value="20010203"/>'))
    path.write_text(CDA.replace("{body}", body).replace("<component>", f"{header}<component>", 1))
    assert read(path).dated == expected


def test_tables_know_their_heads(tmp_path: Path) -> None:
    table = (
        "<table><thead><tr><th>Drug</th><th>Dose</th></tr></thead>"
        "<tbody><tr><td>Aspirin</td><td>81 mg</td></tr></tbody></table>"
    )
    document = read_cda(tmp_path, structured(section("10160-0", "MEDS", table)))
    last = document.passages[-1]
    assert (last.section, last.row, last.column) == ("Medications", "Aspirin", "Dose")


def test_header_and_entries_are_counted_as_dropped(tmp_path: Path) -> None:
    entry = "<entry><act><text>coded</text></act></entry>"
    document = read_cda(tmp_path, structured(section("x", "PLAN", "Rest.", entry)))
    assert document.coverage.dropped == {"CDA header": 3, "coded entries": 5}
    assert "coded" not in document.text


def test_subsections_follow_their_section(tmp_path: Path) -> None:
    inner = section("29545-1", "EXAM", "Clear.")
    document = read_cda(tmp_path, structured(section("61149-1", "OBJECTIVE", "Seen.", inner)))
    assert [p.section for p in document.passages][1:] == ["Objective"] * 2 + ["Physical Exam"] * 2


@pytest.mark.parametrize(
    "content",
    [b"HPI: Cough.\n\nPLAN: Rest.", rb"{\rtf1\ansi HPI: Cough.\par PLAN: Rest.\par}"],
    ids=["text", "rtf"],
)
def test_body_that_is_no_xml(tmp_path: Path, content: bytes) -> None:
    encoded = base64.encodebytes(content).decode()
    document = read_cda(
        tmp_path, f"<nonXMLBody><text representation='B64'>{encoded}</text></nonXMLBody>"
    )
    found = {document.text[p.start : p.end]: p.section for p in document.passages}
    assert found["HPI: Cough."] == "HPI"
    assert found["PLAN: Rest."] == "Plan"


def test_plain_body(tmp_path: Path) -> None:
    document = read_cda(tmp_path, "<nonXMLBody><text>Cough &amp; cold.</text></nonXMLBody>")
    assert document.text == "Progress Note\n\nCough & cold."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<ClinicalDocument xmlns='urn:hl7-org:v3'><title>secret", "the XML is damaged"),
        (
            CDA.replace(
                "{body}", "<nonXMLBody><text representation='B64'>secret=a</text></nonXMLBody>"
            ),
            "damaged base64",
        ),
    ],
    ids=["cut off", "broken base64"],
)
def test_refusals_never_quote_the_text(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "note.xml"
    path.write_text(content)
    with pytest.raises(IngestionError, match=words) as caught:
        read(path)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("document_type", "text"),
    [
        ("<!DOCTYPE x [<!ENTITY a 'secret'>]>", "Cough &a; cold."),
        ("<!DOCTYPE x [<!ENTITY a 'secret'>]>", "Cough."),
        ("<!DOCTYPE x SYSTEM 'cda.dtd'>", "Cough&nbsp;cold."),
    ],
    ids=["used", "declared", "declared elsewhere"],
)
def test_entities_are_refused_in_any_encoding(
    tmp_path: Path, encoding: str, document_type: str, text: str
) -> None:
    body = structured(section("10164-2", "HPI", text))
    path = tmp_path / "note.xml"
    path.write_text(document_type + CDA[CDA.index("<!--") :].replace("{body}", body), encoding)
    with pytest.raises(IngestionError, match="has entities of its own") as caught:
        read(path)
    assert "secret" not in str(caught.value)


def test_shared_documents_keep_every_word_of_their_narrative(shared_data: Path) -> None:
    paths = sorted((shared_data / "clinical" / "ccda").glob("*.xml.gz"))
    assert paths
    for path in paths:
        document = read(path)
        root = etree.fromstring(gzip.decompress(path.read_bytes()))
        expected: list[str] = []
        for text in root.iter("{*}section"):
            for part in text.iterfind("{*}text"):
                expected.extend(re.findall(r"[^\W\d]+|\d+", " ".join(map(str, part.itertext()))))
        assert sorted(set(expected) - set(re.findall(r"[^\W\d]+|\d+", document.text))) == [], (
            path.name
        )
        assert {p.section for p in document.passages} != {None}, path.name
