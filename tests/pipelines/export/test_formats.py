"""Every format reads back to the same entities."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import spacy
from openpyxl import load_workbook
from report_pages import COVER, table
from spacy.tokens import DocBin

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.formats import FORMATS, files_of, read_entities
from secateur.pipelines.export.records import (
    as_record,
    from_record,
    plain_number,
    read_jsonl,
    write_jsonl,
)
from secateur.pipelines.export.workbook import write_table
from secateur.pipelines.ingestion.read import read

BODY = (
    "<p>=Acme Inc.<br>of Springfield paid $1.25 billion (2023: $0.1) in 2024.</p>"
    "<p>(in millions)</p>"
    + table(
        ["", "2024", "2023"], ["Net loss", "(1,234)", "—"], ["Tax \U0001f600 rate", "21.5%", "8%"]
    )
)
SPANS = [
    ("Acme Inc.\nof Springfield", "ORG"),
    ("$1.25 billion", "MONEY"),
    ("$0.1", "MONEY"),
    ("2024.", "DATE"),
    ("(1,234)", "MONEY"),
    ("—", "MONEY"),
    ("21.5%", "PERCENT"),
]


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "a report.html"
    path.write_text(f"<html><body>{COVER}{BODY}</body></html>", encoding="utf-8")
    return read(path)


@pytest.fixture
def entities(document: Document) -> list[Entity]:
    found, at = [], document.text.index("=Acme")
    for text, label in SPANS:
        at = document.text.index(text, at)
        found.append(Entity(document.doc_id, at, at + len(text), text, label, 0.5))
    sentence = 'He said "x",\n=1+1; tab\tend'
    found[0] = replace(found[0], page=3, box=(1.0, 2.5, 3.0, 4.0), source=(10, 90))
    found[1] = replace(
        found[1],
        section="Item 7",
        sentence=sentence,
        value=Decimal("1250000000"),
        unit="USD",
        scale=9,
        period="2024-01-01/2024-12-31",
        concept="us-gaap:Revenues",
        recovered=True,
    )
    found[2] = replace(found[2], value=Decimal("0.1"), unit="USD", scale=0)
    found[4] = replace(found[4], value=Decimal("-1234000000"), row="Net loss", column="2024")
    found[6] = replace(found[6], value=Decimal("0.215"), unit="pure", scale=-2, period="2024-12-31")
    return found


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "conll"])
def test_all_fields_read_back(name: str, document: Document, entities: list[Entity]) -> None:
    form = FORMATS[name]
    assert form.read(form.write(document, entities)[form.suffix], "file") == entities


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_document_without_entities_reads_back(name: str, document: Document) -> None:
    form = FORMATS[name]
    assert form.read(form.write(document, [])[form.suffix], "file") == []


def test_conll_reads_back_names_places_texts_and_labels(document, entities) -> None:
    form = FORMATS["conll"]
    found = form.read(form.write(document, entities)["conll"], "file")
    kept = [
        Entity(e.doc_id, e.start, e.end, e.text.replace("\n", " "), e.label, 0.0) for e in entities
    ]
    assert found == kept


def test_conll_tags_every_word_and_parts_sentences(document, entities) -> None:
    text = FORMATS["conll"].write(document, entities)["conll"].decode()
    words = [line.split("\t") for line in text.splitlines() if line]
    assert all(len(columns) == 4 for columns in words)
    assert "".join(columns[0] for columns in words[1:]) == "".join(document.text.split())
    assert text.count("\n\n") > 4


def test_docbin_holds_the_text_and_its_entities(document, entities) -> None:
    data = FORMATS["docbin"].write(document, entities)["spacy"]
    (doc,) = DocBin().from_bytes(data).get_docs(spacy.blank("en").vocab)
    assert doc.text == document.text
    assert [(e.text, e.label_) for e in doc.ents] == [(e.text, e.label) for e in entities]
    assert doc.ents[1].kb_id_ == "us-gaap:Revenues"


def test_brat_places_point_into_the_text_file(document, entities) -> None:
    files = FORMATS["brat"].write(document, entities)
    assert files["txt"].decode() == document.text
    first = files["ann"].decode().splitlines()[0]
    start = entities[0].start
    assert (
        first == f"T1\tORG {start} {start + 9};{start + 10} {start + 24}\tAcme Inc. of Springfield"
    )


def test_brat_annotations_of_others_are_read() -> None:
    lines = b"T1\tORG 0 4\tAcme\nR1\tOwns Arg1:T1 Arg2:T1\n"
    lines += b"T2\tLOC 9 15\tDuluth\n#1\tAnnotatorNotes T2\thm\n"
    found = FORMATS["brat"].read(lines, "a.ann")
    assert [(e.start, e.end, e.label, e.text) for e in found] == [
        (0, 4, "ORG", "Acme"),
        (9, 15, "LOC", "Duluth"),
    ]


def test_label_studio_predictions_stand_on_the_text(document, entities) -> None:
    (task,) = json.loads(FORMATS["label-studio"].write(document, entities)["json"])
    assert task["data"]["text"] == document.text
    value = task["predictions"][0]["result"][1]["value"]
    assert document.text[value["start"] : value["end"]] == value["text"] == "$1.25 billion"


def test_figures_of_a_workbook_link_to_their_place(document, entities) -> None:
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].write(document, entities)["xlsx"]))
    sheet, heads = book["Entities"], [cell.value for cell in book["Entities"][1]]
    for number, entity in enumerate(entities, 2):
        link = sheet.cell(number, heads.index("text") + 1).hyperlink
        target = book["Text"][link.location.rpartition("!")[2]]
        assert entity.text.split("\n")[0] in target.value
    value = sheet.cell(3, heads.index("value") + 1)
    assert (value.value, value.number_format) == (1_250_000_000, "#,##0")


def test_texts_that_open_like_a_formula_stay_texts(document, entities) -> None:
    odd = [replace(entities[0], sentence="=SUM(A1)\x01")]
    data = FORMATS["xlsx"].write(document, odd)["xlsx"]
    assert FORMATS["xlsx"].read(data, "file") == odd
    cells = [cell for row in load_workbook(io.BytesIO(data))["Entities"] for cell in row]
    assert "f" not in {cell.data_type for cell in cells}


@pytest.mark.parametrize(
    "odd", ["\0", "\x01", "\x1b", "\x1f", "\ufffe", "\uffff", "\ud800", "_x0041_"]
)
def test_characters_that_xml_forbids_read_back_from_a_workbook(document, entities, odd) -> None:
    found = [replace(entities[0], sentence=f"a{odd}b")]
    data = FORMATS["xlsx"].write(replace(document, text=odd + document.text[1:]), found)["xlsx"]
    assert FORMATS["xlsx"].read(data, "file") == found


def test_lines_of_a_workbook_break_for_every_reader(document, entities) -> None:
    found = [replace(entities[0], sentence="two\n\tlines\r\n")]
    data = FORMATS["xlsx"].write(document, found)["xlsx"]
    heads, cells, *_ = load_workbook(io.BytesIO(data))["Entities"].iter_rows(values_only=True)
    assert dict(zip(heads, cells, strict=True))["sentence"] == "two\n\tlines_x000d_\n"
    assert FORMATS["xlsx"].read(data, "file") == found


def test_a_workbook_is_made_without_temporary_files(document, entities, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    data = files_of(document, entities, "xlsx")["xlsx"]
    assert FORMATS["xlsx"].read(data, "file") == entities


def test_a_workbook_that_fails_is_the_document_s_error(document, entities, monkeypatch) -> None:
    def fail(*arguments):
        raise ValueError("Acme Inc.")

    monkeypatch.setattr("openpyxl.worksheet._writer.write_cell", fail)
    with pytest.raises(UsageError, match=r"^a report.html: .* xlsx \(ValueError\)") as caught:
        files_of(document, entities, "xlsx")
    assert "Acme" not in str(caught.value)
    assert caught.value.__context__ is None


def test_what_no_cell_holds_is_refused(document, entities) -> None:
    with pytest.raises(UsageError, match="text at D2: 40,000 characters"):
        FORMATS["xlsx"].write(document, [replace(entities[0], text="x" * 40_000)])


def test_csv_of_long_fields_and_of_any_ends_of_lines_reads_back(document, entities) -> None:
    long = [replace(entities[3], row='a "long" head, ' * 10_000), *entities[4:]]
    data = FORMATS["csv"].write(document, long)["csv"]
    assert FORMATS["csv"].read(data, "a.csv") == long
    assert FORMATS["csv"].read(data.replace(b"\n", b"\r"), "a.csv") == long


def test_csv_has_one_line_of_heads(document, entities) -> None:
    rows = list(
        csv.DictReader(io.StringIO(FORMATS["csv"].write(document, entities)["csv"].decode()))
    )
    assert rows[1]["value"] == "1250000000"
    assert rows[4]["value"] == "-1234000000"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("0.1", 0.1),
        ("-1234000000", -1234000000),
        ("9000000000000000", 9000000000000000),
        ("9010000000000000", 9.01e15),
        ("123456789012345000000", 1.23456789012345e20),
    ],
)
def test_json_numbers_keep_all_digits(value: str, number) -> None:
    plain = plain_number(Decimal(value))
    assert (plain, type(plain)) == (number, type(number))
    assert Decimal(repr(plain)) == Decimal(value)


def test_a_record_without_a_score_is_sure_of_nothing() -> None:
    record = {"doc_id": "a", "start": 0, "end": 4, "text": "Acme", "label": "ORG"}
    assert from_record(record, "line 1").score == 0.0


def test_records_have_the_agreed_fields(entities) -> None:
    assert set(as_record(entities[0])) >= set(
        "doc_id start end text label score section page sentence value unit scale period concept "
        "recovered row column".split()
    )


ENDLESS, DEEP = b"9" * 5000, b"[" * 100_000
"""More digits, and more brackets, than Python's own readers take."""


