"""Every passage of every format leads back: what stands at its place reads as the passage does."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from email.header import decode_header, make_header
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fhir.resources.composition import Composition
from fhir.resources.documentreference import DocumentReference
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from striprtf.striprtf import rtf_to_text

from secateur.pipelines.document.document import Document, Place
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.parts import bytes_at, open_part
from secateur.pipelines.ingestion.read import read, read_each

MARKUP = re.compile(r"<[^<>]*>")
# What Markdown writes around its text, and the targets of links.
MARKS = re.compile(r"\]\([^)]*\)|\\([^\w\s])|[*_`\[|]")
Reader = Callable[[bytes], str]


def as_markup(raw: bytes) -> str:
    return unescape(MARKUP.sub("", raw.decode()))


def as_rtf(raw: bytes) -> str:
    text = rtf_to_text("{\\rtf1\\ansi " + raw.decode("latin-1") + "}").replace("|", "\t")
    # striprtf gives characters above U+FFFF as two halves.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def as_markdown(raw: bytes) -> str:
    return unescape(MARKS.sub(lambda mark: mark[1] or "", raw.decode()))


def bare(text: str) -> str:
    return "".join(text.split())


def check(path: Path, document: Document, reads: Reader | dict[tuple[str, ...], Reader]) -> None:
    """Each place of a document, by the part that it counts in, shows the passage's own text."""
    assert document.passages
    for passage in document.passages:
        assert passage.source is not None, document.text[passage.start : passage.end]
        reader = reads[passage.part] if isinstance(reads, dict) else reads
        raw = bytes_at(path, passage)
        assert raw == raw.strip(), "white space around a passage is none of it"
        shown = document.text[passage.start : passage.end]
        assert bare(reader(raw)) == bare(shown)
        assert document.locate(passage.start, passage.end) == Place(
            passage.page, passage.box, passage.source, passage.part
        )


def written(folder: Path, data: bytes) -> tuple[Path, Document]:
    path = folder / "file"
    path.write_bytes(data)
    return path, read(path)


def word() -> bytes:
    document = docx.Document()
    document.add_heading("HISTORY", 1)
    paragraph = document.add_paragraph(" Cough & “cold” for ")
    paragraph.add_run("two").bold = True
    paragraph.add_run(" weeks.")
    document.add_paragraph("two")
    document.element.body.insert(
        2,
        parse_xml(
            f"<w:p {nsdecls('w')}><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:rPr>"
            "<w:vanish/></w:rPr><w:t>two</w:t></w:r><w:r><w:t/></w:r><w:del><w:r><w:delText>two"
            "</w:delText></w:r></w:del><w:r><w:t>seen é😀</w:t></w:r></w:p>"
        ),
    )
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["", "2024", "two", "71"], strict=True):
        cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_word(tmp_path: Path) -> None:
    path, document = written(tmp_path, word())
    check(path, document, {("word/document.xml",): as_markup})
    assert document.coverage.dropped == {"hidden": 3, "tracked deletion": 3}
    twos = [p for p in document.passages if document.text[p.start : p.end] == "two"]
    assert len({p.source for p in twos}) == 2, "equal texts stand at places of their own"


RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\info{\title Note}}"
    rb"\pard\b  ASSESSMENT:\b0\par Caf\'e9 \u8220?visit\u8221? \{5\} - \emdash  {\i it} \u-10179?"
    rb"\u-8704?\par\par x\line PLAN: Rest \u8221\par"
    rb"\trowd a\cell b \cell\row 1\cell 2\cell\row\pard End.\par}"
)


def test_rtf(tmp_path: Path) -> None:
    path, document = written(tmp_path, RTF)
    check(path, document, {(): as_rtf})
    assert "“visit” {5}" in document.text
    assert "😀" in document.text
    assert document.text.startswith("ASSESSMENT:")


def test_rtf_of_several_bytes_a_character(tmp_path: Path) -> None:
    fonts = rb"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset128 Mincho;}}"
    data = rb"{\rtf1\ansi" + fonts + rb"HPI:\par{\f1 \'83\'65\'83\'58}\par}"
    path, document = written(tmp_path, data)
    assert document.text == "HPI:\nテス"
    assert document.passages[-1].source is not None
    assert bytes_at(path, document.passages[-1]) == rb"\'83\'65\'83\'58"


