"""The clinical sample notes and their gold summaries agree with each other."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

NOTES = Path(__file__).resolve().parents[1] / "data_samples" / "notes"
KINDS = {
    "consultation_letter.txt": "Consultant Endocrinologist",
    "discharge_summary.txt": "DISCHARGE SUMMARY",
    "emergency_note.txt": "EMERGENCY DEPARTMENT",
    "history_and_physical.txt": "HISTORY AND PHYSICAL",
    "operative_note.txt": "OPERATIVE REPORT",
    "progress_note.txt": "Progress Note",
    "psychiatry_followup.txt": "Psychiatry Follow-up",
    "radiology_report.txt": "RADIOLOGY REPORT",
}
GOLD_KEYS = {
    "doc_id",
    "style",
    "summary",
    "evidence",
    "medications",
    "allergies",
    "follow_up",
}
# A piece ends at sentence punctuation, at a heading's colon, at a blank line, and before a line
# that opens like a new item. A hard-wrapped sentence may be cut; a repeat of it is still seen.
PIECE = re.compile(r"(?<=[.!?:])\s+|\n\s*\n|\n(?=\s*[-–#\dA-Z])")


def note_text(doc_id: str) -> str:
    data = (NOTES / doc_id).read_bytes()
    encoding = "cp1252" if doc_id == "consultation_letter.txt" else "utf-8"
    return data.decode(encoding).replace("\r\n", "\n")


def prose_sentences(text: str) -> list[str]:
    pieces = (" ".join(piece.split()).casefold() for piece in PIECE.split(text))
    return [piece for piece in pieces if piece.endswith((".", "!", "?")) and piece.count(" ") >= 2]


def summary_sentences(summary: str) -> list[str]:
    return re.split(r"(?<=[a-z0-9)][.])\s+(?=[A-Z])", summary)


def gold_rows() -> list[dict[str, Any]]:
    lines = (NOTES / "gold_summaries.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


GOLD = pytest.mark.parametrize("row", gold_rows(), ids=lambda row: row["doc_id"])


def test_there_are_at_least_six_kinds_of_note() -> None:
    files = {path.name for path in NOTES.glob("*.txt")}
    assert files == set(KINDS)
    assert len(set(KINDS.values())) >= 6


@pytest.mark.parametrize(("doc_id", "title"), KINDS.items(), ids=KINDS)
def test_note_says_its_kind(doc_id: str, title: str) -> None:
    assert title in note_text(doc_id)


@pytest.mark.parametrize("doc_id", KINDS)
def test_short_notes_have_300_to_900_words_and_the_discharge_summary_2600(doc_id: str) -> None:
    words = len(note_text(doc_id).split())
    if doc_id == "discharge_summary.txt":
        assert words >= 2600
    else:
        assert 300 <= words <= 900


def test_one_note_has_crlf_line_ends() -> None:
    data = (NOTES / "emergency_note.txt").read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") > 50


def test_one_note_is_windows_1252_only() -> None:
    data = (NOTES / "consultation_letter.txt").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    text = data.decode("cp1252")
    assert "37.3 °C" in text
    assert "100 µg" in text


def test_no_sentence_stands_twice_in_or_across_notes() -> None:
    texts = (note_text(doc_id) for doc_id in KINDS)
    counts = Counter(sentence for text in texts for sentence in prose_sentences(text))
    assert len(counts) > 300
    assert [sentence for sentence, count in counts.items() if count > 1] == []


def test_gold_covers_every_note_once() -> None:
    assert sorted(row["doc_id"] for row in gold_rows()) == sorted(KINDS)


@GOLD
def test_gold_row_has_the_documented_fields(row: dict[str, Any]) -> None:
    assert set(row) == GOLD_KEYS
    assert row["style"] == "brief"


@GOLD
def test_summary_has_one_to_three_sentences_each_with_evidence(row: dict[str, Any]) -> None:
    sentences = summary_sentences(row["summary"])
    assert 1 <= len(sentences) <= 3
    assert len(row["evidence"]) == len(sentences)
    assert all(row["evidence"])


@GOLD
def test_quotes_are_verbatim_in_the_note(row: dict[str, Any]) -> None:
    text = note_text(row["doc_id"])
    quotes = [quote for quotes in row["evidence"] for quote in quotes] + row["follow_up"]
    assert [quote for quote in quotes if quote not in text] == []


@GOLD
def test_numbers_of_each_summary_sentence_stand_in_its_note(row: dict[str, Any]) -> None:
    number = re.compile(r"\d+(?:[.,/]\d+)*")
    in_note = set(number.findall(note_text(row["doc_id"])))
    # A full date in the note also covers the short form of it.
    in_note |= {value.rsplit("/", 1)[0] for value in in_note if value.count("/") == 2}
    assert set(number.findall(row["summary"])) - in_note == set()


@GOLD
def test_medications_and_allergies_are_named_in_the_note(row: dict[str, Any]) -> None:
    text = note_text(row["doc_id"]).casefold()
    names = row["medications"] + row["allergies"]
    assert [n for n in names if not re.search(rf"\b{re.escape(n.casefold())}\b", text)] == []


@GOLD
def test_no_drug_is_both_taken_and_an_allergy(row: dict[str, Any]) -> None:
    assert set(row["medications"]) & set(row["allergies"]) == set()