@pytest.mark.parametrize(
    ("suffix", "content", "message"),
    [
        ("txt", b"", "not a file of entities"),
        ("jsonl", b"{\n", "line 1: no JSON object"),
        ("jsonl", b'{"doc_id": "a", "start": 0, "end": 4, "text": "Acme"}\n', "no label.*, label$"),
        ("jsonl", b'{"start": ' + ENDLESS, "line 1: no JSON object"),
        ("jsonl", DEEP, "line 1: no JSON object"),
        ("jsonl", b"\xff", "not UTF-8"),
        ("csv", b"doc_id,start,end,text,label\na,x,4,Acme,ORG\n", "are numbers"),
        ("conll", b"Acme B-ORG\n", "line 1: not word, start, end and tag"),
        ("spacy", b"nothing", "not a DocBin"),
        ("xlsx", b"nothing", "no workbook"),
        ("ann", b"T1 ORG 0 4 Acme\n", "line 1: not a text-bound annotation"),
        ("ann", b"T1\tORG 0 " + ENDLESS + b"\tAcme\n", "line 1: not a text-bound annotation"),
        ("json", DEEP, "not JSON"),
        ("json", b"{}", "not a list of Label Studio tasks; give a file of"),
        ("json", b'{"doc_id": "a", "summary": "x"}', "holds a summary.*`secateur evaluate summar"),
        ("jsonl", b'{"doc_id": "a", "summary": {}}', "line 1: holds a summary, not entities"),
    ],
)
def test_damaged_files_name_file_and_place(tmp_path, suffix, content, message) -> None:
    path = tmp_path / f"found.{suffix}"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=message) as caught:
        read_entities(path)
    assert str(path) in str(caught.value)


