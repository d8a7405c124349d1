"""JSON files whose strings are texts: corpora of reports split into items, notes with fields."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.parts import bytes_at
from secateur.pipelines.ingestion.read import read

ITEMS = {
    "cik": "1001039",
    "company": "ACME CO",
    "year": 2015,
    "item_1": "ITEM 1. Business\nAcme makes valves in Duluth.",
    "item_7": "ITEM 7. Management’s Discussion\nNet sales rose to $5 million.",
    "item_9C": "",
    "nested/list": [{"a~b": "<p>It paid <b>Ohio</b>.</p>"}],
}


def read_as(tmp_path: Path, content: str | bytes) -> Document:
    path = tmp_path / "report.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("indent", [None, 2])
def test_texts_are_read_in_order(tmp_path: Path, indent: int | None, encoding: str) -> None:
    written = json.dumps(ITEMS, indent=indent, ensure_ascii=False).encode(encoding)
    document = read_as(tmp_path, written)
    assert document.media_type == "application/json"
    words = document.text.split()
    assert " ".join(words).startswith("ACME CO ITEM 1. Business Acme makes valves in Duluth.")
    assert " ".join(words).endswith("rose to $5 million. It paid Ohio.")
    assert "\\n" not in document.text
    assert document.coverage is not None
    assert document.coverage.dropped == {"strings of one word": 7}


def test_items_are_sections(tmp_path: Path) -> None:
    titles = {
        "1": "Business",
        "1A": "Risk Factors",
        "7": "Management’s Discussion",
        "8": "Financial",
    }
    items = {f"item_{n}": f"Item {n}. {t}\nWe make valves. " * 2 for n, t in titles.items()}
    document = read_as(tmp_path, json.dumps(items))
    assert [section.name for section in document.sections] == [f"Item {n}" for n in titles]


def test_passages_point_into_their_string(tmp_path: Path) -> None:
    document = read_as(tmp_path, json.dumps(ITEMS))
    last = document.passages[-1]
    assert last.part == ("/nested~1list/0/a~0b",)
    assert b"It paid" in bytes_at(tmp_path / "report.json", last)


@pytest.mark.parametrize(
    "text", ["[Name] is a person.", "[1, 2]", "[1]\n[2]", '{"a": 1}', '{"a b": "one"}']
)
def test_brackets_alone_make_no_json(tmp_path: Path, text: str) -> None:
    document = read_as(tmp_path, text)
    assert document.text == text
    assert document.warnings == ()


def test_deep_nesting_is_read_as_text(tmp_path: Path) -> None:
    deep = "[" * 900 + '"two words"' + "]" * 900
    assert "two words" in read_as(tmp_path, deep).text


@pytest.mark.parametrize("key", ["text", "resourceType"])
def test_json_lines_are_refused_with_the_way_out(tmp_path: Path, key: str) -> None:
    lines = "\n".join(json.dumps({key: "a note", "n": n}) for n in range(3))
    with pytest.raises(IngestionError, match=r"report\.json: is JSON Lines.*zip archive"):
        read_as(tmp_path, lines)


@pytest.mark.parametrize("kind", ["", '"resourceType": "Composition", '])
def test_a_name_with_two_values_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(IngestionError, match="two values of one name"):
        read_as(tmp_path, f'{{{kind}"note": "Pneumonia was treated.", "note": "He went home."}}')


def test_a_name_with_one_value_twice_is_read_once(tmp_path: Path) -> None:
    note = '"note": "Pneumonia was treated."'
    assert read_as(tmp_path, f"{{{note}, {note}}}").text.strip() == "Pneumonia was treated."


def test_an_endless_number_does_not_make_json_plain_text(tmp_path: Path) -> None:
    document = read_as(tmp_path, f'{{"note": "Pneumonia was treated.", "n": {"9" * 5_000}}}')
    assert document.text.strip() == "Pneumonia was treated."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("indent", [None, 2])
def test_json_that_is_cut_off_is_read_with_a_warning(
    tmp_path: Path, indent: int | None, encoding: str
) -> None:
    cut = json.dumps([ITEMS], indent=indent)[:-9].encode(encoding)
    document = read_as(tmp_path, cut)
    assert "Acme makes valves in Duluth." in document.text
    (warning,) = document.warnings
    assert "JSON that is damaged or cut off" in warning