def test_left_out_of_rtf(tmp_path: Path) -> None:
    data = (
        rb"{\rtf1\ansi{\header Ward 5}HPI: seen{\footnote Told by {\b her} son.}{\v not \u233?it}"
        rb"{\deleted gone} \v x\plain and{\*\annotation why}{\pict\bin3 {{{}{\field{\*\fldinst "
        rb"HYPERLINK secret}{\fldrslt link}}.\par End.}"
    )
    _, document = written(tmp_path, data)
    assert document.text.split() == "HPI: seen andlink. End. Told by her son.".split()
    assert document.coverage.dropped == {
        "header and footer": 6,
        "hidden": 8,
        "tracked deletion": 4,
        "comment": 3,
    }


PIECES = [
    rb"\par ", rb"\b ", rb"{\i ", rb"}", b"word ", b" ", b"x", rb"\'e9", rb"\u8220?", rb"\u8221 ",
    rb"\line ", rb"\tab ", rb"\cell ", rb"\row ", rb"\{", rb"\~", rb"\bullet ", b"\r\n", rb"\uc0 ",
    rb"\uc2 ", rb"{\*\x gone}", rb"{\pict 00}", rb"\f1 ", rb"\plain ", rb"\'83\'65", b"a-b ",
]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_marks_do_not_change_what_rtf_reads(tmp_path: Path, pieces: list[bytes]) -> None:
    inner = b"".join(pieces)
    closed = inner + b"}" * max(inner.count(b"{") - inner.count(b"\\{") - inner.count(b"}"), 0)
    data = rb"{\rtf1\ansi{\fonttbl{\f1\fcharset128 M;}}HPI: a\par " + closed + b"}"
    path, document = written(tmp_path, data)
    whole = rtf_to_text(data.decode("latin-1"), errors="replace")
    assert bare(document.text).replace("|", "") == bare(whole).replace("|", "")
    for passage in document.passages:
        assert passage.source is None or bytes_at(path, passage)


MARKDOWN = (
    '# Report *two* &amp; \\*more\n\n## Results [of](https://example.org/a "b") `May  3`\n\n'
    "Sales **rose**\nto AT&T’s 5\\|6.\n\n> quoted *text*\n\n- one\n- two\n\n      code two\n\n"
    "| | 2024 |\n|---|---|\n| Net \\| gross | **7** |\n\n```\nx = 1\n\ny < 2\n```\n\ntwo\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_markdown(tmp_path: Path, encoding: str) -> None:
    path, document = written(tmp_path, MARKDOWN.encode(encoding))
    assert document.media_type == "text/markdown"
    check(path, document, {(): as_markdown})
    last = document.passages[-1]
    assert last.source is not None
    assert last.source[0] == path.read_bytes().rindex(b"two")
    assert document.coverage.dropped == {"link target": len("https://example.org/a")}


def test_markdown_with_line_ends_of_windows(tmp_path: Path) -> None:
    path, document = written(tmp_path, MARKDOWN.replace("\n", "\r\n").encode())
    check(path, document, {(): as_markdown})


def narrative(markup: str) -> dict[str, str]:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{markup}</div>'
    return {"status": "generated", "div": div}


def packed(data: bytes) -> dict[str, Any]:
    return {"attachment": {"data": base64.b64encode(data).decode()}}


def test_fhir(tmp_path: Path) -> None:
    composition = Composition(
        status="final",
        type={"text": "note"},
        date="2024-01-02",
        author=[{"display": "Dr. Hill"}],
        title="  Clinic “note” ",
        section=[
            {
                "title": "Story",
                "text": narrative("<p>Caf&#233; &amp; <b>cough</b>.</p>"),
                "section": [{"title": "Inner", "text": narrative("<p>Eggs</p>")}],
            },
        ],
    )
    reference = DocumentReference(
        status="current",
        description="From outside",
        content=[packed(word()), packed(RTF), packed(b"HPI: caf\xc3\xa9.\n\nPLAN: rest.")],
    )
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": {"resourceType": "Patient", "text": narrative("<p>Ada</p>")}},
            {"resource": json.loads(composition.model_dump_json())},
            {"resource": json.loads(reference.model_dump_json())},
        ],
    }
    path, document = written(tmp_path, json.dumps(bundle).encode())
    note, reference_at = "/entry/1/resource", "/entry/2/resource"
    plain = bytes.decode
    attached = f"{reference_at}/content/{{}}/attachment/data"
    check(
        path,
        document,
        {
            (f"{note}/title",): plain,
            (f"{note}/section/0/title",): plain,
            (f"{note}/section/0/text/div",): as_markup,
            (f"{note}/section/0/section/0/title",): plain,
            (f"{note}/section/0/section/0/text/div",): as_markup,
            (f"{reference_at}/description",): plain,
            (attached.format(0), "word/document.xml"): as_markup,
            (attached.format(1),): as_rtf,
            (attached.format(2),): plain,
        },
    )
    assert document.coverage.dropped["other resources"] == len("Ada")


