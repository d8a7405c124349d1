"""Word, RTF, Markdown and zip archives."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from time_growth import LINEAR, growth
from zip_archives import zipped

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.read import read, read_each


def read_bytes(folder: Path, data: bytes, limits: Limits | None = None) -> Document:
    path = folder / "file.bin"
    path.write_bytes(data)
    return read(path, limits=limits or Limits())


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_word_document_in_order(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("HISTORY OF PRESENT ILLNESS", 1)
    word.add_paragraph("Cough for").add_run(" two weeks.").bold = True
    word.add_paragraph("Aspirin", style="List Bullet")
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["", "2024", "Weight", "71"], strict=True):
        cell.text = text
    word.add_heading("PLAN", 1)
    document = read_bytes(tmp_path, saved(word))
    found = [(p.kind, p.section, document.text[p.start : p.end]) for p in document.passages]
    assert found == [
        ("title", "HPI", "HISTORY OF PRESENT ILLNESS"),
        ("paragraph", "HPI", "Cough for two weeks."),
        ("list", "HPI", "Aspirin"),
        ("cell", "HPI", "2024"),
        ("cell", "HPI", "Weight"),
        ("cell", "HPI", "71"),
        ("title", "Plan", "PLAN"),
    ]
    assert document.passages[5].column == "2024"


@pytest.mark.parametrize(
    ("markup", "text", "dropped"),
    [
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>", "a b\nc", {}),
        ("<w:ins><w:r><w:t>new</w:t></w:r></w:ins>", "new", {}),
        (
            "<w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>",
            "kept",
            {"tracked deletion": 4},
        ),
        (
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>gone</w:t></w:r><w:r><w:t>kept</w:t></w:r>",
            "kept",
            {"hidden": 4},
        ),
        (
            "<w:r><w:rPr><w:strike/></w:rPr><w:t>gone</w:t></w:r><w:r><w:t>kept</w:t></w:r>",
            "kept",
            {"struck out": 4},
        ),
        (
            "<w:r><w:rPr><w:strike w:val='off'/></w:rPr><w:t>a</w:t></w:r>"
            "<w:r><w:rPr><w:dstrike w:val='0'/></w:rPr><w:t>b</w:t></w:r>"
            "<w:r><w:rPr><w:vanish w:val='false'/></w:rPr><w:t>c</w:t></w:r>",
            "abc",
            {},
        ),
        ("<w:sdt><w:sdtContent><w:r><w:t>field</w:t></w:r></w:sdtContent></w:sdt>", "field", {}),
        ("<w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink>", "link", {}),
        (
            "<w:r><w:t>BMI = </w:t></w:r><m:oMath><m:f><m:num><m:r><m:t>80</m:t></m:r></m:num>"
            "<m:den><m:sSup><m:e><m:r><m:t>1.8</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r>"
            "</m:sup></m:sSup></m:den></m:f></m:oMath><w:r><w:t xml:space='preserve'> now"
            "</w:t></w:r>",
            "BMI = 80/1.8^2 now",
            {},
        ),
    ],
    ids=[
        "breaks",
        "insertion",
        "deletion",
        "hidden",
        "struck",
        "switched off",
        "content control",
        "link",
        "equation",
    ],
)
def test_word_markup(tmp_path: Path, markup: str, text: str, dropped: dict[str, int]) -> None:
    word = docx.Document()
    maths = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    paragraph = parse_xml(f"<w:p {nsdecls('w')} xmlns:m='{maths}'>{markup}</w:p>")
    word.element.body.insert(0, paragraph)
    document = read_bytes(tmp_path, saved(word))
    assert document.text == text
    assert document.coverage.dropped == dropped


def test_head_of_the_page_and_hidden_styles_are_left_out_and_counted(tmp_path: Path) -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Ward 5"
    style = word.styles.add_style("Secret", WD_STYLE_TYPE.CHARACTER)
    style.font.hidden = True
    word.add_paragraph("Seen").add_run("not", style="Secret")
    document = read_bytes(tmp_path, saved(word))
    assert document.text == "Seen"
    assert document.coverage.dropped == {"header and footer": 6, "hidden": 3}


def test_archive_with_a_word_document_in_it_is_an_archive(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("HPI: well.")
    packed = zipped({"a.docx": saved(word)}, zipfile.ZIP_STORED)
    assert read_bytes(tmp_path, packed).text == "HPI: well."


def test_damaged_word_document(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match="Word document is damaged"):
        read_bytes(tmp_path, zipped({"word/document.xml": b"<w:document"}))


def test_word_document_with_a_damaged_part_is_named_as_a_whole(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("HPI: cough.")
    data = bytearray(saved(word))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        begin = package.getinfo("word/document.xml").header_offset
    data[begin + 200] ^= 0xFF
    (tmp_path / "note.docx").write_bytes(data)
    (error,) = read_each(tmp_path / "note.docx")
    assert str(error).startswith(f"{tmp_path}/note.docx: the Word document is damaged; save it ")
    assert error.inner_name == ""


def test_word_document_with_entities_is_refused_for_their_text_would_be_missing(
    tmp_path: Path,
) -> None:
    word = docx.Document()
    word.add_paragraph("Cough NAME cold.")
    with zipfile.ZipFile(io.BytesIO(saved(word))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    declaration, _, body = parts["word/document.xml"].partition(b"?>")
    document_type = b"?><!DOCTYPE x [<!ENTITY a 'and'>]>"
    parts["word/document.xml"] = declaration + document_type + body.replace(b"NAME", b"&a;")
    with pytest.raises(IngestionError, match="the Word document is damaged"):
        read_bytes(tmp_path, zipped(parts))


def test_word_document_that_is_cut_off_is_no_archive(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("HPI: well.")
    with pytest.raises(
        IngestionError, match="the Office file is damaged or cut off; save it again"
    ):
        read_bytes(tmp_path, saved(word)[:-400])


def test_rtf(tmp_path: Path) -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator x;}\f0\b ASSESSMENT:\b0\par "
        rb"Caf\'e9 \u8220?visit\u8221?.\par\par PLAN: Rest.\par}"
    )
    document = read_bytes(tmp_path, rtf)
    assert document.text == "ASSESSMENT:\nCafé “visit”.\n\nPLAN: Rest."
    assert document.media_type == "application/rtf"
    assert [p.section for p in document.passages] == ["Assessment", "Assessment", "Plan"]


@pytest.mark.parametrize("part", [" ", r"\tab "])
def test_the_time_for_a_wide_gap_in_rtf_grows_with_its_width(tmp_path: Path, part: str) -> None:
    def step(gap: str) -> object:
        return read_bytes(tmp_path, rf"{{\rtf1\ansi a{gap}b and more.\par}}".encode())

    assert growth(step, part) < LINEAR


@pytest.mark.parametrize("word", ["strike", "striked1", "v", "deleted"])
def test_rtf_leaves_out_and_counts_what_is_struck_hidden_or_deleted(
    tmp_path: Path, word: str
) -> None:
    rtf = rf"{{\rtf1\ansi {{\{word} gone}}kept{{\{word} gone\{word.rstrip('1')}0 , too}}\par}}"
    document = read_bytes(tmp_path, rtf.encode())
    assert document.text == "kept, too"
    assert sum(document.coverage.dropped.values()) == 8


@pytest.mark.parametrize(
    ("rtf", "words"),
    [
        (rb"{\rtf1 secret {\b text", "cut off"),
        (rb"{\rtf1 " + b"{" * 2_000 + b"x" + b"}" * 2_001, "nest deeper"),
        (rb"{\rtf1 {\*\x secret}}", "no visible text"),
    ],
    ids=["cut off", "deep", "empty"],
)
def test_rtf_refusals(tmp_path: Path, rtf: bytes, words: str) -> None:
    with pytest.raises(IngestionError, match=words) as caught:
        read_bytes(tmp_path, rtf)
    assert "secret" not in str(caught.value)


def test_long_rtf_is_refused_before_it_is_converted(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match="more characters than the limit of 90"):
        read_bytes(tmp_path, rb"{\rtf1 " + b"word " * 30 + b"}", Limits(characters=90))


def test_markdown(tmp_path: Path) -> None:
    source = (
        "# Report\n\n## Results\n\nSales **rose** to [5](https://example.org).\n\n- one\n- two\n\n"
        "| | 2024 |\n|---|---|\n| Net | 7 |\n\n<b>raw</b>\n"
    )
    document = read_bytes(tmp_path, source.encode())
    assert document.text == (
        "Report\n\nResults\n\nSales rose to 5.\n\none\n\ntwo\n\n2024\nNet\t7\n\n<b>raw</b>"
    )
    assert document.media_type == "text/markdown"
    assert [p.kind for p in document.passages][:4] == ["title", "title", "paragraph", "list"]


def test_numbered_problems_of_a_note_are_no_markdown(tmp_path: Path) -> None:
    note = b"# HTN: stable.\n# CHF: better.\n\nPLAN: Rest.\n"
    document = read_bytes(tmp_path, note)
    assert document.media_type == "text/plain"
    assert document.text == note.decode()


def test_archive_of_one_document(tmp_path: Path) -> None:
    members = {"a/": b"", "a/note.txt": b"HPI: well.", "__MACOSX/a/._note.txt": b"\0\0"}
    document = read_bytes(tmp_path, zipped(members))
    assert (document.doc_id, document.text) == ("file.bin", "HPI: well.")


@pytest.mark.parametrize(
    ("data", "limits", "words"),
    [
        (zipped({}), Limits(), "holds no files"),
        (zipped({"a": b"x", "b": b"y"}), Limits(), "several files; put it in a folder"),
        (zipped({"a": b""}), Limits(), "in the archive is empty"),
        (zipped({"q": b""}).replace(b"q", b"\0"), Limits(), "in the archive is empty"),
        (zipped({"a": b"x" * 5_000_000}), Limits(archive_ratio=5), "unpacks to more"),
        (zipped({"a": b"x" * 5_000}), Limits(file_bytes=2_000), "unpacks to more"),
        (zipped({f"{i}": b"x" for i in range(20)}), Limits(archive_members=10), "more than 10"),
        (zipped({"a": b"x" * 999})[:-30], Limits(), "damaged"),
        (zipped({"a": bytes(range(256)) * 9}), Limits(), "!a: is binary"),
    ],
    ids=["empty", "two", "empty file", "no name", "ratio", "size", "members", "cut off", "binary"],
)
def test_archive_refusals(tmp_path: Path, data: bytes, limits: Limits, words: str) -> None:
    with pytest.raises(IngestionError, match=words):
        read_bytes(tmp_path, data, limits)


def test_locked_archive(tmp_path: Path) -> None:
    data = bytearray(zipped({"a": b"secret"}))
    data[6] |= 1
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    with pytest.raises(IngestionError, match="is locked"):
        read_bytes(tmp_path, bytes(data))


def test_archives_nested_without_end_are_refused(tmp_path: Path) -> None:
    data = b"HPI: well."
    for _ in range(8):
        data = zipped({"inner": data})
    with pytest.raises(IngestionError, match="files nest deeper"):
        read_bytes(tmp_path, data)


def test_very_long_markdown_is_read_as_text(tmp_path: Path) -> None:
    document = read_bytes(tmp_path, b"## Title\n\n" + (b"word *word* " * 40 + b"\n\n") * 2_500)
    assert document.media_type == "text/plain"
    assert "read as plain text" in document.warnings[-1]


def test_word_document_of_too_many_elements(tmp_path: Path) -> None:
    document = docx.Document()
    for _ in range(50):
        document.add_paragraph("x")
    buffer = io.BytesIO()
    document.save(buffer)
    with pytest.raises(IngestionError, match="elements are more than the limit of 40"):
        read_bytes(tmp_path, buffer.getvalue(), Limits(elements=40))