def test_records_of_a_batch_are_read_and_twins_go_by_path_and_number(entities) -> None:
    own = replace(entities[0], doc_id="a", value=Decimal("0.1"))
    documents = [("a", "x/a", None), ("a", "y/a", None), ("b", "z/b", None), ("c!d", "c!d", 1),
                 ("c!d", "c!d", 2)]  # fmt: skip
    lines = [
        {
            "path": path,
            "member": member,
            "doc_id": doc_id,
            "entities": [as_record(own) | {"doc_id": doc_id}],
        }
        for doc_id, path, member in documents
    ]
    text = "".join(json.dumps(line) + "\n" for line in [*lines, {"path": "e", "entities": []}])
    found = FORMATS["jsonl"].read(text.encode(), "x.jsonl")
    assert [entity.doc_id for entity in found] == ["x/a", "y/a", "b", "c!d 1", "c!d 2"]
    assert {replace(entity, doc_id="a") for entity in found} == {own}


@pytest.mark.parametrize(
    ("name", "message"),
    [("found.jsonl", "no such file; check the path$"), ("", "a folder; give a file")],
)
def test_a_file_that_is_missing_or_a_folder_is_told(tmp_path, name, message) -> None:
    with pytest.raises(UsageError, match=message):
        read_entities(tmp_path / name)


@pytest.mark.parametrize("sentence", ["=1+1", "-2+3", "@SUM(A1)", "'=x", "- a list", "plain"])
def test_no_cell_of_csv_is_a_formula(document: Document, entities: list[Entity], sentence) -> None:
    changed = [
        replace(entities[0], sentence=sentence),
        replace(entities[1], row="-1.5", column="-", text="-2'610.4", unit="-1\u202f204 %"),
    ]
    data = FORMATS["csv"].write(document, changed)["csv"]
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert rows[0]["sentence"].startswith(("'", "plain"))
    assert (rows[1]["row"], rows[1]["column"]) == ("-1.5", "-")
    assert (rows[1]["text"], rows[1]["unit"]) == ("-2'610.4", "-1\u202f204 %")
    assert FORMATS["csv"].read(data, "x.csv") == changed