def as_subject(raw: bytes) -> str:
    return str(make_header(decode_header(raw.decode())))


def test_mail(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["Subject"], inner["Message-ID"] = "Forwarded", "<2@example.org>"
    inner.set_content("Inner body.")
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr("old/a.txt", "Packed one.")
        archive.writestr("b.rtf", RTF)
    mail = EmailMessage()
    mail["Message-ID"] = "<1@example.org>"
    mail["Subject"] = "Bilan de l’été " + "and so on " * 9
    mail.set_content("plain café", charset="latin-1", cte="quoted-printable")
    mail.add_alternative("<html><p>Café <b>fermé</b></p></html>", "html", cte="base64")
    mail.add_attachment(word(), "application", "msword", filename="a.docx")
    mail.add_attachment(box.getvalue(), "application", "zip", filename="all.zip")
    mail.add_attachment(inner)
    path, document = written(tmp_path, mail.as_bytes())
    check(
        path,
        document,
        {
            (): as_subject,
            ("1.2",): as_markup,
            ("2", "word/document.xml"): as_markup,
            ("3", "old/a.txt"): bytes.decode,
            ("3", "b.rtf"): as_rtf,
            ("4",): bytes.decode,
            ("4", "1"): bytes.decode,
        },
    )
    assert document.coverage.dropped["other mail body"] == len("plain café\n")


def test_parts_of_parts_are_read(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Message-ID"], mail["Subject"] = "<1@example.org>", "Two"
    mail.set_content("First.")
    mail.make_mixed()
    second = EmailMessage()
    second.set_content("Second in plain words.")
    second.add_alternative("<html><p>Second.</p></html>", subtype="html")
    mail.attach(second)
    path, document = written(tmp_path, mail.as_bytes())
    assert document.text.split() == ["Two", "First.", "Second."]
    check(path, document, {(): as_subject, ("1",): bytes.decode, ("2.2",): as_markup})


CDA = (
    "<ClinicalDocument xmlns='urn:hl7-org:v3'><title>Note</title><component><nonXMLBody>"
    "<text representation='B64'>{}</text></nonXMLBody></component></ClinicalDocument>"
)


def test_body_of_a_cda_document_that_is_no_xml(tmp_path: Path) -> None:
    body = base64.encodebytes(b"HPI: cough.\n\nPLAN: rest.").decode()
    path, document = written(tmp_path, CDA.format(body).encode())
    check(path, document, {(): as_markup, ("/*/*[2]/*/*",): bytes.decode})


def test_members_of_an_archive(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.docx", word())
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("more.zip", inner.getvalue())
        archive.writestr("b.txt.gz", gzip.compress(b"HPI: cough."))
    path = tmp_path / "all.zip"
    path.write_bytes(outer.getvalue())
    first, second = read_each(path)
    check(path, first, {("more.zip", "a.docx", "word/document.xml"): as_markup})
    check(path, second, {("b.txt.gz",): bytes.decode})


def test_rtf_of_a_shared_cda_document(shared_data: Path, tmp_path: Path) -> None:
    data = gzip.decompress((shared_data / "clinical" / "ccda" / "RTF_Note.xml.gz").read_bytes())
    (note,) = re.findall(rb'representation="B64">([^<]*)<', data)
    path, document = written(tmp_path, base64.b64decode(note))
    assert document.media_type == "application/rtf"
    check(path, document, {(): as_rtf})


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"text", ("1",)),
        (b'{"resourceType": "Patient"}', ("/a/0",)),
        (b'{"resourceType": "Patient", "text": {}}', ("/text",)),
        (b'{"resourceType": "Binary", "data": "a"}', ("/data",)),
        (CDA.encode(), ("/*/*[9]",)),
        (CDA.encode(), ("count(/*)",)),
        (CDA.encode(), ("][",)),
        (b"Message-ID: 1\nFrom: a\n\nx", ("1.2",)),
        (word(), ("word/none.xml",)),
    ],
)
def test_missing_part(tmp_path: Path, data: bytes, part: tuple[str, ...]) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(IngestionError, match="has no such part; give the file"):
        open_part(path, part)


def test_place_without_bytes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no bytes"):
        bytes_at(tmp_path / "a.pdf", Place(page=3))