def test_a_sentence_too_long_for_a_cell_is_cut(document: Document, entities: list[Entity]) -> None:
    long = replace(entities[0], sentence="word " * 8_000)
    data = FORMATS["xlsx"].write(document, [long])["xlsx"]
    (found,) = FORMATS["xlsx"].read(data, "x.xlsx")
    assert len(found.sentence) == 32_767
    assert replace(found, sentence=None) == replace(long, sentence=None)


def test_brat_has_a_line_each_for_whoever_splits_lines(document: Document) -> None:
    text = "A\tB\u2028C Ltd"
    entity = Entity(document.doc_id, 0, len(text), text, "ORG", 0.5, sentence="x\u2028y\x85z")
    data = FORMATS["brat"].write(document, [entity])["ann"]
    assert data.decode().splitlines()[0] == "T1\tORG 0 1;2 3;4 9\tA B C Ltd"
    assert len(data.decode().splitlines()) == 2
    assert FORMATS["brat"].read(data, "x.ann") == [entity]


def test_brat_s_own_place_and_text_stand_where_they_were_changed(document: Document) -> None:
    text = "\t\nAcme\tLtd\n"
    entity = Entity(document.doc_id, 5, 5 + len(text), text, "ORG", 0.5, section="Item 1")
    data = FORMATS["brat"].write(document, [entity])["ann"]
    assert FORMATS["brat"].read(data, "x.ann") == [entity]
    moved = data.replace(b"T1\tORG 7 11;12 15\tAcme Ltd", b"T1\tORG 7 11\tAcme")
    assert FORMATS["brat"].read(moved, "x.ann") == [replace(entity, start=7, end=11, text="Acme")]


@pytest.mark.parametrize("name", ["a\tb\nc\u2028.txt", "a\\u0009.txt", "a\\b.txt"])
def test_conll_keeps_every_name(document: Document, name: str) -> None:
    data = FORMATS["conll"].write(
        replace(document, doc_id=name), [Entity(name, 0, 4, document.text[:4], "ORG", 0.5)]
    )["conll"]
    (found,) = FORMATS["conll"].read(data, "x.conll")
    assert found.doc_id == name


def test_what_a_person_made_of_label_studio_s_predictions_is_read(document: Document) -> None:
    entity = Entity(document.doc_id, 0, 4, document.text[:4], "ORG", 0.9)
    tasks = json.loads(FORMATS["label-studio"].write(document, [entity])["json"])
    corrected = replace(entity, label="PER")
    (made,) = json.loads(FORMATS["label-studio"].write(document, [corrected])["json"])
    tasks[0]["annotations"] = made["predictions"]
    found = FORMATS["label-studio"].read(json.dumps(tasks).encode(), "x.json")
    assert [entity.label for entity in found] == ["PER"]


def test_label_studio_s_relations_are_no_entities(document: Document) -> None:
    entity = Entity(document.doc_id, 0, 4, document.text[:4], "ORG", 0.5)
    tasks = json.loads(FORMATS["label-studio"].write(document, [entity])["json"])
    result = tasks[0]["predictions"][0]["result"]
    result += [{"type": "relation", "from_id": "e1", "to_id": "e2", "direction": "right"}]
    data = json.dumps(tasks).encode()
    assert FORMATS["label-studio"].read(data, "x.json") == [entity]


def test_table_shows_its_numbers_and_words_in_full() -> None:
    rows = [["Net Income Loss of a Year", 391_035_000_000.0], ["Share", 6.08], ["None", None]]
    (sheet,) = load_workbook(io.BytesIO(write_table(["Measure", "2024"], rows, "t"))).worksheets
    assert [sheet.column_dimensions[column].width for column in "AB"] == [27, 19]
    assert [cell.number_format for cell in sheet["B"][1:3]] == ["#,##0", "#,##0.######"]


@pytest.mark.parametrize(
    ("name", "title"),
    [("r [final]: Q1/2*?\\", "r _final__ Q1_2___"), ("'r'", "_r_"), ("x" * 40, "x" * 31)],
)
def test_sheet_bears_of_any_name_what_excel_takes(name: str, title: str) -> None:
    (sheet,) = load_workbook(io.BytesIO(write_table(["a"], [[1]], name))).worksheets
    assert sheet.title == title


def test_json_records_begin_with_the_version_of_their_schema(entities) -> None:
    line, *_ = write_jsonl(entities).splitlines()
    assert line.startswith('{"schema_version": 2, "doc_id": ')


def test_records_of_before_schema_versions_are_read(entities) -> None:
    older = [json.loads(line) for line in write_jsonl(entities).splitlines()]
    for record in older:
        for name in ("schema_version", "row_path", "column_path"):
            del record[name]
    lines = "".join(json.dumps(record) + "\n" for record in older)
    assert read_jsonl(lines, "older.jsonl") == entities
